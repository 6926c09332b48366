"""The line of source that a finding speaks of, added by the room that can read the bytes again.

Rooms that work on values find places, not lines. A reader of findings wants the line, so that
it says at once what is meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from msgspec.structs import replace

from sitegen.articles.sources import Source
from sitegen.diagnostics import Diagnostic

__all__ = ["with_excerpts"]

LONGEST = 400
_LINE_END = re.compile(r"\r\n|\r|\n")


def with_excerpts(findings: Iterable[Diagnostic], source: Callable[[str], Source | None]) -> Iterator[Diagnostic]:
    """Yield the findings; those that have a line of a source, and no excerpt, get it.

    `source` gives the bytes at a path, `None` where they are not those that were parsed, or where there is no
    source of that path. Lines are counted as the front matter reader counts them: a line feed, a carriage
    return or both end one.
    """

    @cache
    def lines(path: str) -> list[str]:
        found = source(path)
        return _LINE_END.split(found.data.decode("utf-8-sig", "replace")) if found is not None else []

    for finding in findings:
        if finding.excerpt or not finding.line or finding.code == "not-text":
            yield finding
        elif finding.line <= len(lines(finding.path)):
            yield replace(finding, excerpt=lines(finding.path)[finding.line - 1][:LONGEST])
        else:
            yield finding
