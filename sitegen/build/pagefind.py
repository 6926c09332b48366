"""Pagefind, the program that makes the index: found, fed with entries, and asked for its files.

It is spoken to as its own libraries do (`pagefind --service`): requests and answers are JSON in Base64, each with a
comma behind it. Its library for Python takes a tenth of a second for each answer, and waits for ever where the program
has ended, so it is not used: an archive has tens of thousands of entries.
"""

from __future__ import annotations

import subprocess
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO, Any, Self

import msgspec
from msgspec import structs

from sitegen.build.engines import program
from sitegen.diagnostics import Diagnostic
from sitegen.errors import Failed
from sitegen.pages.search import Entry

__all__ = ["make_bundle"]

_STEP = 100
_PIECE = 1 << 20
_NOT_THERE = "Pagefind is not installed, and the site asks for it"
_INSTALL = "pip install 'sitegen[search]', or build with --no-search"


def make_bundle(
    entries: Iterable[Entry], language: str, progress: Callable[[int], None] = lambda _: None
) -> Iterator[tuple[str, bytes]]:
    """Let Pagefind make the index of entries, and yield its files by path; `progress` is told how many entries it has.

    All of them become one index in one language, or readers would find only pieces in the language of the page. Raises
    `Failed` where the program is not there or does not do its work, before anything is yielded.
    """
    found = program()
    if found is None:
        raise Failed([Diagnostic.of("search", _NOT_THERE, hint=_INSTALL)])
    with tempfile.TemporaryFile() as complaints:
        try:
            service = _Service(found, complaints)
        except OSError as error:
            raise _failed(f"it cannot be started, {error.strerror}") from error
        with service:
            primary = language.replace("_", "-").partition("-")[0].lower()
            service.send({"type": "NewIndex", "config": {"force_language": primary}})
            done = 0
            for done, entry in enumerate(entries, 1):
                service.send({"type": "AddRecord", "index_id": 0, "language": primary, **structs.asdict(entry)})
                if done % _STEP == 0:
                    progress(done)
            # Not `WriteFiles`: it answers, and ends when it is told to, before it has written all of them (1.5.2).
            service.send({"type": "GetFiles", "index_id": 0})
            service.end()
        if service.files is None:
            raise _failed(_last_line(complaints) or service.reason)
        progress(done)
    for file in service.files:
        yield file.path, b64decode(memoryview(file.content)[1:-1])


class _File(msgspec.Struct, frozen=True):
    path: str
    content: msgspec.Raw


class _Payload(msgspec.Struct, frozen=True):
    type: str
    message: str = ""
    files: tuple[_File, ...] | None = None


class _Answer(msgspec.Struct, frozen=True):
    payload: _Payload


_answer = msgspec.json.Decoder(_Answer)


class _Service:
    """The running program. As a context manager it ends it, whatever happens.

    What it answers is read beside, so that neither waits for the other for ever. `files` are those of the index, whose
    contents are in Base64 between quotation marks; where there are none, `reason` says what went wrong.
    """

    def __init__(self, program: Path, complaints: IO[bytes]) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen([program, "--service"], stdin=pipe, stdout=pipe, stderr=complaints)  # noqa: S603 - a program of a package
        self._sent = 0
        self._answers = 0
        self.files: tuple[_File, ...] | None = None
        self.reason = ""
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                stream.close()  # type: ignore[union-attr]  # both are pipes

    def send(self, payload: dict[str, Any]) -> None:
        """Send a request; one that nobody reads any more is told in `reason` by the answer that is missing."""
        self._sent += 1
        request = msgspec.json.encode({"message_id": self._sent, "payload": payload})
        with suppress(BrokenPipeError, OSError):
            self._process.stdin.write(b64encode(request) + b",")  # type: ignore[union-attr]  # a pipe

    def end(self) -> None:
        """Wait until every request is answered, or the program has ended."""
        with suppress(BrokenPipeError, OSError):
            self._process.stdin.flush()  # type: ignore[union-attr]  # a pipe
        self._reader.join()
        if self.files is None and not self.reason:
            self.reason = f"it ended after {self._answers} of {self._sent} requests"

    def _read(self) -> None:
        """Count answers until that to the request for the files, or until the program ends."""
        for answer in self._each():
            try:
                payload = _answer.decode(b64decode(answer, validate=True)).payload
            except (ValueError, msgspec.DecodeError):
                self.reason = "what it answered cannot be understood"
            else:
                self._answers += 1
                self.files = payload.files
                if payload.type == "Error":
                    self.reason = payload.message or "it gave no reason"
            if self.reason or self.files is not None:
                self._process.kill()  # so that whoever sends does not wait for it
                return

    def _each(self) -> Iterator[bytes | bytearray]:
        """Yield answers, of which the last may have hundreds of megabytes."""
        waiting = bytearray()
        while data := self._process.stdout.read1(_PIECE):  # type: ignore[union-attr]  # a pipe
            *ends, rest = data.split(b",")
            for end in ends:
                waiting += end
                yield waiting
                waiting = bytearray()
            waiting += rest


def _last_line(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    lines = complaints.read().decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _failed(reason: str) -> Failed:
    hint = "run the same command again; --no-search builds without the search page"
    return Failed([Diagnostic.of("search", f"Pagefind did not make the index: {reason}", hint=hint)])
