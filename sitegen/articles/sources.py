"""Where everything begins: the walk through `content/`, and the bytes of its files, each read at most once.

The walk reads nothing: it finds the files, with the stamps by which one that is known need not be read
again. The digest of a source is that of the bytes that are parsed, so nothing can change in between.
The order is that of the paths by code point, whatever the file system says. Nothing outside
`content/` is ever read, and nothing but regular files is opened: a pipe would wait for ever.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import stat
from pathlib import Path, PurePosixPath

from msgspec import Struct

from sitegen.articles.dates import DateProblem, EdtfDate, parse_date
from sitegen.articles.records import RecordKind
from sitegen.diagnostics import Diagnostic, nearest
from sitegen.digest import digest_bytes
from sitegen.slugs import is_slug, slugify
from sitegen.stamps import Stamp

__all__ = [
    "LARGEST_SOURCE",
    "Found",
    "Identity",
    "Location",
    "Source",
    "Tree",
    "identify",
    "is_article",
    "locate",
    "read_source",
    "walk",
]

LARGEST_SOURCE = 4 * 1024 * 1024
"""Bytes of a Markdown file. The longest novels are shorter: what is larger is a dump or a log by mistake."""

CONTENT = "content"
ARTICLES = "articles"
FILES = "files"
RECORD_FOLDERS: dict[str, RecordKind] = {
    "authors": "author",
    "claims": "claim",
    "pages": "page",
    "sections": "section",
    "standards": "notice",
    "tags": "tag",
}

_SUFFIXES = (".md", ".markdown")
_FOLDER_PAGE = "_index"
_BACKUPS = (".swp", ".swo", ".swx", "~")
_NOT_COPIED = frozenset({".DS_Store", ".git", ".hg", ".svn"})
_UNUSABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_DATED = re.compile(r"(?P<date>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})(?:[-_ ]+(?P<rest>.+))?", re.DOTALL)
_YEAR = re.compile(r"[1-9][0-9]{3}")


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
    is everything that stands beside Markdown and is none; `files` is all of `content/files/`.
    """

    articles: tuple[Found, ...] = ()
    records: tuple[Found, ...] = ()
    media: tuple[Found, ...] = ()
    files: tuple[Found, ...] = ()
    findings: tuple[Diagnostic, ...] = ()

    @property
    def stamps(self) -> dict[str, Stamp]:
        """The stamps of all files by path."""
        return {found.path: found.stamp for found in (*self.articles, *self.records, *self.media, *self.files)}


class Location(Struct, frozen=True):
    """What the path of an article says: its slug, its section's folder (or nothing), and a date."""

    slug: str
    section: str = ""
    date: EdtfDate | None = None


class Identity(Struct, frozen=True):
    """What the path of a record says: its kind, its id, and for a notice the day from which it holds."""

    kind: RecordKind
    id: str
    date: EdtfDate | None = None


def is_article(path: str) -> bool:
    """Whether a path of `content/` is that of an article; any other Markdown file is a record."""
    return path.startswith(f"{CONTENT}/{ARTICLES}/")


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
    return Tree(tuple(way.articles), tuple(way.records), tuple(way.media), tuple(way.files), tuple(way.findings))


def read_source(project: Path, path: str) -> Source | Diagnostic:
    """Read a file of Markdown that the walk found; a finding where that cannot be done."""
    try:
        with (project / path).open("rb") as file:
            data = file.read(LARGEST_SOURCE + 1)
    except OSError as error:
        return _at(path, "unreadable", f"cannot be read: {_reason(error)}")
    return Source.of(path, data) if len(data) <= LARGEST_SOURCE else _too_large(path)


def _too_large(path: str) -> Diagnostic:
    hint = "split it, or put it into `content/files/`"
    return _at(path, "too-large", f"larger than {LARGEST_SOURCE // 1024 // 1024} MiB", hint)


def _path(found: Found) -> str:
    return found.path


