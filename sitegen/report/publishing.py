"""What a publish did, for the terminal and as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import structs
from rich.text import Text

from sitegen.report.printable import printable

if TYPE_CHECKING:
    from sitegen.publish.publish import PublishReport
    from sitegen.report.console import Console

__all__ = ["publish_document", "published", "rollback_document", "size_text"]

SHOWN = 10
"""Paths of a kind that a dry run names; with `-v` all are."""

FEW = 3
"""Addresses with the same thing wrong that are named; with `-v` all are."""

_UNITS = ("B", "kB", "MB", "GB")
_STEP = 1000


def published(console: Console, report: PublishReport) -> None:
    """Tell what was done, on stdout."""
    for note in report.notes:
        console.note(note)
    _wrong(console, report)
    if console.quiet:
        return
    console.result(f"{report.target}: {report.place}")
    if report.is_empty:
        console.result(f"  nothing to do: {_files(report.unchanged)} there already")
    else:
        for name in ("added", "changed", "removed"):
            paths: tuple[str, ...] = getattr(report, name)
            if paths:
                size = sum(report.sizes.get(path, 0) for path in paths)
                told = f"  {size_text(size):>8}" if name != "removed" else ""
                console.result(f"  {name:<9} {len(paths):>6}{told}")
                _listed(console, paths, is_wanted=report.dry_run)
        if report.encoded:
            console.result(f"  encodings {report.encoded:>6}")
        console.result(f"  unchanged {report.unchanged:>6}")
    if report.dry_run:
        console.result("  a dry run: nothing was sent")
        for objection in report.objections:
            console.result(f"  a publish would stop: {objection.message}")
            console.result(f"    hint: {objection.hint}")
        return
    if report.checked:
        right = report.checked - len(report.wrong)
        console.result(f"  checked   {report.checked:>6}  {right} as published")
    console.result(f"{report.address} ({report.seconds:.1f} s)")


def publish_document(report: PublishReport) -> dict[str, Any]:
    """Return what was done."""
    return {
        "target": report.target,
        "kind": report.kind,
        "place": report.place,
        "address": report.address,
        "dry_run": report.dry_run,
        "added": list(report.added),
        "changed": list(report.changed),
        "removed": list(report.removed),
        "unchanged": report.unchanged,
        "encoded": report.encoded,
        "sizes": report.sizes,
        "seconds": round(report.seconds, 3),
        "checked": report.checked,
        "wrong": [structs.asdict(it) for it in report.wrong],
        "objections": [structs.asdict(it) for it in report.objections],
        "notes": list(report.notes),
    }


def rollback_document(place: str, release: str) -> dict[str, Any]:
    """Return what was brought back."""
    return {"place": place, "release": release}


def size_text(size: int) -> str:
    """Return bytes as people read them, in powers of a thousand."""
    number = float(size)
    for unit in _UNITS:
        if number < _STEP or unit == _UNITS[-1]:
            break
        number /= _STEP
    return f"{number:.0f} {unit}" if unit == "B" or number >= 100 else f"{number:.1f} {unit}"  # noqa: PLR2004 - three digits


def _wrong(console: Console, report: PublishReport) -> None:
    """Tell which addresses do not give what was published, those with the same reason together."""
    reasons: dict[str, list[str]] = {}
    for wrong in report.wrong:
        reasons.setdefault(wrong.reason, []).append(wrong.url)
    for reason, urls in reasons.items():
        console.error(f"{urls[0]}: {reason}" if len(urls) == 1 else f"{len(urls)} of {report.checked}: {reason}")
        shown = urls if console.verbose else urls[:FEW]
        for url in shown if len(urls) > 1 else ():
            console.err.print(Text(f"  {printable(url)}"))
        if len(urls) > len(shown):
            console.err.print(Text(f"  … and {len(urls) - len(shown)} more; -v, before the command, names them"))
    if report.wrong and len(report.wrong) == report.checked:
        console.hint(f"if the target is to be seen elsewhere than at {report.address}, say so with its `address`")
    elif report.wrong:
        console.hint("hosts and their caches may take a while: look again with `sitegen publish --check`")


def _files(count: int) -> str:
    return "1 file is" if count == 1 else f"{count} files are"


def _listed(console: Console, paths: tuple[str, ...], *, is_wanted: bool) -> None:
    if not (is_wanted or console.verbose):
        return
    shown = paths if console.verbose else paths[:SHOWN]
    for path in shown:
        console.result(f"    {path}")
    if len(paths) > len(shown):
        console.result(f"    … and {len(paths) - len(shown)} more; -v, before the command, names them")
