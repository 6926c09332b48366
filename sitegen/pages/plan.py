"""The plan: every page that an archive has, before any is rendered.

Only URLs and parameters are decided here, so a plan costs little and can be compared. Two pages at
one URL, also where they differ only in case or in Unicode's normal form, would overwrite each other on
some host: that is fatal, and names both sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

from sitegen.archive.archive import Archive
from sitegen.archive.chunks import chunk_numbers
from sitegen.archive.terms import TermKind
from sitegen.diagnostics import Diagnostic
from sitegen.pages.page import Page, PublishedFile, path_key
from sitegen.pages.sitemap import sitemap_parts

__all__ = ["collisions", "plan"]

_KINDS: tuple[TermKind, ...] = get_args(TermKind)
_FILE_ENDINGS = (".html", ".htm", ".xhtml", ".shtml")
_OWN_FILES = "content/files/"


def plan(archive: Archive) -> tuple[Page, ...]:
    """Return the pages of an archive, redirects and sitemaps included, in a fixed order."""
    pages = [
        *_front(archive),
        *_articles(archive),
        *_terms(archive),
        *_by_date(archive),
        *_arguments(archive),
        *_standards(archive),
        *_documents(archive),
        *_redirects(archive),
    ]
    return (*pages, *_sitemaps(pages))


def _front(archive: Archive) -> Iterator[Page]:
    urls = archive.urls
    feed = urls.feed(urls.home(), "xml")
    yield Page(url=urls.home(), template="home.html", source="the home page", feed=feed)
    yield from _feeds(archive, urls.home(), "feed", "the site's feed", {})
    yield Page(url="/404.html", template="404.html", source="the page for what is not found", in_sitemap=False)
    yield Page(url="/robots.txt", template="robots.txt", source="the rules for robots", in_sitemap=False)
    feed = urls.feed(urls.corrections(), "xml")
    yield Page(url=urls.corrections(), template="corrections.html", source="the corrections log", feed=feed)
    yield from _feeds(archive, urls.corrections(), "corrections", "the feed of corrections", {})
    if archive.config.has_search:
        yield Page(url=urls.search(), template="search.html", source="the search page")


def _feeds(
    archive: Archive, listing: str, kind: str, source: str, parameters: dict[str, str | int], part: str = ""
) -> Iterator[Page]:
    """Yield the Atom and the JSON feed of the page at URL `listing`."""
    for form in ("xml", "json"):
        yield Page(
            url=archive.urls.feed(listing, form),
            template=f"{kind}.{form}",
            source=source,
            part=part,
            parameters=parameters,
            in_sitemap=False,
        )


def _articles(archive: Archive) -> Iterator[Page]:
    feeds = {url: archive.urls.feed(url, "xml") for url in {card.section.url for card in archive.cards.values()}}
    for name, card in archive.cards.items():
        source = archive.articles[name].path
        parameters: dict[str, str | int] = {"article": name}
        if card.status == "withdrawn":
            yield Page(url=card.url, template="tombstone.html", source=source, parameters=parameters, in_sitemap=False)
            continue
        feed = feeds[card.section.url]
        yield Page(url=card.url, template="article.html", source=source, parameters=parameters, feed=feed)
        for argument in archive.articles[name].body.arguments if archive.urls.argument_pages else ():
            yield Page(
                url=archive.urls.argument_page(card.url, argument.id),
                template="argument.html",
                source=source,
                part=f"argument {argument.number}",
                parameters={**parameters, "argument": f"{name}#{argument.id}"},
                feed=feed,
            )


def _terms(archive: Archive) -> Iterator[Page]:
    for kind in _KINDS:
        index = archive.urls.terms(kind)
        plural = index.strip("/")
        yield Page(url=index, template=f"{plural}.html", source=f"the index of {plural}")
        for name in archive.bucket(("terms", kind)):
            entry = archive.terms[kind].entries[name]
            url = entry.term.url
            source = entry.record.path if entry.record else f"the {kind} “{entry.term.name}”"
            names = archive.bucket((kind, name))
            feed = archive.urls.feed(url, "xml")
            yield from _listing(archive, url, f"{kind}.html", source, {kind: name}, names, feed=feed)
            yield from _feeds(archive, url, "feed", source, {kind: name}, "its feed")


def _by_date(archive: Archive) -> Iterator[Page]:
    urls = archive.urls
    feed = urls.feed(urls.home(), "xml")
    names = archive.bucket(("all",))
    yield from _listing(archive, urls.archive(), "archive.html", "the archive by date", {}, names, feed=feed)
    for year in archive.bucket(("years",)):
        url = urls.year(int(year))
        parameters: dict[str, str | int] = {"year": int(year)}
        names = archive.bucket(("year", year))
        yield from _listing(archive, url, "year.html", f"the year {year}", parameters, names)
        for month in archive.bucket(("months", year)):
            url = urls.month(int(year), int(month))
            names = archive.bucket(("month", year, month))
            source = f"the month {year}-{month}"
            yield from _listing(archive, url, "month.html", source, {**parameters, "month": int(month)}, names)


def _arguments(archive: Archive) -> Iterator[Page]:
    urls = archive.urls
    refs = archive.bucket(("arguments", "all"))
    yield from _listing(archive, urls.arguments(), "arguments.html", "all arguments", {}, refs)
    yield Page(url=urls.claims(), template="claims.html", source="the index of claims")
    for name in archive.bucket(("claims",)):
        source = archive.claims[name].path
        yield Page(url=archive.url_of("claim", name), template="claim.html", source=source, parameters={"claim": name})


def _standards(archive: Archive) -> Iterator[Page]:
    yield Page(url=archive.urls.notices(), template="standards.html", source="the index of standards notices")
    for name in archive.bucket(("notices",)):
        versions = archive.notices.versions[name]
        folder = versions[0].path.rpartition("/")[0]
        url = archive.notices.url(name)
        yield Page(url=url, template="notice.html", source=f"{folder}/", parameters={"notice": name})
        for version in versions:
            date = str(version.date)
            url = archive.notices.url(name, version.date)
            names = archive.bucket(("standards", name, date))
            parameters: dict[str, str | int] = {"notice": name, "version": date}
            yield from _listing(archive, url, "version.html", version.path, parameters, names)


def _documents(archive: Archive) -> Iterator[Page]:
    for name in archive.bucket(("pages",)):
        source = archive.pages[name].path
        yield Page(url=archive.urls.page(name), template="page.html", source=source, parameters={"document": name})


def _listing(
    archive: Archive,
    url: str,
    template: str,
    source: str,
    parameters: dict[str, str | int],
    names: tuple[str, ...],
    *,
    feed: str = "",
) -> Iterator[Page]:
    """Yield the landing page of a listing and its older chunks."""
    for number in (0, *chunk_numbers(len(names), archive.config.archive.page_size)):
        yield Page(
            url=archive.urls.chunk(url, number),
            template=template,
            source=source,
            parameters={**parameters, "chunk": number},
            base=url,
            feed=feed,
        )


def _redirects(archive: Archive) -> Iterator[Page]:
    """Yield a redirect for every alias of an article and every former id of an argument, once for each target."""
    told: set[tuple[str, str]] = set()
    for url, target, source, part in _former_places(archive):
        redirect = Page(
            url=url,
            template="redirect.html",
            source=source,
            part=part,
            parameters={"target": target},
            in_sitemap=False,
        )
        # Where a redirect would stand at its own target there is nothing to do.
        if url != target and (redirect.path, target) not in told:
            told.add((redirect.path, target))
            yield redirect


def _former_places(archive: Archive) -> Iterator[tuple[str, str, str, str]]:
    """Yield where something stood, where it stands now, the file that says so, and which part of it."""
    for name, article in archive.articles.items():
        for alias in article.meta.aliases:
            # Hosts find the page of a folder with or without a slash; other endings they would not serve as HTML.
            is_page = alias.endswith(("/", *_FILE_ENDINGS))
            yield alias if is_page else f"{alias}/", archive.cards[name].url, article.path, f"the alias {alias}"
    if archive.urls.argument_pages:
        for name in archive.bucket(("all",)):
            article, url = archive.articles[name], archive.cards[name].url
            for argument, former in ((it, former) for it in article.body.arguments for former in it.was):
                part = f"`was={former}` of argument {argument.number}"
                target = archive.urls.argument_page(url, argument.id)
                yield archive.urls.argument_page(url, former), target, article.path, part


def _sitemaps(pages: Iterable[Page]) -> Iterator[Page]:
    parts = len(sitemap_parts(pages))
    url = "/sitemap.xml"
    if parts == 1:
        yield Page(url=url, template="sitemap.xml", source="the sitemap", parameters={"part": 0}, in_sitemap=False)
        return
    yield Page(url=url, template="sitemap-index.xml", source="the index of sitemaps", in_sitemap=False)
    for part in range(parts):
        url = f"/sitemap-{part + 1}.xml"
        yield Page(url=url, template="sitemap.xml", source="a sitemap", parameters={"part": part}, in_sitemap=False)


def collisions(pages: Iterable[Page], files: Iterable[PublishedFile]) -> Iterator[Diagnostic]:
    """Yield a fatal finding for every two sources that would be one file, or a file and a folder."""
    taken: dict[str, Page | PublishedFile] = {}
    folders: dict[str, Page | PublishedFile] = {}
    everything: list[Page | PublishedFile] = [*pages, *files]
    for item in everything:
        key = path_key(item.path)
        # Nothing is both a file and a folder, so above a folder that is known there is nothing in the way.
        unknown = []
        folder = key.rpartition("/")[0]
        while folder and folder not in folders:
            unknown.append(folder)
            folder = folder.rpartition("/")[0]
        holder = taken.get(key) or folders.get(key) or next((taken[p] for p in reversed(unknown) if p in taken), None)
        if holder is not None:
            yield _collision(item, holder)
            continue
        taken[key] = item
        folders |= dict.fromkeys(unknown, item)


def _collision(item: Page | PublishedFile, holder: Page | PublishedFile) -> Diagnostic:
    if item.url == holder.url:
        what = f"the URL {item.url}"
    elif path_key(item.path) == path_key(holder.path):
        what = f"URLs that are one on some hosts, {holder.url} and {item.url}"
    else:
        what = f"URLs of which one is a file and a folder, {holder.url} and {item.url}"
    sources = [other.source for other in (item, holder) if other.source.startswith("content/")]
    return Diagnostic.of(
        "url-collision",
        f"{_origin(holder)} and {_origin(item)} ask for {what}",
        path=sources[0] if sources else "",
        hint=_mend(item, holder),
    )


def _origin(item: Page | PublishedFile) -> str:
    return f"{item.source}, {item.part}," if isinstance(item, Page) and item.part else item.source


def _mend(item: Page | PublishedFile, holder: Page | PublishedFile) -> str:
    """Return what to do about two that collide."""
    both = (item, holder)
    pages = [other for other in both if isinstance(other, Page)]
    if any(page.template == "redirect.html" for page in pages):
        return "remove the alias or former id: what stands there now keeps the URL"
    if len(pages) < len(both):
        page = next((page for page in pages if not page.source.startswith("content/")), None)
        if page is not None and item.url == holder.url:
            return f"to have your own, move the file to templates/{page.template}: it replaces the packaged template"
        return f"rename the file in {_OWN_FILES}, or give the page another `slug`"
    if all(page.template == "article.html" for page in pages):
        return "give one of them another `slug`, or put the date into `permalink`, such as `/{section}/{year}/{slug}/`"
    return "give one of them another `slug`"
