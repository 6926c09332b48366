"""Where the nodes of a drawing stand: column by column, so that lines cross little and nothing lies upon another.

A library does it, fast-sugiyama, which need not be installed. It is imported when the first drawing is made. Where
it is given a circle it aborts the process, so it never is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

__all__ = ["Place", "closing", "layers", "places_of"]

Pair = tuple[int, int]
"""What stands before, and what stands after it; nodes are numbers from 0."""

_STEP = 10


class Place(NamedTuple):
    """The place of a node; rows are one apart at least within a column, and may lie between whole numbers."""

    column: int
    row: float


def closing(count: int, pairs: Sequence[Pair]) -> set[Pair]:
    """Return the pairs without which there are no circles: those that lead back on a walk through all nodes."""
    leads: defaultdict[int, list[int]] = defaultdict(list)
    for a, b in pairs:
        leads[a].append(b)
    closing: set[Pair] = set()
    done: set[int] = set()
    for start in range(count):
        path = {start: iter(leads[start])} if start not in done else {}
        while path:
            node = next(reversed(path))
            for other in path[node]:
                if other in path:
                    closing.add((node, other))
                elif other not in done:
                    path[other] = iter(leads[other])
                    break
            else:
                done.add(node)
                del path[node]
    return closing


def places_of(
    pairs: Sequence[Pair],
) -> tuple[dict[int, Place], dict[Pair, list[Place]]] | None:
    """Return the column and row of nodes, and the places that each pair's line passes, its ends included.

    Lines that are longer than one column get points of their own in the columns between, so that no box is in
    their way: the first time the library finds the columns, the second time the rows of all.
    """
    steps = list(dict.fromkeys(pairs))
    columns = layers(steps)
    if columns is None:
        return None
    last = max(map(max, steps), default=-1)
    fresh = last + 1
    chains: dict[Pair, list[int]] = {}
    for a, b in steps:
        between = range(fresh, fresh + columns[b].column - columns[a].column - 1)
        fresh += len(between)
        chains[a, b] = [a, *between, b]
    joined = [(a, b) for chain in chains.values() for a, b in pairwise(chain)]
    places = layers(joined) or columns
    routes = {pair: [places[number] for number in chain] for pair, chain in chains.items()}
    return {number: place for number, place in places.items() if number <= last}, routes


def layers(pairs: Sequence[Pair]) -> dict[int, Place] | None:
    """Ask the library; parts that hang together stand one below the other. `None` where it is not there."""
    try:
        from fast_sugiyama import from_edges
    except ImportError:
        return None
    if not pairs:
        return {}
    parts = from_edges(
        list(dict.fromkeys(pairs)),
        minimum_length=1,
        vertex_spacing=_STEP,
        dummy_vertices=False,
        ranking_type="minimize",
        crossing_minimization="barycenter",
        transpose=True,
    )
    places: dict[int, Place] = {}
    row = 0.0
    for part, *_ in sorted(parts, key=lambda part: min(number for number, _ in part[0])):
        highest = max(y for _, (_, y) in part)
        first = min(x for _, (x, _) in part)
        for number, (x, y) in part:
            places[int(number)] = Place(round((highest - y) / _STEP), row + (x - first) / _STEP)
        row = max(place.row for place in places.values()) + 1
    return places
