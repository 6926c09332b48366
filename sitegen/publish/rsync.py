"""What the program rsync can write to as a store: many files travel in one run."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count, islice
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from sitegen.build.atomic import disk_trouble
from sitegen.digest import digest_bytes
from sitegen.errors import PublishError
from sitegen.publish.claim import CLAIM
from sitegen.publish.rsync_run import Runs
from sitegen.publish.shipment import Item
from sitegen.publish.store import Done, Hiccup, Load, Store, Sure, parents
from sitegen.targets import Rsync

__all__ = ["RsyncStore"]

T = TypeVar("T")

BATCH = 500
"""Files of one run: so many are brought again at most where one is cut off."""

TEMPORARIES = ".sitegen-arriving.tmp"
"""The folder there in which files arrive, and from which they are moved to their places."""

SETTLED = 0.5
"""Seconds from writing a file to looking whose it is, which is longer than rsync takes from looking to writing."""

SOCKETS = "sockets"
"""The file that tells where runs share a connection, beside what travels."""

_ABSENT = ""
_MODES = "--chmod=D755,F644"


class RsyncStore(Store):
    """Files where rsync brings them; nothing is written or removed through a link."""

    def __init__(self, target: Rsync, staging: Path) -> None:
        """Publish to a folder, which is made where only it is missing.

        `staging` is a folder of our own, on the disk of the output where that can be had.
        """
        self.place = target.to
        self._runs = Runs(target.to, target.ssh, target.to)
        self._staging = staging
        self._numbers = count()
        self._folders: dict[str, str] = {"": "d"}
        self._arrives: tuple[str, ...] = ()

    async def __aenter__(self) -> Self:
        """Make room for what travels."""
        _made(self._staging)
        self._runs.open(self._staging / SOCKETS)
        # What a killed publish left; where its rsync still runs, that ends it.
        for left in self._staging.iterdir():
            if left.name != SOCKETS:
                shutil.rmtree(left, ignore_errors=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what travelled."""
        await self._runs.close()
        shutil.rmtree(self._staging, ignore_errors=True)

    async def tidy(self) -> None:
        """Make the folder in which files arrive, and remove what killed publishes left there."""
        with self._room() as empty:
            await self._runs.mirror(empty, TEMPORARIES)
        self._arrives = (TEMPORARIES,)

    async def read(self, path: str) -> bytes | None:
        """Return the bytes of a file."""
        with self._room() as folder:
            there = await self._runs.fetch([path], folder)
            with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
                return (there / path).read_bytes()
        return None

    async def write(self, path: str, data: bytes, item: Item | None = None) -> None:
        """Write one file."""
        del item
        await self._ready([path])
        with self._room() as folder:
            _put(folder / path, data)
            await self._runs.send(folder, [path], *self._options())

    async def create(self, path: str, data: bytes) -> bool:
        """Write a file where none is, and see whether it is ours that stands there.

        rsync looks first and writes then: of two who both saw nothing the later one stays. So it is looked at when
        any other that has looked by now has written.
        """
        with self._room() as folder:
            _put(folder / path, data)
            await self._runs.send(folder, [path], "--ignore-existing", _MODES)
        await asyncio.sleep(SETTLED)
        there = await self.read(path)
        if there is None:
            raise Hiccup("what was written is not there")
        return there == data

    async def remove(self, path: str) -> None:
        """Remove a file, and the folders that are empty then."""
        await self.remove_all([path], lambda _: None)

    async def there(self, paths: Iterable[str]) -> set[str]:
        """Return at which paths something stands, or in the way to which a file does.

        Raises `PublishError` where a link is on the way.
        """
        wanted = list(paths)
        blocked = await self._ready(wanted, refuses=False)
        found = await self._kinds(path for path in wanted if self._folders.get(path.rpartition("/")[0]) == "d")
        return found.keys() | blocked

    async def write_all(self, items: Iterable[Item], load: Load, done: Done, sure: Sure) -> None:
        """Write many files, batch by batch."""
        for batch in _batches(items):
            await self._ready([item.path for item in batch])
            with self._room() as folder:
                await asyncio.to_thread(_stage, batch, folder, load)
                paths = [item.path for item in batch]
                await sure()
                # What is printed ends rsync should nobody hear it any more.
                await self._runs.send(folder, paths, "--out-format=%n", *self._options())
            self._folders |= dict.fromkeys((parent for path in paths for parent in parents(path)), "d")
            for path in paths:
                done(path)

    async def remove_all(self, paths: Iterable[str], done: Done) -> None:
        """Remove many files, batch by batch, and then the folders that are empty."""
        for batch in _batches(paths):
            await self._ready(batch, refuses=False)
            ours = [path for path in batch if self._folders.get(path.rpartition("/")[0]) == "d"]
            folders = {parent for path in ours for parent in parents(path)}
            if CLAIM in batch:
                await self._delete([CLAIM, *self._arrives])
                self._arrives = ()
            else:
                # A folder that stands there now is not ours.
                kinds = await self._kinds(ours)
                await self._delete([path for path in ours if kinds.get(path, "d") != "d"])
            for depth in sorted({folder.count("/") for folder in folders}, reverse=True):
                level = [folder for folder in folders if folder.count("/") == depth]
                await self._delete(level)
                for folder in level:
                    self._folders.pop(folder, None)
            for path in batch:
                done(path)

    async def digests(self, paths: Iterable[str], done: Done) -> Mapping[str, str]:
        """Return the digests of the files at these paths; they are fetched."""
        found: dict[str, str] = {}
        for batch in _batches(paths):
            with self._room() as folder:
                there = await self._runs.fetch(filter(self._is_reached, batch), folder)
                for path in batch:
                    with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
                        found[path] = digest_bytes((there / path).read_bytes())
                    done(path)
        return found

    def _options(self) -> tuple[str, ...]:
        # By size and time rsync would take some files that differ for the same. That parts travel only where a
        # file has changed is left on: over a page of each kind a change in the head was 13 times fewer bytes.
        return ("--ignore-times", _MODES, *(f"--temp-dir={folder}" for folder in self._arrives))

    def _is_reached(self, path: str) -> bool:
        """Whether folders lead to a path, as far as is known."""
        return self._folders.get(path.rpartition("/")[0], "d") == "d"

    async def _delete(self, paths: list[str]) -> None:
        """Remove files, and folders where they are empty."""
        if paths:
            with self._room() as empty:
                await self._runs.delete(empty, paths)

    async def _ready(self, paths: Iterable[str], *, refuses: bool = True) -> set[str]:
        """Look at the folders of paths, each once; return those paths in the way to which something else stands.

        Raises `PublishError` where a link is, and with `refuses` for files too.
        """
        wanted = list(paths)
        folders = {parent for path in wanted for parent in parents(path)} - self._folders.keys()
        for depth in sorted({folder.count("/") for folder in folders}):
            level = [folder for folder in folders if folder.count("/") == depth]
            reached = [folder for folder in level if self._folders.get(folder.rpartition("/")[0]) == "d"]
            # While we publish nobody else makes them: one that is absent stays so until we do.
            self._folders |= dict.fromkeys(level, _ABSENT) | await self._kinds(reached)
        for folder in folders:
            if self._folders.get(folder) == "l":
                raise PublishError(
                    f"{self.place.rstrip('/')}/{folder} is a link, which may lead out of the folder",
                    hint="remove the link, or publish to a place of its own",
                )
        blocked = {
            path for path in wanted if any(self._folders.get(it, "d") not in ("d", _ABSENT) for it in parents(path))
        }
        if blocked and refuses:
            raise PublishError(
                f"{self.place}: a file stands where the folder of {min(blocked)} is to be",
                hint="move it away, or publish to a folder of its own",
            )
        return blocked

    async def _kinds(self, paths: Iterable[str]) -> dict[str, str]:
        """Return what stands at paths, see `Runs.kinds`."""
        found: dict[str, str] = {}
        for batch in _batches(paths):
            with self._room() as nowhere:
                found |= await self._runs.kinds(batch, nowhere)
        return found

    @contextmanager
    def _room(self) -> Iterator[Path]:
        """Yield a new folder, which is removed."""
        folder = self._staging / f"{next(self._numbers)}"
        _made(folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _stage(items: Iterable[Item], folder: Path, load: Load) -> None:
    """Put the bytes of items into a folder; each is known to have its digest."""
    for item in items:
        _put(folder / item.path, load(item))


def _put(file: Path, data: bytes) -> None:
    _made(file.parent)
    try:
        file.write_bytes(data)
    except OSError as error:
        told = disk_trouble(error, str(file.name))
        raise PublishError(told.message, hint=told.hint) from error


def _made(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        told = disk_trouble(error, str(folder))
        raise PublishError(told.message, hint=told.hint) from error


def _batches(things: Iterable[T]) -> Iterator[list[T]]:
    waiting = iter(things)
    while batch := list(islice(waiting, BATCH)):
        yield batch
