"""A bucket as a store: objects of S3, of Google Cloud Storage and of Azure Blob Storage, by one library.

Each object carries what its server shall say of it. There are no encodings beside texts: nobody negotiates there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Self

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import AzureStore, GCSStore, S3Store

from sitegen.media_types import media_type
from sitegen.publish.bucket_trouble import Service, is_bucket_missing, trouble
from sitegen.publish.headers import cache_control
from sitegen.publish.shipment import Item
from sitegen.publish.store import Done, Store, in_parallel

__all__ = ["Bucket", "ObjectStore"]

Bucket = S3Store | GCSStore | AzureStore

FEW = 100
"""Up to so many paths are asked for one by one; more are looked up in a listing."""

AT_ONCE = 250
"""Removals in one request: Azure takes 256, S3 a thousand."""

_PART = 8 << 20
_RECORDS = "no-store"


class ObjectStore(Store):
    """Objects of a bucket, below what comes before every key."""

    def __init__(self, place: str, service: Service, connect: Callable[[], Bucket]) -> None:
        """Publish to what `connect` returns; that is called in a thread, and may raise `PublishError`."""
        self.place = place
        self._service = service
        self._connect = connect

    async def __aenter__(self) -> Self:
        """Find credentials; the bucket itself is asked for nothing yet."""
        async with self._told():
            self._bucket = await asyncio.to_thread(self._connect)
        return self

    async def read(self, path: str) -> bytes | None:
        """Return the bytes of an object."""
        async with self._told():
            try:
                answer = await obstore.get_async(self._bucket, path)
                return bytes(await answer.bytes_async())
            except FileNotFoundError as error:
                if is_bucket_missing(error):
                    raise
        return None

    async def write(self, path: str, data: bytes, item: Item | None = None) -> None:
        """Put an object."""
        async with self._told():
            await obstore.put_async(
                self._bucket, path, data, attributes=_attributes(path, item), chunk_size=_PART, max_concurrency=2
            )

    async def create(self, path: str, data: bytes) -> bool:
        """Put an object where none is, which the service itself decides."""
        async with self._told():
            try:
                await obstore.put_async(self._bucket, path, data, attributes=_attributes(path, None), mode="create")
            except (AlreadyExistsError, PreconditionError):
                return False
        return True

    async def remove(self, path: str) -> None:
        """Remove an object."""
        async with self._told():
            try:
                await obstore.delete_async(self._bucket, path)
            except FileNotFoundError as error:
                if is_bucket_missing(error):
                    raise

    async def remove_all(self, paths: Iterable[str], done: Done) -> None:
        """Remove many objects, many at once where the service can."""
        every = list(paths)

        async def take(some: list[str]) -> None:
            async with self._told():
                try:
                    await obstore.delete_async(self._bucket, some)
                except FileNotFoundError:
                    # One that is gone already may have kept the others from being removed.
                    await in_parallel(self.remove, some, self.parallel)
            for path in some:
                done(path)

        await in_parallel(take, [every[begin : begin + AT_ONCE] for begin in range(0, len(every), AT_ONCE)], 2)

    async def there(self, paths: Iterable[str]) -> set[str]:
        """Return at which paths objects are."""
        wanted = set(paths)
        found: set[str] = set()

        async def look(path: str) -> None:
            async with self._told():
                try:
                    await obstore.head_async(self._bucket, path)
                except FileNotFoundError:
                    return
                found.add(path)

        if len(wanted) <= FEW:
            await in_parallel(look, wanted, self.parallel)
            return found
        async with self._told():
            async for some in obstore.list(self._bucket, chunk_size=1000):
                found.update(wanted.intersection(it["path"] for it in some))
        return found

    @asynccontextmanager
    async def _told(self) -> AsyncIterator[None]:
        try:
            yield
        except (BaseError, FileNotFoundError, ValueError) as error:
            # Not chained: the error may hold what nobody shall see.
            raise trouble(error, self.place, self._service) from None


def _attributes(path: str, item: Item | None) -> dict[str, str]:
    if item is None:
        return {"Content-Type": media_type(path), "Cache-Control": _RECORDS}
    return {"Content-Type": item.media_type, "Cache-Control": cache_control(item.path)}
