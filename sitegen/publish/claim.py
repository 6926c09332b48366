"""One publish at a time, across machines: a file at the target that says who publishes.

It is renewed while the publish goes on. Who finds another's waits for it to change; one that has not changed for
a while was left by somebody who is gone, and is taken over. One that this very project left, of which it keeps the
number, is taken over at once. Who finds that its own was taken over stops; who has slept for so long that this may
have happened looks before it goes on.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from uuid import uuid4

import msgspec

from sitegen.build.atomic import write_file
from sitegen.digest import digest_bytes
from sitegen.errors import PublishError
from sitegen.publish.patience import patiently
from sitegen.publish.store import Hiccup, Store

__all__ = ["CLAIM", "Claim", "Overtaken"]

CLAIM = ".sitegen-publishing.json"
"""Its name, at the root of the target."""

RENEWED = 5.0
"""Seconds between two renewals."""

GONE = 20.0
"""Seconds after which a claim that was not renewed is nobody's any more."""

T = TypeVar("T")


class _Holder(msgspec.Struct, frozen=True):
    """Who publishes: a number for each publish, the machine, and how often the claim was renewed."""

    id: str
    host: str = "somebody"
    turn: int = 0


class Overtaken(PublishError):  # noqa: N818 - says what it is
    """Another publish has taken over."""


class Claim:
    """The claim of one publish; an asynchronous context manager.

    `memory` is a folder of the project in which its claims are remembered: nothing else publishes from the same
    project meanwhile, so a claim that is remembered and still there is left over. `waiting` is told in words when
    another publish has to end first.
    """

    def __init__(
        self,
        store: Store,
        memory: Path,
        waiting: Callable[[str], None],
        *,
        gone: float = GONE,
        renewed: float = RENEWED,
    ) -> None:
        """Be ready to claim."""
        self._store = store
        self._waiting = waiting
        self._memory = memory / f"claim-{digest_bytes(store.place.encode())[:_LENGTH]}"
        self._own = _Holder(uuid4().hex, socket.gethostname())
        self._gone = gone
        self._renewed = renewed
        self._proven = 0.0
        self._proving = asyncio.Lock()
        self._renewal: asyncio.Task[None] | None = None
        self._taken = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Take the claim; raises `PublishError` where another goes on publishing."""
        tries = 0
        # Before it is made, and beside what was left earlier: this may be cut short at any time.
        self._remember(*self._remembered()[:_MOST], self._own.id)
        self._proven = time.time()
        while not await self._made():
            tries += 1
            if tries > _TRIES:
                raise PublishError(
                    f"{CLAIM} at {self._store.place} can neither be made nor read",
                    hint="look what stands there under that name, remove it, and publish again",
                )
            await self._wait()
            self._proven = time.time()
        self._remember(self._own.id)
        self._renewal = asyncio.create_task(self._renew())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the claim up, where it is still held."""
        if self._renewal is not None:
            self._renewal.cancel()
            with suppress(asyncio.CancelledError):
                await self._renewal
        if not self._taken.is_set():
            # An error is under way already, or everything is done: a claim that stays is taken over in time.
            with suppress(PublishError, Hiccup):
                if await self._holds():
                    await self._store.remove(CLAIM)
                with suppress(OSError):
                    self._memory.unlink(missing_ok=True)

    @property
    def is_sure(self) -> bool:
        """Whether nobody can have taken over yet, since it was renewed not long ago."""
        # By the clock of the day: others do not go on while a machine sleeps.
        return 0 <= time.time() - self._proven < self._gone / 2

    async def sure(self) -> None:
        """Renew it where that is not sure, and raise `Overtaken` where another has taken over."""
        if not self.is_sure:
            async with self._proving:
                if not self.is_sure:
                    await self._asked(self._prove)
        if self._taken.is_set():
            await self.check()

    async def check(self) -> None:
        """Raise `Overtaken` where another has taken over."""
        if self._taken.is_set() or not await self._holds():
            self._taken.set()
            raise Overtaken(
                f"another publish to {self._store.place} has taken over",
                hint="nothing was lost: publish again to bring there what this output has",
            )

    async def overtaken(self) -> None:
        """Wait until it is known that another has taken over, and raise `Overtaken` then."""
        await self._taken.wait()
        await self.check()

    async def _made(self) -> bool:
        if await self._asked(lambda: self._store.create(CLAIM, self._bytes())):
            return True
        # It may have been made all the same, and only the answer was lost.
        return await self._holds()

    async def _wait(self) -> None:
        """Wait until the claim that is there is given up, or clearly left over, and remove it then."""
        seen = await self._asked(lambda: self._store.read(CLAIM))
        if seen is None:
            await asyncio.sleep(_PAUSE)
            return
        holder = _decoded(seen)
        if holder is not None and holder.id in self._remembered():
            await self._asked(lambda: self._store.remove(CLAIM))
            return
        who = holder.host if holder is not None else "somebody"
        self._waiting(f"waiting for another publish, from {who}")
        begun = changed = time.monotonic()
        while True:
            await asyncio.sleep(min(self._renewed, self._gone))
            now = await self._asked(lambda: self._store.read(CLAIM))
            if now is None:
                return
            moment = time.monotonic()
            if now != seen:
                seen, changed = now, moment
            elif moment - changed >= self._gone:
                await self._asked(lambda: self._store.remove(CLAIM))
                return
            if moment - begun > self._gone * _PATIENCE:
                raise PublishError(
                    f"another publish to {self._store.place} is still under way, from {who}",
                    hint="wait until it has ended, or end it, then publish again",
                )

    async def _renew(self) -> None:
        while not self._taken.is_set():
            await asyncio.sleep(self._renewed)
            with suppress(PublishError, Hiccup):
                await self._prove()

    async def _prove(self) -> None:
        """Renew the claim, or know that another has taken over."""
        moment = time.time()
        if not await self._holds():
            self._taken.set()
            return
        self._own = msgspec.structs.replace(self._own, turn=self._own.turn + 1)
        await self._store.write(CLAIM, self._bytes())
        self._proven = moment

    async def _holds(self) -> bool:
        there = _decoded(await self._asked(lambda: self._store.read(CLAIM)))
        return there is not None and there.id == self._own.id

    def _remember(self, *ids: str) -> None:
        with suppress(OSError):  # without it the next publish has to wait a while, should this one be killed
            write_file(self._memory, " ".join(ids).encode())

    def _remembered(self) -> list[str]:
        try:
            return self._memory.read_text("utf-8").split()
        except (OSError, UnicodeDecodeError):
            return []

    def _bytes(self) -> bytes:
        return msgspec.json.encode(self._own)

    async def _asked(self, work: Callable[[], Awaitable[T]]) -> T:
        return await patiently(work, self._store.place)


_LENGTH = 16
_MOST = 20
_PATIENCE = 6
_PAUSE, _TRIES = 0.1, 50


def _decoded(data: bytes | None) -> _Holder | None:
    try:
        return msgspec.json.decode(data or b"", type=_Holder)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
