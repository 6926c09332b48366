"""A small archive, served on this machine, and a reader with a browser in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from harness import CONFIG, Site
from playwright.sync_api import Browser, Page
from serving import listening

LONG = "This sentence is repeated so that there is something to scroll. " * 60

BODY = f"""
The opening says what this is about. {LONG}

## The first claim stands {{: #first }}

{LONG}

## The second claim leans on a note {{: #second }}

It was said elsewhere.[^note] {LONG}

## The third claim is short {{: #third }}

Three words only.

## The fourth claim shows a program {{: #fourth }}

```text
{"a line that is far wider than any window " * 8}
```

## The fifth claim ends it {{: #fifth rebuts=#first }}

{LONG}

## What follows {{: .closing }}

The closing draws the sum.

[^note]: The note of the second argument.
"""

ANSWER = """
1. **The answer contradicts it.** It does. {: #answer rebuts=business/steps#third }
2. **And once more.** Again.

So it ends.
"""

CORRECTION = """[{date: 2010-02-03, argument: third, text: "It said four words."}]"""


class _Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@contextmanager
def _serve(folder: Path) -> Iterator[str]:
    with listening(partial(_Quiet, directory=str(folder))) as url:
        yield url


def _write(folder: Path, config: str) -> Site:
    site = Site(folder, config)
    site.article("business/steps", BODY, title="Five claims", arguments="headings", corrections=CORRECTION)
    site.article("business/answers", ANSWER, title="An answer", date="2011-04-05")
    site.build()
    return site


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the archive, and return the address of its root without the last slash."""
    with _serve(_write(tmp_path_factory.mktemp("browser") / "site", CONFIG).output) as url:
        yield url


@pytest.fixture(scope="session")
def host_from_the_right(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the same archive with an interface that is read from right to left."""
    with _serve(_write(tmp_path_factory.mktemp("browser") / "site", f'{CONFIG}language = "ar"\n').output) as url:
        yield url


SEEN = """() => ({
    view: new URL(location).searchParams.get("view"),
    hash: location.hash,
    parts: [...document.querySelectorAll(".sg-text > [id]")].filter((it) => it.checkVisibility()).map((it) => it.id),
    current: [...document.querySelectorAll("[data-sg-outline] [aria-current]")].map((it) => it.hash.slice(1)),
    position: document.querySelector("[data-sg-position]").textContent,
    said: document.querySelector("[role=status].sg-hidden")?.textContent,
    focused: document.activeElement.matches("h1, h2") ? document.activeElement.textContent.trim() : "",
})"""

ALL = ["sg-opening", "first", "second", "third", "fourth", "fifth", "sg-closing"]


class Reader:
    """A person with a browser: opens, presses, swipes, and says what is to be seen."""

    def __init__(self, page: Page, host: str) -> None:
        """Begin on an empty page."""
        self.page = page
        self.host = host
        page.set_default_timeout(20_000)  # a machine may be busy; nothing waits that long
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, url: str) -> Reader:
        """Open an address of the archive."""
        self.page.goto(f"{self.host}{url}")
        return self

    def press(self, *keys: str) -> Reader:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def swipe(self, across: int, down: int = 0, *, at: tuple[int, int] = (180, 400)) -> Reader:
        """Move one finger over the glass."""
        session = self.page.context.new_cdp_session(self.page)
        x, y = at
        for kind, points in [
            ("touchStart", [{"x": x, "y": y}]),
            *(("touchMove", [{"x": x + across * step / 4, "y": y + down * step / 4}]) for step in (1, 2, 3, 4)),
            ("touchEnd", []),
        ]:
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        session.detach()
        return self

    @property
    def sees(self) -> dict[str, Any]:
        """What the page shows and where it says the reader is."""
        assert self.errors == []
        found: dict[str, Any] = self.page.evaluate(SEEN)
        return found

    def is_alone_at(self, part: str) -> None:
        """Expect that one step is shown alone, and that everything that names it agrees."""
        self.page.wait_for_function("(id) => location.hash === `#${id}`", arg=part)
        seen = self.sees
        assert (["steps"], [part], [part]) == ([seen["view"]], seen["parts"], seen["current"])

    def is_among_all(self) -> None:
        """Expect that the whole piece is shown."""
        self.page.wait_for_function("() => !location.search")
        assert ALL == self.sees["parts"]

    def reads(self, part: str) -> None:
        """Expect that the outline comes to mark this part."""
        self.page.wait_for_function(
            """(id) => document.querySelector("[data-sg-outline] [aria-current]")?.hash === `#${id}`""", arg=part
        )


@pytest.fixture
def reader_with(browser: Browser, host: str) -> Iterator[Callable[..., Reader]]:
    """Return a function that gives a reader with a window, a scheme, or other options of a browser context."""
    contexts = []

    def make(width: int = 1280, height: int = 800, *, at: str = host, **options: Any) -> Reader:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        return Reader(context.new_page(), at)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def reader(reader_with: Callable[..., Reader]) -> Reader:
    """Return a reader at a desk."""
    return reader_with()


@pytest.fixture
def phone(reader_with: Callable[..., Reader]) -> Reader:
    """Return a reader with a phone."""
    return reader_with(360, 740, has_touch=True, is_mobile=True)
