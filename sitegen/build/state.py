"""What builds remember: parsed bodies, and what the last build was made of, in one SQLite file.

All of it can be made again, and is, whenever something is wrong with it. Bodies are kept under a key that
names the bytes and everything else that they depend on, so an entry is right or absent, never stale.
Every value is sealed: the file is written without waiting for the disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sitegen.build.database import Told, bounded, connect, read_only
from sitegen.build.seals import LENGTH, opened, seal, sealed
from sitegen.build.shelf import StoredBodies, batches, marks
from sitegen.errors import Damaged

if TYPE_CHECKING:
    from sitegen.articles.packed import Packed

__all__ = ["DATABASE", "SCHEMA", "Damaged", "State", "remove_state"]

DATABASE = "state.sqlite"
"""The name of the file, in the folder of what builds remember."""

SCHEMA = 7
"""`PRAGMA user_version` of the file; any other is made anew.

It goes up with `PACKING` of bodies too: what an earlier build has kept as good is asked for by the key of its time.
"""

KEPT = 5_000
"""Bodies that no build has used of late and that are kept nevertheless: people switch between branches."""

_PAGE = 32_768
_PIECE = 1 << 20

_TABLES = (
    """
CREATE TABLE bodies (
    key     BLOB PRIMARY KEY,  -- digest of the bytes, the dialect and what else parsing depends on
    outline BLOB NOT NULL,     -- a sealed `Outline`, or a record with its findings
    text    BLOB NOT NULL      -- a sealed `Text`
)
""",
    """
CREATE TABLE unused (
    key  BLOB PRIMARY KEY,  -- of a body that the last build did not use
    turn INTEGER NOT NULL   -- number of the build that stopped using it
)
""",
    """
