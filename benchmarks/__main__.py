"""The program: `python -m benchmarks`; the only place here that prints."""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from benchmarks import preview_report, publishing
from benchmarks.comparison import Comparison, Results, Rounds
from benchmarks.corpus import Corpus
from benchmarks.installation import file_system, install, machine
from benchmarks.measure import Failure, peak_memory_is_known
from benchmarks.preview import Preview
from benchmarks.preview import Results as PreviewResults
from benchmarks.previewed import hugo_preview, sitegen_preview
from benchmarks.publishing import Publishing
from benchmarks.reader import browser_path
from benchmarks.report import render
from benchmarks.tools import Tool, hugo, pelican, sitegen, sitegen_with_everything

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".tools" / "bench-venv"
PEERS = ("hugo", "pelican")
SIZE = 10_000
PARTS = re.compile(r"^## (?:The preview|Publishing)\n(?:(?!## ).*\n)*", re.MULTILINE)
"""What a report says besides builds."""


def main(arguments: list[str] | None = None) -> int:
    """Run the comparison that the arguments ask for, and write its report."""
    options = _options(arguments)
    if not peak_memory_is_known():
        print("the benchmarks need /proc to tell memory: run them on Linux", file=sys.stderr)
        return 1
    begun = time.monotonic()

    def tell(text: str) -> None:
        print(f"{time.monotonic() - begun:6.0f} s  {text}", file=sys.stderr, flush=True)

    folder = options.folder.resolve() / str(options.size)
    folder.mkdir(parents=True, exist_ok=True)
    report = options.report or (ROOT / "benchmarks" if options.size == SIZE else folder) / "RESULTS.md"
    try:
        if any(_peers(options)):
            install(VENV)
        before = _written(report)
        if not (options.preview or options.publish):
            report.write_text(_compared(options, folder, tell), "utf-8")
        parts = []
        if options.builds:
            parts += PARTS.findall(before)
        if options.preview or not (options.builds or options.cold or options.publish):
            parts.append(_previewed(options, folder, tell))
        if options.publish or not (options.builds or options.cold or options.preview):
            parts.append(_published(options, folder, tell))
        for part in parts:
            report.write_text(preview_report.replaced(_written(report), part.rstrip()), "utf-8")
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    tell(f"written: {os.path.relpath(report)}")
    return 0


def _compared(options: argparse.Namespace, folder: Path, tell: Callable[[str], None]) -> str:
    """Run the comparison of builds, and return its report."""
    ours = sitegen(folder / "sitegen")
    tools = [ours, *(_peer(name, folder) for name in _peers(options))]
    comparison = Comparison(tools, Corpus(options.size), Rounds(options.runs, options.patience), tell)
    comparison.run(edits=not options.cold)
    comparison.run_bare(ours)
    source_bytes = sum(file.stat().st_size for file in (ours.folder / ours.articles).rglob("*.md"))
    comparison.run_with_everything(sitegen_with_everything(folder / "everything"))
    if options.tenfold:
        comparison.run_tenfold()
    results = Results(
        size=options.size,
        machine=_place(folder),
        versions={tool.name: tool.version() for tool in tools},
        source_bytes=source_bytes,
        runs=comparison.runs,
        censuses=comparison.censuses,
    )
    (folder / "results.json").write_bytes(msgspec.json.encode(results))
    return render(results, options.patience)


def _previewed(options: argparse.Namespace, folder: Path, tell: Callable[[str], None]) -> str:
    """Run the comparison of previews, and return the part of the report about them."""
    browser = browser_path()
    if browser is None:
        raise Failure("the preview is left out: it is measured with Chromium and Playwright, which are not installed")
    below = folder / "preview"
    tools = [sitegen_preview(below / "sitegen")]
    if "hugo" in _peers(options):
        tools.append(hugo_preview(below / "hugo", VENV))
    comparison = Preview(tools, Corpus(options.size), browser, options.runs, tell)
    comparison.run()
    if options.tenfold:
        comparison.run_tenfold(tools[0])
    results = PreviewResults(
        size=options.size,
        machine=_place(folder),
        versions={each.tool.name: each.tool.version() for each in tools},
        starts=comparison.starts,
        saves=comparison.saves,
        memory=comparison.memory,
        tenfold=comparison.tenfold,
    )
    (folder / "preview.json").write_bytes(msgspec.json.encode(results))
    return preview_report.render(results)


def _published(options: argparse.Namespace, folder: Path, tell: Callable[[str], None]) -> str:
    """Publish to a server of buckets, and return the part of the report about that."""
    tool = sitegen(folder / "publish" / "sitegen")
    return publishing.render(Publishing.run(tool, Corpus(options.size), _place(folder), options.runs, tell))


def _written(report: Path) -> str:
    """Return the report as it was written last."""
    return report.read_text("utf-8") if report.exists() else "# Benchmarks\n\n"


def _place(folder: Path) -> str:
    return f"{machine()}; the sites lie on {file_system(folder)}"


def _peers(options: argparse.Namespace) -> list[str]:
    return [name for name in PEERS if not options.only or name in options.only]


def _peer(name: str, folder: Path) -> Tool:
    return {"hugo": hugo, "pelican": pelican}[name](folder / name, VENV)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Compare sitegen with Hugo and Pelican.")
    parser.add_argument("--size", type=int, default=SIZE, help="number of pieces (default: 10000)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each row (default: 3)")
    parser.add_argument(
        "--patience",
        type=float,
        default=30.0,
        metavar="SECONDS",
        help="a tool sits out a row after so long (default: 30)",
    )
    parser.add_argument("--only", nargs="*", choices=(*PEERS, "sitegen"), help="tools; sitegen always runs")
    parser.add_argument("--cold", action="store_true", help="only cold builds, no edits, no preview, no publishing")
    parser.add_argument("--builds", action="store_true", help="only builds; what the report says of the rest stays")
    parser.add_argument("--preview", action="store_true", help="only the preview; the rest of the report stays")
    parser.add_argument("--publish", action="store_true", help="only publishing; the rest of the report stays")
    parser.add_argument("--tenfold", action="store_true", help="also ten times as many pieces; takes long")
    parser.add_argument(
        "--folder",
        type=Path,
        default=ROOT / ".tools" / "bench",
        help="where the sites are made (default: .tools/bench); in memory no disk is measured",
    )
    parser.add_argument("--report", type=Path, help="file to write; benchmarks/RESULTS.md for the default size")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
