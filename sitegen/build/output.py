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
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from sitegen.build.atomic import disk_trouble, move_file
from sitegen.build.left import Left, left
from sitegen.build.manifest import MANIFEST_NAME, Manifest, belongs, read_manifest, write_manifest
from sitegen.build.standing import Standing, survey
from sitegen.diagnostics import Diagnostic
from sitegen.digest import digest_bytes
from sitegen.errors import Failed
from sitegen.stamps import Stamp, Stamped, moment

__all__ = ["Output", "Written", "clean", "stage_file"]

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

    def __init__(
        self, folder: Path, stage: Path, *, name: str = "", before: Left | None = None, is_timed: bool = False
    ) -> None:
        """Look at what stands in the folder; raises `OutputError` where that cannot be done.

        `before` is how an earlier build left it: where it is still so nothing is walked through, and a file whose
        stamp is still the same is not read. `is_as_left` tells whether it is. Who wants to know how the folder is
        `left` asks for times, for which the folder of the stage must exist.
        """
        self.folder = folder
        self.stage = stage
        self.name = name or folder.name
        self._digests: dict[str, str] = {}
        self._staged: set[str] = set()
        self._known = before.files if before is not None else {}
        self._before = before
        self._there: dict[str, Stamped | None] = {}
        self._left: Left | None = None
        self._is_kept = False
        self._checked: set[str] = set()
        self._begun = 0
        self.is_as_left = before is not None and before.still(folder)
        if not self.is_as_left:
            self._before = None
        with self._told():
            if before is not None and self.is_as_left:
                self.note = ""
                self._manifest, self._standing = before.as_manifest(), before.standing()
            else:
                self._begun = moment(stage.parent) if is_timed else 0
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
        self._checked = set(paths)
        return self._obstacles(self._checked, ())

    def there(self, path: str) -> str:
        """Return the digest of the file that stands at a path, empty where none does, spelt like that.

        Raises `OutputError` where it cannot be read.
        """
        if path not in self._there:
            self._there[path] = self._look(path)
        seen = self._there[path]
        return seen.digest if seen is not None else ""

    def _look(self, path: str) -> Stamped | None:
        if not self._standing.exact(path):
            return None
        stamp, known = self._standing.stamps.get(path), self._known.get(path)
        if known is not None and (self.is_as_left or known.still(stamp)):
            return known
        with self._told():
            try:
                digest = digest_bytes((self.folder / path).read_bytes())
            except FileNotFoundError:
                return None
        return Stamped(digest, stamp if stamp is not None and stamp.settled(self._begun) else None)

    def foreign(self) -> tuple[str, ...]:
        """Return what stands in the folder and is not sitegen's, sorted."""
        return self._standing.foreign(())

    def add(self, path: str, data: bytes) -> None:
        """Take the finished bytes of a file; `path` is relative to the folder, with slashes.

        Nothing in the folder is touched. Raises `OutputError` where the bytes cannot be staged, and
        `ValueError` for a path that is no path of a page or was added before: `check` and the plan
        find both earlier.
        """
        digest = digest_bytes(data)
        is_new = belongs(path) and self.there(path) != digest
        if is_new and path not in self._digests:
            with self._told():
                stage_file(self.stage, path, data)
        self.accept(path, digest, is_staged=is_new)

    @property
    def own(self) -> Mapping[str, str]:
        """The files of the last build by path, with the digests that they had then."""
        return self._manifest.files

    def keep(self, renewed: Collection[str], *, is_all: bool = True) -> None:
        """Take every own file as it stands, but those at `renewed`, which are to be added.

        Only where the folder is as it was left: then nothing can stand in the way of its own files. Where it `is_all`
        there will be, no file of another name is added and none is removed.
        """
        self._digests = {path: it.digest for path, it in self._known.items() if path not in renewed}
        self._is_kept = is_all

    def accept(self, path: str, digest: str, *, is_staged: bool) -> None:
        """Take a file by its digest: one that is staged, see `stage_file`, or that stands there with these bytes."""
        if path in self._digests or not belongs(path):
            raise ValueError(f"not the path of a new page: {path!r}")
        if is_staged:
            self._staged.add(path)
        self._digests[path] = digest

    def commit(self) -> Written:
        """Bring the folder to exactly the files added, and whatever is foreign.

        Raises `Failed` with a fatal finding for each foreign thing in the way, before anything is
        written, and `OutputError` where the disk refuses: the folder then holds whole files, old and
        new, and the next build completes it. An identical foreign file is adopted.
        """
        with self._told():
            gone = () if self._is_kept else self._standing.gone(self._digests)
            if not all(map(self._as_seen, (*self._staged, *gone))):
                self._standing, self._is_kept = survey(self.folder, self._manifest), False
                self._checked = set()
                self.is_as_left, self._before = False, None
            standing = self._standing
            # What was looked at before rendering can be in the way only of files that are new or changed.
            planned = self._staged if self._checked >= self._digests.keys() else self._digests
            if found := () if self._is_kept else self._obstacles(planned, self._staged):
                raise Failed(found)
            self.folder.mkdir(parents=True, exist_ok=True)
            self._announce(standing)
            way = () if self._is_kept else standing.in_the_way(self._digests)
            self._remove(way, (*standing.folders_at(self._digests), *standing.folders_of(way)))
            stamps = {path: Stamp.of((self.stage / path).lstat()) for path in self._staged}
            self._move()
            gone = () if self._is_kept else standing.gone(self._digests)
            # Folders of files that a killed build had announced may stand empty, so they are looked at too.
            before = (self._manifest.files.keys() | self._manifest.pending.keys()) - self._digests.keys()
            self._remove((*sorted(set(gone) - set(way)), *standing.temporaries()), standing.folders_of(before))
            self._record(Manifest(files=self._digests))
            self._left = self._leave(stamps) if self._begun or self.is_as_left else None
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
        self._digests, self._staged, self._there, self._is_kept = {}, set(), {}, False
        with self._told(), suppress(FileNotFoundError):
            shutil.rmtree(self.stage)

    def _move(self) -> None:
        """Move what is staged; pages come last, so that none stands without its stylesheet."""
        for path in sorted(path for path in self._staged if not path.endswith(".html")):
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            move_file(self.stage / path, target)
        if self._staged:
            _merge(str(self.stage), str(self.folder))

    def left(self) -> Left:
        """Return how the folder is left: by the commit, or as it was found where nothing was committed."""
        if self._left is None:
            with self._told():
                self._left = self._leave({})
        return self._left

    def _leave(self, written: Mapping[str, Stamp]) -> Left:
        digests = self._digests or self._manifest.files
        seen = self._known if self.is_as_left else self._there
        files = {
            path: Stamped(digest) if path in written else seen.get(path) or Stamped(digest)
            for path, digest in digests.items()
        }
        return left(self.folder, self._standing, files, written, self.stage.parent, self._before)

    def _obstacles(self, planned: Collection[str], differing: Collection[str]) -> tuple[Diagnostic, ...]:
        found = self._standing.obstacles(planned, differing, self.name)
        if not self.note:
            return tuple(found)
        hint = f"{self.note}; if nothing in `{self.name}/` is yours, delete that folder and build again"
        return tuple(replace(finding, hint=hint) if finding.code == "foreign-file" else finding for finding in found)

    def _as_seen(self, path: str) -> bool:
        """Whether at a path there is what the survey saw; somebody may have worked in the folder since."""
        try:
            status = (self.folder / path).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return self._standing.at(path) is None
        seen = self._known[path].stamp if self.is_as_left and path in self._known else self._standing.stamps.get(path)
        return self._standing.exact(path) and seen == Stamp.of(status)

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


