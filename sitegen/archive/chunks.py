"""Chunks of a listing, counted from the oldest end, so that new pieces leave the old chunks alone.

Chunk k holds the k-th `size` pieces from the oldest and is written once chunk k + 1 is complete. The
landing page shows what no written chunk holds: the newest `size` to 2·`size` − 1, or all when there
are fewer than 2·`size`.
"""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Cut", "chunk_numbers", "cut"]


class Cut(Struct, frozen=True):
    """Where a chunk lies in a listing ordered newest first: the slice `start:stop`, and its neighbours.

    `older` and `newer` are numbers of chunks, 0 the landing page; `None` where there is none.
    """

    start: int
    stop: int
    older: int | None = None
    newer: int | None = None


def chunk_numbers(total: int, size: int) -> range:
    """Return the numbers of the chunks that are written beside the landing page, from the oldest, 1."""
    return range(1, total // size)


def cut(total: int, size: int, number: int) -> Cut:
    """Return where chunk `number` lies among `total` pieces; 0 asks for the landing page.

    A chunk that is not written is empty and has no neighbours.
    """
    written = chunk_numbers(total, size)
    if number == 0:
        return Cut(0, total - len(written) * size, older=len(written) or None)
    if number not in written:
        return Cut(0, 0)
    return Cut(
        total - number * size,
        total - (number - 1) * size,
        older=number - 1 or None,
        newer=number + 1 if number + 1 in written else 0,
    )
