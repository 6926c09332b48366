"""The server of the preview, asked over real connections: what a static host would answer, events, and its life."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from harness import Site, article
from preview.desks import PAGE, PATIENCE, Served, SmallDesk, Stream

from sitegen.errors import UsageError
from sitegen.preview import events, ports, server
from sitegen.preview.ports import address_of, is_public, listen
from sitegen.preview.site import with_tag

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-m", "sitegen")
TAG = re.compile(rb'<script src="/@sitegen/preview.js" data-sitegen-digest="(\w+)" data-sitegen-number="(\d+)" defer>')


@pytest.fixture
def served() -> Iterator[Served]:
    """Serve a small desk."""
    found = Served(SmallDesk()).ready()
    yield found
    found.end()


@contextmanager
def serving(desk: Any, **options: Any) -> Iterator[Served]:
    """Serve a desk for a while."""
    found = Served(desk, **options)
    try:
        yield found
    finally:
        if isinstance(found.desk, SmallDesk):
            found.desk.free.set()
        found.end()


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_page_has_one_tag_and_nothing_else(served: Served) -> None:
    """It stands directly before the end of the body, and knows the digest and the edition."""
    told = served.get("/archive/gift/")
    found = TAG.search(told.body)

    assert (told.status, told.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert found is not None
    assert found[2] == b"1"
    tag = found[0] + b"</script>"
    assert told.body.replace(tag, b"") == PAGE.encode()
    assert tag + b"</body>" in told.body


@pytest.mark.parametrize("page", [b"", b"<p>no body", b"<body></body><!-- </body> --></body>"])
def test_the_tag_of_strange_pages(page: bytes) -> None:
    """A page without a body has it at its end, and one that could not be made is the tag alone, which can tell."""
    marked = with_tag(page, "abc", 7)
    tag = re.search(rb"<script .*?</script>", marked)

    assert tag is not None
    assert marked.count(b"@sitegen/preview.js") == 1
    if page:
        assert marked.replace(tag[0], b"") == page
    assert marked.endswith((tag[0], tag[0] + b"</body>", tag[0] + b"</body>\n"))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/else",
        "/archive/",
        "/archive/gift",
        "/archive/style.css",
        "/archive/film.webm",
        "/archive/nowhere/",
        "/@sitegen/preview.js",
        "/@sitegen/panel?path=/archive/",
        "/@sitegen/unpublished",
        "/@sitegen/events",
    ],
)
def test_head_is_get_without_a_body(served: Served, path: str, tmp_path: Path) -> None:
    """Status and headers are the same, with the length that the body would have."""
    (tmp_path / "film.webm").write_bytes(b"film" * 1000)
    served.desk.files["/film.webm"] = tmp_path / "film.webm"
    head = served.get(path, "HEAD")
    assert head.body == b""

    if path.endswith("events"):
        assert head.headers["content-type"] == "text/event-stream; charset=utf-8"
        return
    got = served.get(path)
    head.headers.pop("date")
    got.headers.pop("date")
    assert (head.status, head.headers) == (got.status, got.headers)
    assert int(got.headers["content-length"]) == len(got.body)


def test_types_have_their_charset(served: Served) -> None:
    """As a host says them."""
    served.desk.files |= {"/a.svg": b"<svg/>", "/a.bin": b"\0", "/feed.json": b"{}", "/a.webp": b"x"}
    types = {name: served.get(f"/archive/{name}").headers["content-type"] for name in ("style.css", "a.bin", "a.webp")}

    assert types == {
        "style.css": "text/css; charset=utf-8",
        "a.bin": "application/octet-stream",
        "a.webp": "image/webp",
    }
    assert b"@sitegen" not in served.get("/archive/style.css").body


def test_the_page_for_what_is_missing(served: Served) -> None:
    """It is the site's own, with the status 404, and follows changes as all others."""
    told = served.get("/archive/nowhere/")

    assert told.status == 404
    assert b"Not here" in told.body
    assert TAG.search(told.body)


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/", 302, "/archive/"),
        ("/archive", 301, "/archive/"),
        ("/archive?q=a%20b", 301, "/archive/?q=a%20b"),
        ("/archive/gift", 301, "gift/"),
        ("/archive/gift?a=b", 301, "gift/?a=b"),
    ],
)
def test_redirects(served: Served, path: str, status: int, location: str) -> None:
    """To the site, and to a folder with its slash."""
    told = served.get(path)

    assert (told.status, told.headers["location"]) == (status, location)


