"""A finding as compilers tell it: severity, place, message, the line with marks below, and what to do.

Text that comes from files is shown without control characters, which could move the cursor or turn
what follows around. Marks stand under their characters, also where these are as wide as two.
"""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from sitegen.diagnostics import Diagnostic, Severity
from sitegen.report.printable import printable

__all__ = ["SHOWN", "choose", "finding_text", "hanging"]

SHOWN = 20
"""Findings shown in full; the rest are counted."""

WIDTH = 72
"""Columns of an excerpt, with the signs that show where it is cut."""

NARROWEST = 40

_COLOURS = {Severity.FATAL: "bold red", Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}
_GUTTER = 5
_ROOM = WIDTH - 2  # where it is cut at both ends


def choose(findings: list[Diagnostic], limit: int = SHOWN) -> list[Diagnostic]:
    """Return the findings to show in full, at most `limit`: errors go first.

    Where there are only warnings, and too many, it is the first of each kind, so that a flood of one
    hides no other.
    """
    if len(findings) <= limit:
        return findings
    if failing := [finding for finding in findings if finding.fails]:
        return failing[:limit]
    first: dict[str, Diagnostic] = {}
    for finding in findings:
        first.setdefault(finding.code, finding)
    return list(first.values())[:limit]


def finding_text(finding: Diagnostic, columns: int = 0) -> Text:
    """Return a finding in words and colours; lines of more than `columns` are broken at blanks, where it is given."""
    head = Text()
    head.append(f"{finding.severity.value}: ", style=_COLOURS.get(finding.severity, ""))
    place = ":".join(str(part) for part in (printable(finding.path), finding.line, finding.column) if part)
    if place:
        head.append(f"{place}: ", style="bold")
    # The place stays behind the severity, on one line, however long it is: editors look for it there.
    kept = len(head.plain) - 1
    head.append(f"{printable(finding.message)} ")
    head.append(f"[{finding.code}]", style="dim")
    parts = [hanging(head, 4, columns, kept)]
    if finding.excerpt.strip() and finding.line:
        parts.append(Text(excerpt(finding)))
    if finding.hint:
        parts.append(hanging(Text.assemble(("  hint: ", "green"), printable(finding.hint)), 8, columns))
    return Text("\n").join(parts)


def excerpt(finding: Diagnostic) -> str:
    """Return the line of a finding with its number, and marks below; cut to 72 columns around the place."""
    signs = printable(finding.excerpt)
    at = min(max(finding.column, 1) - 1, len(signs))
    start = _start(signs, at)
    stop = _stop(signs, start)
    cut = signs[start:stop]
    shown = ("…" if start else "") + cut.rstrip() + ("…" if signs[stop:].strip() else "")
    lines = [f"{finding.line:>{_GUTTER}} | {shown}"]
    if finding.column and finding.length and start <= at < max(stop, start + 1):
        before = cell_len(signs[start:at]) + (1 if start else 0)
        marked = max(1, cell_len(signs[at : min(at + finding.length, stop)]))
        lines.append(f"{' ' * _GUTTER} | {' ' * before}{'^' * marked}")
    return "\n".join(lines)


def _start(signs: str, at: int) -> int:
    """Return where the part of a line begins that is shown: the place stands in its first half."""
    if cell_len(signs) <= WIDTH:
        return 0
    start = at
    while start and cell_len(signs[start - 1 : at]) <= _ROOM // 2:
        start -= 1
    # At the end of a line there is nothing to follow, so more of what goes before is shown.
    while start and cell_len(signs[start - 1 :]) <= _ROOM:
        start -= 1
    return start


def _stop(signs: str, start: int) -> int:
    """Return where the part of a line ends that is shown."""
    if not start and cell_len(signs) <= WIDTH:
        return len(signs)
    return start + _fits(signs[start:], _ROOM)


def hanging(text: Text, indent: int, columns: int, kept: int = 0) -> Text:
    """Break a text at blanks into lines of at most `columns`, those after the first indented; 0 leaves it whole.

    It is not broken within its first `kept` characters, nor within a word, so these may run over.
    """
    if columns < NARROWEST or cell_len(text.plain) <= columns:
        return text
    lines: list[Text] = []
    rest = text
    while rest.plain:
        room = columns - (indent if lines else 0)
        if cell_len(rest.plain) <= room:
            lines.append(rest)
            break
        end = _fits(rest.plain, room)
        blank = rest.plain.rfind(" ", 0, end + 1)
        leading = kept if not lines and kept else len(rest.plain) - len(rest.plain.lstrip(" "))
        cut = blank if blank >= max(leading, 1) else rest.plain.find(" ", max(end, leading))
        if cut < 0:
            lines.append(rest)
            break
        lines.append(rest[:cut])
        rest = rest[cut + 1 :]
    return Text(f"\n{' ' * indent}").join(lines)


def _fits(plain: str, room: int) -> int:
    """Return how many characters fit into so many columns."""
    end, width = 0, 0
    while end < len(plain) and (width := width + cell_len(plain[end])) <= room:
        end += 1
    return end
