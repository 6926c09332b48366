"""Where a piece of text stands in its file.

Python-Markdown keeps no positions, so findings about a body look for the text they speak of. The
search goes forward from the last hit, because blocks are visited in the order of the document.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property

from sitegen.articles.meta import Place
from sitegen.diagnostics import Diagnostic

__all__ = ["Locator"]

_BEFORE_BLOCK = re.compile(r"(?:[ \t>]|[-*+:#][ \t]|#|\d+[.)][ \t]|\[\^[^\]\n]*\]:)*")
_AFTER_BLOCK = " \t#"
_PARKED = "\x02"  # Python-Markdown's sign that something else stands here: the body has no such text


class Locator:
    """Finds texts in a body.

    `body` is the Markdown, `first_line` the line of the file on which it begins.
    """

    def __init__(self, body: str, first_line: int = 1) -> None:
        """Start searching at the top."""
        self.body = body
        self.first_line = first_line
        self._from = 0
        self._behind_block = 0  # of identical blocks each is reached once

    def place(self, text: str) -> Place:
        """Return where `text` stands next, else where it stands first, else an unknown place."""
        return self._found(text, advance=False)

    def passed(self, text: str) -> Place:
        """As `place`, and let the next search begin behind the text."""
        return self._found(text, advance=True)

    def reached(self, text: str) -> Place:
        """Return where the next block stands whose first line is `text`, and let other searches begin there.

        A block has nothing but Markdown's own signs around it, so the item “a” is not found inside a word of
        the item before it. Where there is no such line, this is `place`.
        """
        first_line = text.rstrip(_AFTER_BLOCK)
        start = max(self._from, self._behind_block)
        at = self.body.find(first_line, start) if first_line else -1
        if (at >= 0 and not self._is_block(at, first_line)) or not first_line:
            offsets = self._blocks.get(first_line, ())
            following = bisect_left(offsets, start)
            at = offsets[following] if following < len(offsets) else -1
        if not text or at < 0:
            return self.place(text)
        self._from = at
        self._behind_block = at + len(text)
        return self.at(at, len(text))

    def _is_block(self, at: int, first_line: str) -> bool:
        """Whether what stands at an offset is all of a line but for the signs around a block."""
        body, stop = self.body, at + len(first_line)
        end = body.find("\n", at)
        if end < 0:
            end = len(body)
        if end != stop and (end < stop or body[stop:end].strip(_AFTER_BLOCK)):
            return False
        start = body.rfind("\n", 0, at) + 1
        return _begin(body, start) == at

    def _found(self, text: str, *, advance: bool) -> Place:
        if not text or _PARKED in text:
            return Place()
        at, length = self.body.find(text, self._from), len(text)
        if at < 0:
            at = self.body.find(text)
        if at < 0 and " " in text:  # Python-Markdown has made blanks of tabs
            loose = re.compile(r"[ \t]+".join(map(re.escape, text.split())))
            if match := loose.search(self.body, self._from) or loose.search(self.body):
                at, length = match.start(), match.end() - match.start()
        if at < 0:
            return Place()
        self._from = max(self._from, at + length if advance else at)
        return self.at(at, length)

    def at(self, offset: int, length: int = 0) -> Place:
        """Return the place of an offset of the body; the length ends with the line at the latest."""
        starts = self._starts
        row = bisect_right(starts, offset)
        room = (starts[row] - 1 if row < len(starts) else len(self.body)) - offset
        return Place(row - 1 + self.first_line, offset - starts[row - 1] + 1, min(length, room))

    def within(self, place: Place, text: str, part: str, start: int = 0) -> Place:
        """Return the place of `part` inside `text`, not before `start`; the text stands at `place` on one line."""
        offset = text.find(part, start)
        if not place.line or offset < 0:
            return place
        return Place(place.line, place.column + offset, len(part))

    def place_in_line(self, number: int, part: str) -> Place:
        """Return the place of `part` in the line with this number."""
        column = self.line(number).find(part)
        return Place(number, max(column, 0) + 1, len(part))

    def rewind(self) -> None:
        """Search from the top again."""
        self._from = self._behind_block = 0

    def line(self, number: int) -> str:
        """Return the line of the file with this number, or an empty string."""
        row = number - self.first_line
        if not 0 <= row < len(self._starts):
            return ""
        end = self.body.find("\n", self._starts[row])
        return self.body[self._starts[row] : end if end >= 0 else None].rstrip("\r")

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

    def find(self, code: str, message: str, *needles: str, hint: str = "") -> Diagnostic:
        """Make a finding at the first of the needles that stands in the body, and let the next search go on there."""
        place = next((place for needle in needles if (place := self.passed(needle)).line), Place())
        return self.finding(code, message, place, hint=hint)

    @cached_property
    def _starts(self) -> list[int]:
        """The offsets of the lines."""
        starts = [0]
        for line in self.body.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        del starts[-1]
        return starts

    @cached_property
    def _blocks(self) -> dict[str, list[int]]:
        """The offsets of what may begin a block, by the text of its first line."""
        found: dict[str, list[int]] = {}
        for start, line in zip(self._starts, self.body.split("\n"), strict=True):
            begin = _begin(line, 0)
            found.setdefault(line[begin:].rstrip(_AFTER_BLOCK), []).append(start + begin)
        return found


def _begin(text: str, start: int) -> int:
    """Return where a block may begin in the line that begins at `start`."""
    signs = None if text[start : start + 1].isalpha() else _BEFORE_BLOCK.match(text, start)
    return signs.end() if signs else start
