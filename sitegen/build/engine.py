"""The build: from the sources of a project to its output folder, or the insight that nothing is to be done.

A clean build and an incremental one are the same code. First comes the cheap test whether anything has
changed; what the rest needs is imported only then. If anything is wrong, nothing of the output folder has
been touched; if everything is right, it is brought to exactly the planned files.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from sitegen.articles.sources import walk
from sitegen.build.beginning import Beginning, Progress
from sitegen.build.garbage import collector_at_rest
from sitegen.build.job import STATE, Job
from sitegen.build.last import is_as_was, tree_again, unchanged
from sitegen.build.lock import build_lock
from sitegen.build.output import Output
from sitegen.build.report import BuildReport
from sitegen.build.state import DATABASE, Damaged, State
from sitegen.config import Config
from sitegen.errors import OutputError, UsageError

if TYPE_CHECKING:
    from sitegen.build.reading import Reading

__all__ = ["STATE", "Job", "Progress", "build", "output_folder", "read"]

_ATTEMPTS = 2


def output_folder(project: Path, config: Config, override: Path | None = None) -> Path:
    """Return the folder to write, absolute.

    Raises `UsageError` for one that holds the project or lies in its sources, and for a link that leads out of the
    project, unless the user asks for it: it may have come with the project.
    """
    folder = (override if override is not None else project / config.output).absolute()
    real, home = folder.resolve(), project.resolve()
    sources = [home / name for name in ("content", "templates", STATE, ".git")]
    if real == home or real in home.parents or any(real == s or s in real.parents for s in sources):
        raise UsageError(f"the output folder {folder} would overwrite the site's sources", hint="choose another folder")
    if override is None and not Path(config.output).is_absolute() and home not in real.parents:
        raise UsageError(
            f"the output folder {config.output}/ is a link that leads out of the project, to {real}",
            hint=f"if that is meant, say so with `-o {real}`, or remove the link and publish to that folder",
        )
    return folder


def read(job: Job, progress: Progress = lambda *_: None) -> Reading:
    """Read the project and plan its pages, without writing anything; errors are findings."""
    from sitegen.build.whole import read_only

    with State(job.memory / DATABASE, reads_only=True) as state, collector_at_rest():
        try:
            return read_only(job, state, progress)
        except Damaged as error:
            state.renew(str(error))
            return read_only(job, state, progress)


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
    with build_lock(job.memory, waiting), State(job.memory / DATABASE) as state, collector_at_rest():
        begun = time.perf_counter()
        for attempt in range(_ATTEMPTS):
            try:
                report = _build(Beginning.of(job, state, progress))
                break
            except Damaged as error:
                if attempt + 1 == _ATTEMPTS:
                    hint = "free some space" if "full" in str(error) else "delete it"
                    raise OutputError(f"{STATE}/{DATABASE} cannot be used ({error})", hint=hint) from error
                state.renew(str(error))
        notes = tuple(note for note in (*report.notes, state.note) if note)
        return structs.replace(report, seconds=time.perf_counter() - begun, notes=notes)


def _build(begun: Beginning) -> BuildReport:
    """Build, or find that there is nothing to do; raises `Damaged` where the state fails."""
    last, job = begun.comparable, begun.job
    tree = tree_again(last, job.project) if last is not None else None
    if last is not None and tree is not None and is_as_was(last, tree) and last.left.still(job.output):
        return _as_before(last.report)
    tree = tree or walk(job.project)
    before = begun.last.left if begun.last is not None and begun.last.report.output == begun.name else None
    with Output(job.output, job.memory / "stage", name=begun.name, before=before, is_timed=True) as output:
        if last is not None and (now := unchanged(last, tree, output, job.project, begun.moment)) is not None:
            begun.state.commit(now.written())
            return _as_before(last.report)
        from sitegen.build.retouch import retouch
        from sitegen.build.whole import Whole

        return retouch(begun, tree, output) or Whole(begun).run(tree, output)


def _as_before(report: BuildReport) -> BuildReport:
    """Return the report of a build that found everything as another left it."""
    return structs.replace(
        report,
        parsed=0,
        rendered=0,
        reused=report.rendered + report.reused,
        written=0,
        unchanged=report.written + report.unchanged,
        pruned=0,
        pictures=0,
        search="kept" if report.search else "",
        pages=(),
        notes=(),
    )
