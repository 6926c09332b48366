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

__all__ = ["Placeholders", "legal_url"]

_TAG = re.compile(
    r"<(?:a|area|audio|blockquote|del|iframe|img|ins|q|source|track|video)\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>"
)
_ATTRIBUTE = re.compile(r"(\s)(href|src|poster|cite)=(?:\"([^\"]*)\"|'([^']*)')")
_ELSEWHERE = re.compile(r"(?:(?!article:)[a-zA-Z][a-zA-Z0-9+.\-]*:|//|#sg-)")
_ILLEGAL = re.compile(r"[\x00-\x20\"<>^`{|}]|%(?![0-9A-Fa-f]{2})")
_HAS_PICTURE = re.compile(r"\ssrc(?:set)?=(?:\"[^\"]+\"|'[^']+')")
_ALT = re.compile(r"\salt=\"([^\"]*)\"")
_IN_TEXT = re.compile(r"\b(href|src|poster|action)=\"(?=/|sg-link:)")


def legal_url(url: str) -> str:
    """Return a URL with the ASCII signs percent-encoded that may not stand in one (WHATWG URL, 1.3 and 4.3)."""
    return _ILLEGAL.sub(lambda found: f"%{ord(found[0]):02X}", url.strip())


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
            if tag[0].startswith("<img") and not _HAS_PICTURE.search(tag[0]):
                parts.append(alt[1] if (alt := _ALT.search(tag[0])) else "")  # a browser would show a broken picture
            else:
                parts.append(_ATTRIBUTE.sub(self._number, tag[0]))
            at = tag.end()
        parts.append(_quoted(piece[at:]))
        return "".join(parts)

    def _number(self, match: re.Match[str]) -> str:
        written = html.unescape(match[3] if match[3] is not None else match[4])
        if not written:
            return match[0]
        if _ELSEWHERE.match(written):
            return f'{match[1]}{match[2]}="{html.escape(legal_url(written))}"'
        kind: Literal["page", "image"] = "page" if match[2] in ("href", "cite") else "image"
        self.links.append(Link(written, kind, self._locator.passed(written)))
        return f'{match[1]}{match[2]}="sg-link:{len(self.links) - 1}"'


def _quoted(text: str) -> str:
    """Return text between tags so that nothing in it looks like an attribute of ours."""
    return _IN_TEXT.sub(r"\1=&quot;", text) if '="' in text else text
