"""Debate maps: a debate as a drawing, with a nested list that says the same.

What is spoken of stands where a line of text begins, and what speaks of it after it, column by column.
Where nothing finds the places for them (see `layers`) there is no drawing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct

from sitegen.archive.cards import Card, Debate, DebateEdge, DebateNode
from sitegen.pages.layers import Place, closing, layers, places_of
from sitegen.pages.letters import is_rtl, width, wrap
from sitegen.pages.outline import Branch, outline

__all__ = ["Box", "DebateMap", "Drawing", "Line", "debate_map"]

# All in units of the drawing, which are pixels.
_BOX, _PADDING, _TEXT, _LEADING, _NOTE, _NOTE_LEADING = 212, 10, 13, 18, 11, 16
_LABEL, _TURN, _HEAD, _MARGIN, _ROW_GAP = 78, 44, 9, 4, 14
_PORT, _LABEL_PORT = 10, 15
_LINES, _CLAIM_LINES = 4, 6
_TALLEST, _HIGHEST = 240, 1.5


class Box(Struct, frozen=True, kw_only=True):
    """A node as it is drawn: a box with lines of text that begin at `text_x`, each with the y of its foot.

    `note` is small, under the lines: authors and year. So is `stance`, at the height `stance_y`: what it says of
    the claim that the debate is about, where no line does; `stance_by` is the editor who says so, empty where
    the author does. `is_own` marks what the debate is about.
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
    stance: str = ""
    stance_y: int = 0
    stance_by: str = ""
    is_rtl: bool = False
    is_own: bool = False


class Line(Struct, frozen=True, kw_only=True):
    """An edge as it is drawn: the data of its path and of the sign at its end, and the middle of its label.

    `by` is the editor who says so, empty where the author does.
    """

    kind: Literal["supports", "rebuts", "undercuts", "neutral"]
    path: str
    head: str
    label_x: int
    label_y: int
    by: str = ""


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


class _Text(NamedTuple):
    lines: tuple[str, ...]
    note: str
    stance: DebateEdge | None = None


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
    turned = closing(len(numbers), ends)
    pairs = [(b, a) if (a, b) in turned else (a, b) for a, b in ends]
    columns = layers(pairs)
    if columns is None:
        return None
    written = _written(pairs, columns, numbers.get(debate.subject))
    drawn = [pair for pair in pairs if pair not in written]
    found = places_of(drawn)
    if found is None:
        return None
    places, routes = found
    if sum(place.column == 0 for place in places.values()) == 1:
        # It is what all speak of: even in a tall drawing it is seen at once.
        places, routes = (
            {number: _raised(place) for number, place in places.items()},
            {pair: [_raised(place) for place in route] for pair, route in routes.items()},
        )
    below = max((place.row for place in places.values()), default=-1.0) + 1
    lone = (number for number in range(len(numbers)) if number not in places)
    places |= {number: Place(0, below + index) for index, number in enumerate(lone)}
    stances = {pair[1]: edge for pair, edge in zip(pairs, debate.edges, strict=True) if pair in written}
    texts = [_text(node, spell, stances.get(number)) for number, node in enumerate(debate.nodes)]
    edges = [edge for pair, edge in zip(pairs, debate.edges, strict=True) if pair not in written]
    return _Pen(debate, edges, texts, places, [routes[pair] for pair in drawn], is_rtl=is_rtl).draw()


def _raised(place: Place) -> Place:
    return place if place.column else Place(0, min(place.row, _HIGHEST))


def _written(pairs: Sequence[tuple[int, int]], columns: dict[int, Place], claim: int | None) -> set[tuple[int, int]]:
    """Return the pairs that are not drawn as lines: from far columns back to the claim that the debate is about.

    Such a line would cross the whole drawing, only to say once more what nearly every node says. It becomes a
    word in the box, where the box hangs on other lines too and the word says all.
    """
    before: defaultdict[int, set[int]] = defaultdict(set)
    for a, b in pairs:
        before[b].add(a)
    stances = [pair for pair in pairs if pair[0] == claim]
    return {pair for pair in stances if columns[pair[1]].column > 1 < len(before[pair[1]]) and stances.count(pair) == 1}


