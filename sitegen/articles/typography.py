"""Typographic quotes, dashes and ellipses by language, through Python-Markdown's `smarty`.

Quotation marks are those that CLDR lists as a language's delimiters. Typography is for pages only:
ids, claims as data and exports keep what the author typed.
"""

from __future__ import annotations

from functools import lru_cache
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions.smarty import SmartyExtension, SubstituteTextPattern

from sitegen.articles.quicken import quicken

__all__ = ["smarty", "typographic"]

_ENGLISH = ("“", "”", "‘", "’")
_QUOTES: dict[str, tuple[str, str, str, str]] = {
    "ar": ("”", "“", "’", "‘"),
    "cs": ("„", "“", "‚", "‘"),
    "da": ("“", "”", "‘", "’"),
    "de": ("„", "“", "‚", "‘"),
    "de-ch": ("«", "»", "‹", "›"),
    "es": ("«", "»", "“", "”"),
    "fi": ("”", "”", "’", "’"),
    "fr": (
        "«\N{NARROW NO-BREAK SPACE}",
        "\N{NARROW NO-BREAK SPACE}»",
        "‹\N{NARROW NO-BREAK SPACE}",
        "\N{NARROW NO-BREAK SPACE}›",
    ),
    "fr-ch": ("«", "»", "‹", "›"),
    "hu": ("„", "”", "»", "«"),
    "it": ("«", "»", "“", "”"),
    "nb": ("«", "»", "‘", "’"),
    "pl": ("„", "”", "«", "»"),
    "pt": ("“", "”", "‘", "’"),
    "ru": ("«", "»", "„", "“"),
    "sv": ("”", "”", "’", "’"),
    "uk": ("«", "»", "„", "“"),
}


def quotes(language: str) -> tuple[str, str, str, str]:
    """Return a language's double and single quotation marks; English ones where it is not known."""
    tag = language.lower().replace("_", "-")
    return _QUOTES.get(tag) or _QUOTES.get(tag.split("-", maxsplit=1)[0]) or _ENGLISH


class _Typography(SmartyExtension):
    """`smarty` with apostrophes told from closing quotes: between letters there is only the one."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        super().extendMarkdown(md)
        patterns = md.treeprocessors["smarty"].inlinePatterns  # type: ignore[attr-defined]  # an InlineProcessor
        patterns.register(SubstituteTextPattern(r"(?<=\w)'(?=\w)", ("’",), md), "sg-apostrophe", 100)


def smarty(language: str) -> SmartyExtension:
    """Return the extension that sets the typography of a language."""
    double_open, double_close, single_open, single_close = quotes(language)
    return _Typography(
        substitutions={
            "left-double-quote": double_open,
            "right-double-quote": double_close,
            "left-single-quote": single_open,
            "right-single-quote": single_close,
            "ndash": "–",
            "mdash": "—",
            "ellipsis": "…",
        }
    )


@lru_cache(maxsize=32)
def _engine(language: str) -> Markdown:
    md = Markdown(extensions=[smarty(language)])
    for name in ("inline", "prettify", "unescape"):
        md.treeprocessors.deregister(name)
    quicken(md)
    return md


@lru_cache(maxsize=8192)
def typographic(text: str, language: str) -> str:
    """Return a plain text with the typography of a language; nothing in it is read as markup."""
    if not any(sign in text for sign in "'\"-."):
        return text
    md = _engine(language).reset()
    root = Element("div")
    paragraph = SubElement(root, "p")
    paragraph.text = text.replace("\x02", "").replace("\x03", "")
    for processor in md.treeprocessors:
        processor.run(root)
    found = paragraph.text or ""
    for number, glyph in enumerate(md.htmlStash.rawHtmlBlocks):
        found = found.replace(md.htmlStash.get_placeholder(number), str(glyph))
    return found
