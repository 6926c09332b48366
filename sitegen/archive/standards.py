"""Standards notices: which version of which notice an article was published under.

A version holds from its date to the day before the next one. Three cases stay honest: a partial date
within which versions differ, an article older than the first version, and no notice at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from msgspec import Struct

from sitegen.archive.cards import Standards
from sitegen.archive.findings import found, meant
from sitegen.archive.urls import Urls
from sitegen.articles.article import Article
from sitegen.articles.dates import EdtfDate
from sitegen.articles.records import Record
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.slugs import slugify

__all__ = ["NO_STANDARDS", "Notices", "gather", "unknown_defaults"]

NO_STANDARDS = Standards(status="none")
FOLDER = "Notices live in content/standards/"


class Notices(Struct, frozen=True):
    """Every standards notice: its versions by its id, oldest first."""

    versions: Mapping[str, tuple[Record, ...]]
    urls: Urls = Urls()

    def title(self, notice: str) -> str:
        """Return the title of a notice: that of its newest version, else its id in words."""
        return self.versions[notice][-1].name or notice.replace("-", " ").capitalize()

    def url(self, notice: str, version: EdtfDate | None = None) -> str:
        """Return the page of a notice, or of one of its versions."""
        slug = slugify(notice)
        return self.urls.notice(slug) if version is None else self.urls.version(slug, version)

    def resolve(self, article: Article) -> tuple[Standards, Diagnostic | None]:  # noqa: PLR0911 - one for each case
        """Return what an article was published under, and a finding where that cannot be told.

        A default of the configuration that names no notice is found once, by `unknown_defaults`.
        """
        notice, _, pin = article.standards.partition("@")
        if notice in ("", "none"):
            return NO_STANDARDS, None
        problem = self.problem(article.standards)
        if problem is not None:
            message, hint = problem
            wrong = article.standards_origin == "article"
            return NO_STANDARDS, _at(article, "unknown-notice", message, hint) if wrong else None
        versions = self.versions[notice]
        if pin:
            version = next(record for record in versions if str(record.date) == pin)
            if article.date.last_day >= first_day(version):
                return self._in_force(notice, version), None
            return self._too_old(article, notice, f"the version of {pin}", pin)
        first, last = _in_force(versions, article.date.first_day), _in_force(versions, article.date.last_day)
        if last is None:
            return self._too_old(article, notice, "its first version", str(versions[0].date))
        if first is last:
            return self._in_force(notice, last), None
        candidates = [first] if first else []
        candidates += [v for v in versions if article.date.first_day < first_day(v) <= article.date.last_day]
        choices = " or ".join(f"`{notice}@{version.date}`" for version in candidates)
        finding = _at(
            article,
            "version-unknown",
            f"the notice “{notice}” changed within {article.date}, so its version cannot be determined",
            f"write `standards: {notice}@DATE` with the date of a version: {choices}",
        )
        return self._standards("not-determinable", notice), finding

    def problem(self, standards: str) -> tuple[str, str] | None:
        """Return message and hint where `notice` or `notice@date` names nothing, else `None`."""
        notice, _, pin = standards.partition("@")
        versions = self.versions.get(notice)
        if versions is None:
            known = sorted(self.versions)
            listed = f"known notices: {', '.join(known)}." if known else "there are none yet."
            return f"unknown standards notice “{notice}”", f"{meant(notice, known, listed)} {FOLDER}"
        if pin and pin not in (dates := [str(record.date) for record in versions]):
            return f"the notice “{notice}” has no version of {pin}", f"its versions: {', '.join(dates)}"
        return None

    def _in_force(self, notice: str, version: Record) -> Standards:
        return Standards(
            status="in-force",
            notice=notice,
            title=version.name or self.title(notice),
            url=self.url(notice, version.date),
            version=version.date,
        )

    def _standards(self, status: str, notice: str) -> Standards:
        title, url = self.title(notice), self.url(notice)
        if status == "not-recorded":
            return Standards(status="not-recorded", notice=notice, title=title, url=url)
        return Standards(status="not-determinable", notice=notice, title=title, url=url)

    def _too_old(self, article: Article, notice: str, what: str, since: str) -> tuple[Standards, Diagnostic | None]:
        standards = self._standards("not-recorded", notice)
        if article.standards_origin == "default":
            return standards, None
        message = f"the piece of {article.date} is older than {what} of the notice “{notice}”, in force from {since}"
        hint = "add the version that held then, or write `standards: none`"
        return standards, _at(article, "notice-not-in-force", message, hint)


def gather(records: Iterable[Record], urls: Urls) -> tuple[Notices, tuple[Diagnostic, ...]]:
    """Return the notices among the records, whatever their order; versions of one day are a finding."""
    versions: dict[str, dict[dt.date, Record]] = {}
    findings = []
    for record in sorted((r for r in records if r.kind == "notice" and r.date is not None), key=lambda r: r.path):
        other = versions.setdefault(record.id, {}).setdefault(first_day(record), record)
        if other is not record:
            message = f"the notice “{record.id}” has another version of {record.date}: {other.path}"
            findings.append(found("duplicate-id", message, record.path, hint="remove or rename one of the two files"))
    return (
        Notices(
            {notice: tuple(days[day] for day in sorted(days)) for notice, days in sorted(versions.items())},
            urls,
        ),
        tuple(findings),
    )


def unknown_defaults(config: Config, notices: Notices) -> tuple[Diagnostic, ...]:
    """Return a finding for each default of the configuration that names no notice or no version."""
    tables = [("[defaults]", config.defaults)]
    tables += [(f"[sections.{name}]", table) for name, table in sorted(config.sections.items())]
    return tuple(
        found("unknown-notice", f"{problem[0]}, in {name}", "config.toml", hint=problem[1])
        for name, table in tables
        if table.standards not in (None, "", "none") and (problem := notices.problem(table.standards or "")) is not None
    )


def first_day(version: Record) -> dt.date:
    """Return the first day on which a version holds."""
    return version.date.first_day if version.date is not None else dt.date.min


def _in_force(versions: tuple[Record, ...], day: dt.date) -> Record | None:
    return next((version for version in reversed(versions) if first_day(version) <= day), None)


def _at(article: Article, code: str, message: str, hint: str) -> Diagnostic:
    places = article.places
    return found(code, message, article.path, places.get("standards") or places.get("date"), hint)
