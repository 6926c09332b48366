"""Fences: paragraphs made one argument, between `::: argument {#id stance=con}` and `:::`.

A block processor, so that everything inside is Markdown too. A fence opens with three colons or
more and closes with a line of as many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor

from sitegen.articles.listings import lines_outside_code
from sitegen.articles.locate import Locator
from sitegen.diagnostics import Diagnostic

__all__ = ["FENCE_TAG", "FenceProcessor", "check_fences"]

FENCE_TAG = "sg-fence"
"""The tag of a fence in the tree; it never reaches a page."""

_OPEN = re.compile(r"^[ ]{0,3}(?P<colons>:{3,})[ ]*argument[ ]*(?P<mark>\{:?[ ]*(?P<inner>[^{}\n]*)\})?[ ]*$")
_ANY = re.compile(r"^[ ]{0,3}(?P<colons>:{3,})[ ]*(?P<word>[^\s{:]*)(?P<rest>.*)$")


class FenceProcessor(BlockProcessor):
    """Makes an element of what stands between the two lines of a fence."""

    def __init__(self, parser: BlockParser) -> None:
        """Work for this parser."""
        super().__init__(parser)
        self._unclosed: set[str] = set()

    def reset(self) -> None:
        """Begin another document."""
        self._unclosed.clear()

    def test(self, parent: Element, block: str) -> bool:  # noqa: ARG002 - the signature is Python-Markdown's
        """Whether a fence opens on some line of a block at the top level."""
        return ":::" in block and not len(self.parser.state) and any(_OPEN.match(line) for line in block.split("\n"))

    def run(self, parent: Element, blocks: list[str]) -> bool | None:
        """Take the blocks up to the closing line; an unclosed fence is left as text."""
        lines = blocks[0].split("\n")
        at, opening = next((i, m) for i, line in enumerate(lines) if (m := _OPEN.match(line)))
        if opening["colons"] in self._unclosed:
            return False
        close = re.compile(rf"^[ ]{{0,3}}{opening['colons']}[ ]*$")
        inside: list[str] = []
        after = ""
        for used, block in enumerate(blocks):
            here = lines[at + 1 :] if used == 0 else block.split("\n")
            closing = next((i for i, line in enumerate(here) if close.match(line)), None)
            if closing is None:
                inside.append("\n".join(here))
                continue
            inside.append("\n".join(here[:closing]))
            after = "\n".join(here[closing + 1 :])
            break
        else:
            self._unclosed.add(opening["colons"])  # nor will any be that opens further down
            return False
        del blocks[: used + 1]
        if at:
            self.parser.parseBlocks(parent, ["\n".join(lines[:at])])
        fence = SubElement(parent, FENCE_TAG)
        fence.set("mark", opening["mark"] or "")
        fence.set("line", lines[at].strip())
        self.parser.parseBlocks(fence, [block for block in inside if block.strip()])
        if after.strip():
            blocks.insert(0, after)
        return None


class _Opening(NamedTuple):
    colons: str
    number: int
    line: str


def check_fences(locator: Locator) -> Iterator[Diagnostic]:
    """Find fences that are never closed (`unclosed-fence`) or that sitegen does not know (`unknown-fence`)."""
    opened: _Opening | None = None
    for number, line in lines_outside_code(locator.body, locator.first_line):
        match = _ANY.match(line) if line else None
        if match is None or line is None:
            continue
        if not match["word"]:
            if opened and match["colons"] == opened.colons:
                opened = None
            continue
        if finding := _wrong_opening(match, opened):
            code, message, hint = finding
            yield locator.finding(code, message, locator.place_in_line(number, line.strip()), hint=hint)
        elif not opened:
            opened = _Opening(match["colons"], number, line.strip())
    if opened:
        yield locator.finding(
            "unclosed-fence",
            "this fence is never closed",
            locator.place_in_line(opened.number, opened.line),
            hint=f"add a line with `{opened.colons}` where the argument ends",
        )


def _wrong_opening(match: re.Match[str], opened: _Opening | None) -> tuple[str, str, str] | None:
    """Return what is wrong with a line that would open a fence: code, message, hint."""
    if match["word"] != "argument":
        hint = "sitegen knows `::: argument`; the lines are shown as text"
        return "unknown-fence", f"unknown block “{match['word']}”", hint
    if opened:
        hint = f"close the fence of line {opened.number} first, with `{opened.colons}`"
        return "nested-argument", "an argument inside another", hint
    if not _OPEN.match(match[0]):
        return "bad-mark", "this line would be left visible", "write `::: argument {#some-id stance=pro}` on one line"
    return None
