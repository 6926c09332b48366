"""Where everything begins: the walk through `content/`, and the bytes of its files, each read at most once.

The walk reads nothing: it finds the files, with the stamps by which one that is known need not be read
again. The digest of a source is that of the bytes that are parsed, so nothing can change in between.
The order is that of the paths by code point, whatever the file system says. Nothing outside
`content/` is ever read, and nothing but regular files is opened: a pipe would wait for ever.
"""

from __future__ import annotations

import os
import re
import stat
from io import FileIO
from pathlib import Path

from msgspec import Struct

from sitegen.articles.paths import ARTICLES, CONTENT, FILES, RECORD_FOLDERS, SUFFIXES
from sitegen.diagnostics import Diagnostic, nearest
from sitegen.digest import digest_bytes
from sitegen.stamps import Stamp

__all__ = ["LARGEST_SOURCE", "Found", "Source", "Tree", "read_source", "walk"]

LARGEST_SOURCE = 4 * 1024 * 1024
"""Bytes of a Markdown file. The longest novels are shorter: what is larger is a dump or a log by mistake."""

_PART = 64 * 1024
_BACKUPS = (".swp", ".swo", ".swx", "~")
_NOT_COPIED = frozenset({".DS_Store", ".git", ".hg", ".svn"})
_UNUSABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Source(Struct, frozen=True):
    """A Markdown file: its path relative to the project, its bytes, and their digest."""

    path: str
    data: bytes
    digest: str

    @classmethod
    def of(cls, path: str, data: bytes) -> Source:
        """Return the source that these bytes are at a path."""
        return cls(path, data, digest_bytes(data))


class Found(Struct, frozen=True):
    """A file that the walk found: its path relative to the project, with slashes, and its stamp."""

    path: str
    stamp: Stamp


