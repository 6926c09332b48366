"""Tallies: what a page tells of all articles under a key together, counted once.

Without them the page of a large section would look at each of its articles, and so would every build that asks
whether its answers still hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from heapq import nlargest
from itertools import chain
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
    years = {name: card.date.year for name, card in cards.items()}
    tags = {name: [tag.id for tag in card.tags] for name, card in cards.items()}
    tallies = {}
    for key, names in buckets.items():
        if not names or key[0] not in _COUNTED:
            continue
        of_years = tuple(sorted(Counter(map(years.__getitem__, names)).items()))
        if key[0] in _TERMS:
            shared = Counter(chain.from_iterable(map(tags.__getitem__, names)))
            if key[0] == "tag":
                del shared[key[1]]
            tallies[key] = Tally(of_years, _commonest(shared))
        else:
            tallies[key] = Tally(of_years)
    return tallies


def _commonest(counts: Counter[str]) -> tuple[str, ...]:
    """Return the names that were counted most often, then by name."""
    least = min(nlargest(SHARED, counts.values()), default=0)
    most = [name for name, count in counts.items() if count >= least]
    return tuple(sorted(most, key=lambda name: (-counts[name], name))[:SHARED])
