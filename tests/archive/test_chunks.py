"""Chunks of listings."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.archive.chunks import Cut, chunk_numbers, cut

sizes = st.integers(min_value=1, max_value=9)
totals = st.integers(min_value=0, max_value=100)


@pytest.mark.parametrize(
    ("total", "numbers", "landing"),
    [(0, [], 0), (19, [], 19), (20, [1], 10), (29, [1], 19), (30, [1, 2], 10), (35, [1, 2], 15)],
)
def test_when_chunks_are_written(total: int, numbers: list[int], landing: int) -> None:
    """Chunk k is written once chunk k + 1 is complete; the landing page shows the rest."""
    assert list(chunk_numbers(total, 10)) == numbers
    assert cut(total, 10, 0).stop == landing


def test_neighbours_of_chunks() -> None:
    """The pager leads from the landing page through ever older chunks, and back."""
    assert [cut(42, 10, number) for number in (0, 3, 2, 1, 4)] == [
        Cut(0, 12, older=3),
        Cut(12, 22, older=2, newer=0),
        Cut(22, 32, older=1, newer=3),
        Cut(32, 42, newer=2),
        Cut(0, 0),
    ]


@settings(deadline=None)
@given(total=totals, size=sizes)
def test_chunks_partition_the_listing(total: int, size: int) -> None:
    """Landing page and chunks together show every piece once, in order."""
    listing = list(range(total))
    cuts = [cut(total, size, number) for number in (0, *reversed(chunk_numbers(total, size)))]

    assert [item for part in cuts for item in listing[part.start : part.stop]] == listing
    assert all(part.stop - part.start == size for part in cuts[1:])
    assert cuts[0].stop <= 2 * size - 1


@settings(deadline=None)
@given(total=totals, size=sizes)
def test_new_article_leaves_old_chunks_alone(total: int, size: int) -> None:
    """One more article changes the landing page and at most one chunk that there was."""

    def shown(count: int, number: int) -> tuple[list[int], int | None, int | None]:
        listing = list(range(count))[::-1]
        part = cut(count, size, number)
        return listing[part.start : part.stop], part.older, part.newer

    before, after = chunk_numbers(total, size), chunk_numbers(total + 1, size)
    changed = [number for number in before if shown(total, number) != shown(total + 1, number)]

    assert len(changed) <= 1
    assert len(set(after) - set(before)) <= 1
    assert set(before) <= set(after)
    assert all(shown(total, number)[0] == shown(total + 1, number)[0] for number in before)


def test_listing_in_chunks(site: Any) -> None:
    """A query with `chunk=` gives the landing page for 0 and `/page/k/` for k."""
    made = site("[archive]\npage_size = 2")
    for day in range(1, 8):
        made.article(f"a/p{day}", f"2009-01-{day:02d}", site.argument("x"))
    ask = made.make().ask
    landing, second, first = (ask.articles(section="a", chunk=number) for number in (0, 2, 1))

    assert [card.id for card in landing.items] == ["a/p7", "a/p6", "a/p5"]
    assert [card.id for card in second.items + first.items] == ["a/p4", "a/p3", "a/p2", "a/p1"]
    assert [(part.number, part.older, part.newer) for part in (landing, second, first)] == [
        (0, 2, None),
        (2, 1, 0),
        (1, None, 2),
    ]
    assert [card.ref for card in ask.arguments(chunk=1).items] == ["a/p2#x", "a/p1#x"]


@pytest.mark.parametrize("keys", [{"limit": 3}, {"order": "oldest"}])
def test_chunk_goes_with_nothing_else(site: Any, keys: dict[str, Any]) -> None:
    """A chunk of a limited or turned listing would mean nothing, so it is refused."""
    with pytest.raises(ValueError, match="chunk"):
        site().article().make().ask.articles(chunk=0, **keys)
