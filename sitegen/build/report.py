"""What a build did, as one value: the console and `--json` tell the same facts."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from msgspec import Struct

from sitegen.articles.omission import Omission
from sitegen.diagnostics import Diagnostic, Severity

__all__ = ["BuildReport", "Kept"]


class Kept(Struct, frozen=True):
    """A piece that was kept back under `--keep-going`: its last good version stands in, or it is left out."""

    path: str
    stands_in: bool


class BuildReport(Struct, frozen=True, kw_only=True):
    """What a build did.

    `parsed` counts the sources that were not known; `rendered` and `reused` HTML pages and data files such
    as feeds, `files` assets and files copied as they are. `written` are files whose bytes changed,
    `unchanged` those that were right already, `pruned` own files that were removed. `pictures` counts the pictures that
    variants were made of, and the share images. `search` says what became of the index of the search page: `made`, or
    `kept` as it was; empty where there is none. `pages` are the URLs of
    what was rendered, sorted. `seconds` is wall time.
    """

    output: str
    articles: int
    arguments: int
    parsed: int
    rendered: int
    reused: int
    files: int
    written: int
    unchanged: int
    pruned: int
    search: Literal["", "made", "kept"] = ""
    seconds: float
    pictures: int = 0
    omissions: tuple[Omission, ...] = ()
    kept: tuple[Kept, ...] = ()
    pages: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def warnings(self) -> int:
        """The number of warnings."""
        return sum(1 for finding in self.diagnostics if finding.severity is Severity.WARNING)

    @property
    def by_code(self) -> dict[str, int]:
        """The number of findings of each code, the most frequent first."""
        return dict(Counter(sorted(finding.code for finding in self.diagnostics)).most_common())
