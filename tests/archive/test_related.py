"""Related articles."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.archive.related import PER_TAG, nearest_in_time


def test_rare_tags_first(site: Any) -> None:
    """A piece that shares a rare tag is nearer than one that shares a common one."""
    made = site().article("a/x", "2009", tags=("linux", "rare")).article("a/rare", "1999", tags=("rare",))
    for number in range(3):
        made.article(f"a/common{number}", f"201{number}", tags=("linux",))
    made.article("a/both", "1990", tags=("linux", "rare")).article("a/none", "2009")
    made.article("a/gone", "2009", tags=("rare",), status="withdrawn")
    ask = made.make().ask

    assert [card.id for card in ask.related("a/x", limit=9)] == [
        "a/both",
        "a/rare",
        "a/common0",
        "a/common1",
        "a/common2",
    ]
    assert len(ask.related("a/x")) == 4
    assert ask.related("a/none") == ask.related("a/nope") == ask.related("a/gone") == ()


years = st.lists(st.integers(1900, 2020), min_size=1, max_size=180) | st.lists(
    st.integers(2000, 2002), min_size=70, max_size=180
)


@settings(deadline=None, max_examples=30)
@given(years=years, which=st.integers(0, 179))
def test_window_is_exact(site: Any, years: list[int], which: int) -> None:
    """A tag offers exactly its 64 pieces nearest in time, the smaller id first at the same distance."""
    made = site()
    for number, year in enumerate(years):
        made.article(f"a/n{number:03d}", str(year), tags=("t",))
    archive = made.make().archive
    listing = archive.bucket(("tag", "t"))
    article = listing[which % len(listing)]
    when = archive.instants[article]
    others = sorted(
        (name for name in listing if name != article), key=lambda name: (abs(archive.instants[name] - when), name)
    )

    assert nearest_in_time(archive.instants, article, listing) == tuple(others[:PER_TAG])
