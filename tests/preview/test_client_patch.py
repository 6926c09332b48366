"""A page becomes the next one in place: what differs is changed, and what a reader did to the rest stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from extent import later
from preview.stub import BASE, Stub

if TYPE_CHECKING:
    from conftest import Editor
else:
    Editor = Any

Editors = Callable[..., Editor]

PIECE = "business/the-landlord-of-the-commons/"
FIRST, SECOND, THIRD, FOURTH = "rent-from-linux", "patents-laid-down", "what-is-beside-it", "the-price-must-be-earned"
OLD, NEW = "We have rebuilt the old arrangement", "We have REBUILT the old arrangement"
OPENING = "has sent me a postcard"
FORM = """<form class="asked"><p><input name="a" value="eight"> <textarea name="b">as sent</textarea>
<select name="c"><option>one<option>two</select></p></form>"""

MARKED = """() => document.getAnimations().filter((it) => it.id === "sitegen-changed").map(
    ({ effect: { target } }) => (target.closest("[id]:not(main)") ?? target).id || target.localName
)"""
PLACE = "(id) => document.getElementById(id).getBoundingClientRect().top"
STEPS = """() => [
    new URL(location).searchParams.get("view"),
    location.hash.slice(1),
    [...document.querySelectorAll(".sg-text > [id]")].filter((it) => it.checkVisibility()).map((it) => it.id),
]"""


def argument(stub: Stub, name: str) -> str:
    """Return the HTML of an argument."""
    found = re.search(rf'<article class="sg-argument" id="{name}">.*?</article>', stub.pages[BASE + PIECE], re.DOTALL)
    assert found
    return found[0]


def shown(editor: Editor) -> list[str]:
    """Return the names of the arguments on the page."""
    names: list[str] = editor.page.eval_on_selector_all(".sg-argument", "(all) => all.map((it) => it.id)")
    return names


def test_a_paragraph(editor: Editor) -> None:
    """The text of one paragraph changes in place; everything beside it is the same, as a reader left it."""
    editor.stub.edit(PIECE, ('<div class="sg-end">', f'{FORM}<div class="sg-end">'))
    editor.open(PIECE)
    page = editor.page
    editor.mark(f"#{THIRD} .sg-prose > p")
    editor.mark(f"#{SECOND}")
    page.fill("textarea", "typed by hand")
    page.select_option("select", "two")
    page.fill("[name=a]", "typed words")
    page.eval_on_selector("[name=a]", "(field) => { field.focus(); field.setSelectionRange(2, 5); }")
    page.eval_on_selector_all("details", "(all) => { for (const it of all) it.open = true; }")
    page.eval_on_selector(f"#{THIRD}", "(it) => it.scrollIntoView({ block: 'center', behavior: 'instant' })")
    before = page.evaluate("[scrollY, document.querySelectorAll('details[open]').length]")
    editor.stub.edit(PIECE, (OLD, NEW)).publish()
    page.get_by_text(NEW).wait_for()
    editor.settle()

    assert editor.is_same_page
    assert editor.is_marked(f"#{THIRD} .sg-prose > p")
    assert editor.is_marked(f"#{SECOND}")
    assert before == page.evaluate("[scrollY, document.querySelectorAll('details[open]').length]")
    assert ["a", 2, 5] == page.evaluate(
        "(({ activeElement: it }) => [it.name, it.selectionStart, it.selectionEnd])(document)"
    )
    assert ["typed words", "typed by hand", "two"] == page.evaluate(
        "['a', 'b', 'c'].map((name) => document.forms[0].elements[name].value)"
    )


def test_a_selection_of_text(editor: Editor) -> None:
    """Words that are selected in a paragraph stay selected when others of it change."""
    editor.open(PIECE)
    editor.page.eval_on_selector(
        f"#{THIRD} .sg-prose > p",
        """(it) => {
            const text = it.firstChild, at = text.data.indexOf("whole history");
            getSelection().setBaseAndExtent(text, at, text, at + 13);
        }""",
    )
    editor.stub.edit(PIECE, (OLD, NEW)).publish()
    editor.settle()

    assert "whole history" == editor.page.evaluate("String(getSelection())")


def test_the_place_in_the_window(editor: Editor) -> None:
    """What is read stays where it is when something above it grows, and nothing is scrolled to when it is in view."""
    editor.open(PIECE)
    editor.page.evaluate("(id) => document.getElementById(id).scrollIntoView({ behavior: 'instant' })", FOURTH)
    before = editor.page.evaluate(PLACE, FOURTH)
    longer = " ".join(["Much more is said."] * 80)
    editor.stub.edit(PIECE, (OPENING, f"{longer} {OPENING}"), ("Nobody pays so much", "NOBODY pays so much"))
    editor.stub.publish()
    editor.page.get_by_text("NOBODY pays").wait_for()
    editor.settle()

    assert before == pytest.approx(editor.page.evaluate(PLACE, FOURTH), abs=2)


@pytest.mark.parametrize("motion", ["no-preference", *later("reduce")])
def test_the_argument_that_changed(editor_with: Editors, motion: str) -> None:
    """It is scrolled to where it is out of view, and marked as a whole for a moment."""
    editor = editor_with(reduced_motion=motion).open(PIECE)
    assert editor.page.evaluate(PLACE, FOURTH) > 800
    editor.stub.edit(PIECE, ("Nobody pays so much", "NOBODY pays so much")).publish()
    editor.settle()

    assert [FOURTH] == editor.page.evaluate(MARKED)
    editor.page.wait_for_function(f"(id) => ({PLACE})(id) < innerHeight - 100", arg=FOURTH)
    assert editor.page.evaluate(PLACE, FOURTH) > -50
    editor.page.wait_for_function(f"() => !({MARKED})().length")


def test_one_at_a_time(editor: Editor) -> None:
    """A reader who sees one argument alone goes on to do so; if another one changed, it is the one shown."""
    editor.open(f"{PIECE}?view=steps#{THIRD}")
    editor.mark(f"#{THIRD}")
    assert ["steps", THIRD, [THIRD]] == editor.page.evaluate(STEPS)
    editor.stub.edit(PIECE, (OLD, NEW)).publish()
    editor.page.get_by_text(NEW).wait_for()
    editor.settle()
    assert ["steps", THIRD, [THIRD]] == editor.page.evaluate(STEPS)
    editor.stub.edit(PIECE, ("Nobody pays so much", "NOBODY pays so much")).publish()
    editor.settle()

    assert editor.is_same_page
    assert ["steps", FOURTH, [FOURTH]] == editor.page.evaluate(STEPS)
    assert [FOURTH] == editor.page.evaluate(MARKED)


def test_arguments_come_and_go(editor: Editor) -> None:
    """A new argument, one that is gone, and another order: the elements of the others are the same."""
    editor.open(PIECE)
    second, third = argument(editor.stub, SECOND), argument(editor.stub, THIRD)
    editor.mark(f"#{SECOND}")
    editor.mark(f"#{THIRD}")
    added = second.replace(f'"{SECOND}"', '"quite-new"').replace("open invention", "wholly new")
    editor.stub.edit(PIECE, (third, f"{added}\n    {third}")).publish()
    editor.page.wait_for_selector("#quite-new")
    editor.settle()
    assert [FIRST, SECOND, "quite-new", THIRD, FOURTH] == shown(editor)
    assert ["quite-new"] == editor.page.evaluate(MARKED)

    editor.stub.edit(PIECE, (added, "")).publish()
    editor.settle()
    assert [FIRST, SECOND, THIRD, FOURTH] == shown(editor)

    editor.stub.edit(PIECE, (second, "HERE")).edit(PIECE, (third, second)).edit(PIECE, ("HERE", third)).publish()
    editor.settle()
    assert [FIRST, THIRD, SECOND, FOURTH] == shown(editor)
    assert editor.is_marked(f"#{SECOND}")
    assert editor.is_marked(f"#{THIRD}")
    assert editor.is_same_page


def test_arguments_come_one_at_a_time(editor: Editor) -> None:
    """Where arguments are shown alone, a new one is the one shown, and steps lead to it and from it."""
    editor.open(f"{PIECE}?view=steps#{FIRST}")
    third = argument(editor.stub, THIRD)
    outline = re.search(rf'<li><a href="#{THIRD}".*?</li>', editor.stub.pages[BASE + PIECE])
    assert outline
    added = third.replace(f'"{THIRD}"', '"quite-new"').replace("whole history", "whole new history")
    entry = outline[0].replace(THIRD, "quite-new")
    editor.stub.edit(PIECE, (third, f"{added}\n{third}"), (outline[0], f"{entry}\n{outline[0]}")).publish()
    editor.page.wait_for_function(f"() => ({STEPS})()[2].join() === 'quite-new'")
    editor.settle()

    assert ["steps", "quite-new", ["quite-new"]] == editor.page.evaluate(STEPS)
    editor.page.keyboard.press("ArrowRight")
    assert ["steps", THIRD, [THIRD]] == editor.page.evaluate(STEPS)


def test_one_at_a_time_after_a_change(editor: Editor) -> None:
    """Who turns to one at a time after an argument went sees those that are there."""
    editor.open(PIECE)
    editor.mark("h1")
    second = argument(editor.stub, SECOND)
    entry = re.search(rf'<li><a href="#{SECOND}".*?</li>', editor.stub.pages[BASE + PIECE])
    assert entry
    editor.stub.edit(PIECE, (second, ""), (entry[0], "")).publish()
    editor.settle()
    assert editor.is_same_page
    editor.page.locator("[data-sg-view=steps]").click()
    editor.page.wait_for_url("**view=steps**")
    editor.settle()
    for _ in range(4):
        assert 1 == len(editor.page.evaluate(STEPS)[2])
        editor.page.keyboard.press("ArrowRight")


def test_a_claim_with_another_name(editor: Editor) -> None:
    """An argument whose name follows its claim is the same element under the new name."""
    editor.open(PIECE)
    editor.mark(f"#{THIRD}")
    html = editor.stub.pages[BASE + PIECE]
    editor.stub.pages[BASE + PIECE] = html.replace(THIRD, "what-is-near").replace(
        "what is beside it", "what is near it"
    )
    editor.stub.publish()
    editor.page.wait_for_selector("#what-is-near")

    assert editor.is_marked("#what-is-near")


def test_a_style_sheet(editor: Editor) -> None:
    """Another style sheet is loaded before the old one goes: no frame is without styles, and the page stays."""
    editor.open(PIECE)
    editor.mark("h1")
    old = re.search(r'href="((?:\.\./)+assets/(style\.\w+\.css))"', editor.stub.pages[BASE + PIECE])
    assert old
    css = (editor.stub.files / "assets" / old[2]).read_bytes()
    editor.stub.extra[f"{BASE}assets/style.0123456789.css"] = css + b"h1 { letter-spacing: 7px !important; }"
    editor.stub.delays[f"{BASE}assets/style.0123456789.css"] = 0.3
    editor.page.evaluate(
        """() => {
            window.frames_ = [];
            const look = () => {
                frames_.push(getComputedStyle(document.querySelector(".sg-masthead")).display);
                requestAnimationFrame(look);
            };
            look();
        }"""
    )
    styled = editor.page.evaluate("frames_[0]")
    editor.stub.edit(PIECE, (old[1], old[1].replace(old[2], "style.0123456789.css"))).publish()
    editor.page.wait_for_function("() => getComputedStyle(document.querySelector('h1')).letterSpacing === '7px'")
    editor.settle()

    assert "block" != styled
    assert [styled] == editor.page.evaluate("[...new Set(frames_)]")
    assert editor.is_same_page
    assert editor.is_marked("h1")
    assert 1 == editor.page.locator("link[rel=stylesheet]").count()


def test_a_style_sheet_that_is_not_there(editor: Editor) -> None:
    """The page does not wait for a style sheet that cannot be loaded."""
    editor.open(PIECE)
    old = re.search(r"assets/style\.\w+\.css", editor.stub.pages[BASE + PIECE])
    assert old
    editor.stub.edit(PIECE, (old[0], "assets/nothing.css"), (OLD, NEW)).publish()

    editor.page.get_by_text(NEW).wait_for()


def test_a_script(editor: Editor) -> None:
    """A page with another script is loaded again, at the same place."""
    editor.open(PIECE)
    editor.mark("h1")
    editor.page.evaluate("scrollTo({ top: 700, behavior: 'instant' })")
    old = re.search(r"assets/(script\.\w+\.js)", editor.stub.pages[BASE + PIECE])
    assert old
    editor.stub.extra[f"{BASE}assets/script.0123456789.js"] = (editor.stub.files / old[0]).read_bytes()
    editor.stub.edit(PIECE, (old[0], "assets/script.0123456789.js")).publish()
    editor.page.wait_for_function("() => window.marked === undefined && scrollY > 0")
    editor.settle()

    assert 700 == editor.page.evaluate("scrollY")


def test_the_head(editor: Editor) -> None:
    """The title of the window and the descriptions follow."""
    editor.open(PIECE)
    editor.mark("h1")
    html = editor.stub.pages[BASE + PIECE]
    editor.stub.pages[BASE + PIECE] = html.replace("The landlord of the commons", "The landlady")
    editor.stub.publish()
    editor.page.wait_for_function("() => document.title.startsWith('The landlady')")

    assert editor.is_same_page
    assert "The landlady" == editor.page.get_attribute("link[type='application/atom+xml']", "title")


def test_words_of_a_script(editor: Editor) -> None:
    """What the theme's script put into the page stays, and what the server says anew is said."""
    editor.open(PIECE)
    editor.page.locator(f"[data-sg-outline] a[href='#{SECOND}']").click()
    editor.page.wait_for_function("() => document.querySelector('[data-sg-position]').textContent === '2 of 4'")
    editor.stub.edit(PIECE, (OLD, NEW)).publish()
    editor.settle()

    assert "2 of 4" == editor.page.text_content("[data-sg-position]")
    assert editor.page.is_visible("[data-sg-view=steps]")
    assert editor.page.is_visible(f"#{SECOND} [data-sg-copy=link]")
    assert 2 == editor.page.locator("body > [role=status]").count()


