"""The tools as previews: how each shows its site while it is edited, and which files are saved for it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from msgspec import Struct, structs

from benchmarks.corpus import Corpus, Piece
from benchmarks.serving import Serving
from benchmarks.tools import Tool, hugo, sitegen

__all__ = [
    "ADDED",
    "BODY",
    "ROWS",
    "SHEET",
    "TAG",
    "TEMPLATE",
    "TITLE",
    "Previewed",
    "Save",
    "hugo_preview",
    "saves",
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

_HEAD, _FOOT = "</head>", "<footer><p>"


class Save(Struct, frozen=True):
    """A save: the address that is open below the home page, what is to be seen there, and the writing of the file."""

    address: str
    awaited: str
    write: Callable[[], None]


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


def saves(row: str, each: Previewed, corpus: Corpus, count: int) -> Iterator[Save]:
    """Yield so many saves of a row, each of another piece or of another text; the same for every tool."""
    tool = each.tool
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
            yield Save(address, text, partial(tool.edit, each.base, r"edition \d+,", text))
        else:
            address = _address(corpus.piece(corpus.size // 2))
            text = f":root {{ --bench: {number}; }}\n"
            yield Save(address, f"--{number}", partial(tool.put, each.sheet, text))


def _saved(tool: Tool, piece: Piece, awaited: str, address: str | None = None) -> Save:
    return Save(_address(piece) if address is None else address, awaited, partial(tool.write, piece))


def _address(piece: Piece) -> str:
    return f"{piece.section}/{piece.slug}/"


def _with(body: str, text: str, *, in_point: bool) -> str:
    """Return a body with a text more, in its third point or as a paragraph at its end."""
    return re.sub(r"(\n\n3\.  \*\*.*?\*\*)", rf"\1 {text}", body, count=1) if in_point else f"{body}\n{text}\n"
