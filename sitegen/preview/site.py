"""What the preview answers: the site as a static host would, and below `/@sitegen/` what its pages ask for themselves.

Behind the guard, so methods and paths are sound. All that touches the archive is asked of the builder.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, quote

import msgspec
from msgspec import Struct
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from sitegen.digest import digest_bytes
from sitegen.preview.answer import HTML, Answer
from sitegen.preview.builder import Builder
from sitegen.preview.client import SCRIPTS, script
from sitegen.preview.desk import Desk
from sitegen.preview.events import Events
from sitegen.preview.files import FileAnswer, opened
from sitegen.preview.guard import decoded

__all__ = ["OWN", "Site", "with_tag"]

OWN = "/@sitegen/"
"""Where the preview's own addresses are, which are none of the site's."""


_EVENTS = "text/event-stream; charset=utf-8"

_EMPTY = b'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>sitegen preview</title>\n<body>\n</body>\n'
"""What a page is that cannot be made: the script on it tells what is wrong."""

T = TypeVar("T")


class Site:
    """The application (ASGI 3) of the preview."""

    def __init__(self, builder: Builder, events: Events, failed: Callable[[Exception], None]) -> None:
        """Answer with what a builder makes; `failed` is told of mistakes that are ours."""
        self._builder = builder
        self._events = events
        self._failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        try:
            response = await self._response(scope)
        except (asyncio.CancelledError, InterruptedError):
            response = PlainTextResponse("the preview has ended\n", 503)
        except Exception as error:  # noqa: BLE001 - told where somebody looks, and the preview goes on
            self._failed(error)
            response = PlainTextResponse("sitegen made a mistake; the terminal tells which\n", 500)
        await response(scope, receive, send)

    async def _response(self, scope: Scope) -> Response:
        path: str = scope["path"]
        query = scope["query_string"].decode("latin-1")
        if not path.startswith(OWN):
            return await self._page(path, query)
        name = path.removeprefix(OWN)
        if name in SCRIPTS:
            return _script(name)
        if name == "events":
            return self._stream(is_wanted=scope["method"] == "GET")
        return await self._fact(name, parse_qs(query, keep_blank_values=True))

    def _stream(self, *, is_wanted: bool) -> Response:
        if not is_wanted:
            return Response(media_type=_EVENTS)
        return StreamingResponse(self._events.stream(), media_type=_EVENTS)

    async def _fact(self, name: str, asked: dict[str, list[str]]) -> Response:
        """Answer with JSON."""
        if name == "unpublished":
            return _json(await self._ask(lambda desk: desk.unpublished()))
        address = decoded(asked.get("path", [""])[0].encode())
        have = asked.get("have", [""])[0]
        if address is not None and name == "look":
            return _json(await self._ask(lambda desk: desk.look(address, have)))
        if address is not None and name == "panel":
            return _json(await self._ask(lambda desk: desk.panel(address)))
        return PlainTextResponse("there is nothing here\n", 404)

    async def _page(self, path: str, query: str) -> Response:
        """Answer for an address of the site."""
        told = await self._ask(lambda desk: _told(desk, path))
        answer = told.answer
        if answer is None:
            if f"{path}/" == told.base_path:
                return _redirect(quote(told.base_path), query, 301)
            if path == "/":
                return _redirect(quote(told.base_path), query, 302)
            return PlainTextResponse(f"there is nothing here; the site is at {told.base_path}\n", 404)
        if answer.location:
            return _redirect(answer.location, query, answer.status)
        if isinstance(answer.body, Path):
            file = opened(answer.body)
            return FileAnswer(file, answer.media_type) if file is not None else PlainTextResponse("it is gone\n", 404)
        body = with_tag(answer.body, answer.digest, told.number) if answer.is_page else answer.body
        return Response(body, answer.status, media_type=answer.media_type)

    async def _ask(self, question: Callable[[Desk], T]) -> T:
        return await asyncio.wrap_future(self._builder.ask(question))


class _Told(Struct, frozen=True):
    """What the desk answers for a path: no answer where it is not below the base path."""

    answer: Answer | None
    number: int
    base_path: str


def _told(desk: Desk, path: str) -> _Told:
    base = desk.base_path
    answer = desk.answer(path[len(base) - 1 :]) if path.startswith(base) else None
    return _Told(answer, desk.number, base)


def with_tag(page: bytes, digest: str, number: int) -> bytes:
    """Return a page with the tag of the preview's script before the end of its body, and nothing else changed."""
    page = page or _EMPTY
    tag = (
        f'<script src="{OWN}preview.js" data-sitegen-digest="{digest}" data-sitegen-number="{number}" defer></script>'
    ).encode()
    at = page.rfind(b"</body>")
    return page[:at] + tag + page[at:] if at >= 0 else page + tag


def _redirect(location: str, query: str, status: int) -> Response:
    where = f"{location}?{quote(query, safe='/?:@!$&()*+,;=-._~%')}" if query else location
    return Response(status_code=status, headers={"Location": where}, media_type=HTML)


def _script(name: str) -> Response:
    data = script(name)
    return Response(data, media_type="text/javascript; charset=utf-8", headers={"ETag": f'"{digest_bytes(data)}"'})


def _json(value: dict[str, Any]) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json; charset=utf-8")