SAME = """(html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const text = (root) => {
        const copy = root.cloneNode(true);
        const ours = "script[data-sitegen-digest], sitegen-preview, .sitegen-badge";
        for (const it of copy.querySelectorAll(ours)) it.remove();
        copy.normalize();
        for (const it of copy.querySelectorAll("*")) {
            const all = [...it.attributes].sort((a, b) => (a.name < b.name ? -1 : 1));
            for (const one of all) it.removeAttributeNode(one);
            for (const one of all) it.setAttributeNode(one);
        }
        return copy.outerHTML;
    };
    const [is, should] = [text(document.documentElement), text(page.documentElement)];
    if (is === should) return "";
    let at = 0;
    while (is[at] === should[at]) at++;
    return `${is.slice(at - 80, at + 120)}\\n--- instead of\\n${should.slice(at - 80, at + 120)}`;
}"""


def test_every_page_out_of_every_other(editor: Editor) -> None:
    """However much differs: the page becomes exactly what the server sent."""
    editor.context.route("**/assets/script*", lambda route: route.fulfill(body=""))
    whole = {
        path: re.sub(r'(?<=")(?:\.{1,2}/)*assets/', f"{BASE}assets/", html) for path, html in editor.stub.pages.items()
    }
    pages = sorted(path for path, html in whole.items() if "script." in html and "/page/" not in path)[::7]
    editor.stub.pages[f"{BASE}one/"] = whole[pages[0]]
    editor.open("one/")
    editor.mark("main")
    for path in pages[1:]:
        editor.stub.pages[f"{BASE}one/"] = whole[path]
        editor.stub.publish()
        editor.settle()
        assert (path, "", True) == (path, editor.page.evaluate(SAME, whole[path]), editor.is_same_page)

    assert len(pages) > 30
    assert editor.is_same_page
