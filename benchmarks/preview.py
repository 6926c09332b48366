"""The preview: how long after a file was saved a browser shows it, with `sitegen serve` and with `hugo server`.

Both previews run at the same time, each with a tab of one browser, and are edited in turn, so that a slow
minute of the machine hits both. A save is measured from after the file was closed until what was written
is in the page of the browser; both moments are read from the clock of the machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack

from msgspec import Struct

from benchmarks.corpus import Corpus
from benchmarks.previewed import BODY, ROWS, TITLE, Previewed, Save, saves
from benchmarks.reader import Reader, browsing
from benchmarks.serving import Serving

__all__ = ["BEGUN", "FIRST", "HIGHEST", "WARM", "Preview", "Results", "Seen"]

FIRST = "nothing remembered"
WARM = "begun where the last one ended"

BEGUN = "the start"
HIGHEST = "the highest"

_CALM = 0.3
_REMEMBERED = 4.0
"""Seconds of rest after which a preview has remembered all that it will."""
_SETTLED = 0.7
"""Seconds that a tab is given to listen to its preview."""


class Seen(Struct, frozen=True):
    """Seconds from a save until it was seen, and what the tool says it took to rebuild, 0 where it says nothing."""

    seconds: float
    rebuild: float = 0.0


class Results(Struct, frozen=True, kw_only=True):
    """Everything measured: starts by kind and tool, saves by row and tool.

    `memory` is that after the start, after each row and at the highest, by moment and tool, in bytes. `tenfold` has
    starts and saves of sitegen with ten times the pieces, by the same names.
    """

    size: int
    machine: str
    versions: dict[str, str]
    starts: dict[str, dict[str, list[float]]]
    saves: dict[str, dict[str, list[Seen]]]
    memory: dict[str, dict[str, int]]
    tenfold: dict[str, list[float]] = {}


class Preview:
    """One comparison of previews over one corpus."""

    def __init__(
        self, tools: Sequence[Previewed], corpus: Corpus, browser: str, starts: int, tell: Callable[[str], None]
    ) -> None:
        """Compare `tools` in the browser at a path, started so often; `tell` is told in words what is being done."""
        self.tools = tools
        self.starts: dict[str, dict[str, list[float]]] = {}
        self.saves: dict[str, dict[str, list[Seen]]] = {}
        self.memory: dict[str, dict[str, int]] = {}
        self.tenfold: dict[str, list[float]] = {}
        self._corpus = corpus
        self._browser = browser
        self._starts = starts
        self._tell = tell

    def run(self, rows: Mapping[str, int] = ROWS) -> None:
        """Lay out the sites, start the previews and edit the sites: what, and how often."""
        for each in self.tools:
            self._tell(f"{each.tool.name}: {self._corpus.size:,} pieces")
            each.prepare(self._corpus)
            self._start(each, FIRST, _REMEMBERED).end()
        for _ in range(self._starts - 1):
            for each in self.tools:
                self._start(each, WARM).end()
        with ExitStack() as stack:
            browser = stack.enter_context(browsing(self._browser))
            serving: dict[str, Serving] = {}
            for each in self.tools:
                serving[each.tool.name] = self._start(each, WARM)
                stack.callback(serving[each.tool.name].end)
            readers = {name: Reader(browser.new_context()) for name in serving}
            self.memory[BEGUN] = {name: each.memory for name, each in serving.items()}
            for row, count in rows.items():
                self._row(row, count, serving, readers)
                self.memory[row] = {name: each.memory for name, each in serving.items()}
            self.memory[HIGHEST] = {name: each.peak for name, each in serving.items()}

    def _row(self, row: str, count: int, serving: Mapping[str, Serving], readers: Mapping[str, Reader]) -> None:
        for turn in zip(*(saves(row, each, self._corpus, count) for each in self.tools), strict=True):
            for each, save in zip(self.tools, turn, strict=True):
                name = each.tool.name
                seen = self._save(each, serving[name], readers[name], save)
                self._tell(f"{name}: {row}: {seen.seconds * 1000:.0f} ms, rebuilt in {seen.rebuild * 1000:.0f} ms")
                self.saves.setdefault(row, {}).setdefault(name, []).append(seen)

    def run_tenfold(self, each: Previewed) -> None:
        """Edit bodies and titles of ten times the corpus with one tool."""
        corpus = Corpus(self._corpus.size * 10)
        self._tell(f"{each.tool.name}: {corpus.size:,} pieces")
        each.prepare(corpus)
        first = each.start()
        self.tenfold[FIRST] = [first.seconds]
        first.rest(_REMEMBERED)
        first.end()
        with browsing(self._browser) as browser:
            serving = each.start()
            self.tenfold[WARM] = [serving.seconds]
            try:
                reader = Reader(browser.new_context())
                for row in (BODY, TITLE):
                    for save in saves(row, each, corpus, ROWS[row]):
                        seconds = self._save(each, serving, reader, save).seconds
                        self._tell(f"{each.tool.name}: {row}: {seconds * 1000:.0f} ms")
                        self.tenfold.setdefault(row, []).append(seconds)
            finally:
                serving.end()

    def _start(self, each: Previewed, kind: str, rest: float = _CALM) -> Serving:
        serving = each.start()
        self._tell(f"{each.tool.name}: {kind}: {serving.seconds:.2f} s")
        self.starts.setdefault(kind, {}).setdefault(each.tool.name, []).append(serving.seconds)
        serving.rest(rest)
        return serving

    def _save(self, each: Previewed, serving: Serving, reader: Reader, save: Save) -> Seen:
        reader.open(serving.address + save.address)
        time.sleep(_SETTLED)
        serving.rest(_CALM)
        told = len(serving.rebuilds(each.rebuild))
        reader.awaits(save.awaited)
        save.write()
        saved = time.time()
        seconds = reader.seen() - saved
        serving.rest(_CALM)
        rebuilt = serving.rebuilds(each.rebuild)[told:]
        return Seen(seconds, sum(rebuilt) * each.unit)
