"""The filters of the template API. Each gives the same answer in every run, place and locale.

A filter that is given something it cannot use raises `TypeError` with a message for the author of the
template; it is told with the template's line.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import jinja2
from babel.dates import format_date, format_skeleton, get_month_names
from jinja2.filters import do_tojson
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup as SafeText

from sitegen.archive.cards import ArgumentView, ArticleView, Card, Debate
from sitegen.articles.dates import EdtfDate
from sitegen.articles.inline import Inline
from sitegen.articles.typography import typographic
from sitegen.config import Config
from sitegen.pages.addresses import make_absolute
from sitegen.pages.languages import direction, locale_of
from sitegen.pages.maps import DebateMap, debate_map
from sitegen.pages.words import ENGLISH, Tongues, Words

__all__ = ["DATE_FORMATS", "Filters"]

DATE_FORMATS = ("long", "short", "month", "year", "iso", "rfc3339")
_CACHED = 4_096
_DATES_CACHED = 16_384
_TEXTS_CACHED = 128
_MONTHS = 12
_LOOSE_ENDS = ",;:–—-"
_json = json.JSONEncoder(ensure_ascii=False).encode


class Filters:
    """The filters of one site."""

    def __init__(self, config: Config, inline: Callable[[str], Inline], tongues: Tongues | None = None) -> None:
        """`inline` gives what reads single lines of Markdown, by language; without `tongues` words are English."""
        self._config = config
        self._inline = inline
        self._tongues = tongues
        self._base = config.base_url.rstrip("/")
        self._dates = lru_cache(maxsize=_DATES_CACHED)(self._date)
        self._months = lru_cache(maxsize=_CACHED)(_month)
        # A piece stands in a feed of the site, of its section, of each author and each tag.
        self._absolute = lru_cache(maxsize=_TEXTS_CACHED)(make_absolute)
        self._lines = lru_cache(maxsize=_CACHED)(self._line)

    def by_name(self) -> dict[str, Callable[..., Any]]:
        """Return the filters under the names that templates use."""
        return {
            "absolute": self.absolute,
            "absolute_links": self.absolute_links,
            "asset": self.asset,
            "cite": self.cite,
            "date": self.date,
            "debate_map": self.debate_map,
            "direction": self.direction,
            "excerpt": self.excerpt,
            "listed": self.listed,
            "markdown": self.markdown,
            "month_name": self.month_name,
            "safe": _safe,
            "tag_uri": self.tag_uri,
            "tojson": _tojson,
            "typography": self.typography,
        }

    def absolute(self, url: str) -> str:
        """Return a URL that begins at the root with the site's base URL before it, others as they are."""
        return self._base + url if url.startswith("/") and not url.startswith("//") else url

    def absolute_links(self, html: str, page: str = "/") -> str:
        """Return HTML with every address made absolute, as seen from the page at URL `page`."""
        return self._absolute(html, page, self._base)

    @staticmethod
    @jinja2.pass_context
    def asset(context: Context, name: str) -> str:
        """Return the fingerprinted URL of a file of `templates/assets/`."""
        try:
            return str(context.parent["site"]._ask("asset", name))  # noqa: SLF001 - it notes what a page depends on
        except KeyError:
            raise TypeError(f"there is no asset “{name}” in templates/assets/") from None

    @jinja2.pass_context
    def cite(self, context: Context, subject: ArticleView | Card, argument: ArgumentView | int | None = None) -> str:
        """Return a citation as plain text, of an article or of one of its arguments, in the language of the page.

        Authors, title, archive, date, the place of the argument, and the URL.
        """
        card = subject.card if isinstance(subject, ArticleView) else subject
        if not isinstance(card, Card):
            raise TypeError(f"`cite` needs an article, not {_kind(subject)}")
        language = self._spoken(context)
        number = argument.card.number if isinstance(argument, ArgumentView) else argument
        url = argument.card.url if isinstance(argument, ArgumentView) else card.url
        values = {
            "authors": _listed([author.term.name for author in card.authors], language),
            "title": self._typography(card.title, card.language),
            "site": self._config.title,
            "date": self._dates(card.date, "long", language),
            "number": number,
            "url": self.absolute(url),
        }
        gettext = self._words(language).say
        if number and card.authors:
            text = gettext("%(authors)s, “%(title)s”, %(site)s, %(date)s, argument %(number)s, %(url)s", **values)
        elif number:
            text = gettext("“%(title)s”, %(site)s, %(date)s, argument %(number)s, %(url)s", **values)
        elif card.authors:
            text = gettext("%(authors)s, “%(title)s”, %(site)s, %(date)s, %(url)s", **values)
        else:
            text = gettext("“%(title)s”, %(site)s, %(date)s, %(url)s", **values)
        return text

    @jinja2.pass_context
    def date(self, context: Context, value: EdtfDate, format: str = "long") -> str:  # noqa: A002 - as templates have it
        """Return a date as text in the language of the page.

        `long`: 20 July 2009; `short`: 20 Jul 2009; `month`: July 2009; `year`; `iso`: as in the source
        (EDTF level 0); `rfc3339`: the first moment that it may mean. A partial date gives what is known.
        """
        if not isinstance(value, EdtfDate):
            raise TypeError(f"`date` needs a date, not {_kind(value)}")
        if format not in DATE_FORMATS:
            raise TypeError(f"unknown date format “{format}”; there are {', '.join(DATE_FORMATS)}")
        return value.text if format == "iso" else self._dates(value, format, self._spoken(context))

    @jinja2.pass_context
    def debate_map(self, context: Context, debate: Debate) -> DebateMap:
        """Return the map of a debate: a drawing, where a library for it is installed, and a nested list."""
        if not isinstance(debate, Debate):
            raise TypeError(f"`debate_map` needs a debate, not {_kind(debate)}")
        return debate_map(debate, self._typography, is_rtl=direction(self._spoken(context)) == "rtl")

    @staticmethod
    def direction(language: str) -> str:
        """Return `rtl` for a language that is written from right to left, else `ltr`."""
        return direction(language)

    def excerpt(self, text: str, words: int = 30) -> str:
        """Return the first words of a plain text, with an ellipsis where there are more."""
        found = str(text).split()
        if len(found) <= words:
            return " ".join(found)
        return " ".join(found[:words]).rstrip(_LOOSE_ENDS) + "…"

    @jinja2.pass_context
    def listed(self, context: Context, names: Iterable[str], tag: str = "") -> str:
        """Return texts as a list in a sentence, such as “A, B and C”; with `tag` each stands in such an element."""
        language = self._spoken(context)
        if not context.eval_ctx.autoescape:
            return _listed(list(names), language)
        element = SafeText(f"<{tag}>%s</{tag}>" if tag else "%s")  # noqa: S704 - `tag` is the template's own word
        return SafeText(_listed([element % name for name in names], language))  # noqa: S704 - of escaped texts

    @jinja2.pass_context
    def markdown(self, context: Context, text: str, language: str = "") -> SafeText:
        """Return a line of Markdown as safe inline HTML, with the quotes of `language` or else the page's."""
        return self._lines(text, language or self._spoken(context))

    @jinja2.pass_context
    def month_name(self, context: Context, month: int, year: int = 0) -> str:
        """Return the name of a month, from 1 to 12, as it stands alone, or before its year."""
        if not 1 <= month <= _MONTHS:
            raise TypeError(f"there is no month {month}")
        return self._months(month, year, self._spoken(context))

    def tag_uri(self, card: Card, fragment: str = "") -> str:
        """Return the permanent identity of a piece as a `tag:` URI (RFC 4151), for feeds.

        It holds the host, the year and the identity, but neither scheme nor path: a piece that moves, or
        a site that does so on its host, does not come in again as new.
        """
        if not isinstance(card, Card):
            raise TypeError(f"`tag_uri` needs a card, not {_kind(card)}")
        host = urlsplit(self._config.base_url).hostname
        return f"tag:{host},{card.date.year:04d}:{card.id}" + (f"#{fragment}" if fragment else "")

    @jinja2.pass_context
    def typography(self, context: Context, text: str, language: str = "") -> str:
        """Return a plain text with the quotes and dashes of `language` or else the page's."""
        return self._typography(text, language or self._spoken(context))

    def said(self, value: EdtfDate) -> str:
        """Return a date in the site's language, for what is no template."""
        return self._dates(value, "long", self._config.language)

    def typeset(self, text: str, language: str = "") -> str:
        """Return a plain text with the quotes and dashes of `language` or else the site's, for what is no template."""
        return self._typography(text, language)

    def line(self, text: str, language: str) -> SafeText:
        """Return a line of Markdown as safe inline HTML, for what is no template."""
        return self._lines(text, language)

    def _typography(self, text: str, language: str = "") -> str:
        return typographic(text, language or self._config.language) if self._config.markdown.typography else text

    def _spoken(self, context: Context) -> str:
        """Return the language of the page, or of its part, that a filter is used on."""
        language = context.resolve_or_missing("language")
        return language if isinstance(language, str) else self._config.language

    def _words(self, language: str) -> Words:
        return self._tongues.of(language) if self._tongues else ENGLISH

    def _line(self, text: str, language: str) -> SafeText:
        return SafeText(self._inline(language).render(text))  # noqa: S704 - it is cleaned there

    def _date(self, value: EdtfDate, form: str, language: str) -> str:
        if form == "rfc3339":
            return self._rfc3339(value)
        if form == "year" or value.month is None:
            return f"{value.year}"
        day, locale = value.first_day, locale_of(language)
        if form == "month" or value.day is None:
            return str(format_skeleton("yMMMM", dt.datetime.combine(day, dt.time()), locale=locale))
        return str(format_date(day, "long" if form == "long" else "medium", locale=locale))

    def _rfc3339(self, value: EdtfDate) -> str:
        moment = value.moment(self._config.zone)
        offset = moment.utcoffset()
        # Before standard time zones had seconds, which RFC 3339 cannot write.
        if offset is not None and offset.seconds % 60:
            moment = moment.astimezone(dt.UTC)
        return moment.isoformat().replace("+00:00", "Z")


