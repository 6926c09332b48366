"""The ledger: what every page of the last build was made of, and which of it holds no more.

These are verifying traces (Mokhov, Mitchell and Peyton Jones, “Build Systems à la Carte”, section 4.2.2): a
page is current if all that its rendering depended on still has the digest that it had. What was looked at
is compared first, which is cheap; only questions that looked at something changed are asked again, and only
those with another answer make a page anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from sys import intern
from typing import Any, Literal
from zlib import crc32

import msgspec
from msgspec import Struct, structs

from sitegen.archive.window import Sight
from sitegen.build.recorder import ALWAYS, Asking, Question, phrase
from sitegen.build.state import Damaged, State
from sitegen.pages.closure import References
from sitegen.pages.page import Page

__all__ = [
    "CHUNK",
    "LEDGER",
    "Asked",
    "Book",
    "Digest",
    "Ledger",
    "Part",
    "Readers",
    "Trace",
    "leaf",
    "leaf_of",
    "told",
    "why_outdated",
]

LEDGER = "ledger"
"""The name of its first record in the state; those of its leaves begin with it."""

CHUNK = 256
"""Sights or questions of a leaf; of traces it is the most on the average."""

_FEW = 3
_DENSE = 0.75

Digest = Callable[[Sight], bytes]
"""Gives the digest of what is seen now."""


class Trace(Struct, frozen=True, array_like=True, gc=False):
    """What one page was made of: its plan, the closure of its template, the questions that it asked.

    `digest` is that of its bytes. `questions` are positions in the ledger. `why` says in words why the page was
    rendered last.
    """

    page: Page
    digest: str
    closure: bytes
    questions: tuple[int, ...]
    why: tuple[str, ...] = ()


class Asked(Struct, frozen=True, array_like=True, gc=False):
    """A question with its sights as positions."""

    asking: Asking
    answer: bytes
    sights: tuple[int, ...]


class Readers(Struct, frozen=True, array_like=True):
    """Who has looked at the text of an article: the places of that sight, and each question with its pages."""

    places: tuple[int, ...]
    questions: tuple[tuple[int, tuple[str, ...]], ...]


class Book(Struct, frozen=True, array_like=True):
    """The first record of a ledger; all else stands on leaves, so that whoever wants little reads little.

    There are so many `sights`, each with a digest, and `asked` questions, on leaves by their places. Traces by the
    paths of pages, and readers by the ids of articles, are on `leaves` leaves each, see `leaf_of`.
    """

    settings: bytes
    references: dict[bytes, References]
    sights: int
    asked: int
    leaves: int


Part = Literal["sights", "digests", "asked", "traces", "readers"]


def leaf(part: Part, number: int) -> str:
    """Return the name of a leaf's record in the state."""
    return f"{LEDGER}/{part}/{number}"


def leaf_of(name: str, leaves: int) -> int:
    """Return the number of the leaf on which a path or an id stands."""
    return crc32(name.encode()) % leaves


