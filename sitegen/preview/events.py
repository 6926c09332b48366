"""Server-sent events (HTML Living Standard, section 9.2): every browser that listens is told of each edition."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec

__all__ = ["Events"]

PING = 15.0
"""Seconds of silence after which a comment is sent: what stands between may close a connection that is silent."""

_COMMENT = b":\n\n"
WAITING = 32
"""Events that wait for a browser which is slow to take them; the oldest go first."""


class Events:
    """The streams of all browsers; used in the thread of the event loop only."""

    def __init__(self) -> None:
        """Begin with nobody who listens, and nothing to be told."""
        self._current = b""
        self._listeners: set[asyncio.Queue[bytes]] = set()
        self._is_over = False

    @property
    def listeners(self) -> int:
        """How many streams are open."""
        return len(self._listeners)

    def publish(self, state: dict[str, Any]) -> None:
        """Tell everyone, now and whoever comes before the next time."""
        self._current = b"event: edition\ndata: " + msgspec.json.encode(state) + b"\n\n"
        for queue in self._listeners:
            if queue.qsize() >= WAITING:
                queue.get_nowait()
            queue.put_nowait(self._current)

    def close(self) -> None:
        """End all streams, and those to come."""
        self._is_over = True
        for queue in self._listeners:
            queue.put_nowait(b"")

    async def stream(self) -> AsyncIterator[bytes]:
        """Yield what one browser is sent: the state of now, where there is one, and each later one."""
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            event = self._current or _COMMENT
            while event and not self._is_over:
                yield event
                try:
                    event = await asyncio.wait_for(queue.get(), PING)
                except TimeoutError:
                    event = _COMMENT
        finally:
            self._listeners.discard(queue)
