"""A body at a path becomes an article: path rule, configured defaults, and what is required.

Every value remembers where it comes from, for `sitegen explain`.
"""

from __future__ import annotations

from functools import lru_cache
from sys import intern

from sitegen.articles.article import Article, Body, Outline
from sitegen.articles.clock import Clock
from sitegen.articles.dates import EdtfDate
from sitegen.articles.meta import Credit, Meta
from sitegen.articles.paths import Location
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.slugs import slugify

__all__ = ["assemble", "why_left_out"]

_DATE_HINT = "write `date: 2009-07-20`, or begin the file's name with the date"


def assemble(
    path: str, location: Location, body: Body | Outline, config: Config
) -> tuple[Article | None, tuple[Diagnostic, ...]]:
    """Make the article of a body at `path`; `None` where something required is missing.

    Findings are those of this step alone, with the path. A key that is there with a wrong value has a
    finding already, and so has a missing title, which no path or default can give.
    """
    meta = body.meta
    if not body.understood:
        return None, ()
    findings: list[Diagnostic] = []
    section, section_origin = _section(body, location, config)
    slug = meta.slug or location.slug
    date = meta.date or location.date
    authors, authors_origin = _authors(body, section, config)
    told = body.places.keys() if any(finding.fails for finding in body.findings) else set()
    if date is None and "date" not in told:
        findings.append(_missing("date", _DATE_HINT, path))
    if authors is None and not told & {"authors", "byline"}:
        findings.append(_missing("authors", "write `author: …`, or `byline: none` where there is none", path))
    if not slug:
        findings.append(Diagnostic.of("bad-slug", "the file's name gives no slug", path=path, hint="write a `slug`"))
    if not meta.title or date is None or authors is None or not slug:
        return None, tuple(findings)
    standards, standards_origin = _default(meta.standards, "standards", section, body, config)
    genre, genre_origin = _default(meta.genre or "", "genre", section, body, config)
    language, language_origin = _default(meta.language, "language", section, body, config)
    article = Article(
        path=path,
        id=meta.id or f"{slugify(section)}/{slug}",
        slug=slug,
        section=intern(section),
        date=date,
        authors=_once(authors),
        standards=standards or "none",
        standards_origin="article" if meta.standards else "default",
        genre=genre,
        language=(language or config.language).replace("_", "-"),
        body=body,
        origins=_origins(
            section_origin,
            _line("slug", body) if meta.slug else "the file's name",
            _line("date", body) if meta.date else "the file's name",
            authors_origin,
            _line("id", body) if meta.id else "section and slug",
            standards_origin or "sitegen's default",
            genre_origin or "sitegen's default",
            language_origin or "`language` of config.toml",
        ),
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
        last_year = clock.now.year - 1
        for due in (meta.publish_date, date):
            # Most dates are long past; those near the turn of a year are left to the time zones.
            if due is not None and due.year >= last_year and due.moment(zone) > clock.now:
                return f"due on {due}"
    return ""


def _section(body: Body | Outline, location: Location, config: Config) -> tuple[str, str]:
    if body.meta.section:
        return body.meta.section, _line("section", body)
    if location.section:
        return location.section, "the folder"
    if config.defaults.section:
        return config.defaults.section, "[defaults]"
    return "articles", "sitegen's default"


def _authors(body: Body | Outline, section: str, config: Config) -> tuple[tuple[Credit, ...] | None, str]:
    if body.meta.authors:
        return body.meta.authors, _line("authors", body)
    if body.meta.byline == "none":
        return (), _line("byline", body)
    names, origin = config.default_for("authors", slugify(section), section)
    return (tuple(Credit(name) for name in names), origin) if names else (None, "")


def _default(value: str, key: str, section: str, body: Body | Outline, config: Config) -> tuple[str, str]:
    """Return a value with the configured one behind it, and its origin; both are empty where there is none."""
    if value:
        return value, _line(key, body)
    configured, origin = config.default_for(key, slugify(section), section)
    return configured or "", origin


def _line(key: str, body: Body | Outline) -> str:
    place = body.places.get(key)
    return _numbered(place.line if place is not None else 0)


@lru_cache(maxsize=1_024)
def _numbered(line: int) -> str:
    return f"front matter, line {line}" if line else "front matter"


_WITH_ORIGIN = ("section", "slug", "date", "authors", "id", "standards", "genre", "language")


@lru_cache(maxsize=16_384)
def _once(authors: tuple[Credit, ...]) -> tuple[Credit, ...]:
    """Return authors; pieces that are by the same share them."""
    return authors


@lru_cache(maxsize=16_384)
def _origins(*origins: str) -> dict[str, str]:
    """Return origins by key; pieces that are written alike share them, which an archive has by the thousand."""
    return dict(zip(_WITH_ORIGIN, origins, strict=True))


def _missing(key: str, hint: str, path: str) -> Diagnostic:
    return Diagnostic.of("missing-key", f"“{key}” is missing", path=path, line=1, column=1, hint=hint)
