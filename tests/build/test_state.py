"""What builds remember may be lost at any time, is never wrong, and does not grow for ever."""

from __future__ import annotations

import os
import sqlite3
import struct
from pathlib import Path

import pytest
from miniature import FILES, Miniature

from sitegen.articles.packed import PACKING, Packed
from sitegen.build import state as module
from sitegen.build.last import Last
from sitegen.build.shelf import Shelf
from sitegen.build.state import DATABASE, Damaged, State
from sitegen.stamps import Stamped

BODY = Packed(b"outline", b"text")


def keys(path: Path) -> set[bytes]:
    """Return the keys of all bodies in a state file."""
    with sqlite3.connect(path) as database:
        return {row[0] for row in database.execute("SELECT key FROM bodies")}


def test_kept_and_found(tmp_path: Path) -> None:
    """Bodies and records are there in the next process, and only those that were kept."""
    path = tmp_path / "state.sqlite"
    with State(path) as state:
        state.keep([(b"a", BODY)])
        state.commit({"last": b"1"}, {b"a"})

    with State(path) as again:
        assert again.outlines([b"a", b"b"]) == {b"a": b"outline"}
        assert (again.get("last"), again.get("other"), again.note, again.is_empty) == (b"1", None, "", False)
    assert Shelf(path).known([b"a", b"b"]) == {b"a"}


@pytest.mark.parametrize("content", [b"no database at all", b"SQLite format 3\0" + b"?" * 5000])
def test_damaged_file(tmp_path: Path, content: bytes) -> None:
    """What is no state file is made anew, and one line says so."""
    path = tmp_path / "state.sqlite"
    path.write_bytes(content)

    with State(path) as state:
        assert "was not usable" in state.note
        assert "\n" not in state.note
        assert state.is_empty


def test_other_versions(tmp_path: Path) -> None:
    """A file of another version, or with tables of somebody else, is made anew."""
    path = tmp_path / "state.sqlite"
    for version, table in ((99, "bodies"), (module.SCHEMA, "letters")):
        path.unlink(missing_ok=True)
        with sqlite3.connect(path) as database:
            database.execute(f"CREATE TABLE {table} (a)")
            database.execute(f"PRAGMA user_version = {version}")
        with State(path) as state:
            assert "made anew" in state.note
            assert state.is_empty


def test_versions_go_together() -> None:
    """Bodies that are packed otherwise make another state: good versions of before would be read as something else."""
    assert (module.SCHEMA, PACKING) == (7, 4)


def test_a_changed_value_is_known(tmp_path: Path) -> None:
    """A value that is not as it was written is never used."""
    path = tmp_path / "state.sqlite"
    with State(path) as state:
        state.keep([(b"a", BODY)])
        state.commit({"last": b"one"})
    with sqlite3.connect(path) as database:
        database.execute("UPDATE records SET data = substr(data, 1, 4) || ?", (b"two",))
        database.execute("UPDATE bodies SET outline = substr(outline, 1, 4) || ?", (b"OUTLINE",))

    with State(path) as state:
        with pytest.raises(Damaged):
            state.get("last")
        with pytest.raises(Damaged):
            state.outlines([b"a"])


def test_old_bodies_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of bodies that went out of use the latest stay; one that is used again is no longer among them."""
    monkeypatch.setattr(module, "KEPT", 2)
    path = tmp_path / "state.sqlite"
    with State(path) as state:
        for turn in range(6):
            state.keep([(bytes([turn]), BODY)])
            state.commit({}, {bytes([turn])})
        state.commit({}, {bytes([3])})

    assert keys(path) == {bytes([3]), bytes([4]), bytes([5])}


def test_where_nothing_can_be_kept(tmp_path: Path) -> None:
    """Where the file cannot be used the build goes on in memory, and says so."""
    (tmp_path / "state.sqlite").mkdir()

    with State(tmp_path / "state.sqlite") as state:
        state.keep([(b"a", BODY)])
        state.commit({"last": b"1"}, {b"a"})

        assert "cannot be used" in state.note
        assert not state.shared
        assert state.outlines([b"a"]) == {b"a": b"outline"}
        assert state.get("last") is None


def test_reading_only(tmp_path: Path) -> None:
    """Who only reads changes nothing, and makes no file."""
    path = tmp_path / "state.sqlite"
    with State(path, reads_only=True) as state:
        state.keep([(b"a", BODY)])
        state.commit({"last": b"1"}, {b"a"})

        assert (state.note, state.outlines([b"a"])) == ("", {b"a": b"outline"})
    assert not path.exists()


def test_journals_of_others(tmp_path: Path) -> None:
    """A journal that names another one is not played back: SQLite would remove the file that it names."""
    path, letter = tmp_path / "state.sqlite", tmp_path / "letter"
    with State(path) as state:
        state.commit({"record": b"value"})
    letter.write_bytes(b"mine")
    page = int.from_bytes(path.read_bytes()[16:18], "big") or 1 << 16
    magic, name = bytes.fromhex("d9d505f920a163d7"), os.fsencode(letter)
    head = (magic + struct.pack(">5I", 0, 0, path.stat().st_size // page, 512, page)).ljust(512, b"\0")
    tail = struct.pack(f">I{len(name)}sII8s", 0x40000000 // page + 1, name, len(name), sum(name), magic)
    path.with_name("state.sqlite-journal").write_bytes(head + tail)

    with State(path) as state:
        assert "its journal is not ours" in state.note
        state.commit({"record": b"other"})
    assert letter.read_bytes() == b"mine"
    with State(path) as state:
        assert state.get("record") == b"other"
        assert state.note == ""


def test_triggers(tmp_path: Path) -> None:
    """A file that does more by itself than ours is made anew."""
    path = tmp_path / "state.sqlite"
    with State(path):
        pass
    with sqlite3.connect(path) as database:
        database.execute("CREATE TRIGGER more AFTER INSERT ON records BEGIN DELETE FROM bodies; END")
    with State(path) as state:
        assert "its tables are others" in state.note
    with State(path) as state:
        assert state.note == ""


@pytest.mark.parametrize("path", ["../letter", "/letter", "a/../../letter", "a/..", "a\0b"])
def test_paths_that_lead_elsewhere(tmp_path: Path, path: str) -> None:
    """What is remembered of a build names nothing outside of its folders."""
    site = Miniature(tmp_path / "site", FILES)
    site.make()
    with State(site.folder / ".sitegen" / DATABASE) as state:
        last = Last.read(state)
        assert last is not None
        last.left.files[path] = Stamped("0" * 32)
        state.commit(last.written())
        with pytest.raises(Damaged, match="leads elsewhere"):
            Last.read(state)
    result = site.make()
    assert result.report is not None
    assert any("made anew" in note for note in result.report.notes)
