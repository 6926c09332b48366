"""YAML to nodes: the parser's events, composed here so that nothing in a file can exhaust the machine.

PyYAML's own composer recurses in C: a front matter of a hundred thousand brackets would end the
process, and a chain of aliases would fill the memory. Its events do neither. Plain scalars are
resolved by the core schema of YAML 1.2 (section 10.3.2), so there are no sexagesimal numbers, and
`no` is a word. An alias shares its node; merge keys (`<<`) are understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from msgspec import Struct

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
from sitegen.articles.scalars import scalar_kind
from sitegen.articles.yaml_lines import read_lines

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML without libyaml: the same events, more slowly
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

__all__ = ["read_yaml"]

_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("bool", "float", "int", "map", "null", "seq", "timestamp"))
_TEXT_TAGS = frozenset({"!", "tag:yaml.org,2002:str"})
_LEADING_TAB = re.compile(r"^[ \t?-]*\t[ \t?-]*", re.MULTILINE)
_UNACCEPTABLE = re.compile(r"[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def read_yaml(text: str, ruler: Ruler, offset: int) -> tuple[Node | None, list[FrontMatterProblem]]:
    """Return the root node of a YAML document and what was odd about it; `None` where it is empty.

    `text` stands at `offset` in the text that `ruler` measures. Where the document can be read only
    with the tabs of its indentation taken for single blanks, it is read so and the first is reported.

    Raises `FrontMatterProblem` with code `front-matter-syntax`.
    """
    if (table := read_lines(text, ruler, offset)) is not None:
        return table, []
    composer = _Composer(ruler, offset)
    try:
        return composer.compose(text), composer.odd
    except yaml.YAMLError as error:
        blanked = _LEADING_TAB.sub(lambda run: run[0].replace("\t", " "), text)
        if blanked == text:
            raise _problem(error, text, ruler, offset) from None
    composer = _Composer(ruler, offset)
    try:
        root = composer.compose(blanked)
    except yaml.YAMLError as error:
        raise _problem(error, text, ruler, offset) from None
    tab = offset + next(i for i, (old, new) in enumerate(zip(text, blanked, strict=True)) if old != new)
    odd = FrontMatterProblem(
        "yaml-tab", "a tab in the indentation, read as one blank", ruler.place(tab, tab + 1), "indent with blanks"
    )
    return root, [odd, *composer.odd]


class _Open(Struct):
    """A list or table that is not closed yet; a table's keys and values alternate in `children`."""

    is_table: bool
    start: int
    anchor: str | None
    nodes_before: int
    children: list[Node]
    height: int = 0


class _Anchored(Struct, frozen=True):
    """What an alias refers to, with the number of nodes in it and its depth."""

    node: Node
    nodes: int
    height: int


