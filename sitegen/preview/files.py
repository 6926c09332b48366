"""Files that are sent as they are, also in part: players of sound and films ask for ranges (RFC 9110, section 14)."""

from __future__ import annotations

import asyncio
import os
import re
import stat
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

__all__ = ["FileAnswer", "opened"]

PIECE = 1 << 18
"""Bytes that are read at a time."""

_RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)")


def opened(path: Path) -> int | None:
    """Return the descriptor of a regular file at a path without links, `None` where there is none.

    It is opened once, and what was opened is looked at: it may have become something else since it was found.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (OSError, ValueError):
        return None
    try:
        status = os.fstat(file)
        is_same = os.path.realpath(path) == str(path) and os.path.samestat(status, path.lstat())
        if is_same and stat.S_ISREG(status.st_mode):
            return file
    except OSError:
        pass
    os.close(file)
    return None


class FileAnswer(Response):
    """An answer of a file that is open, which is closed with it."""

    def __init__(self, file: int, media_type: str) -> None:
        """Take an open file."""
        super().__init__(media_type=media_type)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file, or the range of it that is asked for."""
        del receive
        try:
            size = os.fstat(self._file).st_size
            start, stop = self._range(Headers(scope=scope).get("range", ""), size)
            self.headers["accept-ranges"] = "bytes"
            self.headers["content-length"] = str(stop - start)
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            if scope["method"] == "HEAD":
                stop = start
            os.lseek(self._file, start, os.SEEK_SET)
            while start < stop and (piece := await asyncio.to_thread(os.read, self._file, min(PIECE, stop - start))):
                start += len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            os.close(self._file)

    def _range(self, asked: str, size: int) -> tuple[int, int]:
        """Return where what is sent begins and ends: all of it, where no single range is asked for."""
        found = _RANGE.fullmatch(asked)
        if found is None or found[0] == "bytes=-":
            return 0, size
        first, last = found.groups()
        start = int(first) if first else max(0, size - int(last))
        stop = min(size, int(last) + 1) if first and last else size
        if start >= stop:
            self.status_code = 416
            self.headers["content-range"] = f"bytes */{size}"
            return 0, 0
        self.status_code = 206
        self.headers["content-range"] = f"bytes {start}-{stop - 1}/{size}"
        return start, stop
