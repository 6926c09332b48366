"""Every page is valid, whole and self-sufficient: by the Nu checker, html-validate, and rules of our own."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest
from links import faults

if TYPE_CHECKING:
    from conftest import Figures, Sample

Find = Callable[[str], Path]

KINDS = {
    "404", "archive", "argument", "arguments", "article", "author", "authors", "claim", "claims", "corrections", "home",
    "month", "notice", "page", "redirect", "search", "section", "sections", "standards", "tag", "tags", "tombstone",
    "version", "year",
}  # fmt: skip
LOADS = {
    "script": "src",
    "img": "src",
    "source": "src",
    "iframe": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
}
A_THOUSAND_WORDS, PAGE, STYLE, SCRIPT = 1000, 15_000, 10_000, 6_000
SEARCH_STYLE, SEARCH_SCRIPT = 1_000, 4_000


def test_every_kind_is_looked_at(sample: Sample) -> None:
    """What follows looks at every kind of page that there is."""
    assert set(sample.one_of_each()) == KINDS


def test_nu(sample: Sample, nu: tuple[str, ...], figures: Figures) -> None:
    """The Nu checker has neither an error nor a warning, for pages and style sheets.

    `@container` and `@view-transition` it does not know yet.
    """
    unknown = r".*(@container|@view-transition).*"
    options = ("--also-check-css", "--Werror", "--filterpattern", unknown)
    files = sorted(file for file in sample.folder.rglob("*") if file.suffix in (".html", ".css"))
    found = subprocess.run([*nu, *options, *files], check=False, capture_output=True, text=True)

    lines = [line for line in found.stderr.splitlines() if line.strip()]
    figures.tell(
        "Nu HTML checker, pages and style sheets", "0 errors, 0 warnings", f"{len(lines)} in {len(files)} files"
    )
    assert (found.stderr, found.returncode) == ("", 0)


def test_html_validate(sample: Sample, npm_tool: Find, tmp_path: Path) -> None:
    """html-validate agrees, where it does not ask for a style of writing that HTML leaves open."""
    rules = {
        "extends": ["html-validate:recommended"],
        "rules": {
            "aria-label-misuse": ["error", {"allowAnyNamable": True}],
            "doctype-style": ["error", {"style": "lowercase"}],
            "long-title": "off",  # a claim is as long as its author made it
            "no-trailing-whitespace": "off",  # of templates
            "attribute-boolean-style": "off",  # what sanitising serialises
            "no-inline-style": "error",
            "prefer-native-element": "off",
            "void-style": "off",
        },
    }
    (tmp_path / "rules.json").write_text(json.dumps(rules))
    files = [sample.folder / url.lstrip("/") for url in sample.one_of_each().values()]
    files = [file / "index.html" if file.is_dir() else file for file in files]
    command = [npm_tool("html-validate"), "--config", tmp_path / "rules.json", "--formatter", "text", *files]
    found = subprocess.run(command, check=False, capture_output=True, text=True)

    assert found.stdout == ""
    assert found.returncode == 0


def test_links_within_the_files(sample: Sample) -> None:
    """Every link leads to a file and a place that was written, and no id stands twice.

    The host of the sample has other things beside the archive, to which a few profiles link.
    """
    beside = re.compile(r": https://example\.org/(?!archive/)\S* leads out of the site$")

    assert [fault for fault in faults(sample.tree) if not beside.search(fault)] == []


def test_strict_policy(sample: Sample) -> None:
    """A content security policy of `default-src 'self'` holds: nothing is inline, nothing comes from elsewhere."""
    found = []
    for page in sample.pages.values():
        for element in page.elements:
            handlers = [name for name in element.attributes if name.startswith("on") or name == "style"]
            source = element.attributes.get(LOADS.get(element.tag, ""), "")
            if element.tag == "link" and element.attributes.get("rel") in ("stylesheet", "icon", "preload"):
                source = element.attributes["href"]
            is_inline = element.tag == "style" or (element.tag == "script" and not source)
            if handlers or is_inline or urlsplit(source).netloc or element.tag in ("base", "object", "embed"):
                found.append((page.url, element.tag, handlers, source))

    assert found == []
    assert not re.search(rb"@import|url\(", b"".join(d for p, d in sample.tree.items() if p.endswith(".css")))


def test_structure(sample: Sample) -> None:
    """Each page has one `h1`, headings that leave out no level, a language, a title, and texts for its pictures."""
    found = []
    for page in sample.pages.values():
        levels = [int(element.tag[1]) for element in page.elements if re.fullmatch("h[1-6]", element.tag)]
        found += [(page.url, "h1", levels)] if levels.count(1) != 1 or levels[0] != 1 else []
        found += [(page.url, "levels", levels) for a, b in pairwise(levels) if b > a + 1]
        found += [(page.url, "lang")] if not page.all("html")[0].attributes.get("lang") else []
        found += [(page.url, "alt", e.attributes) for e in page.all("img") if "alt" not in e.attributes]
        found += [(page.url, "title")] if len(page.texts("title")) != 1 or not page.texts("title")[0] else []

    assert found == []


def test_titles_are_their_own(sample: Sample) -> None:
    """No two pages have one title, but for redirects."""
    titles = Counter(page.texts("title")[0] for page in sample.pages.values() if sample.kind(page) != "redirect")

    assert {title: count for title, count in titles.items() if count > 1} == {}


def test_canonical(sample: Sample) -> None:
    """Each page names its own absolute URL, a redirect that of its target, and the page for what is missing none."""
    for page in sample.pages.values():
        urls = [element.attributes["href"] for element in page.all("link[rel=canonical]")]
        if page.url == "/404.html":
            assert urls == []
        elif sample.kind(page) == "redirect":
            assert urls == [urljoin(f"https://example.org/archive{page.url}", next(page.links()))]
        else:
            assert urls == [f"https://example.org/archive{page.url}"]


@pytest.mark.parametrize(
    ("name", "limit"),
    [("style.*.css", STYLE), ("script.*.js", SCRIPT), ("search.*.css", SEARCH_STYLE), ("search.*.js", SEARCH_SCRIPT)],
)
def test_weight_of_assets(sample: Sample, name: str, limit: int, figures: Figures) -> None:
    """All style sheets, and all scripts, are small; those of the search page alone are smaller still."""
    found = {path: len(gzip.compress(data)) for path, data in sample.tree.items() if fnmatch(path, f"assets/{name}")}
    mine = {path for path in sample.tree if path.endswith((".css", ".js")) and not path.startswith("assets/pagefind/")}
    assert len(found) == 1
    assert len(mine) == 4
    size = sum(found.values())
    what = ("the style sheet of " if name.endswith("css") else "the script of ") + (
        "the search page" if name.startswith("search") else "every page"
    )
    figures.tell(f"{what}, compressed", f"≤ {limit:,} bytes", f"{size:,} bytes")
    assert size <= limit


def test_weight_of_articles(sample: Sample, figures: Figures) -> None:
    """The HTML of an article is at most so many bytes for a thousand words, compressed; a short one counts as one."""
    heavy, most = {}, 0.0
    for page in sample.pages.values():
        if sample.kind(page) == "article":
            words = len(page.all("main")[0].text.split())
            size = len(gzip.compress(page.html.encode()))
            most = max(most, size / max(1, words / A_THOUSAND_WORDS))
            if size > PAGE * max(1, words / A_THOUSAND_WORDS):
                heavy[page.url] = size, words

    figures.tell("an article's HTML for 1,000 words, compressed", f"≤ {PAGE:,} bytes", f"at most {most:,.0f} bytes")
    assert heavy == {}
