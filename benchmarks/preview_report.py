"""The part of the report that speaks of the preview: bars and whether they are met, other edits, every run."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from statistics import median

from benchmarks.preview import BEGUN, FIRST, HIGHEST, WARM, Results, Seen
from benchmarks.previewed import BODY, ROWS, SHEET, TITLE
from benchmarks.tables import megabytes, ratio, seconds, table

__all__ = ["HEADING", "render", "replaced"]

HEADING = "## The preview"

_OURS, _THEIRS = "sitegen", "Hugo"
_SHARE = 0.1
_BODY, _TITLE, _START, _MEMORY, _TENFOLD = (0.2, 0.1), (0.3, 0.15), (1.5, 0.7), 0.2, (6.0, 3.0)
"""Bars and aims, in seconds or as ratios; a body has `_SHARE` of Hugo's rebuild besides."""

_MOMENTS = {
    BEGUN: "memory after the start",
    TITLE: "memory after bodies and titles were saved",
    SHEET: "memory after all was saved",
}

_METHOD = """\
Both previews run at the same time over the same pieces, each with a tab of one Chromium, and files are saved for them
in turn, each time another piece or another text. A save is timed from after the file was closed until a
`MutationObserver` in the page sees the text (of a style sheet: until the page has the new value of a property), by the
clock that both programs share, to a millisecond. Tables show medians, and of ratios to Hugo's rebuild those of each
round. The page is open before, and the preview has come to rest. What is called a rebuild is what the tool's own log
tells. A start is timed from when the process is started until its home page has been read over HTTP. Memory is that of
all processes of a preview, at its highest between its last start and the end of all edits."""

_CAVEATS = """\
- `hugo server` runs as it comes, with drafts and pieces of a later date. It builds the site when it starts, and after a
  save the pages that it holds to be concerned. sitegen renders a page when a browser asks for it: a save that concerns
  many pages costs little until they are opened, and each of them a little then.
- Hugo waits a while after a save, in case there are more, and the browser loads the page anew. sitegen waits for less
  and puts the new parts into the page.
- The text is in the document at that moment, and need not be painted yet.
- sitegen remembers its site in the first quiet moment; a start after that is a warm one. Hugo remembers nothing of it.
- The bars are meant for 10,000 pieces."""


def render(results: Results) -> str:
    """Return the part as Markdown, from its heading, without a line at its end."""
    versions = ", ".join(f"{name} {version}" for name, version in results.versions.items())
    parts = [
        HEADING,
        f"`sitegen serve` and `hugo server` while {results.size:,} pieces are edited.",
        f"- {results.machine}\n- {versions}",
        table(["", _OURS, _THEIRS, "Hugo's own log", "bar", "aim", ""], _bars(results)),
        "Other edits and starts, for which there is no bar:",
        table(["", _OURS, _THEIRS, "sitegen's own log", "Hugo's own log", f"{_OURS} / {_THEIRS}"], _others(results)),
        "### How the preview was measured",
        _METHOD,
        _CAVEATS,
        "### Every save and start",
        "Milliseconds in the order of the rounds, and in brackets those of the rebuild, 0 where the log tells none.",
        _every_run(results),
    ]
    return "\n\n".join(parts)


def replaced(report: str, part: str) -> str:
    """Return a report with this part, in place of the one under its heading, or before "What was made"."""
    heading = part.partition("\n")[0]
    has_one = f"\n{heading}\n" in report
    pattern = rf"^{heading}\n(?:(?!## ).*\n)*" if has_one else r"^(?=## What was made$)|\Z"
    return re.sub(pattern, lambda _: f"{part}\n\n", report, count=1, flags=re.MULTILINE).rstrip() + "\n"


