"""Articles and arguments as their pages show them."""

from __future__ import annotations

from typing import Any

from sitegen.archive.cards import ArgumentView, Passage
from sitegen.articles.article import Footnote
from sitegen.articles.dates import EdtfDate
from sitegen.articles.meta import Correction, Disclosure, Image, Place


def test_blocks_in_order(site: Any) -> None:
    """Prose before the first argument is the opening, after the last the closing, else between."""
    made = site().article("a/x", "2001", "<p>1</p>", "<p>2</p>", site.argument("one"), "<p>3</p>", site.argument("two"),
                          "<p>4</p>")  # fmt: skip
    view = made.make().ask.article("a/x")

    assert [b.place if isinstance(b, Passage) else b.card.id for b in view.blocks] == [
        "opening",
        "opening",
        "one",
        "between",
        "two",
        "closing",
    ]
    assert [(a.card.number, a.card.ref) for a in view.arguments] == [(1, "a/x#one"), (2, "a/x#two")]
    assert [p.html for p in view.passages] == ["<p>1</p>", "<p>2</p>", "<p>3</p>", "<p>4</p>"]


def test_prose_alone_is_the_opening(site: Any) -> None:
    """A piece without arguments is all opening."""
    view = site().article("a/x", "2001", "<p>1</p>", "<p>2</p>").make().ask.article("a/x")

    assert [passage.place for passage in view.passages] == ["opening", "opening"]


def test_links_are_answered_everywhere(site: Any) -> None:
    """No placeholder is left in passages, arguments or footnotes, on article and argument pages alike."""
    link = '<a href="sg-link:0">x</a>'
    note = Footnote(1, link, "x", ("r",))
    made = site().article("a/x", "2001", link, site.argument("one", html=link), footnotes=(note,),
                          links=[("#one", "page")], cites=(1,)).make()  # fmt: skip
    view = made.ask.article("a/x")
    filled = '<a href="/a/x/#one">x</a>'

    assert [view.passages[0].html, view.arguments[0].html, view.footnotes[0].html] == [filled] * 3
    assert made.ask.argument("a/x#one") == view.arguments[0]
    assert isinstance(view.blocks[1], ArgumentView)


def test_footnotes_of_an_argument(site: Any) -> None:
    """An argument page carries the footnotes that it cites, and those cited in them."""
    notes = (
        Footnote(1, "one", "one"),
        Footnote(2, "two", "two", ("b",), (3,)),
        Footnote(3, "three", "three", (), (2, 9)),
    )
    ask = site().article("a/x", "2001", site.argument("one"), footnotes=notes, cites=(2,)).make().ask

    assert [(note.number, note.id) for note in ask.footnotes("a/x#one")] == [(2, "sg-fn-2"), (3, "sg-fn-3")]
    assert [note.id for note in ask.article("a/x").footnotes] == ["sg-fn-1", "sg-fn-2", "sg-fn-3"]
    assert ask.argument("a/x#one").footnotes == (2,)
    assert ask.footnotes("a/x#nope") == ()


def test_reading_time_and_code(site: Any) -> None:
    """The time is in whole minutes, at least one; code is told so that its style sheet can be there."""
    made = site().article("a/x", "2001", "<p>x</p>", words=10).article("a/y", "2001", "<pre>x</pre>", words=560)
    ask = made.make().ask

    assert [(ask.article(name).minutes, ask.article(name).has_code) for name in ("a/x", "a/y")] == [
        (1, False),
        (3, True),
    ]


def test_long_claims(site: Any) -> None:
    """A claim of more than sixteen words is long, and has a short form."""
    made = site().article("a/x", "2001", site.argument("one", "They gave it away, " + "and " * 20 + "kept it."))
    view = made.make().ask.argument("a/x#one")

    assert (view.is_long, view.card.short) == (True, "They gave it away")


def test_corrections_at_the_place(site: Any) -> None:
    """A correction that names an argument stands there too, also when it names an old id."""
    whole = Correction("Typo.", EdtfDate("2002"))
    named = Correction("Not 1998.", EdtfDate("2003"), argument="#older")
    made = site().article("a/x", "2001", site.argument("one", was=("older",)), corrections=(whole, named)).make()
    view = made.ask.article("a/x")

    assert made.codes == []
    assert [c.argument for c in view.corrections] == ["", "one"]
    assert [c.text for c in view.arguments[0].corrections] == ["Not 1998."]


def test_correction_of_no_argument(site: Any) -> None:
    """A correction that names an argument which is not there is an error; it is shown for the whole piece."""
    wrong = Correction("Not 1998.", EdtfDate("2003"), argument="gitf")
    made = site().article("a/x", "2001", site.argument("gift"), corrections=(wrong,),
                          places={"corrections.0.argument": Place(12, 15, 4)}).make()  # fmt: skip
    finding = made.one("missing-reference")

    assert (finding.line, finding.column, finding.hint) == (12, 15, "did you mean `gift`?")
    assert [c.argument for c in made.ask.article("a/x").corrections] == [""]


def test_withdrawn_piece_has_no_text(site: Any) -> None:
    """What is withdrawn tells nothing of its text: title, date and corrections stay for the tombstone."""
    note = Correction("Withdrawn at the request of the court.", EdtfDate("2010"), "editors-note")
    made = site().article("a/x", "2001", "<p>Secret</p>", site.argument("secret", "Secret"), status="withdrawn",
                          title="Gone", dek="Secret", description="Secret", excerpt="Secret", kicker="Secret",
                          corrections=(note,), disclosures=(Disclosure("Secret"),), extra={"note": "Secret"},
                          image=Image("secret.png", "Secret")).make()  # fmt: skip
    view = made.ask.article("a/x")

    assert (view.card.title, view.card.arguments, view.corrections) == ("Gone", 0, (note,))
    assert "secret" not in repr(view).casefold()


def test_argument_pages_off(site: Any) -> None:
    """Without argument pages both URLs of an argument lead to its place in the article."""
    card = site("[archive]\nargument_pages = false").article("a/x", "2001", site.argument("one")).make()
    card = card.ask.argument("a/x#one").card

    assert (card.url, card.page_url) == ("/a/x/#one", "/a/x/#one")
