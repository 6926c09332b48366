"""A host that speaks the preview's protocol and does as a test tells it: which pages there are, and what is wrong.

It has the pages of an output folder, each with the tag of the preview in it, and does not know how they are made.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import queue
import socket
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from sitegen.preview.client import SCRIPTS, script

BASE = "/archive/"


def finding(message: str = "no title", **values: Any) -> dict[str, Any]:
    """Return a finding as the protocol has it."""
    empty = {"severity": "error", "fails": True, "code": "missing-key", "message": message, "path": "", "line": 0}
    return empty | {"column": 0, "length": 0, "excerpt": "", "hint": "", "editor": ""} | values


class Stub:
    """A preview server that a test leads."""

    def __init__(self, output: Path, policy: str = "") -> None:
        """Begin with the pages of an output folder."""
        self.files = output
        self.policy = policy
        self.pages = {
            BASE + file.relative_to(output).as_posix().removesuffix("index.html"): file.read_text("utf-8")
            for file in output.rglob("*.html")
        }
        self.missing = self.pages.pop(f"{BASE}404.html")
        self.failing: dict[str, list[dict[str, Any]]] = {}
        self.moves: dict[str, str] = {}
        self.panels: dict[str, dict[str, Any]] = {}
        self.extra: dict[str, bytes] = {}
        self.delays: dict[str, float] = {}
        self.pieces: list[dict[str, str]] = []
        self.server = "first"
        self.number = 1
        self.told: dict[str, Any] = {}
        self.streams: list[queue.Queue[str | None]] = []
        self.most = 0
        self.connections: set[socket.socket] = set()
        self.asked: list[str] = []
        self._lock = threading.Lock()
        self._port = 0
        self.start()

    def start(self, server: str = "first") -> Self:
        """Listen; on the same port where it has listened before."""
        stub = self
        self.server = server

        class Handler(_Handler):
            host = stub

        self._http = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._port = self._http.server_port
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def stop(self) -> None:
        """Be gone, with every stream."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        self._send(None)
        with self._lock:
            for connection in self.connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    @property
    def url(self) -> str:
        """The address of the site."""
        return f"http://127.0.0.1:{self._port}{BASE}"

    @property
    def unpublished(self) -> dict[str, Any]:
        """The list of unpublished pieces."""
        return {"digest": _digest(json.dumps(self.pieces)), "pieces": self.pieces}

    @property
    def state(self) -> dict[str, Any]:
        """The event of the current edition."""
        quiet = {"findings": [], "warnings": 0, "changed": [], "moved": []} | self.told
        fixed = {"server": self.server, "number": self.number, "unpublished": self.unpublished["digest"]}
        return {"failing": len(quiet["findings"])} | quiet | fixed

    def edit(self, path: str, *changes: tuple[str, str]) -> Self:
        """Change the HTML of a page at exactly one place for each change."""
        for old, new in changes:
            html = self.pages[BASE + path]
            assert html.count(old) == 1, f"{old!r} stands {html.count(old)} times on {path}"
            self.pages[BASE + path] = html.replace(old, new)
        return self

    def publish(self, **told: Any) -> Self:
        """Tell every tab of the next edition."""
        with self._lock:
            self.number += 1
            self.told = told
        self._send(json.dumps(self.state))
        return self

    def _send(self, data: str | None) -> None:
        with self._lock:
            for stream in self.streams:
                stream.put(data)

    def answer(self, path: str) -> tuple[int, str, str]:
        """Return status, HTML or location, and digest of what is at an address."""
        if path in self.moves:
            return 301, self.moves[path], ""
        if path in self.failing:
            return 500, "", ""
        status = 200 if path in self.pages else 404
        html = self.pages.get(path, self.missing)
        return status, html, _digest(html)

    def look(self, path: str, have: str) -> dict[str, Any]:
        """Answer what a page is now."""
        status, html, digest = self.answer(path)
        found = {"findings": self.state["findings"] + self.failing.get(path, []), "location": ""}
        found |= {"number": self.number, "status": status, "digest": digest}
        if status == 301:
            found["location"] = html
        elif status != 500 and digest != have:
            found["html"] = html
        return found


class _Handler(BaseHTTPRequestHandler):
    host: Stub
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        """Note the connection, which a browser may use for more than one request."""
        super().setup()
        with self.host._lock:
            self.host.connections.add(self.connection)

    def finish(self) -> None:
        """Forget the connection."""
        with self.host._lock:
            self.host.connections.discard(self.connection)
        with suppress(OSError):
            super().finish()

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer as the preview does."""
        url = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
        self.host.asked.append(self.path)
        if not url.path.startswith("/@sitegen/"):
            self._page(unquote(url.path))
            return
        name = url.path.removeprefix("/@sitegen/")
        if name in SCRIPTS:
            self._send(script(name), "text/javascript; charset=utf-8")
        elif name == "events":
            self._events()
        elif name == "look":
            self._json(self.host.look(**asked))
        elif name == "panel":
            self._json({"number": self.host.number, **self.host.panels.get(asked["path"], {})})
        elif name == "unpublished":
            self._json(self.host.unpublished)
        else:
            self._send(b"", "text/plain", 404)

    def _page(self, path: str) -> None:
        if path in self.host.extra:
            threading.Event().wait(self.host.delays.get(path, 0))
            self._send(self.host.extra[path], mimetypes.guess_type(path)[0] or "application/octet-stream")
            return
        file = self.host.files / path.removeprefix(BASE)
        if path.startswith(BASE) and file.is_file() and file.suffix != ".html":
            self._send(file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream")
            return
        status, html, digest = self.host.answer(path)
        if status == 301:
            self._send(b"", "text/plain", 301, Location=html)
            return
        attributes = f'data-sitegen-digest="{digest}" data-sitegen-number="{self.host.number}"'
        tag = f'<script src="/@sitegen/preview.js" {attributes} defer></script>'
        before, body, after = (html or "<!doctype html><title>x</title><body></body>").rpartition("</body>")
        self._send(f"{before}{tag}{body}{after}".encode(), "text/html; charset=utf-8", status)

    def _json(self, value: object) -> None:
        self._send(json.dumps(value).encode(), "application/json")

    def _send(self, body: bytes, media_type: str, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": media_type, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.send_header("Cache-Control", "no-store")
        if self.host.policy:
            self.send_header("Content-Security-Policy", self.host.policy)
        self.end_headers()
        self.wfile.write(body)

    def _events(self) -> None:
        stream: queue.Queue[str | None] = queue.Queue()
        stream.put(json.dumps(self.host.state))
        with self.host._lock:
            self.host.streams.append(stream)
            self.host.most = max(self.host.most, len(self.host.streams))
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            while True:
                try:
                    data = stream.get(timeout=0.2)
                except queue.Empty:
                    self.wfile.write(b": still here\n\n")
                    continue
                if data is None:
                    break
                self.wfile.write(f"event: edition\ndata: {data}\n\n".encode())
        except OSError:
            pass
        finally:
            with self.host._lock:
                self.host.streams.remove(stream)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
