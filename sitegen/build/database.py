"""Files of SQLite: how they are opened, and what is made of their complaints."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from sitegen.errors import Damaged

__all__ = ["Reader", "Told", "bounded", "connect", "read_only"]

_CACHE = 2_000  # KiB


class Told:
    """Turns what SQLite complains of into `Damaged`, as a context manager."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Raise `Damaged` in the place of an error of SQLite."""
        if isinstance(error, (sqlite3.Error, TypeError, ValueError)):
            raise Damaged(str(error)) from error


_MAGIC = bytes.fromhex("d9d505f920a163d7")


def connect(path: Path) -> sqlite3.Connection:
    """Open a file to write, or make it; nothing waits for the disk.

    Raises `sqlite3.Error`, also for a journal that names another one: SQLite would remove that file, wherever it lies
    (SQLite, “Database File Format”, section 3). Ours name none, because nothing is attached.
    """
    with suppress(FileNotFoundError), path.with_name(f"{path.name}-journal").open("rb") as journal:
        if journal.seek(0, os.SEEK_END) >= len(_MAGIC):
            journal.seek(-len(_MAGIC), os.SEEK_END)
            if journal.read() == _MAGIC:
                raise sqlite3.DatabaseError("its journal is not ours")
    database = sqlite3.connect(path, timeout=10)
    database.execute("PRAGMA synchronous = OFF")
    return database


def read_only(path: Path, *, is_final: bool = False) -> sqlite3.Connection:
    """Open a file to read; of one that `is_final` nothing is locked, for nobody will write it again."""
    options = "mode=ro&immutable=1" if is_final else "mode=ro"
    # One thread at a time looks into a file, not always the same.
    database = sqlite3.connect(f"file:{quote(str(path))}?{options}", uri=True, timeout=10, check_same_thread=False)
    database.execute("PRAGMA user_version").fetchone()  # which reads the size of a page
    bounded(database)
    return database


def bounded(database: sqlite3.Connection) -> None:
    """Bound the memory for pages that were read: SQLite counts it in pages of the size that it knows then."""
    database.execute(f"PRAGMA cache_size = -{_CACHE}")


class Reader:
    """A file to read, which each process opens for itself when it first needs it.

    SQLite forbids to carry a connection over a fork.
    """

    def __init__(self, path: Path, *, is_final: bool = False) -> None:
        """Read the file at `path`, see `read_only`."""
        self.path = path
        self.is_final = is_final
        self._database: sqlite3.Connection | None = None
        self._process = 0

    @property
    def database(self) -> sqlite3.Connection:
        """The connection of this process; raises `sqlite3.Error`."""
        if self._database is None or self._process != os.getpid():
            self._database = read_only(self.path, is_final=self.is_final)
            if not self.is_final:
                self._database.execute("BEGIN")  # one lock for all that is read, not one for each value
            self._process = os.getpid()
        return self._database

    def close(self) -> None:
        """Close the file where this process has opened it; it is opened again when something is read."""
        if self._database is not None and self._process == os.getpid():
            self._database.close()
        self._database = None
