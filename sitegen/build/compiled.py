"""Compiled templates, kept for the builds to come: they compile nothing but what was edited.

They are code, so they are kept where nobody but the user can put any: not in a project, which may come from
elsewhere, but in the user's folder for caches.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

__all__ = ["Compiled", "compiled"]

_NAME = "sitegen"
_PRIVATE = 0o700
_WRITABLE_BY_OTHERS = 0o022


class Compiled(FileSystemBytecodeCache):
    """Jinja's cache in files, one for each name of a template: what another project or version needs replaces it.

    What cannot be read or written is compiled, and nobody is told.
    """

    def __init__(self, folder: Path, engine: str) -> None:
        """Keep code in a folder that is there; `engine` is the digest of what compiles it."""
        super().__init__(str(folder), "%s.template")
        self._engine = engine

    def get_source_checksum(self, source: str) -> str:
        """Return what tells the code of a source from others, those of another engine too."""
        return f"{self._engine} {super().get_source_checksum(source)}"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put the code into a bucket, if it is there and whole."""
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001 - a damaged file can raise anything
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a bucket, if that can be done."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def compiled(engine: str) -> Compiled | None:
    """Return the user's cache, `None` where there is no folder for it that only the user can write to.

    It is `sitegen/` in `XDG_CACHE_HOME` (XDG Base Directory Specification), or else in `~/.cache/`; on Windows in
    `LOCALAPPDATA`.
    """
    try:
        folder = _caches() / _NAME
        folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        found = folder.lstat()
    except (OSError, RuntimeError):
        return None
    if hasattr(os, "geteuid") and (found.st_uid != os.geteuid() or found.st_mode & _WRITABLE_BY_OTHERS):
        return None
    return Compiled(folder, engine) if folder.is_dir() else None


def _caches() -> Path:
    named = Path(os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", ""))
    # The specification has relative paths ignored.
    return named if named.is_absolute() else Path.home() / ".cache"
