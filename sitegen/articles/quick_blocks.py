"""Python-Markdown's block stage made quicker: a processor is asked only about a block that it may be for.

Part of `quicken`, which says when these classes may stand in for Python-Markdown's own.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown.blockparser import BlockParser
from markdown.blockprocessors import (
    BlockProcessor,
    BlockQuoteProcessor,
    CodeBlockProcessor,
    EmptyBlockProcessor,
    HashHeaderProcessor,
    HRProcessor,
    ListIndentProcessor,
    OListProcessor,
    ParagraphProcessor,
    ReferenceProcessor,
    SetextHeaderProcessor,
    UListProcessor,
)
from markdown.extensions.abbr import AbbrBlockprocessor
from markdown.extensions.admonition import AdmonitionProcessor
from markdown.extensions.def_list import DefListIndentProcessor, DefListProcessor
from markdown.extensions.footnotes import FootnoteBlockProcessor
from markdown.extensions.sane_lists import SaneOListProcessor, SaneUListProcessor
from markdown.extensions.tables import TableProcessor

from sitegen.articles.fences import FenceProcessor
from sitegen.articles.literals import ANYTHING, Literals, holds_any, literals_or_anything
from sitegen.articles.quick_registry import ordered

__all__ = ["QUICKER_PROCESSORS", "QuickBlockParser"]

# These do nothing, and leave the block as it is, where their `RE` finds nothing.
_BY_EXPRESSION = (
    AbbrBlockprocessor,
    BlockQuoteProcessor,
    DefListProcessor,
    FootnoteBlockProcessor,
    HashHeaderProcessor,
    ReferenceProcessor,
    SetextHeaderProcessor,
)
# The signs with which the line begins that these look for: the first of a block, or any.
_FIRST_LINES: dict[type, str] = {
    CodeBlockProcessor: " ",
    DefListIndentProcessor: " ",
    EmptyBlockProcessor: "\n",
    ListIndentProcessor: " ",
    OListProcessor: " 0",
    SaneOListProcessor: " 0",
    SaneUListProcessor: " *+-",
    UListProcessor: " *+-",
}
_ANY_LINES: dict[type, str] = {
    AdmonitionProcessor: " !",
    BlockQuoteProcessor: " >",
    DefListProcessor: " :",
    FenceProcessor: " :",
    FootnoteBlockProcessor: " [",
    HashHeaderProcessor: "#",
    HRProcessor: " -_*",
    ReferenceProcessor: " [",
    SetextHeaderProcessor: "",  # looks at the second line
    TableProcessor: "",
}

Trials = tuple[tuple[BlockProcessor, Literals], ...]


class _SingleItem:
    """Reads a block of one line as the one item that it is."""

    def get_items(self: Any, block: str) -> list[str]:
        """Break a block into list items."""
        found = self.CHILD_RE.match(block) if "\n" not in block else None
        if found is None:
            items: list[str] = super().get_items(block)  # type: ignore[misc]  # of the other base
            return items
        if self.TAG == "ol":
            self.STARTSWITH = found[1][:-1]
        return [found[3]]

    def run(self: Any, parent: Element, blocks: list[str]) -> None:
        """Add the items of a block to the list above it, or to one of their own."""
        above = parent[-1] if len(parent) else None
        last = above[-1] if above is not None and above.tag in self.SIBLING_TAGS and len(above) else None
        if "\n" in blocks[0] or above is None or last is None or last.text or (len(last) and last[-1].tail):
            super().run(parent, blocks)  # type: ignore[misc]  # of the other base
            return
        items = self.get_items(blocks.pop(0))
        self.parser.state.set("looselist")
        self.parser.parseBlocks(SubElement(above, "li"), items)
        self.parser.state.reset()


class _HRProcessor(HRProcessor):
    """Looks at a block of one line only where it holds nothing but what rules are made of."""

    def test(self, parent: Element, block: str) -> bool:
        is_rule = "\n" in block or not block.strip("-_* ")
        return is_rule and super().test(parent, block)


class _OListProcessor(_SingleItem, OListProcessor):
    pass


class _UListProcessor(_SingleItem, UListProcessor):
    pass


class _SaneOListProcessor(_SingleItem, SaneOListProcessor):
    pass


class _SaneUListProcessor(_SingleItem, SaneUListProcessor):
    pass


QUICKER_PROCESSORS: dict[type, type] = {
    HRProcessor: _HRProcessor,
    OListProcessor: _OListProcessor,
    SaneOListProcessor: _SaneOListProcessor,
    SaneUListProcessor: _SaneUListProcessor,
    UListProcessor: _UListProcessor,
}
"""Which class does quickly what another does."""
for _table in (_FIRST_LINES, _ANY_LINES):
    _table |= {quicker: _table[kind] for kind, quicker in QUICKER_PROCESSORS.items() if kind in _table}


class QuickBlockParser(BlockParser):
    """Asks a processor only about a block that begins as it wants, and holds a literal of what it looks for."""

    _order: tuple[Any, ...] = ()
    _trials: dict[tuple[str, bool], Trials]  # by the kind of the first character, and whether there is but one line
    _is_plain = False  # whether a line that begins with a letter can be nothing but a paragraph

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802 - the library's name
        """Parse blocks into the children of an element; the list is used up."""
        while blocks:
            block = blocks[0]
            self._read_order()
            if self._is_plain and "\n" not in block and block[:1].isalpha():
                del blocks[0]
                self._add_paragraph(parent, block)
                continue
            for processor, literals in self._trials_of(block):
                if literals[0] not in block and (len(literals) == 1 or not holds_any(block, literals)):
                    continue
                if processor.test(parent, block):
                    if processor.run(parent, blocks) is not False:
                        break
                    if blocks[0] != block:  # what is known of the block does not hold any more
                        self._try_others(parent, blocks, processor)
                        break

    def _try_others(self, parent: Element, blocks: list[str], behind: BlockProcessor) -> None:
        """Ask the processors behind one that has changed the block and left it to them."""
        for processor in self._order[self._order.index(behind) + 1 :]:
            if processor.test(parent, blocks[0]) and processor.run(parent, blocks) is not False:
                break

    def _add_paragraph(self, parent: Element, line: str) -> None:
        """Add a line, as `ParagraphProcessor` does."""
        if not self.state or self.state[-1] != "list":
            SubElement(parent, "p").text = line
        elif len(parent):
            last = parent[-1]
            last.tail = f"{last.tail}\n{line}" if last.tail else f"\n{line}"
        else:
            parent.text = f"{parent.text}\n{line}" if parent.text else line

    def _read_order(self) -> None:
        order = ordered(self.blockprocessors)
        if order is not self._order:
            self._order, self._trials = order, {}
            self._is_plain = [type(processor) for processor, _ in self._trials_of("a")] == [ParagraphProcessor]

    def _trials_of(self, block: str) -> Trials:
        sign = block[:1]
        if not sign.isascii() or sign.isalnum():
            sign = "0" if sign.isdecimal() else "a"
        is_line = "\n" not in block
        trials = self._trials.get((sign, is_line))
        if trials is None:
            trials = tuple(
                (processor, _literals(processor))
                for processor in self._order
                if _may_begin(type(processor), sign, is_line)
            )
            self._trials[sign, is_line] = trials
        return trials


def _may_begin(kind: type, sign: str, is_line: bool) -> bool:  # noqa: FBT001 - read beside its name above
    """Whether a block that begins with a sign can be for a kind of processor."""
    if kind in _FIRST_LINES:
        return sign in _FIRST_LINES[kind]
    return not is_line or kind not in _ANY_LINES or (sign in _ANY_LINES[kind] and bool(sign))


def _literals(processor: Any) -> Literals:  # noqa: ANN401 - `RE` is no part of the base class
    kind = type(processor)
    if kind in _BY_EXPRESSION:
        return literals_or_anything(processor.RE)
    if kind in (HRProcessor, _HRProcessor):
        return ("-", "_", "*")
    if kind is TableProcessor:
        return ("|",)
    if kind is AdmonitionProcessor:  # an indented block may belong to the admonition before it
        return ("!!!", " " * processor.tab_length)
    return ANYTHING
