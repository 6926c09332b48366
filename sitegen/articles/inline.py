"""One line of Markdown as inline HTML: deks, descriptions, captions, corrections.

Such a line is part of a sentence of the page, so only inline markup is read: what begins a block in a
body (`# `, `1. `, `<div>`) is text here, or is removed. It is shown on many pages, so a link in it must
mean the same on each: to another host, or from the root of the site. Other links lose their target.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement

import nh3
from markdown import Markdown

from sitegen.articles.quicken import quicken
from sitegen.articles.sanitise import SCHEMES
from sitegen.articles.typography import smarty
from sitegen.config import Markdown as MarkdownConfig

__all__ = ["Inline"]

_TAGS = frozenset(
    "a abbr b bdi bdo br cite code del dfn em i ins kbd mark q s samp small span strong sub sup time u var wbr".split()  # noqa: SIM905 - one line of names
)
_ATTRIBUTES = {
    "*": {"class", "dir", "lang", "title"},
    "a": {"href", "hreflang"},
    "del": {"datetime"},
    "ins": {"datetime"},
    "time": {"datetime"},
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SAME_EVERYWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:|/")


class Inline:
    """Reads single lines of one dialect and language."""

    def __init__(self, dialect: MarkdownConfig, language: str) -> None:
        """Prepare the engine; extensions of the dialect are for bodies and do not count here."""
        self._md = Markdown(extensions=[smarty(language)] if dialect.typography else [])
        if dialect.raw_html == "escape":
            self._md.inlinePatterns.deregister("html")
        quicken(self._md)
        self._cleaner = nh3.Cleaner(
            tags=set(_TAGS),
            clean_content_tags={"script", "style", "noscript", "template"},
            attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
            attribute_filter=_same_everywhere,
            link_rel=None,
            url_schemes=set(SCHEMES),
        )

    def render(self, text: str) -> str:
        """Return a line as safe inline HTML; line ends count as blanks."""
        md = self._md.reset()
        root = Element("div")
        line = SubElement(root, "p")
        line.text = " ".join(_CONTROL.sub("", text).split())
        for processor in md.treeprocessors:
            processor.run(root)
        html = md.serializer(line).strip()
        for postprocessor in md.postprocessors:
            html = postprocessor.run(html)
        return self._cleaner.clean(html.removeprefix("<p>").removesuffix("</p>")).strip()


def _same_everywhere(_tag: str, name: str, value: str) -> str | None:
    return value if name != "href" or _SAME_EVERYWHERE.match(value) else None
