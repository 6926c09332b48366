"""Fences: paragraphs made one argument, between `::: argument {#id stance=con}` and `:::`.

A block processor, so that everything inside is Markdown too. A fence opens with three colons or
more and closes with a line of as many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement

from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor

from sitegen.articles.locate import Locator
from sitegen.diagnostics import Diagnostic

__all__ = ["FENCE_TAG", "FenceProcessor", "check_fences"]

FENCE_TAG = "sg-fence"
"""The tag of a fence in the tree; it never reaches a page."""

_OPEN = re.compile(r"^[ ]{0,3}(?P<colons>:{3,})[ ]*argument[ ]*(?P<mark>\{:?[ ]*(?P<inner>[^{}\n]*)\})?[ ]*$")
_ANY = re.compile(r"^[ ]{0,3}(?P<colons>:{3,})[ ]*(?P<word>[^\s{:]*)(?P<rest>.*)$")
_CODE = re.compile(r"^[ ]{0,3}(`{3,}|~{3,})")


class FenceProcessor(BlockProcessor):
    """Makes an element of what stands between the two lines of a fence."""

    def __init__(self, parser: BlockParser) -> None:
        """Work for this parser."""
        super().__init__(parser)

    def test(self, parent: Element, block: str) -> bool:  # noqa: ARG002 - the signature is Python-Markdown's
        """Whether a fence opens on some line of a block at the top level."""
        return ":::" in block and not len(self.parser.state) and any(_OPEN.match(line) for line in block.split("\n"))

    def run(self, parent: Element, blocks: list[str]) -> bool | None:
        """Take the blocks up to the closing line; an unclosed fence is left as text."""
        lines = blocks[0].split("\n")
        at, opening = next((i, m) for i, line in enumerate(lines) if (m := _OPEN.match(line)))
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
            return False
        del blocks[: used + 1]
        if at:
            self.parser.parseBlocks(parent, ["\n".join(lines[:at])])
        fence = SubElement(parent, FENCE_TAG)
        fence.set("mark", opening["mark"] or "")
        self.parser.parseBlocks(fence, [block for block in inside if block.strip()])
        if after.strip():
            blocks.insert(0, after)
        return None


def check_fences(locator: Locator) -> Iterator[Diagnostic]:
    """Find fences that are never closed (`unclosed-fence`) or that sitegen does not know (`unknown-fence`)."""
    opened: tuple[str, int, str] | None = None
    code = ""
    for number, line in enumerate(locator.body.split("\n"), locator.first_line):
        if fence := _CODE.match(line):
            if not code:
                code = fence[1]
            elif line.strip().startswith(code) and not line.strip(" `~"):
                code = ""
            continue
        match = None if code else _ANY.match(line)
        if match is None:
            continue
        place = locator.place_in_line(number, line.strip())
        if match["word"]:
            if match["word"] != "argument":
                yield locator.finding(
                    "unknown-fence",
                    f"unknown block “{match['word']}”",
                    place,
                    hint="sitegen knows `::: argument`; the lines are shown as text",
                )
            elif opened:
                yield locator.finding(
                    "nested-argument",
                    "an argument inside another",
                    place,
                    hint=f"close the fence of line {opened[1]} first, with `{opened[0]}`",
                )
            else:
                opened = (match["colons"], number, line.strip())
        elif opened and match["colons"] == opened[0]:
            opened = None
    if opened:
        yield locator.finding(
            "unclosed-fence",
            "this fence is never closed",
            locator.place_in_line(opened[1], opened[2]),
            hint=f"add a line with `{opened[0]}` where the argument ends",
        )
