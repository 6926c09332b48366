"""What the path of a file in `content/` says: an article's slug, section and day, or a record's kind and id.

A path means something or a finding says why it means nothing; no file is read for it.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from msgspec import Struct

from sitegen.articles.dates import DateProblem, EdtfDate, parse_date
from sitegen.articles.records import RecordKind
from sitegen.diagnostics import Diagnostic
from sitegen.slugs import is_slug, slugify

__all__ = [
    "ARTICLES",
    "CONTENT",
    "FILES",
    "RECORD_FOLDERS",
    "SUFFIXES",
    "Identity",
    "Location",
    "identify",
    "is_article",
    "locate",
]

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

SUFFIXES = (".md", ".markdown")
_FOLDER_PAGE = "_index"
_DATED = re.compile(r"(?P<date>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})(?:[-_ ]+(?P<rest>.+))?", re.DOTALL)
_YEAR = re.compile(r"[1-9][0-9]{3}")


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


@lru_cache(maxsize=64)
def locate(path: str) -> Location | Diagnostic:
    """Return what the path of an article (`content/articles/…`, with slashes) says, or why it says nothing.

    `index.md` gives its place to its folder, and one folder that is a year is dropped. The last part
    is the slug; a day at its beginning, if there is such a day, is the date. The one folder left is
    the section, as it is written. A last part that is no slug is made one: `Hello World.md` has the
    slug `hello-world`.
    """
    parts = _parts(path)[2:]
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
    _, folder, *inner = _parts(path)
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


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part and part != "."]


def _stem(name: str) -> str:
    """Return the name of a file without the suffix of Markdown, if that is not all of it."""
    return name[: name.rindex(".")] or name if name.casefold().endswith(SUFFIXES) else name


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
