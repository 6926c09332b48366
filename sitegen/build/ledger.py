"""The ledger: what every page of the last build was made of, and which of it holds no more.

These are verifying traces (Mokhov, Mitchell and Peyton Jones, “Build Systems à la Carte”, section 4.2.2): a
page is current if all that its rendering depended on still has the digest that it had. What was looked at
is compared first, which is cheap; only questions that looked at something changed are asked again, and only
those with another answer make a page anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec
from msgspec import Struct

from sitegen.archive.window import Sight
from sitegen.build.recorder import ALWAYS, Asking, Question, phrase
from sitegen.build.state import Damaged, State
from sitegen.digest import fingerprint
from sitegen.pages.closure import References
from sitegen.pages.page import Page

__all__ = ["Ledger", "Trace", "page_digest", "why_outdated"]

_NAME = "ledger"
_FEW = 3


class Trace(Struct, frozen=True, array_like=True):
    """What one page was made of: the digest of its plan, the closure of its template, the questions it asked.

    `digest` is that of its bytes. `questions` are positions in the ledger. `why` says in words why the page was
    rendered last.
    """

    url: str
    digest: str
    page: bytes
    template: str
    closure: bytes
    questions: tuple[int, ...]
    why: tuple[str, ...] = ()


class _Asked(Struct, frozen=True, array_like=True):
    """A question with its sights as positions."""

    asking: Asking
    answer: bytes
    sights: tuple[int, ...]


class _Book(Struct, frozen=True, array_like=True):
    """A ledger as it is stored."""

    settings: bytes
    references: dict[bytes, References]
    sights: tuple[tuple[Sight, bytes], ...]
    questions: tuple[_Asked, ...]
    traces: dict[str, Trace]


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
        self._questions: dict[int, Question] = {}
        self._positions: dict[Asking, int] = {}
        self._digests: dict[Sight, bytes] = {}

    @classmethod
    def read(cls, state: State) -> Ledger:
        """Return the ledger of the last build, an empty one where there is none; raises `Damaged`."""
        data = state.get(_NAME)
        if data is None:
            return cls(b"")
        try:
            book = msgspec.msgpack.decode(data, type=_Book)
        except msgspec.DecodeError as error:
            raise Damaged(str(error)) from error
        ledger = cls(book.settings)
        ledger.references = book.references
        ledger.traces = book.traces
        sights = [sight for sight, _ in book.sights]
        ledger._digests = dict(book.sights)
        ledger._questions = {
            position: Question(asked.asking, asked.answer, tuple([sights[it] for it in asked.sights]))
            for position, asked in enumerate(book.questions)
        }
        ledger._positions = {asked.asking: position for position, asked in enumerate(book.questions)}
        return ledger

    def written(self) -> dict[str, bytes]:
        """Return the ledger as a record of the state; questions that no page asks any more are left out."""
        used = sorted({position for trace in self.traces.values() for position in trace.questions})
        places = {position: place for place, position in enumerate(used)}
        sights: dict[Sight, int] = {}
        asked = []
        for position in used:
            question = self._questions[position]
            numbers = tuple([sights.setdefault(sight, len(sights)) for sight in question.sights])
            asked.append(_Asked(question.asking, question.answer, numbers))
        traces = {
            path: msgspec.structs.replace(trace, questions=tuple([places[it] for it in trace.questions]))
            for path, trace in self.traces.items()
        }
        seen = tuple((sight, self._digests.get(sight, b"")) for sight in sights)
        book = _Book(self.settings, self.references, seen, tuple(asked), traces)
        return {_NAME: msgspec.msgpack.encode(book)}

    def take(self, questions: Iterable[Question]) -> list[int]:
        """Take questions as they were asked just now, and return their positions."""
        positions = []
        for question in questions:
            position = self._positions.setdefault(question.asking, len(self._positions))
            self._questions[position] = question
            positions.append(position)
        return positions

    def look(self, digest: Callable[[Sight], bytes]) -> None:
        """Take the digests of all sights as they are now."""
        every = {sight for question in self._questions.values() for sight in question.sights}
        self._digests = {sight: b"" if sight == ALWAYS else digest(sight) for sight in every}

    def changed(
        self, digest: Callable[[Sight], bytes], again: Callable[[Asking], Question | None]
    ) -> dict[int, Asking]:
        """Return the questions, by position, that are answered otherwise now.

        `digest` gives that of a sight as it is now, `again` asks a question again. Those that are answered
        as before are kept with what they look at now.
        """
        differing = {sight for sight, was in self._digests.items() if sight == ALWAYS or digest(sight) != was}
        others: dict[int, Asking] = {}
        if not differing:
            return others
        for position, question in self._questions.items():
            if differing.isdisjoint(question.sights):
                continue
            now = again(question.asking)
            if now is None or now.answer != question.answer:
                others[position] = question.asking
            else:
                self._questions[position] = now
        return others


def why_outdated(
    trace: Trace | None, page: Page, closure: bytes, changed: Mapping[int, Asking], *, same_settings: bool
) -> tuple[str, ...]:
    """Return why a page has to be rendered, in words; nothing where its trace still holds."""
    if trace is None:
        return ("there was no such page before",)
    if not same_settings:
        return ("the configuration or sitegen itself changed",)
    if trace.page != page_digest(page):
        return ("its place in the plan of the site changed",)
    if trace.closure != closure:
        return (f"the template {page.template}, or one that it uses, changed",)
    return tuple(_told(changed[it] for it in trace.questions if it in changed))


def _told(askings: Iterable[Asking]) -> Iterator[str]:
    every = sorted(phrase(asking) for asking in askings)
    for words in every[:_FEW]:
        yield f"`{words}` answered differently"
    if len(every) > _FEW:
        yield f"and {len(every) - _FEW} more questions"


def page_digest(page: Page) -> bytes:
    """Return the digest of what a page of the plan is rendered with."""
    return fingerprint((page.url, page.template, page.parameters, page.base, page.feed))
