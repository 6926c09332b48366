"""A preview as a user starts it: a process of its own, which is asked over HTTP and watched from outside."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, Self

__all__ = ["TAG", "Answer", "Preview", "Size"]

PATIENCE = 60.0
"""Seconds until something that should have happened counts as missing."""

TAG = re.compile(
    rb'<script src="/@sitegen/preview\.js" data-sitegen-digest="(\w+)" data-sitegen-number="\d+" defer></script>'
)
"""What the preview adds to a page."""


class Answer(NamedTuple):
    """What the preview answered; of a page without its tag, whose digest is given."""

    status: int
    headers: dict[str, str]
    body: bytes
    digest: str = ""


class Size(NamedTuple):
    """What a process holds: resident memory in bytes, threads, descriptors, and processes below it."""

    memory: int
    threads: int
    descriptors: int
    children: int


class Preview:
    """A running preview of the site of a folder."""

    def __init__(self, folder: Path, *options: str) -> None:
        """Describe it; it is started by `with`."""
        self.folder = folder
        self._command = [
            sys.executable,
            "-m",
            "sitegen",
            "-c",
            str(folder / "config.toml"),
            "serve",
            "-p",
            "0",
            *options,
        ]
        self._log = folder.parent / f"{folder.name}-preview.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.base_path = "/"

    def __enter__(self) -> Self:
        """Start it, and wait until it says where the site is."""
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ | {"NO_COLOR": "1"}
            )
        self.until(lambda: re.search(r"http://127\.0\.0\.1:\d+/", self.told()) or self.process_has_ended())
        found = re.search(r"http://127\.0\.0\.1:(\d+)(/\S*)", self.told())
        assert found, self.told()
        self.port, self.base_path = int(found[1]), found[2]
        return self

    def __exit__(self, *_: object) -> None:
        """End it, if it has not ended yet."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def process_has_ended(self) -> bool:
        """Whether the process is over."""
        return self.process is None or self.process.poll() is not None

    def told(self) -> str:
        """Return all that it has said on the terminal."""
        return self._log.read_text("utf-8")

    @property
    def address(self) -> str:
        """The address of the home page."""
        return f"http://127.0.0.1:{self.port}{self.base_path}"

    def ask(self, path: str, method: str = "GET") -> Answer:
        """Ask for a path from the root, as it is written."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        tag = TAG.search(body)
        if tag:
            body = body[: tag.start()] + body[tag.end() :]
        return Answer(
            answer.status, {k.lower(): v for k, v in answer.getheaders()}, body, tag[1].decode() if tag else ""
        )

    def page(self, url: str) -> Answer:
        """Ask for a page by its URL below the base path."""
        return self.ask(self.base_path + url.lstrip("/"))

    def state(self) -> dict[str, Any]:
        """Return the state of now, as the first event says."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/@sitegen/events")
            answer = connection.getresponse()
            while True:
                line = answer.readline()
                assert line, "the stream has ended"
                if line.startswith(b"data:"):
                    return dict(json.loads(line[5:]))
        finally:
            connection.close()

    def size(self) -> Size:
        """Return what the process holds now."""
        assert self.process is not None
        number = self.process.pid
        status = Path(f"/proc/{number}/status").read_text("ascii", "replace")
        tasks = Path(f"/proc/{number}/task")
        children: list[str] = []
        for task in tasks.iterdir():
            with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has just ended
                children += (task / "children").read_text("ascii").split()
        return Size(
            memory=int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) * 1024,
            threads=int(re.findall(r"Threads:\s+(\d+)", status)[0]),
            descriptors=len(os.listdir(f"/proc/{number}/fd")),  # noqa: PTH208 - names that may be gone
            children=len(children),
        )

    def until(self, holds: Callable[[], object], patience: float = PATIENCE) -> None:
        """Wait until something holds."""
        end = time.monotonic() + patience
        while not holds():
            assert time.monotonic() < end, f"it has not happened; the preview says:\n{self.told()[-4000:]}"
            time.sleep(0.02)
