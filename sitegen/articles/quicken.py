"""Python-Markdown made quicker, with the same output: the one place that reaches into its insides.

Most of its time goes into trying every pattern on every text. `quicken` lets an engine skip an attempt
that cannot succeed, because the text lacks a literal that each match would hold, and fetch the lists of
its processors once instead of sorting and copying them anew. Nothing else is changed, and nothing at all
on a version for which equality with stock Python-Markdown has not been tested; see
`docs/decisions/quicker-markdown.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import markdown
from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import (
    BlockProcessor,
    BlockQuoteProcessor,
    HashHeaderProcessor,
    HRProcessor,
    ReferenceProcessor,
    SetextHeaderProcessor,
)
from markdown.extensions.admonition import AdmonitionProcessor
from markdown.extensions.def_list import DefListProcessor
from markdown.extensions.footnotes import FootnoteBlockProcessor
from markdown.extensions.toc import TocTreeprocessor
from markdown.inlinepatterns import DelimiterProcessor
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString, Registry

from sitegen.articles.literals import Literals, required_literals

__all__ = ["TESTED", "quicken"]

TESTED = frozenset({"3.11.3"})
"""The versions of Python-Markdown with which `tests/articles/test_quicken.py` has found no difference."""


def quicken(md: Markdown) -> None:
    """Let an engine whose extensions are loaded skip what cannot change its output.

    Its parts keep their identity and their state and are given a subclass of their class. Parts whose class
    is not exactly Python-Markdown's own are left alone, and so is everything on a version not in `TESTED`.
    """
    if markdown.__version__ not in TESTED:
        return
    parts: list[Any] = [md.preprocessors, md.parser.blockprocessors, md.inlinePatterns]
    parts += [md.treeprocessors, md.postprocessors, md.parser, *md.inlinePatterns, *md.treeprocessors]
    parts += [part.inlinePatterns for part in md.treeprocessors if type(part) is InlineProcessor]
    for part in parts:
        if quicker := _QUICKER.get(type(part)):
            part.__class__ = quicker


class _Registry(Registry[Any]):
    """A registry that is put in order when it changes, not whenever it is read."""

    _ordered: tuple[Any, ...] | None = None

    def ordered(self) -> tuple[Any, ...]:
        """Return the items in order; the same object until one is added or removed."""
        if self._ordered is None:
            self._ordered = tuple(super().__iter__())
        return self._ordered

    def __iter__(self) -> Iterator[Any]:
        return iter(self.ordered())

    def register(self, item: Any, name: str, priority: float) -> None:  # noqa: ANN401 - items of any kind
        self._ordered = None
        super().register(item, name, priority)

    def deregister(self, name: str, strict: bool = True) -> None:  # noqa: FBT001, FBT002 - the library's signature
        self._ordered = None
        super().deregister(name, strict)


class _InlineProcessor(InlineProcessor):
    """Tries a pattern only on a text that holds a literal of the pattern.

    The literals are asked for at each tree, because a pattern may be given another expression.
    """

    _trials: tuple[tuple[Any, Literals], ...] = ()
    _signs: Literals = ()  # a text without any of them matches no pattern

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        patterns: list[Any] = list(self.inlinePatterns)
        self._trials = tuple((pattern, _literals(pattern.getCompiledRegExp())) for pattern in patterns)
        self._signs = tuple(dict.fromkeys(sign for _, literals in self._trials for sign in literals))
        return super().run(tree, ancestors)

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803 - its names
        if isinstance(data, AtomicString) or not _holds(data, self._signs):
            return data
        for index, (pattern, literals) in enumerate(self._trials[patternIndex:], patternIndex):
            start, is_matched = 0, True
            while is_matched and (literals[0] in data or (len(literals) > 1 and _holds(data, literals))):
                data, is_matched, start = self._InlineProcessor__applyPattern(  # type: ignore[attr-defined]  # mangled
                    pattern, data, index, start
                )
        return data


class _DelimiterProcessor(DelimiterProcessor):
    """Finds the next delimiter with an expression, not character by character."""

    def search(self, data: str, start: int) -> re.Match[str] | None:
        if any(len(token) != 1 for token in self.tokens):
            return super().search(data, start)
        for sign in self.compiled_re.finditer(data, start):
            delimiter = self.delimiters[sign[0]]
            found = delimiter.boundary.match(data, sign.start())
            if found is not None and (delimiter.stack or found.lastgroup != "end"):
                return found
        return None


class _BlockParser(BlockParser):
    """Asks a processor only about a block that holds a literal of what the processor looks for."""

    _order: tuple[Any, ...] = ()
    _trials: tuple[tuple[BlockProcessor, Literals], ...] = ()

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802 - the library's name
        while blocks:
            for processor, literals in self._current_trials():
                if literals[0] not in blocks[0] and (len(literals) == 1 or not _holds(blocks[0], literals)):
                    continue
                if processor.test(parent, blocks[0]) and processor.run(parent, blocks) is not False:
                    break

    def _current_trials(self) -> tuple[tuple[BlockProcessor, Literals], ...]:
        registry = self.blockprocessors
        order = registry.ordered() if isinstance(registry, _Registry) else tuple(registry)
        if order is not self._order:
            self._order = order
            self._trials = tuple((processor, _block_literals(processor)) for processor in order)
        return self._trials


class _TocTreeprocessor(TocTreeprocessor):
    """Looks for the place of the table of contents only in a text that has its marker."""

    def replace_marker(self, root: Element, elem: Element) -> None:
        if any(element.text and self.marker in element.text for element in root.iter()):
            super().replace_marker(root, elem)


_ANYTHING: Literals = ("",)

_QUICKER: dict[type, type] = {
    BlockParser: _BlockParser,
    DelimiterProcessor: _DelimiterProcessor,
    InlineProcessor: _InlineProcessor,
    Registry: _Registry,
    TocTreeprocessor: _TocTreeprocessor,
}

# These do nothing, and leave the block as it is, where their `RE` finds nothing.
_BY_EXPRESSION = (
    BlockQuoteProcessor,
    DefListProcessor,
    FootnoteBlockProcessor,
    HashHeaderProcessor,
    ReferenceProcessor,
    SetextHeaderProcessor,
)


def _block_literals(processor: Any) -> Literals:  # noqa: ANN401 - `RE` is no part of the base class
    kind = type(processor)
    if kind in _BY_EXPRESSION:
        return _literals(processor.RE)
    if kind is HRProcessor:
        return ("-", "_", "*")
    if kind is AdmonitionProcessor:  # an indented block may belong to the admonition before it
        return ("!!!", " " * processor.tab_length)
    return _ANYTHING


def _literals(expression: object) -> Literals:
    """Return the literals of an expression; where none are known, the one that every text holds."""
    return (required_literals(expression) if isinstance(expression, re.Pattern) else ()) or _ANYTHING


def _holds(text: str, literals: Literals) -> bool:
    for literal in literals:  # noqa: SIM110 - a third quicker than `any`, and this is where the time goes
        if literal in text:
            return True
    return False
