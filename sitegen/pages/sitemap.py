"""The sitemap: which pages it lists, and when each last changed (sitemaps.org, protocol 0.9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from sitegen.archive.cards import Card
from sitegen.articles.dates import EdtfDate
from sitegen.pages.page import Page

__all__ = ["LIMIT", "SitemapEntry", "sitemap_entries", "sitemap_parts"]

LIMIT = 50_000
"""URLs in one sitemap, as the protocol allows (“Sitemap index files”)."""


class SitemapEntry(Struct, frozen=True):
    """A URL of the sitemap; `lastmod` only where the day is known for sure."""

    url: str
    lastmod: EdtfDate | None = None


def sitemap_parts(pages: Iterable[Page]) -> tuple[tuple[Page, ...], ...]:
    """Return the pages of each sitemap, at least one; more than one need an index."""
    listed = tuple(page for page in pages if page.in_sitemap)
    return tuple(listed[start : start + LIMIT] for start in range(0, len(listed) or 1, LIMIT))


def sitemap_entries(pages: Iterable[Page], cards: Mapping[str, Card]) -> tuple[SitemapEntry, ...]:
    """Return the entries of pages; those of an article, and of its arguments, tell when it last changed."""
    return tuple(SitemapEntry(page.url, _lastmod(page, cards)) for page in pages)


def _lastmod(page: Page, cards: Mapping[str, Card]) -> EdtfDate | None:
    card = cards.get(str(page.parameters["article"])) if "article" in page.parameters else None
    if card is None:
        return None
    changed = card.updated or card.date
    return None if changed.is_partial else changed
