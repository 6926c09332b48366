"""Python-Markdown's typography made quicker: glyphs are put into the text, not parked outside of it.

Part of `quicken`, which says when this class may stand in for Python-Markdown's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

from markdown.extensions.smarty import (
    SubstituteTextPattern,
    openingDoubleQuotesRegex,
    openingSingleQuotesRegex,
)
from markdown.treeprocessors import InlineProcessor
from markdown.util import INLINE_PLACEHOLDER, INLINE_PLACEHOLDER_PREFIX, INLINE_PLACEHOLDER_RE, STX, AtomicString

from sitegen.articles.literals import Literals, holds_any, leading_literal
from sitegen.articles.quick_inline import QuickInlineProcessor, Trial

__all__ = ["QuickTypography", "sets_glyphs"]


class QuickTypography(QuickInlineProcessor):
    """Substitutes glyphs, one pattern after the other, in each text of a tree by itself."""

    _read: object = None  # the expressions of which the following is known
    _sets_glyphs = False
    _beginnings: dict[re.Pattern[str], str]
    _by_signs: dict[Literals, tuple[Trial, ...]]  # what to try on a text that has these signs and no other

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        """Set the glyphs of a tree."""
        self._prepare()
        if not self._sets_glyphs:
            return super().run(tree, ancestors)
        self.stashed_nodes = {}
        signs = self._signs
        texts: list[tuple[Element, str]] = []
        tails: list[tuple[Element, str]] = []
        for element in tree.iter():
            text, tail = element.text, element.tail
            if (text and STX in text and INLINE_PLACEHOLDER_PREFIX in text) or (
                tail and STX in tail and INLINE_PLACEHOLDER_PREFIX in tail
            ):
                return super().run(tree, ancestors)  # what looks like a placeholder would be taken for one
            if element is tree:
                continue
            if text and holds_any(text, signs) and not isinstance(text, AtomicString):
                texts.append((element, text))
            if tail and holds_any(tail, signs) and not isinstance(tail, AtomicString):
                tails.append((element, tail))
        for element, text in texts:
            element.text = self._set(text)
        for element, text in tails:
            element.tail = self._set(text)
        return tree

    def _prepare(self) -> None:
        super()._prepare()
        if self._read is not self._expressions:
            self._read = self._expressions
            self._sets_glyphs = sets_glyphs(self)
            self._by_signs = {}
            self._beginnings = {
                expression: _OPENING.get(expression.pattern) or leading_literal(expression)
                for _, expression in self._expressions
            }

    def _set(self, text: str) -> str:
        """Return a text with its glyphs.

        Until the last pattern is through they are placeholders, as they are for the class above, because no
        pattern may see what another one made.
        """
        made: list[str] = []
        present = tuple([sign for sign in self._signs if sign in text])
        trials = self._by_signs.get(present)
        if trials is None:
            trials = self._by_signs[present] = _of_signs(self._trials, present)
        for _, pattern, expression, literals in trials:
            if literals[0] not in text and (len(literals) == 1 or not holds_any(text, literals)):
                continue
            start, beginning = 0, self._beginnings[expression]
            while found := _next(expression, beginning, text, start):
                before = text[: found.start()] + INLINE_PLACEHOLDER % len(made)
                made.append("".join([found[part] if isinstance(part, int) else part for part in pattern.replace]))
                text = before + text[found.end() :]
                start = len(before)
        if not made:
            return text
        parts = INLINE_PLACEHOLDER_RE.split(text)
        parts[1::2] = [made[int(number)] for number in parts[1::2]]
        return "".join(parts)


def _of_signs(trials: tuple[Trial, ...], signs: Literals) -> tuple[Trial, ...]:
    """Return the trials of whose literals one holds one of the signs."""
    return tuple(trial for trial in trials if any(holds_any(literal, signs) for literal in trial[3]))


def _next(expression: re.Pattern[str], beginning: str, text: str, start: int) -> re.Match[str] | None:
    """Return the next match, as `search` does; looked for only where its beginning, or its quotation mark, stands."""
    if not beginning:
        return expression.search(text, start)
    is_opening = expression.pattern in _OPENING
    at = text.find(beginning, start)
    while at >= 0:
        if is_opening:
            found = expression.search(text, max(start, at - _BEFORE_QUOTE), at + 2)
        else:
            found = expression.match(text, at)
        if found:
            return found
        at = text.find(beginning, at + 1)
    return None


_OPENING = {openingDoubleQuotesRegex: '"', openingSingleQuotesRegex: "'"}
_BEFORE_QUOTE = len("&mdash;")
"""Characters before an opening quotation mark that a match may hold; behind it, it asks for one letter."""


def sets_glyphs(processor: InlineProcessor) -> bool:
    """Whether the patterns of a processor do no more than put glyphs, which need no escape, in place of signs."""
    patterns: Sequence[Any] = list(processor.inlinePatterns)
    return all(
        type(pattern) is SubstituteTextPattern
        and all(isinstance(part, int) or not _MARKUP.search(str(part)) for part in pattern.replace)
        and not any(isinstance(part, Element) for part in pattern.replace)
        for pattern in patterns
    )


_MARKUP = re.compile("[&<>\x02\x03]")
