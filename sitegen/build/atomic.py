"""Files that appear whole or not at all, and what to tell a user whose disk refuses.

The smallest piece of the build's output side. Bytes go to a temporary name beside their target and
are renamed over it, which POSIX `rename()` and Windows both do in one step. A process killed in
between leaves at most a temporary file, known by its name and removed by the next build.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from sitegen.errors import OutputError

__all__ = ["disk_trouble", "is_temporary", "move_file", "write_file"]

_PREFIX, _SUFFIX = ".sitegen-", ".tmp"

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def write_file(path: Path, data: bytes) -> None:
    """Write `data` to `path` in one step; whoever reads it sees the old bytes or the new ones.

    The folder must exist. A symbolic link at `path` is replaced, never followed. The mode is the
    umask's. Raises `OSError`; the file at `path` is then as it was.
    """
    temporary = path.with_name(f"{_PREFIX}{os.getpid()}{_SUFFIX}")
    # A killed process may have had this number; "x" below then refuses whatever stands there, links too.
    temporary.unlink(missing_ok=True)
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def move_file(source: Path, target: Path) -> None:
    """Move a finished file over `target` in one step, from another device too.

    Raises `OSError`; the file at `target` is then as it was.
    """
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        write_file(target, source.read_bytes())
        source.unlink()


def is_temporary(name: str) -> bool:
    """Whether a file of this name is what a killed `write_file` leaves."""
    return name.startswith(_PREFIX) and name.endswith(_SUFFIX)


def disk_trouble(error: OSError, name: str) -> OutputError:
    """Say in plain words why `name` could not be written, and what to do about it."""
    if error.errno in _FULL:
        return OutputError(f"{name}: the disk is full", hint="free some space and run the same command again")
    if error.errno in _FORBIDDEN:
        return OutputError(
            f"{name}: may not be written ({os.strerror(error.errno or 0).lower()})",
            hint="check who owns the folder and its permissions, and that no other program holds the file open",
        )
    return OutputError(
        f"{name}: cannot be written ({(error.strerror or str(error)).lower()})",
        hint="mend what the system complains of, then run the same command again",
    )
