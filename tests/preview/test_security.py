"""What the preview must never do, each asked of a real server with exactly the bytes that would make it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import Site, article
from preview.desks import Served, SmallDesk

from sitegen.articles.clock import Clock
from sitegen.build.clock import now
from sitegen.build.job import Job
from sitegen.config import load
from sitegen.preview.desk import Desk
from sitegen.preview.files import opened

SECRET = "not for the world"  # noqa: S105 - a word to look for


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a real site, in a folder with things beside it that nobody must see."""
    site = Site(tmp_path_factory.mktemp("safe") / "site")
    site.write("content/articles/business/gift.md", article(title="The gift"))
    site.write("content/files/paper.pdf", "%PDF a paper")
    site.write("content/files/.well-known/security.txt", "Contact: desk")
    site.write("content/secret.txt", SECRET)
    (site.folder.parent / "secret.txt").write_text(SECRET)

    def job() -> Job:
        config = load(site.folder / "config.toml")
        clock = Clock(now(config, "2012-07-01", {}), drafts=True, future=True)
        return Job(project=site.folder, config=config, clock=clock, output=site.output, keep_going=True)

    served = Served(lambda: Desk(job)).ready()
    (site.folder / "content" / "files" / "link.txt").symlink_to(site.folder.parent / "secret.txt")
    (site.folder / "content" / "files" / "all").symlink_to(site.folder.parent)
    served.preview.refresh()
    yield served
    served.end()


@pytest.fixture(scope="module")
def one() -> Iterator[Served]:
    """Serve a small desk."""
    served = Served(SmallDesk()).ready()
    yield served
    served.end()


@pytest.fixture
def small(one: Served) -> Served:
    """Return the small desk, of which nothing was asked yet."""
    one.desk.asked.clear()
    return one


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8000", "desk.localhost:80", "127.0.0.1", "127.0.0.1:8000", "[::1]:8000", "localhost."],
)
def test_names_of_this_machine_are_answered(small: Served, host: str) -> None:
    """With and without a port."""
    assert small.get("/archive/", "GET", host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "evil-localhost",
        "127.0.0.1.evil.example",
        "192.168.0.7",
        "127.0.0.1@evil.example",
        "",
        "[::1",
        "localhost:8000:80",
        "localhost/",
    ],
)
@pytest.mark.parametrize("path", ["/archive/", "/@sitegen/events", "/@sitegen/look?path=/archive/"])
def test_other_names_are_not_answered(small: Served, host: str, path: str) -> None:
    """A name that was led to this machine by another origin (DNS rebinding) learns nothing."""
    told = small.get(path, "GET", host)

    assert told.status == 421
    assert told.body.count(b"\n") == 1
    assert small.desk.asked == []


def test_a_request_without_a_name(small: Served) -> None:
    """Is not answered."""
    assert small.get("/archive/", "GET", None).status in (400, 421)


def test_two_names_are_none(small: Served) -> None:
    """Nor is one with two."""
    assert small.get("/archive/", "GET", "localhost", "Host: evil.example").status == 400


def test_addresses_where_all_are_listened_at() -> None:
    """Bound to all addresses, it answers to any address and to no other name."""
    served = Served(SmallDesk(), host="0.0.0.0").ready()  # noqa: S104 - that is the test

    try:
        assert served.get("/archive/", "GET", "192.168.0.7:8000").status == 200
        assert served.get("/archive/", "GET", "[fd00::7]").status == 200
        assert served.get("/archive/", "GET", "evil.example").status == 421
    finally:
        served.end()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "QUERY", "get"])
@pytest.mark.parametrize("path", ["/archive/", "/@sitegen/events", "/nowhere"])
def test_only_get_and_head(small: Served, method: str, path: str) -> None:
    """Every other method is refused, and told which are not."""
    told = small.get(path, method)

    assert (told.status, told.headers.get("allow")) == (405, "GET, HEAD")
    assert small.desk.asked == []


