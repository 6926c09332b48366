"""The last good version of each source, for `build --keep-going`.

A piece that can no longer be understood stays in the archive as it was: its bytes are kept here from
the last build in which it was good. The file is state and disposable: whatever is wrong with it, it
is made anew and the user is told in one line, because until the next good build a broken piece is
then left out instead of kept.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from sitegen.digest import digest_bytes

__all__ = ["SCHEMA", "LastGood"]

SCHEMA = 1
"""`PRAGMA user_version` of the file; any other is made anew."""

_TABLE = """
CREATE TABLE last_good (
    path   TEXT PRIMARY KEY,  -- relative to the project, with slashes
    digest TEXT NOT NULL,     -- of the bytes
    data   BLOB NOT NULL      -- the bytes, compressed by zlib
)
"""


class LastGood:
    """Bytes by source path, in an SQLite file at `path`; its folder must exist.

    `note` says, where it is not empty, what went wrong with the file, in words for the user. Nothing
    here raises: a build is never lost for the sake of this convenience. The caller holds the build lock.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, or make it, or make it anew."""
        self.path = path
        self.note = ""
        try:
            with self._connection() as database:
                reason = _complaint(database)
                if reason is None:
                    _create(database)
        except sqlite3.OperationalError as error:
            self.note = self._cannot(error)
        except sqlite3.DatabaseError as error:
            self._renew(str(error))
        else:
            if reason:
                self._renew(reason)

    def get(self, path: str) -> bytes | None:
        """Return the bytes kept for a source, or `None` where there are none, or none that are sound."""
        try:
            with self._connection() as database:
                row = database.execute("SELECT digest, data FROM last_good WHERE path = ?", (path,)).fetchone()
            data = zlib.decompress(row[1]) if row else None
        except (sqlite3.Error, zlib.error, TypeError) as error:
            self.note = self._cannot(error)
            return None
        return data if data is not None and digest_bytes(data) == row[0] else None

    def replace(self, entries: Mapping[str, bytes]) -> None:
        """Keep exactly `entries`, in one transaction; only rows whose bytes changed are written."""
        try:
            try:
                self._store(entries)
            except sqlite3.OperationalError:
                raise  # the disk is full or the like: what is kept stays
            except sqlite3.DatabaseError as error:
                self._renew(str(error))
                self._store(entries)
        except sqlite3.Error as error:
            self.note = self._cannot(error)

    def _store(self, entries: Mapping[str, bytes]) -> None:
        digests = {path: digest_bytes(data) for path, data in entries.items()}
        with self._connection() as database:
            kept = dict(database.execute("SELECT path, digest FROM last_good"))
            database.executemany("DELETE FROM last_good WHERE path = ?", [(path,) for path in kept.keys() - digests])
            changed = sorted(path for path, digest in digests.items() if kept.get(path) != digest)
            rows = ((path, digests[path], zlib.compress(entries[path])) for path in changed)
            database.executemany("INSERT OR REPLACE INTO last_good VALUES (?, ?, ?)", rows)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection whose changes are committed together at the end, or not at all."""
        with closing(sqlite3.connect(self.path)) as database, database:
            yield database

    def _renew(self, reason: str) -> None:
        self.note = f"{self._name} was not usable ({reason}) and is made anew"
        try:
            for suffix in ("", "-journal", "-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            with self._connection() as database:
                _create(database)
        except (OSError, sqlite3.Error) as error:
            self.note = self._cannot(error)

    def _cannot(self, error: Exception) -> str:
        return f"{self._name} cannot be used ({error}): last good versions are not kept"

    @property
    def _name(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"


def _create(database: sqlite3.Connection) -> None:
    # A kill in between must not leave a table without its version.
    database.execute("BEGIN")
    database.execute(_TABLE)
    database.execute(f"PRAGMA user_version = {SCHEMA}")


def _complaint(database: sqlite3.Connection) -> str | None:
    """Return why the file is not ours, an empty text where it is, and `None` for a new file."""
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    if version == 0 and not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        return None
    if version != SCHEMA:
        return f"version {version}, this sitegen knows {SCHEMA}"
    columns = tuple(row[1] for row in database.execute("PRAGMA table_info(last_good)"))
    return "" if columns == ("path", "digest", "data") else "its table is another one"
