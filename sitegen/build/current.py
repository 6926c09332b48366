"""Whether the output folder is what a build would make now: asked by who brings it somewhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from sitegen.articles.sources import walk
from sitegen.build.beginning import Beginning
from sitegen.build.job import Choices, Job
from sitegen.build.last import Last, is_as_was, tree_again, unchanged
from sitegen.build.lock import build_lock
from sitegen.build.output import Output
from sitegen.build.state import DATABASE, State
from sitegen.digest import digest_of

__all__ = ["Current", "current"]


class Current(NamedTuple):
    """The last build of a project, `None` where nothing is known of one, and whether it still holds.

    `is_same_output` tells whether it went to the folder of the job, `is_same_day` whether it took the time of the
    job as the same day, `is_fresh` whether a build of its own choices would change nothing. Where it would,
    `is_same_world` tells whether settings, templates and sitegen are the same, and `changed` names the files of
    `content/` that are not, sorted.
    """

    last: Last | None
    is_same_output: bool = False
    is_same_day: bool = False
    is_fresh: bool = False
    is_same_world: bool = True
    changed: tuple[str, ...] = ()


def current(job: Callable[[Choices], Job], waiting: Callable[[str], None] = lambda _: None) -> Current:
    """Compare sources, settings and output with what the last build saw and left; nothing is built.

    `job` makes the job of some choices. Files whose stamps say nothing are read. Raises `OutputError` where the
    folders cannot be read.
    """
    blank = Choices("", drafts=False, future=False, keep_going=False, searched=True)
    asked = job(blank)
    with build_lock(asked.memory, waiting), State(asked.memory / DATABASE) as state:
        last = Beginning.of(asked, state, lambda *_: None).last
        if last is None:
            return Current(None)
        begun = Beginning.of(job(last.choices), state, lambda *_: None)
        is_same_output = last.report.output == begun.name
        is_same_day = last.holds_at(begun.job.clock.now)
        now = _now(begun, last) if begun.comparable is not None and is_same_output else None
        if now is not None:
            return Current(now, is_same_output, is_same_day, is_fresh=True)
        changed = tuple(_changed(last, begun.job.project))
        return Current(last, is_same_output, is_same_day, is_same_world=last.world == begun.world, changed=changed)


def _changed(last: Last, project: Path) -> Iterator[str]:
    """Yield the files of `content/` that have other bytes than in the last build, or were or are not there."""
    tree = walk(project)
    found = {it.path for it in (*tree.articles, *tree.records, *tree.media, *tree.files)}
    known = {path: it.digest for path, it in last.sources.items()}
    known |= {path: it.digest for path, it in last.others.items()}
    for path in sorted(found | known.keys()):
        if path not in found or path not in known or digest_of(project / path) != known[path]:
            yield path


def _now(begun: Beginning, last: Last) -> Last | None:
    """Return the last build with the stamps of now, `None` where anything has changed since."""
    job = begun.job
    tree = tree_again(last, job.project)
    if tree is not None and is_as_was(last, tree) and last.left.still(job.output):
        return last
    tree = tree or walk(job.project)
    with Output(job.output, job.memory / "stage", name=begun.name, before=last.left, is_timed=True) as output:
        now = unchanged(last, tree, output, job.project, begun.moment)
    if now is not None:
        begun.state.commit(now.written())
    return now
