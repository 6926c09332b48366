"""A preview that runs: started as a process of its own, asked over HTTP, and ended."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Failure, Watch, memory, plain_environment, processor_time

__all__ = ["Serving"]

_PATIENCE = 900.0
_HURRY = 10.0
_STEP = 0.005
_HOST = "127.0.0.1"
_IDLE = 0.05
"""The share of one processor below which a preview has nothing to do."""


class Serving:
    """A preview, from when its process was started. `seconds` passed until it had served its first page."""

    def __init__(self, command: list[str], folder: Path, log: Path) -> None:
        """Start a preview, which listens at the port that follows its command, and wait for its first page.

        Raises `Failure` where none comes.
        """
        self.port = _free_port()
        self._log = log
        with log.open("wb") as told:
            begun = time.perf_counter()
            self._process = subprocess.Popen(
                [*command, str(self.port)],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                env=plain_environment(),
                stdout=told,
                stderr=subprocess.STDOUT,
            )
        # Not as often as for a build: two previews and a browser run at the same time.
        self._watch = Watch(self._process.pid, scan=1.0)
        self._watch.start()
        try:
            self._await_page(begun + _PATIENCE)
        except BaseException:
            self.end()
            raise
        self.seconds = time.perf_counter() - begun

    @property
    def address(self) -> str:
        """The address of the home page."""
        return f"http://{_HOST}:{self.port}/"

    @property
    def peak(self) -> int:
        """The most memory that all its processes together have taken, in bytes."""
        return self._watch.peak

    @property
    def memory(self) -> int:
        """The memory that they take now."""
        return memory(self._process.pid)

    def rest(self, seconds: float) -> None:
        """Wait until it has had nothing to do for so long.

        Raises `Failure` where that does not come about.
        """
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            before = processor_time(self._process.pid)
            time.sleep(seconds)
            # One tick of the kernel's clock is seen in any time, however short.
            if processor_time(self._process.pid) - before <= max(_IDLE * seconds, 0.01):
                return
        raise Failure(f"it does not come to rest; {self._said()}")

    def rebuilds(self, pattern: str) -> list[float]:
        """Return the numbers that a pattern finds in what it has said until now."""
        return [float(found) for found in re.findall(pattern, self._log.read_text("utf-8", "replace"))]

    def end(self) -> None:
        """End it, as Ctrl-C does."""
        self._watch.end()
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(_HURRY)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _await_page(self, until: float) -> None:
        while time.perf_counter() < until:
            if self._process.poll() is not None:
                raise Failure(f"it has ended; {self._said()}")
            with _connection(self.port) as asked:
                try:
                    asked.request("GET", "/")
                    answer = asked.getresponse()
                    if answer.status == http.client.OK and answer.read().rstrip().endswith(b"</html>"):
                        return
                except (OSError, http.client.HTTPException):
                    pass  # it does not listen yet
            time.sleep(_STEP)
        raise Failure(f"it has served nothing for {_PATIENCE:.0f} s; {self._said()}")

    def _said(self) -> str:
        return f"it said:\n{self._log.read_text('utf-8', 'replace')[-2_000:]}"


@contextmanager
def _connection(port: int) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(_HOST, port, timeout=_PATIENCE)
    try:
        yield connection
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind((_HOST, 0))
        port: int = asked.getsockname()[1]
        return port
