"""The neutral tree of a front matter: what was written, and where, whether in YAML or in TOML.

The readers of both languages make these nodes; `fields` turns them into values. A scalar keeps its
text as written, because the types of YAML spoil what people mean: `2.10` is a version and `no` is
Norwegian. The words are TOML's: a list is an array, a mapping a table.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import Any, Literal

from msgspec import Struct

from sitegen.articles.meta import Place

__all__ = [
    "DEPTH_LIMIT",
    "NODE_LIMIT",
    "Array",
    "Entry",
    "FrontMatterProblem",
    "Node",
    "Ruler",
    "Scalar",
    "Table",
    "plain",
]

NODE_LIMIT = 20_000
"""Nodes of one front matter, aliases expanded: far more than a person writes, and soon visited."""

DEPTH_LIMIT = 32
"""Tables and lists inside one another; everything that walks the tree may therefore recurse."""

LARGEST_INTEGER = 2**63 - 1


class Scalar(Struct, frozen=True):
    """A single value: its text as written (without quotes), and what kind it looks like."""

    text: str
    kind: Literal["str", "int", "float", "bool", "null", "date"]
    place: Place


class Array(Struct, frozen=True):
    """A list of nodes."""

    items: tuple[Node, ...]
    place: Place


class Entry(Struct, frozen=True):
    """A key of a table with its value."""

    key: str
    key_place: Place
    value: Node


class Table(Struct, frozen=True):
    """Keys and values in the order of writing; a key stands once."""

    entries: tuple[Entry, ...]
    place: Place


Node = Scalar | Array | Table


class FrontMatterProblem(Exception):  # noqa: N818 - caught by `frontmatter`, which makes it a finding
    """Why a front matter cannot be read, or what is odd about it."""

    def __init__(self, code: str, message: str, place: Place, hint: str = "") -> None:
        """Keep the parts of the finding to be."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.place = place
        self.hint = hint


class Ruler(Struct, frozen=True):
    """Turns offsets of a text into places. Lines end at a line feed and nowhere else."""

    text: str
    starts: tuple[int, ...]

    @classmethod
    def over(cls, text: str) -> Ruler:
        """Measure a text."""
        starts = [0]
        while position := text.find("\n", starts[-1]) + 1:
            starts.append(position)
        return cls(text, tuple(starts))

    def place(self, start: int, end: int) -> Place:
        """Return the place of the characters from `start` to before `end`, cut at the end of the line."""
        start = min(start, len(self.text))
        line = bisect_right(self.starts, start)
        line_end = self.starts[line] - 1 if line < len(self.starts) else len(self.text)
        return Place(line, start - self.starts[line - 1] + 1, max(min(end, line_end) - start, 0))


def plain(node: Node) -> Any:  # noqa: ANN401 - data of any shape
    """Return a node as plain Python data, numbers and truth values typed.

    What JSON or 64 bits cannot hold (infinities, very large integers) stays text.
    """
    if isinstance(node, Table):
        return {entry.key: plain(entry.value) for entry in node.entries}
    if isinstance(node, Array):
        return [plain(item) for item in node.items]
    return _typed(node)


def _typed(scalar: Scalar) -> str | int | float | bool | None:
    match scalar.kind:
        case "null":
            return None
        case "bool":
            return scalar.text.lower() == "true"
        case "int":
            return _integer(scalar.text)
        case "float":
            number = float(scalar.text)
            return number if math.isfinite(number) else scalar.text
        case _:
            return scalar.text


def _integer(text: str) -> int | str:
    if len(text) > len(str(LARGEST_INTEGER)) + 1:
        return text
    base = {"0x": 16, "0o": 8, "0b": 2}.get(text[:2], 10)
    number = int(text, base)
    return number if abs(number) <= LARGEST_INTEGER else text
