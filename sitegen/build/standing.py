"""What stands in the output folder now, and whose it is.

Taken before anything is written: `Output` asks it which files are sitegen's to replace and remove,
and what stands in a page's way. It is a value; everything that is asked of it is answered from what
one walk through the folder saw. Symbolic links are seen, never followed.

On a file system that folds case (macOS, Windows) `About/` and `about/` are one folder. Entries are
therefore found by a key, which is the path itself elsewhere.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct

from sitegen.build.atomic import is_temporary
from sitegen.build.manifest import MANIFEST_NAME, Manifest, belongs
from sitegen.diagnostics import Diagnostic
from sitegen.digest import digest_bytes
from sitegen.stamps import Stamp

__all__ = ["Entry", "Standing", "parents", "survey"]

Kind = Literal["file", "folder", "link", "other"]

MOVE = "move it away, or put it into `content/files/` to make it part of the site"


class Entry(Struct, frozen=True):
    """Something in the output folder: its path there, as the file system spells it, and what it is."""

    path: str
    kind: Kind


class Standing(Struct, frozen=True):
    """The entries of the output folder by key, and the keys of the files that are sitegen's own.

    `stamps` are those of all files, by path.
    """

    entries: dict[str, Entry] = {}
    own: frozenset[str] = frozenset()
    folding: bool = False
    stamps: dict[str, Stamp] = {}

    def key(self, path: str) -> str:
        """Return what the file system goes by when it looks for `path`."""
        return unicodedata.normalize("NFC", path).casefold() if self.folding else path

    def at(self, path: str) -> Entry | None:
        """Return what is found at `path`, however it is spelt there."""
        return self.entries.get(self.key(path))

    def exact(self, path: str) -> bool:
        """Whether a file stands at `path`, spelt like that."""
        return self.at(path) == Entry(path, "file")

    def gone(self, planned: Iterable[str]) -> tuple[str, ...]:
        """Return sitegen's own files that are not planned any more, sorted."""
        keys = {self.key(path) for path in planned}
        return tuple(sorted(self.entries[key].path for key in self.own - keys))

    def in_the_way(self, planned: Collection[str]) -> tuple[str, ...]:
        """Return sitegen's own files that must go before the planned ones can be written, sorted.

        They are a file where a folder is planned, the files of a folder where a file is planned, and
        a file whose name is spelt in another case. Where case folds, all that are gone go first: a
        folder takes its new spelling only once it is empty.
        """
        keys = {self.key(path) for path in planned}
        folders = {parent for key in keys for parent in parents(key)}
        exact = set(planned)
        found = []
        for key in self.own:
            path = self.entries[key].path
            misspelt = path not in exact if key in keys else self.folding
            if misspelt or key in folders or any(parent in keys for parent in parents(key)):
                found.append(path)
        return tuple(sorted(found))

    def foreign(self, planned: Iterable[str]) -> tuple[str, ...]:
        """Return what sitegen neither wrote nor plans, sorted; folders as such and hidden names do not count."""
        known = self.own | {self.key(path) for path in planned}
        return tuple(
            sorted(
                entry.path
                for key, entry in self.entries.items()
                if entry.kind != "folder" and key not in known and not _quiet(entry.path)
            )
        )

    def temporaries(self) -> tuple[str, ...]:
        """Return the temporary files that a killed build left, sorted."""
        found = (e.path for e in self.entries.values() if e.kind == "file" and is_temporary(e.path.rsplit("/", 1)[-1]))
        return tuple(sorted(found))

    def folders_of(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Return the folders above `paths`, deepest first."""
        keys = {parent for path in paths for parent in parents(self.key(path))}
        return _deepest_first(self.entries[key] for key in keys if key in self.entries)

    def folders_at(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Return the folders that stand at `paths`, with all folders in them, deepest first."""
        keys = {self.key(path) for path in paths}
        keys = {key for key in keys if key in self.entries and self.entries[key].kind == "folder"}
        if not keys:
            return ()
        return _deepest_first(e for k, e in self.entries.items() if k in keys or not keys.isdisjoint(parents(k)))

    def obstacles(self, planned: Collection[str], differing: Collection[str], name: str) -> Iterator[Diagnostic]:
        """Find every reason why the `planned` files cannot be written without harm.

        `differing` are the planned ones whose bytes are known to be others than those that stand
        there. `name` is what the user calls the output folder.
        """
        paths = sorted(planned)
        below = _folders(paths)
        yield from _impossible(paths, below, name)
        if record := self.entries.get(MANIFEST_NAME):
            yield self._obstacle(record, "stands where sitegen keeps its record of own files", name)
        blocked: set[str] = set()
        for folder, path in below.items():
            entry = self.at(folder)
            if entry and entry.kind != "folder" and self.key(folder) not in self.own:
                blocked.add(folder)
                yield self._obstacle(entry, f"stands where a folder is needed for {path}", name)
        for path in paths:
            key = self.key(path)
            entry = self.entries.get(key)
            # Nearly all of them are our own files, of the last build.
            if entry is None or (entry.kind == "file" and key in self.own):
                continue
            if not blocked or blocked.isdisjoint(parents(path)):
                yield from self._at_target(entry, path, path in differing, name)

    def _at_target(self, entry: Entry, path: str, differs: bool, name: str) -> Iterator[Diagnostic]:  # noqa: FBT001 - private
        if entry.kind == "folder":
            if foreign := self._foreign_below(path):
                yield self._obstacle(entry, f"is a folder where a page must go, and holds {foreign}", name)
        elif entry.kind != "file":
            yield self._obstacle(entry, "stands where a page must go", name)
        elif self.key(path) not in self.own and (differs or entry.path != path):
            yield self._obstacle(entry, "stands where a page must go and was not written by sitegen", name)

    def _foreign_below(self, folder: str) -> str:
        inside = self.key(folder) + "/"
        below = (e.path for k, e in self.entries.items() if k.startswith(inside) and e.kind != "folder")
        return min((path for path in below if self.key(path) not in self.own), default="")

    def _obstacle(self, entry: Entry, what: str, name: str) -> Diagnostic:
        what = f"is a symbolic link and {what}" if entry.kind == "link" else what
        return Diagnostic.of("foreign-file", what, path=f"{name}/{entry.path}", hint=MOVE)


def parents(path: str) -> Iterator[str]:
    """Yield the folders above a path, the outermost first."""
    end = path.find("/")
    while end > 0:
        yield path[:end]
        end = path.find("/", end + 1)


def survey(folder: Path, manifest: Manifest) -> Standing:
    """Walk through an output folder and tell whose each thing is; an absent folder is an empty one.

    A file is sitegen's if the manifest says so, or if a build that was killed had announced exactly
    these bytes. Raises `OSError` where a folder or such a file cannot be read.
    """
    stamps: dict[str, Stamp] = {}
    found = _walk(folder, stamps)
    folding = _folds(folder, {entry.path for entry in found if "/" not in entry.path})
    standing = Standing(folding=folding)
    entries = {standing.key(entry.path): entry for entry in found}
    own = {standing.key(path) for path in manifest.files}
    for path, digest in manifest.pending.items():
        key = standing.key(path)
        entry = entries.get(key)
        if key not in own and entry == Entry(path, "file") and digest_bytes((folder / path).read_bytes()) == digest:
            own.add(key)
    present = frozenset(key for key in own if key in entries and entries[key].kind == "file")
    return Standing(entries=entries, own=present, folding=folding, stamps=stamps)


def _walk(folder: Path, stamps: dict[str, Stamp]) -> list[Entry]:
    """Return everything below a folder, and put the stamps of its files into `stamps`."""
    found: list[Entry] = []
    waiting = [(os.fspath(folder), "")]
    while waiting:
        there, prefix = waiting.pop()
        try:
            with os.scandir(there) as listing:
                items = list(listing)
        except FileNotFoundError:
            continue
        for item in items:
            path = prefix + item.name
            try:
                status = item.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            kind = _KINDS.get(stat.S_IFMT(status.st_mode), "other")
            if kind == "file":
                if path == MANIFEST_NAME:
                    continue
                stamps[path] = Stamp.of(status)
            found.append(Entry(path, kind))
            # A repository's own records are many and never ours.
            if kind == "folder" and item.name != ".git":
                waiting.append((item.path, f"{path}/"))
    return found


_KINDS: Mapping[int, Kind] = {stat.S_IFLNK: "link", stat.S_IFREG: "file", stat.S_IFDIR: "folder"}


def _folds(folder: Path, names: set[str]) -> bool:
    """Whether the file system answers to a name in the other case too, tried on one that is there."""
    for name in sorted(names | {MANIFEST_NAME}):
        other = name.swapcase()
        if other not in names | {name} and os.path.lexists(folder / name):
            return os.path.lexists(folder / other)
    return False


def _deepest_first(entries: Iterable[Entry]) -> tuple[str, ...]:
    folders = (entry.path for entry in entries if entry.kind == "folder")
    return tuple(sorted(folders, key=lambda path: (-path.count("/"), path)))


def _folders(paths: Iterable[str]) -> dict[str, str]:
    """Return the folders above sorted paths, each with the first path below it; outer ones come before inner ones."""
    folders: dict[str, str] = {}
    for path in paths:
        unknown = []
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            unknown.append(folder)
            folder = folder.rpartition("/")[0]
        folders |= dict.fromkeys(reversed(unknown), path)
    return folders


def _impossible(paths: Iterable[str], folders: Mapping[str, str], name: str) -> Iterator[Diagnostic]:
    for path in paths:
        if not belongs(path):
            yield Diagnostic.of(
                "output-path",
                "is no path that a file of the site can have",
                path=f"{name}/{ascii(path)[1:-1] if not path.isprintable() else path}",
                hint="give the file in `content/files/` another name",
            )
        elif path in folders:
            yield Diagnostic.of(
                "output-path",
                f"would have to be a file and, for {folders[path]}, a folder",
                path=f"{name}/{path}",
                hint="give one of the two another name or slug",
            )


def _quiet(path: str) -> bool:
    return path == "CNAME" or any(part.startswith(".") for part in path.split("/"))
