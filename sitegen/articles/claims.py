"""The claim of an argument: its heading, its bold lead-in, else its first sentence.

Claim and rest together are the whole argument, so a page shows the one as a headline and the other
as text without printing anything twice.
"""

from __future__ import annotations

import re
from copy import copy
from typing import Literal, NamedTuple
from xml.etree.ElementTree import Element

from sitegen.articles.plain import PlainText, collapse
from sitegen.articles.sentences import sentence_ends

__all__ = ["Parted", "part"]

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LEAD_END = re.compile(r"[.:!?…:。]\W*$|[—–-]$")
_LEAD_TAIL = re.compile(r"^\s?[.:!?…]+|^\s+[—–]|^\s+-(?=\s)|^\s?--")


class Parted(NamedTuple):
    """An argument taken apart.

    `claim` holds the inline content of the claim. `tail` is what follows in the same paragraph, or
    `None`; `rest` are the blocks after it. `opening` and `closing` are the tags that stand around the
    claim in the whole text. Where the argument begins with something that is not a sentence (a
    table, a picture), the claim has text only and its element is empty.
    """

    title: Literal["heading", "lead", "sentence"]
    text: str
    claim: Element
    opening: str
    closing: str
    tail: Element | None
    rest: list[Element]


def part(elements: list[Element], plain: PlainText) -> Parted:
    """Take the elements of an argument apart; paragraphs that are split are replaced, not changed."""
    first = elements[0] if elements else Element("p")
    if first.tag in HEADINGS:
        claim = _inside(first)
        return Parted("heading", plain.of(claim), claim, f"<{first.tag}>", f"</{first.tag}>", None, elements[1:])
    if first.tag == "p" and not plain.is_raw_block(first) and plain.of(first):
        return _lead_in(first, elements[1:], plain) or _sentence(first, elements[1:], plain)
    text = collapse(plain.of_all(elements))
    end = next(sentence_ends(text), len(text))
    return Parted("sentence", text[:end], Element("div"), "", "", None, elements)


def _inside(element: Element) -> Element:
    inside = Element("div")
    inside.text = element.text
    inside.extend(list(element))
    return inside


def _opening(paragraph: Element) -> Element:
    """Return an empty paragraph with the same attributes."""
    return Element("p", dict(paragraph.attrib))


def _lead_in(paragraph: Element, rest: list[Element], plain: PlainText) -> Parted | None:
    if (paragraph.text or "").strip() or not len(paragraph) or paragraph[0].tag not in ("strong", "b"):
        return None
    strong = paragraph[0]
    text = plain.of(strong)
    following = strong.tail or ""
    is_whole = len(paragraph) == 1 and not following.strip()
    sign = _LEAD_TAIL.match(following)
    if not text or not (is_whole or sign or text[-1] == "." or _LEAD_END.search(text)):
        return None
    claim = _inside(strong)
    if sign:
        _append(claim, sign[0].rstrip())
        plain.forget(paragraph)  # the last element of the claim is one of the paragraph's own
        following = following[sign.end() :]
    tail = _opening(paragraph)
    tail.text = following.lstrip()
    tail.extend(list(paragraph)[1:])
    has_tail = bool(tail.text or len(tail))
    text = plain.of(claim) if sign else text
    return Parted("lead", text, claim, "<p><strong>", "</strong>", tail if has_tail else None, rest)


def _append(element: Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _sentence(paragraph: Element, rest: list[Element], plain: PlainText) -> Parted:
    claim, tail = _split(paragraph, plain)
    return Parted("sentence", plain.of(claim), claim, "<p>", "", tail, rest)


class _Seam(NamedTuple):
    """A stretch of text at the top level of a paragraph, where it may be cut."""

    start: int
    stop: int
    node: int
    offset: int


def _split(paragraph: Element, plain: PlainText) -> tuple[Element, Element | None]:
    """Cut a paragraph after its first sentence, where that does not end inside a link or another element."""
    text, seams = _seams(paragraph, plain)
    for end in sentence_ends(text):
        for seam in reversed(seams):
            if seam.start <= end <= seam.stop:
                return _cut(paragraph, seam.node, seam.offset + end - seam.start)
    return _inside(paragraph), None


def _seams(paragraph: Element, plain: PlainText) -> tuple[str, list[_Seam]]:
    """Return the text of a paragraph and where it may be cut: outside elements and raw HTML tags."""
    text = ""
    seams: list[_Seam] = []
    depth = 0
    for node, raw in enumerate((paragraph.text, *(child.tail for child in paragraph))):
        if node:
            text += plain.of_inline(paragraph[node - 1])
        if depth <= 0:
            seams.append(_Seam(len(text), len(text), node, 0))
        for piece in plain.pieces(raw or ""):
            start = len(text)
            text += piece.text
            depth += piece.opens
            if depth > 0:
                continue
            if len(piece.text) == piece.stop - piece.start:
                seams.append(_Seam(start, len(text), node, piece.start))
            seams.append(_Seam(len(text), len(text), node, piece.stop))
    return text, seams


def _cut(paragraph: Element, node: int, offset: int) -> tuple[Element, Element | None]:
    claim, tail = Element("div"), _opening(paragraph)
    children = list(paragraph)
    raw = (paragraph.text if node == 0 else children[node - 1].tail) or ""
    before, after = raw[:offset], raw[offset:]
    if node == 0:
        claim.text = before
    else:
        claim.text = paragraph.text
        claim.extend(children[: node - 1])
        last = copy(children[node - 1])
        last.tail = before
        claim.append(last)
    tail.text = after.lstrip()
    tail.extend(children[node:])
    return claim, tail if tail.text or len(tail) else None
