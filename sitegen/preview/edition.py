"""An edition: the site as it was read at one moment, ready to have any of its pages rendered."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from sitegen.archive.stored import Unpacked
from sitegen.build.archive_file import ArchiveFile
from sitegen.build.bodies import Bodies
from sitegen.build.darkroom import Darkroom
from sitegen.build.job import Job
from sitegen.build.known import Known
from sitegen.diagnostics import Diagnostic
from sitegen.pages.assets import Assets
from sitegen.pages.page import PublishedFile
from sitegen.pages.snapshot import Snapshot
from sitegen.preview.index import PageIndex
from sitegen.stamps import Stamped

__all__ = ["Badge", "Edition", "Unpublished"]

Badge = str
"""`draft` or `future`."""


class Unpublished(Struct, frozen=True, array_like=True):
    """A piece that no reader sees yet: its source, why, and the day from which they do, empty for a draft."""

    path: str
    badge: Badge
    until: str = ""


class Edition(Struct, frozen=True, kw_only=True, eq=False):
    """One state of the site.

    `archive` and `pages` are packed and decoded as they are looked at. `stored` is the file of the archive, `None`
    where the disk has refused it. `files` are by the paths of the output folder, those of the theme too.
    `others` are the files of `content/` that are no Markdown, `walked` the digest of what the walk had to tell.
    `kept` are the paths of pieces that are shown as they were, or
    not at all, because of their errors; `good` are the versions that stand in for them. `until` is the moment until
    which the same pieces are shown (seconds since 1970), `day` the day that templates take as today.
    """

    job: Job
    world: bytes
    engine: str
    snapshot: Snapshot
    archive: Unpacked
    stored: ArchiveFile | None
    pages: PageIndex
    files: Mapping[str, PublishedFile]
    assets: Assets
    darkroom: Darkroom
    bodies: Bodies
    findings: tuple[Diagnostic, ...]
    walked: bytes
    others: Mapping[str, Stamped]
    kept: frozenset[str]
    good: Mapping[str, Known]
    unpublished: tuple[Unpublished, ...]
    until: float | None
    day: str

    def rest(self) -> None:
        """Let go of what was decoded; the edition answers as before, and decodes it again."""
        self.archive.rest()
        self.pages.rest()

    @property
    def sources(self) -> Mapping[str, Known]:
        """The files of Markdown as they were read, by path."""
        return self.bodies.known

    def url_of(self, path: str) -> str:
        """Return the URL of what the file at a path of `content/` became, empty where it has no page."""
        kind, name = self.archive.files.get(path, ("", ""))
        return self.archive.url_of(kind, name) if name else ""

    def title_of(self, path: str) -> str:
        """Return what the file at a path of `content/` is called."""
        kind, name = self.archive.files.get(path, ("", ""))
        archive = self.archive
        match kind:
            case "article":
                return archive.cards[name].title
            case "section" | "author" | "tag":
                return archive.terms[kind].entries[name].term.name
            case "claim":
                return archive.claims[name].name or name
            case "page":
                return archive.pages[name].name or name
        return path.rpartition("/")[2]
