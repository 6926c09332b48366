"""The record of what is published, kept at the target itself: which files there are ours, and which bytes they have.

Only what it names is ever replaced or removed. It is read with distrust, because others can write there: a path
that leads elsewhere is ignored.
"""

from __future__ import annotations

import gzip
import zlib

import msgspec

from sitegen.build.manifest import belongs
from sitegen.errors import PublishError

__all__ = ["RECORD", "UNKNOWN", "Published"]

RECORD = ".sitegen-published.json.gz"
"""Its name, at the root of the target."""

UNKNOWN = ""
"""In place of the version of a file of ours that may be there or not."""

VERSION = 1
_LARGEST = 1 << 30
_UNSTAMPED = 0


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """What is published at a target.

    `files` are ours, by path, with the version of their bytes. `pending` is what a publish under way is about to
    write: after an interruption such a file may have its old bytes or its new ones, or not be there. A publish
    that was finished leaves it empty. `base_url` is that of the site, `at` when it was published (RFC 3339).
    `retired` files are not of the site any more, and stay until the publish after this one.
    """

    version: int = VERSION
    base_url: str = ""
    at: str = ""
    files: dict[str, str] = {}
    pending: dict[str, str] = {}
    retired: tuple[str, ...] = ()

    @classmethod
    def decode(cls, data: bytes | None, place: str) -> Published:
        """Return the record that a target has, an empty one where it has none.

        Raises `PublishError` for one that cannot be read: nothing there could be told from files of others.
        """
        if data is None:
            return cls()
        try:
            plain = _unpacked(data)
            found = msgspec.json.decode(plain, type=cls)
        except (OSError, EOFError, ValueError, zlib.error, msgspec.DecodeError, RecursionError) as error:
            raise PublishError(
                f"{RECORD} at {place} cannot be read ({error})",
                hint="it tells which files there are sitegen's: put it back from a copy, or publish to an empty place",
            ) from error
        if found.version != VERSION:
            raise PublishError(
                f"{RECORD} at {place} is of version {found.version}, this sitegen knows {VERSION}",
                hint="publish with the newer sitegen that wrote it",
            )
        files, pending = (
            {path: version for path, version in table.items() if belongs(path) and path != RECORD}
            for table in (found.files, found.pending)
        )
        return msgspec.structs.replace(found, files=files, pending=pending)

    def encode(self) -> bytes:
        """Return the bytes of the record: the same record is the same bytes."""
        return gzip.compress(msgspec.json.encode(self, order="deterministic"), 6, mtime=_UNSTAMPED)


def _unpacked(data: bytes) -> bytes:
    """Return what was packed, of a size that a record can have."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    plain = unpacker.decompress(data, _LARGEST)
    if not unpacker.eof:
        raise ValueError("it is cut off, or far too long")
    return plain
