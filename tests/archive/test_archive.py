"""The archive and how it is put together."""

from __future__ import annotations

from typing import Any

import pytest

from sitegen.archive import Queries, Window
from sitegen.articles.meta import Place


def test_keys_that_mean_nothing_are_empty(site: Any) -> None:
    """Any key can be asked for; what is not there is an empty bucket."""
    archive = site().article("a/x", "2001", site.argument("z")).make().archive

    keys: list[tuple[str, ...]] = [(), ("nope",), ("term", "nope", "x"), ("article", "nope"), ("neighbours", "nope")]
    keys += [("media", "x"), ("arguments", "tag", "nope"), ("file", "x"), ("tag", "x", "y")]
    keys += [("fragment", kind, "nope", "x") for kind in ("article", "tag", "claim", "page", "notice")]

    assert [archive.bucket(key) for key in keys] == [()] * len(keys)


def test_buckets(site: Any) -> None:
    """Each kind of key gives its ids."""
    made = site().article("a/x", "2001-02", site.argument("z", rebuts="#y"), site.argument("y"), tags=("t",))
    archive = made.record("page", "about").record("tag", "t").leave_out("a/draft", "A draft").make().archive

    assert archive.bucket(("month", "2001", "02")) == ("a/x",)
    assert archive.bucket(("arguments", "tag", "t")) == ("a/x#z", "a/x#y")
    assert archive.bucket(("answers", "a/x#y")) == archive.bucket(("argument", "a/x#z")) == ("a/x#z",)
    assert archive.bucket(("relations", "a/x#z")) == ("a/x#y",)
    assert archive.bucket(("file", "content/tags/t.md")) == ("tag", "t")
    assert archive.bucket(("fragment", "article", "a/x", "z")) == ("z",)
    assert archive.bucket(("reference", "x")) == ("a/x",)
    assert archive.bucket(("left-out", "content/articles/a/draft.md")) == ("A draft",)
    assert archive.bucket(("terms", "tag")) == ("t",)
    assert archive.bucket(("pages",)) == ("about",)


def test_cannot_be_changed(site: Any) -> None:
    """An archive is a value."""
    archive = site().article().make().archive

    with pytest.raises(AttributeError):
        archive.articles = {}


def test_duplicate_id(site: Any) -> None:
    """Two pieces that write one id are an error that names both files; one of them is kept."""
    made = site().article("a/x", path="content/articles/a/2.md", title="Two", id="a/x", places={"id": Place(3, 5, 3)})
    made = made.article("a/x", path="content/articles/a/1.md", title="One", id="a/x").make()
    finding = made.one("duplicate-id")

    assert (finding.path, finding.line) == ("content/articles/a/2.md", 3)
    assert "content/articles/a/1.md" in finding.message
    assert [card.title for card in made.ask.articles()] == ["One"]


def test_one_path_identity_for_several(site: Any) -> None:
    """Where the date parts the URLs, the oldest piece keeps section and slug as its id; none is named by them."""
    made = site('[archive]\npermalink = "/{year}/{slug}/"').article("a/x", "2001", path="content/articles/a/2001/x.md")
    made.article("a/x", "2002-03-04", path="content/articles/a/2002/x.md")
    made = made.article("b/y", "2003", site.argument("z", rebuts="a/x#q")).make()

    assert [card.id for card in made.ask.articles(section="a")] == ["a/x-2002-03-04", "a/x"]
    assert "`a/x`, `a/x-2002-03-04`" in made.one("ambiguous-reference").message


@pytest.mark.parametrize("kind", ["claim", "page"])
def test_records_with_one_slug(site: Any, kind: str) -> None:
    """Two claims or pages with one slug are an error, and so is a name that cannot be one."""
    made = site().record(kind, "a-b").record(kind, "c", slug="a-b").record(kind, "No Slug").make()

    assert made.codes == ["bad-slug", "duplicate-id"]


def test_card(site: Any) -> None:
    """A card has what lists show: the excerpt where no description is, the section as kicker."""
    made = site().article("Big Trade/x", "2009-07-20", site.argument("z"), slug="x", excerpt="It begins.", dek="A dek")
    made.article("Big Trade/y", "2010", excerpt="It begins.", description="Said.", kicker="Column")
    (second, first) = made.make().ask.articles()

    assert (first.url, first.section.name, first.section.id) == ("/big-trade/x/", "Big Trade", "big-trade")
    assert (first.description, first.kicker, first.dek, first.arguments) == ("It begins.", "Big Trade", "A dek", 1)
    assert (second.description, second.kicker) == ("Said.", "Column")


def test_every_question_is_written_down(site: Any) -> None:
    """Every question leaves what it looked at, whose digests can be told without asking it again."""
    archive = site().record("claim", "c").article("a/x", "2001", site.argument("z"), tags=("t",)).make().archive
    window = Window(archive)
    ask = Queries(window)
    plain = ("articles", "arguments", "histogram", "corrections", "sections", "tags", "authors", "claims", "standards")
    arguments: dict[str, tuple[Any, ...]] = {"months": (2001,), "years": (), **dict.fromkeys(plain, ())}
    for name in sorted(name for name in vars(Queries) if not name.startswith("_")):
        window.seen = set()
        getattr(ask, name)(*arguments.get(name, ("x",)))
        asked = window.seen

        assert asked, name
        assert {sight: window.digest(sight) for sight in asked} == {sight: window.digest(sight) for sight in asked}