class _Composer:
    """Builds the tree from events, counting as it goes."""

    def __init__(self, ruler: Ruler, offset: int) -> None:
        self.ruler = ruler
        self.offset = offset
        self.odd: list[FrontMatterProblem] = []
        self.anchors: dict[str, _Anchored] = {}
        self.open: list[_Open] = []
        self.nodes = 0

    def compose(self, text: str) -> Node | None:
        root: Node | None = None
        for event in _events(text):
            match event:
                case yaml.ScalarEvent():
                    self.count(1, event)
                    node: Node = self.scalar(event)
                    height = 0
                    self.keep(event.anchor, node, 1, height)
                case yaml.AliasEvent():
                    anchored = self.anchored(event)
                    self.count(anchored.nodes, event)
                    node, height = anchored.node, anchored.height
                case yaml.CollectionStartEvent():
                    self.start(event)
                    continue
                case yaml.CollectionEndEvent():
                    node, height = self.end(event)
                case yaml.DocumentStartEvent() if root is not None:
                    raise self.problem(
                        "a second document begins here", event, "keep one document between the delimiters"
                    )
                case _:
                    continue
            if self.open:
                self.open[-1].children.append(node)
                self.open[-1].height = max(self.open[-1].height, height)
            else:
                root = node
        return root

    def problem(self, message: str, event: Any, hint: str = "") -> FrontMatterProblem:  # noqa: ANN401 - PyYAML's events
        place = self.ruler.place(self.offset + event.start_mark.index, self.offset + event.end_mark.index)
        return FrontMatterProblem("front-matter-syntax", message, place, hint)

    def count(self, nodes: int, event: Any) -> None:  # noqa: ANN401 - PyYAML's events
        self.nodes += nodes
        if self.nodes > NODE_LIMIT:
            what = "aliases expand to" if isinstance(event, yaml.AliasEvent) else "the front matter has"
            raise self.problem(f"{what} more than {NODE_LIMIT:,} values", event)

    def deepen(self, height: int, event: Any) -> None:  # noqa: ANN401 - PyYAML's events
        if len(self.open) + height > DEPTH_LIMIT:
            raise self.problem(f"lists and tables are nested deeper than {DEPTH_LIMIT} levels", event)

    def keep(self, anchor: str | None, node: Node, nodes: int, height: int) -> None:
        if anchor is not None:
            self.anchors[anchor] = _Anchored(node, nodes, height)

    def anchored(self, event: Any) -> _Anchored:  # noqa: ANN401 - PyYAML's events
        if any(collection.anchor == event.anchor for collection in self.open):
            raise self.problem(f"the alias `*{event.anchor}` stands inside what it names", event)
        if event.anchor not in self.anchors:
            raise self.problem(
                f"the alias `*{event.anchor}` refers to nothing",
                event,
                "put text that begins with an asterisk between quotes",
            )
        anchored = self.anchors[event.anchor]
        self.deepen(anchored.height, event)
        return anchored

    def scalar(self, event: Any) -> Scalar:  # noqa: ANN401 - PyYAML's events
        text: str = event.value
        place = self.ruler.place(self.offset + event.start_mark.index, self.offset + event.end_mark.index)
        if not event.implicit[0]:
            self.check_tag(event)
            if event.implicit[1] or event.tag in _TEXT_TAGS:
                return Scalar(text, "str", place)
        return Scalar(text, scalar_kind(text), place)

    def check_tag(self, event: Any) -> None:  # noqa: ANN401 - PyYAML's events
        tag = event.tag
        if tag is not None and tag not in _TAGS and tag not in _TEXT_TAGS:
            raise self.problem(
                f"the tag “{tag}” has no meaning here", event, "put text that begins with `!` between quotes"
            )

    def start(self, event: Any) -> None:  # noqa: ANN401 - PyYAML's events
        self.check_tag(event)
        self.count(1, event)
        self.deepen(1, event)
        is_table = isinstance(event, yaml.MappingStartEvent)
        self.open.append(_Open(is_table, self.offset + event.start_mark.index, event.anchor, self.nodes - 1, []))

    def end(self, event: Any) -> tuple[Node, int]:  # noqa: ANN401 - PyYAML's events
        closed = self.open.pop()
        place = self.ruler.place(closed.start, self.offset + event.end_mark.index)
        node = Table(self.entries(closed.children), place) if closed.is_table else Array(tuple(closed.children), place)
        self.keep(closed.anchor, node, self.nodes - closed.nodes_before, closed.height + 1)
        return node, closed.height + 1

    def entries(self, children: list[Node]) -> tuple[Entry, ...]:
        own: dict[str, Entry] = {}
        merged: dict[str, Entry] = {}
        pairs = iter(children)
        for key, value in zip(pairs, pairs, strict=True):
            if not isinstance(key, Scalar):
                raise FrontMatterProblem(
                    "front-matter-syntax",
                    "a list or table stands where a key is expected",
                    key.place,
                    "put text that begins with a bracket or brace between quotes",
                )
            if key.text == "<<":
                for entry in _merged(value):
                    merged.setdefault(entry.key, entry)
                continue
            if earlier := own.pop(key.text, None):
                self.odd.append(
                    FrontMatterProblem(
                        "duplicate-key",
                        f"`{key.text}` stands twice, first in line {earlier.key_place.line}",
                        key.place,
                        "the last one counts; remove the other",
                    )
                )
            own[key.text] = Entry(key.text, key.place, value)
        inherited = (entry for name, entry in merged.items() if name not in own)
        return (*inherited, *own.values()) if merged else tuple(own.values())


