"""Slugs: the part of a URL that is made from a name, in lower-case ASCII.

Transliteration is python-slugify's. `+` and `#` are spelt out, because names of languages live of
them: `C++` becomes `c-plus-plus`, `C#` becomes `c-sharp`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from slugify import slugify as _slugify

__all__ = ["RESERVED", "is_slug", "same_name", "slugify"]

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

_SPELT = (("+", " plus "), ("#", " sharp "))
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@lru_cache(maxsize=65_536)
def slugify(text: str) -> str:
    """Return the slug of a text, or an empty string where no letter or digit of it survives."""
    for sign, word in _SPELT:
        text = text.replace(sign, word)
    return _slugify(text)


def is_slug(text: str) -> bool:
    """Whether the text is a slug: lower-case ASCII letters and digits, in parts joined by one hyphen."""
    return _SLUG.fullmatch(text) is not None


@lru_cache(maxsize=65_536)
def same_name(name: str) -> str:
    """Return the key under which two spellings of a name are one.

    Names are equal after case-folding, and treating blanks, hyphens and underscores alike.
    """
    return re.sub(r"[\s\-_]+", " ", name.casefold()).strip()
