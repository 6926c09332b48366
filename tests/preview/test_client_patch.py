"""A page becomes the next one in place: what differs is changed, and what a reader did to the rest stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import Editor
else:
    Editor = Any

PIECE = "business/the-landlord-of-the-commons/"


def test_a_paragraph(editor: Editor) -> None:
    """The text of one paragraph changes in place; the nodes beside it are the same ones, and so is the page."""
    editor.open(PIECE)
    editor.mark("#patents-laid-down")
    editor.stub.edit(PIECE, ("We have rebuilt the old arrangement", "We have REBUILT the old arrangement")).publish()
    editor.page.get_by_text("We have REBUILT the old").wait_for()

    assert editor.is_same_page
    assert editor.is_marked("#patents-laid-down")
