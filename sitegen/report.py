"""The console: results on stdout, everything else on stderr, in colours where the stream is a terminal.

The only place besides the command line that prints. Colours are rich's, so `NO_COLOR` (no-color.org)
and `TERM=dumb` are honoured; where `CI` is set or the stream is no terminal there is no progress bar.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import msgspec

from sitegen.diagnostics import Diagnostic, Severity
from sitegen.errors import Failed, SitegenError

if TYPE_CHECKING:
    from rich.console import Console as RichConsole
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID
    from rich.text import Text

    from sitegen.build.report import BuildReport

__all__ = ["SHOWN", "Console"]

SHOWN = 20
"""Findings shown in full; the rest are counted."""

_COLOURS = {Severity.FATAL: "bold red", Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}


class Console:
    """Tells the user what happens; as a context manager it ends the progress bar."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False, colour: bool = True, json: bool = False) -> None:
        """`quiet` leaves only errors, `verbose` shows every finding in full, `json` leaves stdout to one document."""
        from rich.console import Console as RichConsole

        options: dict[str, Any] = {"highlight": False, "no_color": not colour or None, "soft_wrap": True}
        self.quiet = quiet
        self.verbose = verbose
        self.json = json
        self.err: RichConsole = RichConsole(stderr=True, **options)
        self.out: RichConsole = RichConsole(file=sys.stdout, **options)
        self._bar: RichProgress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        """Return the console itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the progress bar."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def note(self, text: str) -> None:
        """Say something by the way, on stderr."""
        if not self.quiet:
            self.err.print(text, style="dim", markup=False)

    def result(self, text: str) -> None:
        """Give a result, on stdout."""
        if not self.json:
            self.out.print(text, markup=False)

    def document(self, value: object) -> None:
        """Give a result as one JSON document, on stdout."""
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
        sys.stdout.buffer.flush()

    def progress(self, step: str, done: int, total: int) -> None:
        """Show how far a step is, on a terminal."""
        if self.quiet or not self.err.is_terminal or os.environ.get("CI"):
            return
        if self._bar is None:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            columns = (TextColumn("{task.description:>9}"), BarColumn(), MofNCompleteColumn())
            self._bar = Progress(*columns, console=self.err, transient=True)
            self._bar.start()
        if step not in self._tasks:
            self._tasks[step] = self._bar.add_task(step, total=total)
        self._bar.update(self._tasks[step], completed=done, total=total)

    def findings(self, findings: Iterable[Diagnostic]) -> None:
        """Show findings, errors before warnings where not all are shown, and count the rest by kind."""
        every = [f for f in findings if f.fails or not self.quiet]
        shown = every
        if not self.verbose and len(every) > SHOWN:
            failing = [finding for finding in every if finding.fails]
            shown = failing[:SHOWN] if failing else _one_of_each(every)
        for finding in shown:
            self.err.print(_text(finding))
        hidden = [finding for finding in every if finding not in set(shown)]
        if hidden:
            kinds = Counter(finding.code for finding in hidden).most_common()
            listed = ", ".join(f"{count} {code}" for code, count in kinds)
            self.err.print(f"… and {len(hidden)} more: {listed}", markup=False)
            self.err.print("  use -v to see each of them", style="dim", markup=False)

    def failure(self, error: SitegenError) -> None:
        """Show why a run failed."""
        if isinstance(error, Failed) and error.diagnostics:
            self.findings(error.diagnostics)
            errors = sum(1 for finding in error.diagnostics if finding.fails)
            warnings = len(error.diagnostics) - errors
            self.err.print(f"failed: {_count(errors, 'error')}, {_count(warnings, 'warning')}", style="bold red")
            return
        self.err.print(f"error: {error.message}", style="bold red", markup=False)
        if error.hint:
            self.err.print(f"  hint: {error.hint}", markup=False)

    def built(self, report: BuildReport) -> None:
        """Sum up a build, honestly: what is in it, what was done, what was left out and why."""
        self.findings(report.diagnostics)
        for note in report.notes:
            self.note(note)
        if self.json or self.quiet:
            return
        self.result(
            f"{_count(report.articles, 'article')}, {_count(report.arguments, 'argument')} "
            f"in {report.output}/ ({report.seconds:.1f} s)"
        )
        self.result(
            f"  pages    {report.rendered} rendered, {report.reused} reused, {_count(report.files, 'file')} copied"
        )
        self.result(f"  output   {report.written} written, {report.unchanged} unchanged, {report.pruned} pruned")
        if report.omissions:
            reasons = Counter(omission.reason.split(" on ")[0] for omission in report.omissions)
            listed = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
            self.result(f"  left out {len(report.omissions)} ({listed}); `sitegen explain PATH` says why")
        for kept in report.kept:
            how = "its last good version stands in" if kept.stands_in else "left out"
            self.result(f"  kept back {kept.path}: {how}")
        if report.diagnostics:
            listed = ", ".join(f"{count} {code}" for code, count in report.by_code.items())
            self.result(f"  findings {len(report.diagnostics)} ({listed})")


def _one_of_each(findings: list[Diagnostic]) -> list[Diagnostic]:
    """Return the first finding of each kind, so that a flood of one hides no other."""
    first: dict[str, Diagnostic] = {}
    for finding in findings:
        first.setdefault(finding.code, finding)
    return list(first.values())[:SHOWN]


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _text(finding: Diagnostic) -> Text:
    """Return a finding as compilers tell it: severity, place, message, the line, and what to do."""
    from rich.text import Text

    text = Text()
    text.append(f"{finding.severity.value}: ", style=_COLOURS.get(finding.severity, ""))
    place = ":".join(str(part) for part in (finding.path, finding.line, finding.column) if part)
    if place:
        text.append(f"{place}: ", style="bold")
    text.append(f"{finding.message} ")
    text.append(f"[{finding.code}]", style="dim")
    if finding.excerpt.strip() and finding.line:
        text.append(_excerpt(finding))
    if finding.hint:
        text.append("\n  hint: ", style="green")
        text.append(finding.hint)
    return text


WIDTH = 72


def _excerpt(finding: Diagnostic) -> str:
    """Return the line of a finding with its number and marks below, cut to what a terminal holds."""
    line = finding.excerpt.replace("\t", " ")
    column = max(finding.column, 1)
    start = max(0, column - WIDTH // 2) if len(line) > WIDTH else 0
    cut = line[start : start + WIDTH]
    number = f"{finding.line:>5}"
    text = f"\n{number} | {cut.rstrip()}"
    if finding.column and finding.length:
        marks = "^" * max(1, min(finding.length, len(cut) - (column - 1 - start)))
        text += f"\n{' ' * len(number)} | {' ' * (column - 1 - start)}{marks}"
    return text
