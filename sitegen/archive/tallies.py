"""Tallies: what a page tells of all articles under a key together, counted once.

Without them the page of a large section would look at each of its articles, and so would every build that asks
whether its answers still hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from heapq import nsmallest
from operator import itemgetter
from typing import TYPE_CHECKING

from msgspec import Struct

from sitegen.archive.cards import Card

if TYPE_CHECKING:
    from sitegen.archive.archive import Key

__all__ = ["Tally", "tally"]

SHARED = 8
"""Tags that are told of an author, a section or another tag."""

_TERMS = frozenset({"section", "author", "tag"})
_COUNTED = frozenset({"all", "standards", *_TERMS})


class Tally(Struct, frozen=True, array_like=True, gc=False):
    """The years of the articles under a key, in order, with how many each has, and the ids of their commonest tags.

    Only terms have `tags`: those that stand most often on their articles, then by id; a tag leaves itself out.
    """

    years: tuple[tuple[int, int], ...]
    tags: tuple[str, ...] = ()


def tally(buckets: Mapping[Key, tuple[str, ...]], cards: Mapping[str, Card]) -> dict[Key, Tally]:
    """Count what stands in each bucket of articles whose page tells of it."""
    return {key: _counted(key, names, cards) for key, names in buckets.items() if names and key[0] in _COUNTED}


def _counted(key: Key, names: Iterable[str], cards: Mapping[str, Card]) -> Tally:
    years: Counter[int] = Counter()
    tags: Counter[str] = Counter()
    is_term = key[0] in _TERMS
    for name in names:
        card = cards[name]
        years[card.date.year] += 1
        if is_term:
            tags.update([tag.id for tag in card.tags])
    if key[0] == "tag":
        del tags[key[1]]
    most = nsmallest(SHARED, tags.items(), key=lambda it: (-it[1], it[0]))
    return Tally(tuple(sorted(years.items())), tuple(map(itemgetter(0), most)))
