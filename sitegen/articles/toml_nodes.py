"""TOML 1.0 to nodes: the standard library reads the values, and the places are looked up in the lines.

`tomllib` tells no positions. Keys and table headers stand at the beginning of their lines, so their
places are found there; what stands inside a line (inline tables, items of lists) has the place of
its key.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from typing import Any

from msgspec import Struct

from sitegen.articles.meta import Place
from sitegen.articles.nodes import (
    DEPTH_LIMIT,
    NODE_LIMIT,
    Array,
    Entry,
    FrontMatterProblem,
    Node,
    Ruler,
    Scalar,
    Table,
)

__all__ = ["read_toml"]

Path = tuple[str | int, ...]

LONG = 4_096

_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_PATH = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_NAME = re.compile(_KEY)
_HEADER = re.compile(rf"[ \t]*(?P<brackets>\[\[?)[ \t]*(?P<path>{_PATH})[ \t]*\]")
_ENTRY = re.compile(rf"[ \t]*(?P<path>{_PATH})[ \t]*=[ \t]*(?P<value>.*)")
_POSITION = re.compile(r" *\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")


class _Float(str):
    """A number as written: `2.10` stays `2.10`."""

    __slots__ = ()


class _Spot(Struct, frozen=True):
    """Where a key and its value stand."""

    key: Place
    value: Place


def read_toml(text: str, ruler: Ruler, offset: int) -> Table:
    """Return the table of a TOML document that stands at `offset` in the text that `ruler` measures.

    Raises `FrontMatterProblem` with code `front-matter-syntax`, or `bad-date` where a date is impossible.
    """
    try:
        data = tomllib.loads(text, parse_float=_Float)
    except tomllib.TOMLDecodeError as error:
        raise _problem(str(error), text, ruler, offset) from None
    except (RecursionError, ValueError) as error:
        cause = (
            "lists and tables are nested too deeply" if isinstance(error, RecursionError) else "a number is too long"
        )
        raise FrontMatterProblem("front-matter-syntax", cause, ruler.place(offset, offset)) from None
    spots = _spots(text, ruler, offset)
    spots.setdefault((), _Spot(Place(), ruler.place(offset, offset)))
    table = _Converter(spots).node(data, ())
    assert isinstance(table, Table)  # noqa: S101 - a TOML document is a table
    return table


def _problem(said: str, text: str, ruler: Ruler, offset: int) -> FrontMatterProblem:
    where = _POSITION.search(said)
    lines = text.split("\n")
    index = len(text.rstrip())
    if where and where["line"]:
        line = min(int(where["line"]), len(lines))
        index = sum(len(before) + 1 for before in lines[: line - 1]) + int(where["column"]) - 1
    message = _POSITION.sub("", said)
    place = ruler.place(offset + min(index, len(text)), offset + index + 1)
    if message.startswith("Invalid date"):
        return FrontMatterProblem("bad-date", "not a date that exists", place, "write year-month-day, as `2009-07-20`")
    hint = 'text goes between quotes: `key = "text"`' if message.startswith("Invalid value") else ""
    return FrontMatterProblem("front-matter-syntax", f"not valid TOML: {message}", place, hint)


def _names(path: str) -> tuple[str, ...]:
    return tuple(name if name[0] not in "\"'" else name[1:-1] for name in _NAME.findall(path))


def _spots(text: str, ruler: Ruler, offset: int) -> dict[Path, _Spot]:
    """Return where each key and table is written, by its path; items of `[[lists]]` are numbered from 0."""
    found: dict[Path, _Spot] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    closing = ""
    start = offset
    for line in text.split("\n"):
        if closing:
            closing = "" if closing in line else closing
        elif header := _HEADER.match(line):
            table = _enter(_names(header["path"]), counts, is_item=header["brackets"] == "[[")
            place = ruler.place(start + header.start("path"), start + header.end("path"))
            for depth in range(1, len(table) + 1):
                found.setdefault(table[:depth], _Spot(place, place))
        elif entry := _ENTRY.match(line):
            value = entry["value"].rstrip()
            place = ruler.place(start + entry.start("value"), start + entry.start("value") + len(value))
            key = ruler.place(start + entry.start("path"), start + entry.end("path"))
            names = _names(entry["path"])
            for depth in range(1, len(names) + 1):
                found.setdefault((*table, *names[:depth]), _Spot(key, place))
            for quotes in ('"""', "'''"):
                if value.startswith(quotes) and quotes not in value[3:]:
                    closing = quotes
        start += len(line) + 1
    return found


def _enter(names: tuple[str, ...], counts: dict[Path, int], *, is_item: bool) -> Path:
    """Return the path of a header's table, with the numbers of the items it lies in."""
    path: Path = ()
    for position, name in enumerate(names):
        path = (*path, name)
        if is_item and position == len(names) - 1:
            counts[path] = counts.get(path, 0) + 1
        if path in counts:
            path = (*path, counts[path] - 1)
    return path


class _Converter:
    """Makes nodes of what `tomllib` gives."""

    def __init__(self, spots: dict[Path, _Spot]) -> None:
        self.spots = spots
        self.nodes = 0

    def spot(self, path: Path) -> _Spot:
        while path not in self.spots:
            path = path[:-1]
        return self.spots[path]

    def node(self, value: Any, path: Path) -> Node:  # noqa: ANN401 - TOML values
        place = self.spot(path).value
        self.nodes += 1
        if self.nodes > NODE_LIMIT:
            raise FrontMatterProblem(
                "front-matter-syntax", f"the front matter has more than {NODE_LIMIT:,} values", place
            )
        if len(path) >= DEPTH_LIMIT:
            raise FrontMatterProblem(
                "front-matter-syntax", f"lists and tables are nested deeper than {DEPTH_LIMIT} levels", place
            )
        match value:
            case dict():
                entries = (
                    Entry(key, self.spot((*path, key)).key, self.node(item, (*path, key)))
                    for key, item in value.items()
                )
                return Table(tuple(entries), place)
            case list():
                return Array(tuple(self.node(item, (*path, i)) for i, item in enumerate(value)), place)
            case _:
                return _scalar(value, place)


def _scalar(value: object, place: Place) -> Scalar:
    match value:
        case bool():
            return Scalar("true" if value else "false", "bool", place)
        case int():
            # `str` refuses integers of more than some 4,300 digits, which hexadecimal notation can give.
            return Scalar(str(value) if value.bit_length() < LONG else hex(value), "int", place)
        case _Float():
            return Scalar(value.replace("_", ""), "float", place)
        case dt.date() | dt.time():
            return Scalar(value.isoformat(), "date", place)
        case _:
            return Scalar(str(value), "str", place)
