"""The folders that are watched, and what a path in one of them is called in the project.

They are found again and again, because each may be removed and made again, and a link may be led elsewhere.
"""

from __future__ import annotations

import os
from pathlib import Path
from stat import S_ISDIR

from msgspec import Struct

__all__ = ["ROOMS", "Ground", "grounds"]

ROOMS = ("content", "templates")
"""The folders of a project that are watched with all that is in them."""


class Ground(Struct, frozen=True):
    """A folder that is watched: where it really stands, and which one it is, should another take its place.

    `name` is what it is called in the project. Where there are `names`, what is below does not count, and in
    the folder itself only these, each with what it is called in the project.
    """

    folder: str
    inode: tuple[int, int]
    name: str = ""
    names: tuple[tuple[str, str], ...] = ()

    @property
    def is_deep(self) -> bool:
        """Whether all that is below counts."""
        return not self.names

    def called(self, path: str) -> str | None:
        """Return what a path of the system is called in the project, `None` where it does not count."""
        if path == self.folder:
            return self.name if self.is_deep else None
        if not path.startswith(f"{self.folder}{os.sep}"):
            return None
        rest = path[len(self.folder) + 1 :].replace(os.sep, "/")
        return f"{self.name}/{rest}" if self.is_deep else dict(self.names).get(rest)


def grounds(project: Path, config: str) -> frozenset[Ground]:
    """Return what is to be watched now: the folder of the project for the file `config` and the rooms, and these.

    A link to a folder or file is followed where it is a room, the configuration, or in the templates: a theme
    may be shared. Content is not read through links that lead out of it.
    """
    home = Path(os.path.realpath(project))
    found = _Found()
    for name in (config, *ROOMS):
        found.file(home / name, name)
    if (home / config).is_symlink():
        found.file(Path(os.path.realpath(home / config)), config)
    for room in ROOMS:
        found.deep.setdefault(os.path.realpath(home / room), room)
    found.follow(os.path.realpath(home / "templates"), "templates")
    return found.grounds()


class _Found:
    """Collects folders, each once: those that count with all that is in them, and those of single files."""

    def __init__(self) -> None:
        self.deep: dict[str, str] = {}
        self.shallow: dict[str, dict[str, str]] = {}

    def file(self, path: Path, name: str) -> None:
        self.shallow.setdefault(str(path.parent), {})[path.name] = name

    def follow(self, folder: str, name: str) -> None:
        """Collect where the links in a folder lead to."""
        for there, folders, files in os.walk(folder):
            below = f"{name}{there[len(folder) :]}".replace(os.sep, "/")
            for entry in sorted([*folders, *files]):
                path = Path(there, entry)
                if not path.is_symlink():
                    continue
                real = Path(os.path.realpath(path))
                if not real.is_dir():
                    self.file(real, f"{below}/{entry}")
                elif str(real) not in self.deep:
                    self.deep[str(real)] = f"{below}/{entry}"
                    self.follow(str(real), f"{below}/{entry}")

    def grounds(self) -> frozenset[Ground]:
        """Return those of them that are there."""
        every = {Ground(folder, _inode(folder), name=name) for folder, name in self.deep.items()}
        for folder, names in self.shallow.items():
            every.add(Ground(folder, _inode(folder), names=tuple(sorted(names.items()))))
        return frozenset(ground for ground in every if ground.inode != _NOWHERE)


def _inode(folder: str) -> tuple[int, int]:
    """Return which folder it is."""
    try:
        status = Path(folder).stat()
    except OSError:
        return _NOWHERE
    return (status.st_dev, status.st_ino) if S_ISDIR(status.st_mode) else _NOWHERE


_NOWHERE = (-1, -1)
