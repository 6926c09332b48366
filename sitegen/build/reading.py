"""A project as it is read: its sources parsed, its archive made, its pages planned; nothing is written.

Errors are findings here. Whoever wants a site without any asks `prepare`, which raises them all at once, or
puts the last good versions in the place of pieces that cannot be understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from msgspec import Struct, structs

from sitegen.archive.archive import Archive, Owner, Resolved
from sitegen.archive.assembly import make_archive
from sitegen.archive.links import every_link
from sitegen.archive.references import LeftOut
from sitegen.archive.stored import Outlines, put_away
from sitegen.archive.window import Window
from sitegen.articles.article import Link
from sitegen.articles.load import Content, load
from sitegen.articles.omission import Omission
from sitegen.articles.sources import Tree, read_source
from sitegen.build.bodies import Bodies
from sitegen.build.excerpts import with_excerpts
from sitegen.build.job import Job
from sitegen.build.known import Known
from sitegen.build.report import Kept
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic, Severity, ordered
from sitegen.errors import ContentError, PlanError
from sitegen.pages.assets import Assets
from sitegen.pages.catalogues import Catalogues
from sitegen.pages.links import missing_pages
from sitegen.pages.page import Page, PublishedFile
from sitegen.pages.plan import collisions, plan
from sitegen.pages.search import SEARCH_ASSETS, in_the_way
from sitegen.pages.snapshot import Snapshot

__all__ = ["Prepared", "Reading", "prepare", "read"]


class Reading:
    """A project as it was read, with the plan of its pages, whatever is wrong with it.

    `findings` are all there are before rendering, with the severities that `[checks]` asks for and the lines
    they speak of.
    """

    def __init__(
        self,
        tree: Tree,
        bodies: Bodies,
        understood: Understood,
        assets: Assets,
        snapshot: Snapshot,
        judge: Judge,
        develop: Develop,
    ) -> None:
        """Plan the pages of an archive, and judge what only the whole plan can tell; `develop` makes its pictures."""
        self.tree = tree
        self.bodies = bodies
        self.content = understood.content
        self.archive = understood.archive
        self.assets = assets
        self.snapshot = snapshot
        assets.publish_theme(() if self.archive.config.has_search else SEARCH_ASSETS)
        for path in self.archive.pictures:
            assets.media_url(path)
        of_pictures = develop(self.archive, assets)
        self.pages: tuple[Page, ...] = plan(self.archive)
        copied = (PublishedFile(f"/{found.path.removeprefix('content/files/')}", found.path) for found in tree.files)
        self.files: tuple[PublishedFile, ...] = (*assets.files, *copied)
        found = [
            *collisions(self.pages, self.files),
            *missing_pages(self.archive.loose, self.pages, self.files),
            *(in_the_way(self.files) if self.archive.config.has_search else ()),
            *assets.findings,
            *of_pictures,
            *snapshot.findings,
            *Catalogues(snapshot).findings(),
        ]
        self.findings: tuple[Diagnostic, ...] = ordered([*understood.findings, *judge(found)])

    def put_away(self, outline: Outlines) -> None:
        """Let go of the bodies of articles, of which a large archive has more than of all else.

        From here on those of its archive are loaded by `outline` when they are asked for, and its content has none.
        """
        self.archive = put_away(self.archive, outline)
        self.content = structs.replace(self.content, articles=())

    @cached_property
    def links(self) -> tuple[tuple[Owner, Link, Resolved], ...]:
        """The links of all sources with their answers."""
        return tuple(every_link(self.archive, Window(self.archive, self.assets.media_url)))


class Prepared(Struct, frozen=True, kw_only=True):
    """A reading without an error. `good` are the versions that stand in for the pieces kept back."""

    reading: Reading
    findings: tuple[Diagnostic, ...]
    kept: tuple[Kept, ...]
    good: dict[str, Known]


class Understood(Struct, frozen=True):
    """What the sources of a build are when all are seen together; `own` are those that are wrong by themselves."""

    content: Content
    archive: Archive
    findings: tuple[Diagnostic, ...]
    own: frozenset[str]


Judge = Callable[[Iterable[Diagnostic]], tuple[Diagnostic, ...]]
"""Gives findings the severity that `[checks]` asks for, and the line that they speak of."""


Develop = Callable[[Archive, Assets], Iterable[Diagnostic]]
"""Makes what is not there of the pictures that an archive shows, has assets publish them, and tells what is wrong."""


def read(job: Job, tree: Tree, bodies: Bodies, snapshot: Snapshot, develop: Develop) -> Reading:
    """Understand what was read and plan its pages; errors are findings, and what can be known nevertheless is there."""
    judge = _judge(job.config, bodies)
    understood = _understand(bodies.known, tree, job, bodies, judge, ())
    return Reading(tree, bodies, understood, Assets(job.project, snapshot.assets), snapshot, judge, develop)


def prepare(
    job: Job,
    tree: Tree,
    bodies: Bodies,
    snapshot: Snapshot,
    assets: Assets,
    good: Mapping[str, Known],
    develop: Develop,
) -> Prepared:
    """Understand what was read and plan its pages.

    With `job.keep_going` pieces with errors are replaced by their last `good` version, or
    left out. Raises `ContentError` or `PlanError` with every finding otherwise.
    """
    judge = _judge(job.config, bodies)
    paths = dict.fromkeys(bodies.known)
    kept: dict[str, bool] = {}
    seen: list[Diagnostic] = []
    gone: list[LeftOut] = []
    while True:
        understood = _understand(paths, tree, job, bodies, judge, gone)
        findings = understood.findings
        # What is wrong by itself goes first: it may be all that is wrong with the others.
        wrong = {finding.path for finding in findings if finding.fails} & paths.keys()
        failing = (wrong & understood.own) or wrong
        hopeless = [f for f in findings if f.severity is Severity.FATAL or (f.fails and f.path not in paths)]
        if not failing and not hopeless:
            break
        if not job.keep_going or hopeless:
            raise ContentError(ordered([*seen, *findings]))
        seen += [finding for finding in findings if finding.fails and finding.path in failing]
        _hold_back(failing, paths, kept, bodies, good, job.project)
        gone += [item for item in _named(understood.content) if item.path not in paths]
    reading = Reading(tree, bodies, understood, assets, snapshot, judge, develop)
    every = ordered([*seen, *reading.findings])
    if any(finding.fails for finding in reading.findings):
        plan_fails = any(finding.severity is Severity.FATAL for finding in reading.findings)
        raise (PlanError if plan_fails else ContentError)(every)
    return Prepared(
        reading=reading,
        findings=every,
        kept=tuple(Kept(path, stands_in) for path, stands_in in sorted(kept.items())),
        good={path: good[path] for path, stands_in in kept.items() if stands_in},
    )


def _understand(
    paths: Iterable[str], tree: Tree, job: Job, bodies: Bodies, judge: Judge, gone: Iterable[LeftOut]
) -> Understood:
    """Make the archive of sources; `gone` are pieces held back before, which others may name."""
    content = load(paths, job.config, job.clock, bodies)
    archive, findings = make_archive(
        content.articles,
        content.records,
        job.config,
        left_out=[*gone, *map(_left_out, (*content.omissions, *content.broken))],
        media=[found.path for found in tree.media],
    )
    alone = judge([*tree.findings, *bodies.findings, *content.findings])
    own = frozenset([finding.path for finding in alone if finding.fails])
    return Understood(content, archive, ordered([*alone, *judge(findings)]), own)


def _left_out(omission: Omission) -> LeftOut:
    return LeftOut(id=omission.id, title=omission.title, path=omission.path, kind=omission.kind)


def _named(content: Content) -> Iterator[LeftOut]:
    """Give everything that other pieces may name, as what it would be if it were left out."""
    for article in content.articles:
        yield LeftOut(article.id, article.meta.title, article.path)
    for record in content.records:
        if record.kind in ("claim", "page"):
            name = record.slug or record.id
            yield LeftOut(name, record.name or name, record.path, "claim" if record.kind == "claim" else "page")
    yield from map(_left_out, content.broken)


def _judge(config: Config, bodies: Bodies) -> Judge:
    severities = config.severities

    def judge(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        return ordered(with_excerpts((finding.judged(severities) for finding in findings), bodies.source))

    return judge


def _hold_back(
    failing: set[str],
    paths: dict[str, None],
    kept: dict[str, bool],
    bodies: Bodies,
    good: Mapping[str, Known],
    project: Path,
) -> None:
    """Replace failing sources by their last good version, or leave them out; a second failure leaves out."""
    for path in sorted(failing):
        before = good.get(path) if path not in kept else None
        # Of other settings the same bytes have another key, and are no other version.
        is_new = before is not None and before.digest != bodies.known[path].digest and not _is_withdrawn(project, path)
        kept[path] = is_new and before is not None and bodies.replace(path, before.key)
        if not kept[path]:
            del paths[path]


_WITHDRAWN = re.compile(rb"^[ \t]*[\"']?status[\"']?[ \t]*[:=][ \t]*[\"']?withdrawn", re.IGNORECASE | re.MULTILINE)


def _is_withdrawn(project: Path, path: str) -> bool:
    """Whether a piece that cannot be understood seems to be withdrawn: its old version must not come back."""
    source = read_source(project, path)
    return isinstance(source, Diagnostic) or _WITHDRAWN.search(source.data) is not None
