"""The guard before the preview: who may ask, how, and for what; and the headers of every answer.

A page of another origin must not reach the preview through a name that it has led to this machine (DNS
rebinding), so the name in `Host` is checked. Drafts stay on this machine.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Guard", "decoded"]

LONGEST = 4096
"""Bytes of a path."""

_METHODS = ("GET", "HEAD")
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]*)(?::[0-9]*)?", re.IGNORECASE)
_HIDDEN_SIGNS = re.compile(rb"%(?:2f|5c|[01][0-9a-f]|7f)", re.IGNORECASE)
_UNUSABLE = re.compile(r"[\x00-\x1f\x7f\\]|//|/\.{1,2}(?:/|$)")


class Guard:
    """Passes on what may be asked, with the decoded path in its scope, and answers the rest itself."""

    def __init__(self, app: ASGIApp, host: str) -> None:
        """Guard an application that listens at `host`, a name or an address."""
        self._app = app
        self._names = {"localhost", "127.0.0.1", "::1", host.strip("[]").lower()}
        self._is_open = host in ("0.0.0.0", "::", "")  # noqa: S104 - compared, not bound

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        raw = scope["raw_path"]
        refusal = self._refusal(scope, raw)
        path = decoded(raw) if refusal is None else None
        if refusal is None and path is None:
            refusal = _said("there is no such path", 400)
        if refusal is not None:
            await refusal(scope, receive, send_with_headers)
            return
        await self._app({**scope, "path": path}, receive, send_with_headers)

    def _refusal(self, scope: Scope, raw: bytes) -> Response | None:
        if not self._knows(Headers(scope=scope).get("host", "")):
            return _said("this name does not belong to the preview; open it as localhost or 127.0.0.1", 421)
        if scope["method"] not in _METHODS:
            return _said("the preview only answers GET and HEAD", 405, {"Allow": ", ".join(_METHODS)})
        return _said("the path is too long", 414) if len(raw) > LONGEST else None

    def _knows(self, host: str) -> bool:
        found = _HOST.fullmatch(host)
        name = found[1].strip("[]").lower().removesuffix(".") if found else ""
        return name in self._names or name.endswith(".localhost") or (self._is_open and _is_address(name))


def decoded(raw: bytes) -> str | None:
    """Return a path as it is meant, `None` where it leads out of where it stands or cannot be one."""
    if _HIDDEN_SIGNS.search(raw):
        return None
    try:
        path = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return None
    return path if path.startswith("/") and not _UNUSABLE.search(path) else None


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _said(text: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{text}\n", status, headers)
