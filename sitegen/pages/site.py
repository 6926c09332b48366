"""The `site` and `page` that every template gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from sitegen import __version__
from sitegen.archive.cards import NamedLink
from sitegen.articles.dates import EdtfDate
from sitegen.config import Config, Feeds, Publisher
from sitegen.pages.languages import direction
from sitegen.pages.page import Page

__all__ = ["PageInfo", "Site"]


Ask = Callable[..., Any]
"""Answers what is not in the configuration, and may note that it was asked: `today`, `updated`, `asset` of a name."""


class Site(Struct, frozen=True, kw_only=True):
    """What templates know of the site. `today` is the day of the build, `updated` the newest date."""

    title: str
    base_url: str
    description: str
    language: str
    dir: str
    menu: tuple[NamedLink, ...]
    publisher: Publisher
    extra: dict[str, Any]
    feeds: Feeds
    argument_pages: bool
    search: bool
    page_size: int
    generator: str
    _ask: Ask

    @property
    def today(self) -> EdtfDate:
        """The day of the build."""
        return self._ask("today")  # type: ignore[no-any-return]

    @property
    def updated(self) -> EdtfDate | None:
        """The newest date of a piece, `None` where there is none."""
        return self._ask("updated")  # type: ignore[no-any-return]

    @classmethod
    def of(cls, config: Config, ask: Ask) -> Site:
        """Return the site that a configuration describes."""
        return cls(
            title=config.title,
            base_url=config.base_url,
            description=config.description,
            language=config.language.replace("_", "-"),
            dir=direction(config.language),
            menu=tuple(NamedLink(name, url) for name, url in config.menu.items()),
            publisher=config.publisher,
            extra=config.extra,
            feeds=config.feeds,
            argument_pages=config.archive.argument_pages,
            search=config.has_search,
            page_size=config.archive.page_size,
            generator=f"sitegen {__version__}",
            _ask=ask,
        )


class PageInfo(Struct, frozen=True, kw_only=True):
    """What a template knows of its page.

    `base` is the landing URL of a listing, `number` its chunk, 0 for the landing page. `feed` and
    `json_feed` are the URLs of the feeds that belong to the page, or empty.
    """

    url: str
    kind: str
    base: str
    number: int
    feed: str
    json_feed: str

    @classmethod
    def of(cls, page: Page) -> PageInfo:
        """Return what templates know of a page of the plan."""
        return cls(
            url=page.url,
            kind=page.kind,
            base=page.base or page.url,
            number=int(page.parameters.get("chunk", 0)),
            feed=page.feed,
            json_feed=f"{page.feed.removesuffix('.xml')}.json" if page.feed else "",
        )
