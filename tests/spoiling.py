"""A proxy before a service on this machine: it writes down what is asked, and refuses, cuts and delays it."""

from __future__ import annotations

import http.client
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

__all__ = ["CUT", "LOST", "Answer", "Asked", "Fault", "Handler", "Proxy", "Server", "serving"]

PATIENCE = 60.0
CUT, LOST = "cut", "lost"
"""Instead of an answer: the connection ends before the service is asked, or after it."""


class Answer(NamedTuple):
    """What a proxy answers instead of the service."""

    status: int
    code: str


class Asked(NamedTuple):
    """A request: its method, the paths in the bucket that it names, and how many came before."""

    method: str
    paths: tuple[str, ...]
    number: int

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.method not in ("GET", "HEAD")


Fault = Callable[[Asked], Answer | float | str | None]
"""Says what happens instead of a request, or how many seconds later it happens; `None` for nothing special."""


class Server(ThreadingHTTPServer):
    """A server whose clients may be killed."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: Any) -> None:
        """Say nothing: clients are killed here on purpose."""


class Handler(BaseHTTPRequestHandler):
    """Answers requests, and keeps connections open."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def body(self) -> bytes:
        """Return the body of the request."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Send an answer."""
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()


class Proxy:
    """Stands before a service; `asked` and `faults` are by bucket."""

    def __init__(self, port: int, depth: int) -> None:
        """Forward to a port of this machine; the name of the bucket is so deep in the path."""
        self._port = port
        self._depth = depth
        self._lock = threading.Lock()
        self.asked: dict[str, list[Asked]] = {}
        self.faults: dict[str, Fault] = {}
        proxy = self

        class Forwarding(Handler):
            def handle_one_request(self) -> None:
                """Forward whatever is asked."""
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                proxy.forward(self)

        self.server = Server(("127.0.0.1", 0), Forwarding)
        self.port: int = self.server.server_address[1]

    def forward(self, request: Handler) -> None:
        """Answer a request, or spoil it."""
        body = request.body()
        parts = urlsplit(request.path).path.lstrip("/").split("/", self._depth)
        bucket = unquote(parts[self._depth - 1])
        with self._lock:
            log = self.asked.setdefault(bucket, [])
            one = Asked(request.command, tuple(_paths(bucket, parts[self._depth :], request, body)), len(log))
            log.append(one)
        fault = self.faults.get(bucket, lambda _: None)(one)
        if isinstance(fault, float):
            time.sleep(fault)
        if isinstance(fault, Answer):
            error = f'<?xml version="1.0"?><Error><Code>{fault.code}</Code><Message>no</Message></Error>'
            request.answer(fault.status, {"Content-Type": "application/xml"}, error.encode())
            return
        if fault != CUT:
            status, headers, data = self._fetched(request, body)
            if fault != LOST:
                request.answer(status, headers, data)
                return
        request.close_connection = True
        with suppress(OSError):
            request.connection.shutdown(socket.SHUT_RDWR)

    def _fetched(self, request: Handler, body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            connection.request(request.command, request.path, body, dict(request.headers.items()))
            answer = connection.getresponse()
            hop = {"connection", "keep-alive", "transfer-encoding", "date", "server"}
            headers = {name: value for name, value in answer.getheaders() if name.lower() not in hop}
            return answer.status, headers, answer.read()
        finally:
            connection.close()


def _paths(bucket: str, rest: list[str], request: Handler, body: bytes) -> Iterator[str]:
    """Yield the paths in a bucket that a request names, those in the body of a removal too."""
    if rest and rest[0]:
        yield unquote(rest[0])
    elif "delete" in request.path or "comp=batch" in request.path:
        for key in re.findall(rf"<Key>(.*?)</Key>|^DELETE \S*?/{re.escape(bucket)}/(\S+)", body.decode(), re.MULTILINE):
            yield unquote(key[0] or key[1])


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[None]:
    """Let a server answer meanwhile."""
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
