"""The build: the whole line, from the sources of a project to its output folder.

A clean build and an incremental one are the same code: what is known is not parsed again, and a page whose
trace still holds is not rendered again. Everything before the last step only reads. If anything is wrong,
nothing of the output folder has been touched; if everything is right, it is brought to exactly the planned
files.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import structs

from sitegen.articles.dates import EdtfDate
from sitegen.articles.paths import Location, is_article, locate
from sitegen.articles.sources import Tree, walk
from sitegen.build.bodies import Bodies
from sitegen.build.clock import next_change
from sitegen.build.fingerprints import engine_fingerprint, page_settings, world_fingerprint
from sitegen.build.last import Last, unchanged
from sitegen.build.ledger import Ledger
from sitegen.build.lock import build_lock
from sitegen.build.output import Output, Written
from sitegen.build.reading import STATE, Job, Prepared, Reading, prepare
from sitegen.build.reading import read as read_project
from sitegen.build.rendering import Scene
from sitegen.build.report import BuildReport
from sitegen.build.state import DATABASE, Damaged, State
from sitegen.build.update import Update, update
from sitegen.build.workers import Crew, available
from sitegen.config import Config
from sitegen.diagnostics import ordered
from sitegen.digest import fingerprint
from sitegen.errors import Failed, OutputError, RenderError, UsageError
from sitegen.pages.assets import Assets
from sitegen.pages.templates import Snapshot
from sitegen.resources import theme_folder
from sitegen.stamps import Stamped, moment

__all__ = ["STATE", "Job", "Progress", "Reading", "build", "output_folder", "read"]

Progress = Callable[[str, int, int], None]
"""Is told the name of a step, how much of it is done, and how much there is."""

_ATTEMPTS = 2
_PATIENCE = 500_000


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
    """Read the project and plan its pages, without writing anything; errors are findings."""
    with State(job.memory / DATABASE, reads_only=True) as state:
        tree = walk(job.project)
        bodies = Bodies(job.project, job.config, engine_fingerprint(job.config), state)
        try:
            _fetch(bodies, tree, _last(state), job, 0, progress)
        except Damaged as error:
            state.renew(str(error))
            bodies = Bodies(job.project, job.config, engine_fingerprint(job.config), state)
            _fetch(bodies, tree, None, job, 0, progress)
        return read_project(job, tree, bodies, Snapshot.read(job.project / "templates", theme_folder()))


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
    with build_lock(job.memory, waiting), State(job.memory / DATABASE) as state, _collector_at_rest():
        begun = time.perf_counter()
        for attempt in range(_ATTEMPTS):
            try:
                report = _Build(job, state, progress).run()
                break
            except Damaged as error:
                if attempt + 1 == _ATTEMPTS:
                    raise OutputError(f"{STATE}/{DATABASE} cannot be read ({error})", hint="delete it") from error
                state.renew(str(error))
        notes = tuple(note for note in (*report.notes, state.note) if note)
        return structs.replace(report, seconds=time.perf_counter() - begun, notes=notes)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep the garbage collector from walking through an archive again and again: hardly any of it is garbage."""
    thresholds = gc.get_threshold()
    gc.set_threshold(_PATIENCE, 1_000, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


class _Build:
    """One build, with what it knows of the last one."""

    def __init__(self, job: Job, state: State, progress: Progress) -> None:
        self.job = job
        self.state = state
        self.progress = progress
        self.folder = job.memory
        self.name = _name(job)
        self.moment = moment(self.folder)
        self.engine = engine_fingerprint(job.config)
        self.snapshot = Snapshot.read(job.project / "templates", theme_folder())
        self.world = world_fingerprint(job, self.engine, self.snapshot)
        self.last = _last(state)
        self.bodies = Bodies(job.project, job.config, self.engine, state)
        self.known: dict[str, str] = {}
        self.crew = Crew(job.jobs or available(), self.folder, job.start)

    def run(self) -> BuildReport:
        """Build, or find that there is nothing to do."""
        tree = walk(self.job.project)
        before = self.last.left if self.last is not None and self.last.report.output == self.name else None
        with Output(self.job.output, self.folder / "stage", name=self.name, before=before, is_timed=True) as output:
            if (report := self._nothing_to_do(tree, output)) is not None:
                return report
            prepared = self._prepare(tree)
            reading = prepared.reading
            paths = [*(page.path for page in reading.pages), *(file.path for file in reading.files)]
            if blocked := output.check(paths):
                raise Failed(ordered([*prepared.findings, *blocked]))
            done = self._update(prepared, output)
            try:
                written = output.commit()
            except Failed as failed:
                raise Failed(ordered([*prepared.findings, *failed.diagnostics])) from None
            report = self._report(prepared, written, done)
            self._remember(tree, prepared, output, written, report, done)
            return report

    def _nothing_to_do(self, tree: Tree, output: Output) -> BuildReport | None:
        """Return the report of the last build, as of one that did nothing, where nothing has changed since."""
        last = self.last
        if last is None or last.world != self.world or not last.holds_at(self.job.clock.now):
            return None
        if last.findings != fingerprint(tree.findings):
            return None
        others = {found.path: found.stamp for found in (*tree.media, *tree.files)}
        now = unchanged(last, tree, others, output, self.job.project, self.moment)
        if now is None:
            return None
        if now is not last:
            self.state.commit(now.written())
        report = last.report
        return structs.replace(
            report,
            parsed=0,
            rendered=0,
            reused=report.rendered + report.reused,
            written=0,
            unchanged=report.written + report.unchanged,
            pruned=0,
            pages=(),
            notes=(),
        )

    def _prepare(self, tree: Tree) -> Prepared:
        last = self.last
        _fetch(self.bodies, tree, last, self.job, self.moment, self.progress, self.crew)
        files = last.others if last is not None else {}
        stamps = {found.path: found.stamp for found in (*tree.media, *tree.files)}
        still = (path for path, stamp in stamps.items() if path in files and files[path].still(stamp))
        self.known = {path: files[path].digest for path in still}
        assets = Assets(self.job.project, self.snapshot.assets, lambda path: self.known.get(path, ""))
        good = {path: known.key for path, known in last.sources.items()} | last.good if last is not None else {}
        return prepare(self.job, tree, self.bodies, self.snapshot, assets, good)

    def _update(self, prepared: Prepared, output: Output) -> Update:
        """Render what has to be, and stage every file; raises `RenderError` with all that templates have wrong."""
        reading, job = prepared.reading, self.job
        texts = self.state.texts(self.bodies.keys)
        scene = Scene(
            config=job.config,
            archive=reading.archive,
            pages=reading.pages,
            snapshot=self.snapshot,
            assets=reading.assets,
            texts=texts,
            today=EdtfDate(job.clock.now.date().isoformat()),
            stage=self.folder / "stage",
        )
        settings = page_settings(job.config, self.engine)
        crew = self.crew if self.state.shared else structs.replace(self.crew, jobs=1)
        before = Ledger.read(self.state)
        done = update(scene, before, settings, output, crew, lambda *it: self.progress("rendering", *it))
        texts.close()
        if done.findings:
            raise RenderError(ordered([*prepared.findings, *done.findings]))
        for file in reading.files:
            digest = file.digest or self.known.get(file.source, "")
            if digest and output.there(file.path) == digest:
                output.accept(file.path, digest, is_staged=False)
            else:
                output.add(file.path, file.data if file.data is not None else _read(job.project, file.source))
        return done

    def _report(self, prepared: Prepared, written: Written, done: Update) -> BuildReport:
        reading = prepared.reading
        return BuildReport(
            output=self.name,
            articles=len(reading.archive.bucket(("all",))),
            arguments=len(reading.archive.spots),
            parsed=self.bodies.parsed,
            rendered=len(done.rendered),
            reused=len(reading.pages) - len(done.rendered),
            files=len(reading.files),
            written=len(written.written),
            unchanged=written.unchanged,
            pruned=len(written.pruned),
            seconds=0,
            pages=done.rendered,
            omissions=reading.content.omissions,
            kept=prepared.kept,
            diagnostics=ordered([*prepared.findings, *written.diagnostics]),
            notes=(written.note,) if written.note else (),
        )

    def _remember(
        self, tree: Tree, prepared: Prepared, output: Output, written: Written, report: BuildReport, done: Update
    ) -> None:
        """Commit what the next build needs to know of this one."""
        clock, config = self.job.clock, self.job.config
        dated = [(self.bodies.article(path).meta, _located(path)) for path in self.bodies.known if is_article(path)]
        digests = self.known | {file.source: file.digest for file in prepared.reading.files}
        last = Last(
            world=self.world,
            today=clock.now.date().isoformat(),
            since=clock.now.timestamp(),
            until=next_change(dated, clock.now, config.zone),
            sources=self.bodies.known,
            others={
                it.path: Stamped(digests.get(it.path, ""), it.stamp if it.stamp.settled(self.moment) else None)
                for it in (*tree.media, *tree.files)
            },
            findings=fingerprint(tree.findings),
            left=output.left(),
            foreign=written.foreign,
            good=prepared.good,
            report=report,
        )
        records = last.written() | done.ledger.written()
        self.state.commit(records, {*self.bodies.keys.values(), *(known.key for known in self.bodies.known.values())})


def _located(path: str) -> EdtfDate | None:
    location = locate(path)
    return location.date if isinstance(location, Location) else None


def _fetch(
    bodies: Bodies, tree: Tree, last: Last | None, job: Job, moment: int, progress: Progress, crew: Crew | None = None
) -> None:
    found = (*tree.articles, *tree.records)
    crew = crew or Crew(job.jobs or available(), job.memory, job.start)
    before = last.sources if last is not None else {}
    bodies.fetch(found, before, crew, moment, lambda done: progress("reading", done, len(found)))


def _last(state: State) -> Last | None:
    """Return what is remembered of the last build; where that is damaged, nothing is remembered any more."""
    try:
        return Last.read(state)
    except Damaged as error:
        state.renew(str(error))
        return None


def _name(job: Job) -> str:
    try:
        return job.output.relative_to(job.project.absolute()).as_posix()
    except ValueError:
        return job.output.as_posix()


def _read(project: Path, name: str) -> bytes:
    try:
        return (project / name).read_bytes()
    except OSError as error:
        raise OutputError(f"{name} cannot be read: {error.strerror}", hint="check its permissions") from None
