"""Bodies of a state file as every process sees them: their outlines and texts, and whether they are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from sitegen.build.database import Reader, Told, read_only
from sitegen.build.seals import opened
from sitegen.errors import Damaged

if TYPE_CHECKING:
    from sitegen.articles.article import Outline, Text
    from sitegen.articles.packed import Packed

__all__ = ["Shelf", "StoredBodies", "batches", "marks"]

Item = TypeVar("Item")

_BATCH = 500
_KEPT = 32


class StoredBodies:
    """Outlines and texts by the path of their source, loaded when they are asked for; the last texts stay in memory."""

    def __init__(self, path: Path | None, keys: Mapping[str, bytes], spare: Mapping[bytes, Packed]) -> None:
        """Read from the file at `path`, and from what is `spare` in memory; `keys` are those of bodies by path."""
        self._file = Reader(path) if path is not None else None
        self._keys = keys
        self._spare = spare
        self._text = lru_cache(maxsize=_KEPT)(self._load)

    def text(self, path: str) -> Text:
        """Return the text of an article; raises `Damaged` where it is not there."""
        return self._text(self._keys[path])

    def outline(self, path: str) -> Outline:
        """Return the outline of an article; raises `Damaged` where it is not there."""
        from sitegen.articles.packed import unpack_outline

        key = self._keys[path]
        with Told():
            return unpack_outline(self._spare[key].outline if key in self._spare else self._row("outline", key))

    def __reduce__(self) -> tuple[object, ...]:
        """Travel to another process without the connection."""
        return StoredBodies, (self._file.path if self._file is not None else None, self._keys, self._spare)

    def close(self) -> None:
        """Close the file where this process has opened it; it is opened again when something is asked for."""
        if self._file is not None:
            self._file.close()

    def _load(self, key: bytes) -> Text:
        from sitegen.articles.packed import unpack_text

        with Told():
            return unpack_text(self._spare[key].text if key in self._spare else self._row("text", key))

    def _row(self, part: Literal["outline", "text"], key: bytes) -> bytes:
        row = None
        if self._file is not None:
            row = self._file.database.execute(_PARTS[part], (key,)).fetchone()
        if row is None:
            raise Damaged(f"the {part} of a body is missing")
        return opened(row[0])


_PARTS = {part: f"SELECT {part} FROM bodies WHERE key = ?" for part in ("outline", "text")}  # noqa: S608 - names of ours


class Shelf:
    """The bodies of a state file as another process sees them; it only asks whether they are there."""

    def __init__(self, path: Path) -> None:
        """Look into the file at `path`, which is open only while something is asked."""
        self._path = path

    def known(self, keys: Iterable[bytes]) -> frozenset[bytes]:
        """Return those of the keys that have a body; raises `Damaged`."""
        found: set[bytes] = set()
        with Told(), closing(read_only(self._path)) as database:
            for batch in batches(keys):
                rows = database.execute(f"SELECT key FROM bodies WHERE key IN ({marks(batch)})", batch)  # noqa: S608 - marks alone
                found.update(row[0] for row in rows)
        return frozenset(found)


def batches(keys: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield keys, or what is asked for together, in lists that one statement can take."""
    waiting = iter(keys)
    while batch := list(islice(waiting, _BATCH)):
        yield batch


def marks(batch: list[bytes]) -> str:
    """Return a question mark for each key, as SQL wants them."""
    return ",".join("?" * len(batch))
