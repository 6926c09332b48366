"""The end of the line: finished bytes become files of the output folder, without harming any other file.

Every page is rendered before the first is replaced. Bytes that differ from the file already there
wait in a stage folder; `commit` announces them in the manifest, moves them over one by one, removes
what is no longer planned and writes the final manifest last. From a kill at any instant the next
build goes on: what stands there is then whole files, old and new, and each is known to be ours.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from sitegen.build.atomic import disk_trouble, move_file
from sitegen.build.manifest import MANIFEST_NAME, Manifest, belongs, read_manifest, write_manifest
from sitegen.build.standing import Standing, survey
from sitegen.diagnostics import Diagnostic
from sitegen.digest import digest_bytes
from sitegen.errors import Failed, OutputError

__all__ = ["Output", "Written", "clean"]

NAMED = 3

# A folder that is not empty stays, and so does what something is mounted on, or is a page by now.
_STAYS = {errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR, errno.EBUSY}


class Written(Struct, frozen=True):
    """What a commit did. Paths are relative to the output folder, with slashes, sorted.

    `written` are new or changed files, `pruned` own files that were removed, `foreign` files of
    others that were left alone, told as a warning in `diagnostics`. `note` is `Output.note`.
    """

    written: tuple[str, ...] = ()
    unchanged: int = 0
    pruned: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    note: str = ""


class Output:
    """An output folder that is about to be given its files.

    `folder` may be absent or a symbolic link to a folder. `stage` is a folder of its own, emptied at
    once and removed at the end; `name` is what findings call the output folder. `note` says, where
    it is not empty, why the folder's manifest is not used. As a context manager it discards what
    was not committed. One build at a time: the caller holds the lock.
    """

    def __init__(self, folder: Path, stage: Path, *, name: str = "") -> None:
        """Look at what stands in the folder; raises `OutputError` where that cannot be done."""
        self.folder = folder
        self.stage = stage
        self.name = name or folder.name
        self._digests: dict[str, str] = {}
        self._staged: dict[str, Path] = {}
        with self._told():
            self._manifest, self.note = read_manifest(folder)
            self._standing = survey(folder, self._manifest)
        self.discard()

    def __enter__(self) -> Self:
        """Return the output itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Discard what was not committed."""
        self.discard()

    def check(self, paths: Iterable[str]) -> tuple[Diagnostic, ...]:
        """Find what stands in the way of the planned paths, before anything is rendered.

        A foreign file at a planned path is not yet a finding: it may turn out to have the same bytes.
        """
        return self._obstacles(set(paths), ())

    def add(self, path: str, data: bytes) -> None:
        """Take the finished bytes of a file; `path` is relative to the folder, with slashes.

        Nothing in the folder is touched. Raises `OutputError` where the bytes cannot be staged, and
        `ValueError` for a path that is no path of a page or was added before: `check` and the plan
        find both earlier.
        """
        if path in self._digests or not belongs(path):
            raise ValueError(f"not the path of a new page: {path!r}")
        with self._told():
            if not (self._standing.exact(path) and self._holds(path, data)):
                self.stage.mkdir(parents=True, exist_ok=True)
                # A flat stage: no folders to make, and no two names that a file system could take for one.
                staged = self.stage / f"{len(self._staged):06}"
                staged.write_bytes(data)
                self._staged[path] = staged
        self._digests[path] = digest_bytes(data)

    def commit(self) -> Written:
        """Bring the folder to exactly the files added, and whatever is foreign.

        Raises `Failed` with a fatal finding for each foreign thing in the way, before anything is
        written, and `OutputError` where the disk refuses: the folder then holds whole files, old and
        new, and the next build completes it. An identical foreign file is adopted.
        """
        with self._told():
            standing = self._standing = survey(self.folder, self._manifest)
            if found := self._obstacles(self._digests, self._staged):
                raise Failed(found)
            self._still_there(standing)
            self.folder.mkdir(parents=True, exist_ok=True)
            self._announce(standing)
            way = standing.in_the_way(self._digests)
            self._remove(way, (*standing.folders_at(self._digests), *standing.folders_of(way)))
            # Pages come last, so that none stands without its stylesheet.
            for path in sorted(self._staged, key=lambda path: (path.endswith(".html"), path)):
                target = self.folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                move_file(self._staged[path], target)
            gone = standing.gone(self._digests)
            # Folders of files that a killed build had announced may stand empty, so they are looked at too.
            before = (self._manifest.files.keys() | self._manifest.pending.keys()) - self._digests.keys()
            self._remove((*sorted(set(gone) - set(way)), *standing.temporaries()), standing.folders_of(before))
            self._record(Manifest(files=self._digests))
        changed = tuple(sorted(self._staged))
        written = self._written(standing, Written(changed, len(self._digests) - len(changed), gone))
        self.discard()
        return written

    def clear(self) -> Written:
        """Remove sitegen's own files, the folders that are empty then, and the manifest last.

        Foreign files stay, and so does the output folder itself. Raises `OutputError` where the disk
        refuses.
        """
        with self._told():
            standing = survey(self.folder, self._manifest)
            gone = standing.gone(())
            before = self._manifest.files.keys() | self._manifest.pending.keys()
            self._remove((*gone, *standing.temporaries()), standing.folders_of(before))
            if not self.note:
                (self.folder / MANIFEST_NAME).unlink(missing_ok=True)
        self.discard()
        return self._written(standing, Written(pruned=gone))

    def discard(self) -> None:
        """Forget what was added; the output folder stays as it is."""
        self._digests, self._staged = {}, {}
        with self._told(), suppress(FileNotFoundError):
            shutil.rmtree(self.stage)

    def _obstacles(self, planned: Collection[str], differing: Collection[str]) -> tuple[Diagnostic, ...]:
        found = self._standing.obstacles(planned, differing, self.name)
        if not self.note:
            return tuple(found)
        hint = f"{self.note}; if nothing in `{self.name}/` is yours, delete that folder and build again"
        return tuple(replace(finding, hint=hint) if finding.code == "foreign-file" else finding for finding in found)

    def _holds(self, path: str, data: bytes) -> bool:
        file = self.folder / path
        try:
            return file.stat().st_size == len(data) and file.read_bytes() == data
        except FileNotFoundError:
            return False

    def _still_there(self, standing: Standing) -> None:
        """Refuse to go on where a file that was found unchanged has gone since."""
        missing = sorted(path for path in self._digests.keys() - self._staged.keys() if not standing.exact(path))
        if missing:
            raise OutputError(
                f"{self.name}/{missing[0]} was removed while the site was being built", hint="build again"
            )

    def _announce(self, standing: Standing) -> None:
        """Write the journal: what is ours now, and what will be, so that a kill leaves nothing that looks foreign."""
        before = self._manifest
        files = {path: digest for path, digest in before.pending.items() if standing.key(path) in standing.own}
        files |= before.files
        new = {path: digest for path, digest in self._digests.items() if files.get(path) != digest}
        self._record(Manifest(files=files, pending=before.pending | new))

    def _record(self, manifest: Manifest) -> None:
        if manifest != self._manifest or self.note:
            write_manifest(self.folder, manifest)
        self._manifest = manifest

    def _remove(self, files: Iterable[str], folders: Iterable[str]) -> None:
        for path in files:
            (self.folder / path).unlink(missing_ok=True)
        for path in folders:
            try:
                (self.folder / path).rmdir()
            except OSError as error:
                if error.errno not in _STAYS:
                    raise

    def _written(self, standing: Standing, written: Written) -> Written:
        foreign = standing.foreign(self._digests)
        return replace(written, foreign=foreign, diagnostics=_warning(foreign, self.name), note=self.note)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the system complains of into words about a file that the user knows."""
        try:
            yield
        except OSError as error:
            raise disk_trouble(error, self._name_of(error)) from error

    def _name_of(self, error: OSError) -> str:
        roots = ((self.folder, self.name), (self.stage, f"{self.stage.parent.name}/{self.stage.name}"))
        for file in (error.filename2, error.filename):
            for root, name in roots:
                if isinstance(file, str | os.PathLike) and Path(file).is_relative_to(root):
                    return PurePosixPath(name, Path(file).relative_to(root)).as_posix()
        return self.name


def clean(folder: Path, stage: Path, *, name: str = "") -> Written:
    """Remove what sitegen wrote into an output folder, and its stage; see `Output.clear`."""
    with Output(folder, stage, name=name) as output:
        return output.clear()


def _warning(foreign: tuple[str, ...], name: str) -> tuple[Diagnostic, ...]:
    if not foreign:
        return ()
    more = len(foreign) - NAMED
    names = ", ".join(foreign[:NAMED]) + (f" and {more} more" if more > 0 else "")
    one = len(foreign) == 1
    files = "1 file here is" if one else f"{len(foreign)} files here are"
    return (
        Diagnostic.of(
            "foreign-files",
            f"{files} not sitegen’s and stayed as {'it was' if one else 'they were'}: {names}",
            path=name,
            hint="move such files into `content/files/` to make them part of the site, or delete them",
        ),
    )
