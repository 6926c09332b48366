"""An extract of the ledger: what it says of the texts and cards of some articles, and all else stays as it is.

It is of use where nothing but these has changed since the ledger was written. Then every other question is answered
as before, and nobody has to look whether it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec
from msgspec import Raw, Struct, structs

from sitegen.archive.window import Sight
from sitegen.build.ledger import CHUNK, LEDGER, Asked, Book, Digest, Part, Readers, Trace, leaf, leaf_of
from sitegen.build.recorder import Asking, Question
from sitegen.build.state import Damaged, State

__all__ = ["Extract"]

_book = msgspec.msgpack.Decoder(Book)
_list = msgspec.msgpack.Decoder(list[Raw])
_dict = msgspec.msgpack.Decoder(dict[str, Raw])
_readers = msgspec.msgpack.Decoder(Readers)
_trace = msgspec.msgpack.Decoder(Trace)
_asked = msgspec.msgpack.Decoder(Asked)
_sight = msgspec.msgpack.Decoder(Sight)


class _SightsOf(Struct, array_like=True, gc=False):
    """A question of the ledger of which only the sights are decoded; see `ledger.Asked`."""

    asking: Raw
    answer: Raw
    sights: tuple[int, ...]


class _QuestionsOf(Struct, array_like=True, gc=False):
    """A trace of which only the questions are decoded; see `ledger.Trace`."""

    page: Raw
    digest: Raw
    closure: Raw
    questions: tuple[int, ...]


_every_sights_of = msgspec.msgpack.Decoder(list[_SightsOf])
_every_questions_of = msgspec.msgpack.Decoder(dict[str, _QuestionsOf])


class _Leaves:
    """The leaves of the ledger that were looked at; what is entered in them stands there decoded."""

    def __init__(self, state: State) -> None:
        """Read from the state."""
        self._state = state
        self.book = _book.decode(self.data(LEDGER))
        self._lists: dict[str, list[Any]] = {}
        self._dicts: dict[str, dict[str, Any]] = {}
        self._changed: set[str] = set()

    def data(self, name: str) -> bytes:
        """Return a record of the state; raises `Damaged`."""
        data = self._state.get(name)
        if data is None:
            raise Damaged(f"there is no {name}")
        return data

    def every(self, part: Literal["sights", "asked", "traces"]) -> Iterator[tuple[int, bytes]]:
        """Yield all leaves of a part, each with the place of its first item; those of a list come in order."""
        number = {"sights": self.book.sights, "asked": self.book.asked}.get(part, self.book.leaves * CHUNK)
        for first in range(0, number, CHUNK):
            yield first, self.data(leaf(part, first // CHUNK))

    def at(self, part: Part, place: int) -> Any:  # noqa: ANN401 - bytes, or what was entered
        """Return what stands at a place of a list."""
        try:
            return self._list(part, place)[place % CHUNK]
        except IndexError:
            raise Damaged(f"the ledger lacks {part} {place}") from None

    def enter_at(self, part: Part, place: int, value: object) -> None:
        """Enter something else at a place of a list."""
        self.at(part, place)  # which is there
        self._list(part, place)[place % CHUNK] = value
        self._changed.add(leaf(part, place // CHUNK))

    def get(self, part: Part, name: str) -> Any:  # noqa: ANN401 - as above
        """Return what stands under a name, `None` where there is nothing."""
        return self._dict(part, name).get(name)

    def enter(self, part: Part, name: str, value: object) -> None:
        """Enter something else under a name."""
        self._dict(part, name)[name] = value
        self._changed.add(leaf(part, leaf_of(name, self.book.leaves)))

    def written(self) -> dict[str, bytes]:
        """Return the leaves in which something was entered, as records of the state."""
        return {name: msgspec.msgpack.encode(self._lists.get(name, self._dicts.get(name))) for name in self._changed}

    def _list(self, part: Part, place: int) -> list[Any]:
        name = leaf(part, place // CHUNK)
        if name not in self._lists:
            self._lists[name] = _list.decode(self.data(name))
        return self._lists[name]

    def _dict(self, part: Part, name: str) -> dict[str, Any]:
        where = leaf(part, leaf_of(name, self.book.leaves))
        if where not in self._dicts:
            self._dicts[where] = _dict.decode(self.data(where))
        return self._dicts[where]


class Extract:
    """What the ledger says of the texts of articles, and of the cards of some; `traces` are those of pages that ask.

    Who looked at a text stands in the ledger; a card is looked at by so many that this is searched for.
    """

    def __init__(self, state: State, texts: Iterable[str], cards: Iterable[str] = ()) -> None:
        """Read it from the state; raises `Damaged`."""
        try:
            self._leaves = leaves = _Leaves(state)
            rows = ((name, leaves.get("readers", name)) for name in texts)
            found = {name: _readers.decode(row) for name, row in rows if row is not None}
            self._seen: dict[int, Sight] = {place: ("text", name) for name, it in found.items() for place in it.places}
            self._pages = {position: paths for readers in found.values() for position, paths in readers.questions}
            if sights := {msgspec.msgpack.encode(sight): sight for sight in (("card", name) for name in cards)}:
                self._look_for(sights)
            paths = sorted({path for paths in self._pages.values() for path in paths})
            self.traces = {path: _trace.decode(leaves.get("traces", path) or b"") for path in paths}
            positions = {position for trace in self.traces.values() for position in trace.questions}
            self._asked = {it: _asked.decode(leaves.at("asked", it)) for it in positions | self._pages.keys()}
        except (msgspec.DecodeError, LookupError) as error:
            raise Damaged(str(error)) from error

    def _look_for(self, sights: Mapping[bytes, Sight]) -> None:
        """Add what looked at sights, which are given with their bytes."""
        leaves = self._leaves
        places: dict[int, Sight] = {}
        for first, data in leaves.every("sights"):
            rows = map(bytes, _list.decode(data))
            places |= {place: sights[row] for place, row in enumerate(rows, first) if row in sights}
        pages: dict[int, list[str]] = {}
        for first, data in leaves.every("asked"):
            for position, it in enumerate(_every_sights_of.decode(data), first):
                if not places.keys().isdisjoint(it.sights):
                    pages[position] = []
        for _, data in leaves.every("traces"):
            for path, trace in _every_questions_of.decode(data).items():
                for position in pages.keys() & trace.questions:
                    pages[position].append(path)
        self._seen |= places
        self._pages |= {position: tuple(paths) for position, paths in pages.items()}

    def changed(self, again: Callable[[Asking], Question | None]) -> dict[str, tuple[Asking, ...]]:
        """Return the pages that asked what is answered otherwise now, with these questions; `again` asks one again."""
        found: dict[str, list[Asking]] = {}
        for position, paths in sorted(self._pages.items()):
            asked = self._asked[position]
            question = again(asked.asking)
            if question is None or question.answer != asked.answer:
                for path in paths:
                    found.setdefault(path, []).append(asked.asking)
        return {path: tuple(askings) for path, askings in found.items()}

    def enter(self, path: str, digest: str, questions: Iterable[Question], why: tuple[str, ...]) -> bool:
        """Enter a page that was rendered; false where it asked or looked at anything else than before.

        Then this is more than an extract can hold, and the extract is of no use any more.
        """
        trace = self.traces[path]
        positions = {self._asked[it].asking: it for it in trace.questions}
        now = {question.asking: question for question in questions}
        if now.keys() != positions.keys():
            return False
        for asking, question in now.items():
            position = positions[asking]
            asked = self._asked[position]
            if {self._sight(place) for place in asked.sights} != set(question.sights):
                return False
            if question.answer != asked.answer:
                self._asked[position] = structs.replace(asked, answer=question.answer)
                self._leaves.enter_at("asked", position, self._asked[position])
        self._leaves.enter("traces", path, structs.replace(trace, digest=digest, why=why))
        return True

    def _sight(self, place: int) -> Sight:
        return _sight.decode(self._leaves.at("sights", place))

    def written(self, digest: Digest) -> dict[str, bytes]:
        """Return what was entered as records of the state; `digest` gives that of a sight as it is now."""
        for place, sight in self._seen.items():
            self._leaves.enter_at("digests", place, digest(sight))
        return self._leaves.written()
