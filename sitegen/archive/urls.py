"""The URL contract: the one place that knows where each page of the archive stands.

Every URL is relative to the root of the site, begins with a slash, and ends with one unless it
names a file or a fragment. Which pages there are is planned later; here they only get their names.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from sitegen.articles.dates import DAY, MONTH, YEAR, EdtfDate
from sitegen.config import Config
from sitegen.slugs import RESERVED

__all__ = ["Urls", "reserved"]

_PART = re.compile(r"\{(\w+)\}")
_FOLDERS = {"section": "/", "author": "/authors/", "tag": "/tags/"}
_INDEXES = {"section": "/sections/", "author": "/authors/", "tag": "/tags/"}


class Urls(Struct, frozen=True):
    """The URLs of a site: `permalink` is the pattern of articles, `[archive]` has both settings."""

    permalink: str = "/{section}/{slug}/"
    argument_pages: bool = True

    @classmethod
    def of(cls, config: Config) -> Urls:
        """Return the URLs that a configuration asks for."""
        return cls(config.archive.permalink, config.archive.argument_pages)

    def missing_parts(self, date: EdtfDate) -> tuple[str, ...]:
        """Return the parts of the permalink pattern that a partial date lacks, as in the pattern."""
        lacking = {"month": len(date.text) < MONTH, "day": len(date.text) < DAY}
        return tuple(part for part in _parts(self.permalink) if lacking.get(part, False))

    def article(self, section: str, slug: str, date: EdtfDate) -> str:
        """Return the URL of an article; `section` is the section's slug.

        Month and day have two digits, the year four. A segment that would be empty, because the date
        lacks the part, is left out; `missing_parts` tells beforehand.
        """
        year, month, day = date.text[:YEAR], date.text[YEAR + 1 : MONTH], date.text[MONTH + 1 : DAY]
        parts = {"section": section, "slug": slug, "year": year, "month": month, "day": day}
        url = _form(self.permalink) % parts
        return re.sub(r"/{2,}", "/", url) if "//" in url else url

    def argument(self, article: str, argument: str) -> str:
        """Return the place of an argument in its article, whose URL is `article`."""
        return f"{article}#{argument}"

    def argument_page(self, article: str, argument: str) -> str:
        """Return the page of an argument; its place in the article where argument pages are off."""
        return f"{article}{argument}/" if self.argument_pages else self.argument(article, argument)

    def term(self, kind: Literal["section", "author", "tag"], slug: str) -> str:
        """Return the page of a section, an author or a tag."""
        return f"{_FOLDERS[kind]}{slug}/"

    def terms(self, kind: Literal["section", "author", "tag"]) -> str:
        """Return the index of all sections, authors or tags."""
        return _INDEXES[kind]

    def home(self) -> str:
        """Return the front page."""
        return "/"

    def archive(self) -> str:
        """Return the index by date."""
        return "/archive/"

    def year(self, year: int) -> str:
        """Return the page of a year."""
        return f"/archive/{year:04d}/"

    def month(self, year: int, month: int) -> str:
        """Return the page of a month, from 1 to 12."""
        return f"/archive/{year:04d}/{month:02d}/"

    def arguments(self) -> str:
        """Return the index of all arguments."""
        return "/arguments/"

    def claims(self) -> str:
        """Return the index of claims."""
        return "/claims/"

    def claim(self, slug: str) -> str:
        """Return the page of a claim."""
        return f"/claims/{slug}/"

    def notices(self) -> str:
        """Return the index of standards notices."""
        return "/standards/"

    def notice(self, slug: str) -> str:
        """Return the page of a standards notice."""
        return f"/standards/{slug}/"

    def version(self, slug: str, date: EdtfDate) -> str:
        """Return the page of the version of a notice that holds from `date`."""
        return f"/standards/{slug}/{date}/"

    def corrections(self) -> str:
        """Return the corrections log."""
        return "/corrections/"

    def search(self) -> str:
        """Return the search page."""
        return "/search/"

    def page(self, slug: str) -> str:
        """Return a page of `content/pages/`."""
        return f"/{slug}/"

    def chunk(self, listing: str, number: int) -> str:
        """Return a chunk of the listing at URL `listing`; number 0 is the landing page itself."""
        return f"{listing}page/{number}/" if number else listing

    def feed(self, listing: str, form: Literal["xml", "json"]) -> str:
        """Return the Atom (`xml`) or JSON feed of the page at URL `listing`; `/` gives the site's."""
        return f"{listing}feed.{form}"


@lru_cache(maxsize=16)
def _parts(permalink: str) -> tuple[str, ...]:
    """Return the names of the parts of a permalink pattern, as in the pattern."""
    return tuple(_PART.findall(permalink))


@lru_cache(maxsize=16)
def _form(permalink: str) -> str:
    """Return a permalink pattern as Python's `%` takes it."""
    return _PART.sub(r"%(\1)s", permalink.replace("%", "%%"))


def reserved(url: str) -> str:
    """Return the first segment of a URL where the site itself needs it, else an empty string."""
    first = url.lstrip("/").split("/", 1)[0]
    return first if first in RESERVED else ""
