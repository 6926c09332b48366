"""What is told of a source: an article, another file of `content/`, a template, or a file that is not read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sitegen.archive.cards import Standards
from sitegen.archive.phrases import short
from sitegen.archive.relations import Edge, chief
from sitegen.articles.article import Article, Point
from sitegen.articles.clock import Clock
from sitegen.articles.load import load
from sitegen.articles.omission import Omission
from sitegen.articles.paths import is_article
from sitegen.articles.records import Record
from sitegen.build.explain.explanation import (
    ArgumentFacts,
    Explanation,
    Fact,
    LinkFacts,
    PageFacts,
    RelationFacts,
)
from sitegen.build.explain.values import article_values, record_values
from sitegen.build.job import Job
from sitegen.build.reading import Reading
from sitegen.diagnostics import Diagnostic
from sitegen.resources import theme_folder

__all__ = ["Sources"]

# Under this clock nothing is left out: everything that is due is shown, and nothing has expired.
_ALL = Clock(dt.datetime(1, 1, 2, tzinfo=dt.UTC), drafts=True, future=True)

_REMEDIES = {
    "a draft": "set `draft: false`, or build with `--drafts`",
    "due": "wait, or build with `--future`",
    "expired": "change `expiry_date`, or build with `--as-of` an earlier day",
}


class Sources:
    """Tells of the sources of one reading."""

    def __init__(self, job: Job, reading: Reading) -> None:
        """Tell of what `reading` has."""
        self.job = job
        self.reading = reading

    def explain(self, path: str) -> Explanation:
        """Tell of the source at a path, relative to the project, with slashes."""
        reading = self.reading
        known = {source.path for source in (*reading.tree.articles, *reading.tree.records)}
        if path in known:
            return self._article(path) if is_article(path) else self._record(path)
        if path in {found.path for found in (*reading.tree.media, *reading.tree.files)}:
            return self._file(path)
        if path.startswith("templates/"):
            return self._template(path)
        if path == "config.toml":
            return Explanation(kind="config", summary="The configuration of the site", path=path)
        hint = (
            "of `content/` sitegen reads Markdown, and what stands beside it; hidden files and backups of editors not"
        )
        return Explanation(
            kind="unread",
            summary="sitegen does not read this file",
            path=path,
            hint=hint if path.startswith("content/") else "",
            findings=self.findings(path),
        )

    def findings(self, path: str) -> tuple[Diagnostic, ...]:
        """Return what was found about a file."""
        return tuple(finding for finding in self.reading.findings if finding.path == path)

    def arguments(self, article: Article, name: str) -> tuple[ArgumentFacts, ...]:
        """Return what there is to tell of the arguments of an article, by its id in the archive, empty for none."""
        return tuple(self._argument(argument, name) for argument in article.body.arguments)

    def omitted(self, omission: Omission) -> tuple[Article | None, str]:
        """Return an article that is left out, `None` where it lacks what it needs, and the URL that it would have."""
        content = load([omission.path], self.job.config, _ALL, self.reading.bodies)
        if not content.articles:
            return None, ""
        article = content.articles[0]
        term = self.reading.archive.terms["section"].find(article.section)
        section = term.id if term is not None else article.id.partition("/")[0]
        return article, self.reading.archive.urls.article(section, article.slug, article.date)

    def _article(self, path: str) -> Explanation:
        archive = self.reading.archive
        _, name = archive.files.get(path, ("", ""))
        if name:
            article, card = archive.articles[name], archive.cards[name]
            withdrawn = card.status == "withdrawn"
            return Explanation(
                kind="article",
                summary="A withdrawn article: its page is a tombstone" if withdrawn else "An article",
                path=path,
                url=card.url,
                facts=tuple(article_values(article, archive.standards[name], card.url, archive.urls.permalink)),
                mode=article.body.mode,
                mode_reason=article.body.mode_reason,
                arguments=() if withdrawn else self.arguments(article, name),
                links=self._links(path),
                pages=self._pages(path),
                findings=self.findings(path),
            )
        omission = next((o for o in self.reading.content.omissions if o.path == path), None)
        if omission is not None:
            return self._omitted(omission)
        return Explanation(
            kind="article",
            summary="An article that cannot be understood",
            path=path,
            left_out="it has errors",
            hint="mend what is found below",
            findings=self.findings(path),
        )

    def _omitted(self, omission: Omission) -> Explanation:
        article, url = self.omitted(omission)
        standards = self._standards(article) if article else Standards(status="none")
        remedy = next((text for start, text in _REMEDIES.items() if omission.reason.startswith(start)), "")
        archive = self.reading.archive
        return Explanation(
            kind="article",
            summary="An article that is left out",
            path=omission.path,
            left_out=omission.reason,
            hint=remedy,
            facts=tuple(article_values(article, standards, url, archive.urls.permalink)) if article else (),
            mode=article.body.mode if article else "",
            mode_reason=article.body.mode_reason if article else "",
            arguments=self.arguments(article, "") if article else (),
        )

    def _standards(self, article: Article) -> Standards:
        return self.reading.archive.notices.resolve(article)[0]

    def _record(self, path: str) -> Explanation:
        archive = self.reading.archive
        kind, name = archive.files.get(path, ("", ""))
        record = next((r for r in self.reading.content.records if r.path == path), None)
        omission = next((o for o in self.reading.content.omissions if o.path == path), None)
        if omission is not None:
            return Explanation(
                kind=omission.kind,
                summary=f"A {omission.kind} that is left out",
                path=path,
                left_out=omission.reason,
                hint=_REMEDIES["a draft"],
            )
        if record is None or not name:
            return Explanation(
                kind="unread",
                summary="A file that cannot be used",
                path=path,
                left_out="it has errors",
                hint="mend what is found below",
                findings=self.findings(path),
            )
        return Explanation(
            kind=record.kind,
            summary=f"{'An' if record.kind == 'author' else 'A'} {_KINDS[record.kind]}",
            path=path,
            url=archive.url_of(kind, name),
            facts=tuple(record_values(record, archive.url_of(kind, name), self._uses(record, name))),
            links=self._links(path),
            pages=self._pages(path),
            findings=self.findings(path),
        )

    def _uses(self, record: Record, name: str) -> str:
        """Say how much of the archive belongs to a record."""
        archive = self.reading.archive
        match record.kind:
            case "section" | "author" | "tag":
                return _count(len(archive.bucket((record.kind, name))), "article")
            case "notice":
                return _count(len(archive.bucket(("standards", record.id, str(record.date)))), "article")
            case "claim":
                return _count(len(archive.bucket(("arguments", "claim", name))), "argument")
        return ""

    def _file(self, path: str) -> Explanation:
        file = next((file for file in self.reading.files if file.source == path), None)
        url = file.url if file else ""
        users = {owner.path for owner, _, resolved in self.reading.links if url and resolved.url.startswith(url)}
        facts = (
            [Fact("url", url, "copied as it is")]
            if path in {found.path for found in self.reading.tree.files}
            else [Fact("url", url)]
        )
        facts += [Fact("used by", user) for user in sorted(users)]
        return Explanation(
            kind="file",
            summary="A file that is published" if file else "A file beside Markdown that nothing refers to",
            path=path,
            url=url,
            left_out="" if file else "no article shows it or links to it",
            facts=tuple(facts) if file else (),
            findings=self.findings(path),
        )

    def _template(self, path: str) -> Explanation:
        name = path.removeprefix("templates/")
        packaged = (theme_folder() / name).is_file()
        return Explanation(
            kind="template",
            summary="A template that stands in place of the packaged one" if packaged else "A template of the site",
            path=path,
            pages=tuple(
                PageFacts(page.url, page.template, page.parameters)
                for page in self.reading.pages
                if page.template == name
            ),
            findings=self.findings(path),
        )

    def _pages(self, path: str) -> tuple[PageFacts, ...]:
        return tuple(
            PageFacts(page.url, page.template, page.parameters)
            for page in self.reading.pages
            if page.source == path or page.source.startswith(f"{path}, ")
        )

    def _links(self, path: str) -> tuple[LinkFacts, ...]:
        return tuple(
            LinkFacts(link.place.line, link.target, resolved.url)
            for owner, link, resolved in self.reading.links
            if owner.path == path
        )

    def _argument(self, argument: Point, name: str) -> ArgumentFacts:
        archive = self.reading.archive
        ref = f"{name}#{argument.id}" if name else ""
        chosen = chief(archive.graph.assertions.get(ref, ()))
        url = archive.cards[name].url if name else ""
        return ArgumentFacts(
            number=argument.number,
            id=argument.id,
            explicit_id=argument.explicit_id,
            claim=short(argument.claim),
            title=argument.title,
            line=argument.place.line,
            stance=(chosen.stance or "") if chosen else argument.stance or "",
            stance_by=chosen.by if chosen else "",
            claim_id=chosen.claim if chosen else argument.claim_ref.text if argument.claim_ref else "",
            url=archive.urls.argument(url, argument.id) if url else "",
            page_url=archive.urls.argument_page(url, argument.id) if url else "",
            relations=tuple(_relations(archive.graph.outgoing.get(ref, ()), archive.graph.incoming.get(ref, ()))),
        )


_KINDS = {
    "section": "section",
    "author": "author",
    "tag": "tag",
    "notice": "version of a standards notice",
    "claim": "claim",
    "page": "page of its own",
}


def _relations(outgoing: tuple[Edge, ...], incoming: tuple[Edge, ...]) -> Iterator[RelationFacts]:
    for edge in outgoing:
        yield RelationFacts(edge.kind, "out", edge.label or edge.target, edge.by)
    for edge in incoming:
        yield RelationFacts(edge.kind, "in", edge.source, edge.by)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
