"""Every tab follows the server: seen or hidden, one or many, and when the server was away."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from preview.stub import BASE

if TYPE_CHECKING:
    from conftest import Editor
else:
    Editor = Any

Editors = Callable[..., Editor]

PIECE, OTHER = "business/the-landlord-of-the-commons/", "business/two-years-a-guest/"
OLD, NEW = "We have rebuilt the old arrangement", "We have REBUILT the old arrangement"

# What a browser says of a tab behind others, as the test wishes.
HIDING = """
let isHidden = false;
Object.defineProperty(document, "hidden", { get: () => isHidden });
Object.defineProperty(document, "visibilityState", { get: () => (isHidden ? "hidden" : "visible") });
window.hide = (value) => { isHidden = value; document.dispatchEvent(new Event("visibilitychange")); };
"""


def changed(path: str, title: str = "Two years a guest") -> dict[str, str]:
    """Return a piece that was saved."""
    return {"path": "content/articles/x.md", "kind": "article", "title": title, "url": BASE + path}


def eventually(condition: Callable[[], bool], within: float = 10) -> bool:
    """Wait for a condition."""
    end = time.monotonic() + within
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def test_a_page_goes_and_comes_back(editor: Editor) -> None:
    """A page whose source is gone is the missing one; when it is back so is the page, with its script, at its place."""
    editor.open(PIECE)
    editor.page.evaluate("scrollTo({ top: 900, behavior: 'instant' })")
    html = editor.stub.pages.pop(BASE + PIECE)
    editor.stub.publish()
    editor.page.wait_for_selector("body.sg-missing-page, body:not(.sg-article-page)")
    editor.settle()
    editor.stub.pages[BASE + PIECE] = html
    editor.stub.publish()
    editor.page.wait_for_selector("body.sg-article-page")
    editor.settle()

    assert 900 == editor.page.evaluate("scrollY")
    assert editor.page.is_visible("[data-sg-view=steps]")


def test_a_page_that_comes_and_goes(editor: Editor) -> None:
    """However quickly a source is taken away and put back, the tab ends with what there is."""
    editor.open(PIECE)
    html = editor.stub.pages[BASE + PIECE]
    for pause in (0, 0.01, 0.05, 0.1, 0.2, 0.3):
        del editor.stub.pages[BASE + PIECE]
        editor.stub.publish()
        time.sleep(pause)  # so that each step of loading is met by the next edition
        editor.stub.pages[BASE + PIECE] = html
        editor.stub.publish()
        time.sleep(pause)
    editor.page.wait_for_selector("body.sg-article-page")
    editor.settle()

    assert "The landlord of the commons" == editor.page.inner_text("h1")


def test_a_page_that_moved(editor_with: Editors) -> None:
    """The tab goes where its source has its page now, with the fragment; a hidden one when it is seen."""
    editor = editor_with(script=HIDING).open(f"{PIECE}#patents-laid-down")
    hidden = editor.tab()
    editor.open(PIECE, hidden)
    hidden.evaluate("hide(true)")
    html = editor.stub.pages.pop(BASE + PIECE)
    editor.stub.pages[f"{BASE}business/elsewhere/"] = html
    editor.stub.publish(moved=[{"from": BASE + PIECE, "to": f"{BASE}business/elsewhere/"}])
    editor.page.wait_for_url("**/business/elsewhere/#patents-laid-down")
    editor.settle()
    editor.stub.pages[f"{BASE}business/further/"] = editor.stub.pages.pop(f"{BASE}business/elsewhere/")
    editor.stub.publish(moved=[{"from": f"{BASE}business/elsewhere/", "to": f"{BASE}business/further/"}])
    editor.page.wait_for_url("**/business/further/#patents-laid-down")
    assert hidden.url.endswith(PIECE)
    hidden.evaluate("hide(false)")

    hidden.wait_for_url("**/business/further/")


def test_pages_that_change_places(editor: Editor) -> None:
    """Two pieces that exchange their addresses do not send a tab back and forth."""
    editor.open(PIECE)
    pages = editor.stub.pages
    pages[BASE + PIECE], pages[BASE + OTHER] = pages[BASE + OTHER], pages[BASE + PIECE]
    there = [{"from": BASE + PIECE, "to": BASE + OTHER}, {"from": BASE + OTHER, "to": BASE + PIECE}]
    editor.stub.publish(moved=there)
    editor.page.wait_for_url(f"**/{OTHER}")
    editor.settle()

    asked = editor.stub.asked.count(BASE + OTHER)
    assert "The landlord of the commons" == editor.page.inner_text("h1")
    assert (1, 1) == (asked, editor.stub.asked.count(BASE + PIECE))


def test_a_page_that_leads_elsewhere(editor: Editor) -> None:
    """A page that has become a redirect is followed."""
    editor.open(PIECE)
    editor.stub.moves[BASE + PIECE] = BASE + OTHER
    editor.stub.publish()

    editor.page.wait_for_url(f"**/{OTHER}")


def test_an_offer(editor: Editor) -> None:
    """A piece that was saved and that no tab shows is offered; one that a tab shows is not."""
    editor.open("")
    second = editor.tab()
    editor.open(PIECE, second)
    editor.stub.publish(changed=[changed(PIECE, "The landlord"), changed(OTHER)])
    editor.settle()
    editor.settle(second)
    assert ["Saved: Two years a guest"] == editor.ui(".offer li").all_inner_texts()
    editor.ui(".offer").get_by_role("button", name="Dismiss").click()
    assert not editor.ui(".offer").is_visible()
    second.close()
    editor.stub.publish(changed=[changed(PIECE, f"piece {number}") for number in range(5)])
    editor.settle()
    assert [f"Saved: piece {number}" for number in range(3)] + ["and 2 more"] == editor.ui(
        ".offer li"
    ).all_inner_texts()
    editor.ui(".offer a").first.click()

    editor.page.wait_for_url(f"**/{PIECE}")
    editor.settle()
    assert not editor.ui(".offer").is_visible()


def test_no_offer_of_what_is_past(editor: Editor) -> None:
    """A page that is opened after a save does not offer what was saved before it."""
    editor.stub.publish(changed=[changed(OTHER)])
    editor.open(PIECE)

    assert not editor.ui(".offer").is_visible()


def test_a_hidden_tab(editor_with: Editors) -> None:
    """A tab that is not seen asks for nothing, and is brought to the last state once when it is seen."""
    editor = editor_with(script=HIDING).open(PIECE)
    editor.mark("h1")
    editor.page.evaluate("hide(true)")
    seen = editor.tab()
    editor.open("", seen)
    before = sum("look?" in url and "landlord" in url for url in editor.stub.asked)
    editor.stub.edit(PIECE, (OLD, "a first")).publish()
    editor.stub.edit(PIECE, ("a first", NEW)).publish()
    editor.settle(seen)
    looks = lambda: sum("look?" in url and "landlord" in url for url in editor.stub.asked)  # noqa: E731
    assert before == looks()
    assert editor.page.get_by_text(OLD).count() == 1
    editor.page.evaluate("hide(false)")
    editor.settle()

    assert editor.page.get_by_text(NEW).count() == 1
    assert before + 1 == looks()
    assert editor.is_same_page


@pytest.mark.long
def test_many_tabs(editor: Editor) -> None:
    """More tabs than a browser allows connections to a host follow through one stream."""
    tabs = [editor.page, *(editor.tab() for _ in range(8))]
    for tab in tabs:
        tab.goto(f"{editor.stub.url}about/", wait_until="commit")
    for tab in tabs:
        editor.settle(tab)
    assert (1, 1) == (len(editor.stub.streams), editor.stub.most)
    html = editor.stub.pages[f"{BASE}about/"]
    editor.stub.pages[f"{BASE}about/"] = html.replace("</h1>", " after all</h1>")
    editor.stub.publish()
    for tab in tabs:
        editor.settle(tab)
        assert tab.inner_text("h1").endswith("after all")

    assert (1, 1) == (len(editor.stub.streams), editor.stub.most)
    assert 9 == editor.stub.asked.count(f"{BASE}about/")


def test_without_shared_workers(editor_with: Editors) -> None:
    """A browser that has none listens itself, while its tab is seen."""
    editor = editor_with(script=f"delete window.SharedWorker;{HIDING}").open(PIECE)
    assert 1 == len(editor.stub.streams)
    editor.page.evaluate("hide(true)")
    assert eventually(lambda: not editor.stub.streams)
    editor.stub.edit(PIECE, (OLD, NEW)).publish()
    editor.page.evaluate("hide(false)")

    editor.page.get_by_text(NEW).wait_for()


def test_the_server_goes_and_comes_back(editor: Editor) -> None:
    """That it is away is said quietly; when it is started again, the tab follows on without being loaded."""
    editor.open(PIECE)
    editor.mark("h1")
    away = editor.ui(".pill.away")
    assert not away.is_visible()
    editor.stub.stop()
    away.wait_for()
    assert "The preview is not running" == away.inner_text()
    editor.stub.edit(PIECE, (OLD, NEW)).start("second")
    editor.page.get_by_text(NEW).wait_for()
    away.wait_for(state="hidden")
    editor.settle()

    assert editor.is_same_page


def test_many_editions_at_once(editor: Editor) -> None:
    """However quickly editions follow each other, the last state is the one that is shown."""
    editor.open(PIECE)
    editor.mark("h1")
    text = OLD
    for number in range(30):
        editor.stub.edit(PIECE, (text, f"This is state {number}.")).publish()
        text = f"This is state {number}."
    editor.settle()

    assert 1 == editor.page.get_by_text("This is state 29.").count()
    assert editor.is_same_page
