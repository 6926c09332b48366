"""An extract of the ledger: what it says of the texts and cards of some articles, and all the rest undecoded.

It is of use where nothing but these has changed since the ledger was written. Then every other question is answered
as before, and nobody has to look whether it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct, structs

from sitegen.archive.window import Sight
from sitegen.build.ledger import LEDGER, Asked, Digest, Readers, Trace
from sitegen.build.recorder import Asking, Question
from sitegen.build.state import Damaged, State

__all__ = ["Extract"]


class _Shut(Struct, array_like=True):
    """A ledger of which hardly anything is decoded; see `ledger.Book`. What is renewed stands in it decoded."""

    settings: Raw
    references: Raw
    sights: list[Raw]
    digests: list[Any]
    asked: list[Any]
    traces: dict[str, Any]
    readers: dict[str, Raw]


_shut = msgspec.msgpack.Decoder(tuple[Raw, Raw, list[Raw], list[Raw], list[Raw], dict[str, Raw], dict[str, Raw]])
_readers = msgspec.msgpack.Decoder(Readers)
_traces = msgspec.msgpack.Decoder(Trace)
_asked = msgspec.msgpack.Decoder(Asked)
_sights = msgspec.msgpack.Decoder(Sight)


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


_sights_of = msgspec.msgpack.Decoder(_SightsOf)
_questions_of = msgspec.msgpack.Decoder(_QuestionsOf)


class Extract:
    """What the ledger says of the texts of articles, and of the cards of some; `traces` are those of pages that ask.

    Who looked at a text stands in the ledger; a card is looked at by so many that this is searched for.
    """

    def __init__(self, state: State, texts: Iterable[str], cards: Iterable[str] = ()) -> None:
        """Read it from the state; raises `Damaged`."""
        try:
            self._shut = _Shut(*_shut.decode(state.get(LEDGER) or b""))
            found = {name: _readers.decode(it) for name in texts if (it := self._shut.readers.get(name)) is not None}
            self._seen: dict[int, Sight] = {place: ("text", name) for name, it in found.items() for place in it.places}
            self._pages = {position: paths for readers in found.values() for position, paths in readers.questions}
            if sights := {msgspec.msgpack.encode(sight): sight for sight in (("card", name) for name in cards)}:
                self._look_for(sights)
            paths = sorted({path for paths in self._pages.values() for path in paths})
            self.traces = {path: _traces.decode(self._raw(self._shut.traces[path])) for path in paths}
            positions = {position for trace in self.traces.values() for position in trace.questions}
            self._asked = {it: _asked.decode(self._raw(self._shut.asked[it])) for it in positions | self._pages.keys()}
        except (msgspec.DecodeError, LookupError) as error:
            raise Damaged(str(error)) from error

    def _look_for(self, sights: Mapping[bytes, Sight]) -> None:
        """Add what looked at sights, which are given with their bytes."""
        places = {place: sights[it] for place, raw in enumerate(self._shut.sights) if (it := bytes(raw)) in sights}
        asked = enumerate(map(_sights_of.decode, map(self._raw, self._shut.asked)))
        positions = {position for position, it in asked if not places.keys().isdisjoint(it.sights)}
        pages: dict[int, list[str]] = {position: [] for position in positions}
        for path, raw in self._shut.traces.items():
            for position in positions.intersection(_questions_of.decode(self._raw(raw)).questions):
                pages[position].append(path)
        self._seen |= places
        self._pages |= {position: tuple(paths) for position, paths in pages.items()}

    @staticmethod
    def _raw(value: object) -> Raw:
        if not isinstance(value, Raw):
            raise LookupError("it is not as it was read")  # noqa: TRY004 - the record is wrong, not a type
        return value

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
            self._asked[position] = self._shut.asked[position] = structs.replace(asked, answer=question.answer)
        self._shut.traces[path] = structs.replace(trace, digest=digest, why=why)
        return True

    def _sight(self, place: int) -> Sight:
        return _sights.decode(self._shut.sights[place])

    def written(self, digest: Digest) -> dict[str, bytes]:
        """Return the ledger as a record of the state; `digest` gives that of a sight as it is now."""
        for place, sight in self._seen.items():
            self._shut.digests[place] = digest(sight)
        return {LEDGER: msgspec.msgpack.encode(self._shut)}
