"""What to build: one value that says all that a user can choose."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from sitegen.articles.clock import Clock
from sitegen.config import Config

__all__ = ["PREVIEW", "STATE", "Choices", "Job"]

STATE = ".sitegen"
"""The folder of a project that holds what can be made again."""

PREVIEW = "preview"
"""The folder in it of what the live preview remembers."""


class Choices(Struct, frozen=True, array_like=True):
    """What of a job decides which site is built, of the same sources: who publishes the output asks for it."""

    base_url: str
    drafts: bool
    future: bool
    keep_going: bool
    searched: bool


class Job(Struct, frozen=True, kw_only=True):
    """What to build: a project with its configuration, and the choices of one run.

    `jobs` is the number of worker processes, 1 for none and 0 for as many as there are processors; `start` is
    how they are started, empty for what is best here. Where it is not `is_indexed`, the search page has nothing to
    search in. `state` is the folder of what builds remember, `.sitegen/` of the project unless given. `notes` are
    to be told of these choices, whatever the build finds.
    """

    project: Path
    config: Config
    clock: Clock
    output: Path
    keep_going: bool = False
    jobs: int = 0
    start: str = ""
    is_indexed: bool = True
    state: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def memory(self) -> Path:
        """The folder of what builds remember."""
        return self.state if self.state is not None else self.project / STATE

    @property
    def choices(self) -> Choices:
        """What of this job decides which site is built."""
        clock, config = self.clock, self.config
        return Choices(config.base_url, clock.drafts, clock.future, self.keep_going, config.has_search)

    @property
    def output_name(self) -> str:
        """What the user calls the output folder: from the project on, where it lies there."""
        try:
            return self.output.relative_to(self.project.absolute()).as_posix()
        except ValueError:
            return self.output.as_posix()
