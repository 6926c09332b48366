"""Maps of debates in a browser: readable at 3 nodes and at 60, from left or right, on a phone and without a mouse."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from harness import Site
from playwright.sync_api import Browser

Find = Callable[[str], Path]
Serving = Callable[[Path], AbstractContextManager[str]]

CONFIG = 'title = "The Desk"\nbase_url = "https://example.org/archive/"\nlanguage = "{}"\n'
WORDS = {
    "en": ["maps", "data", "public", "money", "free", "WILL", "MMXXVI", "illicit", "indemnification", "of", "a"],
    "he": ["הספר", "הזה", "נכתב", "על", "ידי", "אנשים", "רבים", "מאוד", "והוא", "חופשי", "לכולם", "data"],
    "ja": ["地図は誰でも自由に使えるべきである", "費用は税金で払われた"],
}
LEAVES = """() => [...document.querySelectorAll(".sg-map-box")].filter((box) => {
    const room = box.querySelector("rect").getBBox(), text = box.querySelector("text").getBBox();
    return text.x < room.x || text.y < room.y
        || text.x + text.width > room.x + room.width || text.y + text.height > room.y + room.height;
}).map((box) => box.textContent)"""
AXE = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map(
    (v) => [v.id, v.nodes.map((n) => n.target.join(" ")).slice(0, 3)]
)"""


def debate(folder: Path, count: int, language: str) -> Site:
    """Build a site with one claim and so many nodes around it."""
    chance = random.Random(count)  # noqa: S311 - the same in every run
    site = Site(folder, CONFIG.format(language))
    site.write("content/claims/free.md", "---\ntitle: Data collected with public money should be free.\n---\n\nText.\n")
    for number in range(1, count):
        is_near = number < max(3, count // 4)
        kind = chance.choice(["supports", "rebuts", "undercuts"])
        keys = "stance=con claim=free" if is_near else f"{kind}=p{chance.randrange(1, number)}#a"
        claim = " ".join(chance.choice(WORDS[language]) for _ in range(chance.randrange(2, 16)))
        text = f"Opening.\n\n- {claim}. {{: .argument #a {keys} }}\n"
        site.article(f"law/p{number}", text, date=f"{1950 + number}", author="[Mara Ivers, Zofia Wiśniewska]")
    site.build()
    return site


@pytest.fixture(scope="module", params=[(3, "en"), (60, "en"), (20, "he"), (20, "ja")], ids=str)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a built site with one debate."""
    return debate(tmp_path_factory.mktemp("debate") / "site", *request.param)


@pytest.fixture
def address(site: Site, serving: Serving) -> Iterator[str]:
    """Serve it, and give the address of the claim."""
    with serving(site.output) as url:
        yield f"{url}claims/free/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_map(scheme: Any, width: int, address: str, browser: Browser, npm_package: Find) -> None:
    """No text leaves its box, only the map's own box scrolls, and axe finds nothing, with the list open too."""
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 800}, reduced_motion="reduce"
    )
    context.add_init_script(path=npm_package("axe-core") / "axe.min.js")
    page = context.new_page()
    page.goto(address)
    closed = page.evaluate(AXE)
    page.locator(".sg-map summary").click()
    found = closed, page.evaluate(AXE), page.evaluate(LEAVES)
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    boxes, listed = page.locator(".sg-map-box").count(), page.locator(".sg-map details li").count()
    context.close()

    assert found == ([], [], [])
    assert overflow == 0
    assert boxes == listed >= 3


def test_keyboard(address: str, browser: Browser) -> None:
    """The tab key reaches the box that scrolls and then the list; the arrow keys scroll it."""
    # Playwright waits by evaluating texts, which the policy of the pages forbids.
    context = browser.new_context(viewport={"width": 320, "height": 800}, reduced_motion="reduce", bypass_csp=True)
    page = context.new_page()
    page.goto(address)
    page.locator(".sg-map-sheet").focus()
    page.keyboard.press("ArrowLeft" if page.evaluate("document.dir || 'ltr'") == "rtl" else "ArrowRight")
    page.wait_for_function("document.querySelector('.sg-map-sheet').scrollLeft !== 0")
    page.keyboard.press("Tab")
    reached = page.evaluate("document.activeElement.localName")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    link = page.evaluate("document.activeElement.closest('li li, li') && document.activeElement.getAttribute('href')")
    context.close()

    assert reached == "summary"
    assert link is not None


def test_nu(site: Site, nu: tuple[str, ...]) -> None:
    """The Nu checker has neither an error nor a warning, but for its guess at the language of so few words."""
    guess = ".*appears to be written in.*"
    files = [site.output / "claims/free/index.html", *site.output.glob("law/p[1-5]/index.html")]
    found = subprocess.run(
        [*nu, "--Werror", "--filterpattern", guess, *files], check=False, capture_output=True, text=True
    )

    assert (found.stderr, found.returncode) == ("", 0)


def test_paper(browser: Browser, serving: Serving, tmp_path: Path) -> None:
    """On paper a tall map gives way to its list, which is printed though it is closed; a small one is drawn."""
    seen = """() => [".sg-map-sheet", ".sg-map summary", ".sg-map li li"].map(
        (name) => document.querySelector(name).checkVisibility())"""
    found = {}
    for count in (60, 3):
        site = debate(tmp_path / str(count), count, "en")
        with serving(site.output) as url:
            page = browser.new_page()
            page.emulate_media(media="print")
            page.goto(f"{url}claims/free/")
            found[count] = page.evaluate(seen)
            page.close()

    assert found == {60: [False, False, True], 3: [True, False, False]}
