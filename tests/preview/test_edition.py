"""An edition lets go of what it can find out again while the next one is made, and answers as before when none is."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from preview.rooms import GIFT, Room, state, text

from sitegen.archive.rows import Table
from sitegen.build.database import connect
from sitegen.preview import making
from sitegen.preview.edition import Edition
from sitegen.preview.spool import Spool

CLASH = "content/files/business/gift/index.html"


def decoded(edition: Edition) -> tuple[object, ...]:
    """Return what stays the same object as long as it is not decoded again."""
    archive = edition.archive
    return archive.cards["business/gift"], archive.articles["business/gift"], archive.bucket(("tag", "it"))


def test_nothing_decoded_stays(room: Room) -> None:
    """When a structural edit has been taken, nothing decoded is left of the edition before, nor its file."""
    desk = room.desk()
    before = desk.edition
    was = decoded(before)
    where = before.pages.at("business/gift/index.html")
    cards, articles = before.archive.cards, before.archive.articles
    assert isinstance(cards, Table)
    assert isinstance(articles, Table)
    assert cards.decoded["business/gift"] is was[0]
    assert articles.decoded["business/gift"] is was[1]

    room.edit(GIFT, ("tags: [it]", "tags: [it, more]"))
    state(desk, GIFT)

    assert not any(one is other for one in (*cards.decoded.values(), *articles.decoded.values()) for other in was)
    assert before.stored is not None
    assert not before.stored.path.exists()
    assert before.pages.at("business/gift/index.html") == where
    assert "/tags/more/" in text(desk.answer("/business/gift/"))


def test_what_is_remembered_keeps_its_file(room: Room) -> None:
    """The file of a remembered edition stays until another is remembered; then there is no other."""
    desk = room.desk()
    assert desk.refresh(None) is None  # a moment of quiet
    remembered = desk.edition.stored
    for tags in ("[more]", "[most]"):
        room.edit(GIFT, ("tags: [it]" if tags == "[more]" else "tags: [more]", f"tags: {tags}"))
        state(desk, GIFT)
    now = desk.edition.stored
    assert remembered is not None
    assert now is not None
    files = {path.name for path in now.path.parent.glob("archive-*")}
    assert files == {remembered.path.name, now.path.name}

    assert desk.refresh(None) is None
    assert [path.name for path in now.path.parent.glob("archive-*")] == [now.path.name]
    assert "/tags/most/" in text(desk.answer("/business/gift/"))


def test_a_row_is_damaged(room: Room) -> None:
    """A preview begins all the same where the archive that it remembers is spoilt in a place that is read late."""
    room.edit(GIFT, ("tags: [it]", "tags: [it]\ndraft: true"))
    desk = room.desk()
    assert desk.refresh(None) is None
    told = desk.unpublished()
    assert told["pieces"]
    stored = desk.edition.stored
    assert stored is not None
    desk.close()
    room.desks.clear()
    with closing(connect(stored.path)) as database, database:
        database.execute("UPDATE files SET data = x'00000000' || substr(data, 5)")

    again = room.desk()
    assert again.unpublished() == told
    assert again.state()["unpublished"] == told["digest"]


def test_files_of_editions_with_errors_go(room: Room) -> None:
    """Where pieces are kept back nothing is remembered, and no archive stays but those of now and of the last start."""
    room.site.write("content/articles/business/wrong.md", "---\ntitle: Wrong\ndate: nonsense\n---\n\nWords.\n")
    desk = room.desk()
    assert desk.edition.kept
    for word in ("more", "most", "all"):
        room.edit(GIFT, ("title: A gift", f"title: A gift of {word}\nkicker: {word}"))
        state(desk, GIFT)
        assert desk.refresh(None) is None
        room.edit(GIFT, (f"title: A gift of {word}\nkicker: {word}", "title: A gift"))
        state(desk, GIFT)
    now = desk.edition.stored
    assert now is not None
    assert len(list(now.path.parent.glob("archive-*"))) == 1
    desk.close()
    room.desks.clear()
    assert not list(now.path.parent.glob("archive-*"))


def test_without_its_file(room: Room) -> None:
    """A preview whose file was removed makes everything anew, also at its next start."""
    desk = room.desk()
    assert desk.refresh(None) is None
    assert desk.edition.stored is not None
    desk.edition.stored.path.unlink()
    assert "A gift" in text(desk.answer("/business/"))
    assert desk.refresh(None) is None
    desk.edition.stored.path.unlink()
    desk.close()
    room.desks.clear()
    assert "A gift" in text(room.desk().answer("/business/"))


def test_it_is_let_go_of_before_the_next_is_made(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """While sources are understood, neither the edition before nor the archive as it was made is held twice."""
    desk = room.desk()
    before = desk.edition
    was = decoded(before)
    seen: list[bool] = []
    prepare = making.prepare

    def looked(*given: object) -> object:
        seen.extend(one is not other for one, other in zip(decoded(before), was, strict=True))
        return prepare(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "prepare", looked)
    room.edit(GIFT, ("tags: [it]", "tags: [more]"))
    state(desk, GIFT)
    assert seen == [True, True, True]


def test_after_a_failure(room: Room) -> None:
    """Where nothing can be made of the whole, the edition before answers all that it did, words edited in it too."""
    desk = room.desk()
    room.edit(GIFT, ("title: A gift", "title: A loan"), ("It pulls.", "It pulls hard."))
    state(desk, GIFT)
    before = desk.edition
    paths = ("/", "/business/gift/", "/business/second/", "/tags/it/", "/feed.xml", "/nowhere/")
    shown = {path: desk.answer(path) for path in paths}

    room.site.write(CLASH, "<p>Mine</p>")
    assert state(desk, CLASH)["failing"] == 1
    assert desk.edition is before
    assert "A loan" in text(desk.answer("/business/")), "a page that nobody has looked at is rendered now"
    assert {path: desk.answer(path) for path in paths} == shown
    assert before.archive.cards["business/gift"].title == "A loan"
    assert before.title_of(GIFT) == "A loan"

    room.site.delete(CLASH)
    assert state(desk, CLASH)["failing"] == 0
    assert {path: desk.answer(path) for path in paths} == shown


def test_remembered_without_memory(room: Room) -> None:
    """What was remembered of an edition at rest is what it was."""
    desk = room.desk()
    room.edit(GIFT, ("tags: [it]", "tags: [more]"))
    state(desk, GIFT)
    room.edit(GIFT, ("title: A gift", "title: A loan"))
    state(desk, GIFT)
    shown = text(desk.answer("/"))
    assert desk.refresh(None) is None  # a moment of quiet
    desk.edition.rest()
    assert text(desk.answer("/")) == shown
    desk.close()
    room.desks.clear()

    again = room.desk()
    assert text(again.answer("/")) == shown
    assert "A loan" in shown


def test_a_spool(tmp_path: Path) -> None:
    """Bytes are in a file that has no name, and the same after they were let go of; without a disk they are held."""

    def parts() -> Iterator[bytes]:
        yield b"one "
        yield b"two"

    spool = Spool(tmp_path, parts)
    assert isinstance(spool.data.obj, mmap.mmap)
    assert os.name != "posix" or not list(tmp_path.iterdir())
    assert bytes(spool.data) == b"one two"
    spool.rest()
    assert bytes(spool.data) == b"one two"

    held = Spool(tmp_path / "nowhere", parts)
    held.rest()
    assert bytes(held.data) == b"one two"
