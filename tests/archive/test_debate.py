"""Debates: what is said about a claim, transitively and bounded, and what stands around an article."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.archive import Queries, Window
from sitegen.articles.meta import Annotation, Place, Reference


def told(debate: Any) -> list[tuple[str, str, str]]:
    """Return the edges of a debate as source, kind and target."""
    return [(edge.source, edge.kind, edge.target) for edge in debate.edges]


def distances(debate: Any) -> dict[str, int]:
    """Return the nodes of a debate in their order, with their distances."""
    return {node.ref: node.distance for node in debate.nodes}


@pytest.fixture
def free(site: Any) -> Any:
    """Return a small debate: two sides, an answer to each, and an answer to an answer."""
    made = site().record("claim", "free", name="Maps should be free.")
    made.article("a/late", "2010", site.argument("z", stance="con", about="free", rebuts="a/early#x"))
    made.article("a/early", "2001", site.argument("x", stance="pro", about="free"))
    made.article("a/reply", "2012", site.argument("r", undercuts="a/late#z"))
    made.article("a/again", "2014", site.argument("s", supports="a/reply#r"), site.argument("alone"))
    return made.make().ask


def test_claim(free: Any) -> None:
    """The claim, who takes a stance on it, what is said of these, and so on; near first, then oldest first."""
    debate = free.debate("free")

    assert distances(debate) == {"free": 0, "a/early#x": 1, "a/late#z": 1, "a/reply#r": 2, "a/again#s": 3}
    assert told(debate) == [
        ("a/early#x", "supports", "free"),
        ("a/late#z", "rebuts", "free"),
        ("a/late#z", "rebuts", "a/early#x"),
        ("a/reply#r", "undercuts", "a/late#z"),
        ("a/again#s", "supports", "a/reply#r"),
    ]
    assert (debate.subject, debate.left_out, debate.nodes[0].claim.name) == ("free", 0, "Maps should be free.")
    assert [node.argument.stance for node in debate.nodes[1:]] == ["pro", "con", None, None]


@pytest.mark.parametrize(("limit", "left_out"), [(0, 5), (1, 4), (3, 2), (5, 0), (60, 0)])
def test_limit(free: Any, limit: int, left_out: int) -> None:
    """Of too many the nearest are told, edges among them only, and the others are counted."""
    whole, debate = free.debate("free"), free.debate("free", limit=limit)
    kept = {node.ref for node in debate.nodes}

    assert (debate.nodes, debate.left_out) == (whole.nodes[:limit], left_out)
    assert debate.edges == tuple(edge for edge in whole.edges if {edge.source, edge.target} <= kept)


def test_wrong_limit(free: Any) -> None:
    """A negative number is a mistake in the template."""
    with pytest.raises(ValueError, match="limit must not be negative"):
        free.debate("free", limit=-1)


def test_article(free: Any) -> None:
    """An article's arguments, what they answer and what answers them, one step far, and the claims."""
    debate = free.debate("a/late")

    assert distances(debate) == {"a/late#z": 0, "free": 1, "a/early#x": 1, "a/reply#r": 1}
    assert told(debate) == [
        ("a/late#z", "rebuts", "free"),
        ("a/late#z", "rebuts", "a/early#x"),
        ("a/reply#r", "undercuts", "a/late#z"),
    ]


def test_arguments_alone(free: Any) -> None:
    """An argument that stands in no relation is in no debate."""
    assert "a/again#alone" not in distances(free.debate("a/again"))


def test_article_of_its_own(site: Any) -> None:
    """Without relations the debate is empty; one within the article has no node at a distance."""
    made = site().article("a/x", "2001", site.argument("one"))
    made = made.article("a/y", "2001", site.argument("one"), site.argument("two", supports="#one")).make().ask

    assert (made.debate("a/x").nodes, made.debate("a/x").left_out) == ((), 0)
    assert distances(made.debate("a/y")) == {"a/y#one": 0, "a/y#two": 0}


@pytest.mark.parametrize("ref", ["", "nothing", "a/early#x", "a/nothing"])
def test_no_debate(free: Any, ref: str) -> None:
    """There is a debate of claims and articles only."""
    assert free.debate(ref) is None