def _merged(value: Node) -> Iterator[Entry]:
    """Yield what a merge key brings: the entries of a table, or of each table of a list, earlier ones first."""
    for table in value.items if isinstance(value, Array) else (value,):
        if not isinstance(table, Table):
            raise FrontMatterProblem(
                "front-matter-syntax", "the merge key `<<` needs a table, or a list of tables", table.place
            )
        yield from table.entries


def _events(text: str) -> Iterator[Any]:
    events: Iterator[Any] = yaml.parse(text, Loader=Loader)
    return events


_SLIPS = (
    (
        "mapping values are not allowed",
        "a colon followed by a blank begins a value here, but none can stand in this place",
        "if the colon belongs to the text, put the whole text between quotes: {quoted}",
    ),
    (
        "found unexpected end of stream",
        "a quotation mark is never closed",
        "close it, or put text that holds one kind of quotes between the other kind",
    ),
    ("found unexpected document indicator", "a quotation mark is never closed", "close it"),
    (
        "expected ',' or",
        "a bracket or brace is never closed",
        "close it, or put text that begins with one between quotes",
    ),
    (
        "did not find expected key",
        "this is neither a key nor part of the value before it",
        "check the indentation; text with quotes or brackets at its beginning goes between quotes: {quoted}",
    ),
    (
        "expected <block end>",
        "this is neither a key nor part of the value before it",
        "check the indentation; text with quotes or brackets at its beginning goes between quotes: {quoted}",
    ),
    ("could not find expected ':'", "a key without a colon", "write `key: value`"),
    ("cannot start any token", "a value cannot begin with this character", "put the text between quotes: {quoted}"),
    ("block sequence entries are not allowed", "a list cannot begin here", "put each `- item` on a line of its own"),
    (
        "expected alphabetic or numeric",
        "`*` and `&` at the beginning of a value have a meaning of their own in YAML",
        "put the text between quotes: {quoted}",
    ),
    (
        "comment or",
        "`>` and `|` at the beginning of a value have a meaning of their own in YAML",
        "put the text between quotes: {quoted}",
    ),
    ("unknown escape character", "an unknown escape after a backslash", "use single quotes, or double the backslash"),
    ("tab character", "a tab in the indentation", "indent with blanks"),
)
_FROM_ITS_BEGINNING = (
    "found unexpected end of stream",
    "found unexpected document",
    "expected ',' or",
    "expected alphabetic or numeric",
    "comment or",
)
"""Problems that PyYAML notices late: the place to look at is where the value begins."""


def _problem(error: yaml.YAMLError, text: str, ruler: Ruler, offset: int) -> FrontMatterProblem:
    """Say in our words what PyYAML found, at the place where the user must look."""
    if isinstance(error, yaml.reader.ReaderError):
        found = _UNACCEPTABLE.search(text)
        start = offset + (found.start() if found else 0)
        name = f"U+{ord(found[0]):04X}" if found else "a control character"
        return FrontMatterProblem(
            "front-matter-syntax", f"the character {name} is not allowed", ruler.place(start, start + 1), "remove it"
        )
    said = str(getattr(error, "problem", None) or error)
    mark = getattr(error, "problem_mark", None)
    if any(fragment in said for fragment in _FROM_ITS_BEGINNING):
        mark = getattr(error, "context_mark", None) or mark
    index = min(mark.index, len(text)) if mark is not None else 0
    start = offset + index
    for fragment, message, hint in _SLIPS:
        if fragment in said:
            return FrontMatterProblem(
                "front-matter-syntax",
                message,
                ruler.place(start, start + 1),
                hint.format(quoted=_quoted(text, index)),
            )
    return FrontMatterProblem("front-matter-syntax", " ".join(said.split()), ruler.place(start, start + 1))


def _quoted(text: str, index: int) -> str:
    """Return the line around `index` as it would be with its value between quotes."""
    start = text.rfind("\n", 0, index) + 1
    end = text.find("\n", index)
    line = text[start : end if end >= 0 else len(text)]
    found = re.match(r"[ -]*([\w-]+):[ \t]+(\S.*)", line)
    if not found:
        return "`key: 'text'`"
    value = found[2].strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return f"`{found[1]}: '{value.replace(chr(39), chr(39) * 2)}'`"
