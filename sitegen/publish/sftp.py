"""A folder of a server as a store, over SSH: one connection, many requests under way on it."""

from __future__ import annotations

import asyncio
import stat
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self, cast
from uuid import uuid4

import asyncssh

from sitegen.build.atomic import is_temporary
from sitegen.errors import PublishError
from sitegen.publish.login import Login
from sitegen.publish.shipment import Item
from sitegen.publish.store import Done, Hiccup, Store, in_parallel, parents
from sitegen.targets import Sftp

__all__ = ["SftpStore"]

SILENCE = 60.0
"""Seconds that a server may take for one file or folder, and longer where many bytes travel."""

SLOWEST = 2_000
"""Bytes a second of one file of many under way, below which a connection counts as lost."""

PARTING = 5.0
"""Seconds that saying goodbye may take."""

ENDING = 1.0
"""Seconds after which a connection that was lost is known to be."""

_FOLDER, _OUTSIDE, _OTHER, _ABSENT_YET = "folder", "outside", "other", "absent"

_FULL = (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded)
_LOST = (
    asyncssh.SFTPConnectionLost,
    asyncssh.SFTPNoConnection,
    asyncssh.SFTPBadMessage,
    asyncssh.DisconnectError,
    asyncssh.ChannelOpenError,
    EOFError,
    TimeoutError,
    ConnectionError,
)
_ABSENT = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)


