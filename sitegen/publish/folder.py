"""A folder of this machine as a store: files are replaced one by one, in place."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Iterable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Self

from sitegen.build.atomic import disk_trouble, is_temporary, move_file, write_file
from sitegen.errors import PublishError
from sitegen.publish.shipment import Item
from sitegen.publish.store import Store, parents

__all__ = ["UNLINKED", "FolderStore", "check_folder", "make_folder", "trouble"]

UNLINKED = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP, errno.EACCES, errno.ENOSYS}
"""What a file system says that cannot make a hard link."""

_STAYS = {errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR, errno.EBUSY}


class FolderStore(Store):
    """Files in a folder; nothing is written or removed through a link that leads out of it."""

    parallel = 4

    def __init__(self, folder: Path, place: str) -> None:
        """Publish into a folder, which is made where only it is missing."""
        self.place = place
        self._folder = folder
        self._known: set[str] = set()
        self._numbers = count()

    async def __aenter__(self) -> Self:
        """Look whether there is such a folder, or can be."""
        check_folder(self._folder, self.place)
        return self

    async def read(self, path: str) -> bytes | None:
        """Return the bytes of a file."""
        try:
            return (self._folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise trouble(error, f"{self.place}/{path}") from error

    async def write(self, path: str, data: bytes, item: Item | None = None) -> None:
        """Write a file at the root of the folder, and move it to its place in one step."""
        temporary = self._temporary(next(self._numbers))
        try:
            self._make(path.rpartition("/")[0])
            if item is None:
                # The record must not say of a file that it is there before the disk has it.
                await asyncio.to_thread(os.sync)
                write_file(self._folder / path, data)
                return
            temporary.write_bytes(data)
            move_file(temporary, self._folder / path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise trouble(error, f"{self.place}/{path}") from error

    async def tidy(self) -> None:
        """Remove temporary files of publishes that were killed."""
        try:
            for file in self._folder.iterdir():
                if is_temporary(file.name) and not file.is_dir():
                    file.unlink(missing_ok=True)
        except OSError as error:
            raise trouble(error, self.place) from error

    async def create(self, path: str, data: bytes) -> bool:
        """Write a file where none is; the folder is made where only it is missing."""
        make_folder(self._folder, self.place)
        temporary = self._temporary(next(self._numbers))
        try:
            temporary.write_bytes(data)
            try:
                os.link(temporary, self._folder / path)
            except FileNotFoundError:
                return False  # tidied away, by whoever was quicker
            except OSError as error:
                if error.errno not in UNLINKED:
                    raise
                # A file system without hard links: who looks at once may see half of it, and asks again later.
                with (self._folder / path).open("xb") as file:
                    file.write(data)
            finally:
                temporary.unlink(missing_ok=True)
        except FileExistsError:
            return False
        except OSError as error:
            raise trouble(error, f"{self.place}/{path}") from error
        return True

    async def remove(self, path: str) -> None:
        """Remove a file, and the folders that are empty then."""
        if not self._is_inside(path.rpartition("/")[0]):
            return
        try:
            (self._folder / path).unlink(missing_ok=True)
            parent = path.rpartition("/")[0]
            while parent:
                (self._folder / parent).rmdir()
                self._known.discard(parent)
                parent = parent.rpartition("/")[0]
        except OSError as error:
            if error.errno not in _STAYS:
                raise trouble(error, f"{self.place}/{path}") from error

    async def there(self, paths: Iterable[str]) -> set[str]:
        """Return at which paths something stands, or in the way to which a file does.

        Raises `PublishError` where a link on the way leads out.
        """
        blocked: dict[str, bool] = {}

        def is_taken(path: str) -> bool:
            for folder in parents(path):
                if folder not in blocked:
                    if not self._is_inside(folder):
                        raise self._leads_out(folder)
                    stands = self._folder / folder
                    blocked[folder] = os.path.lexists(stands) and not stands.is_dir()
                if blocked[folder]:
                    return True
            return os.path.lexists(self._folder / path)

        return set(filter(is_taken, paths))

    def _temporary(self, number: int) -> Path:
        return self._folder / f".sitegen-{os.getpid()}-{number}.tmp"

    def _make(self, parent: str) -> None:
        if parent in self._known:
            return
        if not self._is_inside(parent):
            raise self._leads_out(parent)
        (self._folder / parent).mkdir(parents=True, exist_ok=True)
        self._known.add(parent)

    def _leads_out(self, folder: str) -> PublishError:
        return PublishError(
            f"{self.place}/{folder} leads out of the folder through a link",
            hint="remove the link, or publish to a place of its own",
        )

    def _is_inside(self, parent: str) -> bool:
        base = os.path.realpath(self._folder)
        real = os.path.realpath(self._folder / parent)
        return real == base or real.startswith(base.rstrip("/") + os.sep)


def check_folder(folder: Path, place: str) -> None:
    """Raise `PublishError` where there is no such folder, and it cannot be made in one that is there."""
    if folder.is_dir():
        return
    if folder.exists():
        raise PublishError(f"{place} is not a folder", hint="name another `path`, or move that file away")
    if not folder.parent.is_dir():
        raise PublishError(
            f"{place} cannot be made: there is no {folder.parent}", hint="mount or make that folder first"
        )


def make_folder(folder: Path, place: str) -> None:
    """Make a folder where only it is missing; raises `PublishError`."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise trouble(error, place) from error


def trouble(error: OSError, name: str) -> PublishError:
    """Say in plain words why something could not be written."""
    told = disk_trouble(error, name)
    return PublishError(told.message, hint=told.hint)
