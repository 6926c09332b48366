"""The questions that templates ask."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.archive import Queries
from sitegen.archive.cards import Chunk, NamedLink
from sitegen.articles.article import Footnote
from sitegen.articles.dates import EdtfDate
from sitegen.articles.meta import Correction, Image
from sitegen.articles.records import WebLink
from sitegen.digest import digest

NAMES = {
    "answers", "argument", "arguments", "article", "articles", "author", "authors", "card", "claim", "claims",
    "corrections", "debate", "document", "footnotes", "histogram", "months", "neighbours", "notice", "related",
    "section", "sections", "standards", "tag", "tags", "url", "years",
}  # fmt: skip


@pytest.fixture(scope="module")
def ask(site: Any) -> Queries:
    """Return the queries over a few pieces."""
    made = site().record("section", "a", name="Apples", description="Fruit.").record("page", "about", name="About us")
    made.article("a/one", "1998", site.argument("p"), site.argument("q"), tags=("linux",))
    made.article("a/two", "1998-05", site.argument("p"), tags=("linux", "bsd"), authors=("Ada Berg",))
    made.article("b/three", "2000-02-03", site.argument("p"), tags=("linux", "bsd"))
    made.article("b/four", "2000-02-03", tags=("solaris",), status="retracted")
    made.article("b/gone", "2000-03-01", site.argument("p"), tags=("bsd",), status="withdrawn")
    ask: Queries = made.make().ask
    return ask


def ids(cards: Any) -> list[str]:
    """Return the ids of cards, or the references of arguments."""
    return [getattr(card, "ref", card.id) for card in cards]


def test_names() -> None:
    """The questions are those that are documented, and no others."""
    assert {name for name in vars(Queries) if not name.startswith("_")} == NAMES


def test_listing_order(ask: Queries) -> None:
    """Newest first, then by id; a partial date sorts at its first day; withdrawn pieces are in no list."""
    assert ids(ask.articles()) == ["b/four", "b/three", "a/two", "a/one"]
    assert ids(ask.articles(order="oldest")) == ["a/one", "a/two", "b/three", "b/four"]
    assert ids(ask.articles(limit=2)) == ["b/four", "b/three"]
    assert ids(ask.articles(limit=0)) == []


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"section": "b"}, ["b/four", "b/three"]),
        ({"tag": "linux"}, ["b/three", "a/two", "a/one"]),
        ({"tag": "linux", "section": "a"}, ["a/two", "a/one"]),
        ({"author": "ada-berg", "tag": "bsd"}, ["a/two"]),
        ({"year": 1998}, ["a/two", "a/one"]),
        ({"year": "1998", "month": 5}, ["a/two"]),
        ({"year": 2000, "month": "02", "tag": "bsd"}, ["b/three"]),
        ({"tag": "nope"}, []),
        ({"year": 2000, "month": 3}, []),
        ({"standards": "nope"}, []),
    ],
)
def test_filters_are_combined(ask: Queries, filters: dict[str, Any], expected: list[str]) -> None:
    """An article must meet every filter; an unknown name is met by none."""
    assert ids(ask.articles(**filters)) == expected


def test_arguments(ask: Queries) -> None:
    """Arguments stand by article, newest first, and by number within one."""
    assert ids(ask.arguments()) == ["b/three#p", "a/two#p", "a/one#p", "a/one#q"]
    assert ids(ask.arguments(order="oldest")) == ["a/one#p", "a/one#q", "a/two#p", "b/three#p"]
    assert ids(ask.arguments(section="a", tag="linux", limit=2)) == ["a/two#p", "a/one#p"]
    assert ids(ask.arguments(article="a/one")) == ["a/one#p", "a/one#q"]
    assert ids(ask.arguments(author="ada-berg")) == ["a/two#p"]
    assert ask.arguments(stance="pro") == ask.arguments(claim="nope") == ask.arguments(article="b/gone") == ()


@pytest.mark.parametrize(
    "question",
    [
        lambda ask: ask.articles(month=5),
        lambda ask: ask.articles(order="random"),
        lambda ask: ask.articles(limit=-1),
        lambda ask: ask.arguments(chunk=0, limit=1),
    ],
)
def test_arguments_that_do_not_go_together(ask: Queries, question: Any) -> None:
    """A question that means nothing is refused, not answered with something."""
    with pytest.raises(ValueError, match=r"."):
        question(ask)


def test_unknown_is_none(ask: Queries) -> None:
    """What does not exist is `None`, so that a page which asked is made again when it appears."""
    questions = (ask.article, ask.argument, ask.section, ask.tag, ask.author, ask.claim, ask.notice, ask.document)

    assert [question("nope") for question in questions] == [None] * len(questions)
    assert ask.card("nope") is None
    assert [ask.url("nope"), ask.url("a/one#nope"), ask.argument("a/one#nope")] == [None] * 3
    assert (ask.answers("nope"), ask.related("nope"), ask.months(1850)) == ((), (), ())


def test_withdrawn_piece_answers_alone(ask: Queries) -> None:
    """A withdrawn piece has its own page and URL, and is nowhere else."""
    gone = ask.article("b/gone")

    assert gone is not None
    assert (gone.card.status, ask.url("b/gone"), ask.argument("b/gone#p")) == ("withdrawn", "/b/gone/", None)
    assert [(year.year, year.count) for year in ask.years()] == [(2000, 2), (1998, 2)]
    assert [(tag.term.id, tag.count) for tag in ask.tags()] == [("bsd", 2), ("linux", 3), ("solaris", 1)]
    assert ask.neighbours("b/gone").later is ask.neighbours("b/gone").earlier is None


def test_terms(ask: Queries) -> None:
    """A term tells its span of years and the tags that stand with it most often."""
    section, tag = ask.section("a"), ask.tag("bsd")

    assert section is not None
    assert tag is not None
    assert (section.term.name, section.count, section.first_year, section.last_year) == ("Apples", 2, 1998, 1998)
    assert [(t.term.id, t.count) for t in section.related] == [("linux", 3), ("bsd", 2)]
    assert [(t.term.id, t.count) for t in tag.related] == [("linux", 3)]
    assert [(t.term.id, t.count, t.description) for t in ask.sections()] == [("a", 2, "Fruit."), ("b", 2, "")]
    assert ids(ask.articles(section="b"))[0] == "b/four"


def test_calendar(ask: Queries) -> None:
    """Months are those that dates name; the chart has every year between, without a link where there is none."""
    assert [(month.month, month.count, month.url) for month in ask.months(1998)] == [(5, 1, "/archive/1998/05/")]
    assert [(year.year, year.count, year.url) for year in ask.histogram()] == [
        (1998, 2, "/archive/1998/"),
        (1999, 0, ""),
        (2000, 2, "/archive/2000/"),
    ]
    assert [(year.year, year.count) for year in ask.histogram(tag="bsd")] == [(1998, 1), (1999, 0), (2000, 1)]
    assert ask.histogram(tag="nope") == ()


def test_neighbours(ask: Queries) -> None:
    """The pieces just before and after, none at the ends."""
    first, middle, last = (ask.neighbours(name) for name in ("a/one", "a/two", "b/four"))

    assert (first.earlier, middle.earlier and middle.earlier.id, middle.later and middle.later.id) == (
        None,
        "a/one",
        "b/three",
    )
    assert (last.later, last.earlier and last.earlier.id) == (None, "b/three")


def test_urls(ask: Queries) -> None:
    """Any unambiguous reference has a URL."""
    assert [ask.url(ref) for ref in ("a/one", "one", "a/one#q")] == ["/a/one/", "/a/one/", "/a/one/#q"]


def test_corrections_log(site: Any) -> None:
    """The log has every correction, newest first, with the argument that it concerns."""
    made = site().article("a/x", "2001", site.argument("one"), corrections=(
        Correction("First.", EdtfDate("2002")), Correction("Third.", EdtfDate("2004"), argument="one")))  # fmt: skip
    made.article("a/y", "2003", corrections=(Correction("Second.", EdtfDate("2003-01")),))
    made.article("a/gone", "2003", status="withdrawn", corrections=(Correction("Gone.", EdtfDate("2005")),))
    log = made.make().ask.corrections()

    assert [(entry.correction.text, entry.article.id) for entry in log] == [
        ("Gone.", "a/gone"),
        ("Third.", "a/x"),
        ("Second.", "a/y"),
        ("First.", "a/x"),
    ]
    assert [entry.argument and entry.argument.ref for entry in log] == [None, "a/x#one", None, None]
    assert made.make().ask.corrections(limit=1) == log[:1]


def test_pages_and_claims(site: Any) -> None:
    """Pages, claims and their texts; without a title the id serves."""
    made = site().record("page", "about-us", html="<p>We</p>").record("claim", "b", name="Zebras").record("claim", "a")
    ask = made.record("claim", "c", name="Apes").make().ask
    page = ask.document("about-us")

    assert page is not None
    assert (page.url, page.title, page.html, page.language) == ("/about-us/", "About us", "<p>We</p>", "en")
    assert [claim.title for claim in ask.claims()] == ["a", "Apes", "Zebras"]


def test_card_alone(ask: Queries) -> None:
    """The card of an article is that of its listings."""
    assert ask.card("b/four") == ask.articles()[0]  # type: ignore[index]  # no chunk was asked for


def test_pictures_and_footnotes_of_files(site: Any) -> None:
    """The picture of an author is answered with its URL or left out; footnotes stand at the end of the text."""
    note = Footnote(1, '<p><a href="sg-link:0">x</a></p>', "x")
    made = site().record("author", "ada", name="Ada", image=Image("ada.png", "Ada"), links=(WebLink("Home", "/ada/"),))
    made.record("author", "eve", image=Image("eve.png")).article("a/x")
    made.record("page", "about", html='<p>Text</p><a href="sg-link:9">y</a>', footnotes=(note,),
                targets=[("#us", "page")], ids=("us",))  # fmt: skip
    made.media = {"content/authors/ada.png"}
    made = made.make()
    ada, eve = made.ask.author("ada"), made.ask.author("eve")

    assert made.one("missing-image").path == "content/authors/eve.md"
    assert (ada.image, eve.image) == (Image("/assets/ada.png", "Ada"), None)
    assert ada.links == (NamedLink("Home", "/ada/"),)
    assert made.ask.document("about").html == (
        '<p>Text</p><a>y</a><section class="footnotes" role="doc-endnotes"><ol>'
        '<li id="sg-fn-1"><p><a href="/about/#us">x</a></p></li></ol></section>'
    )


def everything(made: Any) -> list[Any]:
    """Ask everything that there is to ask of a site."""
    ask, archive = made.ask, made.archive
    answers: list[Any] = [ask.articles(), ask.articles(order="oldest"), ask.arguments(), ask.arguments(stance="pro")]
    answers += [ask.sections(), ask.tags(), ask.authors(), ask.claims(), ask.standards(), ask.years(), ask.histogram()]
    answers += [ask.corrections(), ask.articles(chunk=0), ask.articles(chunk=1), made.findings]
    for name in sorted(archive.articles):
        answers += [ask.article(name), ask.related(name), ask.neighbours(name), ask.url(name)]
    for ref in sorted(archive.bucket(("arguments", "all"))):
        answers += [ask.argument(ref), ask.answers(ref), ask.footnotes(ref)]
    for kind, question in (("tag", ask.tag), ("author", ask.author), ("section", ask.section)):
        answers += [question(name) for name in sorted(archive.terms[kind].entries)]
    return answers


pieces = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "B"]),
        st.sampled_from(["x", "y", "z", "page"]),
        st.sampled_from(["2001", "2001-05", "2001-05-01", "2002-01-01T00:30+02:00", "2009"]),
        st.lists(st.sampled_from(["Linux", "linux", "x y", "x_y", "?"]), max_size=3),
        st.sampled_from(["", "x#p", "a/x#p", "a/y#nope", "b/z#p c", "gone#p"]),
        st.sampled_from(["published", "retracted", "withdrawn"]),
    ),
    max_size=7,
)


@settings(deadline=None, max_examples=60)
@given(pieces=pieces, seed=st.randoms(use_true_random=False))
def test_order_of_input_never_changes_an_answer(site: Any, pieces: list[Any], seed: random.Random) -> None:
    """Whatever order files are found in, also with errors among them, answers and findings are the same."""
    made = site("[archive]\npage_size = 2\n[defaults]\nstandards = 'n'")
    made.record("claim", "c").record("notice", "n", date="2001-03-01").record("notice", "n", date="2005-01-01")
    made.record("tag", "linux", aliases=("x y",)).record("tag", "gnu", aliases=("x y",)).leave_out("a/gone", "Gone")
    for number, (section, slug, date, tags, rebuts, status) in enumerate(pieces):
        stance = {"stance": "pro", "about": "c"} if number % 2 else {}
        note = Correction("Wrong.", EdtfDate("2010"), argument="p" if number % 3 else "q")
        made.article(f"{section}/{slug}", date, site.argument("p", rebuts=rebuts, **stance), tags=tuple(tags),
                     status=status, standards="n", origin="default", corrections=(note,),
                     path=f"content/articles/{number}.md")  # fmt: skip
    before = everything(made.make())
    for values in (made.articles, made.records):
        seed.shuffle(values)

    assert everything(made.make()) == before
    assert digest(before) == digest(everything(made.make()))


days = st.lists(st.dates().map(str), max_size=14)


@settings(deadline=None, max_examples=60)
@given(days=days, size=st.integers(1, 4))
def test_newest_article_changes_one_chunk_at_most(site: Any, days: list[str], size: int) -> None:
    """A new article changes the landing page and at most one of the chunks that there were."""

    def chunks(made: Any) -> dict[int, Chunk]:
        archive, ask = made.archive, made.ask
        total = len(archive.bucket(("section", "a")))
        return {number: ask.articles(section="a", chunk=number) for number in range(max(1, total // size))}

    made = site(f"[archive]\npage_size = {size}")
    for number, day in enumerate(days):
        made.article(f"a/n{number}", day)
    before = chunks(made.make())
    made.article("a/new", "9999-12-31")
    after = chunks(made.make())

    assert sum(before[number] != after[number] for number in before if number) <= 1
    assert len(after) - len(before) in (0, 1)
    assert sorted(ids([card for chunk in after.values() for card in chunk.items])) == sorted(
        [f"a/n{number}" for number in range(len(days))] + ["a/new"]
    )
