"""Stamps: what the file system says of a file without reading it.

A stamp is a hint, never a proof. It may stand for the bytes only where it is settled: older than the
moment at which those bytes were read or written. A file that was changed in that same tick of the clock
could have the same stamp with other bytes (git calls such an entry “racily clean”, `racy-git.txt` of its
technical documentation).
"""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

__all__ = ["Stamp", "Stamped", "moment"]


class Stamp(Struct, frozen=True, array_like=True):
    """Size in bytes, times of the last change of content and of status in nanoseconds, and number of the inode."""

    size: int
    mtime: int
    ctime: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """Return the stamp that a status tells."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)

    def is_of(self, status: os.stat_result) -> bool:
        """Whether a status tells this stamp."""
        return (
            status.st_mtime_ns == self.mtime
            and status.st_ctime_ns == self.ctime
            and status.st_ino == self.inode
            and status.st_size == self.size
        )

    def settled(self, moment: int) -> bool:
        """Whether nothing that was done to the file at `moment` or later could have left this stamp."""
        return self.mtime < moment and self.ctime < moment


class Stamped(Struct, frozen=True, array_like=True):
    """A file as it was seen: the digest of its bytes, and its stamp; none where it was not settled."""

    digest: str
    stamp: Stamp | None = None

    def still(self, stamp: Stamp | None) -> bool:
        """Whether a file that has `stamp` now surely has these bytes."""
        return stamp is not None and self.stamp == stamp


def moment(folder: Path) -> int:
    """Return now in nanoseconds by the clock of the file system that holds `folder`, which may differ from ours.

    Writes a file there; raises `OSError`.
    """
    file = folder / "moment"
    file.write_bytes(b"")
    os.utime(file)
    return file.stat().st_mtime_ns
