"""An archive that is read back row by row answers as the one that was stored."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from sitegen.archive import Queries, Window
from sitegen.archive.rows import Held
from sitegen.archive.stored import Unpacked, put_away, renewed, rows_of, unpack_archive, with_other_cards
from sitegen.build.archive_file import ArchiveFile

Again = Callable[[Any], Unpacked]


@pytest.fixture
def made(site: type[Any]) -> Any:
    """Return an archive with something of everything."""
    made = site().record("claim", "free", name="It is free").record("tag", "linux", name="Linux", description="D")
    made.record("page", "about", name="About", html="<p>Us</p>").record("notice", "editorial", date="2000")
    made.article("a/x", "2001", site.argument("one", was=("first",), about="free", stance="pro"), tags=("linux",))
    made.article("a/y", "2002-05", site.argument("two", rebuts="a/x#one"), tags=("linux", "law"), standards="editorial")
    made.article("b/gone", "2003", site.argument("z"), status="withdrawn").article("b/plain", "2004", "<p>Prose</p>")
    made.leave_out("b/draft", "A draft")
    made.media = {"content/articles/a/p.png"}
    return made.make()


@pytest.fixture(params=["file", "memory"])
def again(request: pytest.FixtureRequest, tmp_path: Path) -> Again:
    """Return what stores an archive and reads it back."""

    def stored(archive: Any) -> Unpacked:
        tables = ArchiveFile.write(tmp_path, archive) if request.param == "file" else Held(rows_of(archive))
        assert tables is not None
        bodies = {article.path: article.body for article in archive.articles.values()}
        return unpack_archive(tables, archive.config, bodies.__getitem__)

    return stored


def test_every_table(made: Any, again: Again) -> None:
    """Each table has the same keys in their order, and the same values."""
    archive = made.archive
    unpacked = again(archive)

    for name in ("cards", "instants", "ranks", "standards", "claims", "pages", "entries", "files"):
        stored, plain = getattr(unpacked, name), getattr(archive, name)
        assert list(stored.items()) == list(plain.items()), name
        assert len(stored) == len(plain)
        assert "nothing" not in stored
    assert dict(unpacked.buckets) == dict(archive.buckets)
    assert len(unpacked.buckets) == len(archive.buckets)
    assert ("nothing",) not in unpacked.buckets
    assert unpacked.references.former == archive.references.former
    assert dict(unpacked.graph.incoming) == dict(archive.graph.incoming)
    assert (unpacked.terms, unpacked.notices, unpacked.left_out, unpacked.media) == (
        archive.terms,
        archive.notices,
        archive.left_out,
        archive.media,
    )


def test_every_question(made: Any, again: Again) -> None:
    """Questions are answered alike, and look at the same things with the same digests."""
    archive = made.archive
    windows = (Window(archive), Window(again(archive)))
    for name, arguments in (
        ("article", ("a/x",)), ("argument", ("a/x#one",)), ("answers", ("a/x#one",)), ("answers", ("free",)),
        ("tag", ("linux",)), ("claim", ("free",)), ("neighbours", ("a/y",)), ("related", ("a/x",)),
        ("url", ("a/x#first",)),
        ("articles", ()), ("arguments", ()), ("corrections", ()), ("standards", ()), ("document", ("about",)),
        ("article", ("nope",)), ("card", ("b/gone",)), ("years", ()), ("histogram", ()),
    ):  # fmt: skip
        answers = [getattr(Queries(window), name)(*arguments) for window in windows]
        assert answers[0] == answers[1], (name, arguments)

    assert windows[0].seen == windows[1].seen
    assert all(windows[0].digest(sight) == windows[1].digest(sight) for sight in windows[0].seen)


def test_articles_put_away(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Articles that are put away are loaded again as they were, few at a time, also in another process."""
    archive = made.archive
    bodies = {article.path: article.body for article in archive.articles.values()}
    away = put_away(archive, bodies.__getitem__)

    assert dict(away.articles) == {name: structs.replace(it, origins={}) for name, it in archive.articles.items()}
    assert dict(pickle.loads(pickle.dumps(away.articles))) == dict(away.articles)  # noqa: S301 - of our own
    assert ("nothing" in away.articles, len(away.articles)) == (False, len(archive.articles))
    assert [(name, list(rows)) for name, rows in rows_of(away)] == [
        (name, list(rows)) for name, rows in rows_of(archive)
    ]
    with pytest.raises(KeyError):
        away.articles["nothing"]

    monkeypatch.setattr("sitegen.archive.stored._KEPT", 1)
    few = put_away(archive, bodies.__getitem__).articles
    assert few["a/x"] is few["a/x"]
    assert few["a/y"] == away.articles["a/y"]
    assert few["a/x"] is not away.articles["a/x"]


def test_at_rest(made: Any, again: Again) -> None:
    """What was decoded is let go of, and decoded again as it was; what was given stays."""
    archive = made.archive
    card = structs.replace(archive.cards["a/x"], title="Another")
    unpacked = with_other_cards(again(archive), {"a/x": card})
    names = ("articles", "cards", "ranks", "standards", "entries", "files", "buckets")
    was = {name: dict(getattr(unpacked, name)) for name in names}

    unpacked.rest()
    assert unpacked.cards["a/x"] is card
    assert unpacked.cards["a/y"] is not was["cards"]["a/y"]
    assert unpacked.articles["a/x"] is not was["articles"]["a/x"]
    assert {name: dict(getattr(unpacked, name)) for name in names} == was
    assert unpacked.others == {"a/x": card}


def test_what_is_kept_is_bounded(made: Any, again: Again, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a large table only so much stays decoded; what is given does not count."""
    monkeypatch.setattr("sitegen.archive.rows._MOST", 2)
    unpacked = with_other_cards(again(made.archive), {"a/x": made.archive.cards["a/x"]})
    for _ in range(3):
        assert {name: unpacked.cards[name] for name in made.archive.cards} == dict(made.archive.cards)
    assert isinstance(unpacked.cards, type(unpacked.standards))
    assert len(unpacked.cards.decoded) <= 3


def test_other_bodies(made: Any, again: Again) -> None:
    """An article with another body is made anew; the others are those that were decoded."""
    archive = made.archive
    unpacked = again(archive)
    was = dict(unpacked.articles)
    other = structs.replace(archive.articles["a/x"].body, words=1_000)

    now = renewed(unpacked, ["a/x"], lambda _: other)
    assert now.articles["a/x"].body == other
    assert now.articles["a/y"] is was["a/y"]
    assert unpacked.articles["a/x"] is was["a/x"]