CREATE TABLE records (
    name TEXT PRIMARY KEY,
    data BLOB NOT NULL      -- sealed
)
""",
)
_NAMES = {"bodies", "unused", "records"}


class State:
    """The state file at `path`, whose folder must exist. The caller holds the build lock, or only reads.

    `note` says, where it is not empty, why the file is made anew or cannot be used, in words for the user.
    Where it cannot be used, or `reads_only`, what is kept stays in memory, and `shared` is false: no other
    process sees it.
    """

    def __init__(self, path: Path, *, reads_only: bool = False) -> None:
        """Open the file, or make it, or make it anew; never raises for what is wrong with it."""
        self.path = path
        self.note = ""
        self.shared = not reads_only
        self._spare: dict[bytes, Packed] = {}
        self._database: sqlite3.Connection | None = None
        try:
            if reads_only:
                self._database = read_only(path)
                if _complaint(self._database) != "":
                    self.close()
            else:
                self._open()
        except sqlite3.OperationalError as error:
            self._withdraw(str(error))
        except sqlite3.DatabaseError as error:
            self.renew(str(error))

    def _open(self) -> None:
        self._database = connect(self.path)
        reason = _complaint(self._database)
        if reason is None:
            self._create()
        elif reason:
            self.renew(reason)

    def __enter__(self) -> Self:
        """Return the state itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file; what was kept in memory stays there."""
        if self._database is not None:
            self._database.close()
        self._database = None

    def renew(self, reason: str) -> None:
        """Make the file anew, because of what is wrong with it."""
        self.close()
        self._spare = {}
        if not self.shared:
            return
        self.note = f"{self._name} was not usable ({reason}) and is made anew: everything is built"
        try:
            remove_state(self.path)
            self._database = connect(self.path)
            self._create()
        except (OSError, sqlite3.Error) as error:
            self._withdraw(str(error))

    def _create(self) -> None:
        database = self._there
        database.execute(f"PRAGMA page_size = {_PAGE}")  # some values have many megabytes
        with database:
            # A kill in between must not leave tables without their version.
            database.execute("BEGIN")
            for table in _TABLES:
                database.execute(table)
            database.execute(f"PRAGMA user_version = {SCHEMA}")
        bounded(database)

    def _withdraw(self, reason: str) -> None:
        """Go on without the file."""
        if self.shared:
            self.note = f"{self._name} cannot be used ({reason}): nothing is remembered of this build"
        self.shared = False
        self.close()

    @property
    def _there(self) -> sqlite3.Connection:
        if self._database is None:
            raise Damaged("it is closed")
        return self._database

    @property
    def is_empty(self) -> bool:
        """Whether no body is kept; raises `Damaged`."""
        if self._database is None:
            return not self._spare
        with Told():
            return self._database.execute("SELECT 1 FROM bodies LIMIT 1").fetchone() is None

    def outlines(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """Return the outlines that there are, by key; raises `Damaged`."""
        wanted = list(keys)
        found = {key: self._spare[key].outline for key in wanted if key in self._spare}
        if self._database is None:
            return found
        with Told():
            for batch in batches(wanted):
                rows = self._database.execute(f"SELECT key, outline FROM bodies WHERE key IN ({marks(batch)})", batch)  # noqa: S608 - marks alone
                found |= {key: opened(data) for key, data in rows}
        return found

    def keep(self, bodies: Iterable[tuple[bytes, Packed]]) -> None:
        """Keep bodies under their keys, for this build and later ones; raises `Damaged`."""
        if not self.shared:
            self._spare.update(bodies)
            return
        rows = [(key, sealed(packed.outline), sealed(packed.text)) for key, packed in bodies]
        with Told(), self._there as database:
            database.executemany("INSERT OR REPLACE INTO bodies VALUES (?, ?, ?)", rows)

    def get(self, name: str) -> bytes | None:
        """Return the record of that name, `None` where there is none; raises `Damaged`."""
        if self._database is None:
            return None
        with Told():
            row = self._database.execute("SELECT data FROM records WHERE name = ?", (name,)).fetchone()
            return opened(row[0]) if row else None

    def commit(
        self,
        records: Mapping[str, bytes | memoryview],
        used: Iterable[bytes] | None = None,
        anew: str = "",
        more: Iterable[tuple[str, bytes]] = (),
    ) -> None:
        """End a build, in one transaction: write records, and forget old bodies where `used` are those of this build.

        Other records whose names begin with `anew` go, where that is given; `more` are small records that are made
        one after the other.
        Where the disk refuses, what was there before stays, which the next build finds to be out of date.
        """
        if not self.shared:
            return
        try:
            with self._there as database:
                if anew:
                    database.execute("DELETE FROM records WHERE substr(name, 1, ?) = ?", (len(anew), anew))
                large = {name: data for name, data in records.items() if len(data) > _PIECE}
                small = chain((it for it in records.items() if it[0] not in large), more)
                rows = ((name, seal(data) + bytes(data)) for name, data in small)
                database.executemany("INSERT OR REPLACE INTO records VALUES (?, ?)", rows)
                for name, data in large.items():
                    _write(database, name, data)
                if used is not None:
                    _collect(database, frozenset(used))
        except (sqlite3.Error, TypeError) as error:
            self.note = self.note or f"{self._name} cannot be written ({error}): the next build does more again"

    def bodies(self, keys: Mapping[str, bytes]) -> StoredBodies:
        """Return what gives outlines and texts by the paths of sources, here and in workers; `keys` are of bodies."""
        return StoredBodies(self.path if self.shared else None, keys, self._spare)

    @property
    def _name(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"


def _collect(database: sqlite3.Connection, used: frozenset[bytes]) -> None:
    """Note which bodies have gone out of use, and forget those that did so longest ago."""
    every = {row[0] for row in database.execute("SELECT key FROM bodies")}
    waiting = {row[0] for row in database.execute("SELECT key FROM unused")}
    if every == used | waiting and waiting.isdisjoint(used):
        return
    turn = database.execute("SELECT coalesce(max(turn), 0) + 1 FROM unused").fetchone()[0]
    database.executemany("DELETE FROM unused WHERE key = ?", [(key,) for key in waiting & used])
    new = sorted(every - used - waiting)
    database.executemany("INSERT OR REPLACE INTO unused VALUES (?, ?)", [(key, turn) for key in new])
    old = "SELECT key FROM unused ORDER BY turn DESC, key LIMIT -1 OFFSET ?"
    database.execute(f"DELETE FROM bodies WHERE key IN ({old})", (KEPT,))  # noqa: S608 - a constant
    database.execute("DELETE FROM unused WHERE key NOT IN (SELECT key FROM bodies)")


def remove_state(path: Path) -> None:
    """Remove a state file with what SQLite keeps beside it; raises `OSError`."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _complaint(database: sqlite3.Connection) -> str | None:
    """Return why the file is not ours, an empty text where it is, and `None` for a new file."""
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    bounded(database)
    # What a table does by itself, as indexes of its keys, has no words of SQL.
    names = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE sql IS NOT NULL")}
    if version == 0 and not names:
        return None
    if version != SCHEMA:
        return f"version {version}, this sitegen knows {SCHEMA}"
    return "" if names == _NAMES else "its tables are others"


def _write(database: sqlite3.Connection, name: str, data: bytes | memoryview) -> None:
    """Write a record; one may have hundreds of megabytes, so it is not copied into a statement."""
    statement = "INSERT OR REPLACE INTO records VALUES (?, zeroblob(?))"
    row = database.execute(statement, (name, LENGTH + len(data))).lastrowid
    with database.blobopen("records", "data", row or 0) as blob:
        blob.write(seal(data))
        view = memoryview(data)
        for start in range(0, len(data), _PIECE):
            blob.write(view[start : start + _PIECE])