def test_claim_without_arguments(site: Any) -> None:
    """A claim that nobody speaks of stands alone."""
    debate = site().record("claim", "free").make().ask.debate("free")

    assert (distances(debate), debate.edges, debate.left_out) == ({"free": 0}, (), 0)


def test_circle(site: Any) -> None:
    """Arguments that answer one another are told once, and the walk ends."""
    made = site().record("claim", "free")
    made.article("a/x", "2001", site.argument("x", stance="pro", about="free", rebuts="a/y#y"))
    made.article("a/y", "2002", site.argument("y", rebuts="a/x#x", supports="a/x#x"))
    debate = made.make().ask.debate("free")

    assert distances(debate) == {"free": 0, "a/x#x": 1, "a/y#y": 2}
    assert sorted(told(debate)) == [
        ("a/x#x", "rebuts", "a/y#y"),
        ("a/x#x", "supports", "free"),
        ("a/y#y", "rebuts", "a/x#x"),
        ("a/y#y", "supports", "a/x#x"),
    ]


def test_editors(site: Any) -> None:
    """What an editor asserts is the editor's, and what the author says too is the author's, once."""
    note = Annotation(argument="x", stance="con", claim=Reference("free"), by="Ed", place=Place(3, 1, 1))
    same = Annotation(argument="y", stance="pro", claim=Reference("free"), by="Ed", place=Place(3, 1, 1))
    neutral = Annotation(argument="z", claim=Reference("free"), by="Ed", place=Place(3, 1, 1))
    made = site().record("claim", "free")
    made.article("a/x", "2001", site.argument("x", supports="free"), annotations=(note,))
    made.article("a/y", "2002", site.argument("y", stance="pro", about="free"), annotations=(same,))
    made.article("a/z", "2003", site.argument("z"), annotations=(neutral,))
    debate = made.make().ask.debate("free")

    assert [(edge.source, edge.kind, edge.by) for edge in debate.edges] == [
        ("a/x#x", "supports", ""),
        ("a/x#x", "rebuts", "Ed"),
        ("a/y#y", "supports", ""),
        ("a/z#z", "neutral", "Ed"),
    ]


@pytest.mark.parametrize("count", [61, 500])
def test_many(site: Any, count: int) -> None:
    """Sixty nodes at most, unless more are asked for."""
    made = site().record("claim", "free")
    for number in range(count):
        keys = {"stance": "pro", "about": "free"} if number < 10 else {"rebuts": f"a/p{number - 10}#z"}
        made.article(f"a/p{number}", f"{1500 + number}", site.argument("z", **keys))
    ask = made.make().ask
    debate, whole = ask.debate("free"), ask.debate("free", limit=count + 1)

    assert (len(debate.nodes), debate.left_out) == (60, count - 59)
    assert (len(whole.nodes), whole.left_out, len(whole.edges)) == (count + 1, 0, count)
    assert [node.distance for node in whole.nodes] == sorted(node.distance for node in whole.nodes)


links = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["supports", "rebuts", "about"]), st.integers(0, 4)))


@given(before=links, after=links)
def test_what_was_looked_at(site: Any, before: list[tuple[int, str, int]], after: list[tuple[int, str, int]]) -> None:
    """Where a debate is another one in the next archive, something that was looked at for it has changed."""

    def window(links: list[tuple[int, str, int]]) -> Window:
        made = site().record("claim", "free")
        for source in range(5):
            keys: dict[str, str] = {}
            for start, kind, end in links:
                if start == source and kind == "about":
                    keys |= {"stance": "pro", "about": "free"}
                elif start == source != end:
                    keys[kind] = f"{keys.get(kind, '')} n{end}#z".strip()
            made.article(f"a/n{source}", f"200{source}", site.argument("z", **keys))
        return Window(made.make().archive)

    then, now = window(before), window(after)
    for ref in ("free", "a/n1"):
        then.seen = set()
        old, new = Queries(then).debate(ref), Queries(now).debate(ref)
        is_other = any(then.digest(sight) != now.digest(sight) for sight in then.seen)

        assert is_other or old == new
