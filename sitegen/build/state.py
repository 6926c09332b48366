"""What builds remember: parsed bodies, and what the last build was made of, in one SQLite file.

All of it can be made again, and is, whenever something is wrong with it. Bodies are kept under a key that
names the bytes and everything else that they depend on, so an entry is right or absent, never stale.
Every value carries a checksum of itself (CRC-32): the file is written without waiting for the disk, and what
a power cut leaves half written is then known as such.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import quote
from zlib import crc32

from sitegen.errors import Damaged

if TYPE_CHECKING:
    from sitegen.articles.article import Text
    from sitegen.articles.packed import Packed

__all__ = ["DATABASE", "SCHEMA", "Damaged", "Shelf", "State", "StoredTexts", "remove_state"]

DATABASE = "state.sqlite"
"""The name of the file, in the folder of what builds remember."""

SCHEMA = 5
"""`PRAGMA user_version` of the file; any other is made anew."""

KEPT = 5_000
"""Bodies that no build has used of late and that are kept nevertheless: people switch between branches."""

_SEAL = 4
_PAGE = 32_768
_CACHE = 2_000  # KiB
_PIECE = 1 << 20
_BATCH = 500
_TEXTS = 32

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
                self._database = _read_only(path)
                if _complaint(self._database) != "":
                    self.close()
            else:
                self._open()
        except sqlite3.OperationalError as error:
            self._withdraw(str(error))
        except sqlite3.DatabaseError as error:
            self.renew(str(error))

    def _open(self) -> None:
        self._database = _connect(self.path)
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
            self._database = _connect(self.path)
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
        _bounded(database)

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
        with _told():
            return self._database.execute("SELECT 1 FROM bodies LIMIT 1").fetchone() is None

    def outlines(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """Return the outlines that there are, by key; raises `Damaged`."""
        wanted = list(keys)
        found = {key: self._spare[key].outline for key in wanted if key in self._spare}
        if self._database is None:
            return found
        with _told():
            for batch in _batches(wanted):
                rows = self._database.execute(f"SELECT key, outline FROM bodies WHERE key IN ({_marks(batch)})", batch)  # noqa: S608 - marks alone
                found |= {key: _opened(data) for key, data in rows}
        return found

    def keep(self, bodies: Iterable[tuple[bytes, Packed]]) -> None:
        """Keep bodies under their keys, for this build and later ones; raises `Damaged`."""
        if not self.shared:
            self._spare.update(bodies)
            return
        rows = [(key, _sealed(packed.outline), _sealed(packed.text)) for key, packed in bodies]
        with _told(), self._there as database:
            database.executemany("INSERT OR REPLACE INTO bodies VALUES (?, ?, ?)", rows)

    def get(self, name: str) -> bytes | None:
        """Return the record of that name, `None` where there is none; raises `Damaged`."""
        if self._database is None:
            return None
        with _told():
            row = self._database.execute("SELECT data FROM records WHERE name = ?", (name,)).fetchone()
            return _opened(row[0]) if row else None

    def commit(self, records: Mapping[str, bytes | memoryview], used: Iterable[bytes] | None = None) -> None:
        """End a build, in one transaction: write records, and forget old bodies where `used` are those of this build.

        Where the disk refuses, what was there before stays, which the next build finds to be out of date.
        """
        if not self.shared:
            return
        try:
            with self._there as database:
                for name, data in records.items():
                    _write(database, name, data)
                if used is not None:
                    _collect(database, frozenset(used))
        except sqlite3.Error as error:
            self.note = self.note or f"{self._name} cannot be written ({error}): the next build does more again"

    def texts(self, keys: Mapping[str, bytes]) -> StoredTexts:
        """Return what gives the texts of sources by path; `keys` are those of their bodies."""
        return StoredTexts(self.path if self.shared else None, keys, self._spare)

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


class StoredTexts:
    """Texts by the path of their source, loaded when they are asked for; the newest stay in memory.

    Each process opens the file for itself, when it first needs it: SQLite forbids to carry a connection
    over a fork.
    """

    def __init__(self, path: Path | None, keys: Mapping[str, bytes], spare: Mapping[bytes, Packed]) -> None:
        """Read from the file at `path`, and from what is `spare` in memory."""
        self._path = path
        self._keys = keys
        self._spare = spare
        self._database: sqlite3.Connection | None = None
        self._process = 0
        self._text = lru_cache(maxsize=_TEXTS)(self._load)

    def __call__(self, path: str) -> Text:
        """Return the text of a source; raises `Damaged` where it is not there."""
        return self._text(self._keys[path])

    def __reduce__(self) -> tuple[object, ...]:
        """Travel to another process without the connection."""
        return StoredTexts, (self._path, self._keys, self._spare)

    def close(self) -> None:
        """Close the file where this process has opened it."""
        if self._database is not None and self._process == os.getpid():
            self._database.close()
        self._database = None

    def _load(self, key: bytes) -> Text:
        from sitegen.articles.packed import unpack_text

        if key in self._spare:
            return unpack_text(self._spare[key].text)
        with _told():
            row = self._opened().execute("SELECT text FROM bodies WHERE key = ?", (key,)).fetchone()
            if row is None:
                raise Damaged("a text is missing")
            return unpack_text(_opened(row[0]))

    def _opened(self) -> sqlite3.Connection:
        if self._database is None or self._process != os.getpid():
            self._database = _read_only(self._path)
            self._database.execute("BEGIN")  # one lock for all that is read, not one for each text
            self._process = os.getpid()
        return self._database


class Shelf:
    """The bodies of a state file as another process sees them; it only asks whether they are there."""

    def __init__(self, path: Path) -> None:
        """Look into the file at `path`, which is open only while something is asked."""
        self._path = path

    def known(self, keys: Iterable[bytes]) -> frozenset[bytes]:
        """Return those of the keys that have a body; raises `Damaged`."""
        found: set[bytes] = set()
        with _told(), closing(_read_only(self._path)) as database:
            for batch in _batches(keys):
                rows = database.execute(f"SELECT key FROM bodies WHERE key IN ({_marks(batch)})", batch)  # noqa: S608 - marks alone
                found.update(row[0] for row in rows)
        return frozenset(found)


class _Told:
    """Turns what SQLite complains of into `Damaged`."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Raise `Damaged` in the place of an error of SQLite."""
        if isinstance(error, (sqlite3.Error, TypeError, ValueError)):
            raise Damaged(str(error)) from error


