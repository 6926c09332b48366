"""Compiled templates, kept for the builds to come: they compile nothing but what was edited.

They are code, so they are kept where nobody but the user can put any: not in a project, which may come from
elsewhere, but in the user's folder for caches.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO

from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket

from sitegen.digest import digest_bytes

__all__ = ["Compiled", "compiled"]

_NAME = "sitegen"
_PRIVATE = 0o700
_WRITABLE_BY_OTHERS = 0o022
_ROOT = 0


class _Whole(Bucket):
    """Code with the digest of its bytes before it: Python runs damaged code too, and may crash."""

    def load_bytecode(self, f: BinaryIO) -> None:
        """Take the code of a file, if it is whole and that of the source."""
        told, data = f.readline().decode("ascii", "replace").rstrip(), f.read()
        if told == digest_bytes(data):
            super().load_bytecode(BytesIO(data))

    def write_bytecode(self, f: IO[bytes]) -> None:
        """Write the code into a file."""
        written = BytesIO()
        super().write_bytecode(written)
        f.write(digest_bytes(written.getvalue()).encode() + b"\n" + written.getvalue())


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

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """Return a bucket for the code of a template, which is in it where it is kept."""
        bucket = _Whole(environment, self.get_cache_key(name, filename), self.get_source_checksum(source))
        self.load_bytecode(bucket)
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put the code into a bucket, if it is there and can be read."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a bucket, if that can be done."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def compiled(engine: str) -> Compiled | None:
    """Return the user's cache, `None` where there is no folder for it that only the user can write to.

    It is `sitegen/` in `XDG_CACHE_HOME` (XDG Base Directory Specification), or else in `~/.cache/`; on Windows in
    `LOCALAPPDATA`. Nothing is made in a folder of somebody else, such as the home of who became root.
    """
    try:
        folder = _caches() / _NAME
        if not _is_trusted(folder.parent):
            return None
        folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        found = folder.lstat()
    except (OSError, RuntimeError):
        return None
    if hasattr(os, "geteuid") and (found.st_uid != os.geteuid() or found.st_mode & _WRITABLE_BY_OTHERS):
        return None
    return Compiled(folder, engine) if stat.S_ISDIR(found.st_mode) else None


def _caches() -> Path:
    named = Path(os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", ""))
    # The specification has relative paths ignored; a home that is one would be wherever somebody builds.
    folder = named if named.is_absolute() else Path.home() / ".cache"
    if not folder.is_absolute():
        raise RuntimeError("the home of the user is not known")
    return folder


def _is_trusted(folder: Path) -> bool:
    """Whether a folder, or the nearest one that is there above it, is the user's or the system's.

    Its owner could put another folder in the place of ours at any time.
    """
    if not hasattr(os, "geteuid"):
        return True
    there = next(it for it in (folder, *folder.parents) if it.exists())
    return there.stat().st_uid in (_ROOT, os.geteuid())
