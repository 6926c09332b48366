"""Python-Markdown's stages on the whole text and on the tree made quicker.

Part of `quicken`, which says when these classes may stand in for Python-Markdown's own. Each looks first whether
there is anything to do, which is cheap, and does what the class above it does only then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import Element

from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.extensions.fenced_code import FencedBlockPreprocessor
from markdown.extensions.footnotes import FootnotePostprocessor
from markdown.extensions.toc import TocTreeprocessor
from markdown.postprocessors import AndSubstitutePostprocessor, RawHtmlPostprocessor
from markdown.preprocessors import HtmlBlockPreprocessor, NormalizeWhitespace
from markdown.treeprocessors import PrettifyTreeprocessor, UnescapeTreeprocessor
from markdown.util import ETX, STX

from sitegen.articles.quick_registry import ordered

__all__ = ["QUICKER_STAGES"]

_BLANK_LINE = re.compile(r"(?<=\n) +\n")


class _NormalizeWhitespace(NormalizeWhitespace):
    """Replaces only what is there."""

    def run(self, lines: list[str]) -> list[str]:
        source = "\n".join(lines)
        if STX in source or ETX in source:
            source = source.replace(STX, "").replace(ETX, "")
        if "\r" in source:
            source = source.replace("\r\n", "\n").replace("\r", "\n")
        source += "\n\n"
        if "\t" in source:
            source = source.expandtabs(self.md.tab_length)
        if "\n " in source and " \n" in source:
            source = _BLANK_LINE.sub("\n", source)
        return source.split("\n")


class _HtmlBlockPreprocessor(HtmlBlockPreprocessor):
    """Reads a text as HTML only where a tag or a character reference can stand in it."""

    def run(self, lines: list[str]) -> list[str]:
        if any("<" in line or "&" in line for line in lines):
            return super().run(lines)
        return lines


class _FencedBlockPreprocessor(FencedBlockPreprocessor):
    """Looks for code only in a text with a fence."""

    def run(self, lines: list[str]) -> list[str]:
        if any(line.startswith(("```", "~~~")) for line in lines):
            return super().run(lines)
        return lines


class _PrettifyTreeprocessor(PrettifyTreeprocessor):
    """Asks once for each tag whether it is a block's."""

    _elements: tuple[str, ...] = ()
    _blocks: dict[Any, bool]  # by tag

    def run(self, root: Element) -> None:
        elements = tuple(self.md.block_level_elements)
        if elements != self._elements:
            self._elements, self._blocks = elements, {}
        super().run(root)

    def _prettifyETree(self, elem: Element) -> None:  # noqa: N802 - the library's name
        if self._is_block(elem.tag) and elem.tag not in ("code", "pre"):
            text = elem.text
            if (not text or text.isspace()) and len(elem) and self._is_block(elem[0].tag):
                elem.text = "\n"
            for child in elem:
                tag = child.tag
                if self._blocks[tag] if tag in self._blocks else self._is_block(tag):
                    self._prettifyETree(child)
        tail = elem.tail
        if not tail or tail.isspace():
            elem.tail = "\n"

    def _is_block(self, tag: Any) -> bool:  # noqa: ANN401 - a comment's is a function
        if tag not in self._blocks:
            self._blocks[tag] = self.md.is_block_level(tag)
        return self._blocks[tag]


class _AttrListTreeprocessor(AttrListTreeprocessor):
    """Looks for attributes only in a tree with a brace."""

    def run(self, doc: Element) -> None:
        for element in doc.iter():
            if (element.text and "{" in element.text) or (element.tail and "{" in element.tail):
                super().run(doc)
                return


class _UnescapeTreeprocessor(UnescapeTreeprocessor):
    """Rewrites only a text that holds a sign of escape."""

    def run(self, root: Element) -> None:
        for element in root.iter():
            text = element.text
            if text and element.tag != "code":
                if STX in text:
                    element.text = self.unescape(text)
                elif type(text) is not str:  # substituting makes a plain text of every text
                    element.text = str(text)
            tail = element.tail
            if tail:
                if STX in tail:
                    element.tail = self.unescape(tail)
                elif type(tail) is not str:
                    element.tail = str(tail)
            attributes: Iterable[tuple[str, Any]] = element.items()  # a value may be `None`
            for key, value in attributes:
                if value is not None and STX in value:
                    element.set(key, self.unescape(value))


class _TocTreeprocessor(TocTreeprocessor):
    """Makes the table of a document without headings once, and looks for its place where a text has the marker."""

    _empty: tuple[tuple[Any, ...], str] | None = None  # the postprocessors, and what they make of an empty table

    def run(self, doc: Element) -> None:
        postprocessors = ordered(self.md.postprocessors)
        if any(type(processor) not in _PREDICTABLE for processor in postprocessors) or self._has_work(doc):
            super().run(doc)
            return
        if self._empty is None or self._empty[0] is not postprocessors:
            super().run(doc)
            self._empty = postprocessors, self.md.toc  # type: ignore[attr-defined]  # set by the extension
        self.md.toc_tokens, self.md.toc = [], self._empty[1]  # type: ignore[attr-defined]  # as the class above it does

    def replace_marker(self, root: Element, elem: Element) -> None:
        if any(element.text and self.marker in element.text for element in root.iter()):
            super().replace_marker(root, elem)

    def _has_work(self, doc: Element) -> bool:
        marker = self.marker
        tags: set[Any] = set()
        for element in doc.iter():
            tags.add(element.tag)
            if (text := element.text) and marker and marker in text:
                return True
        return any(isinstance(tag, str) and self.header_rgx.match(tag) for tag in tags)


_PREDICTABLE = (AndSubstitutePostprocessor, FootnotePostprocessor, RawHtmlPostprocessor)
"""The postprocessors that make the same of the same text, where it holds nothing that was parked."""

QUICKER_STAGES: dict[type, type] = {
    AttrListTreeprocessor: _AttrListTreeprocessor,
    FencedBlockPreprocessor: _FencedBlockPreprocessor,
    HtmlBlockPreprocessor: _HtmlBlockPreprocessor,
    NormalizeWhitespace: _NormalizeWhitespace,
    PrettifyTreeprocessor: _PrettifyTreeprocessor,
    TocTreeprocessor: _TocTreeprocessor,
    UnescapeTreeprocessor: _UnescapeTreeprocessor,
}
"""Which class does quickly what another does."""