def stage_file(stage: Path, path: str, data: bytes) -> None:
    """Put the finished bytes of a file where `Output` will find them; raises `OSError`.

    Other processes than that of the `Output` may do so, each file once.
    """
    staged = f"{stage}/{path}"
    # Nearly every page has a folder of its own, which is made without asking whether it is there.
    folder = staged.rpartition("/")[0]
    try:
        os.mkdir(folder)  # noqa: PTH102 - text is quicker than paths by the ten thousand
    except OSError:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - as above
    with open(staged, "xb") as file:  # noqa: PTH123 - as above
        file.write(data)


def _merge(source: str, target: str) -> None:
    """Move everything in the folder `source` into `target`; a folder that is new there is moved as one."""
    with os.scandir(source) as listing:
        items = sorted(listing, key=lambda item: item.name)
    for item in items:
        there = f"{target}/{item.name}"
        if not item.is_dir(follow_symlinks=False):
            move_file(Path(item.path), Path(there))
        elif os.path.isdir(there):  # noqa: PTH112 - text is quicker than paths by the ten thousand
            _merge(item.path, there)
        else:
            _move_folder(item.path, there)


def _move_folder(source: str, target: str) -> None:
    """Move a folder to where none is; file by file to another device."""
    try:
        os.replace(source, target)  # noqa: PTH105 - text, as above
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        os.mkdir(target)  # noqa: PTH102 - as above
        _merge(source, target)


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
