"""The editor's panel: what stands behind a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from sitegen.archive.links import owner_of, resolve
from sitegen.archive.phrases import short
from sitegen.archive.relations import chief
from sitegen.archive.window import Window
from sitegen.articles.article import Article, Link
from sitegen.articles.clock import Clock
from sitegen.articles.load import load
from sitegen.articles.records import Record
from sitegen.build.explain.explanation import Fact
from sitegen.build.explain.values import article_values, record_values
from sitegen.diagnostics import Diagnostic
from sitegen.pages.page import Page
from sitegen.preview.edition import Edition
from sitegen.preview.editors import editor_link
from sitegen.preview.making import leads
from sitegen.preview.press import Press
from sitegen.preview.telling import found

__all__ = ["panel"]

# Under this clock nothing is left out: everything that is due is shown, and nothing has expired.
_ALL = Clock(dt.datetime(1, 1, 2, tzinfo=dt.UTC), drafts=True, future=True)


def panel(press: Press, page: Page, base_path: str, findings: Iterable[Diagnostic]) -> dict[str, Any]:
    """Return what there is to tell of a page, as plain values for JSON.

    That is its source, values with their origins, arguments, links that lead nowhere, what was found in the source, why
    the page was rendered again last, and where its piece is listed.
    """
    edition = press.edition
    source = page.source.partition(", ")[0]
    path = source if source.startswith("content/") and not source.endswith("/") else ""
    told = {
        "path": path,
        "editor": editor_link(edition.job.config, edition.job.project, path),
        "title": edition.title_of(path) if path else "",
        "kind": edition.archive.files.get(path, (page.kind, ""))[0],
        "badge": next((it.badge for it in edition.unpublished if it.path == path), ""),
        "template": page.template,
        "facts": [],
        "arguments": [],
        "links": [],
        "listings": [],
        "findings": [found(it, edition.job.config, edition.job.project) for it in findings if path and it.path == path],
        "rendered": list(press.why(page)),
    }
    kind, name = edition.archive.files.get(path, ("", ""))
    if kind == "article":
        return told | _article(edition, path, name, base_path)
    record = _record(edition, path) if kind else None
    if record is not None:
        facts = record_values(record, edition.url_of(path), "")
        return told | {"facts": _facts(facts), "links": list(_broken(edition, record, record.targets))}
    return told


def _article(edition: Edition, path: str, name: str, base_path: str) -> dict[str, Any]:
    config, archive = edition.job.config, edition.archive
    # An archive that was unpacked does not know where values come from.
    article = load([path], config, _ALL, edition.bodies).articles[0]
    card = archive.cards[name]
    waiting = next((it for it in edition.unpublished if it.path == path), None)
    status = card.status if waiting is None else waiting.badge
    first = [
        Fact("status", f"{status}, until {waiting.until}" if waiting and waiting.until else status),
        Fact("words", str(article.body.words)),
        Fact("arguments", f"{len(article.body.arguments)}, {article.body.mode}", article.body.mode_reason),
    ]
    values = article_values(article, archive.standards[name], card.url, archive.urls.permalink)
    return {
        "badge": "withdrawn" if card.status == "withdrawn" else status if waiting else "",
        "facts": _facts([*first, *(it for it in values if it.name not in ("arguments", "draft"))]),
        "arguments": list(_arguments(edition, article, name, base_path)),
        "links": list(_broken(edition, archive.articles[name], article.body.links)),
        "listings": [
            base_path + url[1:]
            for url in (card.section.url, *(it.term.url for it in card.authors), *(tag.url for tag in card.tags))
        ],
    }


def _facts(facts: Iterable[Fact]) -> list[dict[str, str]]:
    return [{"name": it.name, "value": it.value, "origin": it.origin} for it in facts]


def _arguments(edition: Edition, article: Article, name: str, base_path: str) -> Iterator[dict[str, Any]]:
    job, archive = edition.job, edition.archive
    url = archive.cards[name].url
    for argument in article.body.arguments:
        chosen = chief(archive.graph.assertions.get(f"{name}#{argument.id}", ()))
        yield {
            "number": argument.number,
            "id": argument.id,
            "claim": short(argument.claim),
            "line": argument.place.line,
            "stance": (chosen.stance or "") if chosen else argument.stance or "",
            "url": base_path + archive.urls.argument(url, argument.id)[1:],
            "editor": editor_link(job.config, job.project, article.path, argument.place.line),
        }


def _broken(edition: Edition, source: Article | Record, links: Iterable[Link]) -> Iterator[dict[str, Any]]:
    """Yield the links of a source that lead nowhere."""
    window = Window(edition.archive, edition.assets.media_url)
    owner = owner_of(window, source)
    for link in links:
        resolved = resolve(link, owner, window)
        is_there = bool(resolved.url) and resolved.finding is None
        if not is_there or not (resolved.settled or leads(edition, resolved.url)):
            yield {"line": link.place.line, "target": link.target, "url": ""}


def _record(edition: Edition, path: str) -> Record | None:
    """Return another file of `content/` that has a page."""
    archive = edition.archive
    kind, name = archive.files[path]
    match kind:
        case "claim":
            return archive.claims[name]
        case "page":
            return archive.pages[name]
        case "section" | "author" | "tag":
            return archive.terms[kind].entries[name].record
        case _:
            versions = archive.notices.versions.get(name.partition("@")[0], ())
            return next((it for it in versions if it.path == path), None)
