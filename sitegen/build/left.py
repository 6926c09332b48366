"""An output folder as a build left it, and the test whether it still stands so.

A folder's own stamp changes when an entry comes or goes, so the stamps of all files and folders tell also
that nothing has been added. That costs half of a walk.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from msgspec import Struct, structs

from sitegen.build.manifest import MANIFEST_NAME, Manifest
from sitegen.build.standing import Entry, Standing, parents
from sitegen.stamps import Stamp, Stamped, moment

__all__ = ["Left", "left"]

_TICK = 0.002
_TICKS = 12


class Left(Struct, frozen=True, array_like=True):
    """Own files and all folders of an output folder with their stamps, none where they were not settled.

    `folders` has the output folder itself as an empty path. `others` is everything else that stands there.
    """

    files: dict[str, Stamped]
    folders: dict[str, Stamp | None]
    others: tuple[Entry, ...]
    manifest: Stamp | None
    folding: bool

    def still(self, folder: Path) -> bool:
        """Whether everything in the folder is surely as it was."""
        base = os.fspath(folder)
        try:
            return (
                _same(self.manifest, os.lstat(f"{base}/{MANIFEST_NAME}"))
                and all(_same(it, os.lstat(f"{base}/{path}")) for path, it in self.folders.items() if path)
                and _same(self.folders[""], folder.stat())  # it may be a link to the folder
                and all(_same(it.stamp, os.lstat(f"{base}/{path}")) for path, it in self.files.items())
            )
        except (OSError, UnicodeError):  # in another locale a name may be none
            return False

    def standing(self) -> Standing:
        """Return what stands in a folder that is as it was."""
        files = [Entry(path, "file") for path in self.files]
        folders = [Entry(path, "folder") for path in self.folders if path]
        blank = Standing(folding=self.folding)
        return Standing(
            entries={blank.key(entry.path): entry for entry in (*files, *folders, *self.others)},
            own=frozenset(map(blank.key, self.files)),
            folding=self.folding,
        )

    def as_manifest(self) -> Manifest:
        """Return the manifest of a folder that is as it was."""
        return Manifest(files={path: it.digest for path, it in self.files.items()})


def _same(stamp: Stamp | None, status: os.stat_result) -> bool:
    return stamp is not None and stamp.is_of(status)


def left(
    folder: Path,
    standing: Standing,
    files: dict[str, Stamped],
    written: Mapping[str, Stamp],
    clock: Path,
    before: Left | None,
) -> Left:
    """Return a folder as it is left now.

    `standing` is what stood there before, `files` are own files with the stamps that they are known to have;
    `written` are the stamps that new ones had before they were moved to their place. The time is told by the file
    system that holds `clock`. What was left `before`, where it was found so, is taken over as far as nothing was
    written or removed there.
    """
    base = os.fspath(folder)
    # The manifest was written last of all.
    now = _after(clock, (Stamp.of(os.lstat(f"{base}/{path}")) for path in (*written, MANIFEST_NAME)))
    settle = partial(_settled, now if folder.stat().st_dev == clock.stat().st_dev else 0)
    own = dict(files)
    for path, staged in written.items():
        stamp = settle(f"{base}/{path}")
        # Somebody may have changed it since: then it is not known what it holds.
        is_ours = stamp is not None and structs.replace(stamp, ctime=staged.ctime) == staged
        own[path] = Stamped(own[path].digest, stamp if is_ours else None)
    removed = before.files.keys() - files.keys() if before is not None else ()
    folders = {parent for path in (*written, *removed) for parent in parents(path)} | {""}
    found: dict[str, Stamp | None] = {}
    if before is not None:
        found = {path: stamp for path, stamp in before.folders.items() if path not in folders}
    else:
        folders |= {entry.path for entry in standing.entries.values() if entry.kind == "folder"}
    for path in sorted(folders):
        with suppress(FileNotFoundError, NotADirectoryError):
            found[path] = settle(f"{base}/{path}" if path else base)
    ours = {standing.key(path) for path in files} | standing.own
    others = (entry for key, entry in standing.entries.items() if entry.kind != "folder" and key not in ours)
    return Left(own, found, tuple(others), settle(f"{base}/{MANIFEST_NAME}"), standing.folding)


def _settled(now: int, path: str) -> Stamp | None:
    stamp = Stamp.of(os.stat(path))  # noqa: PTH116 - text is quicker than paths by the ten thousand
    return stamp if stamp.settled(now) else None


def _after(clock: Path, stamps: Iterable[Stamp]) -> int:
    """Return a moment after all these stamps, waiting a few ticks of a coarse clock if need be."""
    newest = max((max(stamp.ctime, stamp.mtime) for stamp in stamps), default=0)
    now = moment(clock)
    for _ in range(_TICKS):
        if now > newest:
            break
        time.sleep(_TICK)
        now = moment(clock)
    return now
