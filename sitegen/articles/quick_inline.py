"""Python-Markdown's inline stage made quicker: the tree processor.

Part of `quicken`, which says when this class may stand in for Python-Markdown's own. It leaves to the
class above it whatever is not plain.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import (
    ImageReferenceInlineProcessor,
    ReferenceInlineProcessor,
    ShortImageReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
)
from markdown.inlinepatterns import InlineProcessor as Pattern
from markdown.treeprocessors import InlineProcessor
from markdown.util import ETX, INLINE_PLACEHOLDER_PREFIX, AtomicString

from sitegen.articles.literals import Literals, holds_any, literals_or_anything
from sitegen.articles.quick_registry import ordered
from sitegen.articles.quick_spans import PlainSpans

__all__ = ["QuickInlineProcessor", "Trial"]

_REFERENCES = (
    ImageReferenceInlineProcessor,
    ReferenceInlineProcessor,
    ShortImageReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
)
"""The patterns that make nothing where a document defines no references."""

Trial = tuple[int, Any, re.Pattern[str], Literals]
Placed = list[tuple[Element, list[str]]]


class _Trying(NamedTuple):
    """What to try on the texts of a document: all of it, the signs without which nothing matches, and parts of it."""

    trials: tuple[Trial, ...]
    signs: Literals
    behind: dict[int, tuple[Trial, ...]]
    spans: PlainSpans | None

    @classmethod
    def of(cls, trials: tuple[Trial, ...]) -> _Trying:
        signs = dict.fromkeys(sign for _, _, _, literals in trials for sign in literals)
        fewest = tuple(sign for sign in signs if not any(part != sign and part in sign for part in signs))
        last = trials[-1][0] if trials else 0
        behind = {first: tuple(trial for trial in trials if trial[0] >= first) for first in range(last + 2)}
        spans = PlainSpans.of([(pattern, expression) for _, pattern, expression, _ in trials])
        return cls(trials, fewest, behind, spans)


class QuickInlineProcessor(InlineProcessor):
    """Reads only a text that holds a literal of some pattern, and tries on it only the patterns of its literals.

    The literals are asked for at each tree, because a pattern may be given another expression.
    """

    _order: tuple[Any, ...] | None = None
    _asked: Sequence[Callable[[], re.Pattern[str]]] = ()  # for the expressions of the patterns
    _answers: Sequence[re.Pattern[str]] = ()
    _expressions: tuple[tuple[Any, re.Pattern[str]], ...] = ()
    _known: dict[bool, _Trying]  # by whether the document defines references
    _trials: tuple[Trial, ...] = ()
    _signs: Literals = ()
    _behind: dict[int, tuple[Trial, ...]]  # the trials from a number on
    _spans: PlainSpans | None = None

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        """Read the inline markup of a tree; `ancestors` are the tags above it."""
        self._prepare()
        self.stashed_nodes: dict[str, Element | str] = {}
        self.parent_map: dict[Element, Element] = {}  # only the method of the base class would read it
        signs, spans = (*self._signs, INLINE_PLACEHOLDER_PREFIX), self._spans
        queue = deque([(tree, [*(ancestors or ()), tree.tag.lower()])])
        while queue:
            parent, self.ancestors = queue.popleft()
            if parent is not tree:
                self.ancestors.append(parent.tag.lower())
            insertions: list[tuple[Element, list[Element]]] = []
            for child in parent:  # grows behind the child
                text = child.text
                if text and not isinstance(text, AtomicString) and holds_any(text, signs):
                    if spans is not None and (plain := spans.read(text)):
                        child.text, inside = plain
                        # Counted like the others: a placeholder that the library leaves in a text has a number.
                        self.stashed_nodes.update(zip(_numbers(len(self.stashed_nodes)), inside, strict=False))
                        insertions.append((child, inside))
                    else:
                        self.ancestors.append(child.tag.lower())
                        child.text = None
                        placed = self._place(self._handle(text), child, is_text=True)
                        queue.extend(placed)
                        insertions.append((child, [node for node, _ in placed]))
                        self.ancestors.pop()
                tail = child.tail
                if tail and holds_any(tail, signs):
                    holder = Element("d")
                    child.tail = None
                    placed = self._place(self._handle(tail), holder, is_text=False)
                    if holder.tail:
                        child.tail = holder.tail
                    _insert_behind(parent, child, placed)
                if len(child):
                    queue.append((child, self.ancestors[:]))
            for element, inside in insertions:
                element[0:0] = inside
        return tree

    def _prepare(self) -> None:
        order = ordered(self.inlinePatterns)
        if order != self._order or [ask() for ask in self._asked] != self._answers:
            self._order = order
            self._asked = [pattern.getCompiledRegExp for pattern in order]
            self._answers = [ask() for ask in self._asked]
            self._expressions = expressions = tuple(zip(order, self._answers, strict=True))
            every = tuple(
                (number, pattern, expression, literals_or_anything(expression))
                for number, (pattern, expression) in enumerate(expressions)
            )
            self._known = {
                True: _Trying.of(every),
                False: _Trying.of(tuple(trial for trial in every if type(trial[1]) not in _REFERENCES)),
            }
        self._trials, self._signs, self._behind, self._spans = self._known[bool(self.md.references)]

    def _handle(self, data: str, first: int = 0) -> str:
        """Return a text with placeholders for what the patterns from number `first` on make of it."""
        if isinstance(data, AtomicString):
            return data
        for trial in self._behind[first]:
            literals = trial[3]
            start, is_matched = 0, True
            while is_matched and (literals[0] in data or (len(literals) > 1 and holds_any(data, literals))):
                data, is_matched, start = self._apply(trial, data, start)
        return data

    def _apply(self, trial: Trial, data: str, start: int) -> tuple[str, bool, int]:
        """Return a text with a placeholder for the next match of a pattern, whether there is one, and where it ends."""
        number, pattern, expression, _ = trial
        if not isinstance(pattern, Pattern):
            outcome: tuple[str, bool, int] = self._InlineProcessor__applyPattern(pattern, data, number, start)  # type: ignore[attr-defined]  # mangled
            return outcome
        if pattern.ANCESTOR_EXCLUDES and any(tag.lower() in self.ancestors for tag in pattern.ANCESTOR_EXCLUDES):
            return data, False, 0
        for match in expression.finditer(data, start):
            node, begin, end = pattern.handleMatch(match, data)
            if begin is None or end is None:
                continue
            if node is None:
                return data, True, end
            if not isinstance(node, str) and not isinstance(node.text, AtomicString):
                self._handle_inside(node, number)
            key = f"{len(self.stashed_nodes):04}"
            self.stashed_nodes[key] = node
            before = f"{data[:begin]}{INLINE_PLACEHOLDER_PREFIX}{key}{ETX}"
            return before + data[end:], True, len(before)
        return data, False, 0

    def _handle_inside(self, node: Element, number: int) -> None:
        """Go on with the texts inside of what pattern `number` has made."""
        for child in (node, *node):
            if child.text:
                self.ancestors.append(child.tag.lower())
                child.text = self._handle(child.text, number + 1)
                self.ancestors.pop()
            if child.tail:
                child.tail = self._handle(child.tail, number)

    _InlineProcessor__handleInline = _handle

    def _place(self, data: str, parent: Element, *, is_text: bool) -> Placed:
        """Part a text at its placeholders.

        What stands before the first becomes the parent's own text or tail; the elements are returned, with their
        ancestors.
        """
        placed: Placed = []
        last: Element | None = None
        text = ""  # not yet put anywhere
        start = 0
        while (index := data.find(INLINE_PLACEHOLDER_PREFIX, start)) >= 0:
            end = data.find(ETX, index) + 1
            node = self.stashed_nodes.get(data[index + len(INLINE_PLACEHOLDER_PREFIX) : end - 1])
            if node is None:
                key, end = self._InlineProcessor__findPlaceholder(data, index)  # type: ignore[attr-defined]  # mangled
                node = self.stashed_nodes.get(key)
            if node is None:
                end = index + len(INLINE_PLACEHOLDER_PREFIX)
                text += data[start:end]
            elif isinstance(node, str):
                text += data[start:index] + node
            else:
                _put(text + data[start:index], last, parent, is_text=is_text)
                text = ""
                self._place_inside(node)
                placed.append((node, self.ancestors[:]))
                last = node
            start = end
        rest = text + data[start:]
        if not text and isinstance(data, AtomicString):
            rest = AtomicString(rest)
        _put(rest, last, parent, is_text=is_text)
        return placed

    def _place_inside(self, node: Element) -> None:
        """Put what the placeholders inside of an element stand for into it."""
        for child in (node, *node):
            tail = child.tail
            if tail and INLINE_PLACEHOLDER_PREFIX in tail:
                child.tail = None
                placed = self._place(tail, child, is_text=False)
                if child is node:
                    for position, (inner, _) in enumerate(placed):
                        node.insert(position, inner)
                else:
                    _insert_behind(node, child, placed)
            text = child.text
            if text and INLINE_PLACEHOLDER_PREFIX in text:
                child.text = None
                for position, (inner, _) in enumerate(self._place(text, child, is_text=True)):
                    child.insert(position, inner)


def _numbers(first: int) -> Iterator[str]:
    return map("{:04}".format, count(first))


def _put(text: str, last: Element | None, parent: Element, *, is_text: bool) -> None:
    """Add a text behind the last element, or else to the parent's own text or tail."""
    if not text:
        return
    if last is not None:
        last.tail = last.tail + text if last.tail else text
    elif is_text:
        parent.text = parent.text + text if parent.text else text
    else:
        parent.tail = parent.tail + text if parent.tail else text


def _insert_behind(parent: Element, child: Element, placed: Placed) -> None:
    if placed:
        position = list(parent).index(child) + 1
        parent[position:position] = [node for node, _ in placed]
