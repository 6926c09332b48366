"""Slugs: the part of a URL that is made from a name, in lower-case ASCII.

Transliteration is python-slugify's; ASCII needs none, and is read here as it would be read there. `+` and
`#` are spelt out, because names of languages live of them: `C++` becomes `c-plus-plus`, `C#` becomes `c-sharp`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from slugify import slugify as _slugify

__all__ = ["LONGEST", "RESERVED", "is_slug", "same_name", "slugify"]

RESERVED = frozenset(
    {
        "archive",
        "arguments",
        "assets",
        "authors",
        "claims",
        "corrections",
        "data",
        "page",
        "search",
        "sections",
        "standards",
        "tags",
        "404.html",
        "feed.json",
        "feed.xml",
        "robots.txt",
        "sitemap.xml",
    }
)
"""What the site itself needs as a first segment; no section, page or article may have it as its slug."""

LONGEST = 200
"""Characters of a slug: file systems allow 255 bytes for a name, and some hosts need a few of them."""

_SPELT = (("+", " plus "), ("#", " sharp "))
_WORD = re.compile(r"[a-z0-9]+")
_IN_NUMBER = re.compile(r"(?<=[0-9]),(?=[0-9])")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@lru_cache(maxsize=8_192)
def slugify(text: str, longest: int = LONGEST) -> str:
    """Return the slug of a text, cut between words, or an empty string where no letter or digit of it survives."""
    for sign, word in _SPELT:
        text = text.replace(sign, word)
    if text.isascii() and "&" not in text:
        slug = "-".join(_WORD.findall((_IN_NUMBER.sub("", text) if "," in text else text).lower()))
        if len(slug) < longest:
            return slug
    return _slugify(text, max_length=longest, word_boundary=True, save_order=True)


def is_slug(text: str) -> bool:
    """Whether the text is a slug: lower-case ASCII letters and digits, in parts joined by one hyphen."""
    return len(text) <= LONGEST and _SLUG.fullmatch(text) is not None


@lru_cache(maxsize=65_536)
def same_name(name: str) -> str:
    """Return the key under which two spellings of a name are one.

    Names are equal after case-folding, and treating blanks, hyphens and underscores alike.
    """
    return re.sub(r"[\s\-_]+", " ", name.casefold()).strip()
