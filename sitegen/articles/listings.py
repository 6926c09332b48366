"""Which lines of a body are code between fences: nothing in them is a slip, a mark or a fence of ours.

The rule is Python-Markdown's own expression, so that findings and pages never differ: a code fence
stands at the start of its line, and one that is never closed is text.
"""

from __future__ import annotations

from collections.abc import Iterator

from markdown.extensions.fenced_code import FencedBlockPreprocessor

__all__ = ["lines_outside_code"]


def lines_outside_code(body: str, first_line: int = 1) -> Iterator[tuple[int, str | None]]:
    """Yield the number and the text of each line of a body; `None` stands for a line of fenced code."""
    listings = FencedBlockPreprocessor.FENCED_BLOCK_RE.finditer(body) if "```" in body or "~~~" in body else iter(())
    listing = next(listings, None)
    offset = 0
    for number, line in enumerate(body.split("\n"), first_line):
        while listing and listing.end() < offset:
            listing = next(listings, None)
        yield number, None if listing and listing.start() <= offset else line
        offset += len(line) + 1
