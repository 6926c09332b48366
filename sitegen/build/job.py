"""What to build: one value that says all that a user can choose."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from sitegen.articles.clock import Clock
from sitegen.config import Config

__all__ = ["PREVIEW", "STATE", "Job"]

STATE = ".sitegen"
"""The folder of a project that holds what can be made again."""

PREVIEW = "preview"
"""The folder in it of what the live preview remembers."""


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
