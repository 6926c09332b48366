"""Long and odd content holds: forty arguments, endless titles, tables, two directions, and a prolific author."""

from __future__ import annotations

import gzip
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from harness import Page as Html
from harness import Site
from playwright.sync_api import Browser

Find = Callable[[str], Path]
Serving = Callable[[Path], AbstractContextManager[str]]

PROLIFIC = 2_000
TITLE = ("A title that goes on and on " * 8)[:200]
LONG = " ".join(["A claim of sixty words, which somebody wrote in one breath, and"] * 5 + ["stops there at last."])
TABLE = "| Year | Offices | Cost in euros |\n    |---|---|---|\n" + "".join(
    f"    | {year} | {year - 1900} offices in every part of the country | {year * 31} |\n" for year in range(2001, 2006)
)
PROGRAM = "a program whose lines are far wider than any window that it might be read in " * 4
HEBREW = """
1. **הספר הזה נכתב על ידי אנשים רבים מאוד.** והוא חופשי לכולם, גם לאלה שלא כתבו בו מילה (GPL 2.0).
2. **אין ספר שנכתב לבד.** כל אחד קרא לפני שכתב.
"""
PIECES = {
    "one": "Opening.\n\n## The only claim {: .argument #only }\n\nAnd its text.\n",
    "forty": "Opening.\n\n" + "".join(f"{n}. **Claim {n} says so.** Text. {{: #c{n} }}\n" for n in range(1, 41)),
    "long": f"Opening.\n\n1. {LONG} {{: #long }}\n2. {LONG} {{: #again }}\n",
    "table": (
        f"Opening.\n\n1. **It is in the table.** See.\n\n    {TABLE}\n2. **It is in the program.** See.\n\n"
        f"    ```text\n    {PROGRAM}\n    ```\n"
    ),
    "hebrew": HEBREW,
    "tagged": "Opening.\n\n- **A claim.** {: .argument #a }\n",
}
AXE = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map(
    (v) => [v.id, v.nodes.map((n) => n.target.join(" ")).slice(0, 3)]
)"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a built site with all of that."""
    site = Site(tmp_path_factory.mktemp("odd") / "site")
    site.configure("[archive]\nargument_pages = false\n")
    for name, body in PIECES.items():
        keys: dict[str, Any] = {"title": f'"{TITLE}"' if name == "long" else f"Of {name}", "arguments": "auto"}
        if name == "hebrew":
            keys |= {"language": "he", "title": "הספר הזה", "author": "אברהם בן־יצחק"}
        if name == "forty":
            keys |= {"arguments": "list"}
        site.article(f"odd/{name}", body, tags=f"[{', '.join(f'tag {n}' for n in range(300))}]", **keys)
    for number in range(PROLIFIC):
        year, day = 1950 + number // 40, number % 28 + 1
        site.article(
            f"daily/n{number}", "Text.", title=f"Piece {number}", author="Ada Berg", date=f"{year}-03-{day:02}"
        )
    site.build()
    return site


@pytest.fixture(scope="module")
def address(site: Site, serving: Serving) -> Iterator[str]:
    """Serve it."""
    with serving(site.output) as url:
        yield url


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("url", [*(f"odd/{name}/" for name in PIECES), "authors/ada-berg/", "tags/", "odd/", ""])
def test_it_holds(url: str, width: int, address: str, browser: Browser, npm_package: Find) -> None:
    """Nothing is wider than the window, axe finds nothing, and no error of a script is heard."""
    context = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
    context.add_init_script(path=npm_package("axe-core") / "axe.min.js")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address + url)
    found = page.evaluate(WIDER), page.evaluate(AXE), errors
    context.close()

    assert found == (0, [], [])


def test_nu(site: Site, nu: tuple[str, ...]) -> None:
    """The Nu checker has neither an error nor a warning, but for its guess at the language of so few words."""
    files = [*site.output.glob("odd/**/index.html"), *site.output.glob("tags/index.html")]
    command = [*nu, "--Werror", "--filterpattern", ".*appears to be written in.*", *files]
    found = subprocess.run(command, check=False, capture_output=True, text=True)

    assert (found.stderr, found.returncode) == ("", 0)


def test_forty_arguments_one_at_a_time(address: str, browser: Browser) -> None:
    """The last is reached by a key, the outline shows where it is, and “40 of 40” is told."""
    page = browser.new_page(viewport={"width": 1280, "height": 700}, reduced_motion="reduce")
    page.goto(f"{address}odd/forty/?view=steps")
    page.keyboard.press("End")
    current = page.locator("[data-sg-outline] [aria-current=step]")
    text, box, window = current.inner_text(), current.bounding_box(), page.viewport_size
    told = page.locator("[data-sg-position]").text_content()
    page.close()

    assert "Claim 40 says so" in text
    assert told == "40 of 40"
    assert box
    assert window
    assert 0 <= box["y"] <= window["height"]


def test_long_claims_are_text(site: Site) -> None:
    """A claim of sixty words is set as text with its number; the outline has its beginning, cut at a phrase."""
    page = Html("/odd/long/", (site.output / "odd/long/index.html").read_text("utf-8"))
    outline = [e.text for e in page.all("span.sg-words")]

    assert len(page.all("h2.sg-long")) == 2
    assert [words.rstrip("…") for words in outline[1:3]] == ["A claim of sixty words"] * 2


def test_the_other_direction(address: str, browser: Browser) -> None:
    """Words that are written from the right begin there, in a page whose interface begins at the left."""
    page = browser.new_page(viewport={"width": 1280, "height": 700})
    page.goto(f"{address}odd/hebrew/")
    directions = page.evaluate("""() => ["html", "h1", ".sg-argument h2", ".sg-prose"].map(
        (name) => getComputedStyle(document.querySelector(name)).direction)""")
    page.close()

    assert directions == ["ltr", "rtl", "rtl", "rtl"]


def test_two_thousand_pieces_of_one_author(site: Site) -> None:
    """Every one of them is reached from the author's page by its links to older parts, and no part is heavy."""
    url, seen, weights = "/authors/ada-berg/", [], []
    while url:
        data = (site.output / url.strip("/") / "index.html").read_bytes()
        page = Html(url, data.decode())
        weights.append(len(gzip.compress(data)))
        seen += re.findall(r'href="[./]*/daily/(n\d+)/"', page.html)
        older = [e.attributes["href"] for e in page.all("a[rel=next]")]
        url = urljoin(url, older[0]) if older else ""

    assert sorted(set(seen)) == sorted(f"n{number}" for number in range(PROLIFIC))
    assert len(weights) >= PROLIFIC / 100
    assert max(weights) < 15_000
