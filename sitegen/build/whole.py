"""The whole line, where something is to be done: sources, archive, plan, pages, output, and what is remembered.

What is known is not parsed again, and a page whose trace still holds is not rendered again. Everything
before the last step only reads.
"""

from __future__ import annotations

import gc
from contextlib import closing
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import msgspec
from msgspec import structs

from sitegen.archive.archive import Archive
from sitegen.articles.dates import EdtfDate
from sitegen.articles.load import Content
from sitegen.articles.meta import Meta
from sitegen.articles.paths import Location, is_article, locate
from sitegen.articles.sources import Tree, walk
from sitegen.build.archive_file import ArchiveFile, remove_archives
from sitegen.build.beginning import Beginning, Progress, last_of, snapshot_of
from sitegen.build.bodies import Bodies
from sitegen.build.clock import next_change
from sitegen.build.darkroom import Darkroom, wants_pictures
from sitegen.build.fingerprints import engine_fingerprint, page_settings
from sitegen.build.job import Job
from sitegen.build.known import Known
from sitegen.build.last import Last, stamped_folders
from sitegen.build.ledger import LEDGER, Ledger
from sitegen.build.output import Output, Written
from sitegen.build.reading import Prepared, Reading, prepare, read
from sitegen.build.rendering import Scene, is_large
from sitegen.build.report import BuildReport
from sitegen.build.retouch import CARDS
from sitegen.build.shelf import StoredBodies
from sitegen.build.state import State
from sitegen.build.update import Update, update
from sitegen.build.workers import Crew, available
from sitegen.diagnostics import Diagnostic, ordered
from sitegen.digest import digest_of, fingerprint
from sitegen.errors import Failed, OutputError, RenderError
from sitegen.pages.assets import Assets
from sitegen.stamps import Stamped

__all__ = ["Whole", "read_only", "until"]


_LAST_STEPS = 4
_NO_PILLOW = "there are no share images: they need Pillow, which `pip install 'sitegen[images]'` installs"


