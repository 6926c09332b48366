"""The plan: every page that an archive has, before any is rendered.

Only URLs and parameters are decided here, so a plan costs little and can be compared. Two pages at
one URL, also where they differ only in case or in Unicode's normal form, would overwrite each other on
some host: that is fatal, and names both sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sitegen.archive.archive import Archive
from sitegen.archive.chunks import chunk_numbers
from sitegen.diagnostics import Diagnostic
from sitegen.pages.page import Page, PublishedFile, path_key

__all__ = ["SITEMAP_LIMIT", "collisions", "plan"]

SITEMAP_LIMIT = 50_000
"""URLs in one sitemap, as the protocol allows (sitemaps.org, “Sitemap index files”)."""

_TERMS = {"section": "sections", "author": "authors", "tag": "tags"}


def plan(archive: Archive) -> tuple[Page, ...]:
    """Return the pages of an archive, redirects and data files included, in a fixed order."""
    pages = [
        *_front(),
        *_articles(archive),
        *_terms(archive),
        *_by_date(archive),
        *_arguments(archive),
        *_standards(archive),
        *_documents(archive),
    ]
    taken = {path_key(page.path) for page in pages}
    pages += [page for page in _redirects(archive) if path_key(page.path) not in taken or not _is_own(page, pages)]
    return (*pages, *_sitemaps(pages))


def _front() -> Iterator[Page]:
    yield Page(url="/", template="home.html", source="the home page", feed="/feed.xml")
    yield Page(url="/feed.xml", template="feed.xml", source="the site's feed", in_sitemap=False)
    yield Page(url="/404.html", template="404.html", source="the page for what is not found", in_sitemap=False)
    yield Page(url="/robots.txt", template="robots.txt", source="the rules for robots", in_sitemap=False)
    yield Page(
        url="/corrections/", template="corrections.html", source="the corrections log", feed="/corrections/feed.xml"
    )
    yield Page(
        url="/corrections/feed.xml", template="corrections.xml", source="the feed of corrections", in_sitemap=False
    )


def _articles(archive: Archive) -> Iterator[Page]:
    for name, card in archive.cards.items():
        source = archive.articles[name].path
        if card.status == "withdrawn":
            yield Page(
                url=card.url, template="tombstone.html", source=source, parameters={"article": name}, in_sitemap=False
            )
            continue
        feed = archive.urls.feed(card.section.url, "xml")
        yield Page(url=card.url, template="article.html", source=source, parameters={"article": name}, feed=feed)
        if archive.urls.argument_pages:
            for ref in archive.refs_of(name):
                argument = archive.argument(ref)
                yield Page(
                    url=archive.urls.argument_page(card.url, argument.id),
                    template="argument.html",
                    source=f"{source}, argument {argument.number}",
                    parameters={"article": name, "argument": ref},
                    feed=feed,
                )


def _terms(archive: Archive) -> Iterator[Page]:
    for kind, index in _TERMS.items():
        yield Page(url=f"/{index}/", template=f"{index}.html", source=f"the index of {index}")
        for name in archive.bucket(("terms", kind)):
            entry = archive.terms[kind].entries[name]  # type: ignore[index]  # the kinds are those of the archive
            source = entry.record.path if entry.record else f"the {kind} “{entry.term.name}”"
            feed = archive.urls.feed(entry.term.url, "xml")
            yield from _listing(
                archive, entry.term.url, f"{kind}.html", source, {kind: name}, archive.bucket((kind, name)), feed=feed
            )
            yield Page(
                url=feed, template="feed.xml", source=f"the feed of {source}", parameters={kind: name}, in_sitemap=False
            )


def _by_date(archive: Archive) -> Iterator[Page]:
    yield from _listing(
        archive, "/archive/", "archive.html", "the archive by date", {}, archive.bucket(("all",)), feed="/feed.xml"
    )
    for year in archive.bucket(("years",)):
        yield from _listing(
            archive,
            archive.urls.year(int(year)),
            "year.html",
            f"the year {year}",
            {"year": int(year)},
            archive.bucket(("year", year)),
        )
        for month in archive.bucket(("months", year)):
            yield from _listing(
                archive,
                archive.urls.month(int(year), int(month)),
                "month.html",
                f"the month {year}-{month}",
                {"year": int(year), "month": int(month)},
                archive.bucket(("month", year, month)),
            )


def _arguments(archive: Archive) -> Iterator[Page]:
    yield from _listing(
        archive, "/arguments/", "arguments.html", "all arguments", {}, archive.bucket(("arguments", "all"))
    )
    yield Page(url="/claims/", template="claims.html", source="the index of claims")
    for name in archive.bucket(("claims",)):
        record = archive.claims[name]
        yield Page(
            url=archive.url_of("claim", name), template="claim.html", source=record.path, parameters={"claim": name}
        )


def _standards(archive: Archive) -> Iterator[Page]:
    yield Page(url="/standards/", template="standards.html", source="the index of standards notices")
    for name in archive.bucket(("notices",)):
        versions = archive.notices.versions[name]
        folder = versions[0].path.rpartition("/")[0]
        yield Page(
            url=archive.notices.url(name), template="notice.html", source=f"{folder}/", parameters={"notice": name}
        )
        for version in versions:
            date = str(version.date)
            yield from _listing(
                archive,
                archive.notices.url(name, version.date),
                "version.html",
                version.path,
                {"notice": name, "version": date},
                archive.bucket(("standards", name, date)),
            )


def _documents(archive: Archive) -> Iterator[Page]:
    for name in archive.bucket(("pages",)):
        record = archive.pages[name]
        yield Page(url=archive.urls.page(name), template="page.html", source=record.path, parameters={"document": name})


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
    for name, article in archive.articles.items():
        for alias in article.meta.aliases:
            yield Page(
                url=alias,
                template="redirect.html",
                source=f"{article.path}, an alias",
                parameters={"target": archive.cards[name].url},
                in_sitemap=False,
            )
    if not archive.urls.argument_pages:
        return
    for ref, spot in archive.spots.items():
        argument = archive.argument(ref)
        url = archive.cards[spot.article].url
        for former in argument.was:
            yield Page(
                url=archive.urls.argument_page(url, former),
                template="redirect.html",
                source=f"{archive.articles[spot.article].path}, a former id of argument {argument.number}",
                parameters={"target": archive.urls.argument_page(url, argument.id)},
                in_sitemap=False,
            )


def _is_own(redirect: Page, pages: Iterable[Page]) -> bool:
    """Whether a redirect would stand where its own target is: then there is nothing to do."""
    return any(page.url == redirect.parameters["target"] and page.path == redirect.path for page in pages)


def _sitemaps(pages: list[Page]) -> Iterator[Page]:
    count = sum(1 for page in pages if page.in_sitemap)
    parts = -(-count // SITEMAP_LIMIT)
    if parts <= 1:
        yield Page(
            url="/sitemap.xml", template="sitemap.xml", source="the sitemap", parameters={"part": 0}, in_sitemap=False
        )
        return
    yield Page(
        url="/sitemap.xml",
        template="sitemap-index.xml",
        source="the index of sitemaps",
        parameters={"parts": parts},
        in_sitemap=False,
    )
    for part in range(parts):
        yield Page(
            url=f"/sitemap-{part + 1}.xml",
            template="sitemap.xml",
            source="a sitemap",
            parameters={"part": part},
            in_sitemap=False,
        )


def collisions(pages: Iterable[Page], files: Iterable[PublishedFile]) -> Iterator[Diagnostic]:
    """Yield a fatal finding for every two sources that would be one file, or a file and a folder."""
    taken: dict[str, tuple[str, str]] = {}
    folders: dict[str, tuple[str, str]] = {}
    everything = [(page.path, page.url, page.source) for page in pages]
    everything += [(file.path, file.url, file.source) for file in files]
    for path, url, source in everything:
        key = path_key(path)
        other = taken.get(key) or folders.get(key)
        parents = ["/".join(key.split("/")[:n]) for n in range(1, key.count("/") + 1)]
        other = other or next((taken[parent] for parent in parents if parent in taken), None)
        if other is not None:
            yield _collision(url, source, *other)
            continue
        taken[key] = (url, source)
        for parent in parents:
            folders.setdefault(parent, (url, source))


def _collision(url: str, source: str, other_url: str, other: str) -> Diagnostic:
    path = source.split(", ", maxsplit=1)[0] if source.startswith("content/") else ""
    same = f"the URL {url}" if url == other_url else f"URLs that are one on some hosts, {other_url} and {url}"
    return Diagnostic.of(
        "url-collision",
        f"{other} and {source} ask for {same}",
        path=path,
        hint="give one of them another `slug`, or remove the alias that collides",
    )
