"""Debate maps: a debate as a drawing, with a nested list that says the same.

What is spoken of stands where a line of text begins, and what speaks of it after it, column by column. The
columns and the order within them come from a library, fast-sugiyama, that need not be installed: then there is
no drawing. It is imported when the first map is made. Its way to end is to abort the process where it is given
circles, so it never is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from msgspec import Struct

from sitegen.archive.cards import Card, Debate, DebateEdge, DebateNode
from sitegen.pages.letters import is_rtl, width, wrap
from sitegen.pages.outline import Branch, outline

__all__ = ["Box", "DebateMap", "Drawing", "Line", "debate_map"]

# All in units of the drawing, which are pixels.
_BOX, _PADDING, _TEXT, _LEADING, _NOTE, _NOTE_LEADING = 224, 11, 13, 18, 11, 16
_LABEL, _TURN, _HEAD, _MARGIN, _ROW_GAP = 66, 50, 9, 4, 14
_PORT, _LABEL_PORT = 10, 15
_LINES, _CLAIM_LINES = 4, 6
_STEP = 10


class Box(Struct, frozen=True, kw_only=True):
    """A node as it is drawn: a box with lines of text that begin at `text_x`, each with the y of its foot.

    `note` is small, under the lines: authors and year. `is_own` marks what the debate is about.
    """

    node: DebateNode
    x: int
    y: int
    width: int
    height: int
    text_x: int
    lines: tuple[str, ...]
    feet: tuple[int, ...]
    note: str = ""
    is_rtl: bool = False
    is_cut: bool = False
    is_own: bool = False


class Line(Struct, frozen=True, kw_only=True):
    """An edge as it is drawn: the data of its path and of the sign at its end, and the middle of its label."""

    kind: Literal["supports", "rebuts", "undercuts", "neutral"]
    path: str
    head: str
    label_x: int
    label_y: int


class Drawing(Struct, frozen=True, kw_only=True):
    """A drawing with its size in pixels."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


class DebateMap(Struct, frozen=True, kw_only=True):
    """A debate to show. `drawing` is `None` where nothing can draw it; `outline` tells all of it."""

    outline: tuple[Branch, ...]
    drawing: Drawing | None = None


Spell = Callable[[str, str], str]


class _Place(NamedTuple):
    column: int
    row: float


class _Text(NamedTuple):
    lines: tuple[str, ...]
    note: str
    is_cut: bool


def _as_it_is(text: str, _language: str) -> str:
    return text


def debate_map(debate: Debate, spell: Spell = _as_it_is, *, is_rtl: bool = False) -> DebateMap:
    """Return the map of a debate; with `is_rtl` it begins at the right.

    `spell` gives a text as it is printed in its language, an empty one that of the site.
    """
    return DebateMap(outline=outline(debate), drawing=_drawing(debate, spell, is_rtl=is_rtl))


def _drawing(debate: Debate, spell: Spell, *, is_rtl: bool) -> Drawing | None:
    numbers = {node.ref: number for number, node in enumerate(debate.nodes)}
    ends = [(numbers[edge.target], numbers[edge.source]) for edge in debate.edges]
    # What an edge speaks of stands before the source, but for an edge that would close a circle.
    turned = _closing(len(numbers), ends)
    pairs = [(b, a) if (a, b) in turned else (a, b) for a, b in ends]
    found = _places(pairs)
    if found is None:
        return None
    places, routes = found
    lone = [number for number in range(len(numbers)) if number not in places]
    below = max((place.row for place in places.values()), default=-1.0) + 1
    places |= {number: _Place(0, below + index) for index, number in enumerate(lone)}
    texts = [_text(node, spell) for node in debate.nodes]
    return _Pen(debate, texts, places, [routes[pair] for pair in pairs], is_rtl=is_rtl).draw()