def _told() -> _Told:
    return _Told()


def remove_state(path: Path) -> None:
    """Remove a state file with what SQLite keeps beside it; raises `OSError`."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=10)
    database.execute("PRAGMA synchronous = OFF")
    return database


def _read_only(path: Path | None) -> sqlite3.Connection:
    database = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=10)
    database.execute("PRAGMA user_version").fetchone()  # which reads the size of a page
    _bounded(database)
    return database


def _bounded(database: sqlite3.Connection) -> None:
    """Bound the memory for pages that were read: SQLite counts it in pages of the size that it knows then."""
    database.execute(f"PRAGMA cache_size = -{_CACHE}")


def _complaint(database: sqlite3.Connection) -> str | None:
    """Return why the file is not ours, an empty text where it is, and `None` for a new file."""
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    _bounded(database)
    names = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if version == 0 and not names:
        return None
    if version != SCHEMA:
        return f"version {version}, this sitegen knows {SCHEMA}"
    return "" if names == _NAMES else "its tables are others"


def _batches(keys: Iterable[bytes]) -> Iterator[list[bytes]]:
    waiting = iter(keys)
    while batch := list(islice(waiting, _BATCH)):
        yield batch


def _marks(batch: list[bytes]) -> str:
    return ",".join("?" * len(batch))


def _write(database: sqlite3.Connection, name: str, data: bytes | memoryview) -> None:
    """Write a record; one may have hundreds of megabytes, so it is not copied into a statement."""
    statement = "INSERT OR REPLACE INTO records VALUES (?, zeroblob(?))"
    row = database.execute(statement, (name, _SEAL + len(data))).lastrowid
    with database.blobopen("records", "data", row or 0) as blob:
        blob.write(_seal(data))
        view = memoryview(data)
        for start in range(0, len(data), _PIECE):
            blob.write(view[start : start + _PIECE])


def _seal(data: bytes | memoryview) -> bytes:
    return crc32(data).to_bytes(_SEAL, "big")


def _sealed(data: bytes) -> bytes:
    return _seal(data) + data


def _opened(data: bytes) -> bytes:
    if _seal(memoryview(data)[_SEAL:]) != data[:_SEAL]:
        raise Damaged("a value is not as it was written")
    return data[_SEAL:]
