"""A spool: many bytes of which a few are looked at, held by the disk and not by this process."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryFile

__all__ = ["Spool"]

_UNWANTED = getattr(mmap, "MADV_DONTNEED", None)
"""What tells the system that pages of a file can go; it reads them again when they are looked at."""


class Spool:
    """Bytes in a file without a name, which goes with the last who looks at it; in memory where no disk takes them."""

    def __init__(self, folder: Path, parts: Callable[[], Iterable[bytes]]) -> None:
        """Write what `parts` yields, which is not empty, to a file in a folder."""
        self._mapped: mmap.mmap | None = None
        try:
            with TemporaryFile(dir=folder) as file:
                file.writelines(parts())
                file.flush()
                self._mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError:
            self.data = memoryview(b"".join(parts()))
        else:
            self.data = memoryview(self._mapped)

    def rest(self) -> None:
        """Let go of what was looked at; `data` stays as it is."""
        if self._mapped is not None and _UNWANTED is not None:
            self._mapped.madvise(_UNWANTED)