class Ledger:
    """The traces of a build by the path of each page in the output folder.

    `settings` is the digest of all that every page depends on; `references` are those of templates, by the
    digest of their text.
    """

    def __init__(self, settings: bytes, references: dict[bytes, References] | None = None) -> None:
        """Begin an empty ledger."""
        self.settings = settings
        self.references: dict[bytes, References] = references or {}
        self.traces: dict[str, Trace] = {}
        self._digest: Digest = lambda _: b""
        self._sights: list[Sight] = []
        self._digests: list[bytes] = []
        self._asked: list[Asked] = []

    @classmethod
    def read(cls, state: State) -> Ledger:
        """Return the ledger of the last build, an empty one where there is none; raises `Damaged`."""
        data = state.get(LEDGER)
        if data is None:
            return cls(b"")
        try:
            book = msgspec.msgpack.decode(data, type=Book)
            ledger = cls(book.settings, book.references)
            for number in range(_chunks(book.sights)):
                ledger._sights += _sights.decode(_leaf(state, "sights", number))
                ledger._digests += _digests.decode(_leaf(state, "digests", number))
            for number in range(_chunks(book.asked)):
                ledger._asked += _asked.decode(_leaf(state, "asked", number))
            for number in range(book.leaves):
                ledger.traces |= _traces.decode(_leaf(state, "traces", number))
        except msgspec.DecodeError as error:
            raise Damaged(str(error)) from error
        return ledger

    def written(self) -> Iterator[tuple[str, bytes]]:
        """Yield the ledger as records of the state; where many questions are of no use any more, without them."""
        for index in ("_positions", "_places"):
            self.__dict__.pop(index, None)
        pages: dict[int, list[str]] = {}
        for path, trace in self.traces.items():
            for position in trace.questions:
                pages.setdefault(position, []).append(path)
        if len(pages) < len(self._asked) * _DENSE:
            self._compact(sorted(pages))
            yield from self.written()
            return
        leaves = _chunks(len(self.traces)) or 1
        book = Book(self.settings, self.references, len(self._sights), len(self._asked), leaves)
        yield LEDGER, msgspec.msgpack.encode(book)
        yield from _listed("sights", self._sights)
        yield from _listed("digests", self._digests)
        yield from _listed("asked", self._asked)
        yield from _sorted_out("traces", self.traces, leaves)
        yield from _sorted_out("readers", self._readers(pages), leaves)

    def _readers(self, pages: Mapping[int, list[str]]) -> dict[str, tuple[list[int], list[tuple[int, list[str]]]]]:
        """Return who has looked at each text, see `Readers`; `pages` are those that asked each question."""
        texts = {place: sight[1] for place, sight in enumerate(self._sights) if sight[0] == "text"}
        readers: dict[str, tuple[list[int], list[tuple[int, list[str]]]]] = {}
        for place, name in texts.items():
            readers.setdefault(name, ([], []))[0].append(place)
        for position, asked in enumerate(self._asked):
            for place in asked.sights:
                if place in texts and position in pages:
                    readers[texts[place]][1].append((position, pages[position]))
        return readers

    def _compact(self, used: list[int]) -> None:
        places = {position: place for place, position in enumerate(used)}
        kept: dict[int, int] = {}
        asked = []
        for position in used:
            it = self._asked[position]
            asked.append(structs.replace(it, sights=tuple([kept.setdefault(sight, len(kept)) for sight in it.sights])))
        self._asked = asked
        self._sights, self._digests = [self._sights[it] for it in kept], [self._digests[it] for it in kept]
        self.traces = {
            path: structs.replace(trace, questions=tuple([places[it] for it in trace.questions]))
            for path, trace in self.traces.items()
        }

    @cached_property
    def _positions(self) -> dict[Asking, int]:
        return {asked.asking: position for position, asked in enumerate(self._asked)}

    @cached_property
    def _places(self) -> dict[Sight, int]:
        return {sight: place for place, sight in enumerate(self._sights)}

    def look(self, digest: Digest) -> None:
        """Have the digests of sights from `digest` from here on."""
        self._digest = digest

    def take(self, questions: Iterable[Question]) -> list[int]:
        """Take questions as they were asked just now, and return their positions.

        Each comes with names of its own, many with the same ones: these are held once.
        """
        positions = []
        for question in questions:
            sights = []
            for sight in question.sights:
                place = self._places.get(sight)
                if place is None:
                    sight = tuple(map(intern, sight))  # noqa: PLW2901 - the same
                    place = self._places[sight] = len(self._sights)
                    self._sights.append(sight)
                    self._digests.append(b"" if sight == ALWAYS else self._digest(sight))
                sights.append(place)
            position = self._positions.get(question.asking)
            if position is None:
                asking = _interned(question.asking)
                position = self._positions[asking] = len(self._asked)
                self._asked.append(Asked(asking, question.answer, tuple(sights)))
            else:
                self._asked[position] = Asked(self._asked[position].asking, question.answer, tuple(sights))
            positions.append(position)
        return positions

    def changed(self, again: Callable[[Asking], Question | None]) -> dict[int, Asking]:
        """Return the questions, by position, that are answered otherwise now; `again` asks one again.

        From here on the ledger has the digests of now, and the questions that are answered as before with what
        they look at now.
        """
        differing = set()
        for place, sight in enumerate(self._sights):
            now = b"" if sight == ALWAYS else self._digest(sight)
            if now != self._digests[place] or sight == ALWAYS:
                differing.add(place)
                self._digests[place] = now
        others: dict[int, Asking] = {}
        if not differing:
            return others
        renewed = []
        for position, asked in enumerate(self._asked):
            if differing.isdisjoint(asked.sights):
                continue
            question = again(asked.asking)
            if question is None or question.answer != asked.answer:
                others[position] = asked.asking
            else:
                renewed.append(question)
        self.take(renewed)
        return others


def _interned(asking: Asking) -> Asking:
    name, arguments, named = asking
    return intern(name), tuple([intern(it) if isinstance(it, str) else it for it in arguments]), named


_sights = msgspec.msgpack.Decoder(list[Sight])
_digests = msgspec.msgpack.Decoder(list[bytes])
_asked = msgspec.msgpack.Decoder(list[Asked])
_traces = msgspec.msgpack.Decoder(dict[str, Trace])


def _chunks(number: int) -> int:
    return -(-number // CHUNK)


def _listed(part: Part, items: Sequence[Any]) -> Iterator[tuple[str, bytes]]:
    for number in range(_chunks(len(items))):
        yield leaf(part, number), msgspec.msgpack.encode(items[number * CHUNK : (number + 1) * CHUNK])


def _sorted_out(part: Part, table: Mapping[str, Any], leaves: int) -> Iterator[tuple[str, bytes]]:
    every: list[dict[str, Any]] = [{} for _ in range(leaves)]
    for name, value in table.items():
        every[leaf_of(name, leaves)][name] = value
    for number, it in enumerate(every):
        yield leaf(part, number), msgspec.msgpack.encode(it)


def _leaf(state: State, part: Part, number: int) -> bytes:
    data = state.get(leaf(part, number))
    if data is None:
        raise Damaged(f"the ledger lacks {part} {number}")
    return data


def why_outdated(
    trace: Trace | None, page: Page, closure: bytes, changed: Mapping[int, Asking], *, same_settings: bool
) -> tuple[str, ...]:
    """Return why a page has to be rendered, in words; nothing where its trace still holds."""
    if trace is None:
        return ("there was no such page before",)
    if not same_settings:
        return ("the configuration or sitegen itself changed",)
    if _rendered_with(trace.page) != _rendered_with(page):
        return ("its place in the plan of the site changed",)
    if trace.closure != closure:
        return (f"the template {page.template}, or one that it uses, changed",)
    return told(changed[it] for it in trace.questions if it in changed)


def told(askings: Iterable[Asking]) -> tuple[str, ...]:
    """Say which questions were answered otherwise, the first few of them."""
    every = sorted(phrase(asking) for asking in askings)
    more = (f"and {len(every) - _FEW} more questions",) if len(every) > _FEW else ()
    return (*(f"`{words}` answered differently" for words in every[:_FEW]), *more)


def _rendered_with(page: Page) -> tuple[object, ...]:
    """Return what of its plan a page is rendered with; who asks for it makes no difference."""
    return page.url, page.template, page.parameters, page.base, page.feed
