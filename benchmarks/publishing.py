"""Publishing to a bucket: `sitegen publish` against a plain loop that uploads the same files with the same client.

The bucket is that of a server on this machine, moto's, which takes most of the time of every upload: what is
compared is the rest. The loop is a process of its own, reads each file and puts it, as many at once as we do.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from statistics import median
from urllib.request import Request, urlopen

from msgspec import Struct

from benchmarks.corpus import Corpus
from benchmarks.measure import Failure, measure
from benchmarks.tables import ratio, seconds, table
from benchmarks.tools import Tool

__all__ = ["HEADING", "Publishing", "render"]

HEADING = "## Publishing"
CHANGED = 20
PATIENCE = 30.0

_SCAN, _NOTHING, _SOME, _FIRST, _LOOP = (
    "a build that finds nothing to do: the scan",
    "publish, nothing changed",
    f"publish, {CHANGED} pieces changed",
    "publish, into an empty bucket",
    "a plain loop of uploads, into an empty bucket",
)
_IDLE_BAR, _SOME_BAR, _FIRST_BAR = 1.0, 2.0, 1.5
"""Seconds beyond the scan, seconds, and how many times the loop."""

_SERVER = """
import sys
from werkzeug.serving import make_server
from moto.server import DomainDispatcherApplication, create_backend_app
application = DomainDispatcherApplication(create_backend_app)
make_server("127.0.0.1", int(sys.argv[1]), application, threaded=True).serve_forever()
"""

_UPLOADS = """
import asyncio, os, sys
from pathlib import Path
import obstore
from obstore.store import S3Store

async def main(folder, endpoint, bucket, at_once):
    store = S3Store(bucket, endpoint=endpoint, region="us-east-1", virtual_hosted_style_request=False,
                    client_options={"allow_http": True})
    waiting = iter([file for file in Path(folder).rglob("*") if file.is_file()])
    async def work():
        for file in waiting:
            await obstore.put_async(store, file.relative_to(folder).as_posix(), file.read_bytes())
    await asyncio.gather(*(work() for _ in range(at_once)))

asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
"""


class Publishing(Struct, frozen=True):
    """Seconds of each run by row, for an archive of `size` pieces and `files` files, on a machine."""

    size: int
    files: int
    machine: str
    rows: dict[str, list[float]]

    @classmethod
    def run(cls, tool: Tool, corpus: Corpus, machine: str, runs: int, tell: Callable[[str], None]) -> Publishing:
        """Build the site of a tool, and publish it again and again; raises `Failure`."""
        rows: dict[str, list[float]] = {row: [] for row in (_SCAN, _NOTHING, _SOME, _FIRST, _LOOP)}
        tool.prepare(corpus)
        config = (tool.folder / "config.toml").read_text("utf-8")
        newest = corpus.newest(CHANGED)
        with _bucket_server() as endpoint:
            for turn in range(runs):
                bucket, plain = f"ours-{turn}", f"plain-{turn}"
                _make(endpoint, bucket)
                _make(endpoint, plain)
                target = f'[publish.live]\nkind = "s3"\nbucket = "{bucket}"\nendpoint = "{endpoint}"\n'
                tool.put("config.toml", f"{config}\n{target}")

                def timed(row: str, command: list[str]) -> None:
                    wall = measure(command, tool.folder, tool.folder.with_name("publish.log")).wall
                    rows[row].append(wall)
                    tell(f"{row}: {seconds(wall)}")

                measure(tool.build, tool.folder, tool.folder.with_name("build.log"))
                publish = [*tool.build[:-1], "publish"]
                timed(_FIRST, publish)
                output = str(tool.folder / tool.output)
                timed(_LOOP, [sys.executable, "-c", _UPLOADS, output, endpoint, plain, "16"])
                for _ in range(3):
                    timed(_SCAN, tool.build)
                    timed(_NOTHING, publish)
                for piece in newest:
                    tool.edit_body(piece, turn)
                measure(tool.build, tool.folder, tool.folder.with_name("build.log"))
                timed(_SOME, publish)
        files = sum(1 for file in (tool.folder / tool.output).rglob("*") if file.is_file())
        return cls(corpus.size, files, machine, rows)


def render(results: Publishing) -> str:
    """Return the part of the report as Markdown, from its heading, without a line at its end."""
    middle = {row: median(found) for row, found in results.rows.items()}
    idle = median(after - before for before, after in zip(results.rows[_SCAN], results.rows[_NOTHING], strict=True))
    times = median(ours / loop for ours, loop in zip(results.rows[_FIRST], results.rows[_LOOP], strict=True))
    lines = [
        [
            "nothing changed, beyond the scan",
            seconds(max(idle, 0)),
            seconds(_IDLE_BAR),
            _met(idle, _IDLE_BAR),
        ],
        [_SOME, seconds(middle[_SOME]), seconds(_SOME_BAR), _met(middle[_SOME], _SOME_BAR)],
        ["a first upload, against the loop", f"{ratio(times)} ×", f"{_FIRST_BAR:g} ×", _met(times, _FIRST_BAR)],
    ]
    every = [[row, ", ".join(f"{it:.2f}" for it in found)] for row, found in results.rows.items()]
    return "\n\n".join(
        [
            HEADING,
            _method(results),
            f"- {results.machine}",
            table(["", "sitegen", "bar", ""], lines),
            "Seconds of every run:",
            table(["", "seconds"], every),
        ]
    )


def _method(results: Publishing) -> str:
    return (
        f"`sitegen publish` of {results.size:,} pieces, {results.files:,} files, to a bucket of moto's on the same "
        "machine, a fresh process each time. The loop is obstore, the same client, with as many requests at once "
        "and nothing else: no record, no order, no digests. Medians, of differences and ratios those of each pair."
    )


def _met(value: float, bar: float) -> str:
    return "met" if value <= bar else "**missed**"


@contextmanager
def _bucket_server() -> Iterator[str]:
    """Yield the address of a server of buckets, which ends with the block; the environment has credentials for it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    os.environ |= {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}
    server = subprocess.Popen([sys.executable, "-c", _SERVER, str(port)], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE
        while server.poll() is None and time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        if server.poll() is not None:
            raise Failure("publishing is left out: it is measured with moto, which is not installed")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _make(endpoint: str, bucket: str) -> None:
    credentials = "AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/s3/aws4_request"
    request = Request(f"{endpoint}/{bucket}", method="PUT", headers={"Authorization": credentials})  # noqa: S310 - loopback
    with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - as above
        answer.read()
