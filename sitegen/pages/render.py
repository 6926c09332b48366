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
from msgspec import Struct

from sitegen.archive.cards import Card
from sitegen.archive.queries import Queries
from sitegen.articles.dates import EdtfDate
from sitegen.diagnostics import Diagnostic
from sitegen.pages.page import Page
from sitegen.pages.plan import SITEMAP_LIMIT
from sitegen.pages.site import PageInfo, Site
from sitegen.pages.templates import Snapshot, problem

__all__ = ["Feed", "Renderer", "SitemapEntry", "make_relative"]

_ROOT_LINK = re.compile(r'(?<=\s)(href|src|action|poster)="/(?!/)')
_TAG = re.compile(r"<[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_TERMS = ("section", "author", "tag")


class Feed(Struct, frozen=True, kw_only=True):
    """A feed: its title, the page that it belongs to, its own URL, and its entries, newest first."""

    title: str
    url: str
    self_url: str
    articles: tuple[Card, ...]


class SitemapEntry(Struct, frozen=True):
    """A URL of the sitemap; `lastmod` only where it is known for sure."""

    url: str
    lastmod: EdtfDate | None = None


class Renderer:
    """Renders the pages of one plan."""

    def __init__(
        self, env: jinja2.Environment, snapshot: Snapshot, site: Site, pages: tuple[Page, ...], base_path: str
    ) -> None:
        """Render with `env`; `pages` is the whole plan, for the sitemap, and `base_path` the path of the site's URL."""
        self._env = env
        self._snapshot = snapshot
        self._site = site
        self._pages = pages
        self._base_path = base_path

    def render(self, page: Page, queries: Queries) -> bytes | Diagnostic:
        """Return the bytes of a page in UTF-8, or what is wrong with its template."""
        info = PageInfo(
            url=page.url,
            kind=page.kind,
            base=page.base or page.url,
            number=int(page.parameters.get("chunk", 0)),
            feed=page.feed,
        )
        try:
            template = self._env.get_template(page.template)
            subject = self._subject(page, queries)
            text = template.render(site=self._site, page=info, archive=queries, **subject)
        except Exception as error:  # noqa: BLE001 - a template can raise anything; it is told with its place
            return problem(error, self._snapshot, page.url)
        if page.template.endswith(".html"):
            text = make_relative(text, page.url, self._base_path)
        return text.encode("utf-8", "replace")

    def _subject(self, page: Page, queries: Queries) -> Mapping[str, Any]:
        """Ask for what the page is about; the names are those of the template API."""
        given = page.parameters
        subject: dict[str, Any] = {}
        if page.template == "feed.xml":
            return {"feed": self._feed(page, queries)}
        if page.template == "sitemap.xml":
            return {"entries": self._sitemap(int(given["part"]), queries)}
        if page.template == "sitemap-index.xml":
            return {"sitemaps": tuple(f"/sitemap-{n + 1}.xml" for n in range(int(given["parts"])))}
        for name, value in given.items():
            if name in _SUBJECTS:
                subject[name] = _SUBJECTS[name](queries, str(value))
            elif name not in ("chunk", "version"):
                subject[name] = value
        if "version" in given:
            notice = subject["notice"]
            subject["version"] = next(v for v in notice.versions if str(v.date) == given["version"])
        if "chunk" in given:
            subject["chunk"] = self._chunk(page, queries)
        return subject

    def _chunk(self, page: Page, queries: Queries) -> Any:  # noqa: ANN401 - a chunk of articles or arguments
        number = int(page.parameters["chunk"])
        if page.template == "arguments.html":
            return queries.arguments(chunk=number)
        filters: dict[str, Any] = {
            name: value for name, value in page.parameters.items() if name in (*_TERMS, "year", "month")
        }
        if "version" in page.parameters:
            filters["standards"] = f"{page.parameters['notice']}@{page.parameters['version']}"
        return queries.articles(chunk=number, **filters)

    def _feed(self, page: Page, queries: Queries) -> Feed:
        kind = next((name for name in _TERMS if name in page.parameters), "")
        filters: dict[str, Any] = {kind: page.parameters[kind]} if kind else {}
        title = self._site.title
        if kind:
            term = getattr(queries, kind)(filters[kind]).term
            title = f"{term.name} · {title}"
        articles = queries.articles(limit=self._site.feeds.limit, **filters)
        return Feed(
            title=title,
            url=page.url.removesuffix("feed.xml"),
            self_url=page.url,
            articles=articles if isinstance(articles, tuple) else (),
        )

    def _sitemap(self, part: int, queries: Queries) -> tuple[SitemapEntry, ...]:
        listed = [page for page in self._pages if page.in_sitemap]
        entries = []
        for page in listed[part * SITEMAP_LIMIT : (part + 1) * SITEMAP_LIMIT]:
            card = queries.card(str(page.parameters["article"])) if "article" in page.parameters else None
            entries.append(SitemapEntry(page.url, (card.updated or card.date) if card else None))
        return tuple(entries)


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


def make_relative(html: str, url: str, base_path: str) -> str:
    """Make the links of a page that begin at the root relative to the page.

    `/404.html` is shown by hosts at any URL, so there links begin with the path of the site instead.
    Only attributes of tags are changed; text that looks like one is left alone.
    """
    prefix = base_path if url == "/404.html" else "../" * (url.count("/") - 1) or "./"

    def change(tag: re.Match[str]) -> str:
        text = tag[0]
        if '="/' not in text:
            return text
        text = text.replace(f'href="{url}#', 'href="#') if url != "/404.html" else text
        return _ROOT_LINK.sub(rf'\1="{prefix}', text)

    return _TAG.sub(change, html)
