"""The plain text of parsed Markdown, with the characters of the source.

Python-Markdown parks some text outside the tree until the very end: raw HTML and highlighted code in
a stash, escaped characters and ampersands behind control characters. Reading the text of an element
means looking there too. It happens before typography is applied, so ids and claims keep straight
quotes where the author wrote them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.util import AMP_SUBSTITUTE, ETX, STX, AtomicString

__all__ = ["BLOCK_TAGS", "Piece", "PlainText", "collapse"]

BLOCK_TAGS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_LEAVES = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p"})
_SPANS = frozenset({"a", "em", "strong"})
_SIMPLE = frozenset({"div", "em", "li", "strong"})
_CONTAINERS = frozenset({"blockquote", "div", "li", "ol", "ul"})
_TOKEN = re.compile(f"{STX}wzxhzdk:(?P<stash>\\d+){ETX}|{STX}(?P<char>\\d+){ETX}|{STX}(?P<name>[a-zA-Z]+){ETX}")
_TAG = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][a-zA-Z0-9-]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*(/?)>", re.DOTALL)
_VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_UNSPOKEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)


class Piece(NamedTuple):
    """A stretch of a text node: its offsets there, its plain text, and how many raw tags it leaves open."""

    start: int
    stop: int
    text: str
    opens: int = 0


def collapse(text: str) -> str:
    """Return the text with every run of white space as one blank, without any at the ends."""
    if text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " ":
        return text  # of white space only the blank is printable
    return " ".join(text.split())


def _collapsed(text: str) -> list[str]:
    """Return the lines of a text whose blocks are parted by blank lines."""
    if "\n\n" not in text:
        return [line] if (line := collapse(text)) else []
    return [line for block in text.split("\n\n") if block and (line := collapse(block))]


def _plain_leaf(element: Element) -> str | None:
    """Return the text of a leaf in which nothing is parked, and spans hold text alone; `None` for any other."""
    parts = [element.text]
    for child in element:
        if child.tag not in _SPANS or len(child):
            return None
        parts += (child.text, child.tail)
    texts = [part for part in parts if part]
    text = "".join(texts)
    return None if STX in text or any(map(_is_atomic, texts)) else text


def _is_atomic(text: str) -> bool:
    return type(text) is not str


def _holds_blocks(element: Element) -> bool:
    """Whether an element holds blocks, and blanks between them at most."""
    text = element.text
    if element.tag not in _CONTAINERS or not len(element) or (text and not text.isspace()):
        return False
    for child in element:
        tail = child.tail
        if child.tag not in BLOCK_TAGS or (tail and not tail.isspace()):
            return False
    return True


class PlainText:
    """Reads the text of elements of one Markdown instance's current document.

    A paragraph or heading is read once: who changes one says so with `forget`.
    """

    def __init__(self, md: Markdown) -> None:
        """Read from this instance's stash."""
        self._md = md
        self._kept: dict[Element, list[str]] = {}
        self._counted: dict[Element, int] = {}

    def forget(self, element: Element | None = None) -> None:
        """Read an element anew, which has been changed; or all of them."""
        if element is None:
            self._kept.clear()
            self._counted.clear()
        else:
            self._kept.pop(element, None)
            self._counted.clear()

    def of(self, element: Element) -> str:
        """Return the text of an element, its blocks parted by line breaks; its tail is not part of it."""
        return "\n".join(self._lines(element))

    def of_all(self, elements: list[Element]) -> str:
        """Return the text of several elements, one below the other."""
        return "\n".join([line for element in elements for line in self._lines(element)])

    def words(self, element: Element) -> int:
        """Return how many words the text of an element has; they are counted once, until something is forgotten."""
        count = self._counted.get(element)
        if count is None:
            if _holds_blocks(element):
                count = sum(map(self.words, element))
            else:
                count = sum([line.count(" ") + 1 for line in self._lines(element)])
            self._counted[element] = count
        return count

    def of_inline(self, element: Element) -> str:
        """Return the text of an inline element as it stands, blanks and all."""
        return self._walk(element)

    def _lines(self, element: Element) -> list[str]:
        """Return the text of each block of an element, blanks collapsed; blocks without text are left out."""
        tag = element.tag
        if tag in _LEAVES:
            lines = self._kept.get(element)
            if lines is None:
                text = _plain_leaf(element)
                lines = _collapsed((self._walk(element) if text is None else text).strip("\n"))
                self._kept[element] = lines
            return lines
        if _holds_blocks(element):
            lines = []
            for child in element:
                lines += self._kept.get(child) or self._lines(child)
            return lines
        text = _plain_leaf(element) if tag in _SIMPLE else None
        return _collapsed((self._walk(element) if text is None else text).strip("\n"))

    def _walk(self, element: Element) -> str:
        parts: list[str] = []
        self._gather(element, parts)
        return "".join(parts)

    def _gather(self, element: Element, parts: list[str]) -> None:
        tag = element.tag
        if tag == "br":
            parts.append(" ")
            return
        if tag == "sup" and is_citation(element):
            return
        is_block = tag in BLOCK_TAGS
        if is_block:
            parts.append("\n\n")
        if text := element.text:
            is_plain = type(text) is str and tag != "code" and STX not in text
            parts.append(text if is_plain else self.resolve(text, code=tag == "code"))
        for child in element:
            self._gather(child, parts)
            if tail := child.tail:
                parts.append(tail if type(tail) is str and STX not in tail else self.resolve(tail))
        if is_block:
            parts.append("\n\n")

    def resolve(self, text: str | None, *, code: bool = False) -> str:
        """Return a text node with everything that was parked put back, as plain text."""
        if not text:
            return ""
        if code or isinstance(text, AtomicString):
            text = html.unescape(text.replace(AMP_SUBSTITUTE, "&"))
        if STX not in text:
            return text
        return "".join(piece.text for piece in self.pieces(text))

    def pieces(self, text: str) -> Iterator[Piece]:
        """Take a text node apart into stretches of text and what is parked between them."""
        at = 0
        for token in _TOKEN.finditer(text):
            if token.start() > at:
                yield Piece(at, token.start(), text[at : token.start()])
            yield Piece(token.start(), token.end(), *self._parked(token))
            at = token.end()
        if at < len(text):
            yield Piece(at, len(text), text[at:])

    def _parked(self, token: re.Match[str]) -> tuple[str, int]:
        if token["char"]:
            return chr(int(token["char"])), 0
        if token["name"]:
            return ("&" if token[0] == AMP_SUBSTITUTE else " "), 0
        return self._stashed(int(token["stash"]))

    def _stashed(self, number: int) -> tuple[str, int]:
        blocks = self._md.htmlStash.rawHtmlBlocks
        if number >= len(blocks):
            return "", 0
        raw = str(blocks[number])
        if "<" not in raw:
            return html.unescape(raw), 0
        return text_of_html(raw), _depth(raw)

    def is_raw_block(self, element: Element) -> bool:
        """Whether a paragraph stands for a block of raw HTML or of highlighted code."""
        if element.tag != "p" or len(element) or not element.text:
            return False
        token = _TOKEN.fullmatch(element.text.strip())
        if token is None or token["stash"] is None:
            return False
        blocks = self._md.htmlStash.rawHtmlBlocks
        number = int(token["stash"])
        raw = str(blocks[number]) if number < len(blocks) else ""
        tag = re.match(r"<([a-zA-Z][a-zA-Z0-9]*)", raw)
        return tag is not None and self._md.is_block_level(tag[1])


def text_of_html(raw: str) -> str:
    """Return the text of a piece of HTML, blocks parted by blank lines, scripts and styles left out."""

    def spoken(match: re.Match[str]) -> str:
        name = (match[2] or "").lower()
        return "\n\n" if name in BLOCK_TAGS else " " if name == "br" else ""

    return html.unescape(_TAG.sub(spoken, _UNSPOKEN.sub("", raw)))


def _depth(raw: str) -> int:
    depth = 0
    for tag in _TAG.finditer(raw):
        if tag[2] and tag[2].lower() not in _VOID and not tag[3]:
            depth += -1 if tag[1] else 1
    return depth


def is_citation(sup: Element) -> bool:
    """Whether a `sup` element cites a footnote."""
    return len(sup) == 1 and sup[0].get("class") == "footnote-ref"
