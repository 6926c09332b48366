"""A place that holds files by path and replaces one at a time: buckets, servers, folders.

A kind of store says how one file is read, written and removed; the order, the record and the repair after
interruptions are the same for all of them, see `uploading.py`.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Self, TypeVar

from sitegen.digest import digest_bytes
from sitegen.publish.shipment import Item

__all__ = ["Done", "Hiccup", "Load", "Store", "Sure", "in_parallel", "parents"]

Load = Callable[[Item], bytes]
"""Returns the bytes of an item; raises `PublishError`."""

Sure = Callable[[], Awaitable[None]]
"""Returns when it is sure that nobody else publishes; raises `PublishError` where somebody does."""

Done = Callable[[str], None]
"""Is told the path of each file that is finished, as soon as it is."""

T = TypeVar("T")


class Hiccup(Exception):  # noqa: N818 - says what it is
    """Something that may well be over in a moment: a lost connection, a server that is busy.

    No user sees it: what was asked for is asked for again, and in the end a `PublishError` is raised from it.
    """


class Store(ABC):
    """Files by path; an asynchronous context manager.

    Writing is all or nothing: who reads a path sees the old bytes or the new ones. Methods raise `Hiccup` for what
    may pass, and `PublishError` for what will not. Each may be called again after a `Hiccup`: what was done of it
    then does no harm. `parallel` is how many requests are under way at once.
    """

    place: str
    parallel: int = 16

    async def __aenter__(self) -> Self:
        """Connect."""
        return self

    async def __aexit__(  # noqa: B027 - most need nothing
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""

    async def tidy(self) -> None:  # noqa: B027 - most need nothing
        """Remove what killed publishes left half written; called while nobody else publishes."""

    @abstractmethod
    async def read(self, path: str) -> bytes | None:
        """Return the bytes at a path, `None` where there is no file."""

    @abstractmethod
    async def write(self, path: str, data: bytes, item: Item | None = None) -> None:
        """Put bytes at a path; without an item they are a record of sitegen's."""

    @abstractmethod
    async def create(self, path: str, data: bytes) -> bool:
        """Put bytes at a path where nothing is, and tell whether that was so: of two who try, one succeeds."""

    @abstractmethod
    async def remove(self, path: str) -> None:
        """Remove the file at a path, and the folders that are empty then; fine where there is none."""

    @abstractmethod
    async def there(self, paths: Iterable[str]) -> set[str]:
        """Return those of the paths at which something stands, or in the way to which a file does.

        Raises `PublishError` where a link on the way leads out.
        """

    async def write_all(self, items: Iterable[Item], load: Load, done: Done, sure: Sure) -> None:
        """Write many files, in any order; `sure` is asked before each begins to be sent."""

        async def bring(item: Item) -> None:
            data = await asyncio.to_thread(load, item)
            await sure()
            await self.write(item.path, data, item)
            done(item.path)

        await in_parallel(bring, items, self.parallel)

    async def remove_all(self, paths: Iterable[str], done: Done) -> None:
        """Remove many files, in any order."""

        async def take(path: str) -> None:
            await self.remove(path)
            done(path)

        await in_parallel(take, paths, self.parallel)

    async def digests(self, paths: Iterable[str], done: Done) -> Mapping[str, str]:
        """Return the digests of the files at these paths, without those where none is; each is read."""
        found: dict[str, str] = {}

        async def look(path: str) -> None:
            data = await self.read(path)
            if data is not None:
                found[path] = digest_bytes(data)
            done(path)

        await in_parallel(look, paths, self.parallel)
        return found


async def in_parallel(work: Callable[[T], Awaitable[None]], things: Iterable[T], most: int) -> None:
    """Do the same with many things, at most so many at once; the first exception ends all and is raised."""
    waiting = iter(things)

    async def worker() -> None:
        for thing in waiting:
            await work(thing)

    workers = [asyncio.ensure_future(worker()) for _ in range(most)]
    try:
        await asyncio.gather(*workers)
    finally:
        for task in workers:
            task.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


def parents(path: str) -> Iterator[str]:
    """Yield the folders in which a path lies, the innermost first, without the root."""
    while path := path.rpartition("/")[0]:
        yield path