class SftpStore(Store):
    """Files in a folder of a server; nothing is written or removed through a link that leads out of it."""

    parallel = 32

    def __init__(self, target: Sftp, project: Path) -> None:
        """Publish into a folder, which is made where only it is missing."""
        user, port = f"{target.user}@" if target.user else "", f":{target.port}" if target.port else ""
        self.place = f"sftp://{user}{target.server}{port}/{target.path.removeprefix('/')}"
        # A session begins in the home folder.
        path = target.path.removeprefix("~/")
        self._root = path.rstrip("/") or path[:1] or "."
        self._login = Login(target, project)
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None
        self._connecting = asyncio.Lock()
        self._base = ""
        self._known: dict[str, str] = {}
        self._making: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._numbers = count()
        self._name = uuid4().hex[:12]
        self._unfinished: set[str] = set()

    async def __aenter__(self) -> Self:
        """Log in."""
        await self._session()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what was interrupted, and log out."""
        if self._client is not None and self._unfinished:
            with suppress(PublishError, Hiccup):
                await in_parallel(self._discard, list(self._unfinished), self.parallel)
        await self._hang_up()

    async def tidy(self) -> None:
        """Remove temporary files of publishes that were killed."""
        async with self._asked("") as client:
            try:
                names = [str(name) for name in await client.listdir(self._root)]
            except _ABSENT:
                return
        await in_parallel(self._discard, [name for name in names if is_temporary(name)], self.parallel)

    async def read(self, path: str) -> bytes | None:
        """Return the bytes of a file."""
        async with self._asked(path, SILENCE * 10) as client:
            try:
                async with client.open(self._at(path), "rb") as file:
                    return cast("bytes", await file.read())
            except _ABSENT:
                return None

    async def write(self, path: str, data: bytes, item: Item | None = None) -> None:
        """Write a file at the root of the folder, and move it to its place in one step."""
        del item
        await self._make(path.rpartition("/")[0])
        temporary = f".sitegen-{self._name}-{next(self._numbers)}.tmp"
        async with self._asked(path, SILENCE + len(data) / SLOWEST, size=len(data)) as client:
            self._unfinished.add(temporary)
            async with client.open(self._at(temporary), "xb") as file:
                await file.write(data)
                with suppress(asyncssh.SFTPOpUnsupported):
                    await file.fsync()
            try:
                await client.posix_rename(self._at(temporary), self._at(path))
            except asyncssh.SFTPOpUnsupported:
                raise PublishError(
                    f"{self.place} cannot replace a file in one step: readers would find none there for a moment",
                    hint='publish to this server with `kind = "rsync"`, or have it updated',
                ) from None
            self._unfinished.discard(temporary)

    async def create(self, path: str, data: bytes) -> bool:
        """Write a file where none is; the folder is made where only it is missing."""
        await self._make("")
        async with self._asked(path, size=len(data)) as client:
            try:
                file = await client.open(self._at(path), "xb")
            except asyncssh.SFTPFailure:
                # All that most servers say of a file that is there already.
                if await client.lexists(self._at(path)):
                    return False
                raise
            except asyncssh.SFTPFileAlreadyExists:
                return False
            async with file:
                await file.write(data)
        return True

    async def remove(self, path: str) -> None:
        """Remove a file, and the folders that are empty then."""
        await self.remove_all([path], lambda _: None)

    async def remove_all(self, paths: Iterable[str], done: Done) -> None:
        """Remove many files, folder by folder."""
        folders: dict[str, list[str]] = {}
        for path in paths:
            folders.setdefault(path.rpartition("/")[0], []).append(path)

        async def take(folder: str) -> None:
            if await self._state(folder) == _FOLDER:
                await in_parallel(self._unlink, folders[folder], self.parallel)
                await self._prune(folder)
            for path in folders[folder]:
                done(path)

        await in_parallel(take, folders, self.parallel)

    async def there(self, paths: Iterable[str]) -> set[str]:
        """Return at which paths something stands, or in the way to which a file does.

        Folders are looked at from the root downwards, so that what is new as a whole costs little. Raises
        `PublishError` where a link on the way leads out.
        """
        wanted = list(paths)
        below: dict[str, set[str]] = {"": set()}
        for path in wanted:
            child = path
            while child:
                parent = child.rpartition("/")[0]
                below.setdefault(parent, set()).add(child)
                child = parent
        found: set[str] = set()

        async def look(path: str) -> None:
            if path not in below:
                if await self._mode(path) is not None:
                    found.add(path)
            elif await self._state(path) == _OUTSIDE:
                raise self._leads_out(path)

        level = [""]
        while level:
            await in_parallel(look, [child for folder in level for child in sorted(below[folder])], self.parallel)
            level = [it for folder in level for it in below[folder] if it in below and self._known.get(it) == _FOLDER]
        return found | {path for path in wanted if any(self._known.get(it) == _OTHER for it in parents(path))}

    async def _make(self, folder: str) -> None:
        """Make a folder where it is missing, and those that it is in, each once."""
        async with self._making[folder]:
            state = await self._state(folder)
            if state == _OUTSIDE:
                raise self._leads_out(folder)
            if state == _OTHER:
                raise PublishError(
                    f"{self.place}/{folder} is a file where a folder is to be",
                    hint="move it away, or publish to a folder of its own",
                )
            if state == _FOLDER:
                return
            if folder:
                await self._make(folder.rpartition("/")[0])
            async with self._asked(folder) as client:
                try:
                    await client.mkdir(self._at(folder))
                except _ABSENT:
                    raise PublishError(
                        f"{self.place} cannot be made: there is no folder that it would be in",
                        hint="check `path` in config.toml, or make that folder on the server first",
                    ) from None
                except (asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists):
                    # A try that was cut off may have made it.
                    if not await client.isdir(self._at(folder)):
                        raise
            self._known[folder] = _FOLDER

    async def _state(self, folder: str) -> str:
        """Return what stands at the path of a folder."""
        if folder in self._known:
            return self._known[folder]
        if folder:
            above = await self._state(folder.rpartition("/")[0])
            state = await self._seen(folder) if above == _FOLDER else above
        else:
            async with self._asked("") as client:
                if not await client.exists(self._root):
                    state = _ABSENT_YET
                elif await client.isdir(self._root):
                    state = _FOLDER
                    self._base = str(await client.realpath(self._root)).rstrip("/")
                else:
                    raise PublishError(f"{self.place} is not a folder", hint="name another `path`")
        self._known[folder] = state
        return state

    async def _seen(self, folder: str) -> str:
        mode = await self._mode(folder)
        if mode is None:
            return _ABSENT_YET
        if stat.S_ISDIR(mode):
            return _FOLDER
        if not stat.S_ISLNK(mode):
            return _OTHER
        async with self._asked(folder) as client:
            if not await client.isdir(self._at(folder)):
                return _OTHER
            real = str(await client.realpath(self._at(folder)))
        return _FOLDER if f"{real}/".startswith(f"{self._base}/") else _OUTSIDE

    async def _mode(self, path: str) -> int | None:
        """Return type and permissions of what stands at a path, links not followed."""
        async with self._asked(path) as client:
            try:
                return (await client.lstat(self._at(path))).permissions or 0
            except _ABSENT:
                return None

    async def _unlink(self, path: str) -> None:
        async with self._asked(path) as client:
            try:
                await client.remove(self._at(path))
            except _ABSENT:
                return
            except (asyncssh.SFTPFailure, asyncssh.SFTPFileIsADirectory):
                # A folder that stands there now is not ours.
                mode = await self._mode(path)
                if mode is None or stat.S_ISDIR(mode):
                    return
                raise

    async def _discard(self, temporary: str) -> None:
        await self._unlink(temporary)
        self._unfinished.discard(temporary)

    async def _prune(self, folder: str) -> None:
        """Remove a folder and those that it is in, as long as they are empty."""
        while folder:
            async with self._asked(folder) as client:
                try:
                    await client.rmdir(self._at(folder))
                except _ABSENT:
                    pass
                except asyncssh.SFTPError as error:
                    if isinstance(error, _LOST):
                        raise
                    return
            self._known[folder] = _ABSENT_YET
            folder = folder.rpartition("/")[0]

    def _at(self, path: str) -> str:
        return f"{self._root.rstrip('/')}/{path}" if path else self._root

    def _leads_out(self, folder: str) -> PublishError:
        return PublishError(
            f"{self.place}/{folder} leads out of the folder through a link",
            hint="remove the link, or publish to a place of its own",
        )

    @asynccontextmanager
    async def _asked(self, path: str, patience: float = SILENCE, size: int = 0) -> AsyncIterator[asyncssh.SFTPClient]:
        """Yield what asks the server, and say in plain words why it does not do as it was asked.

        `size` is that of what is to be written.
        """
        client = await self._session()
        name = f"{self.place}/{path}"
        try:
            async with asyncio.timeout(patience):
                yield client
        except _LOST as error:
            self._drop(client)
            raise Hiccup("the connection was lost") from error
        except asyncssh.SFTPPermissionDenied as error:
            raise PublishError(
                f"{name}: the server does not permit it",
                hint="check who owns the folder there and its permissions, and `user` in config.toml",
            ) from error
        except asyncssh.SFTPError as error:
            if isinstance(error, _FULL) or (size and await self._is_full(client, size)):
                raise PublishError(
                    f"{name}: the disk of the server is full",
                    hint="free some space there, or raise the quota, then publish again",
                ) from error
            raise PublishError(
                f"{name}: the server refuses it ({error.reason or 'without saying why'})",
                hint="look there at what stands at this path, and at space and quotas, then publish again",
            ) from error

    async def _is_full(self, client: asyncssh.SFTPClient, size: int) -> bool:
        """Whether the disk has no room for so many bytes, as far as the server tells."""
        try:
            async with asyncio.timeout(SILENCE):
                free = await client.statvfs(self._root)
        except (asyncssh.Error, OSError):
            return False
        return (free.bavail or 0) * (free.frsize or 0) < size or (free.favail == 0 and bool(free.files))

    async def _session(self) -> asyncssh.SFTPClient:
        """Return the session, a new one where there is none."""
        async with self._connecting:
            if self._client is None:
                self._connection = await self._login.connection()
                try:
                    self._client = await self._connection.start_sftp_client()
                except (asyncssh.ChannelOpenError, asyncssh.SFTPBadMessage) as error:
                    if await _ends(self._connection):
                        raise Hiccup("the connection was lost") from error
                    raise PublishError(
                        f"{self.place}: the server offers no SFTP to this user",
                        hint='publish with `kind = "rsync"`, or have the subsystem `sftp` switched on there',
                    ) from error
                except _LOST as error:
                    raise Hiccup("the connection was lost") from error
                finally:
                    if self._client is None:
                        self._connection.abort()
            return self._client

    def _drop(self, client: asyncssh.SFTPClient) -> None:
        """Forget a session that was lost, unless another one has taken its place."""
        if self._client is client and self._connection is not None:
            self._connection.abort()
            self._client = None

    async def _hang_up(self) -> None:
        if self._client is not None and self._connection is not None:
            self._client.exit()
            self._connection.close()
            self._client = None
            with suppress(TimeoutError):
                await asyncio.wait_for(self._connection.wait_closed(), PARTING)


async def _ends(connection: asyncssh.SSHClientConnection) -> bool:
    """Whether a connection ends just now: a server that is lost then looks like one that offers nothing."""
    with suppress(TimeoutError):
        await asyncio.wait_for(connection.wait_closed(), ENDING)
        return True
    return False
