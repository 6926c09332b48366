"""What a build knows before it does anything: its job, what is no file, and what the last build remembers."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from sitegen.build.fingerprints import engine_fingerprint, world_fingerprint
from sitegen.build.job import Job
from sitegen.build.last import Last
from sitegen.build.state import Damaged, State
from sitegen.pages.snapshot import Snapshot
from sitegen.pages.stylesheet import designed
from sitegen.resources import theme_folder
from sitegen.stamps import moment

__all__ = ["Beginning", "Progress", "last_of", "snapshot_of"]

Progress = Callable[[str, int, int], None]
"""Is told the name of a step, how much of it is done, and how much there is."""


class Beginning(Struct, frozen=True, kw_only=True):
    """The beginning of a build.

    `moment` is when it began, by the clock of the file system; `name` is what the user calls the output folder.
    `engine` and `world` are fingerprints, `last` is `None` where nothing is remembered.
    """

    job: Job
    state: State
    progress: Progress
    name: str
    moment: int
    engine: str
    snapshot: Snapshot
    world: bytes
    last: Last | None

    @classmethod
    def of(cls, job: Job, state: State, progress: Progress) -> Beginning:
        """Return the beginning of a build now."""
        now = moment(job.memory)
        engine = engine_fingerprint(job.config)
        snapshot = snapshot_of(job)
        return cls(
            job=job,
            state=state,
            progress=progress,
            name=job.output_name,
            moment=now,
            engine=engine,
            snapshot=snapshot,
            world=world_fingerprint(job, engine, snapshot),
            last=last_of(state),
        )

    @property
    def comparable(self) -> Last | None:
        """The last build, where it was one of the same kind: only files can make this one do anything."""
        last = self.last
        return last if last and last.world == self.world and last.holds_at(self.job.clock.now) else None


def snapshot_of(job: Job) -> Snapshot:
    """Return the templates and assets of a job as they are now, in the design of its site."""
    return designed(Snapshot.read(job.project / "templates", theme_folder()), job.config.design)


def last_of(state: State) -> Last | None:
    """Return what is remembered of the last build; where that is damaged, nothing is remembered any more."""
    try:
        return Last.read(state)
    except Damaged as error:
        state.renew(str(error))
        return None
