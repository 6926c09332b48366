"""The sample archive, shown by a host that speaks the preview's protocol, and an editor with a browser before it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from harness import Site
from playwright.sync_api import Browser, BrowserContext, Page
from preview.rooms import BODY, Room
from preview.stub import Stub

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sample archive, and return its output folder."""
    config = (ROOT / "config.toml").read_text("utf-8").replace("share_images = true", "share_images = false")
    site = Site(tmp_path_factory.mktemp("preview") / "site", f'search.engine = "none"\n{config}')
    shutil.copytree(ROOT / "content", site.folder / "content", dirs_exist_ok=True)
    site.build()
    return site.output


@pytest.fixture
def stub(shown: Path) -> Iterator[Stub]:
    """Return a host of the preview that the test leads."""
    host = Stub(shown)
    yield host
    host.stop()


@pytest.fixture
def room(site: Site) -> Iterator[Room]:
    """Return a room with a site of two articles."""
    site.article("business/gift", BODY, title="A gift", tags="[it]", arguments="list")
    site.article("business/second", "Another text.", title="Second thoughts")
    it = Room(site)
    yield it
    for desk in it.desks:
        desk.close()


class Editor:
    """A person with a browser beside the text."""

    def __init__(self, context: BrowserContext, stub: Stub) -> None:
        """Begin on an empty page."""
        self.context = context
        self.stub = stub
        self.errors: list[str] = []
        self.page = self.tab()

    def tab(self) -> Page:
        """Open another tab."""
        page = self.context.new_page()
        page.set_default_timeout(20_000)  # a machine may be busy; nothing waits that long
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    def open(self, path: str, page: Page | None = None) -> Editor:
        """Open a page of the site, and wait until the preview follows; then mark the page as not loaded again."""
        page = page or self.page
        page.goto(f"{self.stub.url}{path}")
        return self.settle(page)

    def settle(self, page: Page | None = None) -> Editor:
        """Wait until the tab has the edition that there is now."""
        page = page or self.page
        page.wait_for_function(
            "(name) => document.querySelector('sitegen-preview')?.dataset.edition === name",
            arg=f"{self.stub.server} {self.stub.number}",
        )
        assert self.errors == []
        return self

    def mark(self, selector: str) -> None:
        """Remember an element, so that `is_marked` tells whether it is the same one."""
        self.page.eval_on_selector(selector, "(element) => { element.marked = true; window.marked = true; }")

    def is_marked(self, selector: str) -> bool:
        """Whether the element is the one that was remembered."""
        found: bool = self.page.eval_on_selector(selector, "(element) => element.marked === true")
        return found

    @property
    def is_same_page(self) -> bool:
        """Whether the page was not loaded again since `mark`."""
        found: bool = self.page.evaluate("window.marked === true")
        return found

    def ui(self, selector: str) -> Any:
        """Return what a selector means in the preview's own corner."""
        return self.page.locator(f"sitegen-preview {selector}")


@pytest.fixture
def editor_with(browser: Browser, stub: Stub) -> Iterator[Callable[..., Editor]]:
    """Return a function that gives an editor with a window, a scheme, or other options of a browser context."""
    contexts = []

    def make(width: int = 1280, height: int = 800, *, script: str | Path = "", **options: Any) -> Editor:
        options = {"reduced_motion": "reduce"} | options
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        if isinstance(script, Path):
            context.add_init_script(path=script)
        elif script:
            context.add_init_script(script)
        return Editor(context, stub)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def editor(editor_with: Callable[..., Editor]) -> Editor:
    """Return an editor at a desk."""
    return editor_with()
