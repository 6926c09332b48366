"""The outline and the bar say where the reader is, and nothing moves, hides the focus, or needs a script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from extent import later

if TYPE_CHECKING:
    from conftest import Reader
else:
    Reader = Any

Find = Callable[[str], Path]
Readers = Callable[..., Reader]

PIECE = "/business/steps/"
STEPS = f"{PIECE}?view=steps"
ALL = ["sg-opening", "first", "second", "third", "fourth", "fifth", "sg-closing"]

AXE = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map(
    (v) => [v.id, v.nodes.map((n) => n.target.join(" ")).slice(0, 3)]
)"""

SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map((it) => [it.value, it.hadRecentInput])))
    .observe({ type: "layout-shift", buffered: true });
"""

# Where the keyboard is, and what is wrong with how it is shown.
FOCUS = """() => {
    const it = document.activeElement;
    if (it === document.body) return null;
    it.number ??= (window.numbers = (window.numbers ?? 0) + 1);
    const style = getComputedStyle(it);
    const box = it.getClientRects()[0];
    const x = box.left + Math.min(box.width / 2, 8), y = box.top + Math.min(box.height / 2, 8);
    const top = document.elementFromPoint(x, y);
    const wrong = [];
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) wrong.push("no outline");
    if (box.width < 2 || y < 0 || y > innerHeight || x < 0 || x > innerWidth) wrong.push("out of the window");
    else if (!it.contains(top) && !top?.contains(it)) wrong.push(`covered by ${top?.className}`);
    return [it.number, `${it.outerHTML.slice(0, 90)}: ${wrong.join(", ")}`, wrong.length > 0];
}"""


def test_the_outline_follows_the_scroll(reader: Reader) -> None:
    """Whatever part a reader scrolls to is the one that the outline marks, down and up again."""
    reader.open(PIECE)
    assert [reader.sees["current"], reader.sees["position"]] == [[], "5"]
    for part in (*ALL[:3], *ALL[4:6], ALL[2], ALL[1]):
        reader.page.mouse.move(700, 400)
        reader.page.evaluate(
            """(id) => {
                const { top, height } = document.getElementById(id).getBoundingClientRect();
                scrollBy({ top: top - innerHeight / 3 + Math.min(height / 2, 40), behavior: "instant" });
            }""",
            part,
        )
        reader.reads(part)
        assert len(reader.sees["current"]) == 1


def test_the_outline_leads(reader: Reader) -> None:
    """An entry that is chosen is the one that is marked, short as its part may be and near the end."""
    reader.open(PIECE)
    for part, position in [("third", "3 of 5"), ("sg-closing", "5"), ("fourth", "4 of 5"), ("first", "1 of 5")]:
        reader.page.locator(f'[data-sg-outline] a[href="#{part}"]').click()
        reader.reads(part)
        reader.page.wait_for_function(
            """(id) => {
                const { top } = document.getElementById(id).getBoundingClientRect();
                return top > -8 && top < innerHeight;
            }""",
            arg=part,
        )
        reader.reads(part)
        assert reader.sees["position"] == position


def test_loading_again(reader: Reader) -> None:
    """A page that is loaded again marks the part that it shows then, not the one that its address names."""
    reader.open(f"{PIECE}#third").reads("third")
    reader.page.mouse.move(700, 400)
    reader.page.evaluate("() => scrollTo({ top: fifth.offsetTop, behavior: 'instant' })")
    reader.page.mouse.wheel(0, 40)
    reader.reads("fifth")
    reader.page.reload()
    reader.reads("fifth")


COLOURS = """() => {
    const colour = (it) => getComputedStyle(document.querySelector(`[data-sg-outline] ${it}`)).backgroundColor;
    return [
        '[aria-pressed="true"]', "[aria-current] .sg-dot", '[aria-pressed="false"]', "a:not([aria-current]) .sg-dot",
    ].map(colour);
}"""


def test_colours_of_the_system(reader_with: Readers) -> None:
    """Where the system forces its colours, what is pressed and where one is can still be told from the rest."""
    reader = reader_with(forced_colors="active", reduced_motion="reduce").open(f"{STEPS}#third")
    pressed, current, *others = reader.page.evaluate(COLOURS)

    assert pressed == current
    assert pressed not in others


def test_the_scheme_is_switched(reader: Reader) -> None:
    """A page that is open follows the system, from light to dark and to more contrast, and can be read in each."""
    reader.open(f"{PIECE}#second")
    seen = {}
    for name, media in (
        ("light", {"color_scheme": "light"}),
        ("dark", {"color_scheme": "dark"}),
        ("strong", {"color_scheme": "light", "contrast": "more"}),
    ):
        reader.page.emulate_media(**media)
        seen[name] = reader.page.evaluate("""() => ["html", "h1", ".sg-meta"].map((name, at) =>
            getComputedStyle(document.querySelector(name))[at ? "color" : "backgroundColor"])""")
    light, dark, strong = seen.values()

    assert len({*light}) == 3
    assert not {*light} & {*dark}
    assert strong == [light[0], light[1], light[1]]


def test_the_bar(phone: Reader) -> None:
    """On a phone, buttons lead to the part before and after, one by one, and the place stands between them."""
    phone.open(PIECE)
    back, onwards = (phone.page.get_by_role("button", name=name) for name in ("Previous", "Next"))
    assert back.is_disabled()
    for part in ALL:
        onwards.click()
        phone.reads(part)
    assert onwards.is_disabled()
    for part in ALL[-2::-1]:
        back.click()
        phone.reads(part)
    assert back.is_disabled()
    phone.page.go_back()
    phone.reads("first")

    assert phone.page.locator(".sg-bar .sg-place").inner_text() == "1 of 5"
    assert phone.page.locator(".sg-bar .sg-words").inner_text() == "The first claim stands"


def test_the_bar_keeps_away_from_desks(reader: Reader) -> None:
    """Where the outline stands beside the text there is a bar only for one argument at a time."""
    bar = reader.open(PIECE).page.locator(".sg-bar")
    assert not bar.is_visible()
    reader.page.get_by_role("button", name="One at a time").click()
    assert bar.is_visible()


def test_the_sheet(phone: Reader) -> None:
    """The outline of a phone opens at the place, is left by Esc, and leads to what is chosen; the focus follows."""
    phone.open(f"{PIECE}#third").page.locator("[data-sg-list]").click()
    sheet = phone.page.get_by_role("dialog")
    focused = "() => document.activeElement.textContent.trim()"
    assert "The third claim" in phone.page.evaluate(focused)
    phone.press("Escape")
    assert not sheet.is_visible()
    assert "The third claim" in phone.page.evaluate("() => document.activeElement.closest('.sg-bar').textContent")
    phone.press("Enter")
    sheet.get_by_role("link", name="The fifth claim").click()
    phone.reads("fifth")
    assert [sheet.is_visible(), phone.page.evaluate(focused)] == [False, "The fifth claim ends it"]


def test_the_sheet_in_steps(phone: Reader) -> None:
    """One at a time can be begun and ended from the sheet, and its keys rest while it is open."""
    phone.open(f"{PIECE}#second").page.locator("[data-sg-list]").click()
    sheet = phone.page.get_by_role("dialog")
    sheet.get_by_role("button", name="One at a time").click()
    phone.is_alone_at("second")
    phone.page.locator("[data-sg-list]").click()
    phone.press("j", "5").is_alone_at("second")
    sheet.get_by_role("link", name="Closing").click()
    phone.is_alone_at("sg-closing")
    phone.page.locator("[data-sg-list]").click()
    sheet.get_by_role("button", name="All").click()
    phone.is_among_all()
    assert not sheet.is_visible()


@pytest.mark.parametrize("url", [f"{PIECE}#third", f"{STEPS}#second", *later(PIECE, "/business/steps/third/", "/")])
@pytest.mark.parametrize("width", [360, *later(1280)])
def test_nothing_moves(url: str, width: int, reader_with: Readers) -> None:
    """What the script adds has its room already, late as the script may come."""
    reader = reader_with(width, 740)
    reader.page.add_init_script(SHIFTS)
    reader.page.route("**/script.*.js", lambda route: (reader.page.wait_for_timeout(400), route.continue_()))
    reader.open(url).page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")
    for y in range(0, 3000, 500):
        reader.page.mouse.wheel(0, 500)
        reader.page.wait_for_function("(y) => scrollY >= Math.min(y, document.body.scrollHeight - innerHeight)", arg=y)

    assert reader.page.evaluate("() => shifts.reduce((sum, [value]) => sum + value, 0)") == 0
    assert reader.page.locator("button[data-sg-copy][hidden]").count() == 0


def test_copying_moves_nothing(reader_with: Readers) -> None:
    """That something was copied is shown above the page, and goes without a trace."""
    reader = reader_with(permissions=["clipboard-read", "clipboard-write"])
    reader.page.add_init_script(SHIFTS)
    reader.open(f"{PIECE}#third").page.locator("#third").get_by_role("button", name="Copy link").click()
    said = reader.page.locator(".sg-said")
    said.wait_for()
    reader.page.wait_for_function("() => !document.querySelector('.sg-said').textContent", timeout=8000)

    assert reader.page.evaluate("() => shifts.reduce((sum, [value]) => sum + value, 0)") == 0


@pytest.mark.parametrize("width", [320, *later(1280)])
@pytest.mark.parametrize("url", [PIECE, f"{STEPS}#second", STEPS + "#sg-closing", "/business/steps/third/"])
def test_the_focus_is_seen(url: str, width: int, reader_with: Readers) -> None:
    """Whoever goes through a page with Tab alone sees at each stop where the keyboard is."""
    reader = reader_with(width, 700, reduced_motion="reduce").open(url)
    seen, wrong = set(), []
    while True:
        reader.press("Tab")
        stop = reader.page.evaluate(FOCUS)
        if stop is None or stop[0] in seen:
            break
        seen.add(stop[0])
        if stop[2]:
            wrong.append(stop[1])

    assert wrong == []
    assert len(seen) > 8


@pytest.mark.parametrize(
    "url", [PIECE, STEPS, f"{STEPS}#second", f"{STEPS}#fourth", f"{STEPS}#sg-closing", "/business/steps/third/"]
)
def test_narrow(url: str, reader_with: Readers) -> None:
    """At 320 pixels nothing but a program scrolls sideways, with every citation open."""
    reader = reader_with(320, 600).open(url)
    reader.page.evaluate("() => { for (const it of document.querySelectorAll('details')) it.open = true; }")

    assert reader.page.evaluate("() => document.documentElement.scrollWidth - innerWidth") == 0


@pytest.mark.parametrize("scheme", ["dark", *later("light")])
@pytest.mark.parametrize("width", [360, *later(1280)])
def test_axe(scheme: str, width: int, reader_with: Readers, npm_package: Find) -> None:
    """Neither a step, nor an open citation, nor the sheet has a violation."""
    reader = reader_with(width, 740, color_scheme=scheme, reduced_motion="reduce")
    reader.page.context.add_init_script(path=npm_package("axe-core") / "axe.min.js")
    found = {}
    for part in ("", "#second", "#third", "#sg-closing"):
        reader.open("/").open(STEPS + part)
        reader.page.evaluate("() => { for (const it of document.querySelectorAll('details')) it.open = true; }")
        if problems := reader.page.evaluate(AXE):
            found[part] = problems
    if width == 360:
        reader.page.locator("[data-sg-list]").click()
        if problems := reader.page.evaluate(AXE):
            found["sheet"] = problems

    assert found == {}


@pytest.mark.parametrize("url", [PIECE, f"{STEPS}#third"])
def test_without_a_script(url: str, reader_with: Readers) -> None:
    """Everything is there, in order, and the outline leads to it; no button that would do nothing."""
    page = reader_with(320, 700, java_script_enabled=False).open(url).page

    assert page.locator(".sg-text > [id]").evaluate_all("(all) => all.map((it) => it.id)") == ALL
    assert all(page.locator(f"[id='{part}']").is_visible() for part in ALL)
    assert page.locator("[data-sg-outline] a").evaluate_all("(all) => all.map((it) => it.hash.slice(1))") == ALL
    assert [it for it in page.locator("button").all() if it.is_visible()] == []
    page.locator('[data-sg-outline] a[href="#fifth"]').click()
    assert page.url.endswith("#fifth")
