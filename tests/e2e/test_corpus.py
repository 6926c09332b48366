"""A real archive: the 509 articles of 18F's blog, public domain, as their authors left them.

What is expected comes from regular expressions over the files, not from our own reader.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

import pytest
from harness import CONFIG, Page, Run, Site

PATTERN = '[archive]\npermalink = "/{section}/{year}/{month}/{slug}/"\n'


class Known(NamedTuple):
    """What the regular expressions see in a file."""

    url: str
    date: str
    authors: list[str]
    tags: list[str]


def known(file: Path) -> Known:
    """Read a file naively."""
    front = re.split(r"^---\s*$", file.read_text("utf-8"), maxsplit=2, flags=re.MULTILINE)[1]
    written = re.search(r"^[Dd]ate: *['\"]?(\d{4}-\d{2}-\d{2})", front, re.MULTILINE)
    year, month, day, name = file.stem.split("-", 3)
    date = written[1] if written else f"{year}-{month:0>2}-{day:0>2}"
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return Known(
        url=f"/posts/{date[:4]}/{date[5:7]}/{slug}/",
        date=date,
        authors=items(front, "author"),
        tags=items(front, "tag"),
    )


def items(front: str, key: str) -> list[str]:
    """Return the entries of a list, or the words of a line, under a key or its plural; names once each."""
    listed = re.search(rf"^{key}s?:[ \t]*(.*)\n((?:[ \t]*-[ \t].*\n|[ \t]*\n)*)", front, re.MULTILINE)
    if listed is None:
        return []
    names = re.findall(r"^[ \t]*-[ \t]+(.*?)[ \t]*$", listed[2], re.MULTILINE) or [listed[1]]
    names = [re.sub(r"[\s_-]+", " ", name.strip().strip("'\"")).casefold() for name in names]
    return list(dict.fromkeys(name for name in names if name))


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory, corpus_18f: Path) -> tuple[Run, dict[str, Known]]:
    """Return a build of the whole corpus, and what is known of each file."""
    site = Site(tmp_path_factory.mktemp("18f") / "site", CONFIG + PATTERN)
    files = sorted(corpus_18f.glob("*.md"))
    for file in files:
        site.write(f"content/articles/posts/{file.name}", file.read_bytes())
    return site.run("build"), {file.name: known(file) for file in files}


def folders(site: Site, url: str) -> set[str]:
    """Return the names of the folders with a page directly below a URL."""
    return {page.parent.name for page in (site.output / url).glob("*/index.html")}


def test_it_builds(corpus: tuple[Run, dict[str, Known]]) -> None:
    """Nothing of the archive is refused, and the whole run fits on two screens."""
    run, files = corpus

    run.expect(0)
    assert len(files) == 509
    assert run.out.startswith("509 articles, ")
    assert len((run.out + run.err).splitlines()) < 120


def test_warnings_are_counted_by_kind(corpus: tuple[Run, dict[str, Known]]) -> None:
    """Of hundreds of warnings one of each kind is shown in full; the rest is one line, counted by kind."""
    run, _ = corpus
    more = re.search(r"^… and (\d+) more: (.*)$", run.err, re.MULTILINE)
    assert more is not None
    counts = {code: int(count) for count, code in (part.split(" ") for part in more[2].split(", "))}

    assert sum(counts.values()) == int(more[1])
    assert counts.keys() <= {finding.code for finding in run.findings}
    assert len({finding.code for finding in run.findings}) == len(run.findings)
    assert {finding.severity for finding in run.findings} == {"warning"}
    assert f"findings  {int(more[1]) + len(run.findings)} warnings" in run.out


def test_every_article_has_its_page(corpus: tuple[Run, dict[str, Known]]) -> None:
    """There are exactly 509 article pages, each at the year and month of its date."""
    run, files = corpus
    pages = {f"/{path.removesuffix('index.html')}" for path in run.site.tree() if re.match(r"posts/\d{4}/", path)}

    assert {one.url for one in files.values()} == {url for url in pages if url.count("/") == 5}


def test_dates_authors_and_tags(corpus: tuple[Run, dict[str, Known]]) -> None:
    """Each page has the date of the front matter, else of the file name, and links to each author and tag."""
    run, files = corpus

    wrong: list[tuple[object, ...]] = []
    for name, one in files.items():
        page = run.page(one.url)
        dates = [element.attributes["datetime"][:10] for element in page.all("time[datetime]")]
        authors = {e.attributes["href"] for e in page.all("a[rel=author]")}
        tags = {e.attributes["href"] for e in page.all("a[rel=tag]")}
        if (dates[0], len(authors), len(tags)) != (one.date, len(one.authors), len(one.tags)):
            wrong.append((name, dates[0], len(authors), len(tags), one))
        wrong += [(name, link) for link in authors | tags if not is_page(run.site, one.url, link)]

    assert wrong == []


def is_page(site: Site, url: str, link: str) -> bool:
    """Whether a relative link leads to a page."""
    return (site.output / urljoin(url, link).lstrip("/") / "index.html").is_file()


@pytest.mark.parametrize("kind", ["authors", "tags"])
def test_every_author_and_tag_has_a_page(corpus: tuple[Run, dict[str, Known]], kind: str) -> None:
    """Spellings of one name share a page, and each name has one."""
    run, files = corpus
    names = {name for one in files.values() for name in getattr(one, kind)}

    assert len(names) == len(folders(run.site, kind))


def listing(run: Run, url: str) -> list[list[str]]:
    """Return the articles that each chunk of a listing links to, from the landing page to the oldest."""
    chunks = []
    while url:
        page = run.page(url)
        chunks.append(list(dict.fromkeys(filter(is_article, (urljoin(url, link) for link in page.links())))))
        url = next_page(page)
    return chunks


def is_article(url: str) -> bool:
    """Whether a URL is that of an article of this site."""
    return re.fullmatch(r"/posts/\d{4}/\d{2}/[^/]+/", url) is not None


def next_page(page: Page) -> str:
    """Return the URL of the next older chunk, empty on the oldest; from there a month or year leads on to another."""
    links = (urljoin(page.url, e.attributes["href"]) for e in page.all("a[rel=next]"))
    return next((link for link in links if "/page/" in link), "")


def test_the_archive_lists_every_article_once(corpus: tuple[Run, dict[str, Known]]) -> None:
    """Whoever walks from the front of the archive to its end meets each piece once, the newest first."""
    run, files = corpus
    chunks = listing(run, "/archive/")
    met = [url for chunk in chunks for url in chunk]
    dates = {one.url: one.date for one in files.values()}

    assert sorted(met) == sorted(dates)
    assert [dates[url] for url in met] == sorted(dates.values(), reverse=True)
    assert [len(chunk) for chunk in chunks] == [59, *[50] * 9]


def test_years_and_months(corpus: tuple[Run, dict[str, Known]]) -> None:
    """Each year and month lists its own pieces and no other."""
    run, files = corpus
    for month in sorted({one.date[:7] for one in files.values()}):
        expected = {one.url for one in files.values() if one.date.startswith(month)}
        met = [url for chunk in listing(run, f"/archive/{month.replace('-', '/')}/") for url in chunk]

        assert sorted(expected) == sorted(met), month
