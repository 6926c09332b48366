"""The argument graph, and the references it is made of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.articles.dates import EdtfDate
from sitegen.articles.meta import Annotation, Place, Reference


def test_both_directions(site: Any) -> None:
    """A relation is seen from both its ends; the incoming side is computed."""
    made = site().article("a/old", "2001-01-01", site.argument("gift", "A gift is never free."))
    made = made.article("b/new", "2011-01-01", site.argument("yes", "Some gifts are free.", rebuts="a/old#gift")).make()
    outgoing, incoming = made.ask.argument("b/new#yes").relations + made.ask.argument("a/old#gift").relations

    assert made.codes == []
    assert (outgoing.kind, outgoing.direction, outgoing.label) == ("rebuts", "out", "A gift is never free.")
    assert (incoming.kind, incoming.direction, incoming.label) == ("rebuts", "in", "Some gifts are free.")
    assert (incoming.url, incoming.other.article.id, incoming.by) == ("/b/new/#yes", "b/new", "")
    assert made.ask.answers("a/old#gift") == (incoming,)
    assert (made.ask.argument("a/old#gift").card.answers, made.ask.argument("b/new#yes").card.answers) == (1, 0)


@pytest.mark.parametrize("text", ["a/old#gift", "old#gift", "a/old#present"])
def test_ways_to_name_an_argument(site: Any, text: str) -> None:
    """An article is named by section and slug or by a slug that is unique, an argument by old ids too."""
    made = site().article("a/old", "2001", site.argument("gift", was=("present",)))
    made = made.article("b/new", "2011", site.argument("yes", supports=text)).make()

    assert [relation.other.ref for relation in made.ask.argument("b/new#yes").relations] == ["a/old#gift"]


def test_same_article_and_several(site: Any) -> None:
    """`#id` is an argument of the same article; several references stand with blanks between."""
    made = site().article("a/x", "2001", site.argument("one"), site.argument("two"),
                          site.argument("three", supports="#one #two", undercuts="x#two")).make()  # fmt: skip

    assert [(r.kind, r.other.id) for r in made.ask.argument("a/x#three").relations] == [
        ("supports", "one"),
        ("supports", "two"),
        ("undercuts", "two"),
    ]
    assert made.ask.argument("a/x#two").card.answers == 1


def test_claims(site: Any) -> None:
    """A reference without `#` is a claim; stances count there, and who supports a claim is for it."""
    made = site().record("claim", "free", name="Gifts are free.")
    made = made.article("a/x", "2001", site.argument("one", stance="con", about="free"),
                        site.argument("two", supports="free")).make()  # fmt: skip
    claim = made.ask.claim("free")

    assert (claim.title, claim.url, claim.pro, claim.con, claim.neutral) == (
        "Gifts are free.",
        "/claims/free/",
        1,
        1,
        0,
    )
    assert made.ask.argument("a/x#one").claim.name == "Gifts are free."
    assert [card.id for card in made.ask.arguments(claim="free", stance="con")] == ["one"]
    assert [(r.kind, r.claim.url) for r in made.ask.argument("a/x#two").relations] == [("supports", "/claims/free/")]
    assert [(r.kind, r.other.id) for r in made.ask.answers("free")] == [("supports", "two")]


@pytest.mark.parametrize(
    ("keys", "code", "hint"),
    [
        ({"rebuts": "a/y#hors"}, "missing-reference", "did you mean `horse`?"),
        ({"rebuts": "b/y#horse"}, "missing-reference", "did you mean `a/y`?"),
        ({"rebuts": "a/yy#horse"}, "missing-reference", "did you mean `a/y`?"),
        ({"rebuts": "fre"}, "missing-reference", "did you mean `free`?"),
        ({"about": "fre", "stance": "pro"}, "missing-reference", "did you mean `free`?"),
        ({"rebuts": "twin#z"}, "ambiguous-reference", "write the section too"),
        ({"undercuts": "free"}, "bad-value", "write `article#id`, or use `rebuts` for a claim"),
        ({"supports": "#here"}, "bad-value", "name another argument, or remove the reference"),
    ],
)
def test_what_cannot_be_resolved(site: Any, keys: dict[str, str], code: str, hint: str) -> None:
    """A reference that leads nowhere, or nowhere certain, is an error at its place, and never guessed."""
    made = site().record("claim", "free", name="Gifts are free.").article("a/y", "2001", site.argument("horse"))
    made = made.article("a/twin", "2001").article("b/twin", "2001")
    made = made.article("a/x", "2001", site.argument("here", **keys)).make()
    finding = made.one(code)

    assert (finding.path, finding.line, finding.hint) == ("content/articles/a/x.md", 9, hint)
    assert made.ask.argument("a/x#here").relations == ()


def test_ambiguity_lists_the_candidates(site: Any) -> None:
    """The candidates of an ambiguous slug are listed."""
    made = site().article("a/twin", "2001", site.argument("z")).article("b/twin", "2001")
    made = made.article("a/x", "2001", site.argument("here", rebuts="twin#z")).make()

    assert "`a/twin`, `b/twin`" in made.one("ambiguous-reference").message


def test_written_id_goes_before_other_ways(site: Any) -> None:
    """A piece keeps its identity when it moves, also where another now stands at its old place."""
    made = site().article("a/gift", "2001", site.argument("z"), section="b", path="content/articles/b/gift.md")
    made = made.article("a/gift-2", "2002", slug="gift").article("c/x", "2003", site.argument("y", rebuts="a/gift#z"))

    assert made.make().ask.argument("c/x#y").relations[0].other.ref == "a/gift#z"


@pytest.mark.parametrize(
    ("keys", "title"),
    [({"rebuts": "a/draft#z"}, "A draft"), ({"rebuts": "draft#z"}, "A draft"), ({"supports": "later"}, "A claim")],
)
def test_target_left_out(site: Any, keys: dict[str, str], title: str) -> None:
    """What this build leaves out is shown by its title, without a link, with a warning."""
    made = site().leave_out("a/draft", "A draft").leave_out("later", "A claim", "content/claims/later.md", "claim")
    made = made.article("a/x", "2001", site.argument("y", **keys)).make()
    (relation,) = made.ask.argument("a/x#y").relations

    assert not made.one("unlinked-reference").fails
    assert (relation.label, relation.url, relation.other, relation.claim) == (title, "", None, None)


def test_withdrawn_target(site: Any) -> None:
    """A withdrawn piece has no arguments any more: relations to it stay unlinked, its own are gone."""
    made = site().article("a/gone", "2001", site.argument("z", rebuts="a/x#y"), status="withdrawn", title="Gone")
    made = made.article("a/x", "2002", site.argument("y", rebuts="a/gone#z")).make()

    assert made.one("unlinked-reference").path == "content/articles/a/x.md"
    assert [(r.direction, r.label) for r in made.ask.argument("a/x#y").relations] == [("out", "Gone")]
    assert made.ask.argument("a/gone#z") is None


def annotation(argument: str, **keys: Any) -> Annotation:
    """Return a note of the editors."""
    for kind in ("supports", "rebuts", "undercuts"):
        if kind in keys:
            keys[kind] = (Reference(keys[kind], Place(4, 5, 3)),)
    if "claim" in keys:
        keys["claim"] = Reference(keys["claim"])
    return Annotation(argument=argument, place=Place(3, 3, 2), **keys)


def test_editors_are_not_the_author(site: Any) -> None:
    """What editors assert carries their name and date, in both directions."""
    note = annotation("old", rebuts="#new", by="ada-berg", date=EdtfDate("2012-03-01"))
    made = site().record("author", "ada-berg", name="Ada Berg")
    made = made.article("a/x", "2001", site.argument("old"), site.argument("new"), annotations=(note,)).make()
    (outgoing,), (incoming,) = (made.ask.argument(f"a/x#{name}").relations for name in ("old", "new"))

    assert [(r.by, str(r.date)) for r in (outgoing, incoming)] == [("Ada Berg", "2012-03-01")] * 2


def test_nameless_editor_is_the_archive(site: Any) -> None:
    """An annotation without `by` is the archive's, and never passes for the author's."""
    note = annotation("old", stance="con")
    made = site().article("a/x", "2001", site.argument("old"), annotations=(note,)).make()

    assert made.ask.argument("a/x#old").card.stance_by == "The Open Desk"


def test_author_goes_before_editors(site: Any) -> None:
    """The author's stance stands; an editor's about another claim is shown where that claim is asked for."""
    made = site().record("claim", "free").record("claim", "fair")
    notes = (annotation("y", stance="con", claim="fair", by="Ed"), annotation("y", stance="con", claim="free", by="Ed"))
    made = made.article("a/x", "2001", site.argument("y", stance="pro", about="free"), annotations=notes).make()
    own, fair, against = (
        made.ask.argument("a/x#y").card,
        made.ask.arguments(claim="fair")[0],
        made.ask.arguments(claim="free", stance="con")[0],
    )

    assert (own.stance, own.claim_id, own.stance_by) == ("pro", "free", "")
    assert (fair.stance, fair.claim_id, fair.stance_by) == ("con", "fair", "Ed")
    assert (against.stance, against.claim_id, against.stance_by) == ("con", "free", "Ed")
    assert (made.ask.claim("free").pro, made.ask.claim("free").con) == (1, 1)


def test_editor_completes_the_stance(site: Any) -> None:
    """An editor may name the claim that the author's stance is about: that is the editor's reading."""
    made = site().record("claim", "free")
    made = made.article(
        "a/x", "2001", site.argument("y", stance="pro"), annotations=(annotation("y", claim="free", by="Ed"),)
    )
    card = made.make().ask.argument("a/x#y").card

    assert (card.stance, card.claim_id, card.stance_by) == ("pro", "free", "Ed")


def test_annotation_of_no_argument(site: Any) -> None:
    """An annotation must name an argument of its article."""
    made = site().article("a/x", "2001", site.argument("gift"), annotations=(annotation("gitf", stance="pro"),)).make()
    finding = made.one("missing-reference")

    assert (finding.line, finding.hint) == (3, "did you mean `gift`?")


links = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["supports", "rebuts", "undercuts"]), st.integers(0, 5)))


@settings(deadline=None, max_examples=60)
@given(links=links)
def test_out_and_in_are_the_same_edges(site: Any, links: list[tuple[int, str, int]]) -> None:
    """Every edge that leaves one argument enters another, once, and none else does."""
    made = site()
    for source in range(6):
        keys: dict[str, str] = {}
        for start, kind, end in links:
            if start == source != end:
                keys[kind] = f"{keys.get(kind, '')} n{end}#z".strip()
        made.article(f"a/n{source}", f"200{source}", site.argument("z", **keys))
    ask = made.make().ask
    seen = [(ask.argument(f"a/n{number}#z").card.ref, ask.argument(f"a/n{number}#z").relations) for number in range(6)]
    outgoing = [(ref, r.kind, r.other.ref) for ref, relations in seen for r in relations if r.direction == "out"]
    incoming = [(r.other.ref, r.kind, ref) for ref, relations in seen for r in relations if r.direction == "in"]

    assert sorted(outgoing) == sorted(incoming)
    assert set(outgoing) == {(f"a/n{a}#z", kind, f"a/n{b}#z") for a, kind, b in links if a != b}
    assert len(outgoing) == len(set(outgoing))
