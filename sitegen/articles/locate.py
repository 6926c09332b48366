"""Where a piece of text stands in its file.

Python-Markdown keeps no positions, so findings about a body look for the text they speak of. The
search goes forward from the last hit, because blocks are visited in the order of the document.
"""

from __future__ import annotations

from bisect import bisect_right

from sitegen.articles.article import Place
from sitegen.diagnostics import Diagnostic

__all__ = ["Locator"]


class Locator:
    """Finds texts in a body.

    `body` is the Markdown, `first_line` the line of the file on which it begins.
    """

    def __init__(self, body: str, first_line: int = 1) -> None:
        """Start searching at the top."""
        self.body = body
        self.first_line = first_line
        self._starts: list[int] = []
        self._from = 0

    def place(self, text: str) -> Place:
        """Return where `text` stands next, else where it stands first, else an unknown place."""
        if not text:
            return Place()
        at = self.body.find(text, self._from)
        if at < 0:
            at = self.body.find(text)
        if at < 0:
            return Place()
        self._from = at
        return self.at(at, len(text))

    def passed(self, text: str) -> Place:
        """As `place`, and let the next search begin behind the text."""
        place = self.place(text)
        if place.line:
            self._from += len(text)
        return place

    @property
    def position(self) -> int:
        """The offset from which the next search goes forward: where the last text was found."""
        return self._from

    def skip_to(self, offset: int) -> None:
        """Let the next search begin at an offset, where it would begin before it."""
        self._from = max(self._from, offset)

    def at(self, offset: int, length: int = 0) -> Place:
        """Return the place of an offset of the body."""
        if not self._starts:
            self._starts = [0]
            self._starts += [i + 1 for i, sign in enumerate(self.body) if sign == "\n"]
        row = bisect_right(self._starts, offset) - 1
        end = self.body.find("\n", offset)
        room = (end if end >= 0 else len(self.body)) - offset
        return Place(row + self.first_line, offset - self._starts[row] + 1, min(length, room))

    def within(self, place: Place, text: str, part: str) -> Place:
        """Return the place of `part` inside `text`, which stands at `place` on one line."""
        offset = text.find(part)
        if not place.line or offset < 0:
            return place
        return Place(place.line, place.column + offset, len(part))

    def place_in_line(self, number: int, part: str) -> Place:
        """Return the place of `part` in the line with this number."""
        column = self.line(number).find(part)
        return Place(number, max(column, 0) + 1, len(part))

    def rewind(self) -> None:
        """Search from the top again."""
        self._from = 0

    def line(self, number: int) -> str:
        """Return the line of the file with this number, or an empty string."""
        lines = self.body.split("\n")
        index = number - self.first_line
        return lines[index].rstrip("\r") if 0 <= index < len(lines) else ""

    def finding(self, code: str, message: str, place: Place, *, hint: str = "") -> Diagnostic:
        """Make a finding at a place, with the line as its excerpt."""
        return Diagnostic.of(
            code,
            message,
            line=place.line,
            column=place.column,
            length=place.length,
            excerpt=self.line(place.line) if place.line else "",
            hint=hint,
        )
