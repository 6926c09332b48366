"""The build: the whole line, from the sources of a project to its output folder.

Everything before the last step only reads. If anything is wrong, nothing of the output folder has been
touched; if everything is right, it is brought to exactly the planned files.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from sitegen.archive.archive import Archive
from sitegen.archive.assembly import make_archive
from sitegen.archive.links import Owner, Resolved, every_link
from sitegen.archive.queries import Queries
from sitegen.archive.references import LeftOut
from sitegen.articles.article import Link
from sitegen.articles.assemble import Clock
from sitegen.articles.dates import EdtfDate
from sitegen.articles.load import Content, Omission, load
from sitegen.articles.parse import Parser
from sitegen.articles.sources import Source, Tree, read_tree
from sitegen.build.excerpts import with_excerpts
from sitegen.build.lastgood import LastGood
from sitegen.build.lock import build_lock
from sitegen.build.output import Output, Written
from sitegen.build.report import BuildReport, Kept
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic, Severity, ordered
from sitegen.errors import ContentError, Failed, OutputError, PlanError, RenderError, UsageError
from sitegen.pages.assets import Assets
from sitegen.pages.filters import Filters
from sitegen.pages.links import missing_pages
from sitegen.pages.page import Page, PublishedFile
from sitegen.pages.plan import collisions, plan
from sitegen.pages.render import Renderer
from sitegen.pages.site import Site
from sitegen.pages.templates import Snapshot, environment
from sitegen.resources import theme_folder

__all__ = ["STATE", "Job", "Prepared", "Progress", "Reading", "build", "output_folder", "prepare", "read"]

STATE = ".sitegen"
"""The folder of a project that holds what can be made again."""

Progress = Callable[[str, int, int], None]
"""Is told the name of a step, how much of it is done, and how much there is."""


class Job(Struct, frozen=True, kw_only=True):
    """What to build: a project with its configuration, and the choices of one run."""

    project: Path
    config: Config
    clock: Clock
    output: Path
    keep_going: bool = False


class Reading(Struct, frozen=True, kw_only=True):
    """A project as it was read, with the plan of its pages, whatever is wrong with it.

    `links` are those of all sources with their answers. `findings` are all there are before rendering,
    with the severities that `[checks]` asks for and the lines they speak of.
    """

    tree: Tree
    content: Content
    archive: Archive
    pages: tuple[Page, ...]
    files: tuple[PublishedFile, ...]
    assets: Assets
    snapshot: Snapshot
    parser: Parser
    links: tuple[tuple[Owner, Link, Resolved], ...]
    findings: tuple[Diagnostic, ...]


class Prepared(Reading, frozen=True, kw_only=True):
    """Everything of a build before rendering, without an error.

    `used` are the bytes of each source that the archive is made of, `kept` the pieces kept back.
    """

    used: dict[str, bytes]
    kept: tuple[Kept, ...]


def output_folder(project: Path, config: Config, override: Path | None = None) -> Path:
    """Return the folder to write, absolute.

    Raises `UsageError` for one that holds the project or lies in its sources.
    """
    folder = (override if override is not None else project / config.output).absolute()
    real, home = folder.resolve(), project.resolve()
    sources = [home / name for name in ("content", "templates", STATE, ".git")]
    if real == home or real in home.parents or any(real == s or s in real.parents for s in sources):
        raise UsageError(f"the output folder {folder} would overwrite the site's sources", hint="choose another folder")
    return folder


def read(job: Job, progress: Progress = lambda *_: None) -> Reading:
    """Read the project and plan its pages; errors are findings, and what can be known in spite of them is there."""
    tree = read_tree(job.project)
    parser = Parser(job.config.markdown)
    sources = {source.path: source for source in (*tree.articles, *tree.records)}
    content, archive, findings = _understand(sources, tree, job, parser, progress, ())
    return _lay_out(job, tree, content, archive, parser, findings, sources)


def prepare(job: Job, progress: Progress = lambda *_: None, last_good: LastGood | None = None) -> Prepared:
    """Read the project and plan its pages.

    With `job.keep_going` and `last_good`, pieces with errors are replaced by their last good version or
    left out. Raises `ContentError`, `PlanError` or `ConfigError` with every finding otherwise.
    """
    tree = read_tree(job.project)
    parser = Parser(job.config.markdown)
    sources = {source.path: source for source in (*tree.articles, *tree.records)}
    kept: dict[str, bool] = {}
    seen: list[Diagnostic] = []
    gone: list[LeftOut] = []
    while True:
        content, archive, findings = _understand(sources, tree, job, parser, progress, gone)
        failing = {finding.path for finding in findings if finding.fails} & sources.keys()
        hopeless = [f for f in findings if f.severity is Severity.FATAL or (f.fails and f.path not in sources)]
        if not failing and not hopeless:
            break
        if not job.keep_going or last_good is None or hopeless:
            raise ContentError(ordered([*seen, *findings]))
        seen += [finding for finding in findings if finding.fails]
        _hold_back(failing, sources, kept, last_good)
        gone += [item for item in _named(content) if item.path not in sources]
    reading = _lay_out(job, tree, content, archive, parser, findings, sources)
    if any(finding.fails for finding in reading.findings):
        plan_fails = any(finding.severity is Severity.FATAL for finding in reading.findings)
        raise (PlanError if plan_fails else ContentError)(ordered([*seen, *reading.findings]))
    return Prepared(
        **(structs.asdict(reading) | {"findings": ordered([*seen, *reading.findings])}),
        used={path: source.data for path, source in sources.items()},
        kept=tuple(Kept(path, stands_in) for path, stands_in in sorted(kept.items())),
    )


def _understand(
    sources: Mapping[str, Source],
    tree: Tree,
    job: Job,
    parser: Parser,
    progress: Progress,
    gone: Iterable[LeftOut],
) -> tuple[Content, Archive, tuple[Diagnostic, ...]]:
    """Parse the sources and make their archive; `gone` are pieces held back before, which others may name."""
    listed = list(sources.values())
    content = load(listed, job.config, job.clock, parser, lambda done: progress("reading", done, len(listed)))
    archive, findings = make_archive(
        content.articles,
        content.records,
        job.config,
        left_out=[*gone, *map(_left_out, (*content.omissions, *content.broken))],
        media=tree.media,
    )
    return content, archive, _judge([*tree.findings, *content.findings, *findings], job.config, sources)


def _lay_out(
    job: Job,
    tree: Tree,
    content: Content,
    archive: Archive,
    parser: Parser,
    findings: tuple[Diagnostic, ...],
    sources: Mapping[str, Source],
) -> Reading:
    """Plan the pages of an archive, and judge what only the whole plan can tell."""
    snapshot = Snapshot.read(job.project / "templates", theme_folder())
    assets = Assets(job.project, snapshot.assets)
    assets.publish_theme()
    links = tuple(every_link(archive, assets.media_url))
    pages = plan(archive)
    files = (*assets.files, *(PublishedFile(f"/{path.removeprefix('content/files/')}", path) for path in tree.files))
    found = [*collisions(pages, files), *missing_pages(links, pages, files), *assets.findings, *snapshot.findings]
    more = _judge(found, job.config, sources)
    return Reading(
        tree=tree,
        content=content,
        archive=archive,
        pages=pages,
        files=files,
        assets=assets,
        snapshot=snapshot,
        parser=parser,
        links=links,
        findings=ordered([*findings, *more]),
    )


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


def _judge(findings: Iterable[Diagnostic], config: Config, sources: Mapping[str, Source]) -> tuple[Diagnostic, ...]:
    severities = config.severities
    return ordered(with_excerpts((finding.judged(severities) for finding in findings), sources))


def _hold_back(failing: set[str], sources: dict[str, Source], kept: dict[str, bool], last_good: LastGood) -> None:
    """Replace failing sources by their last good version, or leave them out; a second failure leaves out."""
    for path in sorted(failing):
        before = last_good.get(path) if path not in kept else None
        if before is None or before == sources[path].data or _is_withdrawn(sources[path].data):
            del sources[path]
            kept[path] = False
        else:
            sources[path] = Source.of(path, before)
            kept[path] = True


_WITHDRAWN = re.compile(rb"^[ \t]*[\"']?status[\"']?[ \t]*[:=][ \t]*[\"']?withdrawn", re.IGNORECASE | re.MULTILINE)


def _is_withdrawn(data: bytes) -> bool:
    """Whether a piece that cannot be read seems to be withdrawn: its old version must not come back."""
    return _WITHDRAWN.search(data) is not None


def build(
    job: Job,
    *,
    progress: Progress = lambda *_: None,
    waiting: Callable[[str], None] = lambda _: None,
) -> BuildReport:
    """Build a project.

    `waiting` is told in words when another build of the project has to end first. Raises `Failed` with
    every finding, or `OutputError`; the output folder is then as it was.
    """
    state = job.project / STATE
    with build_lock(state, waiting):
        begun = time.perf_counter()
        last_good = LastGood(state / "state.sqlite")
        prepared = prepare(job, progress, last_good)
        name = _name(job)
        with Output(job.output, state / "stage", name=name) as output:
            paths = [*(page.path for page in prepared.pages), *(file.path for file in prepared.files)]
            if blocked := output.check(paths):
                raise Failed(ordered([*prepared.findings, *blocked]))
            _render(prepared, job, output, progress)
            try:
                written = output.commit()
            except Failed as failed:
                raise Failed(ordered([*prepared.findings, *failed.diagnostics])) from None
        last_good.replace(prepared.used)
        return _report(job, prepared, written, last_good, time.perf_counter() - begun)


def _name(job: Job) -> str:
    try:
        return job.output.relative_to(job.project.absolute()).as_posix()
    except ValueError:
        return job.output.as_posix()


def _render(prepared: Prepared, job: Job, output: Output, progress: Progress) -> None:
    """Render every page and stage every file; raises `RenderError` with all that templates have wrong."""
    archive, config = prepared.archive, job.config
    today = EdtfDate(job.clock.now.date().isoformat())
    newest = [card.updated or card.date for card in archive.cards.values()]
    site = Site.of(config, today, max(newest, key=lambda date: date.instant(config.zone), default=None))
    filters = Filters(config, prepared.assets, prepared.parser.inline)
    env = environment(prepared.snapshot, filters.by_name())
    renderer = Renderer(env, prepared.snapshot, site, prepared.pages, config)
    queries = Queries(archive, prepared.assets.media_url)
    findings: list[Diagnostic] = []
    for done, page in enumerate(prepared.pages, 1):
        result = renderer.render(page, queries)
        if isinstance(result, Diagnostic):
            findings.append(result)
        else:
            output.add(page.path, result)
        progress("rendering", done, len(prepared.pages))
    if findings:
        raise RenderError(ordered([*prepared.findings, *_first_of_each(findings)]))
    for file in prepared.files:
        output.add(file.path, file.data if file.data is not None else _read(job.project / file.source, file.source))


def _first_of_each(findings: list[Diagnostic]) -> list[Diagnostic]:
    """Keep one finding for each place in a template: the same slip fails on every page."""
    first: dict[tuple[str, int], Diagnostic] = {}
    counts: dict[tuple[str, int], int] = {}
    for finding in findings:
        place = (finding.path, finding.line)
        first.setdefault(place, finding)
        counts[place] = counts.get(place, 0) + 1
    return [
        msgspec.structs.replace(finding, message=f"{finding.message} and {_more(counts[place] - 1)}")
        if counts[place] > 1
        else finding
        for place, finding in first.items()
    ]


def _more(number: int) -> str:
    return "1 more page" if number == 1 else f"{number} more pages"


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise OutputError(f"{name} cannot be read: {error.strerror}", hint="check its permissions") from None


def _report(job: Job, prepared: Prepared, written: Written, last_good: LastGood, seconds: float) -> BuildReport:
    return BuildReport(
        output=_name(job),
        articles=len(prepared.archive.bucket(("all",))),
        arguments=len(prepared.archive.spots),
        rendered=len(prepared.pages),
        reused=0,
        files=len(prepared.files),
        written=len(written.written),
        unchanged=written.unchanged,
        pruned=len(written.pruned),
        seconds=seconds,
        omissions=prepared.content.omissions,
        kept=prepared.kept,
        diagnostics=ordered([*prepared.findings, *written.diagnostics]),
        notes=tuple(note for note in (written.note, last_good.note) if note),
    )