OUT = [
    "/archive/../secret.txt",
    "/archive/../../secret.txt",
    "/../../../../../../etc/passwd",
    "/archive/%2e%2e/secret.txt",
    "/archive/%2E%2E/%2e%2e/secret.txt",
    "/archive/.%2e/secret.txt",
    "/archive/..%2fsecret.txt",
    "/archive/..%2Fsecret.txt",
    "/archive/%2e%2e%2fsecret.txt",
    "/archive/..%5csecret.txt",
    "/archive/..\\secret.txt",
    "/archive/%252e%252e/secret.txt",
    "/archive/%c0%ae%c0%ae/secret.txt",
    "/archive/%c0%afsecret.txt",
    "/archive/..;/secret.txt",
    "/archive/....//secret.txt",
    "/archive//../secret.txt",
    "//etc/passwd",
    "//evil.example/",
    "/archive//evil.example",
    "/archive/%00",
    "/archive/gift%00.html",
    "/archive/%0d%0aSet-Cookie:%20a=b",
    "/archive/%7f",
    "/archive/%ff%fe",
    "/archive/link.txt",
    "/archive/all/secret.txt",
    "/archive/all/",
    "/archive/secret.txt",
    "/archive/content/secret.txt",
    "/archive/.sitegen/preview/state.sqlite",
    "/archive/config.toml",
    "/archive/%2fetc/passwd",
    "/archive/C:/secret.txt",
    "/archive/file:///etc/passwd",
    "http://evil.example/archive/",
    "/@sitegen/../secret.txt",
    "/@sitegen/%2e%2e/desk.py",
    "/@sitegen/desk.py",
    "/@sitegen/__init__.py",
    "/@sitegen/",
]


@pytest.mark.parametrize("target", OUT)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_no_path_leads_out(real: Served, target: str, method: str) -> None:
    """Neither dots in any encoding nor links, and never a redirect to elsewhere."""
    told = real.get(target, method)

    assert told.status in (400, 404)
    assert "location" not in told.headers
    assert "set-cookie" not in told.headers
    assert SECRET.encode() not in told.body
    assert b"root:" not in told.body


@pytest.mark.parametrize("sign", [*range(0x21), 0x7F, *range(0x80, 0x100, 16)])
def test_signs_that_are_not_of_a_path(real: Served, sign: int) -> None:
    """A bare control character or byte beyond ASCII is refused, however it is sent, and the server goes on."""
    told = real.get(b"/archive/a" + bytes([sign]) + b"b")

    assert told.status in (400, 404, 505)
    assert real.get("/archive/").status == 200


@pytest.mark.parametrize("path", ["../../secret.txt", "%2e%2e/secret.txt", "", "\\", "%00", "//evil.example/"])
def test_no_question_leads_out(real: Served, path: str) -> None:
    """What the client asks of a page is held to the same."""
    for name in ("look", "panel"):
        told = real.get(f"/@sitegen/{name}?path={path}&have=x")

        assert told.status in (200, 404)
        assert SECRET.encode() not in told.body


@pytest.mark.parametrize(("length", "statuses"), [(4000, [404]), (5000, [414]), (500_000, [400, 0])])
def test_long_paths(real: Served, length: int, statuses: list[int]) -> None:
    """They end in an answer, not in an error of the file system; those without end with the connection."""
    assert real.get("/archive/" + "a" * length).status in statuses
    assert real.get("/archive/" + "a/" * (length // 2)).status in statuses
    assert real.get("/archive/").status == 200


def test_published_files_are_there(real: Served) -> None:
    """The same server does send what is published."""
    assert real.get("/archive/paper.pdf").body == b"%PDF a paper"
    assert real.get("/archive/.well-known/security.txt").body == b"Contact: desk"
    assert b"The gift" in real.get("/archive/business/gift/").body


@pytest.mark.parametrize(
    "path",
    ["/", "/else", "/archive/", "/archive/gift", "/archive/style.css", "/archive/nowhere", "/archive/..%2f"]
    + [f"/@sitegen/{name}" for name in ("preview.js", "look?path=/archive/", "nothing")],
)
def test_headers_of_every_answer(small: Served, path: str) -> None:
    """Nothing is kept, guessed, or lent to another origin."""
    headers = small.get(path, "GET", "localhost", "Origin: https://evil.example").headers

    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert [name for name in headers if name.startswith("access-control-") or name == "server"] == []


def test_a_file_that_becomes_a_link(small: Served, tmp_path: Path) -> None:
    """What is sent is what was opened: a link that took the place of a file is not followed."""
    secret, file = tmp_path / "secret.txt", tmp_path / "paper.pdf"
    secret.write_text(SECRET)
    file.write_text("a paper")
    small.desk.files["/paper.pdf"] = file
    assert small.get("/archive/paper.pdf").body == b"a paper"

    file.unlink()
    file.symlink_to(secret)
    told = small.get("/archive/paper.pdf")
    assert (told.status, SECRET.encode() in told.body) == (404, False)


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    """A pipe would wait for ever, and a folder on the way may have become a link."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_text("x")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "to").symlink_to(tmp_path / "folder")
    for path in ("folder", "pipe", "to/file", "nothing", "nul\0"):
        assert opened(tmp_path / path) is None

    file = opened(tmp_path / "folder" / "file")
    assert file is not None
    os.close(file)