def _bars(results: Results) -> list[list[str]]:
    ours, theirs = _middle(results, BODY, _OURS), _middle(results, BODY, _THEIRS)
    rebuild = _middle(results, BODY, _THEIRS, lambda seen: seen.rebuild)
    bar, aim = _BODY
    share = _share_of_rebuild(results)
    is_small = share is None or share <= _SHARE
    lines = [
        [
            "a body saved, its new text in the page",
            _shown(ours) if share is None else f"{_shown(ours)}, {ratio(share)} ×",
            _shown(theirs),
            _shown(rebuild),
            f"{seconds(bar)} and {_SHARE:g} × Hugo's rebuild",
            seconds(aim),
            _met(ours, bar, aim) if is_small else _met(share, _SHARE, _SHARE),
        ]
    ]
    bar, aim = _TITLE
    ours, theirs = _middle(results, TITLE, _OURS), _middle(results, TITLE, _THEIRS)
    rebuild = _middle(results, TITLE, _THEIRS, lambda seen: seen.rebuild)
    cells = [*map(_shown, (ours, theirs, rebuild)), seconds(bar), seconds(aim), _met(ours, bar, aim)]
    lines.append(["a title saved, the home page has it", *cells])
    bar, aim = _START
    ours, theirs = (_middle_of(results.starts.get(WARM, {}).get(name)) for name in (_OURS, _THEIRS))
    cells = [_shown(ours), _shown(theirs), "", seconds(bar), seconds(aim), _met(ours, bar, aim)]
    lines.append(["a start with warm cache, the first page served", *cells])
    lines.append(_memory(results))
    if results.tenfold:
        ten, one = _middle_of(results.tenfold.get(BODY)), _middle(results, BODY, _OURS)
        times = ten / one if ten and one else None
        bar, aim = _TENFOLD
        cells = [f"{_shown(ten)}, {ratio(times)} ×" if times else "", "", "", f"{bar:g} ×", f"{aim:g} ×"]
        lines.append([f"a body saved among {results.size * 10:,} pieces", *cells, _met(times, bar, aim)])
    return lines


def _share_of_rebuild(results: Results) -> float | None:
    """Return what part of a rebuild by Hugo a save of a body took us: the median of the ratios of each round."""
    saved = results.saves.get(BODY, {})
    pairs = zip(saved.get(_OURS, ()), saved.get(_THEIRS, ()), strict=False)
    return _middle_of([ours.seconds / theirs.rebuild for ours, theirs in pairs if theirs.rebuild])


def _memory(results: Results) -> list[str]:
    ours, theirs = (results.memory[HIGHEST].get(name, 0) for name in (_OURS, _THEIRS))
    share = ours / theirs if theirs else None
    shown = f"{megabytes(ours)}, {ratio(share)} ×" if share else megabytes(ours)
    cells = [shown, megabytes(theirs) if theirs else "", "", f"{_MEMORY:g} × Hugo's", ""]
    return ["memory at its highest, all processes", *cells, _met(share, _MEMORY, _MEMORY)]


def _others(results: Results) -> list[list[str]]:
    lines = []
    for row in ROWS:
        if row in (BODY, TITLE):
            continue
        walls = [_middle(results, row, name) for name in (_OURS, _THEIRS)]
        rebuilds = [_middle(results, row, name, lambda seen: seen.rebuild) for name in (_OURS, _THEIRS)]
        lines.append([row, *map(_shown, (*walls, *rebuilds)), _quotient(*walls)])
    walls = [_middle_of(results.starts.get(FIRST, {}).get(name)) for name in (_OURS, _THEIRS)]
    lines.append([f"a start, {FIRST}", *map(_shown, walls), "", "", _quotient(*walls)])
    for moment, taken in results.memory.items():
        if moment in _MOMENTS:
            sizes = [taken.get(name) for name in (_OURS, _THEIRS)]
            shown = [megabytes(size) if size else "" for size in sizes]
            lines.append([_MOMENTS[moment], *shown, "", "", _quotient(*sizes)])
    for row, found in results.tenfold.items():
        if row != BODY:
            label = row if row == TITLE else f"a start, {row}"
            lines.append([f"{label}, {results.size * 10:,} pieces", _shown(_middle_of(found)), *[""] * 4])
    return lines


def _every_run(results: Results) -> str:
    lines = [
        [f"{row}, {name}", ", ".join(f"{seen.seconds * 1000:.0f} ({seen.rebuild * 1000:.0f})" for seen in found)]
        for row, tools in results.saves.items()
        for name, found in tools.items()
    ]
    lines += [
        [f"a start, {kind}, {name}", ", ".join(f"{it * 1000:.0f}" for it in found)]
        for kind, tools in results.starts.items()
        for name, found in tools.items()
    ]
    lines += [
        [f"{row}, {results.size * 10:,} pieces", ", ".join(f"{it * 1000:.0f}" for it in found)]
        for row, found in results.tenfold.items()
    ]
    return table(["", "milliseconds"], lines)


def _middle(
    results: Results, row: str, tool: str, value: Callable[[Seen], float] = lambda seen: seen.seconds
) -> float | None:
    return _middle_of([value(seen) for seen in results.saves.get(row, {}).get(tool, ())])


def _middle_of(values: Sequence[float] | None) -> float | None:
    return median(values) if values else None


def _shown(value: float | None) -> str:
    return seconds(value) if value else ""


def _quotient(ours: float | None, theirs: float | None) -> str:
    return ratio(ours / theirs) if ours and theirs else ""


def _met(value: float | None, bar: float, aim: float) -> str:
    if value is None:
        return ""
    if value > bar:
        return "**missed**"
    return "met, the aim too" if value <= aim != bar else "met"
