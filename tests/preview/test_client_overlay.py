"""What is wrong is told over the page, all of it, and is gone when it is mended."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from extent import later
from preview.stub import BASE, finding

if TYPE_CHECKING:
    from conftest import Editor
else:
    Editor = Any

Editors = Callable[..., Editor]

PIECE = "business/the-landlord-of-the-commons/"
PATH = "content/articles/business/x.md"
LINK = "vscode://file/site/content/articles/business/x.md:4"
HOSTILE = "<img src=x onerror=\"document.title = 'taken'\"> & </pre><script>alert(1)</script>"

# The characters that are marked, and those that stand directly above their line.
MARKS = """(all) => all.map((mark) => {
    const [box, line] = [mark.getBoundingClientRect(), mark.closest("pre").getBoundingClientRect()];
    return [mark.textContent, box.width > 0 && box.left >= line.left && box.right <= line.right];
})"""


def told(editor: Editor, *findings: dict[str, Any], **state: Any) -> None:
    """Publish an edition with these findings."""
    editor.stub.publish(findings=list(findings), **state)
    editor.settle()


def test_a_finding(editor: Editor) -> None:
    """Message, place, excerpt, hint and code are told; the page stays as it was; mended, everything is gone."""
    editor.open(PIECE)
    editor.mark("h1")
    words = {"path": PATH, "line": 4, "column": 1, "length": 5, "excerpt": "titel: x", "hint": "did you mean `title`?"}
    told(editor, finding("there is no “title”", editor=LINK, **words))
    overlay = editor.ui(".overlay")

    assert overlay.is_visible()
    assert "1 error" == overlay.locator("h2").inner_text()
    assert "there is no “title”" == overlay.locator(".message").inner_text()
    assert [f"{PATH}:4:1"] == overlay.locator("a.place").all_inner_texts()
    assert LINK == overlay.locator("a.place").get_attribute("href")
    assert "titel" == overlay.locator("mark").inner_text()
    assert "Hint did you mean title?" == overlay.locator(".hint").inner_text()
    assert "error · missing-key" == overlay.locator(".code").inner_text()
    assert editor.is_marked("h1")
    told(editor)
    assert not overlay.is_visible()
    assert not editor.ui(".pill.errors").is_visible()
    assert editor.is_same_page


def test_all_of_them(editor: Editor) -> None:
    """Every finding is there, in a box that scrolls; of more than the server sends, the number."""
    editor.open(PIECE)
    told(
        editor, *(finding(f"the error number {number}", path=PATH, line=number) for number in range(1, 51)), failing=73
    )
    overlay = editor.ui(".overlay")

    assert 50 == overlay.locator(".finding").count()
    assert "73 errors" == overlay.locator("h2").inner_text()
    assert "… and 23 more. The terminal tells of all." == overlay.locator(".more").inner_text()
    box = overlay.bounding_box()
    assert box["height"] <= 0.46 * 800
    overlay.locator(".scroller").focus()
    editor.page.keyboard.press("End")
    editor.page.wait_for_function(
        """() => {
            const box = document.querySelector("sitegen-preview").shadowRoot.querySelector(".overlay .scroller");
            return box.scrollTop > 0 && box.scrollTop + box.clientHeight >= box.scrollHeight - 2;
        }"""
    )


@pytest.mark.parametrize(
    ("excerpt", "column", "length", "marked"),
    [
        ("👩‍💻 and 😀😀 face", 9, 2, "😀😀"),
        ("a" * 3000 + " HERE " + "b" * 3000, 3002, 4, "HERE"),
        ("unclosed", 700, 3, "\u00a0"),
        ("مرحبا بالعالم", 7, 7, "بالعالم"),
        *later(
            ("titel: x", 1, 5, "titel"),
            ("\t\ttags: [a, b]", 9, 6, "[a, b]"),
            ("題名: 日本語の文章 and more", 5, 3, "日本語"),
            ("short", 4, 900, "rt"),
            ("one", 3, 0, "e"),
            ("unclosed", 9, 1, "\u00a0"),
        ),
    ],
)
@pytest.mark.parametrize("width", [320, *later(1280)])
def test_marks(editor_with: Editors, excerpt: str, column: int, length: int, marked: str, width: int) -> None:
    """The characters that are meant are the ones marked, in code points, and are seen without scrolling sideways."""
    editor = editor_with(width).open("about/")
    told(editor, finding(path=PATH, line=7, column=column, length=length, excerpt=excerpt))

    assert [[marked, True]] == editor.ui("mark").evaluate_all(MARKS)


def test_no_place(editor: Editor) -> None:
    """A finding without a place, a line or a column tells what it has."""
    editor.open("about/")
    told(editor, finding("one"), finding("two", path=PATH), finding("three", path=PATH, line=3, excerpt="the line"))

    assert [PATH, f"{PATH}:3"] == editor.ui(".place").all_inner_texts()
    assert ["3 the line"] == [text.replace("\n", " ") for text in editor.ui("pre").all_inner_texts()]
    assert 0 == editor.ui("mark").count()


def test_folding(editor: Editor) -> None:
    """It folds to a pill with a button and with Escape, and stays so until other errors come after none."""
    editor.open(f"{PIECE}?view=steps")
    told(editor, finding("one"), finding("two"))
    overlay, pill = editor.ui(".overlay"), editor.ui(".pill.errors")
    editor.page.keyboard.press("Escape")
    assert not overlay.is_visible()
    assert "2 errors" == pill.inner_text()
    assert "view=steps" in editor.page.url  # the key was meant for the overlay
    told(editor, finding("two"))
    assert not overlay.is_visible()
    assert "1 error" == pill.inner_text()
    editor.page.reload()
    editor.settle()
    assert not overlay.is_visible()
    pill.click()
    assert overlay.is_visible()
    editor.ui(".overlay").get_by_role("button", name="Fold").press("Enter")
    assert not overlay.is_visible()
    assert pill.evaluate("(it) => it.getRootNode().activeElement === it")
    told(editor)
    told(editor, finding("three"))
    assert overlay.is_visible()


def test_hostile_words(editor: Editor) -> None:
    """Whatever stands in a source is text, and a link that would run a script is none."""
    editor.open("about/")
    title = editor.page.title()
    words = {"path": HOSTILE, "line": 1, "column": 2, "length": 9, "excerpt": HOSTILE, "hint": HOSTILE, "code": HOSTILE}
    told(
        editor,
        finding(HOSTILE, editor="javascript:document.title='taken'", **words),
        changed=[{"path": "x", "kind": "article", "title": HOSTILE, "url": f"{BASE}{PIECE}"}],
    )

    assert HOSTILE in editor.ui(".message").inner_text()
    assert HOSTILE == editor.ui(".offer a").inner_text()
    assert 0 == editor.ui(":is(img, script, .overlay a)").count()
    assert title == editor.page.title()


def test_a_page_that_cannot_be_made(editor: Editor) -> None:
    """The last state of the page stays below its error, and the next one comes without loading it again."""
    editor.open(PIECE)
    editor.mark("h1")
    editor.stub.failing[BASE + PIECE] = [finding("the template cannot be rendered", code="template")]
    editor.stub.publish()
    editor.settle()
    assert ["the template cannot be rendered"] == editor.ui(".message").all_inner_texts()
    assert "The landlord of the commons" == editor.page.inner_text("h1")
    editor.stub.failing.clear()
    editor.stub.edit(PIECE, ("We have rebuilt the old arrangement", "We have REBUILT it")).publish()
    editor.settle()

    assert not editor.ui(".overlay").is_visible()
    assert editor.page.get_by_text("We have REBUILT it").is_visible()
    assert editor.is_same_page


def test_a_page_that_never_could_be_made(editor: Editor) -> None:
    """A page that is opened broken tells what is wrong, and comes when it is mended."""
    html = editor.stub.pages[BASE + PIECE]
    editor.stub.failing[BASE + PIECE] = [finding("the template cannot be rendered", code="template")]
    editor.open(PIECE)
    assert ["the template cannot be rendered"] == editor.ui(".message").all_inner_texts()
    assert "The page cannot be made yet." == editor.ui(".about").inner_text()
    editor.stub.failing.clear()
    editor.stub.pages[BASE + PIECE] = html.replace("We have rebuilt", "We have REBUILT")
    editor.stub.publish()
    editor.page.get_by_text("We have REBUILT").wait_for()
    editor.settle()

    assert not editor.ui(".overlay").is_visible()


def test_it_is_heard(editor: Editor) -> None:
    """The overlay is a labelled region, and its coming and going is said without taking the focus."""
    editor.open(PIECE)
    editor.page.locator(".sg-name a").focus()
    told(editor, finding("one"), finding("two"))
    assert editor.page.get_by_role("region", name="2 errors").is_visible()
    assert "2 errors" == editor.ui(".said").text_content()
    told(editor)

    assert "Mended: no errors are left." == editor.ui(".said").text_content()
    assert "A" == editor.page.evaluate("document.activeElement.tagName")