class _Pen:
    """Draws one debate whose nodes have their places."""

    def __init__(
        self,
        debate: Debate,
        edges: list[DebateEdge],
        texts: list[_Text],
        places: dict[int, Place],
        routes: list[list[Place]],
        *,
        is_rtl: bool,
    ) -> None:
        self.debate, self.edges, self.texts, self.is_rtl = debate, edges, texts, is_rtl
        self.places, self.routes = places, routes
        self.numbers = {node.ref: number for number, node in enumerate(debate.nodes)}
        starts: defaultdict[int, int] = defaultdict(int)
        for edge, route in zip(edges, routes, strict=True):
            starts[self.after(edge, route)] += 1
        self.heights = [
            max(_height(text), 2 * _PADDING + _LABEL_PORT * starts[number]) for number, text in enumerate(self.texts)
        ]
        self.row = max(self.heights, default=0) + _ROW_GAP
        first = [number for number, place in places.items() if place.column == 0]
        if len(first) == 1:
            # It has room above and below, for all the lines that end there.
            height = 2 * _PADDING + _PORT * sum(route[0].column == 0 for route in routes)
            self.heights[first[0]] = max(self.heights[first[0]], min(height, _TALLEST))
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

    def after(self, edge: DebateEdge, route: list[Place]) -> int:
        """Return the number of the node at the farther end of a line, where its label stands."""
        source, target = self.numbers[edge.source], self.numbers[edge.target]
        return source if route[-1] == self.places[source] else target

    def x(self, column: int) -> int:
        """Return where a column begins, as seen from where lines of text begin."""
        return _MARGIN + column * (_BOX + _LABEL + _TURN)

    def y(self, place: Place) -> int:
        """Return the middle of a place."""
        return round(place.row * self.row) + self.row // 2

    def seen(self, x: int) -> int:
        """Return where something is seen: mirrored where lines of text begin at the right."""
        return self.width - x if self.is_rtl else x

    def box(self, node: DebateNode) -> Box:
        """Return the box of a node."""
        number = self.numbers[node.ref]
        place, (lines, note, stance) = self.places[number], self.texts[number]
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
            stance="" if stance is None else stance.kind,
            stance_y=0 if stance is None else feet[-1] + _NOTE_LEADING * (1 + bool(note)),
            stance_by="" if stance is None else stance.by,
            is_rtl=text_is_rtl,
            is_own=node.distance == 0,
        )

    def all_lines(self) -> list[Line]:
        """Return the lines of all edges; where several meet a side of a box, they are spread along it."""
        before: defaultdict[Place, list[int]] = defaultdict(list)
        behind: defaultdict[Place, list[int]] = defaultdict(list)
        for number, route in enumerate(self.routes):
            before[route[0]].append(number)
            behind[route[-1]].append(number)
        begins: dict[int, int] = {}
        ends: dict[int, int] = {}
        by_place = {place: self.heights[number] for number, place in self.places.items()}
        for ports, meeting, step, neighbour in ((begins, before, _PORT, 1), (ends, behind, _LABEL_PORT, -2)):
            for place, routes in meeting.items():
                routes.sort(key=lambda number: (self.routes[number][neighbour].row, number))
                gap = min(step, (by_place[place] - 2 * _PADDING) / max(1, len(routes) - 1))
                for index, number in enumerate(routes):
                    ports[number] = self.y(place) + round((index - (len(routes) - 1) / 2) * gap)
        return [
            self.line(edge, route, begins[number], ends[number])
            for number, (edge, route) in enumerate(zip(self.edges, self.routes, strict=True))
        ]

    def line(self, edge: DebateEdge, route: list[Place], begin: int, end: int) -> Line:
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
            by=edge.by,
        )


def _text(node: DebateNode, spell: Spell, stance: DebateEdge | None) -> _Text:
    """Return what is written into a box: a claim, or its first words, and below it who says so."""
    room = (_BOX - 2 * _PADDING) / _TEXT
    if (card := node.argument) is None:
        return _Text(wrap(spell(node.claim.name if node.claim else node.ref, ""), room, _CLAIM_LINES), "")
    return _Text(wrap(spell(card.short, card.article.language), room, _LINES), _note(card.article), stance)


def _note(card: Card) -> str:
    """Return the authors and the year; of authors for whom there is no room only the first ones are told."""
    year, room = str(card.date.year), (_BOX - 2 * _PADDING) / _NOTE
    names = [byline.term.name for byline in card.authors]
    if not names:
        return year
    for count in range(len(names), 0, -1):
        told = ", ".join(names[:count]) + (f" +{len(names) - count}" if count < len(names) else "") + f", {year}"
        if width(told) <= room:
            return told
    more = f" +{len(names) - 1}, {year}" if names[1:] else f", {year}"
    return wrap(names[0], room - width(more), 1)[0] + more


def _height(text: _Text) -> int:
    small = bool(text.note) + bool(text.stance is not None)
    return 2 * _PADDING + _LEADING * (len(text.lines) - 1) + _TEXT + 3 + _NOTE_LEADING * small


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
