"""What an archive makes beforehand: listings, where arguments stand, and the first of many uses of a name."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sitegen.archive.terms import Use, gather
from sitegen.archive.urls import Urls
from sitegen.articles.meta import Place


def test_listings_keep_one_order(site: Any) -> None:
    """Every listing is a part of the order of all, and a withdrawn piece is in none but its own."""
    made = site().article("a/old", "1998").article("a/new", "2009-07-20").article("b/gone", "2010", status="withdrawn")
    archive = made.article("b/mid", "2001-02", tags=("x",)).make().archive
    keys = ("all",), ("section", "a"), ("section", "b"), ("tag", "x"), ("years",), ("months", "2001"), ("withdrawn",)

    assert [archive.bucket(key) for key in keys] == [
        ("a/new", "b/mid", "a/old"),
        ("a/new", "a/old"),
        ("b/mid",),
        ("b/mid",),
        ("2009", "2001", "1998"),
        ("02",),
        ("b/gone",),
    ]


def test_an_argument_has_one_text_in_every_index(site: Any) -> None:
    """The reference of an argument is one object wherever it is kept: a large archive has very many."""
    archive = site().article("a/x", "2009", site.argument("one"), site.argument("two")).make().archive
    refs = archive.refs_of("a/x")
    kept = [set(map(id, refs)), set(map(id, archive.bucket(("arguments", "all"))))]

    assert refs == ("a/x#one", "a/x#two")
    assert kept == [kept[0]] * 2


@given(
    st.lists(st.tuples(st.sampled_from(["Linux", "linux", "x y", "x_y", "?"]), st.integers(0, 3), st.integers(1, 9)))
)
def test_a_use_can_stand_for_later_ones(written: list[tuple[str, int, int]]) -> None:
    """The first use of each spelling with their number gives what all uses give."""
    uses = [Use(name, f"{number}.md", Place(line, 1)) for name, number, line in written]
    first: dict[str, Use] = {}
    for use in sorted(uses, key=lambda use: (use.path, use.place.line)):
        first.setdefault(use.name, use)
    names = [use.name for use in uses]
    counted = [Use(name, use.path, use.place, names.count(name)) for name, use in first.items()]

    assert gather("tag", counted, (), Urls()) == gather("tag", uses, (), Urls())


def test_a_finding_is_at_the_first_use(site: Any) -> None:
    """Of the uses of a name that cannot stand in a URL, the first by file and line is shown."""
    places = {"tags.0": Place(9, 3, 1), "tags.1": Place(4, 3, 1)}
    made = site().article("b/x", "2009", tags=("?",)).article("a/x", "2010", tags=("?", "?"), places=places).make()
    finding = made.one("bad-slug")

    assert (finding.path, finding.line) == ("content/articles/a/x.md", 4)
