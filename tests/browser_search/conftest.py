"""A small archive with a search page, served under the policy that the guide asks for, and a browser before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from harness import SEARCHED, Site
from playwright.sync_api import Browser, Locator, Page, expect
from serving import listening

PREFIX = "/some/where"
POLICY = "default-src 'none'; script-src 'self'{}; style-src 'self'; img-src 'self'; connect-src 'self'"

BODY = """
The opening speaks of marmalade, and of nothing else.

## Bridges outlive their builders {: #bridges stance=pro claim=free }

A bridge of stone carries a caravan for centuries. <img src=x onerror="window.hurt = 1">

## Tunnels flood {: #tunnels stance=con claim=free }

A caravan that goes below ground gets wet & cold: `<b>caravan</b>` is code.

"""

PATIENCE = 20_000
"""Milliseconds: a machine may be busy, and nothing waits that long."""
expect.set_options(timeout=PATIENCE)


class _Host(SimpleHTTPRequestHandler):
    """Serves a folder below a prefix, and lets the search page alone run WebAssembly."""

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix(PREFIX))

    def end_headers(self) -> None:
        is_search = self.path.partition("?")[0].endswith("/search/")
        self.send_header("Content-Security-Policy", POLICY.format(" 'wasm-unsafe-eval'" if is_search else ""))
        super().end_headers()

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@contextmanager
def _serve(folder: Path) -> Iterator[str]:
    with listening(partial(_Host, directory=str(folder))) as url:
        yield f"{url}{PREFIX}"


def _write(folder: Path, config: str) -> Site:
    site = Site(folder, config)
    site.write("content/claims/free.md", "---\ntitle: Roads are free.\n---\n\nWhat a toll does to a caravan.\n")
    site.write("content/pages/about.md", "---\ntitle: About\n---\n\nWe like gondolas.\n")
    site.article("policy/roads", BODY, title="Roads and rails", arguments="headings", tags="[transport]")
    site.article("opinion/gone", "A secret caravan.", title="Gone", status="withdrawn")
    site.article("opinion/karawane", "Die Karawane zieht.", title="Weiter", language="de", author="Ada Berg")
    for number in range(1, 24):
        body = f"Lantern number {number} burns."
        site.article(f"opinion/lantern-{number}", body, title=f"Piece {number}", date=f"20{number:02}-03-04")
    site.build()
    return site


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the archive, and return the address of its root without the last slash."""
    with _serve(_write(tmp_path_factory.mktemp("search") / "site", SEARCHED).output) as url:
        yield url


@pytest.fixture(scope="session")
def host_from_the_right(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the same archive with an interface that is read from right to left."""
    with _serve(_write(tmp_path_factory.mktemp("search") / "site", f'{SEARCHED}language = "ar"\n').output) as url:
        yield url


class Reader:
    """A person who searches."""

    def __init__(self, page: Page, host: str) -> None:
        """Begin on an empty page."""
        self.page = page
        self.host = host
        page.set_default_timeout(PATIENCE)
        self.errors: list[str] = []
        self.asked: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda told: self.errors.append(told.text) if told.type in ("error", "warning") else None)
        page.on("request", lambda request: self.asked.append(request.url.removeprefix(host)))

    def open(self, query: str = "") -> Reader:
        """Open the search page."""
        self.page.goto(f"{self.host}/search/{query}")
        return self

    @property
    def field(self) -> Locator:
        """The field of the words."""
        return self.page.get_by_role("searchbox")

    @property
    def hits(self) -> Locator:
        """The links of what is found."""
        return self.page.locator("[data-sg-hits] a")

    def is_told(self, text: str) -> Reader:
        """Expect an announcement, and nothing that went wrong."""
        expect(self.page.get_by_role("status")).to_have_text(text)
        assert self.errors == []
        return self

    def loaded(self) -> list[str]:
        """Return what was asked of the index."""
        return [url for url in self.asked if "pagefind" in url]


@pytest.fixture
def reader_with(browser: Browser, host: str) -> Iterator[Callable[..., Reader]]:
    """Return a function that gives a reader, with options of a browser context."""
    contexts = []

    def make(*, at: str = host, **options: Any) -> Reader:
        context = browser.new_context(**options)
        contexts.append(context)
        return Reader(context.new_page(), at)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def reader(reader_with: Callable[..., Reader]) -> Reader:
    """Return a reader at a desk."""
    return reader_with()
