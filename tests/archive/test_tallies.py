"""What is counted of a bucket when the archive is made is what counting its cards gives."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sitegen.archive import Queries, Window
from sitegen.archive.tallies import SHARED

TAGS = [f"t{number}" for number in range(12)]
PIECES = st.lists(
    st.tuples(st.sampled_from(["1999", "2001-05", "2001-05-06", "2004-12-31"]), st.sets(st.sampled_from(TAGS))),
    max_size=12,
)


@given(PIECES)
def test_as_counted(site: type[Any], pieces: list[tuple[str, set[str]]]) -> None:
    """Years with their counts, and the commonest tags beside a term, ties by id, itself left out."""
    made = site()
    for number, (date, tags) in enumerate(pieces):
        made.article(f"{'ab'[number % 2]}/p{number}", date, tags=tuple(sorted(tags)))
    archive = made.make().archive
    queries = Queries(Window(archive))

    for key in [key for key in archive.buckets if key[0] in ("section", "tag", "author")]:
        cards = [archive.cards[name] for name in archive.buckets[key]]
        years = Counter(card.date.year for card in cards)
        tags_of = Counter(tag.id for card in cards for tag in card.tags if key != ("tag", tag.id))
        view = getattr(queries, key[0])(key[1])
        assert {it.year: it.count for it in queries.histogram(**{key[0]: key[1]}) if it.count} == years
        assert (view.first_year, view.last_year) == (min(years), max(years))
        assert [it.term.id for it in view.related] == sorted(tags_of, key=lambda tag: (-tags_of[tag], tag))[:SHARED]
    every = Counter(card.date.year for card in archive.cards.values())
    assert {it.year: it.count for it in queries.histogram() if it.count} == every


def test_what_is_looked_at(site: type[Any]) -> None:
    """A term looks at no card: another title among its pieces leaves its answer as it is."""
    window = Window(site().article("a/x", "2001", tags=("linux",)).article("a/y", "2002", tags=("law",)).make().archive)
    queries = Queries(window)
    window.seen.clear()
    queries.section("a")
    queries.histogram(section="a")
    queries.histogram()

    assert not [sight for sight in window.seen if sight[0] == "card"]
    assert {sight for sight in window.seen if sight[0] == "tally"} == {("tally", "section", "a"), ("tally", "all")}


def test_what_a_tally_depends_on(site: type[Any]) -> None:
    """Its digest is another one with another year or tag, and the same with another title."""

    def seen(date: str = "2001", tag: str = "linux", title: str = "T") -> bytes:
        window = Window(site().article("a/x", date, tags=(tag,), title=title).make().archive)
        return window.digest(("tally", "section", "a"))

    assert seen() == seen(title="Another") == seen(date="2001-05")
    assert len({seen(), seen(date="2002"), seen(tag="law")}) == 3
    assert Window(site().make().archive).digest(("tally", "section", "a")) == b""
