"""The proof for one's own site: a clean build beside the finished one, compared byte by byte."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import structs

from sitegen.build.engine import Progress, build
from sitegen.build.job import Job
from sitegen.build.manifest import MANIFEST_NAME, read_manifest
from sitegen.build.report import BuildReport
from sitegen.build.search import is_index
from sitegen.diagnostics import Diagnostic, ordered
from sitegen.errors import Failed, OutputError, UsageError

__all__ = ["verify"]


def verify(
    job: Job, *, progress: Progress = lambda *_: None, waiting: Callable[[str], None] = lambda _: None
) -> BuildReport:
    """Build a project, then build it clean beside, and compare.

    Return what the first build did. Raises `Failed` with a finding for each file that the two have not in
    common, besides what `build` raises; files of others do not count.
    """
    report = build(job, progress=progress, waiting=waiting)
    if any(kept.stands_in for kept in report.kept):
        raise UsageError(
            "with last good versions in the place of broken pieces there is no clean build to compare with",
            hint="mend what is listed as kept back, then verify",
        )
    beside = job.memory / "verify"
    clean = structs.replace(job, state=beside, output=beside / "output", is_indexed=False)
    try:
        _remove(beside)
        build(clean, progress=progress, waiting=waiting)
        found = ordered(_differing(job.output, clean.output, report.output))
    finally:
        _remove(beside)
    if found:
        raise Failed(ordered([*report.diagnostics, *found]))
    return report


def _differing(output: Path, clean: Path, name: str) -> Iterator[Diagnostic]:
    ours, theirs = _own(output), _own(clean)
    for path in sorted({MANIFEST_NAME} | ours.keys() | theirs.keys()):
        here, there = _bytes(output / path), _bytes(clean / path)
        if here == there or (path == MANIFEST_NAME and ours == theirs):
            continue
        what = "has other bytes than in a clean build" if here and there else "is in only one of the two builds"
        hint = "this is a fault of sitegen: please report it; `sitegen build --clean` puts it right"
        yield Diagnostic.of("stale-output", what, path=f"{name}/{path}", hint=hint)


def _own(output: Path) -> dict[str, str]:
    """Return the files of the manifest with their digests, but for the index of the search page."""
    return {path: digest for path, digest in read_manifest(output)[0].files.items() if not is_index(path)}


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutputError(f"{folder.name}: cannot be removed ({error.strerror})", hint="remove it yourself") from error
