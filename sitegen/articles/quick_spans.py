"""Python-Markdown's commonest inline markup read in one go: plain emphasis and plain links in a text of nothing else.

Part of `quicken`. The other stages make a placeholder of each span and put its element in its place at the end; here
the elements are made where they stand. What could be anything else than plain is not read at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import LINK_RE
from markdown.util import INLINE_PLACEHOLDER_PREFIX, STX

from sitegen.articles.literals import Literals, holds_any, leading_literal, literals_or_anything
from sitegen.articles.quick_emphasis import QuickDelimiterProcessor
from sitegen.articles.quick_links import QuickLinkProcessor

__all__ = ["PlainSpans"]

_LINK = re.compile(rf"\[([^\[\]*]*+)\]\(([^()'\"<>\s*{STX}]*+)\)")


class PlainSpans(NamedTuple):
    """Reads texts without any of the `signs` that patterns other than those of `*` and of links look for."""

    signs: Literals
    delimiters: QuickDelimiterProcessor

    @classmethod
    def of(cls, patterns: Sequence[tuple[Any, re.Pattern[str]]]) -> PlainSpans | None:
        """Return the reader for a document on which only these patterns, with their expressions, are tried.

        There is none where one of them may match anything, or where `*` and links are not Python-Markdown's own.
        """
        signs = {INLINE_PLACEHOLDER_PREFIX: None}
        delimiters: QuickDelimiterProcessor | None = None
        has_links = False
        for pattern, expression in patterns:
            if pattern.ANCESTOR_EXCLUDES:
                return None
            if type(pattern) is QuickDelimiterProcessor and delimiters is None:
                delimiters = pattern
                signs |= dict.fromkeys(sign for sign in pattern.tokens if sign != "*")
            elif type(pattern) is QuickLinkProcessor and pattern.pattern == LINK_RE and not has_links:
                has_links = True
            else:
                beginning = leading_literal(expression)
                signs |= dict.fromkeys((beginning,) if beginning else literals_or_anything(expression))
        if delimiters is None or not has_links or "" in signs:
            return None
        return cls(tuple(signs), delimiters)

    def read(self, text: str) -> tuple[str | None, list[Element]] | None:
        """Return the text before the first span, and the elements with what follows each; `None` for other texts."""
        emphasis = self.delimiters.plain.get("*")
        if emphasis is None or self.delimiters.regions or holds_any(text, self.signs):
            return None
        tags = self.delimiters.delimiters["*"].tags
        star, bracket = text.find("*"), text.find("[")
        found: list[Element] = []
        before: str | None = None
        end = 0
        while star >= 0 or bracket >= 0:
            if bracket < 0 or 0 <= star < bracket:
                span = emphasis.match(text, star)
                if span is None or 0 <= bracket < span.end():
                    return None
                element = Element(tags[len(span[1]) == 1])
                element.text = span[2]
                between, end = text[end:star], span.end()
                star = text.find("*", end)
            else:
                span = _LINK.match(text, bracket)
                if span is None:
                    return None
                element = Element("a", {"href": span[2]})
                element.text = span[1]
                between, end = text[end:bracket], span.end()
                bracket = text.find("[", end)
            if found:
                found[-1].tail = between or None
            else:
                before = between or None
            found.append(element)
        if not found:
            return None
        found[-1].tail = text[end:] or None
        return before, found
