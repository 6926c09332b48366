"""A desk with a few pages that a test writes, and a preview of it, served on this machine."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from sitegen.diagnostics import Diagnostic
from sitegen.preview.answer import Answer, media_type
from sitegen.preview.desk import Change
from sitegen.preview.ports import listen
from sitegen.preview.server import Preview

PATIENCE = 30.0
PAGE = "<!doctype html>\n<title>Gift</title>\n<body>\n<p>Beware.</p>\n</body>\n</html>\n"


class SmallDesk:
    """What a real desk is to the server, with pages and files in dictionaries."""

    def __init__(self, base_path: str = "/archive/") -> None:
        """Begin with a home page, a piece, and the page for what is missing."""
        self.base_path = base_path
        self.number = 1
        self.pages = {"/": PAGE, "/gift/": PAGE, "/404.html": PAGE.replace("Beware", "Not here")}
        self.files: dict[str, bytes | Path] = {"/style.css": b"p { color: red }"}
        self.asked: list[str] = []
        self.refreshed: list[frozenset[str] | None] = []
        self.threads: set[str] = set()
        self.closed = 0
        self.until: float | None = None
        self.working = threading.Event()
        self.free = threading.Event()
        self.free.set()
        self.fault: Exception | None = None

    def answer(self, path: str) -> Answer:
        """Answer from the dictionaries."""
        self.asked.append(path)
        self.threads.add(threading.current_thread().name)
        if self.fault is not None:
            raise self.fault
        if path in self.files:
            return Answer(status=200, media_type=media_type(path), body=self.files[path])
        if f"{path}/" in self.pages:
            return Answer(status=301, media_type=media_type("x.html"), location=f"{path.rpartition('/')[2]}/")
        status, name = (200, path) if path in self.pages else (404, "/404.html")
        body = self.pages[name].encode()
        digest = hashlib.sha256(body).hexdigest()
        return Answer(status=status, media_type=media_type("x.html"), body=body, is_page=True, digest=digest)

    def refresh(self, paths: frozenset[str] | None) -> Change | None:
        """Make the next edition, as soon as the test lets it."""
        self.working.set()
        assert self.free.wait(PATIENCE)
        self.refreshed.append(paths)
        self.threads.add(threading.current_thread().name)
        if self.fault is not None:
            raise self.fault
        self.number += 1
        return Change(state=self.state(), paths=tuple(sorted(paths or ())), findings=(), is_mended=False, seconds=0.01)

    def look(self, address: str, have: str) -> dict[str, Any]:
        """Say what was asked."""
        return {"number": self.number, "path": address, "have": have}

    def panel(self, address: str) -> dict[str, Any]:
        """Say what was asked."""
        return {"number": self.number, "path": address}

    def unpublished(self) -> dict[str, Any]:
        """Tell of nothing."""
        return {"digest": "", "pieces": []}

    def state(self) -> dict[str, Any]:
        """Tell the number."""
        return {"server": "one", "number": self.number, "findings": [], "failing": 0, "warnings": 0}

    def due(self) -> float | None:
        """Return what the test says, once."""
        until, self.until = self.until, None
        return until

    def close(self) -> None:
        """Count."""
        self.closed += 1


class Ear:
    """Hears what the terminal would tell."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self.address = ""
        self.changes: list[Change] = []
        self.notes: list[str] = []
        self.faults: list[Exception] = []
        self.is_ready = threading.Event()

    def ready(self, address: str, failing: tuple[Diagnostic, ...], warnings: int) -> None:
        """Hear the address."""
        del failing, warnings
        self.address = address
        self.is_ready.set()

    def changed(self, change: Change) -> None:
        """Hear of a change."""
        self.changes.append(change)

    def note(self, text: str) -> None:
        """Hear a note."""
        self.notes.append(text)

    def failed(self, error: Exception) -> None:
        """Hear of a fault."""
        self.faults.append(error)


class Answered(NamedTuple):
    """An answer, byte by byte."""

    status: int
    headers: dict[str, str]
    body: bytes


class Served:
    """A preview that runs in a thread, and a client that sends exactly what it is told."""

    def __init__(self, desk: Any, host: str = "127.0.0.1", **options: Any) -> None:
        """Serve a desk, or what makes one."""
        self.desk = desk
        self.ear = Ear()
        self._socket = listen(host, 0)
        self.port = self._socket.getsockname()[1]
        make = desk if callable(desk) else lambda: desk
        self.preview = Preview(make, self._socket, self.ear, host=host, **options)
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.preview.run()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.error = error

    def ready(self) -> Served:
        """Wait until the first page can be served."""
        assert self.ear.is_ready.wait(PATIENCE)
        return self

    def end(self) -> None:
        """Stop, and wait until all is over."""
        self.preview.stop()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()

    def connect(self) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def get(self, target: str | bytes, method: str = "GET", host: str | None = "localhost", *lines: str) -> Answered:
        """Ask with exactly this target and these lines of a header, and return the whole answer."""
        raw = target if isinstance(target, bytes) else target.encode()
        head = [f"Host: {host}"] if host is not None else []
        rest = "\r\n".join([*head, "Connection: close", *lines]).encode()
        with self.connect() as connection:
            data = b""
            with suppress(ConnectionResetError, BrokenPipeError):  # it may have heard enough
                connection.sendall(method.encode() + b" " + raw + b" HTTP/1.1\r\n" + rest + b"\r\n\r\n")
                while piece := connection.recv(65536):
                    data += piece
        return parse(data) if data else Answered(0, {}, b"")

    @contextmanager
    def stream(self) -> Iterator[Stream]:
        """Listen to the events."""
        with self.connect() as connection:
            connection.sendall(b"GET /@sitegen/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            listening = Stream(connection)
            try:
                yield listening
            finally:
                listening.close()


class Stream:
    """An open stream of events."""

    def __init__(self, connection: socket.socket) -> None:
        """Take a connection on which it was asked for."""
        self._file = connection.makefile("rb")

    def next(self) -> bytes:
        """Return the data of the next event."""
        while line := self._file.readline():
            if line.startswith(b"data: "):
                return line.removeprefix(b"data: ").strip()
        raise EOFError

    def close(self) -> None:
        """Listen no more."""
        self._file.close()

    def end(self) -> bytes:
        """Read until it ends."""
        try:
            return self._file.read()
        except ConnectionResetError:
            return b""


def parse(data: bytes) -> Answered:
    """Return an answer as its parts; header names in lower case."""
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        whole = b""
        while body:
            size, _, body = body.partition(b"\r\n")
            whole += body[: int(size, 16)]
            body = body[int(size, 16) + 2 :]
        body = whole
    return Answered(int(first.split()[1]), headers, body)
