"""The life of the preview: it listens at once, is ready with the first edition, and ends within a second.

The main thread runs the event loop of uvicorn, the builder's thread works at the desk, and the threads of
the watch say what has changed.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Protocol, Self

import msgspec
import uvicorn

from sitegen.diagnostics import Diagnostic
from sitegen.errors import SitegenError
from sitegen.preview.builder import Builder
from sitegen.preview.desk import Change, Desk
from sitegen.preview.events import Events
from sitegen.preview.guard import Guard
from sitegen.preview.ports import address_of, is_public, listen
from sitegen.preview.site import Site
from sitegen.preview.watch import Watch

__all__ = ["Interrupts", "Preview", "Voice", "serve"]

INTERRUPTED = 130
LATEST = 3600.0
"""Seconds after which the clock is looked at again: a machine may have slept."""


class Voice(Protocol):
    """What tells a person of the preview; it is called from several threads."""

    def ready(self, address: str, failing: tuple[Diagnostic, ...], warnings: int) -> None:
        """Say that the site can be seen at an address, what fails in it, and how many warnings there are."""

    def changed(self, change: Change) -> None:
        """Say that there is a new edition."""

    def note(self, text: str) -> None:
        """Say something by the way."""

    def failed(self, error: Exception) -> None:
        """Say that something went wrong that should not have."""


class Preview:
    """A preview that listens at a socket, from `run` to `stop`."""

    def __init__(
        self,
        make: Callable[[], Desk],
        listening: socket.socket,
        voice: Voice,
        *,
        host: str = "127.0.0.1",
        opens: Callable[[str], None] | None = None,
    ) -> None:
        """Begin to make the desk; `opens` is called with the address of the site when its first page can be served."""
        self._socket = listening
        self._voice = voice
        self._opens = opens
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._error: BaseException | None = None
        self._events = Events()
        self._builder = Builder(make)
        self._server = _Server(
            uvicorn.Config(
                Guard(Site(self._builder, self._events, voice.failed), host),
                http="h11",
                loop="asyncio",
                ws="none",
                lifespan="off",
                log_config=None,
                log_level=logging.CRITICAL,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=0,
            )
        )

    def run(self) -> None:
        """Serve until `stop`; raises what the desk raised where it could not be made."""
        try:
            asyncio.run(self._live())
        finally:
            self._builder.close()
            self._socket.close()
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """End, from whatever thread or handler of a signal."""
        self._server.should_exit = True
        self._in_loop(self._events.close)

    @property
    def is_ending(self) -> bool:
        """Whether it was stopped."""
        return self._server.should_exit

    def refresh(self, paths: frozenset[str] | None = None) -> None:
        """Bring the site up to date with paths that may have changed, `None` for all; wait until that is done."""
        self._builder.wait(self._builder.ask(partial(self._refresh, paths=paths)))

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._builder.ready.add_done_callback(self._begin)
        await self._server.serve(sockets=[self._socket])
        if self._timer is not None:
            self._timer.cancel()

    def _begin(self, ready: Future[Desk]) -> None:
        """Tell of the first edition, or end where there is none."""
        if ready.cancelled() or self.is_ending:
            return
        self._error = ready.exception()
        if self._error is not None:
            self.stop()
        else:
            self._builder.ask(self._first)

    def _first(self, desk: Desk) -> None:
        state = desk.state()
        self._in_loop(self._events.publish, state)
        self._wake(desk)
        address = address_of(self._socket) + desk.base_path
        failing = msgspec.convert(msgspec.to_builtins(state["findings"]), tuple[Diagnostic, ...])
        self._voice.ready(address, failing, state["warnings"])
        if self._opens is not None:
            self._opens(address)

    def _refresh(self, desk: Desk, paths: frozenset[str] | None) -> None:
        try:
            change = desk.refresh(paths)
        except Exception as error:  # noqa: BLE001 - told where somebody looks, and the preview goes on
            self._voice.failed(error)
            return
        if change is not None:
            self._in_loop(self._events.publish, change.state)
            self._voice.changed(change)
        self._wake(desk)

    def _wake(self, desk: Desk) -> None:
        """Look at everything again when the next piece becomes due."""
        try:
            due = desk.due()
        except SitegenError:  # of the configuration, which is told already
            due = None
        self._in_loop(self._set_timer, LATEST if due is None else min(due + 0.01, LATEST))

    def _set_timer(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        ask = partial(self._builder.ask, partial(self._refresh, paths=None))
        self._timer = asyncio.get_running_loop().call_later(seconds, ask)

    def _in_loop(self, function: Callable[..., object], *arguments: object) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *arguments)


def serve(
    make: Callable[[], Desk],
    config: Path,
    voice: Voice,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    poll: bool = False,
    opens: Callable[[str], None] | None = None,
) -> None:
    """Preview the site of a configuration file until Ctrl-C or SIGTERM; a second Ctrl-C ends at once.

    Raises `UsageError` where nothing can be listened at, and what `make` raises.
    """
    with Interrupts() as interrupts:
        listening = listen(host, port)
        taken = listening.getsockname()[1]
        if port not in (0, taken):
            voice.note(f"port {port} is taken, so it is {taken}")
        if is_public(listening):
            voice.note("other machines can see the preview, and with it all drafts")
        preview = Preview(make, listening, voice, host=host, opens=opens)
        interrupts.lead_to(preview.stop)
        watch = Watch(
            config.parent,
            config.name,
            on_change=preview.refresh,
            on_idle=preview.refresh,
            on_note=voice.note,
            poll=poll,
        )
        watch.start()
        try:
            preview.run()
        finally:
            watch.stop()


class _Server(uvicorn.Server):
    """The server of uvicorn, which leaves signals to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class Interrupts:
    """Ctrl-C and SIGTERM, for as long as the context lasts: the first one asks for an end, the second one is it."""

    def __init__(self) -> None:
        """Hear nothing yet."""
        self._stop: Callable[[], None] | None = None
        self._is_asked = False
        self._before: dict[int, Any] = {}

    def lead_to(self, stop: Callable[[], None]) -> None:
        """Call this when an end is asked for, or now if it was already."""
        self._stop = stop
        if self._is_asked:
            stop()

    def __enter__(self) -> Self:
        """Begin to hear, where this is the main thread."""
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._hear) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *_: object) -> None:
        """Hear no more."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        if self._is_asked:
            os._exit(INTERRUPTED)
        self._is_asked = True
        if self._stop is not None:
            self._stop()
