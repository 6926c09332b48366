"""A tree of sources becomes the articles and records of a build, with what is left out and every finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from msgspec import Struct

from sitegen.articles.article import Article
from sitegen.articles.assemble import Clock, assemble, why_left_out
from sitegen.articles.parse import Parser
from sitegen.articles.records import Record
from sitegen.articles.sources import Source, identify, is_article, locate
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.slugs import slugify

__all__ = ["Content", "Omission", "load"]


BROKEN = "has errors"
"""The reason of an omission that nobody chose."""


class Omission(Struct, frozen=True):
    """A source that is not part of this build, and why. `id` is what references would name."""

    path: str
    title: str
    reason: str
    id: str
    kind: Literal["article", "claim", "page"] = "article"


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


def load(
    sources: Iterable[Source],
    config: Config,
    clock: Clock,
    parser: Parser,
    progress: Callable[[int], None] = lambda _: None,
) -> Content:
    """Parse the sources, in their order; `progress` is told how many are done.

    A piece with an error that hides what it is (no title, no date) is in neither list; its findings
    say so. Findings of pieces that are left out are not told: an unfinished draft fails no build.
    """
    articles: list[Article] = []
    records: list[Record] = []
    omissions: list[Omission] = []
    broken: list[Omission] = []
    findings: list[Diagnostic] = []
    for done, source in enumerate(sources, 1):
        if is_article(source.path):
            article, omission, found = _article(source, config, clock, parser)
            if article is not None:
                articles.append(article)
        else:
            record, omission, found = _record(source, config, clock, parser)
            if record is not None:
                records.append(record)
        findings.extend(found)
        if omission is not None:
            (broken if omission.reason == BROKEN else omissions).append(omission)
        progress(done)
    return Content(
        articles=tuple(articles),
        records=tuple(records),
        omissions=tuple(omissions),
        broken=tuple(broken),
        findings=tuple(findings),
    )


def _article(
    source: Source, config: Config, clock: Clock, parser: Parser
) -> tuple[Article | None, Omission | None, tuple[Diagnostic, ...]]:
    location = locate(source.path)
    if isinstance(location, Diagnostic):
        return None, None, (location,)

    def defaults(written: str) -> tuple[str, str]:
        section = written or location.section or config.defaults.section or ""
        arguments, language = (
            config.default_for(key, slugify(section), section)[0] for key in ("arguments", "language")
        )
        return arguments or "auto", language or config.language

    body = parser.article(source.data, defaults=defaults)
    article, found = assemble(source.path, location, body, config)
    date = body.meta.date or location.date
    if body.meta.draft and not clock.drafts:
        reason = "a draft"
    else:
        reason = why_left_out(body.meta, date, clock, config) if date else ""
    section = slugify(body.meta.section or location.section or config.defaults.section or "articles")
    name = article.id if article else body.meta.id or f"{section}/{body.meta.slug or location.slug}"
    title = body.meta.title or source.path
    if reason:
        return None, Omission(source.path, title, reason, name), ()
    findings = (*(finding.at(source.path) for finding in body.findings), *found)
    return article, None if article else Omission(source.path, title, BROKEN, name), findings


def _record(
    source: Source, config: Config, clock: Clock, parser: Parser
) -> tuple[Record | None, Omission | None, tuple[Diagnostic, ...]]:
    identity = identify(source.path)
    if isinstance(identity, Diagnostic):
        return None, None, (identity,)
    record, found = parser.record(source.data, identity, path=source.path, language=config.language)
    if record.draft and not clock.drafts:
        shown: Literal["claim", "page"] = "claim" if record.kind == "claim" else "page"
        return None, Omission(source.path, record.name or record.id, "a draft", record.slug or record.id, shown), ()
    return record, None, tuple(finding.at(source.path) for finding in found)
