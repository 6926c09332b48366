"""The reader: a tab of Chromium that notes when something new is in its page."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from benchmarks.measure import Failure

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

__all__ = ["Reader", "browser_path", "browsing"]

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE = 120.0
_CLOCKS = 0.005
"""Seconds by which the clocks of the two programs may differ; it is one clock of one machine."""

# Runs before any script of every page. What is awaited is kept for the tab, so that a page which is loaded anew for
# it goes on waiting. The moment is noted by whatever changes the page first: nodes, or a style sheet that was loaded.
_NOTE = """(() => {
  if (origin === "null") return;
  const look = () => {
    const awaited = sessionStorage.getItem("bench-awaited");
    if (!awaited) return;
    const isThere = awaited.startsWith("--")
      ? getComputedStyle(document.documentElement).getPropertyValue("--bench").trim() === awaited.slice(2)
      : document.body?.textContent.includes(awaited);
    if (!isThere) return;
    sessionStorage.removeItem("bench-awaited");
    sessionStorage.setItem("bench-seen", String(Date.now()));
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
  document.addEventListener("load", look, { capture: true });
})();"""
_ARM = """(awaited) => {
  sessionStorage.removeItem("bench-seen");
  sessionStorage.setItem("bench-awaited", awaited);
}"""


class Reader:
    """A tab, in a window of its own."""

    def __init__(self, context: BrowserContext) -> None:
        """Open the tab."""
        context.add_init_script(_NOTE)
        self._page: Page = context.new_page()

    def open(self, address: str) -> None:
        """Open a page, and wait until it and its scripts have been loaded.

        Raises `Failure` where the clock of the browser is another one than that of this program.
        """
        self._page.goto(address, wait_until="load")
        before = time.time()
        now = self._page.evaluate("() => Date.now()") / 1000
        if not before - _CLOCKS < now < time.time() + _CLOCKS:
            raise Failure("the browser has another clock")

    def awaits(self, awaited: str) -> None:
        """Begin to wait for a text, or for a value of the property `--bench` where it begins with two hyphens."""
        self._page.evaluate(_ARM, awaited)

    def seen(self) -> float:
        """Return the time of day, in seconds since the epoch, at which it was there.

        Raises `Failure` where it does not come.
        """
        from playwright.sync_api import Error

        try:
            found = self._page.wait_for_function(
                """() => sessionStorage.getItem("bench-seen")""", polling=20, timeout=_PATIENCE * 1000
            )
        except Error as error:
            raise Failure(f"nothing new is to be seen at {self._page.url}: {error.message}") from None
        return float(found.json_value()) / 1000


def browser_path() -> str | None:
    """Return the path of Chromium, `None` where there is none or Playwright is not installed to drive it."""
    if find_spec("playwright") is None:
        return None
    return next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def browsing(path: str) -> Iterator[Browser]:
    """Start Chromium, without a window, for as long as a block runs."""
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=options)
        try:
            yield browser
        finally:
            browser.close()