def _closing(count: int, pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the pairs without which there are no circles: those that lead back on a walk through all nodes."""
    leads: defaultdict[int, list[int]] = defaultdict(list)
    for a, b in pairs:
        leads[a].append(b)
    closing: set[tuple[int, int]] = set()
    done: set[int] = set()
    for start in range(count):
        path = {start: iter(leads[start])} if start not in done else {}
        while path:
            node = next(reversed(path))
            for other in path[node]:
                if other in path:
                    closing.add((node, other))
                elif other not in done:
                    path[other] = iter(leads[other])
                    break
            else:
                done.add(node)
                del path[node]
    return closing


def _places(
    pairs: Sequence[tuple[int, int]],
) -> tuple[dict[int, _Place], dict[tuple[int, int], list[_Place]]] | None:
    """Return the column and row of nodes, and the places that each pair's line passes, its ends included.

    Lines that are longer than one column get points of their own in the columns between, so that no box is in
    their way: the first time the library finds the columns, the second time the rows of all.
    """
    if not pairs:
        return {}, {}
    steps = list(dict.fromkeys(pairs))
    columns = _layers(steps)
    if columns is None:
        return None
    fresh = max(map(max, steps)) + 1
    chains: dict[tuple[int, int], list[int]] = {}
    for a, b in steps:
        between = range(fresh, fresh + columns[b].column - columns[a].column - 1)
        fresh += len(between)
        chains[a, b] = [a, *between, b]
    joined = [(a, b) for chain in chains.values() for a, b in pairwise(chain)]
    places = _layers(joined) or columns
    last = max(map(max, steps))
    routes = {pair: [places[number] for number in chain] for pair, chain in chains.items()}
    return {number: place for number, place in places.items() if number <= last}, routes


def _layers(pairs: list[tuple[int, int]]) -> dict[int, _Place] | None:
    """Ask the library; parts that hang together stand one below the other. `None` where it is not there."""
    try:
        from fast_sugiyama import from_edges
    except ImportError:
        return None
    parts = from_edges(
        pairs,
        minimum_length=1,
        vertex_spacing=_STEP,
        dummy_vertices=False,
        ranking_type="minimize",
        crossing_minimization="barycenter",
        transpose=True,
    )
    places: dict[int, _Place] = {}
    row = 0.0
    for part, *_ in sorted(parts, key=lambda part: min(number for number, _ in part[0])):
        highest = max(y for _, (_, y) in part)
        first = min(x for _, (x, _) in part)
        for number, (x, y) in part:
            places[int(number)] = _Place(round((highest - y) / _STEP), row + (x - first) / _STEP)
        row = max(place.row for place in places.values()) + 1
    return places


class _Pen:
    """Draws one debate whose nodes have their places."""

    def __init__(
        self,
        debate: Debate,
        texts: list[_Text],
        places: dict[int, _Place],
        routes: list[list[_Place]],
        *,
        is_rtl: bool,
    ) -> None:
        self.debate, self.texts, self.places, self.routes, self.is_rtl = debate, texts, places, routes, is_rtl
        self.numbers = {node.ref: number for number, node in enumerate(debate.nodes)}
        starts: defaultdict[int, int] = defaultdict(int)
        for edge, route in zip(debate.edges, routes, strict=True):
            starts[self.after(edge, route)] += 1
        self.heights = [
            max(_height(text), 2 * _PADDING + _LABEL_PORT * starts[number]) for number, text in enumerate(self.texts)
        ]
        self.row = max(self.heights, default=0) + _ROW_GAP
        self.height = round(max((place.row for place in places.values()), default=0) * self.row) + self.row
        self.columns = max((place.column for place in places.values()), default=0)
        self.width = (self.columns + 1) * _BOX + self.columns * (_LABEL + _TURN) + 2 * _MARGIN

    def draw(self) -> Drawing:
        """Return the drawing."""
        return Drawing(
            width=self.width,
            height=self.height,
            boxes=tuple(self.box(node) for node in self.debate.nodes),
            lines=tuple(self.all_lines()),
        )

    def after(self, edge: DebateEdge, route: list[_Place]) -> int:
        """Return the number of the node at the farther end of a line, where its label stands."""
        source, target = self.numbers[edge.source], self.numbers[edge.target]
        return source if route[-1] == self.places[source] else target

    def x(self, column: int) -> int:
        """Return where a column begins, as seen from where lines of text begin."""
        return _MARGIN + column * (_BOX + _LABEL + _TURN)

    def y(self, place: _Place) -> int:
        """Return the middle of a place."""
        return round(place.row * self.row) + self.row // 2

    def seen(self, x: int) -> int:
        """Return where something is seen: mirrored where lines of text begin at the right."""
        return self.width - x if self.is_rtl else x

    def box(self, node: DebateNode) -> Box:
        """Return the box of a node."""
        number = self.numbers[node.ref]
        place, (lines, note, is_cut) = self.places[number], self.texts[number]
        top = self.y(place) - self.heights[number] // 2
        left = min(self.seen(self.x(place.column)), self.seen(self.x(place.column) + _BOX))
        text_is_rtl = is_rtl(lines[0])
        first = self.y(place) - _height(self.texts[number]) // 2 + _PADDING + _TEXT
        feet = [first + _LEADING * index for index in range(len(lines))]
        return Box(
            node=node,
            x=left,
            y=top,
            width=_BOX,
            height=self.heights[number],
            text_x=left + (_BOX - _PADDING if text_is_rtl else _PADDING),
            lines=lines,
            feet=(*feet, *([feet[-1] + _NOTE_LEADING] if note else [])),
            note=note,
            is_rtl=text_is_rtl,
            is_cut=is_cut,
            is_own=node.distance == 0,
        )

    def all_lines(self) -> list[Line]:
        """Return the lines of all edges; where several meet a side of a box, they are spread along it."""
        befores: defaultdict[_Place, list[int]] = defaultdict(list)
        afters: defaultdict[_Place, list[int]] = defaultdict(list)
        for number, route in enumerate(self.routes):
            befores[route[0]].append(number)
            afters[route[-1]].append(number)
        begins: dict[int, int] = {}
        ends: dict[int, int] = {}
        by_place = {place: self.heights[number] for number, place in self.places.items()}
        for ports, meeting, step, neighbour in ((begins, befores, _PORT, 1), (ends, afters, _LABEL_PORT, -2)):
            for place, routes in meeting.items():
                routes.sort(key=lambda number: (self.routes[number][neighbour].row, number))
                gap = min(step, (by_place[place] - 2 * _PADDING) / max(1, len(routes) - 1))
                for index, number in enumerate(routes):
                    ports[number] = self.y(place) + round((index - (len(routes) - 1) / 2) * gap)
        return [
            self.line(edge, route, begins[number], ends[number])
            for number, (edge, route) in enumerate(zip(self.debate.edges, self.routes, strict=True))
        ]

    def line(self, edge: DebateEdge, route: list[_Place], begin: int, end: int) -> Line:
        """Return the line of an edge from the box before, at height `begin`, to the box after, at `end`."""
        is_turned = self.after(edge, route) != self.numbers[edge.source]
        at, y = self.x(route[0].column) + _BOX, begin
        path = [f"M{self.seen(at)} {y}H{self.seen(at + _HEAD)}"]
        at += _HEAD
        for place in route[1:]:
            column = self.x(place.column)
            there = end if place is route[-1] else self.y(place)
            middle = (at + column - _LABEL) // 2
            path.append(
                f"C{self.seen(middle)} {y} {self.seen(middle)} {there} {self.seen(column - _LABEL)} {there}"
                f"H{self.seen(column if place is route[-1] else column + _BOX)}"
            )
            at, y = column + _BOX, there
        tip, way = (self.x(route[-1].column), -1) if is_turned else (self.x(route[0].column) + _BOX, 1)
        return Line(
            kind=edge.kind,
            path="".join(path),
            head=_head(edge.kind, self.seen(tip), end if is_turned else begin, -way if self.is_rtl else way),
            label_x=self.seen(self.x(route[-1].column) - _LABEL // 2 - (_HEAD // 2 if is_turned else 0)),
            label_y=end - 4,
        )


def _text(node: DebateNode, spell: Spell) -> _Text:
    """Return what is written into a box: the claim, or its first words, and below it who says so."""
    room = (_BOX - 2 * _PADDING) / _TEXT
    if node.argument is None:
        lines = wrap(spell(node.claim.name if node.claim else node.ref, ""), room, _CLAIM_LINES)
        return _Text(lines, "", lines[-1].endswith("…"))
    card = node.argument
    lines = wrap(spell(card.short, card.article.language), room, _LINES)
    return _Text(lines, _note(card.article), card.short != card.claim or lines[-1].endswith("…"))


def _note(card: Card) -> str:
    """Return the authors and the year; of authors for whom there is no room only the first ones are told."""
    year, room = str(card.date.year), (_BOX - 2 * _PADDING) / _NOTE
    names = [byline.term.name for byline in card.authors]
    if not names:
        return year
    (told,) = wrap(", ".join(names), room - width(f", {year}"), 1)
    return f"{told}, {year}"


def _height(text: _Text) -> int:
    return 2 * _PADDING + _LEADING * (len(text.lines) - 1) + _TEXT + 3 + (_NOTE_LEADING if text.note else 0)


def _head(kind: str, x: int, y: int, way: int) -> str:
    """Return the path of the sign at the end of a line, whose tip is at (x, y); `way` is where it comes from."""
    back = x + way * _HEAD
    if kind == "supports":
        return f"M{x} {y}L{back} {y - 5}V{y + 5}Z"
    if kind == "rebuts":
        near = x + way * 3
        return f"M{near} {y - 6}V{y + 6}"
    if kind == "undercuts":
        middle = x + way * 5
        return f"M{x} {y}L{middle} {y - 5}L{x + way * 10} {y}L{middle} {y + 5}Z"
    return f"M{x} {y}a4 4 0 1 0 {way * 8} 0a4 4 0 1 0 {way * -8} 0Z"
