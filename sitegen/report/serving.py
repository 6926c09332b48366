"""What the terminal tells while the preview runs: where the site is, then a line for each change, and what is wrong."""

from __future__ import annotations

import time
from traceback import format_exception
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from sitegen.diagnostics import Diagnostic
from sitegen.errors import SitegenError
from sitegen.report.printable import printable

if TYPE_CHECKING:
    from sitegen.preview.desk import Change
    from sitegen.report.console import Console

__all__ = ["Serving"]

WIDTH = 80
_PLACES = ("content/articles/", "content/")
_MORE = 24
"""Columns beside a path: the time of day, the seconds, and how many others there are."""


class Serving:
    """Tells on a console what a preview does."""

    def __init__(self, console: Console) -> None:
        """Tell on this console."""
        self._console = console
        self._told: frozenset[Diagnostic] = frozenset()

    def ready(self, address: str, failing: tuple[Diagnostic, ...], warnings: int) -> None:
        """Say where the site can be seen, and what is wrong with it."""
        console = self._console
        console.finish()
        self._findings(failing)
        if not console.quiet:
            console.out.print(Text(address, style="bold"))
            if warnings:
                console.note(f"{warnings} {'warning' if warnings == 1 else 'warnings'}; `sitegen build` tells them")
            console.note("Ctrl-C ends the preview")

    def changed(self, change: Change) -> None:
        """Say what has changed, what fails now, what else is wrong with it, and whether all is well again."""
        console = self._console
        console.finish()
        if not console.quiet:
            moment = time.strftime("%H:%M:%S")
            console.out.print(Text(f"{moment}  {_summary(change.paths)}  {change.seconds:.2f} s"))
        self._findings(tuple(it for it in change.findings if it.fails or it.path in change.paths))
        if change.is_mended and not console.quiet:
            console.out.print(Text("mended", style="green"))

    def note(self, text: str) -> None:
        """Say something by the way."""
        self._console.note(text)

    def failed(self, error: Exception) -> None:
        """Say that something went wrong that should not have."""
        if isinstance(error, SitegenError):
            self._console.failure(error)
        else:
            self._console.err.print(Text("".join(format_exception(error)).rstrip(), style="red"))

    def _findings(self, findings: tuple[Diagnostic, ...]) -> None:
        """Show those findings that were not shown the last time."""
        self._console.findings(finding for finding in findings if finding not in self._told)
        self._told = frozenset(findings)


def _summary(paths: tuple[str, ...]) -> str:
    """Return the first of some paths as an author knows it, and how many there are besides."""
    if not paths:
        return "the site"
    first = printable(next((paths[0].removeprefix(place) for place in _PLACES if paths[0].startswith(place)), paths[0]))
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    room = WIDTH - _MORE - cell_len(more)
    while cell_len(first) > room:
        first = f"…{first[2:]}"
    return first + more
