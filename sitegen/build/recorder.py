"""Questions with their answers written down: what a page is made of.

To templates a `Recorder` is the archive. While a page is rendered it notes which questions were asked; of
each it keeps a digest of the answer and what was looked at for it. Both are small, so the next build can
tell whether an answer may have changed (what was looked at has), and whether it has (the question asked
again is answered otherwise).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from msgspec import Struct

from sitegen.archive.queries import Queries
from sitegen.archive.window import Sight, Window
from sitegen.digest import fingerprint

__all__ = ["ALWAYS", "Asking", "Question", "Recorder", "phrase"]

Value = str | int | None
Asking = tuple[str, tuple[Value, ...], tuple[tuple[str, Value], ...]]
"""A question: its name, its arguments in order, and those given by name, sorted."""

ALWAYS: Sight = ("always",)
"""The sight of what cannot be looked at for itself: such a question is always asked again."""

KEPT = 128


class Question(Struct, frozen=True, array_like=True):
    """A question that was asked: the digest of its answer, and what was looked at."""

    asking: Asking
    answer: bytes
    sights: tuple[Sight, ...]


Facts = Mapping[str, Callable[..., object]]
"""Questions that are not about the archive alone, by name."""


class Recorder(Queries):
    """Answers questions through one window, and notes them.

    Each question has a position, counted from the first that was ever asked; whoever wants to know all of
    them takes what is new from time to time. The answers that were asked for last are kept, because
    neighbouring pages ask alike.
    """

    def __init__(self, window: Window, facts: Facts | None = None) -> None:
        """Ask through `window`, and `facts` for what is not in the archive."""
        self.turn(window, facts)

    def turn(self, window: Window, facts: Facts | None = None) -> None:
        """Ask through another window from now on, as if nothing had been asked before."""
        super().__init__(window)
        self._new: list[Question] = []
        self._facts = facts or {}
        self._positions: dict[Asking, int] = {}
        self._answers: OrderedDict[Asking, Any] = OrderedDict()
        self._asked: set[int] = set()

    @property
    def window(self) -> Window:
        """The window that questions are asked through."""
        return self._window

    def begin(self) -> None:
        """Begin a page."""
        self._asked = set()

    def end(self) -> tuple[int, ...]:
        """Return the positions of the questions that the page has asked."""
        return tuple(sorted(self._asked))

    def fact(self, name: str, *arguments: Value) -> Any:  # noqa: ANN401 - whatever the fact is
        """Answer a question of `facts`."""
        arguments = tuple(map(_plain, arguments))
        return self._ask((name, arguments, ()), lambda: self._facts[name](*arguments), (ALWAYS,))

    def again(self, asking: Asking) -> Question | None:
        """Ask a question of an earlier build; `None` where it cannot be asked any more."""
        name, arguments, named = asking
        try:
            if name in self._facts:
                self.fact(name, *arguments)
            else:
                getattr(self, name)(*arguments, **dict(named))
        except (AttributeError, LookupError, TypeError, ValueError):
            return None
        return self._new[-1] if self._new and self._new[-1].asking == asking else None

    def taken(self) -> tuple[Question, ...]:
        """Return the questions that were asked for the first time since this was called last, in their order."""
        new, self._new = tuple(self._new), []
        return new

    def _ask(self, asking: Asking, answer: Callable[[], Any], sights: tuple[Sight, ...] = ()) -> Any:  # noqa: ANN401
        position = self._positions.get(asking)
        if position is not None:
            self._asked.add(position)
            if asking in self._answers:
                self._answers.move_to_end(asking)
                return self._answers[asking]
        self._window.seen = set()
        found = answer()
        if position is None:
            position = self._positions[asking] = len(self._positions)
            self._new.append(Question(asking, fingerprint(found), (*sights, *self._window.seen)))
            self._asked.add(position)
        if len(self._answers) >= KEPT:
            self._answers.popitem(last=False)
        self._answers[asking] = found
        return found


def _recorded(name: str, ask: Callable[..., Any]) -> Callable[..., Any]:
    """Return a question that is noted when it is asked."""

    @wraps(ask)
    def noted(self: Recorder, *arguments: Value, **named: Value) -> Any:  # noqa: ANN401 - each has its own answer
        given = tuple(sorted(named.items())) if named else ()
        for value in (*arguments, *named.values()):
            if type(value) not in _PLAIN:
                return noted(self, *map(_plain, arguments), **{key: _plain(it) for key, it in named.items()})
        return self._ask((name, arguments, given), lambda: ask(self, *arguments, **named))

    return noted


_PLAIN = frozenset({str, int, type(None)})


def _plain(value: object) -> Value:
    """Return an argument as plain text or a number; text marked as safe HTML is text."""
    if value is None or type(value) is int:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    raise TypeError(f"a question is asked with text and numbers, not a {type(value).__name__}")


for _name in [name for name in vars(Queries) if not name.startswith("_")]:
    setattr(Recorder, _name, _recorded(_name, getattr(Queries, _name)))


def phrase(asking: Asking) -> str:
    """Return a question as a template would write it."""
    name, arguments, named = asking
    return f"{name}({', '.join([*map(str, arguments), *(f'{key}={value}' for key, value in named)])})"
