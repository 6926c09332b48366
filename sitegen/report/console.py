"""The console: results on stdout, everything else on stderr, in colours where the stream is a terminal.

`NO_COLOR` (no-color.org) and `TERM=dumb` are honoured; where `CI` is set or stderr is no terminal
there is no progress bar. Lines are broken at blanks on a terminal only, so that a program that reads
them finds each whole. Rich draws all of it, and is loaded when there is something to say: a quiet build
that has nothing to tell does without.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import msgspec

from sitegen.diagnostics import Diagnostic
from sitegen.errors import Failed, SitegenError
from sitegen.report.printable import printable

if TYPE_CHECKING:
    from rich.console import Console as RichConsole
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from sitegen.build.explain import Explanation
    from sitegen.build.report import BuildReport

__all__ = ["Console"]

PATIENCE = 0.4
"""Seconds of work before a progress bar appears: what is over sooner needs none."""

REFRESH = 0.1
"""Seconds between two drawings of it."""

_REASONS = {"a draft": ("draft", "drafts"), "due": ("due later", "due later"), "expired": ("expired", "expired")}


class Console:
    """Tells the user what happens; as a context manager it ends the progress bar."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False, colour: bool = True, json: bool = False) -> None:
        """`quiet` leaves only errors, `verbose` shows every finding in full, `json` leaves stdout to one document."""
        colour = colour and not os.environ.get("NO_COLOR")
        self._options: dict[str, Any] = {"highlight": False, "emoji": False, "markup": False, "soft_wrap": True}
        self._options["color_system"] = "auto" if colour else None
        self.quiet = quiet
        self.verbose = verbose
        self.json = json
        self._bar: RichProgress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._begun: float | None = None
        self._drawn = 0.0

    @cached_property
    def err(self) -> RichConsole:
        """The console of stderr."""
        from rich.console import Console as RichConsole

        return RichConsole(stderr=True, **self._options)

    @cached_property
    def out(self) -> RichConsole:
        """The console of stdout."""
        from rich.console import Console as RichConsole

        return RichConsole(file=sys.stdout, **self._options)

    def __enter__(self) -> Self:
        """Return the console itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the progress bar."""
        self.finish()

    def finish(self) -> None:
        """Take the progress bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def note(self, text: str) -> None:
        """Say something by the way, on stderr."""
        if not self.quiet:
            self.err.print(printable(text), style="dim")

    def advice(self, lines: Iterable[str]) -> None:
        """Say what can be done next, on stderr."""
        if not self.quiet:
            for line in lines:
                self.err.print(line)

    def result(self, text: str) -> None:
        """Give a result, on stdout."""
        if not self.json:
            self.out.print(printable(text))

    def document(self, command: str, code: int, value: dict[str, Any]) -> None:
        """Give a result as one JSON document, on stdout; it begins with the command and how it ended."""
        whole = {"command": command, "ok": code == 0, "exit_code": code, **value}
        sys.stdout.flush()
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n")
        sys.stdout.buffer.flush()

    def progress(self, step: str, done: int, total: int) -> None:
        """Show how far a step is, on a terminal."""
        if self.quiet or not self.err.is_terminal or os.environ.get("CI"):
            return
        if self._begun is None:
            self._begun = time.monotonic()
        if self._bar is None:
            if time.monotonic() - self._begun < PATIENCE:
                return
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            columns = (TextColumn("{task.description:>9}"), BarColumn(), MofNCompleteColumn())
            # It is drawn when something is told, not by a thread: processes are forked beside it.
            self._bar = Progress(*columns, console=self.err, transient=True, auto_refresh=False)
            self._bar.start()
        if step not in self._tasks:
            self._tasks[step] = self._bar.add_task(step, total=total)
        self._bar.update(self._tasks[step], completed=done, total=total)
        if time.monotonic() - self._drawn > REFRESH or done == total:
            self._drawn = time.monotonic()
            self._bar.refresh()

    def findings(self, findings: Iterable[Diagnostic]) -> None:
        """Show findings, errors before warnings where not all are shown, and count the rest by kind."""
        every = [finding for finding in findings if finding.fails or not self.quiet]
        if not every:
            return
        from rich.text import Text

        from sitegen.report.findings import choose, finding_text, hanging

        shown = every if self.verbose else choose(every)
        for finding in shown:
            self.err.print(finding_text(finding, self._columns(self.err)))
        hidden = Counter(finding.code for finding in set(every) - set(shown))
        if hidden:
            kinds = sorted(hidden.items(), key=lambda item: (-item[1], item[0]))
            listed = ", ".join(f"{count} {code}" for code, count in kinds)
            text = Text(f"… and {hidden.total()} more: {listed}")
            self.err.print(hanging(text, 2, self._columns(self.err)))
            self.err.print("  use -v, before the command, to see each of them", style="dim")

    def failure(self, error: SitegenError) -> None:
        """Show why a run failed."""
        if isinstance(error, Failed) and error.diagnostics:
            self.findings(error.diagnostics)
            errors = sum(1 for finding in error.diagnostics if finding.fails)
            warnings = len(error.diagnostics) - errors
            told = f"failed: {_count(errors, 'error')}" + (f", {_count(warnings, 'warning')}" if warnings else "")
            self.err.print(told, style="bold red")
            return
        self.error(error.message)
        if error.hint:
            self.hint(error.hint)

    def error(self, text: str) -> None:
        """Say what is wrong, on stderr."""
        self._told(("error: ", "bold red"), text, 4)

    def hint(self, text: str) -> None:
        """Say what to do about what was said to be wrong."""
        self._told(("  hint: ", "green"), text, 8)

    def _told(self, head: tuple[str, str], text: str, indent: int) -> None:
        from rich.text import Text

        from sitegen.report.findings import hanging

        self.err.print(hanging(Text.assemble(head, printable(text)), indent, self._columns(self.err)))

    def built(self, report: BuildReport) -> None:
        """Sum up a build, honestly: what is in it, what was done, what was left out and why."""
        self.finish()
        self.findings(report.diagnostics)
        for note in report.notes:
            self.note(note)
        if self.quiet:
            return
        self.result(
            f"{_count(report.articles, 'article')}, {_count(report.arguments, 'argument')} "
            f"in {report.output}/ ({report.seconds:.1f} s)"
        )
        self.result(
            f"  pages     {report.rendered} rendered, {report.reused} reused, {_count(report.files, 'file')} copied"
        )
        self.result(f"  output    {report.written} written, {report.unchanged} unchanged, {report.pruned} pruned")
        if report.search:
            self.result(f"  search    index {report.search}")
        if report.omissions:
            kinds = Counter(_reason(omission.reason) for omission in report.omissions)
            listed = ", ".join(f"{count} {kind[count != 1]}" for kind, count in sorted(kinds.items()))
            self.result(f"  left out  {listed}; `sitegen explain PATH` says why")
        for kept in report.kept:
            how = "its last good version stands in" if kept.stands_in else "left out"
            self.result(f"  kept back {kept.path}: {how}")
        errors = len(report.diagnostics) - report.warnings
        if report.diagnostics:
            told = [_count(errors, "error")] if errors else []
            told += [_count(report.warnings, "warning")] if report.warnings else []
            self.result(f"  findings  {', '.join(told)}")

    def explained(self, explanation: Explanation) -> None:
        """Tell what something is, on stdout."""
        from sitegen.report.explanation import explanation_lines

        if self.json:
            return
        for line in explanation_lines(explanation, self._columns(self.out), everything=self.verbose):
            self.out.print(line)

    def _columns(self, stream: RichConsole) -> int:
        """Return the width at which lines are broken, 0 where they are not."""
        return stream.width if stream.is_terminal else 0


def _reason(reason: str) -> tuple[str, str]:
    return next((kind for start, kind in _REASONS.items() if reason.startswith(start)), (reason, reason))


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
