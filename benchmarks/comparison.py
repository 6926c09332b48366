"""The comparison: every tool does the same, in turn, round after round.

A round of a row is one run of each tool, one after the other, so that a slow minute of the machine hits
all of them. Every run is a process of its own. A tool that is slow at a row is not asked again and
again: it sits out once its runs of that row have taken longer than `patience` together.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from benchmarks.census import Census, take
from benchmarks.corpus import Corpus
from benchmarks.measure import Run, measure
from benchmarks.tools import Tool

__all__ = ["BARE", "COLD", "EVERYTHING", "ROWS", "START", "TENFOLD", "Comparison", "Results", "Rounds"]

START = "the version told"
COLD = "a cold build"
ROWS = (
    COLD,
    "nothing changed",
    "the body of one piece edited",
    "the title of one piece edited",
    "a template of tag pages edited",
)
"""The rows of builds, in their order; each but the first begins from the finished build before it."""

BARE = "the same bytes read and written"
EVERYTHING = "a cold build, everything on"
TENFOLD = "a cold build, ten times the pieces"

_WARM_UP = 10


class Rounds(Struct, frozen=True):
    """How often a row is run, and after how many seconds of one tool it is enough."""

    runs: int = 3
    patience: float = 60.0

    def wants(self, runs: Sequence[Run], number: int) -> bool:
        """Return whether round `number` (from 0) of a row is to be run, after these."""
        return number < self.runs and (not runs or sum(run.wall for run in runs) < self.patience)


class Results(Struct, frozen=True, kw_only=True):
    """Everything measured: the runs by row and tool, and what each tool has made."""

    size: int
    machine: str
    versions: dict[str, str]
    source_bytes: int
    runs: dict[str, dict[str, list[Run]]]
    censuses: dict[str, Census]


class Comparison:
    """One comparison of tools over one corpus."""

    def __init__(self, tools: Sequence[Tool], corpus: Corpus, rounds: Rounds, tell: Callable[[str], None]) -> None:
        """Compare `tools`; `tell` is told in words what is being done."""
        self.tools = tools
        self.runs: dict[str, dict[str, list[Run]]] = {}
        self.censuses: dict[str, Census] = {}
        self._corpus = corpus
        self._rounds = rounds
        self._tell = tell

    def run(self, *, edits: bool = True) -> None:
        """Lay out the sites and run all rows, or only the cold builds."""
        for tool in self.tools:
            self._warm_up(tool)
        self._rows([START], self.tools)
        for tool in self.tools:
            self._prepare(tool, self._corpus)
        self._rows(ROWS[:1], self.tools)
        for tool in self.tools:
            self.censuses[tool.name], _ = take(tool.folder / tool.output)
        if edits:
            self._rows(ROWS[1:], [tool for tool in self.tools if tool.edits])

    def run_bare(self, tool: Tool) -> None:
        """Read the sources of a tool and write as many bytes as it made, with nothing in between."""
        sizes, target = tool.folder.parent / "sizes.txt", tool.folder.parent / "bare"
        _, listed = take(tool.folder / tool.output)
        sizes.write_text("".join(f"{size} {path}\n" for size, path in listed), "utf-8")
        program = [sys.executable, str(Path(__file__).parent / "bare.py")]
        for number in range(self._rounds.runs):
            shutil.rmtree(target, ignore_errors=True)
            os.sync()
            command = [*program, str(tool.folder / tool.articles), str(sizes), str(target)]
            self._measure(BARE, tool, number, command)
        shutil.rmtree(target, ignore_errors=True)

    def run_with_everything(self, tool: Tool) -> None:
        """Build the same corpus cold with another setup of a tool."""
        self._prepare(tool, self._corpus)
        self._rows([EVERYTHING], [tool])
        self.censuses[tool.name], _ = take(tool.folder / tool.output)

    def run_tenfold(self) -> None:
        """Build ten times the corpus cold, once with each tool; the sites are then of that size."""
        corpus = Corpus(self._corpus.size * 10)
        for tool in self.tools:
            self._prepare(tool, corpus)
        self._rows([TENFOLD], self.tools, Rounds(runs=1))

    def _warm_up(self, tool: Tool) -> None:
        """Build a few pieces, so that programs and compiled modules are in memory for every tool alike."""
        self._prepare(tool, Corpus(_WARM_UP))
        measure(tool.build, tool.folder, self._log(tool))

    def _prepare(self, tool: Tool, corpus: Corpus) -> None:
        self._tell(f"{tool.name}: {corpus.size:,} pieces")
        tool.prepare(corpus)

    def _rows(self, rows: Sequence[str], tools: Sequence[Tool], rounds: Rounds | None = None) -> None:
        rounds = rounds or self._rounds
        for row in rows:
            for number in range(rounds.runs):
                for tool in tools:
                    if rounds.wants(self.runs.get(row, {}).get(tool.name, []), number):
                        self._make_ready(row, tool, number)
                        self._measure(row, tool, number, tool.ask_version if row == START else tool.build)

    def _make_ready(self, row: str, tool: Tool, number: int) -> None:
        """Bring a site to where a row begins."""
        if row in (COLD, EVERYTHING, TENFOLD):
            tool.clean()
            os.sync()
        elif row == ROWS[2]:
            tool.edit_body(self._corpus.piece(self._corpus.size // 2), number + 4)
        elif row == ROWS[3]:
            tool.edit_title(self._corpus.piece(self._corpus.size // 3), number + 4)
        elif row == ROWS[4]:
            tool.edit_tag_template(number + 1)

    def _measure(self, row: str, tool: Tool, number: int, command: list[str]) -> None:
        run = measure(command, tool.folder, self._log(tool))
        self._tell(f"{tool.name}: {row}, run {number + 1}: {run.wall:.2f} s")
        self.runs.setdefault(row, {}).setdefault(tool.name, []).append(run)

    def _log(self, tool: Tool) -> Path:
        return tool.folder.parent / f"{tool.folder.name}.log"
