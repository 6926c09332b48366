"""Python-Markdown's links and pictures made quicker: plain ones are read by an expression, not by character.

Part of `quicken`, which says when these classes may stand in for Python-Markdown's own.
"""

from __future__ import annotations

import re

from markdown.inlinepatterns import ImageInlineProcessor, LinkInlineProcessor
from markdown.util import STX

__all__ = ["QuickImageProcessor", "QuickLinkProcessor"]

_TEXT = re.compile(r"([^\[\]]*+)\]")
_ADDRESS = re.compile(rf"\(([^()'\"<>\s{STX}]*+)\)")


class _PlainLink:
    """Finds the end of a text without brackets, and an address without quotes, brackets and blanks, in one go."""

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:  # noqa: N802 - the library's name
        if found := _TEXT.match(data, index):
            return found[1], found.end(), True
        outcome: tuple[str, int, bool] = super().getText(data, index)  # type: ignore[misc]  # of the other base
        return outcome

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802 - the library's name
        if found := _ADDRESS.match(data, index):
            return found[1], None, found.end(), True
        outcome: tuple[str, str | None, int, bool] = super().getLink(data, index)  # type: ignore[misc]  # of the other base
        return outcome


class QuickLinkProcessor(_PlainLink, LinkInlineProcessor):
    """Reads a plain link at once."""


class QuickImageProcessor(_PlainLink, ImageInlineProcessor):
    """Reads a plain picture at once."""
