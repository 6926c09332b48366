"""Rendering: a page of the plan and the questions that it asks become bytes.

A page asks through `Queries` alone, its own subject included, and its links are made relative at the
end: templates and answers hold URLs from the root (`/business/gift/`), the finished page holds
`../../business/gift/`, so the folder works under any path of any host.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import jinja2

from sitegen.archive.queries import Queries
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.errors import Damaged
from sitegen.pages.addresses import make_relative
from sitegen.pages.feeds import make_feed
from sitegen.pages.page import Page
from sitegen.pages.site import PageInfo, Site
from sitegen.pages.snapshot import Snapshot
from sitegen.pages.templates import problem
from sitegen.pages.words import Tongues

__all__ = ["FEEDS", "Renderer"]

FEEDS = frozenset({"feed.xml", "feed.json", "corrections.xml", "corrections.json"})
"""The templates of feeds; they get `feed` as their subject."""

Sitemaps = Callable[..., Any]
"""Gives the entries of a sitemap, asked as `("sitemap", part)`, and how many there are, asked as `("sitemaps")`."""

_FILTERS = frozenset({"section", "author", "tag", "year", "month"})

# No text file of the web may hold these (XML 1.0, section 2.2; HTML, section 13.2.3.5): in UTF-8 the first
# ones are bytes of their own. They come in as character references.
_CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\r"})
# Two expressions, because each is looked for by its first bytes.
_FORBIDDEN = ((b"\xc2", re.compile(rb"\xc2[\x80-\x9f]")), (b"\xef\xbf", re.compile(rb"\xef\xbf[\xbe\xbf]")))


class Renderer:
    """Renders the pages of one plan."""

    def __init__(
        self,
        env: jinja2.Environment,
        snapshot: Snapshot,
        site: Site,
        sitemaps: Sitemaps,
        config: Config,
        tongues: Tongues,
    ) -> None:
        """Render with `env` what is in `snapshot`; `sitemaps` is asked for what depends on the whole plan."""
        self._env = env
        self._snapshot = snapshot
        self._site = site
        self._config = config
        self._sitemaps = sitemaps
        self._tongues = tongues

    @property
    def environment(self) -> jinja2.Environment:
        """The environment that templates are compiled in."""
        return self._env

    def render(self, page: Page, queries: Queries) -> bytes | Diagnostic:
        """Return the bytes of a page in UTF-8, or what is wrong with its template."""
        try:
            template = self._env.get_template(page.template)
            subject = self._subject(page, queries)
            names = self._names(subject)
            text = template.render(site=self._site, page=PageInfo.of(page), archive=queries, **names, **subject)
        except Damaged:
            raise
        except Exception as error:  # noqa: BLE001 - a template can raise anything; it is told with its place
            return problem(error, self._snapshot, page.url)
        if page.template.endswith(".html"):
            text = make_relative(text, page.url, self._config.base_path)
        data = text.encode("utf-8", "ignore").translate(None, _CONTROLS)
        for beginning, forbidden in _FORBIDDEN:
            if beginning in data:
                data = forbidden.sub(b"", data)
        return data

    def _names(self, subject: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the words of a page where they are not the site's: those of the piece that it is about."""
        interface = self._tongues.of("")
        if "article" not in subject:
            return {}
        words = self._tongues.of(subject["article"].card.language)
        return {} if words is interface else words.names

    def _subject(self, page: Page, queries: Queries) -> Mapping[str, Any]:
        """Ask for what the page is about; the names are those of the template API."""
        given = page.parameters
        if page.template in FEEDS:
            return {"feed": make_feed(page, queries, self._site, self._config, self._tongues.interface)}
        if page.template == "sitemap.xml":
            return {"entries": self._sitemaps("sitemap", int(given["part"]))}
        if page.template == "sitemap-index.xml":
            return {"sitemaps": tuple(f"/sitemap-{part}.xml" for part in range(1, self._sitemaps("sitemaps") + 1))}
        subject: dict[str, Any] = {
            name: _SUBJECTS[name](queries, str(value)) if name in _SUBJECTS else value for name, value in given.items()
        }
        if "version" in given:
            subject["version"] = next(v for v in subject["notice"].versions if str(v.date) == given["version"])
        if "chunk" in given:
            subject["chunk"] = self._chunk(page, queries)
        return subject

    def _chunk(self, page: Page, queries: Queries) -> Any:  # noqa: ANN401 - a chunk of articles or arguments
        number = int(page.parameters["chunk"])
        if page.template == "arguments.html":
            return queries.arguments(chunk=number)
        filters: dict[str, Any] = {name: value for name, value in page.parameters.items() if name in _FILTERS}
        if "version" in page.parameters:
            filters["standards"] = f"{page.parameters['notice']}@{page.parameters['version']}"
        return queries.articles(chunk=number, **filters)


_SUBJECTS: Mapping[str, Callable[[Queries, str], Any]] = {
    "article": lambda queries, name: queries.article(name),
    "argument": lambda queries, name: queries.argument(name),
    "section": lambda queries, name: queries.section(name),
    "author": lambda queries, name: queries.author(name),
    "tag": lambda queries, name: queries.tag(name),
    "claim": lambda queries, name: queries.claim(name),
    "notice": lambda queries, name: queries.notice(name),
    "document": lambda queries, name: queries.document(name),
}
