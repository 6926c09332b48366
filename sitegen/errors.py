"""The errors that a user can mend, as one tree.

::

    SitegenError                   anything that a person using sitegen can put right
    ├── UsageError                 the command line asks for something that is not there   (exit 2)
    ├── Failed                     findings stopped the run: `.diagnostics` holds them all (exit 1)
    │   ├── ConfigError            `config.toml`
    │   ├── ContentError           articles and the other files of `content/`
    │   ├── PlanError              URLs: collisions, reserved words, patterns
    │   └── RenderError            templates
    ├── OutputError                the output folder cannot be written, or is not ours     (exit 1)
    └── PublishError               the output may not or cannot be brought to its target   (exit 1)

A stage collects every finding before it raises, so that one run tells everything. Only the command
line prints or exits. A programming mistake is not in this tree and keeps its traceback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sitegen.diagnostics import Diagnostic

__all__ = [
    "ConfigError",
    "ContentError",
    "Damaged",
    "Failed",
    "OutputError",
    "PlanError",
    "PublishError",
    "RenderError",
    "SitegenError",
    "UsageError",
]


class SitegenError(Exception):
    """A problem that the user can mend.

    `message` says what is wrong, `hint` what to do about it (may be empty).
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Keep the message and the hint apart, for the console and for JSON."""
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(SitegenError):
    """The command line names something that does not exist or does not go together."""


class Failed(SitegenError):  # noqa: N818 - reads as what happened: the stage failed
    """A stage found errors; `diagnostics` holds all of its findings, warnings too."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Take the findings of the whole stage."""
        self.diagnostics = tuple(diagnostics)
        first = next((d for d in self.diagnostics if d.fails), None)
        super().__init__(first.message if first else "failed", hint=first.hint if first else "")


class ConfigError(Failed):
    """`config.toml` cannot be used."""


class ContentError(Failed):
    """Files of `content/` cannot be understood."""


class PlanError(Failed):
    """The pages cannot be given their URLs."""


class RenderError(Failed):
    """Templates failed."""


class Damaged(Exception):  # noqa: N818 - says what the state is
    """What is remembered cannot be read after all; the message is the reason, in words.

    No user sees it: whoever remembers begins anew.
    """


class OutputError(SitegenError):
    """The output folder cannot be written, or holds what sitegen must not touch."""


class PublishError(SitegenError):
    """The output is not fit to be published, or its target cannot be reached, read or written."""
