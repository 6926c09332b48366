"""A tree of sources becomes the articles and records of a build, with what is left out and every finding."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Protocol

from msgspec import Struct

from sitegen.articles.article import Article, Body, Outline
from sitegen.articles.assemble import assemble, why_left_out
from sitegen.articles.clock import Clock
from sitegen.articles.omission import Omission
from sitegen.articles.paths import identify, is_article, locate
from sitegen.articles.records import Record
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.slugs import slugify

__all__ = ["Content", "Reader", "load"]


BROKEN = "has errors"
"""The reason of an omission that nobody chose."""


class Content(Struct, frozen=True, kw_only=True):
    """What the sources of a build give. `findings` are those of single files, by path.

    `broken` are the pieces that are in neither list because of their errors: what refers to one of them
    is not wrong itself.
    """

    articles: tuple[Article, ...]
    records: tuple[Record, ...]
    omissions: tuple[Omission, ...]
    broken: tuple[Omission, ...]
    findings: tuple[Diagnostic, ...]


class Reader(Protocol):
    """Gives what the bytes of each source are, by its path; no two sources are mixed up."""

    def article(self, path: str) -> Body | Outline:
        """Return the body of an article."""
        ...

    def record(self, path: str) -> tuple[Record, tuple[Diagnostic, ...]]:
        """Return another file of `content/`, with its findings."""
        ...


def load(paths: Iterable[str], config: Config, clock: Clock, reader: Reader) -> Content:
    """Make the articles and records of sources, in the order of `paths`.

    A piece with an error that hides what it is (no title, no date) is in neither list; its findings
    say so. Findings of pieces that are left out are not told: an unfinished draft fails no build.
    """
    articles: list[Article] = []
    records: list[Record] = []
    omissions: list[Omission] = []
    broken: list[Omission] = []
    findings: list[Diagnostic] = []
    for path in paths:
        if is_article(path):
            article, omission, found = _article(path, config, clock, reader)
            if article is not None:
                articles.append(article)
        else:
            record, omission, found = _record(path, clock, reader)
            if record is not None:
                records.append(record)
        findings.extend(found)
        if omission is not None:
            (broken if omission.reason == BROKEN else omissions).append(omission)
    return Content(
        articles=tuple(articles),
        records=tuple(records),
        omissions=tuple(omissions),
        broken=tuple(broken),
        findings=tuple(findings),
    )


def _article(
    path: str, config: Config, clock: Clock, reader: Reader
) -> tuple[Article | None, Omission | None, tuple[Diagnostic, ...]]:
    location = locate(path)
    if isinstance(location, Diagnostic):
        return None, None, (location,)
    body = reader.article(path)
    article, found = assemble(path, location, body, config)
    date = body.meta.date or location.date
    if body.meta.draft and not clock.drafts:
        reason = "a draft"
    else:
        reason = why_left_out(body.meta, date, clock, config) if date else ""
    section = slugify(body.meta.section or location.section or config.defaults.section or "articles")
    name = article.id if article else body.meta.id or f"{section}/{body.meta.slug or location.slug}"
    title = body.meta.title or path
    if reason:
        return None, Omission(path, title, reason, name), ()
    findings = (*(finding.at(path) for finding in body.findings), *found)
    return article, None if article else Omission(path, title, BROKEN, name), findings


def _record(path: str, clock: Clock, reader: Reader) -> tuple[Record | None, Omission | None, tuple[Diagnostic, ...]]:
    identity = identify(path)
    if isinstance(identity, Diagnostic):
        return None, None, (identity,)
    record, found = reader.record(path)
    if record.draft and not clock.drafts:
        shown: Literal["claim", "page"] = "claim" if record.kind == "claim" else "page"
        return None, Omission(path, record.name or record.id, "a draft", record.slug or record.id, shown), ()
    return record, None, tuple(finding.at(path) for finding in found)