def _month(month: int, year: int, language: str) -> str:
    locale = locale_of(language)
    if year:
        return str(format_skeleton("yMMMM", dt.datetime(year, month, 1), locale=locale))  # noqa: DTZ001 - a month
    return str(get_month_names("wide", context="stand-alone", locale=locale)[month])


def _listed(names: list[str], language: str) -> str:
    if len(names) <= 1:
        return "".join(names)
    from babel.lists import format_list

    return format_list(names, locale=locale_of(language))


def _safe(value: Any) -> SafeText:  # noqa: ANN401 - whatever a template prints
    """Return what Jinja's filter does; plain texts, which are most, without its detours."""
    return str.__new__(SafeText, value) if type(value) is str else SafeText(value)  # noqa: S704 - as its author says


@jinja2.pass_eval_context
def _tojson(context: EvalContext, value: Any, indent: int | None = None) -> SafeText:  # noqa: ANN401 - the same
    """Return what Jinja's filter does; feeds are full of plain texts."""
    if type(value) is not str or indent is not None:
        return do_tojson(context, value, indent)
    text = _json(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return str.__new__(SafeText, text.replace("'", "\\u0027"))


def _kind(value: object) -> str:
    return str(value) if value is None or isinstance(value, bool) else f"a {type(value).__name__}"
