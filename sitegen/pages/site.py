"""The `site` and `page` that every template gets."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from sitegen import __version__
from sitegen.archive.cards import NamedLink
from sitegen.articles.dates import EdtfDate
from sitegen.config import Config, Feeds, Publisher

__all__ = ["PageInfo", "Site"]

_RIGHT_TO_LEFT = frozenset({"ar", "arc", "dv", "fa", "he", "ks", "ku", "ps", "sd", "ug", "ur", "yi"})


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
    today: EdtfDate
    updated: EdtfDate | None

    @classmethod
    def of(cls, config: Config, today: EdtfDate, updated: EdtfDate | None) -> Site:
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
            search=False,
            page_size=config.archive.page_size,
            generator=f"sitegen {__version__}",
            today=today,
            updated=updated,
        )


class PageInfo(Struct, frozen=True, kw_only=True):
    """What a template knows of its page."""

    url: str
    kind: str
    base: str
    number: int
    feed: str


def direction(language: str) -> str:
    """Return `rtl` for a language written from right to left, else `ltr`."""
    return "rtl" if language.lower().replace("_", "-").split("-")[0] in _RIGHT_TO_LEFT else "ltr"