def locate(path: str) -> Location | Diagnostic:
    """Return what the path of an article (`content/articles/…`, with slashes) says, or why it says nothing.

    `index.md` gives its place to its folder, and one folder that is a year is dropped. The last part
    is the slug; a day at its beginning, if there is such a day, is the date. The one folder left is
    the section, as it is written. A last part that is no slug is made one: `Hello World.md` has the
    slug `hello-world`.
    """
    parts = list(PurePosixPath(path).parts[2:])
    if parts and _stem(parts[-1]) == _FOLDER_PAGE:
        where = f"`content/sections/{slugify(parts[-2]) or '<id>'}.md`" if len(parts) > 1 else "`content/sections/`"
        return _folder_page(path, f"what it says of a section goes into {where}")
    if parts:
        parts[-1] = _stem(parts[-1])
        if parts[-1] == "index":
            parts.pop()
    if not parts:
        return _at(path, "bad-path", "an `index.md` here is no article", "put it into a folder named for the article")
    *folders, last = parts
    years = [position for position, folder in enumerate(folders) if _YEAR.fullmatch(folder)]
    if years:
        del folders[years[-1]]
    if len(folders) > 1:
        return _at(
            path,
            "bad-path",
            f"an article cannot stand in {len(folders)} folders, {' and '.join(f'`{it}`' for it in folders)}",
            "put it at `content/articles/<section>/<slug>.md`; between them only a year may stand",
        )
    date, name = _dated(last)
    slug = name if is_slug(name) else slugify(name)
    if not slug:
        return _at(path, "bad-slug", f"no slug can be made of “{last}”", "name the file with letters or digits")
    return Location(slug, folders[0] if folders else "", date)


def identify(path: str) -> Identity | Diagnostic:
    """Return what the path of a record says, or why it says nothing.

    A record stands in its folder and no deeper, and its id is the file's name. A version of a notice
    is `content/standards/<notice>/<date>.md`.
    """
    _, folder, *inner = PurePosixPath(path).parts
    kind = RECORD_FOLDERS[folder]
    name = _stem(inner[-1])
    if name == _FOLDER_PAGE:
        return _folder_page(path, f"remove it: the page of `{folder}` lists what there is")
    if kind != "notice":
        if len(inner) == 1:
            return Identity(kind, name)
        *folders, _ = inner
        proposal = f"content/{folder}/{folders[-1] if name == 'index' else name}.md"
        message = f"files of `content/{folder}/` stand in no deeper folder"
        return _at(path, "bad-path", message, f"move it to `{proposal}`")
    depth = 2
    if len(inner) != depth:
        return _at(
            path,
            "bad-path",
            "a version of a notice stands in the folder of the notice",
            "put it at `content/standards/<notice>/<date>.md`",
        )
    try:
        date = parse_date(_stem(inner[1]))
    except DateProblem as problem:
        return _at(
            path,
            problem.code,
            f"the name of a notice's version is the date from which it holds: {problem.message}",
            "name the file like `2009-01-01.md`",
        )
    return Identity(kind, inner[0], date)


def _at(path: str, code: str, message: str, hint: str = "") -> Diagnostic:
    return Diagnostic.of(code, message, path=path, hint=hint)


def _folder_page(path: str, hint: str) -> Diagnostic:
    return _at(path, "bad-path", "`_index.md` describes a folder for other generators, and means nothing here", hint)


def _stem(name: str) -> str:
    return PurePosixPath(name).stem if name.casefold().endswith(_SUFFIXES) else name


def _dated(name: str) -> tuple[EdtfDate | None, str]:
    """Part a day at the beginning of a name from the rest; a name that is only a day keeps it as its slug."""
    if found := _DATED.fullmatch(name):
        try:
            year, month, day = map(int, found["date"].split("-"))
            date = EdtfDate(dt.date(year, month, day).isoformat())
        except ValueError:
            return None, name
        if _YEAR.fullmatch(date.text[:4]):
            return date, found["rest"] or date.text
    return None, name


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
        self.findings: list[Diagnostic] = []

    def find(self, code: str, message: str, path: str, hint: str = "") -> None:
        self.findings.append(_at(_shown(path), code, message, hint))

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
            elif name.casefold().endswith(_SUFFIXES):
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
        try:
            names = sorted(os.listdir(self.project / folder))  # noqa: PTH208 - names are wanted, not paths
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
            elif not name.casefold().endswith(_SUFFIXES):
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
        elif top != FILES and path.casefold().endswith(_SUFFIXES):
            self.find("unreadable", "cannot be read as Markdown: it is a folder", path, "rename the folder")
        else:
            self.folder(path, top, linked=linked or is_link)


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _reason(error: OSError) -> str:
    return (error.strerror or "unknown reason").lower()
