"""One build at a time for a project, across processes.

The first thing that a build does and the last that it lets go of. The system releases the lock when
the process ends in whatever way, so there is never a stale one to remove.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from sitegen.build.atomic import disk_trouble, write_file
from sitegen.build.own_folder import own_folder
from sitegen.errors import OutputError

__all__ = ["PATIENCE", "build_lock"]

PATIENCE = 60.0
"""Seconds that a second build waits for the first."""


@contextmanager
def build_lock(state: Path, waiting: Callable[[str], None], *, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of the project whose state folder (`.sitegen/`) is `state`; the folder is made.

    `waiting` is told once, in words for the user, where another build holds it. After `patience`
    seconds of waiting raises `OutputError`; likewise where the folder cannot be written, or is not ours alone.
    """
    # Not in the lock file itself: Windows lets nobody read that while it is held.
    holder = state / "build.pid"
    lock = FileLock(state / "build.lock")
    try:
        own_folder(state)
        _acquire(lock, holder, waiting, patience)
        write_file(holder, f"{os.getpid()}\n".encode())
        if not (ignore := state / ".gitignore").exists():
            write_file(ignore, b"*\n")
    except OSError as error:
        lock.release()
        raise disk_trouble(error, state.name) from error
    try:
        yield
    finally:
        # The number only serves messages: failing to remove it must not fail a build.
        with suppress(OSError):
            holder.unlink()
        lock.release()


def _acquire(lock: FileLock, holder: Path, waiting: Callable[[str], None], patience: float) -> None:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting(f"waiting for another build{_process(holder)}")
    else:
        return
    try:
        lock.acquire(timeout=patience)
    except Timeout:
        raise OutputError(
            f"another build of this project is still running{_process(holder)}",
            hint="wait until it has ended, or end it, then build again",
        ) from None


def _process(holder: Path) -> str:
    """Return “, process 123”, or nothing where the other build has not yet said its number."""
    try:
        number = int(holder.read_bytes())
    except (OSError, ValueError):
        return ""
    return f", process {number}"
