"""The file of an archive: written whole or not at all, found by its name, known to be damaged."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from archive.conftest import Site

from sitegen.archive.stored import TABLES
from sitegen.build.archive_file import ArchiveFile, remove_archives
from sitegen.build.database import connect
from sitegen.errors import Damaged


@pytest.fixture
def archive() -> Any:
    """Return a small archive."""
    return Site().article("a/x", "2001", Site.argument("one")).article("a/y", "2002").make().archive


def test_found_by_name(archive: Any, tmp_path: Path) -> None:
    """A file is found by its name, and by no other; each has another one."""
    first, second = (ArchiveFile.write(tmp_path, archive) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.name != second.name
    for file in (first, second):
        found = ArchiveFile.named(tmp_path, file.name)
        assert found is not None
        assert sorted(found.keys("cards")) == [b"a/x", b"a/y"]
        found.rest()
        assert found.count("cards") == 2
        assert {found.count(table) for table in TABLES} > {0}
    for name in ("", "nothing", f"../{first.name}"):
        assert ArchiveFile.named(tmp_path / "other", name) is None

    remove_archives(tmp_path, but=second.path)
    assert [path.name for path in tmp_path.iterdir()] == [second.path.name]
    second.remove()
    assert not list(tmp_path.iterdir())


def test_files_of_others_stay(archive: Any, tmp_path: Path) -> None:
    """Only archives are removed."""
    (tmp_path / "archive.txt").write_text("mine")
    (tmp_path / "state.sqlite").write_text("mine")
    ArchiveFile.write(tmp_path, archive)
    remove_archives(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive.txt", "state.sqlite"]


def test_the_disk_refuses(archive: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it cannot be written there is none, and nothing half written stays."""
    assert ArchiveFile.write(tmp_path / "nowhere", archive) is None

    def fails(*_: object) -> Any:
        yield from ()
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("sitegen.build.archive_file.rows_of", fails)
    assert ArchiveFile.write(tmp_path, archive) is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("harm", ["row", "cut", "other", "gone"])
def test_damage(archive: Any, tmp_path: Path, harm: str) -> None:
    """Whatever has become of the file, it is known when it is read."""
    file = ArchiveFile.write(tmp_path, archive)
    assert file is not None
    if harm == "row":
        with connect(file.path) as database:
            database.execute("UPDATE cards SET data = substr(data, 1, 6) || x'00' || substr(data, 8)")
        database.close()
    elif harm == "cut":
        file.path.write_bytes(file.path.read_bytes()[:5_000])
    elif harm == "other":
        file.path.write_bytes(b"something else")
    else:
        file.path.unlink()
    with pytest.raises(Damaged):
        file.get("cards", b"a/x")
