"""What a person means who asks for a path, a URL or a reference."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from sitegen.build.explain.explanation import Explanation
from sitegen.build.explain.pages import explain_file, explain_page, listings_of
from sitegen.build.explain.sources import Sources
from sitegen.build.job import Job
from sitegen.build.reading import Reading
from sitegen.config import Config
from sitegen.diagnostics import nearest
from sitegen.errors import SitegenError
from sitegen.pages.page import output_path, path_key

__all__ = ["explain"]


def explain(asked: str, job: Job, reading: Reading, folder: Path) -> Explanation:
    """Tell of what is asked for.

    That is the path of a source or of a file of the output folder, relative to `folder` or to the
    project, or absolute; a URL of the site, absolute, from the root or without slashes, with a
    fragment or not; or a reference to an article. Paths go first. Raises `SitegenError` where it is
    none of these.
    """
    subject = _Subject(job, reading, Sources(job, reading))
    found = subject.path(asked, folder) or subject.url(asked) or subject.reference(asked)
    if found is None:
        raise subject.unknown(asked)
    return found


class _Subject(Struct, frozen=True):
    """Finds what is meant among the sources and pages of one reading."""

    job: Job
    reading: Reading
    sources: Sources

    def path(self, asked: str, folder: Path) -> Explanation | None:
        """Return what stands at a path, `None` where nothing does."""
        for base in (folder, self.job.project):
            there = Path(os.path.normpath(base / asked))
            output = _within(there, self.job.output)
            if not _stands(there):
                continue
            if output is not None and there.is_file():
                return self.page(output)
            path = _within(there, self.job.project)
            if path is None:
                continue
            if there.is_dir():
                index = next((f"{path}/{name}" for name in ("index.md",) if (there / name).is_file()), "")
                if index:
                    return self.source(index)
                if path.startswith(("content", "templates")):
                    raise SitegenError(f"{path}/ is a folder", hint="name a file in it")
                continue
            return self.source(path)
        return None

    def source(self, path: str) -> Explanation:
        """Return what is told of a source, with the pages that list it."""
        told = self.sources.explain(path)
        kind, name = self.reading.archive.files.get(path, ("", ""))
        return replace(told, listings=listings_of(name, self.reading)) if kind == "article" else told

    def url(self, asked: str) -> Explanation | None:
        """Return what a URL leads to, `None` where nothing is there."""
        if "://" in asked and (outside := _outside(asked, self.job.config)):
            raise outside
        parts = _split(asked)
        for path in _readings(unquote(parts.path), self.job.config.base_path):
            told = self.page(output_path(path), unquote(parts.fragment))
            if told is not None:
                return told
        return self.left_out(parts.path)

    def page(self, output: str, fragment: str = "") -> Explanation | None:
        """Return what is told of the page or file at a path of the output folder."""
        key = path_key(output)
        for page in self.reading.pages:
            if path_key(page.path) == key:
                return explain_page(page, fragment, self.reading, self.sources)
        for file in self.reading.files:
            if path_key(file.path) == key:
                return explain_file(file, self.sources)
        return None

    def left_out(self, path: str) -> Explanation | None:
        """Return the piece that would be at a URL if it were not left out."""
        wanted = {path_key(output_path(there)) for there in _readings(unquote(path), self.job.config.base_path)}
        for omission in self.reading.content.omissions:
            if omission.kind == "article":
                url = self.sources.omitted(omission)[1]
            elif omission.kind == "claim":
                url = self.reading.archive.urls.claim(omission.id)
            else:
                url = self.reading.archive.urls.page(omission.id)
            if url and path_key(output_path(url)) in wanted:
                return self.source(omission.path)
        return None

    def reference(self, asked: str) -> Explanation | None:
        """Return the article, or the argument of it, that a reference names."""
        where, _, fragment = asked.partition("#")
        archive = self.reading.archive
        candidates = archive.bucket(("reference", where))
        if len(candidates) > 1:
            listed = ", ".join(f"`{name}`" for name in candidates)
            raise SitegenError(f"“{where}” could mean {listed}", hint="write the section too")
        return self.page(output_path(archive.cards[candidates[0]].url), fragment) if candidates else None

    def unknown(self, asked: str) -> SitegenError:
        """Return the error for what is neither a source nor a page, with what is nearest to it."""
        reading = self.reading
        sources = (*reading.tree.articles, *reading.tree.records)
        where = _split(asked).path
        known = [page.url for page in reading.pages] + [source.path for source in sources]
        near = nearest(where, known) or nearest(f"/{where.strip('/')}/", known)
        hint = f"did you mean `{near}`?" if near else "name a file of the project, or a URL such as `/archive/`"
        return SitegenError(f"“{asked}” is neither a source nor a page of this site", hint=hint)


def _split(asked: str) -> SplitResult:
    """Return the parts of a URL; what cannot be one is a path."""
    try:
        return urlsplit(asked)
    except ValueError:
        return SplitResult("", "", asked, "", "")


def _stands(there: Path) -> bool:
    """Whether there is anything at a path; where nobody can look, or the path is too long, there is nothing."""
    return os.path.exists(there)  # noqa: PTH110 - `Path.exists` raises there


def _within(there: Path, folder: Path) -> str | None:
    """Return a path relative to a folder, with slashes, links followed where need be; `None` outside."""
    for path, base in ((there, folder.absolute()), (there.parent.resolve() / there.name, folder.resolve())):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return None


def _readings(path: str, base_path: str) -> Iterator[str]:
    """Yield the paths from the root that a person can mean: with and without a slash at the end, or the host's."""
    rooted = f"/{path.lstrip('/')}"
    for start in (rooted, rooted[len(base_path) - 1 :] if f"{rooted}/".startswith(base_path) else ""):
        if start:
            yield start
            yield f"{start}/" if not start.endswith("/") else start


def _outside(asked: str, config: Config) -> SitegenError | None:
    """Return the error for an absolute URL of another site."""
    parts, home = _split(asked), urlsplit(config.base_url)
    if parts.netloc.casefold() == home.netloc.casefold() and f"{parts.path}/".startswith(config.base_path):
        return None
    return SitegenError(f"{asked} is not a URL of this site", hint=f"its pages are under {config.base_url}")
