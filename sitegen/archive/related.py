"""Related articles: those that share the rarest tags, and among them the nearest in time.

The work is bounded. A tag offers at most its 64 pieces nearest in time, so an archive that grows does
not make a page slower.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from sitegen.archive.window import Window

__all__ = ["nearest_in_time", "related"]

PER_TAG = 64
SCALE = 1_000_000


def related(window: Window, article: str, limit: int) -> tuple[str, ...]:
    """Return the ids of at most `limit` related articles, the most related first.

    Each shared tag adds to a piece's weight what one piece is of the tag's whole, so that rare tags
    count for more; equal weights are ordered by distance in time, then by id.
    """
    card = window.card(article)
    if limit <= 0 or card.status == "withdrawn":
        return ()
    weights: dict[str, int] = {}
    instants: Mapping[str, int] = {}
    tagged = {}
    for tag in card.tags:
        tagged[tag.id], instants = window.dated(("tag", tag.id))
    for name in sorted(tagged, key=lambda name: (len(tagged[name]), name)):
        for other in nearest_in_time(instants, article, tagged[name]):
            weights[other] = weights.get(other, 0) + SCALE // len(tagged[name])
    when = instants[article] if weights else 0
    ranked = sorted(weights, key=lambda name: (-weights[name], abs(instants[name] - when), name))
    return tuple(ranked[:limit])


def nearest_in_time(instants: Mapping[str, int], article: str, listing: tuple[str, ...]) -> tuple[str, ...]:
    """Return at most 64 other articles of a listing, the chronologically nearest first, ties by id."""
    when = instants[article]

    def age(name: str) -> int:
        return -instants[name]

    window: list[str] = []
    newer = bisect_right(listing, -when, key=age)
    older = newer
    # Moments are taken whole, since within one the smallest ids come first, whichever side is walked.
    while newer > 0 and len(window) <= PER_TAG:
        start = bisect_left(listing, age(listing[newer - 1]), hi=newer, key=age)
        window += listing[start : min(newer, start + PER_TAG + 1)]
        newer = start
    enough = len(window) + PER_TAG
    while older < len(listing) and len(window) < enough:
        stop = bisect_right(listing, age(listing[older]), lo=older, key=age)
        window += listing[older : min(stop, older + PER_TAG)]
        older = stop
    others = [name for name in window if name != article]
    others.sort(key=lambda name: (abs(instants[name] - when), name))
    return tuple(others[:PER_TAG])
