"""A folder that is ours alone: what stands in it may be overwritten and removed, so it must be where it seems to be.

A project may come from somebody else. If a link stood where sitegen keeps what it remembers, or in there, what it
removes as its own would be files of the user elsewhere; and who opens a pipe as a file waits for ever.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sitegen.build.job import STATE
from sitegen.errors import OutputError

__all__ = ["own_folder"]


def own_folder(path: Path) -> None:
    """Make a folder of ours where there is none.

    Raises `OutputError` where it is a link, or anything but files and folders stands in it at any depth, and
    `OSError` where it cannot be made or read.
    """
    path.mkdir(parents=True, exist_ok=True)
    odd = os.fspath(path) if path.is_symlink() else next(_odd(os.fspath(path)), None)
    if odd is None:
        return
    parts = Path(odd).parts
    name = Path(*parts[parts.index(STATE) :]) if STATE in parts else Path(odd)
    what = "a link" if Path(odd).is_symlink() else "neither a file nor a folder"
    raise OutputError(
        f"{name.as_posix()} is {what}: files that are not sitegen's could be lost",
        hint="remove it and run the same command again; sitegen makes what it needs itself",
    )


def _odd(folder: str) -> Iterator[str]:
    """Yield what is neither a file nor a folder; what goes meanwhile is of no concern."""
    below = []
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                below.append(entry.path)
            elif not entry.is_file(follow_symlinks=False):
                yield entry.path
    for path in below:
        yield from _odd(path)
