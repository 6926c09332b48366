"""An archive as a file of its own: rows of SQLite, written once and never changed.

Its name is new each time, and whoever remembers a build remembers that name: so what is found by it is what was
written then, or is known to be damaged, or is not there. A card with other words is kept beside it, see
`with_other_cards`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from operator import itemgetter
from pathlib import Path
from uuid import uuid4

from sitegen.archive.archive import Archive
from sitegen.archive.stored import TABLES, rows_of
from sitegen.build.database import Reader, Told
from sitegen.build.seals import opened, sealed

__all__ = ["ArchiveFile", "remove_archives"]

_PREFIX, _SUFFIX = "archive-", ".sqlite"
_COUNTS = "counts"


class ArchiveFile:
    """The rows of an archive, see `archive.rows.Tables`."""

    def __init__(self, path: Path) -> None:
        """Read the file at `path`, which may not be there; raises nothing before it is asked."""
        self.path = path
        self._file = Reader(path, is_final=True)
        self._counts: dict[str, int] | None = None

    @classmethod
    def named(cls, folder: Path, name: str) -> ArchiveFile | None:
        """Return the file that has a name in a folder, `None` where there is none."""
        path = folder / f"{_PREFIX}{name}{_SUFFIX}"
        return cls(path) if name and path.is_file() else None

    @classmethod
    def write(cls, folder: Path, archive: Archive) -> ArchiveFile | None:
        """Write an archive into a folder; `None` where the disk refuses."""
        path = folder / f"{_PREFIX}{uuid4().hex}{_SUFFIX}"
        try:
            _write(path, archive)
        except (OSError, sqlite3.Error):
            _remove(path)
            return None
        return cls(path)

    @property
    def name(self) -> str:
        """What the file is found by."""
        return self.path.name.removeprefix(_PREFIX).removesuffix(_SUFFIX)

    def get(self, table: str, key: bytes) -> bytes | None:
        """Return a row, `None` where there is none; raises `Damaged`."""
        with Told():
            row = self._file.database.execute(_GET[table], (key,)).fetchone()
            return opened(row[0]) if row is not None else None

    def keys(self, table: str) -> Iterator[bytes]:
        """Yield the keys of a table in the order in which they were written; raises `Damaged`."""
        with Told():
            yield from map(itemgetter(0), self._file.database.execute(_KEYS[table]))

    def rows(self, table: str) -> Iterator[tuple[bytes, bytes]]:
        """Yield the keys and rows of a table; raises `Damaged`."""
        with Told():
            for key, row in self._file.database.execute(_ROWS[table]):
                yield key, opened(row)

    def count(self, table: str) -> int:
        """Return how many rows a table has; raises `Damaged`."""
        if self._counts is None:
            with Told():
                self._counts = dict(self._file.database.execute(f"SELECT name, rows FROM {_COUNTS}"))  # noqa: S608 - a constant
        return self._counts.get(table, 0)

    def rest(self) -> None:
        """Let go of what was read."""
        self._file.close()

    def remove(self) -> None:
        """Remove the file, as far as the system lets go of it."""
        self.rest()
        _remove(self.path)


def remove_archives(folder: Path, but: Path | None = None) -> None:
    """Remove the archives that stand in a folder, as far as the system lets go of them."""
    for path in folder.glob(f"{_PREFIX}*{_SUFFIX}*"):
        if path != but:
            _remove(path)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _write(path: Path, archive: Archive) -> None:
    database = sqlite3.connect(path, isolation_level=None)
    try:
        for pragma in ("page_size = 4096", "journal_mode = OFF", "synchronous = OFF", "cache_size = -8000"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("BEGIN")
        database.execute(f"CREATE TABLE {_COUNTS} (name TEXT, rows INTEGER)")
        for table, rows in rows_of(archive):
            database.execute(f"CREATE TABLE {table} (key BLOB PRIMARY KEY, place INTEGER, data BLOB) WITHOUT ROWID")
            count = database.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", _placed(rows)).rowcount  # noqa: S608 - a name of ours
            database.execute(f"INSERT INTO {_COUNTS} VALUES (?, ?)", (table, max(count, 0)))  # noqa: S608 - as above
        database.execute("COMMIT")
    finally:
        database.close()


def _placed(rows: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, int, bytes]]:
    """Yield rows with their places, by key: so each page of the file is written once."""
    placed = [(key, place, data) for place, (key, data) in enumerate(rows)]
    placed.sort(key=itemgetter(0))
    return ((key, place, sealed(data)) for key, place, data in placed)


_GET = {table: f"SELECT data FROM {table} WHERE key = ?" for table in TABLES}  # noqa: S608 - names of ours
_ROWS = {table: f"SELECT key, data FROM {table}" for table in TABLES}  # noqa: S608 - as above
_KEYS = {table: f"SELECT key FROM {table} ORDER BY place" for table in TABLES}  # noqa: S608 - as above