class Tree(Struct, frozen=True):
    """What stands in `content/`, each part sorted by path.

    `records` are the Markdown files of sections, authors, tags, standards, claims and pages; `media`
    is everything that stands beside Markdown and is none; `files` is all of `content/files/`. `folders` are those
    that were walked through. `is_plain` says that there is nothing but these: no link, and nothing to tell.
    """

    articles: tuple[Found, ...] = ()
    records: tuple[Found, ...] = ()
    media: tuple[Found, ...] = ()
    files: tuple[Found, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    folders: tuple[Found, ...] = ()
    is_plain: bool = False


def walk(project: Path) -> Tree:
    """Walk `content/` of a project.

    Hidden files and editors' backups are passed over. In `content/files/` hidden files are kept,
    because hosts ask for some (`.well-known/`, `.htaccess`); only the folders of version control
    and `.DS_Store` are not.
    """
    way = _Walk(project)
    way.start()
    for files in (way.articles, way.records, way.media, way.files):
        files.sort(key=_path)
    return Tree(
        articles=tuple(way.articles),
        records=tuple(way.records),
        media=tuple(way.media),
        files=tuple(way.files),
        findings=tuple(way.findings),
        folders=tuple(way.folders),
        is_plain=not way.findings and not way.has_links,
    )


def read_source(project: Path, path: str) -> Source | Diagnostic:
    """Read a file of Markdown that the walk found; a finding where that cannot be done."""
    try:
        with open(f"{project}/{path}", "rb", buffering=0) as file:  # noqa: PTH123 - as in `_Walk.status`
            data = _all_of(file)
    except OSError as error:
        return Diagnostic.of("unreadable", f"cannot be read: {_reason(error)}", path=path)
    return Source.of(path, data) if len(data) <= LARGEST_SOURCE else _too_large(path)


def _all_of(file: FileIO) -> bytes:
    """Return what a file holds, or as much of it as shows that it is too large."""
    parts: list[bytes] = []
    size = 0
    # No buffer is made for the largest file that could be: clearing it takes longer than reading most.
    while size <= LARGEST_SOURCE and (part := file.read(_PART)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _too_large(path: str) -> Diagnostic:
    hint = "split it, or put it into `content/files/`"
    return Diagnostic.of("too-large", f"larger than {LARGEST_SOURCE // 1024 // 1024} MiB", path=path, hint=hint)


def _path(found: Found) -> str:
    return found.path


def _is_backup(name: str) -> bool:
    return name.endswith(_BACKUPS) or name.startswith(".#") or (name.startswith("#") and name.endswith("#"))


def _shown(name: str) -> str:
    """Return a name with everything escaped that no console or JSON could carry."""
    return _UNUSABLE.sub(lambda found: ascii(found[0])[1:-1], name)


class _Walk:
    """Collects what stands in `content/`."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.root = os.path.realpath(project / CONTENT)
        self.articles: list[Found] = []
        self.records: list[Found] = []
        self.media: list[Found] = []
        self.files: list[Found] = []
        self.folders: list[Found] = []
        self.findings: list[Diagnostic] = []
        self.has_links = False

    def find(self, code: str, message: str, path: str, hint: str = "") -> None:
        self.findings.append(Diagnostic.of(code, message, path=_shown(path), hint=hint))

    def start(self) -> None:
        """Walk the folders that have a meaning; tell of the rest."""
        if not (self.project / CONTENT).is_dir():
            self.find(
                "bad-path",
                "there is no folder `content/`",
                CONTENT,
                "articles stand in `content/articles/`, beside `config.toml`",
            )
            return
        known = (ARTICLES, FILES, *RECORD_FOLDERS)
        for name in self.names(CONTENT):
            path = f"{CONTENT}/{name}"
            status = self.status(path)
            if status is None:
                continue
            mode = status.st_mode
            if name in known and stat.S_ISDIR(mode):
                self.folder(path, name, linked=(self.project / path).is_symlink())
            elif name in known:
                self.find("bad-path", f"`{name}` must be a folder", path)
            elif stat.S_ISDIR(mode):
                near = nearest(name.casefold(), known)
                folders = ", ".join(f"`{it}`" for it in sorted(known))
                hint = f"did you mean `{near}`?" if near else f"the folders of `content/` are {folders}"
                self.find("unknown-folder", f"`{name}` is no folder that sitegen reads", path, hint)
            elif name.casefold().endswith(SUFFIXES):
                self.find(
                    "bad-path",
                    "a Markdown file directly in `content/` means nothing",
                    path,
                    "put it into `content/articles/<section>/` or `content/pages/`",
                )
            else:
                self.find(
                    "unknown-folder",
                    "a file directly in `content/` is not read",
                    path,
                    "files that are copied as they are stand in `content/files/`",
                )

    def names(self, folder: str) -> list[str]:
        """Return the usable names of a folder in code-point order; tell of those that cannot be used."""
        there = f"{self.project}/{folder}"
        try:
            self.folders.append(Found(folder, Stamp.of(os.stat(there))))  # noqa: PTH116 - text, see `status`
            names = sorted(os.listdir(there))  # noqa: PTH208 - names are wanted, not paths
        except OSError as error:
            self.find("unreadable", f"the folder cannot be read: {_reason(error)}", folder)
            return []
        in_files = f"{folder}/".startswith(f"{CONTENT}/{FILES}/")
        usable = []
        for name in names:
            is_hidden = name in _NOT_COPIED if in_files else name.startswith(".")
            if is_hidden or _is_backup(name):
                continue
            if _UNUSABLE.search(name):
                self.find(
                    "bad-path",
                    "the name has control characters or is not UTF-8",
                    f"{folder}/{name}",
                    "rename it",
                )
                continue
            usable.append(name)
        return usable

    def status(self, path: str) -> os.stat_result | None:
        """Return the status of what stands at a path, links followed; `None`, and told, where it must not be read."""
        there = f"{self.project}/{path}"
        try:
            status = os.lstat(there)
            if not stat.S_ISLNK(status.st_mode):
                return status
            self.has_links = True
            target = os.path.realpath(there)
            if not _is_within(target, self.root):
                self.find(
                    "outside-content",
                    "a symbolic link leads out of `content/` and is not followed",
                    path,
                    "copy what it leads to",
                )
                return None
            return os.stat(there)  # noqa: PTH116 - as above, text is quicker than paths by the ten thousand
        except OSError as error:
            self.find("unreadable", f"cannot be read: {_reason(error)}", path)
            return None

    def folder(self, folder: str, top: str, *, linked: bool) -> None:
        """Walk a folder; `linked` tells that a link has been followed on the way."""
        for name in self.names(folder):
            path = f"{folder}/{name}"
            status = self.status(path)
            if status is None:
                continue
            if stat.S_ISDIR(status.st_mode):
                self.subfolder(path, top, linked=linked)
            elif not stat.S_ISREG(status.st_mode):
                self.find("unreadable", "cannot be read: not a regular file", path, "remove it from `content/`")
            elif top == FILES:
                self.files.append(Found(path, Stamp.of(status)))
            elif not name.casefold().endswith(SUFFIXES):
                self.media.append(Found(path, Stamp.of(status)))
            elif status.st_size > LARGEST_SOURCE:
                self.findings.append(_too_large(path))
            else:
                (self.articles if top == ARTICLES else self.records).append(Found(path, Stamp.of(status)))

    def subfolder(self, path: str, top: str, *, linked: bool) -> None:
        there = self.project / path
        is_link = there.is_symlink()
        if is_link and (linked or _is_within(os.path.realpath(there.parent), os.path.realpath(there))):
            # Without this rule a few links could make endless paths of a small tree.
            why = "stands in a linked folder" if linked else "leads back to a folder that it stands in"
            self.find("bad-path", f"a symbolic link {why} and is not followed", path, "remove the link")
        elif top != FILES and path.casefold().endswith(SUFFIXES):
            self.find("unreadable", "cannot be read as Markdown: it is a folder", path, "rename the folder")
        else:
            self.folder(path, top, linked=linked or is_link)


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _reason(error: OSError) -> str:
    return (error.strerror or "unknown reason").lower()
