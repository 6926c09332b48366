"""The YAML that most people write, read without its parser: a key and a value to a line, or a list below its key.

A front matter of nothing else has one meaning in YAML, and here it is found many times as fast. Whatever
could mean something more (an indicator, an indentation, a tab, a comment) is for `yaml_nodes`.
"""

from __future__ import annotations

import re

from sitegen.articles.nodes import NODE_LIMIT, Array, Entry, Node, Ruler, Scalar, Table
from sitegen.articles.scalars import scalar_kind

__all__ = ["read_lines"]

_LINE = re.compile(r"([A-Za-z_][A-Za-z0-9_-]{0,99}):(?:[ ]+(\S.*))?")
_INDICATORS = frozenset("-?:,[]{}#&*!|>%@`")
_ITEM = re.compile(r"([ ]*)-[ ]+(\S.*)")


def read_lines(text: str, ruler: Ruler, offset: int) -> Table | None:
    """Return the root of a document of plain lines, as `read_yaml` would; `None` where it is anything else.

    `text` stands at `offset` in the text that `ruler` measures.
    """
    lines = text.strip("\n").split("\n")
    if not all(map(str.isprintable, lines)) or len(lines) * 2 >= NODE_LIMIT:
        return None
    entries: dict[str, Entry] = {}
    at = first = offset + len(text) - len(text.lstrip("\n"))
    position = 0
    while position < len(lines):
        line = lines[position]
        if not line:
            at += 1
            position += 1
            continue
        found = _LINE.fullmatch(line)
        if found is None or found[1] in entries:
            return None
        key = found[1]
        start, at = at, at + len(line) + 1
        position += 1
        if found[2] is not None:
            value: Node | None = _scalar(found[2], ruler, start + found.start(2))
        else:
            begin = position
            while position < len(lines) and (not lines[position] or _ITEM.fullmatch(lines[position])):
                position += 1
            value = _list(lines[begin:position], ruler, at)
            at += sum(map(len, lines[begin:position])) + position - begin
        if value is None:
            return None
        entries[key] = Entry(key, ruler.place(start, start + len(key)), value)
    return Table(tuple(entries.values()), ruler.place(first, at)) if entries else None


def _list(lines: list[str], ruler: Ruler, at: int) -> Array | None:
    """Return the list of lines that begin with a hyphen, or are empty; `None` where it is anything else."""
    begin = indent = -1
    items: list[Node] = []
    for line in lines:
        if found := _ITEM.fullmatch(line):
            node = _scalar(found[2], ruler, at + found.start(2))
            if node is None or indent not in (-1, found.end(1)):
                return None
            if not items:
                indent = found.end(1)
                begin = at + indent
            items.append(node)
        at += len(line) + 1
    return Array(tuple(items), ruler.place(begin, at)) if items else None


def _scalar(text: str, ruler: Ruler, start: int) -> Scalar | None:
    """Return a value of one line; `None` where it could be more than it seems."""
    text = text.rstrip(" ")
    place = ruler.place(start, start + len(text))
    sign = text[0]
    if sign in "\"'":
        is_plain = len(text) > 1 and text[-1] == sign and sign not in text[1:-1] and "\\" not in text
        return Scalar(text[1:-1], "str", place) if is_plain else None
    if sign in _INDICATORS or text[-1] == ":" or ": " in text or " #" in text:
        return None
    return Scalar(text, scalar_kind(text), place)
