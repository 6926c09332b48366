"""The filters of the template API. Each gives the same answer in every run, place and locale."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, get_month_names
from markupsafe import Markup as SafeText

from sitegen.archive.cards import ArgumentView, ArticleView, Byline, Card
from sitegen.articles.dates import EdtfDate
from sitegen.articles.markup import Markup
from sitegen.articles.typography import typographic
from sitegen.config import Config
from sitegen.pages.assets import Assets

__all__ = ["make_filters"]

_LINK = re.compile(r'(\s(?:href|src|poster)=")(?!#|[a-zA-Z][a-zA-Z0-9+.\-]*:|//)([^"]*)"')
DATE_FORMATS = ("long", "short", "month", "year", "iso", "rfc3339")


def make_filters(config: Config, assets: Assets, markup: Markup) -> dict[str, Callable[..., Any]]:
    """Return the filters of a site, by name."""
    locale = _locale(config.language)
    base = config.base_url.rstrip("/")

    @lru_cache(maxsize=65_536)
    def date(value: EdtfDate, format: str = "long") -> str:  # noqa: A002 - the name is the template API's
        if format not in DATE_FORMATS:
            raise TypeError(f"unknown date format “{format}”; there are {', '.join(DATE_FORMATS)}")
        return _date(value, format, locale, config)

    def absolute(url: str) -> str:
        return base + url if url.startswith("/") and not url.startswith("//") else url

    def absolute_links(html: str, page: str = "/") -> str:
        return _LINK.sub(lambda m: f'{m[1]}{absolute(urljoin(page, m[2]))}"', html)

    @lru_cache(maxsize=65_536)
    def markdown(text: str) -> SafeText:
        return SafeText(markup.inline(text))  # noqa: S704 - sanitised by the parser

    def asset(name: str) -> str:
        try:
            return assets.theme_url(name)
        except KeyError:
            raise TypeError(f"there is no asset “{name}” in templates/assets/") from None

    def excerpt(text: str, words: int = 30) -> str:
        found = text.split()
        return " ".join(found[:words]) + ("…" if len(found) > words else "")

    def cite(subject: ArticleView | Card, argument: ArgumentView | int | None = None) -> str:
        return citation(subject if isinstance(subject, Card) else subject.card, argument, config, date, absolute)

    def month_name(month: int) -> str:
        return str(get_month_names("wide", context="stand-alone", locale=locale)[month])

    def typography(text: str, language: str = "") -> str:
        return typographic(text, language or config.language) if config.markdown.typography else text

    return {
        "absolute": absolute,
        "absolute_links": absolute_links,
        "asset": asset,
        "cite": cite,
        "date": date,
        "excerpt": excerpt,
        "markdown": markdown,
        "month_name": month_name,
        "typography": typography,
    }


def _locale(language: str) -> Locale:
    """Return the locale of a language tag; plain English is written the British way, as dates in the design are."""
    tag = "en-GB" if language.lower() == "en" else language
    try:
        return Locale.parse(tag.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        try:
            return Locale.parse(tag.replace("_", "-").split("-")[0])
        except (UnknownLocaleError, ValueError):
            return Locale("en", "GB")


def _date(value: EdtfDate, form: str, locale: Locale, config: Config) -> str:
    if form == "iso":
        return value.text
    if form == "rfc3339":
        return value.moment(config.zone).isoformat().replace("+00:00", "Z")
    if form == "year" or value.month is None:
        return f"{value.year}"
    day = dt.date(value.year, value.month, value.day or 1)
    if form == "month" or value.day is None:
        return str(format_date(day, "LLLL y", locale=locale))
    return str(format_date(day, "long" if form == "long" else "medium", locale=locale))


def citation(
    card: Card,
    argument: ArgumentView | int | None,
    config: Config,
    date: Callable[..., str],
    absolute: Callable[[str], str],
) -> str:
    """Return a citation as plain text: authors, title, archive, date, and the place of an argument."""
    names = " and ".join(filter(None, (", ".join(a.term.name for a in card.authors[:-1]), *_last(card.authors))))
    number = argument.card.number if isinstance(argument, ArgumentView) else argument
    url = argument.card.url if isinstance(argument, ArgumentView) else card.url
    place = f", argument {number}" if number else ""
    author = f"{names}, " if names else ""
    return f"{author}“{card.title}”, {config.title}, {date(card.date)}{place}, {absolute(url)}"


def _last(authors: tuple[Byline, ...]) -> list[str]:
    return [authors[-1].term.name] if authors else []
