"""An edition lets go of what it can find out again while the next one is made, and answers as before when none is."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from preview.rooms import GIFT, Room, state, text

from sitegen.preview import making
from sitegen.preview.edition import Edition
from sitegen.preview.spool import Spool

CLASH = "content/files/business/gift/index.html"


def decoded(edition: Edition) -> tuple[object, ...]:
    """Return what stays the same object as long as it is not decoded again."""
    archive = edition.archive
    return archive.cards["business/gift"], archive.articles["business/gift"], archive.bucket(("tag", "it"))


def test_nothing_decoded_stays(room: Room) -> None:
    """When a structural edit has been taken, nothing is left of what was decoded of the edition before."""
    desk = room.desk()
    before = desk.edition
    was, where = decoded(before), before.pages.at("business/gift/index.html")
    assert all(one is other for one, other in zip(decoded(before)[:2], was[:2], strict=True))

    room.edit(GIFT, ("tags: [it]", "tags: [it, more]"))
    state(desk, GIFT)

    again = decoded(before)
    assert again == was
    assert not any(one is other for one, other in zip(again, was, strict=True))
    assert before.pages.at("business/gift/index.html") == where
    assert "/tags/more/" in text(desk.answer("/business/gift/"))


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
