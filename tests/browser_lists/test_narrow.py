"""Long and odd content is read on the narrowest screen: nothing is wider than it, and no label lies on another."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from extent import later
from harness import Page as Html
from harness import Site
from playwright.sync_api import Browser, Page, Route

HOST = "http://archive.test/archive"
"""The base URL has a path too, which the page for what is missing relies on."""
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
TITLE = " ".join([WORD, *("A title that goes on and on and on and on and on" for _ in range(3))])[:200]
NARROW, WIDE = 320, 1280

LABELS = """() => {
    const rows = {};
    for (const text of document.querySelectorAll(".sg-bars text")) {
        if (!text.checkVisibility()) continue;
        const box = text.getBoundingClientRect();
        (rows[Math.round(box.top)] ??= []).push([box.left, box.right]);
    }
    return Object.values(rows).flatMap((row) => {
        row.sort((a, b) => a[0] - b[0]);
        return row.slice(1).filter((box, at) => box[0] < row[at][1] + 2);
    });
}"""
OUTSIDE = """() => [...document.querySelectorAll("main *, nav *")].filter((element) => {
    if (!element.checkVisibility() || element.closest(".sg-hidden, pre, .sg-prose, .sg-map-sheet *")) return false;
    const box = element.getBoundingClientRect();
    return box.width > 1 && (box.right > innerWidth + 1 || box.left < -1);
}).map((element) => element.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a site, built, with every kind of page and content that is hard to set."""
    site = Site(tmp_path_factory.mktemp("odd") / "site")
    site.configure("[archive]\npage_size = 5\n")
    site.write("content/claims/free.md", f"---\ntitle: {TITLE}\ndescription: {WORD}\n---\n")
    site.write("content/standards/editorial/1890-01-01.md", f"---\ntitle: {TITLE}\n---\n\nWe check.\n")
    site.write("content/pages/about.md", f"---\ntitle: {TITLE}\n---\n\nUs.\n")
    body = f"""
        - {WORD} is never free. {{: .argument #horse stance=pro claim=free }}

        - It is. {{: .argument #reply stance=con claim=free rebuts=#horse }}
        """
    for number in range(24):
        site.article(
            f"{'politics' if number % 2 else 'business'}/piece-{number}",
            body,
            title=f'"{TITLE}"',
            dek=f'"{TITLE}"',
            date=f"{1900 + number * 5}-{number % 12 + 1:02}-05",
            author=f'[{WORD}, "محمد بن عبد الله", "אברהם בן־יצחק"]',
            tags=[f"tag {number} {index} {WORD[: index * 6]}" for index in range(12)] + ["many", WORD],
            standards="editorial",
            corrections=f'[{{date: 2020-08-01, text: "{WORD}"}}]',
        )
    site.article("politics/gone", title=f'"{TITLE}"', status="withdrawn")
    site.build()
    return site


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    """Return a page of 320 px, which is also what a desk shows at 400 %."""
    context = browser.new_context(viewport={"width": NARROW, "height": 256}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def serve(page: Page, folder: Path) -> None:
    """Let a page find an output folder at `HOST`."""

    def answer(route: Route) -> None:
        path = unquote(route.request.url.removeprefix(HOST))
        file = folder / path.lstrip("/")
        file = file / "index.html" if file.is_dir() else file
        route.fulfill(path=file, content_type=mimetypes.guess_type(file.name)[0])

    page.route(f"{HOST}/**", answer)


def one_of_each(site: Site) -> dict[str, str]:
    """Return a page of each kind, the largest, by its URL."""
    found = {}
    for path, data in sorted(site.tree().items(), key=lambda item: len(item[1])):
        if path.endswith(".html"):
            html = Html(f"/{path.removesuffix('index.html')}", data.decode())
            if kind := re.search(r"sg-(\w+)-page", html.all("body")[0].attributes.get("class", "")):
                found[kind[1]] = html.url
    return found


@pytest.mark.long
def test_nothing_is_wider_than_the_screen(odd: Site, narrow: Page) -> None:
    """No kind of page scrolls sideways, and nothing hangs out of it."""
    pages = one_of_each(odd)
    found = {}
    assert len(pages) >= 20
    serve(narrow, odd.output)
    for kind, url in pages.items():
        narrow.goto(f"{HOST}{url}")
        narrow.evaluate("document.querySelectorAll('details').forEach((it) => { it.name = ''; it.open = true })")
        width = narrow.evaluate("document.documentElement.scrollWidth")
        if width > NARROW or (outside := narrow.evaluate(OUTSIDE)):
            found[kind] = (width, outside if width <= NARROW else narrow.evaluate(OUTSIDE))

    assert found == {}


@pytest.mark.parametrize(
    ("first", "last"), [(1900, 2019), *later((2009, 2009), (2002, 2009), (1992, 2009), (1980, 2009))]
)
def test_labels_of_years_keep_apart(browser: Browser, site: Site, first: int, last: int) -> None:
    """Labels of bars do not touch, on a phone and on a desk, however many years there are."""
    for year in range(first, last + 1, 1 if last - first < 40 else 3):
        site.article(f"business/in-{year}", date=f"{year}-05-05")
    site.article("business/another", date=f"{last}-06-06").build()
    shown = {}
    for width in (NARROW, 360, 767, 768, WIDE):
        context = browser.new_context(viewport={"width": width, "height": 700})
        page = context.new_page()
        serve(page, site.output)
        page.goto(f"{HOST}/")
        assert page.evaluate(LABELS) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shown[width] = page.evaluate("document.querySelectorAll('.sg-bars text').length")
        context.close()

    assert set(shown.values()) != {0}


def test_a_bar_says_what_it_stands_for(browser: Browser, odd: Site) -> None:
    """Who points at a bar reads its year and number, and a click leads there."""
    context = browser.new_context(viewport={"width": WIDE, "height": 900})
    page = context.new_page()
    serve(page, odd.output)
    page.goto(f"{HOST}/archive/")
    bar = page.locator(".sg-bars a").first
    tip = bar.locator(".sg-tip")
    hidden = tip.is_visible()
    bar.hover()
    told = tip.is_visible(), tip.text_content()
    bar.click()
    page.wait_for_url("**/archive/1900/")
    context.close()

    assert (hidden, told) == (False, (True, "1900: 1 piece"))


def test_the_table_opens_without_a_script(browser: Browser, odd: Site) -> None:
    """The numbers are reached by keyboard, and the years in them are links."""
    context = browser.new_context(viewport={"width": NARROW, "height": 700}, java_script_enabled=False)
    page = context.new_page()
    serve(page, odd.output)
    page.goto(f"{HOST}/archive/")
    page.locator(".sg-figures summary").focus()
    page.keyboard.press("Enter")
    page.locator(".sg-figures a").first.click()
    page.wait_for_url("**/archive/1900/")
    context.close()
