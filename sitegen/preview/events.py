"""Server-sent events (HTML Living Standard, section 9.2): every browser that listens is told of each edition."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from sse_starlette import ServerSentEvent

__all__ = ["Events"]

WAITING = 32
"""Events that wait for a browser which is slow to take them; the oldest go first."""


class Events:
    """The streams of all browsers; used in the thread of the event loop only."""

    def __init__(self) -> None:
        """Begin with nobody who listens, and nothing to be told."""
        self._current: ServerSentEvent | None = None
        self._listeners: set[asyncio.Queue[ServerSentEvent | None]] = set()
        self._is_over = False

    @property
    def listeners(self) -> int:
        """How many streams are open."""
        return len(self._listeners)

    def publish(self, state: dict[str, Any]) -> None:
        """Tell everyone, now and whoever comes before the next time."""
        self._current = ServerSentEvent(msgspec.json.encode(state).decode(), event="edition")
        for queue in self._listeners:
            if queue.qsize() >= WAITING:
                queue.get_nowait()
            queue.put_nowait(self._current)

    def close(self) -> None:
        """End all streams, and those to come."""
        self._is_over = True
        for queue in self._listeners:
            queue.put_nowait(None)

    async def stream(self) -> AsyncIterator[ServerSentEvent]:
        """Yield what one browser is sent: the state of now, and each later one."""
        queue: asyncio.Queue[ServerSentEvent | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            event = self._current
            if event is None:  # there is no edition yet
                event = await queue.get()
            while event is not None and not self._is_over:
                yield event
                event = await queue.get()
        finally:
            self._listeners.discard(queue)
