"""The preview: how long after a file was saved a browser shows it, with `sitegen serve` and with `hugo server`.

Both previews run at the same time, each with a tab of one browser, and are edited in turn, so that a slow
minute of the machine hits both. A save is measured from after the file was closed until what was written
is in the page of the browser; both moments are read from the clock of the machine.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from msgspec import Struct, structs

from benchmarks.corpus import Corpus, Piece
from benchmarks.reader import Reader, browsing
from benchmarks.serving import Serving
from benchmarks.tools import Tool, hugo, sitegen

__all__ = [
    "ADDED",
    "BODY",
    "FIRST",
    "ROWS",
    "SHEET",
    "TAG",
    "TEMPLATE",
    "TITLE",
    "WARM",
    "Preview",
    "Previewed",
    "Results",
    "Save",
    "hugo_preview",
    "sitegen_preview",
]

BODY = "the body of a piece"
TITLE = "the title of a piece, seen on the home page"
TAG = "a tag more of a piece"
ADDED = "a new piece, seen on the home page"
TEMPLATE = "the template of all pages"
SHEET = "the style sheet"
ROWS = {BODY: 10, TITLE: 6, TAG: 3, ADDED: 3, TEMPLATE: 3, SHEET: 3}
"""What is edited, in this order, and how often."""

FIRST = "nothing remembered"
WARM = "begun where the last one ended"

_HEAD, _FOOT = "</head>", "<footer><p>"
_CALM = 0.3
_REMEMBERED = 4.0
"""Seconds of rest after which a preview has remembered all that it will."""
_SETTLED = 0.7
"""Seconds that a tab is given to listen to its preview."""


class Previewed(Struct, frozen=True, kw_only=True):
    """A tool, and how it shows its site while it is edited.

    `command` is followed by the port; `rebuild` finds in what it says how long it took, in units of `unit` seconds.
    `base` is the template of all pages, `sheet` a style sheet, to which `link` is what templates say.
    """

    tool: Tool
    command: list[str]
    rebuild: str
    unit: float
    base: str
    sheet: str
    link: str

    def prepare(self, corpus: Corpus) -> None:
        """Lay out the site anew; pages have a style sheet, and a number that can be edited for all of them."""
        self.tool.prepare(corpus)
        self.tool.put(self.sheet, ":root { --bench: 0; }\n")
        self.tool.edit(self.base, re.escape(_HEAD), f'<link rel="stylesheet" href="{self.link}">\n{_HEAD}')
        self.tool.edit(self.base, re.escape(_FOOT), f"{_FOOT}edition 0, ")

    def start(self) -> Serving:
        """Start the preview."""
        folder = self.tool.folder
        return Serving(self.command, folder, folder.parent / f"{folder.name}-preview.log")


def sitegen_preview(folder: Path) -> Previewed:
    """Return sitegen with the plain templates of the comparison."""
    return Previewed(
        tool=sitegen(folder),
        command=[sys.executable, "-m", "sitegen", "serve", "--port"],
        rebuild=r"(?m)  (\d+\.\d+) s$",
        unit=1.0,
        base="templates/base.html",
        sheet="templates/assets/bench.css",
        link='{{ "bench.css" | asset }}',
    )


def hugo_preview(folder: Path, venv: Path) -> Previewed:
    """Return Hugo as its server comes, with drafts and pieces of a later date, which sitegen shows too."""
    tool = hugo(folder, venv)
    server = ["server", "--buildDrafts", "--buildFuture", "--noBuildLock", "--cacheDir", str(folder / "cache")]
    return Previewed(
        tool=tool,
        command=[tool.build[0], *server, "--bind", "127.0.0.1", "--port"],
        rebuild=r"(?m)^Total in (\d+) ms$",
        unit=0.001,
        base="layouts/baseof.html",
        sheet="static/bench.css",
        link="/bench.css",
    )


class Save(Struct, frozen=True):
    """A save: the address that is open below the home page, what is to be seen there, and the writing of the file."""

    address: str
    awaited: str
    write: Callable[[], None]


class Seen(Struct, frozen=True):
    """Seconds from a save until it was seen, and what the tool says it took to rebuild, 0 where it says nothing."""

    seconds: float
    rebuild: float = 0.0


class Results(Struct, frozen=True, kw_only=True):
    """Everything measured: starts by kind and tool, saves by row and tool, memory (highest, and at the end) by tool.

    `tenfold` has starts and saves of sitegen with ten times the pieces, by the same names.
    """

    size: int
    machine: str
    versions: dict[str, str]
    starts: dict[str, dict[str, list[float]]]
    saves: dict[str, dict[str, list[Seen]]]
    memory: dict[str, tuple[int, int]]
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
        self.memory: dict[str, tuple[int, int]] = {}
        self.tenfold: dict[str, list[float]] = {}
        self._corpus = corpus
        self._browser = browser
        self._starts = starts
        self._tell = tell

    def run(self) -> None:
        """Lay out the sites, start the previews and edit the sites."""
        for each in self.tools:
            self._tell(f"{each.tool.name}: {self._corpus.size:,} pieces")
            each.prepare(self._corpus)
            self._start(each, FIRST, _REMEMBERED).end()
        for _ in range(self._starts - 1):
            for each in self.tools:
                self._start(each, WARM).end()
        with ExitStack() as stack:
            browser = stack.enter_context(browsing(self._browser))
            serving = {}
            for each in self.tools:
                serving[each.tool.name] = self._start(each, WARM)
                stack.callback(serving[each.tool.name].end)
            readers = {name: Reader(browser.new_context()) for name in serving}
            for row, each, save in self._all_saves():
                name = each.tool.name
                seen = self._save(each, serving[name], readers[name], save)
                self._tell(f"{name}: {row}: {seen.seconds * 1000:.0f} ms, rebuilt in {seen.rebuild * 1000:.0f} ms")
                self.saves.setdefault(row, {}).setdefault(name, []).append(seen)
            for name, each_serving in serving.items():
                self.memory[name] = each_serving.peak, each_serving.memory

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
                    for save in saves(row, each, corpus):
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

    def _all_saves(self) -> Iterator[tuple[str, Previewed, Save]]:
        for row in ROWS:
            for turn in zip(*(saves(row, each, self._corpus) for each in self.tools), strict=True):
                yield from ((row, each, save) for each, save in zip(self.tools, turn, strict=True))

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


def saves(row: str, each: Previewed, corpus: Corpus) -> Iterator[Save]:
    """Yield the saves of a row, each of another piece or of another text; the same for every tool."""
    tool, count = each.tool, ROWS[row]
    newest = corpus.newest(count)
    for number in range(1, count + 1):
        if row == BODY:
            piece = corpus.piece(corpus.size * number // (count + 1))
            text = f"Seen again, number {number}."
            yield _saved(tool, structs.replace(piece, body=_with(piece.body, text, in_point=number % 2 == 0)), text)
        elif row == TITLE:
            piece = newest[number - 1]
            title = f"{piece.title} seen again"
            yield _saved(tool, structs.replace(piece, title=title), title, "")
        elif row == TAG:
            piece = corpus.piece(corpus.size * number // (count + 2))
            tag = f"bench{number}"
            yield _saved(tool, structs.replace(piece, tags=(*piece.tags, tag)), tag)
        elif row == ADDED:
            title = f"A new piece number {number}"
            piece = structs.replace(newest[0], slug=f"a-new-piece-{number}", title=title)
            yield _saved(tool, piece, title, "")
        elif row == TEMPLATE:
            text = f"edition {number},"
            address = _address(corpus.piece(corpus.size // 2))
            yield Save(address, text, lambda text=text: tool.edit(each.base, r"edition \d+,", text))
        else:
            address = _address(corpus.piece(corpus.size // 2))
            text = f":root {{ --bench: {number}; }}\n"
            yield Save(address, f"--{number}", lambda text=text: tool.put(each.sheet, text))


def _saved(tool: Tool, piece: Piece, awaited: str, address: str | None = None) -> Save:
    return Save(_address(piece) if address is None else address, awaited, lambda: tool.write(piece))


def _address(piece: Piece) -> str:
    return f"{piece.section}/{piece.slug}/"


def _with(body: str, text: str, *, in_point: bool) -> str:
    """Return a body with a text more, in its third point or as a paragraph at its end."""
    return re.sub(r"(\n\n3\.  \*\*.*?\*\*)", rf"\1 {text}", body, count=1) if in_point else f"{body}\n{text}\n"
