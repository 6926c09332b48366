"""A new article: where its file goes, and the front matter that it begins with.

The place follows the path rule of `articles/paths` and the habit of the pieces that are there; the
values are quoted so that what was typed is what is read.
"""

from __future__ import annotations

import datetime as dt
import posixpath
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from sitegen.archive.urls import Urls
from sitegen.articles.dates import EdtfDate
from sitegen.articles.paths import Location, is_article, locate
from sitegen.articles.values import ValueProblem, clean
from sitegen.build.atomic import disk_trouble, write_file
from sitegen.config import Config
from sitegen.errors import SitegenError, UsageError
from sitegen.slugs import RESERVED, is_slug, same_name, slugify

__all__ = ["NewArticle", "new_article", "write_article"]

ARTICLES = "content/articles"
_SUFFIXES = (".md", ".markdown")
_YEAR = 4


class NewArticle(Struct, frozen=True, kw_only=True):
    """A file to write: its path relative to the project, its text, and the URL it will have.

    `missing` says what the front matter still lacks, empty where it lacks nothing.
    """

    path: str
    text: str
    url: str
    missing: str = ""


def new_article(
    project: Path, config: Config, title: str, day: dt.date, *, section: str = "", author: str = "", slug: str = ""
) -> NewArticle:
    """Return the draft of a new article, published as on `day`.

    Without `section` it is the configured one; without `author` the configured ones, or the only one
    of `content/authors/`. Raises `UsageError` for a title, section or slug that cannot be used, and
    `SitegenError` where there is such a piece already.
    """
    title = _line(title, "title")
    author = _line(author, "author") if author else ""
    slug = _slug(title, slug)
    folder, name = _section(project, config, section)
    path = _path(project, folder, slug, day)
    location = locate(path)
    if not isinstance(location, Location) or (location.slug, location.section) != (slug, folder):
        raise UsageError(f"a file at {path} would not be an article named “{slug}”", hint="choose another `--slug`")
    _refuse_twins(project, config, path, location)
    front: dict[str, Any] = {"title": title, "date": day}
    if name:
        front["section"] = name
    authors, missing = _author(project, config, folder, author)
    front |= authors
    standards = config.default_for("standards", folder)[0]
    if standards and standards != "none":
        front["standards"] = standards
    url_section = slugify(name or folder or config.defaults.section or "articles")
    return NewArticle(
        path=path,
        text=f"---\n{_yaml(front)}draft: true\n---\n\n",
        url=Urls.of(config).article(url_section, slug, EdtfDate(day.isoformat())),
        missing=missing,
    )


def write_article(project: Path, article: NewArticle) -> Path:
    """Write the file of a new article and return its path; never over another. Raises `SitegenError`."""
    file = project / article.path
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists():
            raise _there_is(article.path)
        write_file(file, article.text.encode())
    except OSError as error:
        raise disk_trouble(error, article.path) from None
    return file


def _line(text: str, what: str) -> str:
    """Return what was typed, on one line; raises `UsageError` for what no front matter can carry."""
    if any(sign in text for sign in "\n\r\x85\u2028\u2029"):
        raise UsageError(f"the {what} has more than one line", hint="write it on one line")
    line = " ".join(text.split())
    if not line:
        raise UsageError(f"the {what} is empty", hint='for example `sitegen new article "Beware of vendors"`')
    try:
        return clean(line)
    except ValueProblem as problem:
        raise UsageError(f"the {what} has {problem.message}", hint=problem.hint) from None


def _slug(title: str, slug: str) -> str:
    if slug and not is_slug(slug):
        near = slugify(slug)
        hint = f"for example `--slug {near}`" if near else "use lower-case letters, digits and single hyphens"
        raise UsageError(f"“{slug}” cannot stand in a URL", hint=hint)
    made = slug or slugify(title)
    if not made:
        raise UsageError(f"no slug can be made of “{title}”", hint="give one with `--slug`")
    if made in RESERVED:
        raise UsageError(f"the slug “{made}” is reserved: the site itself needs it", hint="give another with `--slug`")
    return made


def _section(project: Path, config: Config, section: str) -> tuple[str, str]:
    """Return the folder of a section, and its name where the folder does not give it."""
    if section:
        section = _line(section, "section")
    else:
        section = config.defaults.section or ""
        if not section:
            return "", ""
    for name in _folders(project / ARTICLES):
        if same_name(name) == same_name(section):
            return name, ""
    folder = slugify(section)
    if not folder or folder in RESERVED or (folder.isdigit() and len(folder) == _YEAR):
        why = "the site itself needs that URL" if folder in RESERVED else "it gives no folder that could be one"
        raise UsageError(f"“{section}” cannot be a section: {why}", hint="choose another `--section`")
    return folder, "" if same_name(folder) == same_name(section) else section


def _folders(folder: Path) -> list[str]:
    return sorted(there.name for there in folder.iterdir() if there.is_dir()) if folder.is_dir() else []


def _path(project: Path, folder: str, slug: str, day: dt.date) -> str:
    """Return the path of a new piece, as the pieces of its section lie, or else those of the whole archive."""
    home = posixpath.join(ARTICLES, folder)
    every = _articles(project)
    forms = Counter(_form(path) for path in every if path.startswith(f"{home}/")) or Counter(map(_form, every))
    in_year, dated = forms.most_common(1)[0][0] if forms else (True, True)
    name = f"{day.isoformat()}-{slug}.md" if dated else f"{slug}.md"
    return posixpath.join(home, f"{day.year:04d}", name) if in_year else posixpath.join(home, name)


def _form(path: str) -> tuple[bool, bool]:
    """Return whether a piece lies in the folder of a year, and whether its name begins with a day."""
    location = locate(path)
    if not isinstance(location, Location):
        return False, False
    folders = path.removeprefix(f"{ARTICLES}/").split("/")[:-1]
    return any(part.isdigit() and len(part) == _YEAR for part in folders), location.date is not None


def _articles(project: Path) -> list[str]:
    files = (project / ARTICLES).rglob("*")
    paths = (file.relative_to(project).as_posix() for file in files if file.name.endswith(_SUFFIXES))
    return sorted(path for path in paths if is_article(path))


def _refuse_twins(project: Path, config: Config, path: str, location: Location) -> None:
    """Raise where a piece is there already at this path, or would have the same URL."""
    if (project / path).exists():
        raise _there_is(path)
    if any(part in config.archive.permalink for part in ("{year}", "{month}", "{day}")):
        return
    for other in _articles(project):
        there = locate(other)
        if isinstance(there, Location) and (there.slug, there.section) == (location.slug, location.section):
            raise _there_is(other)


def _there_is(path: str) -> SitegenError:
    return SitegenError(f"there is {path} already", hint="give this one another `--slug`, or edit that file")


def _author(project: Path, config: Config, folder: str, author: str) -> tuple[Mapping[str, str], str]:
    """Return the key for the author, and what is missing where nobody is known to be it."""
    if author:
        return {"author": author}, ""
    if config.default_for("authors", folder)[0]:
        return {}, ""
    known = sorted(file.stem for file in (project / "content" / "authors").glob("*.md"))
    if len(known) == 1:
        return {"author": known[0]}, ""
    return {"author": ""}, "name the author before you publish it; `--author` does so at once"


def _yaml(front: Mapping[str, Any]) -> str:
    """Return front matter whose values are read as they were typed (YAML 1.1, as PyYAML writes it)."""
    filled = {key: value for key, value in front.items() if value != ""}
    text = yaml.safe_dump(filled, allow_unicode=True, sort_keys=False, width=10**6)
    return text + "".join(f"{key}:\n" for key, value in front.items() if value == "")