def test_beside_the_site_there_is_nothing(served: Served) -> None:
    """What is not below the base path is not asked of the desk, and the answer says where the site is."""
    told = served.get("/favicon.ico")

    assert told.status == 404
    assert b"/archive/" in told.body
    assert served.desk.asked == []


def test_a_site_at_the_root() -> None:
    """Needs no redirect."""
    with serving(SmallDesk("/")) as served:
        assert served.ready().get("/").status == 200
        assert served.ear.address == f"http://127.0.0.1:{served.port}/"


def test_paths_are_decoded_once(served: Served) -> None:
    """A page may have any name that a URL can say."""
    served.desk.pages["/tränen/100%/"] = PAGE

    assert served.get("/archive/tr%C3%A4nen/100%25/").status == 200
    assert served.get("/archive/tr%25C3%25A4nen/").status == 404


def test_ranges_of_a_file(served: Served, tmp_path: Path) -> None:
    """Players ask for parts of a film."""
    (tmp_path / "film.webm").write_bytes(bytes(range(200)) * 5000)
    served.desk.files["/film.webm"] = tmp_path / "film.webm"
    whole = served.get("/archive/film.webm").body

    def part(asked: str) -> tuple[int, str, bytes]:
        told = served.get("/archive/film.webm", "GET", "localhost", f"Range: {asked}")
        return told.status, told.headers.get("content-range", ""), told.body

    assert len(whole) == 1_000_000
    assert part("bytes=10-19") == (206, "bytes 10-19/1000000", whole[10:20])
    assert part("bytes=999990-") == (206, "bytes 999990-999999/1000000", whole[-10:])
    assert part("bytes=-10") == (206, "bytes 999990-999999/1000000", whole[-10:])
    assert part("bytes=2000000-") == (416, "bytes */1000000", b"")
    assert part("bytes=1-2,5-6")[::2] == (200, whole)


