"""The last good versions survive, or are honestly gone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.build.lastgood import SCHEMA, LastGood

BYTES = {"content/articles/a.md": b"a" * 5000, "content/articles/b.md": b"", "ü.md": b"\x00\xff"}


def store(folder: Path) -> Path:
    """Return the path of a file that keeps `BYTES`."""
    path = folder / "state.sqlite"
    kept = LastGood(path)
    kept.replace(BYTES)
    assert kept.note == ""
    return path


def execute(path: Path, *statements: str) -> None:
    """Do something to the database behind the back of its owner."""
    with closing(sqlite3.connect(path)) as database, database:
        for statement in statements:
            database.execute(statement)


def test_kept_across_openings(tmp_path: Path) -> None:
    """What one build keeps, the next one finds, and nothing else."""
    kept = LastGood(store(tmp_path))

    assert {path: kept.get(path) for path in BYTES} == BYTES
    assert kept.get("absent.md") is None
    assert kept.note == ""


@settings(deadline=None, max_examples=30)
@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.binary(max_size=40)), min_size=1, max_size=4))
def test_exactly_the_last_set(tmp_path_factory: pytest.TempPathFactory, sets: list[dict[str, bytes]]) -> None:
    """After any sequence of replacements, exactly the last set is there."""
    kept = LastGood(tmp_path_factory.mktemp("state") / "state.sqlite")
    for entries in sets:
        kept.replace(entries)

    assert {path: kept.get(path) for path in "abc"} == {path: sets[-1].get(path) for path in "abc"}


def test_only_changes_are_written(tmp_path: Path) -> None:
    """Rows whose bytes are the same are not touched."""
    path = store(tmp_path)
    execute(
        path,
        "CREATE TABLE log (path TEXT)",
        "CREATE TRIGGER t AFTER INSERT ON last_good BEGIN INSERT INTO log VALUES (new.path); END",
    )

    LastGood(path).replace(BYTES | {"ü.md": b"new"})
    with closing(sqlite3.connect(path)) as database:
        logged = database.execute("SELECT path FROM log").fetchall()

    assert logged == [("ü.md",)]


@pytest.mark.parametrize(
    ("data", "reason"), [(b"not a database at all" * 100, "not a database"), (b"SQLite format 3\0" + b"\xff" * 200, "")]
)
def test_damaged(tmp_path: Path, data: bytes, reason: str) -> None:
    """A damaged file is made anew, which is said, and works."""
    path = tmp_path / "state.sqlite"
    path.write_bytes(data)

    kept = LastGood(path)

    assert kept.note.startswith(f"{tmp_path.name}/state.sqlite was not usable (")
    assert reason in kept.note
    kept.replace(BYTES)
    assert LastGood(path).get("ü.md") == BYTES["ü.md"]
    assert LastGood(path).note == ""


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        ([f"PRAGMA user_version = {SCHEMA + 1}"], f"version {SCHEMA + 1}, this sitegen knows {SCHEMA}"),
        (["PRAGMA user_version = 0"], f"version 0, this sitegen knows {SCHEMA}"),
        (["DROP TABLE last_good"], "its table is another one"),
        (["ALTER TABLE last_good RENAME COLUMN data TO bytes"], "its table is another one"),
    ],
)
def test_of_another_version(tmp_path: Path, statements: list[str], reason: str) -> None:
    """A file of another version, or of another program, is made anew, which is said."""
    path = store(tmp_path)
    execute(path, *statements)

    kept = LastGood(path)

    assert kept.note == f"{tmp_path.name}/state.sqlite was not usable ({reason}) and is made anew"
    assert kept.get("ü.md") is None


@pytest.mark.parametrize("value", ["x'00ff'", "'text'", "x'789c030000000001'"])
def test_damaged_row(tmp_path: Path, value: str) -> None:
    """Bytes that are not those which were kept are never handed out."""
    path = store(tmp_path)
    execute(path, f"UPDATE last_good SET data = {value} WHERE path = 'ü.md'")  # noqa: S608 - a value from the table above

    assert LastGood(path).get("ü.md") is None
    assert LastGood(path).get("content/articles/b.md") == b""


def test_damaged_while_open(tmp_path: Path) -> None:
    """A file that is destroyed under way is made anew at the next replacement."""
    path = store(tmp_path)
    kept = LastGood(path)
    path.write_bytes(b"rubbish" * 1000)

    assert kept.get("ü.md") is None
    kept.replace(BYTES)

    assert "made anew" in kept.note
    assert LastGood(path).get("ü.md") == BYTES["ü.md"]


def test_cannot_be_opened(tmp_path: Path) -> None:
    """A place that cannot hold a file costs the convenience, not the build."""
    (tmp_path / "state.sqlite").mkdir()

    kept = LastGood(tmp_path / "state.sqlite")
    kept.replace(BYTES)

    assert kept.get("ü.md") is None
    assert "cannot be used (unable to open database file)" in kept.note


def test_full_disk_keeps_what_is_there(tmp_path: Path) -> None:
    """When the new set does not fit, the old one stays."""
    path = store(tmp_path)
    execute(path, "CREATE TRIGGER t BEFORE INSERT ON last_good BEGIN SELECT absent(); END")
    kept = LastGood(path)

    kept.replace({"new.md": b"new"})

    assert "last good versions are not kept" in kept.note
    assert kept.get("ü.md") == BYTES["ü.md"]


def test_damaged_and_not_removable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged file that cannot be made anew costs the convenience, not the build."""
    path = tmp_path / "state.sqlite"
    path.write_bytes(b"rubbish" * 1000)

    def refuse(path: Path, **_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    kept = LastGood(path)

    assert "Permission denied" in kept.note
    assert kept.get("ü.md") is None
