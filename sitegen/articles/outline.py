"""The levels of headings: under the title of the page, without gaps.

Authors begin at `#`, `##` or `####` as their last system wanted it. On a page the title is the only
first-level heading, an argument's claim is a second-level one, and no level is left out on the way
down, so that the outline that a screen reader tells is the one that the author meant.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from sitegen.articles.claims import HEADINGS

__all__ = ["nest_headings"]

_LEVELS = {tag: level for level, tag in enumerate(HEADINGS, 1)}


def nest_headings(holders: list[tuple[Element, int]]) -> list[Element]:
    """Set the levels of the headings in each holder, whose own level is given, and return them in order.

    A heading stands one level below the nearest heading before it that the author ranked higher.
    """
    found: list[Element] = []
    stack: list[tuple[int, int]] = []  # (the author's level, ours)
    base = 0
    for holder, level in holders:
        if level != base:
            stack, base = [], level
        for heading in holder.iter():
            written = _LEVELS.get(heading.tag)
            if written is None:
                continue
            while stack and stack[-1][0] >= written:
                stack.pop()
            ours = min((stack[-1][1] if stack else base) + 1, len(HEADINGS))
            stack.append((written, ours))
            heading.tag = HEADINGS[ours - 1]
            found.append(heading)
    return found
