"""Link placeholders: what points into the site is numbered, to be answered when a page is rendered.

`href="../business/gift.md#x"` becomes `href="sg-link:3"`, and entry 3 of the list remembers the target
as written. Links to other hosts stay as they are; so do links to the theme's own ids, which are on
every page that shows them.
"""

from __future__ import annotations

import html
import re
from typing import Literal

from sitegen.articles.article import Link
from sitegen.articles.locate import Locator

__all__ = ["Placeholders"]

_TAG = re.compile(
    r"<(?:a|area|audio|blockquote|del|iframe|img|ins|q|source|track|video)\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>"
)
_ATTRIBUTE = re.compile(r"(\s)(href|src|poster|cite)=(?:\"([^\"]*)\"|'([^']*)')")
_ELSEWHERE = re.compile(r"(?:(?!article:)[a-zA-Z][a-zA-Z0-9+.\-]*:|//|#sg-)")
_IN_TEXT = re.compile(r"\b(href|src|poster|action)=\"(?=/|sg-link:)")


class Placeholders:
    """Numbers the links of one body, piece by piece."""

    def __init__(self, locator: Locator) -> None:
        """Look for the places of links with this locator."""
        self.links: list[Link] = []
        self._locator = locator

    def put(self, piece: str) -> str:
        """Return a piece of HTML with placeholders for its links into the site."""
        if "=" not in piece:
            return piece
        parts: list[str] = []
        at = 0
        for tag in _TAG.finditer(piece):
            parts.append(_quoted(piece[at : tag.start()]))
            parts.append(_ATTRIBUTE.sub(self._number, tag[0]))
            at = tag.end()
        parts.append(_quoted(piece[at:]))
        return "".join(parts)

    def _number(self, match: re.Match[str]) -> str:
        written = html.unescape(match[3] if match[3] is not None else match[4])
        if not written or _ELSEWHERE.match(written):
            return match[0]
        kind: Literal["page", "image"] = "page" if match[2] in ("href", "cite") else "image"
        self.links.append(Link(written, kind, self._locator.passed(written)))
        return f'{match[1]}{match[2]}="sg-link:{len(self.links) - 1}"'


def _quoted(text: str) -> str:
    """Return text between tags so that nothing in it looks like an attribute of ours."""
    return _IN_TEXT.sub(r"\1=&quot;", text) if '="' in text else text
