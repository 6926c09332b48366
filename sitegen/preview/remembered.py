"""What the preview remembers from one start to the next, so that the first page is there at once."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout
from msgspec import Struct

from sitegen.archive.cards import Card
from sitegen.archive.stored import unpack_archive
from sitegen.build.archive_file import ArchiveFile, remove_archives
from sitegen.build.bodies import Bodies
from sitegen.build.darkroom import FOLDER, Darkroom
from sitegen.build.database import connect
from sitegen.build.job import PREVIEW, Job
from sitegen.build.known import Known
from sitegen.build.state import DATABASE, Damaged, State
from sitegen.diagnostics import Diagnostic
from sitegen.pages.assets import Assets
from sitegen.pages.page import PublishedFile
from sitegen.pages.snapshot import Snapshot
from sitegen.preview.edition import Edition, Unpublished
from sitegen.preview.index import PageIndex
from sitegen.preview.making import restyled, world_of
from sitegen.preview.spool import Spool
from sitegen.stamps import Stamped

__all__ = ["LOCK", "forget_previews", "recall", "remember", "take_over"]

LOCK = "preview.lock"
"""The file that a preview holds in the folder of what it remembers."""

_NAME, _PAGES = "preview", "pages"


class _Remembered(Struct, frozen=True, array_like=True):
    """An edition without what is read again: templates and assets of the theme.

    `archive` is the name of its file, `cards` those that have other words than in it.
    """

    world: bytes
    sources: dict[str, Known]
    others: dict[str, Stamped]
    files: tuple[PublishedFile, ...]
    findings: tuple[Diagnostic, ...]
    walked: bytes
    unpublished: tuple[Unpublished, ...]
    until: float | None
    day: str
    archive: str
    cards: dict[str, Card]


def remember(edition: Edition, state: State) -> bool:
    """Keep an edition for the next start, and return whether that was done.

    One in which pieces are kept back is not worth it, and one whose archive has no file cannot be kept.
    """
    if edition.kept or edition.stored is None:
        return False
    remembered = _Remembered(
        edition.world,
        dict(edition.sources),
        dict(edition.others),
        tuple(file for file in edition.files.values() if file.data is None),
        edition.findings,
        edition.walked,
        edition.unpublished,
        edition.until,
        edition.day,
        edition.stored.name,
        dict(edition.archive.others),
    )
    records: dict[str, bytes | memoryview] = {
        _NAME: msgspec.msgpack.encode(remembered),
        _PAGES: edition.pages.spool.data,
    }
    state.commit(records, {it.key for it in edition.sources.values()})
    remove_archives(edition.stored.path.parent, but=edition.stored.path)
    edition.stored.rest()
    edition.pages.spool.rest()
    return True


def recall(job: Job, engine: str, snapshot: Snapshot, state: State) -> Edition | None:
    """Return the edition that was remembered, in other templates perhaps.

    `None` where there is none, or its archive is gone, where it was one of another site, or where templates have
    anything wrong. It is as the site was then: whoever recalls it looks for changes next. Raises `Damaged` where the
    state fails.
    """
    first, pages = state.get(_NAME), _spooled(job, state, _PAGES)
    if first is None or pages is None:
        return None
    try:
        was = msgspec.msgpack.decode(first, type=_Remembered)
        if was.world != world_of(job, engine, snapshot):
            return None
        stored = ArchiveFile.named(job.memory, was.archive)
        if stored is None:
            return None
        bodies = Bodies(job.project, job.config, engine, state)
        bodies.trust(was.sources)
        darkroom = Darkroom(job.project, job.memory, job.config, snapshot.assets)
        assets = Assets(job.project, snapshot.assets)
        assets.lightbox = darkroom.lightbox()
        edition = Edition(
            job=job,
            world=was.world,
            engine=engine,
            snapshot=snapshot,
            archive=unpack_archive(stored, job.config, bodies.article, was.cards),
            stored=stored,
            pages=PageIndex(pages),
            files={file.path: file for file in was.files},
            assets=assets,
            darkroom=darkroom,
            bodies=bodies,
            findings=was.findings,
            walked=was.walked,
            others=was.others,
            kept=frozenset(),
            good={},
            unpublished=was.unpublished,
            until=was.until,
            day=was.day,
        )
        pages.rest()
        return restyled(edition, snapshot)
    except msgspec.DecodeError as error:
        raise Damaged(str(error)) from error


def _spooled(job: Job, state: State, name: str) -> Spool | None:
    """Return a record of the state, `None` where there is none; raises `Damaged`."""
    data = state.get(name)
    return Spool(job.memory, lambda: (data,)) if data is not None else None


def forget_previews(build: Path) -> None:
    """Remove what previews remember below the folder of builds, but for those that run."""
    for folder in build.glob(f"{PREVIEW}*"):
        lock = FileLock(folder / LOCK)
        with suppress(OSError, Timeout), lock.acquire(timeout=0):
            shutil.rmtree(folder, ignore_errors=True)


def take_over(build: Path, memory: Path) -> None:
    """Begin with what builds remember in their folder: bodies that were parsed, and pictures that were made.

    Nothing is done where the preview remembers something already. What cannot be taken over is made anew.
    """
    state, pictures = memory / DATABASE, memory / FOLDER
    memory.mkdir(parents=True, exist_ok=True)
    if not state.exists() and (build / DATABASE).exists():
        with (
            suppress(sqlite3.Error),
            closing(connect(build / DATABASE)) as source,
            closing(connect(state)) as copy,
        ):
            source.backup(copy)
            copy.execute("DELETE FROM records")
            copy.commit()
    if not pictures.exists() and (build / FOLDER).is_dir():
        pictures.mkdir()
        for file in (build / FOLDER).iterdir():
            with suppress(OSError):
                shutil.copyfile(file, pictures / file.name)