class Whole:
    """One build in which something is to be done."""

    def __init__(self, begun: Beginning) -> None:
        """Go on from the beginning of a build."""
        self.begun = begun
        self.job = begun.job
        self.state = begun.state
        self.last = begun.last
        self.bodies = Bodies(self.job.project, self.job.config, begun.engine, begun.state)
        self.known: dict[str, str] = {}
        self.crew = _crew(self.job)
        self.darkroom = Darkroom(self.job.project, self.job.memory, self.job.config, begun.snapshot.assets)

    def run(self, tree: Tree, output: Output) -> BuildReport:
        """Build what is not as it should be, and return what was done."""
        prepared = self._prepare(tree)
        self.begun.progress("planning", 1, 1)
        gc.freeze()  # the archive stays until the end: there is nothing in it to collect
        self.bodies.forget()
        reading = prepared.reading
        paths = [*(page.path for page in reading.pages), *(file.path for file in reading.files)]
        if blocked := output.check(paths):
            raise Failed(ordered([*prepared.findings, *blocked]))
        due = until(reading.content, self.bodies, self.job)
        keys = {path: bytes(bytearray(key)) for path, key in self.bodies.keys.items()}  # copies: `archive/memory.py`
        with closing(self.state.bodies(keys)) as stored:
            if is_large(reading.pages):
                reading.put_away(stored.outline)
            done, search = self._update(prepared, output, stored)
        self._finishing(0)
        try:
            written = output.commit()
        except Failed as failed:
            raise Failed(ordered([*prepared.findings, *failed.diagnostics])) from None
        self._finishing(1)
        report = self._report(prepared, written, done, search)
        self._remember(tree, prepared, output, written, report, done, due)
        self._finishing(_LAST_STEPS)
        return report

    def _finishing(self, done: int) -> None:
        """Tell how many of the last steps are done: files moved, archive and traces packed, all of it kept."""
        self.begun.progress("finishing", done, _LAST_STEPS)

    def _prepare(self, tree: Tree) -> Prepared:
        last = self.last
        _fetch(self.bodies, tree, last, self.begun.moment, self.begun.progress, self.crew)
        self.begun.progress("planning", 0, 1)
        files = last.others if last is not None else {}
        stamps = {found.path: found.stamp for found in (*tree.media, *tree.files)}
        still = (path for path, stamp in stamps.items() if path in files and files[path].still(stamp))
        self.known = {path: files[path].digest for path in still}
        assets = Assets(self.job.project, self.begun.snapshot.assets, self.known)
        good: dict[str, Known] = {}
        if last is not None:
            failed = {piece.path for piece in last.report.kept}
            good = {path: it for path, it in last.sources.items() if path not in failed} | last.good
        return prepare(self.job, tree, self.bodies, self.begun.snapshot, assets, good, self._develop)

    def _develop(self, archive: Archive, assets: Assets) -> list[Diagnostic]:
        self.darkroom.develop(archive, assets, self.crew, lambda *it: self.begun.progress("pictures", *it))
        return self.darkroom.findings

    def _update(
        self, prepared: Prepared, output: Output, stored: StoredBodies
    ) -> tuple[Update, Literal["", "made", "kept"]]:
        """Render what has to be, and stage every file; raises `RenderError` with all that templates have wrong.

        Return what was done, and what became of the index of the search page.
        """
        reading, job = prepared.reading, self.job
        scene = Scene(
            config=job.config,
            archive=reading.archive,
            pages=reading.pages,
            snapshot=self.begun.snapshot,
            assets=reading.assets,
            texts=stored.text,
            today=EdtfDate(job.clock.now.date().isoformat()),
            stage=self.job.memory / "stage",
        )
        settings = page_settings(job.config, self.begun.engine)
        crew = self.crew if self.state.shared else structs.replace(self.crew, jobs=1)
        before = Ledger.read(self.state)
        done = update(scene, before, settings, output, crew, lambda *it: self.begun.progress("rendering", *it))
        if done.findings:
            raise RenderError(ordered([*prepared.findings, *done.findings]))
        search = self._index(scene, prepared, output) if job.config.has_search and job.is_indexed else ""
        for file in reading.files:
            digest = file.digest or self.known.get(file.source, "")
            if digest and output.there(file.path) == digest:
                output.accept(file.path, digest, is_staged=False)
            elif file.is_made:
                output.add(file.path, self.darkroom.read(file))
            else:
                output.add(file.path, file.data if file.data is not None else _read(job.project, file.source))
        return done, search

    def _index(self, scene: Scene, prepared: Prepared, output: Output) -> Literal["made", "kept"]:
        from sitegen.build.search import Index

        index = Index(scene, output, self.begun.engine)
        try:
            return index.bring(lambda *it: self.begun.progress("indexing", *it))
        except Failed as failed:
            raise Failed(ordered([*prepared.findings, *failed.diagnostics])) from None

    def _report(
        self, prepared: Prepared, written: Written, done: Update, search: Literal["", "made", "kept"]
    ) -> BuildReport:
        reading = prepared.reading
        return BuildReport(
            output=self.begun.name,
            articles=len(reading.archive.bucket(("all",))),
            arguments=len(reading.archive.bucket(("arguments", "all"))),
            parsed=self.bodies.parsed,
            rendered=len(done.rendered),
            reused=len(reading.pages) - len(done.rendered),
            files=len(reading.files),
            written=len(written.written),
            unchanged=written.unchanged,
            pruned=len(written.pruned),
            search=search,
            seconds=0,
            pages=done.rendered,
            omissions=tuple(sorted(reading.content.omissions, key=attrgetter("path"))),
            kept=prepared.kept,
            diagnostics=ordered([*prepared.findings, *written.diagnostics]),
            pictures=self.darkroom.made,
            notes=tuple(filter(None, (written.note, _NO_PILLOW if wants_pictures(self.job.config) else ""))),
        )

    def _remember(
        self,
        tree: Tree,
        prepared: Prepared,
        output: Output,
        written: Written,
        report: BuildReport,
        done: Update,
        due: float | None,
    ) -> None:
        """Commit what the next build needs to know of this one."""
        clock = self.job.clock
        left = output.left()
        stored = ArchiveFile.write(self.job.memory, prepared.reading.archive) if self.state.shared else None
        self._finishing(2)
        # Of a file that is copied, the bytes that were: it may have changed since.
        digests = self.known | {
            file.source: file.digest or left.files[file.path].digest for file in prepared.reading.files
        }
        last = Last(
            world=self.begun.world,
            choices=self.job.choices,
            today=clock.now.date().isoformat(),
            since=clock.now.timestamp(),
            until=due,
            sources=self.bodies.known,
            others={
                it.path: Stamped(
                    # What no page shows was not read yet: in a copy of the project only bytes tell that it is the same.
                    digests.get(it.path) or digest_of(self.job.project / it.path),
                    it.stamp if it.stamp.settled(self.begun.moment) else None,
                )
                for it in (*tree.media, *tree.files)
            },
            folders=stamped_folders(tree, self.begun.moment),
            findings=fingerprint(tree.findings),
            left=left,
            foreign=written.foreign,
            good=prepared.good,
            report=report,
            archive=stored.name if stored is not None else "",
        )
        records = last.written() | {CARDS: msgspec.msgpack.encode({})}
        self._finishing(3)
        used = {*self.bodies.keys.values(), *(known.key for known in self.bodies.known.values())}
        self.state.commit(records, used, anew=LEDGER, more=done.ledger.written())
        remove_archives(self.job.memory, but=stored.path if stored is not None else None)


