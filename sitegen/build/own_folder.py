"""A folder that is ours alone: what stands in it may be overwritten and removed, so it must be where it seems to be.

A project may come from somebody else. If a link stood where sitegen keeps what it remembers, or in there, what it
removes as its own would be files of the user elsewhere.
"""

from __future__ import annotations

import os
from pathlib import Path

from sitegen.build.job import STATE
from sitegen.errors import OutputError

__all__ = ["own_folder"]


def own_folder(path: Path) -> None:
    """Make a folder of ours where there is none.

    Raises `OutputError` where it is a link, or one stands in it, and `OSError` where it cannot be made or read.
    """
    path.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        raise _linked(path)
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.is_symlink():
                raise _linked(path / entry.name)


def _linked(path: Path) -> OutputError:
    parts = path.parts
    name = Path(*parts[parts.index(STATE) :]) if STATE in parts else path
    return OutputError(
        f"{name.as_posix()} is a link: files that are not sitegen's could be lost where it leads",
        hint="remove the link and run the same command again; sitegen makes what it needs itself",
    )
