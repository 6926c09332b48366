"""A body at a path becomes an article: path rule, configured defaults, and what is required.

Every value remembers where it comes from, for `sitegen explain`.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

from sitegen.articles.article import Article, Body, Credit, Meta, Outline, Place
from sitegen.articles.dates import EdtfDate
from sitegen.articles.sources import Location
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.slugs import slugify

__all__ = ["Clock", "assemble", "why_left_out"]

_DATE_HINT = "write `date: 2009-07-20`, or begin the file's name with the date"


class Clock(Struct, frozen=True):
    """What a build takes as now, and which pieces it shows besides the published ones."""

    now: dt.datetime
    drafts: bool = False
    future: bool = False


def assemble(
    path: str, location: Location, body: Body | Outline, config: Config
) -> tuple[Article | None, tuple[Diagnostic, ...]]:
    """Make the article of a body at `path`; `None` where something required is missing.

    Findings are those of this step alone, with the path. A key that is there with a wrong value has a
    finding already, and so has a missing title, which no path or default can give.
    """
    meta = body.meta
    origins: dict[str, str] = {}
    findings: list[Diagnostic] = []
    section = _section(meta, location, config, origins)
    slug = _given(meta.slug, "slug", meta, origins) or _origin(location.slug, "slug", "the file's name", origins)
    date = meta.date or location.date
    origins["date"] = _line("date", meta) if meta.date else "the file's name"
    authors = _authors(meta, section, config, origins)
    if not body.understood:
        return None, ()
    told = meta.places.keys() if any(finding.fails for finding in body.findings) else set()
    if date is None and "date" not in told:
        findings.append(_missing("date", _DATE_HINT, path))
    if authors is None and not told & {"authors", "byline"}:
        findings.append(_missing("authors", "write `author: …`, or `byline: none` where there is none", path))
    if not slug:
        findings.append(Diagnostic.of("bad-slug", "the file's name gives no slug", path=path, hint="write a `slug`"))
    standards, standards_origin = _default(meta.standards, "standards", section, meta, config, origins)
    if not meta.title or date is None or authors is None or not slug:
        return None, tuple(findings)
    article = Article(
        path=path,
        id=_given(meta.id, "id", meta, origins)
        or _origin(f"{slugify(section)}/{slug}", "id", "section and slug", origins),
        slug=slug,
        section=section,
        date=date,
        authors=authors,
        standards=standards or "none",
        standards_origin=standards_origin,
        genre=_default(meta.genre or "", "genre", section, meta, config, origins)[0],
        language=_default(meta.language, "language", section, meta, config, origins)[0] or config.language,
        body=body,
        origins=origins,
    )
    return article, tuple(findings)


def why_left_out(meta: Meta, date: EdtfDate, clock: Clock, config: Config) -> str:
    """Return why a piece is not part of a build, in words, or an empty string where it is."""
    if meta.draft and not clock.drafts:
        return "a draft"
    zone = config.zone
    if meta.expiry_date and meta.expiry_date.moment(zone) <= clock.now:
        return f"expired on {meta.expiry_date}"
    if not clock.future:
        for due in (meta.publish_date, date):
            if due is not None and due.moment(zone) > clock.now:
                return f"due on {due}"
    return ""


def _section(meta: Meta, location: Location, config: Config, origins: dict[str, str]) -> str:
    if meta.section:
        return _given(meta.section, "section", meta, origins)
    if location.section:
        return _origin(location.section, "section", "the folder", origins)
    if config.defaults.section:
        return _origin(config.defaults.section, "section", "[defaults]", origins)
    return _origin("articles", "section", "sitegen's default", origins)


def _authors(meta: Meta, section: str, config: Config, origins: dict[str, str]) -> tuple[Credit, ...] | None:
    if meta.authors:
        origins["authors"] = _line("authors", meta)
        return meta.authors
    if meta.byline == "none":
        origins["authors"] = _line("byline", meta)
        return ()
    names, origin = config.default_for("authors", slugify(section), section)
    if names:
        origins["authors"] = origin
        return tuple(Credit(name) for name in names)
    return None


def _default(
    value: str, key: str, section: str, meta: Meta, config: Config, origins: dict[str, str]
) -> tuple[str, Literal["article", "default"]]:
    """Return a value with the configured one behind it, and whether the article or a default gave it."""
    if value:
        return _given(value, key, meta, origins), "article"
    configured, origin = config.default_for(key, slugify(section), section)
    origins[key] = origin or ("`language` of config.toml" if key == "language" else "sitegen's default")
    return configured or "", "default"


def _given(value: str, key: str, meta: Meta, origins: dict[str, str]) -> str:
    if value:
        origins[key] = _line(key, meta)
    return value


def _origin(value: str, key: str, origin: str, origins: dict[str, str]) -> str:
    origins[key] = origin
    return value


def _line(key: str, meta: Meta) -> str:
    place = meta.places.get(key, Place())
    return f"front matter, line {place.line}" if place.line else "front matter"


def _missing(key: str, hint: str, path: str) -> Diagnostic:
    return Diagnostic.of("missing-key", f"“{key}” is missing", path=path, line=1, column=1, hint=hint)