def test_files_are_closed(served: Served, tmp_path: Path) -> None:
    """Also where the browser went away in the middle."""
    file = tmp_path / "film.webm"
    file.write_bytes(b"x" * 20_000_000)
    served.desk.files["/film.webm"] = file
    for _ in range(5):
        with served.connect() as connection:
            connection.sendall(b"GET /archive/film.webm HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connection.recv(1000)
    for _ in range(3):
        served.get("/archive/film.webm", "HEAD")

    def is_open() -> bool:
        links = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
        return str(file) in links

    eventually(lambda: not is_open())


def test_what_the_client_asks(served: Served) -> None:
    """The address is decoded as that of a page; every answer is JSON."""
    look = served.get("/@sitegen/look?path=%2Farchive%2Ftr%25C3%25A4nen%2F&have=abc")

    assert json.loads(look.body) == {"number": 1, "path": "/archive/tränen/", "have": "abc"}
    assert look.headers["content-type"] == "application/json; charset=utf-8"
    assert json.loads(served.get("/@sitegen/panel?path=/archive/").body)["path"] == "/archive/"
    assert json.loads(served.get("/@sitegen/unpublished").body) == {"digest": "", "pieces": []}
    assert served.get("/@sitegen/look").status == 404


def test_the_scripts(served: Served) -> None:
    """Are those of the package, each with its tag of identity."""
    from sitegen.preview.client import SCRIPTS

    assert "preview.js" in SCRIPTS
    for name in SCRIPTS:
        told = served.get(f"/@sitegen/{name}")
        assert told.body == (ROOT / "sitegen" / "preview" / "client" / name).read_bytes()
        assert told.headers["content-type"] == "text/javascript; charset=utf-8"
        assert re.fullmatch(r'"\w{32}"', told.headers["etag"])


def test_a_stream_begins_with_the_state_of_now(served: Served) -> None:
    """And goes on with each edition."""
    with served.stream() as stream:
        assert json.loads(stream.next())["number"] == 1
        served.preview.refresh(frozenset(["content/articles/a.md"]))
        assert json.loads(stream.next())["number"] == 2
        with served.stream() as other:
            assert json.loads(other.next())["number"] == 2

    assert served.desk.refreshed == [frozenset(["content/articles/a.md"])]
    assert served.ear.changes[0].paths == ("content/articles/a.md",)


def test_a_stream_before_there_is_an_edition() -> None:
    """Waits for the first one."""
    may_begin = threading.Event()

    def make() -> SmallDesk:
        assert may_begin.wait(PATIENCE)
        return SmallDesk()

    with serving(make) as served, served.stream() as stream:
        may_begin.set()
        assert json.loads(stream.next())["number"] == 1


def test_a_silent_stream_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """By comments, which no browser tells its page."""
    monkeypatch.setattr(events, "PING", 0.02)
    with serving(SmallDesk()) as served, served.ready().stream() as stream:
        stream.next()
        assert [stream._file.readline() for _ in range(6)].count(b":\n") >= 1


def test_a_hundred_streams(served: Served) -> None:
    """All are told, and all are forgotten when they close."""
    with ExitStack() as opened:
        streams: list[Stream] = [opened.enter_context(served.stream()) for _ in range(100)]
        assert {json.loads(stream.next())["number"] for stream in streams} == {1}
        served.preview.refresh()
        assert {json.loads(stream.next())["number"] for stream in streams} == {2}
        assert served.preview._events.listeners == 100
    served.preview.refresh()

    eventually(lambda: not served.preview._events.listeners)


def test_all_streams_end_with_the_server() -> None:
    """Within a second, whoever listens."""
    with serving(SmallDesk()) as served, ExitStack() as opened:
        streams = [opened.enter_context(served.ready().stream()) for _ in range(20)]
        for stream in streams:
            stream.next()
        begun = time.monotonic()
        served.end()
        took = time.monotonic() - begun
        for stream in streams:
            stream.end()

    assert took < 1
    assert served.desk.closed == 1


def test_requests_wait_for_the_first_edition() -> None:
    """The server listens before there is anything to serve, and loses nobody."""
    may_begin = threading.Event()

    def make() -> SmallDesk:
        assert may_begin.wait(PATIENCE)
        return SmallDesk()

    answers: list[int] = []
    with serving(make) as served:
        asking = [threading.Thread(target=lambda: answers.append(served.get("/archive/").status)) for _ in range(5)]
        for thread in asking:
            thread.start()
        may_begin.set()
        for thread in asking:
            thread.join(PATIENCE)

    assert answers == [200] * 5


def test_requests_wait_for_a_refresh(served: Served) -> None:
    """They are answered with the new edition; one thread does all that touches the archive."""
    desk = served.desk
    desk.free.clear()
    refreshing = threading.Thread(target=served.preview.refresh)
    refreshing.start()
    assert desk.working.wait(PATIENCE)
    answers: list[bytes] = []
    asking = threading.Thread(target=lambda: answers.append(served.get("/archive/").body))
    asking.start()
    assert served.get("/@sitegen/preview.js").status == 200  # what needs no archive does not wait
    assert answers == []
    desk.free.set()
    asking.join(PATIENCE)
    refreshing.join(PATIENCE)

    assert b'data-sitegen-number="2"' in answers[0]
    assert desk.threads == {"sitegen-builder_0"}


def test_it_ends_during_a_refresh() -> None:
    """Within a second, also with a request that waits and a stream that is open."""
    desk = SmallDesk()
    with serving(desk) as served:
        served.ready()
        desk.free.clear()
        refreshing = threading.Thread(target=served.preview.refresh)
        refreshing.start()
        assert desk.working.wait(PATIENCE)
        with served.stream() as stream, served.connect() as waiting:
            stream.next()
            waiting.sendall(b"GET /archive/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
            begun = time.monotonic()
            served.end()
            took = time.monotonic() - begun
        refreshing.join(PATIENCE)

    assert took < 1


def test_a_mistake_of_ours_ends_nothing(served: Served) -> None:
    """It is told on the terminal, and the preview goes on."""
    served.desk.fault = ZeroDivisionError("ours")
    assert served.get("/archive/").status == 500
    served.preview.refresh()
    served.desk.fault = None

    assert served.get("/archive/").status == 200
    assert [type(fault) for fault in served.ear.faults] == [ZeroDivisionError, ZeroDivisionError]


def test_a_site_that_cannot_be_read_at_all() -> None:
    """Ends the preview with what is wrong."""

    def make() -> SmallDesk:
        raise UsageError("there is no such day")

    served = Served(make)
    served.thread.join(PATIENCE)

    assert isinstance(served.error, UsageError)


def test_what_becomes_due_is_shown(served: Served) -> None:
    """Everything is looked at when the next piece becomes due, without a change of any file."""
    served.desk.until = 0.01
    served.preview.refresh(frozenset(["content/a.md"]))

    eventually(lambda: served.desk.refreshed == [frozenset(["content/a.md"]), None])


def test_it_opens_the_site_when_it_can_be_seen() -> None:
    """Not before, and at its base path."""
    opened: list[str] = []
    with serving(SmallDesk(), opens=opened.append) as served:
        served.ready()
        eventually(lambda: bool(opened))

        assert opened == [f"http://127.0.0.1:{served.port}/archive/"]


def test_a_taken_port_leads_to_the_next() -> None:
    """The first that is free is taken."""
    with listen("127.0.0.1", 0) as first:
        taken = first.getsockname()[1]
        with listen("127.0.0.1", taken) as second:
            assert taken < second.getsockname()[1] < taken + ports.TRIES


def test_no_port_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """After some of them it says so."""
    tried: list[int] = []

    def taken(address: tuple[str, int], **_: Any) -> socket.socket:
        tried.append(address[1])
        raise OSError(errno.EADDRINUSE, "taken")

    monkeypatch.setattr(socket, "create_server", taken)
    with pytest.raises(UsageError, match=r"ports from 8000 to 8019 of 127\.0\.0\.1 are taken"):
        listen("127.0.0.1", 8000)
    assert tried == list(range(8000, 8020))


def test_hosts_that_cannot_be() -> None:
    """An unknown name, and an address of another machine."""
    with pytest.raises(UsageError, match="no host"):
        listen("nowhere.invalid", 0)
    with pytest.raises(UsageError, match=r"cannot listen at 192\.0\.2\.1"):
        listen("192.0.2.1", 8000)


@pytest.mark.parametrize(
    ("host", "start", "open_to_all"),
    [
        ("127.0.0.1", "http://127.0.0.1:", False),
        ("localhost", "http://127.0.0.1:", False),
        ("0.0.0.0", "http://127.0.0.1:", True),  # noqa: S104 - that is the test
        ("::1", "http://[::1]:", False),
    ],
)
def test_addresses(host: str, start: str, *, open_to_all: bool) -> None:
    """What is told can be opened here; that others can open it too is known."""
    try:
        listening = listen(host, 0)
    except UsageError:
        pytest.skip(f"this machine has no {host}")
    with listening:
        assert address_of(listening).startswith(start)
        assert is_public(listening) is open_to_all


@pytest.fixture
def archive(site: Site) -> Site:
    """Return a site with a piece."""
    site.write("content/articles/business/gift.md", article(title="The gift"))
    return site


class Running:
    """The real command, as a process."""

    def __init__(self, site: Site, *options: str, is_waited_for: bool = True) -> None:
        """Start it, and wait for its address."""
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
        # Where the tests run in the background of a shell, interrupts are ignored, and children inherit that.
        inherited = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.process = subprocess.Popen(
            [*PROGRAM, "serve", "-p", "0", *options],
            cwd=site.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        signal.signal(signal.SIGINT, inherited)
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip() if is_waited_for else ""
        found = re.search(r":(\d+)/", self.address)
        self.port = int(found[1]) if found else 0

    def line(self) -> str:
        """Return the next line of stdout."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip()

    def end(self, number: int = signal.SIGINT) -> tuple[int, float, str, str]:
        """Send a signal; return the exit code, the seconds until then, and the rest of both streams."""
        begun = time.monotonic()
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, time.monotonic() - begun, out, err


@contextmanager
def free_port() -> Iterator[int]:
    """Give a port at which nobody listens."""
    with listen("127.0.0.1", 0) as found:
        port: int = found.getsockname()[1]
    yield port


def can_be_reached(port: int) -> bool:
    """Whether somebody listens at a port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
    except ConnectionRefusedError:
        return False
    return True


@contextmanager
def running(site: Site, *options: str, is_waited_for: bool = True) -> Iterator[Running]:
    """Run the real command."""
    found = Running(site, *options, is_waited_for=is_waited_for)
    try:
        yield found
    finally:
        if found.process.poll() is None:
            found.process.kill()
            found.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_ends_within_a_second(archive: Site, number: int) -> None:
    """With an open stream and a request in the air; its exit code is 0, and it says nothing more."""
    with running(archive) as command:
        assert command.address == f"http://127.0.0.1:{command.port}/archive/"
        with socket.create_connection(("127.0.0.1", command.port), timeout=PATIENCE) as connection:
            connection.sendall(b"GET /@sitegen/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b'"number":1' in Stream(connection).next()
            code, took, out, err = command.end(number)

    assert (code, out, err) == (0, "", "Ctrl-C ends the preview\n")
    assert took < 1
    assert not archive.output.exists()


@pytest.mark.long
def test_the_command_ends_during_a_refresh(archive: Site) -> None:
    """What is being made is dropped, within a second; where tests keep every processor busy it may take another try."""
    files = [archive.folder / f"content/articles/business/piece-{number}.md" for number in range(400)]
    for number, file in enumerate(files):
        archive.write(f"content/articles/business/{file.name}", article("Word. " * 300, title=f"Piece {number}"))
    tries = []
    while not tries or (tries[-1] >= 1 and len(tries) < 3):
        with running(archive) as command:
            for file in files:
                file.write_text(file.read_text("utf-8").replace("title: ", "title: Another "), "utf-8")
            time.sleep(0.15)  # in the middle of it, most likely; nothing depends on it
            code, took, _, _ = command.end()
        assert code == 0
        tries.append(took)

    assert tries[-1] < 1, tries


def test_what_the_terminal_tells(archive: Site) -> None:
    """One line for each change, findings as a build tells them, and one word when all is well again."""
    path = "content/articles/business/gift.md"
    with running(archive) as command:
        archive.write(path, article(title="Another gift"))
        assert re.fullmatch(r"\d\d:\d\d:\d\d  business/gift\.md  \d+\.\d\d s", command.line())
        archive.write(path, article(title="Another gift", date="2009-02-30"))
        assert "business/gift.md" in command.line()
        archive.write(path, article(title="Another gift"))
        assert "business/gift.md" in command.line()
        assert command.line() == "mended"
        _, _, _, err = command.end()

    assert f"error: {path}:3:7: " in err
    assert err.count("[bad-date]") == 1


def test_the_terminal_tells_what_is_wrong_at_the_start(archive: Site) -> None:
    """Also where the site was never right."""
    archive.write("content/articles/business/gift.md", article(title="[unclosed"))
    with running(archive) as command:
        _, _, _, err = command.end()

    assert "error: content/articles/business/gift.md" in err


def hears_of_its_end(number: int) -> bool:
    """Whether a process catches SIGTERM, as a preview does; where that cannot be told it is taken to do so."""
    try:
        caught = re.search(r"SigCgt:\s+(\w+)", Path(f"/proc/{number}/status").read_text("ascii", "replace"))
    except OSError:
        return True
    return caught is None or bool(int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)


def test_an_early_interrupt(archive: Site) -> None:
    """While the site is still being read, the end is the same."""
    for number in range(300):
        archive.write(f"content/articles/business/piece-{number}.md", article("Word. " * 300, title=f"Piece {number}"))
    with free_port() as port, running(archive, "-p", str(port), is_waited_for=False) as command:
        # Another process may have been given the port meanwhile, so being reached is not enough.
        eventually(lambda: can_be_reached(port) and hears_of_its_end(command.process.pid))
        code, took, out, _ = command.end()

    assert code == 0
    assert took < 1
    assert out in ("", f"http://127.0.0.1:{port}/archive/\n")


def test_a_second_interrupt_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is still to be ended."""
    codes: list[int] = []
    monkeypatch.setattr(os, "_exit", codes.append)

    stops: list[str] = []
    before = signal.getsignal(signal.SIGINT)
    with server.Interrupts() as interrupts:
        signal.raise_signal(signal.SIGTERM)  # so early that there is nothing to be stopped
        interrupts.lead_to(lambda: stops.append("stopped"))
        assert (stops, codes) == (["stopped"], [])
        signal.raise_signal(signal.SIGINT)

    assert codes == [130]
    assert signal.getsignal(signal.SIGINT) is before


def test_the_browser_is_opened(archive: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the address of the site, by the program that the system names."""
    browser, opened = tmp_path / "browser", tmp_path / "opened.txt"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}.part && mv {opened}.part {opened}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    with running(archive, "--open") as command:
        eventually(opened.exists)
        command.end()

    assert opened.read_text().strip() == command.address


def test_a_taken_port_is_told(archive: Site) -> None:
    """And which one it is instead."""
    with listen("127.0.0.1", 0) as first:
        taken = first.getsockname()[1]
        with running(archive, "-p", str(taken)) as command:
            _, _, _, err = command.end()

    assert f"port {taken} is taken, so it is {command.port}" in err


def test_wrong_use_of_the_command(archive: Site) -> None:
    """Exit code 2, one line."""
    told = archive.run("serve", "--as-of", "yesterday", "-p", "0").expect(2)

    assert "--as-of" in told.err


@pytest.mark.parametrize("missing", ["starlette", "uvicorn"])
def test_without_the_extra(archive: Site, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says in one line what to install."""
    for name in [name for name in sys.modules if name.partition(".")[0] == missing or name == server.__name__]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("site", "events", "guard", "files"):
        monkeypatch.delitem(sys.modules, f"sitegen.preview.{name}", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    told = archive.run("serve", "-p", "0").expect(2)

    assert told.err == "error: the preview needs Starlette and uvicorn: pip install 'sitegen[preview]'\n"


def test_the_other_name(archive: Site) -> None:
    """`preview` is `serve`."""
    serve, preview = archive.run("serve", "-h").expect(0).out, archive.run("preview", "-h").expect(0).out

    assert preview == serve.replace("Usage: sitegen serve", "Usage: sitegen preview")


@pytest.mark.parametrize("arguments", [("--version",), ("build",)])
def test_others_import_nothing_of_it(archive: Site, arguments: tuple[str, ...]) -> None:
    """What only the preview needs is imported by it alone."""
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "sitegen", *arguments],
        cwd=archive.folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert re.findall(r"\b(?:starlette|uvicorn|anyio|watchdog|sitegen\.preview)\b", told.stderr) == []
