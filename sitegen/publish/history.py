"""The history of a branch: which commits published something, and which state came before which."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["DEPTHS", "Change", "before"]

DEPTHS = (16, 256, 0)
"""How many commits are fetched to look for an earlier one: more and more, at last all."""


class Change(Struct, frozen=True):
    """A commit that changed the record: `record` is the object it has since, empty where it was removed."""

    commit: str
    record: str
    trailer: str
    when: str


def before(changes: list[Change], *, is_whole: bool) -> tuple[Change, str] | None:
    """Return the state before the newest one, and the commit that was published with it, as far as they are known."""
    commits = [change.commit for change in changes]

    def origin(place: int) -> int | None:
        trailer = changes[place].trailer
        if trailer in commits[place:]:
            return commits.index(trailer)
        return place if is_whole or not trailer else None

    now = origin(0) if changes else None
    if now is None or now + 1 >= len(changes) or not changes[now + 1].record:
        return None
    first = origin(now + 1)
    return (changes[now + 1], commits[first]) if first is not None else None