def read_only(job: Job, state: State, progress: Progress) -> Reading:
    """Read the project and plan its pages, without writing anything; raises `Damaged` where the state fails."""
    tree = walk(job.project)
    bodies = Bodies(job.project, job.config, engine_fingerprint(job.config), state, holds=True)
    with TemporaryDirectory() as folder:  # a build may be under way beside this
        _fetch(bodies, tree, last_of(state), 0, progress, structs.replace(_crew(job), folder=Path(folder)))
    snapshot = snapshot_of(job)
    darkroom = Darkroom(job.project, job.memory, job.config, snapshot.assets)

    def look(archive: Archive, assets: Assets) -> list[Diagnostic]:
        darkroom.develop(archive, assets, None, lambda *_: None)
        return darkroom.findings

    return read(job, tree, bodies, snapshot, look)


def _crew(job: Job) -> Crew:
    return Crew(job.jobs or available(), job.memory, job.start, eager=job.jobs > 1)


def _fetch(bodies: Bodies, tree: Tree, last: Last | None, moment: int, progress: Progress, crew: Crew) -> None:
    found = (*tree.articles, *tree.records)
    before = last.sources if last is not None else {}
    bodies.fetch(found, before, crew, moment, lambda done: progress("reading", done, len(found)))


def until(content: Content, bodies: Bodies, job: Job) -> float | None:
    """Return the moment until which the same pieces are shown, in seconds since 1970, `None` for ever."""
    left_out = [it.path for it in (*content.omissions, *content.broken) if is_article(it.path)]
    dated: list[tuple[Meta, EdtfDate | None]] = [(article.meta, article.date) for article in content.articles]
    dated += [(bodies.article(path).meta, _located(path)) for path in left_out]
    return next_change(dated, job.clock.now, job.config.zone)


def _located(path: str) -> EdtfDate | None:
    location = locate(path)
    return location.date if isinstance(location, Location) else None


def _read(project: Path, name: str) -> bytes:
    try:
        return (project / name).read_bytes()
    except OSError as error:
        raise OutputError(f"{name} cannot be read: {error.strerror}", hint="check its permissions") from None
