"""Feeds: what the Atom (RFC 4287) and JSON Feed 1.1 templates show, of pieces or of corrections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from sitegen.archive.cards import Card, CorrectionEntry
from sitegen.archive.queries import Queries
from sitegen.articles.dates import EdtfDate
from sitegen.config import Config
from sitegen.pages.page import Page
from sitegen.pages.site import Site
from sitegen.pages.words import Words

__all__ = ["Feed", "FeedCorrection", "make_feed"]

_TERMS = ("section", "author", "tag")


class FeedCorrection(Struct, frozen=True):
    """A correction as an entry; `id` tells it from the others of its piece, and stays when others are added.

    It is made of the day; from the second of one day on, with its number.
    """

    entry: CorrectionEntry
    id: str


class Feed(Struct, frozen=True, kw_only=True):
    """A feed: its title, the page that it belongs to, its own URL, and its entries, newest first.

    `updated` is the newest date of an entry. A feed has articles or corrections.
    """

    title: str
    url: str
    self_url: str
    updated: EdtfDate
    articles: tuple[Card, ...] = ()
    corrections: tuple[FeedCorrection, ...] = ()


def make_feed(page: Page, queries: Queries, site: Site, config: Config, words: Words) -> Feed:
    """Return the feed that a page of the plan stands for: of the site, a section, author or tag, or of corrections.

    Its title is in the language of `words`.
    """
    articles: tuple[Card, ...] = ()
    corrections: tuple[FeedCorrection, ...] = ()
    title = site.title
    if page.kind == "corrections":
        title = words.say("%(title)s · %(site)s", title=words.say("Corrections"), site=title)
        corrections = tuple(_corrections(queries.corrections(), config.feeds.limit))
        dates = [item.entry.correction.date for item in corrections]
    else:
        filters: dict[str, Any] = {kind: page.parameters[kind] for kind in _TERMS if kind in page.parameters}
        for kind, name in filters.items():
            title = words.say("%(title)s · %(site)s", title=getattr(queries, kind)(name).term.name, site=title)
        # Without `chunk` a listing is a tuple.
        articles = tuple(queries.articles(limit=config.feeds.limit, **filters))  # type: ignore[arg-type]
        dates = [card.updated or card.date for card in articles]
    return Feed(
        title=title,
        url=page.url.rpartition("/")[0] + "/",
        self_url=page.url,
        updated=_newest(dates, config) if dates else site.updated or site.today,
        articles=articles,
        corrections=corrections,
    )


def _newest(dates: Iterable[EdtfDate], config: Config) -> EdtfDate:
    return max(dates, key=lambda date: date.instant(config.zone))


def _corrections(entries: Iterable[CorrectionEntry], limit: int) -> list[FeedCorrection]:
    """Give each correction its id, counted from the oldest of a day, and return the newest."""
    seen: Counter[tuple[str, str]] = Counter()
    found: list[FeedCorrection] = []
    for entry in reversed(tuple(entries)):
        name = f"correction-{entry.correction.date.text[:10]}"
        number = seen[entry.article.id, name] = seen[entry.article.id, name] + 1
        found.append(FeedCorrection(entry, f"{name}-{number}" if number > 1 else name))
    return found[::-1][:limit]
