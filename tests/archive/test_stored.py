"""An archive that is read back piece by piece answers as the one that was stored."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from sitegen.archive import Queries, Window
from sitegen.archive.stored import pack_archive, parts_of, rest, unpack_archive, with_cards, with_other_cards


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


def test_every_table(made: Any) -> None:
    """Each table has the same keys and values."""
    archive = made.archive
    bodies = {article.path: article.body for article in archive.articles.values()}
    again = unpack_archive(pack_archive(archive), archive.config, bodies.__getitem__)  # type: ignore[arg-type]

    for name in ("cards", "instants", "ranks", "standards", "claims", "pages", "entries", "files", "buckets"):
        stored, plain = getattr(again, name), getattr(archive, name)
        assert dict(stored) == dict(plain), name
        assert len(stored) == len(plain)
        assert "nothing" not in stored
    assert again.references.former == archive.references.former
    assert dict(again.graph.incoming) == dict(archive.graph.incoming)
    assert (again.terms, again.notices, again.left_out, again.media) == (
        archive.terms,
        archive.notices,
        archive.left_out,
        archive.media,
    )


def test_every_question(made: Any) -> None:
    """Questions are answered alike, and look at the same things with the same digests."""
    archive = made.archive
    bodies = {article.path: article.body for article in archive.articles.values()}
    again = unpack_archive(pack_archive(archive), archive.config, bodies.__getitem__)  # type: ignore[arg-type]
    windows = (Window(archive), Window(again))
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


def test_at_rest(made: Any) -> None:
    """What was decoded is let go of, and decoded again as it was; what was given stays."""
    archive = made.archive
    bodies = {article.path: article.body for article in archive.articles.values()}
    card = structs.replace(archive.cards["a/x"], title="Another")
    data = pack_archive(archive)
    unpacked = unpack_archive(data, archive.config, bodies.__getitem__)  # type: ignore[arg-type]
    again = with_other_cards(unpacked, {"a/x": card})
    names = ("articles", "cards", "ranks", "standards", "entries", "files", "buckets")
    was = {name: dict(getattr(again, name)) for name in names}

    rest(again)
    assert again.cards["a/x"] is card
    assert again.cards["a/y"] is not was["cards"]["a/y"]
    assert again.articles["a/x"] is not was["articles"]["a/x"]
    assert {name: dict(getattr(again, name)) for name in names} == was

    assert b"".join(parts_of(archive)) == data
    other = unpack_archive(with_cards(data, {"a/x": card}), archive.config, bodies.__getitem__)  # type: ignore[arg-type]
    assert dict(other.cards) == was["cards"]
    rest(archive)  # which was not unpacked, and has nothing to let go of
    assert archive.cards["a/x"].title != "Another"
