"""The program: `python -m benchmarks`; the only place here that prints."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import msgspec

from benchmarks.comparison import Comparison, Results, Rounds
from benchmarks.corpus import Corpus
from benchmarks.installation import file_system, install, machine
from benchmarks.measure import Failure, peak_memory_is_known
from benchmarks.report import render
from benchmarks.tools import Tool, hugo, pelican, sitegen, sitegen_with_everything

ROOT = Path(__file__).resolve().parent.parent
PEERS = ("hugo", "pelican")
SIZE = 10_000


def main(arguments: list[str] | None = None) -> int:
    """Run the comparison that the arguments ask for, and write its report."""
    options = _options(arguments)
    if not peak_memory_is_known():
        print("the benchmarks need /proc to tell memory: run them on Linux", file=sys.stderr)
        return 1
    begun = time.monotonic()

    def tell(text: str) -> None:
        print(f"{time.monotonic() - begun:6.0f} s  {text}", file=sys.stderr, flush=True)

    peers = [name for name in PEERS if not options.only or name in options.only]
    venv, folder = ROOT / ".tools" / "bench-venv", options.folder.resolve() / str(options.size)
    folder.mkdir(parents=True, exist_ok=True)
    if peers:
        install(venv)
    ours = sitegen(folder / "sitegen")
    tools = [ours, *(_peer(name, folder, venv) for name in peers)]
    comparison = Comparison(tools, Corpus(options.size), Rounds(options.runs, options.patience), tell)
    try:
        comparison.run(edits=not options.cold)
        comparison.run_bare(ours)
        source_bytes = sum(file.stat().st_size for file in (ours.folder / ours.articles).rglob("*.md"))
        comparison.run_with_everything(sitegen_with_everything(folder / "everything"))
        if options.tenfold:
            comparison.run_tenfold()
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    results = Results(
        size=options.size,
        machine=f"{machine()}; the sites lie on {file_system(folder)}",
        versions={tool.name: tool.version() for tool in tools},
        source_bytes=source_bytes,
        runs=comparison.runs,
        censuses=comparison.censuses,
    )
    (folder / "results.json").write_bytes(msgspec.json.encode(results))
    report = options.report or (ROOT / "benchmarks" if options.size == SIZE else folder) / "RESULTS.md"
    report.write_text(render(results, options.patience), "utf-8")
    tell(f"written: {os.path.relpath(report)}")
    return 0


def _peer(name: str, folder: Path, venv: Path) -> Tool:
    return {"hugo": hugo, "pelican": pelican}[name](folder / name, venv)


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
    parser.add_argument("--cold", action="store_true", help="only cold builds, no edits")
    parser.add_argument("--tenfold", action="store_true", help="also build ten times as many pieces; takes long")
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
