"""A folder of releases: each publish makes a new one beside the others, and a link is switched to it in one step.

::

    releases/20261123T101500Z-1/   the files, whole
    releases/20261123T113000Z-2/
    current -> releases/20261123T113000Z-2

What has not changed is the same file on the disk in both (a hard link). A server's root is `current`.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from sitegen.build.atomic import write_file
from sitegen.digest import digest_bytes
from sitegen.errors import PublishError
from sitegen.publish.folder import UNLINKED, check_folder, make_folder, trouble
from sitegen.publish.plan import Plan
from sitegen.publish.published import RECORD, UNKNOWN, Published
from sitegen.publish.shipment import Item, Shipment
from sitegen.publish.store import parents
from sitegen.publish.target import Opened, Progress

__all__ = ["CURRENT", "Releases"]

CURRENT = "current"
RELEASES = "releases"

_NAME = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9]+")
_UNFINISHED = ".unfinished-"
_LOCK = ".sitegen-publish.lock"
NAMED = 5
PATIENCE = 60.0
"""Seconds that a publish waits for another to the same folder."""


class Releases(Opened):
    """A folder of releases as a target."""

    def __init__(
        self, folder: Path, place: str, keep: int, waiting: Callable[[str], None], encodings: tuple[str, ...] = ()
    ) -> None:
        """Publish into a folder, and keep so many releases, at least one."""
        self.place = place
        self.encodings = encodings
        self._folder = folder
        self._releases = folder / RELEASES
        self._current = folder / CURRENT
        self._keep = max(1, keep)
        self._waiting = waiting

    async def __aenter__(self) -> Self:
        """Look whether there is such a folder, or can be."""
        check_folder(self._folder, self.place)
        if not self._current.is_symlink() and self._current.exists():
            raise PublishError(
                f"{self.place}/{CURRENT} is not a link, and it would have to become one",
                hint="publish to a folder of its own, or in place with `releases = 0`",
            )
        return self

    async def published(self) -> Published:
        """Return what the record of the current release says."""
        return self._published()

    def _published(self) -> Published:
        try:
            data = (self._current / RECORD).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            data = None
        except OSError as error:
            raise trouble(error, f"{self.place}/{CURRENT}/{RECORD}") from error
        return Published.decode(data, self.place)

    async def differing(self, items: Mapping[str, Item], shipment: Shipment, progress: Progress) -> tuple[str, ...]:
        """Return those paths whose file is absent or has other bytes."""
        differs = []
        for number, (path, item) in enumerate(items.items(), 1):
            try:
                there = digest_bytes((self._current / path).read_bytes())
            except OSError:
                there = ""
            if there != (digest_bytes(shipment.load(item)) if item.encoding else item.digest):
                differs.append(path)
            progress("comparing", number, len(items))
        return tuple(differs)

    async def publish(self, shipment: Shipment, plan: Callable[[Published], Plan], progress: Progress) -> Plan:
        """Make a release and switch to it."""
        with self._locked(), self._told():
            before = self._published()
            wanted = plan(before)
            foreign = sorted(self._foreign(before))
            self._refuse(foreign, wanted, shipment)
            self._sweep()
            self._releases.mkdir(exist_ok=True)
            name = self._new_name()
            made = self._releases / f"{_UNFINISHED}{name}"
            retired = self._make(made, shipment, wanted, foreign, progress)
            record = Published(
                base_url=shipment.base_url,
                at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
                files={path: item.version for path, item in shipment.items.items()}
                | {path: before.files.get(path, UNKNOWN) for path in retired},
                retired=retired,
            )
            # The link must not lead to files that the disk does not have yet.
            os.sync()
            write_file(made / RECORD, record.encode())
            was = self._now()
            made.replace(self._releases / name)
            self._switch(name)
            self._prune(name, was)
        return wanted

    async def roll_back(self) -> str:
        """Switch to the release before the current one."""
        with self._locked(), self._told():
            now = self._now()
            earlier = [name for name in self._names() if _age(name) < _age(now)]
            if not earlier:
                raise PublishError(
                    f"{self.place} has no release before the current one",
                    hint="build the earlier state of the sources and publish that",
                )
            foreign = sorted(self._foreign(self._published()))
            self._bring_foreign(foreign, self._releases / now, self._releases / earlier[-1])
            self._switch(earlier[-1])
        return earlier[-1]

    def _now(self) -> str:
        """Return the name of the current release, empty where there is none."""
        return self._current.readlink().name if self._current.is_symlink() else ""

    def _names(self) -> list[str]:
        """Return the finished releases that are ours, the oldest first."""
        try:
            entries = list(self._releases.iterdir())
        except FileNotFoundError:
            return []
        return sorted((it.name for it in entries if _NAME.fullmatch(it.name) and (it / RECORD).is_file()), key=_age)

    def _new_name(self) -> str:
        moment = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
        # A clock that was set back must not make this release an older one.
        names = [it.name for it in self._releases.iterdir() if _NAME.fullmatch(it.name)]
        newest, count = max(map(_age, names), default=("", 0))
        return f"{newest}-{count + 1}" if newest >= moment else f"{moment}-1"

    def _foreign(self, before: Published) -> Iterator[str]:
        if not self._now():
            return
        base = os.path.realpath(self._current)
        for folder, names, files in os.walk(base, onerror=_refused):
            links = [name for name in names if Path(folder, name).is_symlink()]
            for name in (*files, *links):
                path = Path(folder, name).relative_to(base).as_posix()
                if path != RECORD and path not in before.files:
                    yield path

    def _refuse(self, foreign: list[str], wanted: Plan, shipment: Shipment) -> None:
        unknown = set(wanted.unknown)
        ways = {parent for path in unknown for parent in parents(path)}
        stand = [path for path in foreign if path in ways or (path in unknown and not self._same(path, shipment))]
        if stand:
            named = ", ".join(stand[:NAMED]) + (f" and {len(stand) - NAMED} more" if len(stand) > NAMED else "")
            raise PublishError(
                f"files at {self.place}/{CURRENT} that sitegen did not put there stand in the way: {named}",
                hint="move them away, or publish to a folder of its own",
            )

    def _same(self, path: str, shipment: Shipment) -> bool:
        try:
            return (self._current / path).read_bytes() == shipment.load(shipment.items[path])
        except OSError:
            return False

    def _make(
        self, made: Path, shipment: Shipment, wanted: Plan, foreign: list[str], progress: Progress
    ) -> tuple[str, ...]:
        """Make a release of all files, and return which of the retired ones it has."""
        made.mkdir()
        kept: list[str] = []
        sent = {*wanted.added, *wanted.changed}
        paths = [*shipment.items, *wanted.retired]
        base = Path(os.path.realpath(self._current))
        for number, path in enumerate(paths, 1):
            target = made / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if path in shipment.items:
                if path in sent or not _linked(base / path, target):
                    target.write_bytes(shipment.load(shipment.items[path]))
            elif _linked(base / path, target):
                kept.append(path)
            progress("writing", number, len(paths))
        self._bring_foreign(foreign, base, made)
        return tuple(kept)

    def _bring_foreign(self, foreign: list[str], source: Path, made: Path) -> None:
        """Copy what is not ours from one release to another, where nothing stands at its path."""
        for path in foreign:
            target = made / path
            if os.path.lexists(target) or any((made / parent).is_file() for parent in parents(path)):
                continue
            for parent in reversed(list(parents(path))):
                if not (made / parent).is_dir():
                    (made / parent).mkdir()
                    shutil.copystat(source / parent, made / parent)
            # Theirs is copied: somebody may edit it where it stands, and means that one only.
            shutil.copy2(source / path, target, follow_symlinks=False)

    def _switch(self, name: str) -> None:
        link = self._folder / f".{CURRENT}.sitegen.tmp"
        link.unlink(missing_ok=True)
        link.symlink_to(f"{RELEASES}/{name}", target_is_directory=True)
        link.replace(self._current)

    def _prune(self, current: str, was: str) -> None:
        """Remove releases that were rolled back from, and the oldest of the others beyond those to be kept."""
        others = [name for name in self._names() if name != current]
        left = [name for name in others if was and _age(name) > _age(was)]
        others = [name for name in others if name not in left]
        for name in (*left, *others[: -(self._keep - 1) or None]):
            # Renamed first: a kill in between must not leave half a release that looks whole.
            (self._releases / name).rename(self._releases / f"{_UNFINISHED}{name}")
        self._sweep()

    def _sweep(self) -> None:
        """Remove what interrupted publishes left."""
        if self._releases.is_dir():
            for entry in self._releases.iterdir():
                if entry.name.startswith(_UNFINISHED) and _NAME.fullmatch(entry.name.removeprefix(_UNFINISHED)):
                    # What somebody else has put there and lets nobody remove is no reason to publish nothing more.
                    shutil.rmtree(entry, ignore_errors=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        make_folder(self._folder, self.place)
        lock = FileLock(self._folder / _LOCK)
        with self._told():
            try:
                lock.acquire(timeout=0)
            except Timeout:
                self._waiting("waiting for another publish to the same folder")
                try:
                    lock.acquire(timeout=PATIENCE)
                except Timeout:
                    raise PublishError(
                        f"another publish to {self.place} is still under way",
                        hint="wait until it has ended, or end it, then publish again",
                    ) from None
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise trouble(error, self.place) from error


def _linked(source: Path, target: Path) -> bool:
    """Make a file of the last release one of this too; false where it is gone."""
    try:
        os.link(source, target, follow_symlinks=False)
    except FileNotFoundError:
        return False
    except OSError as error:
        if error.errno not in UNLINKED:
            raise
        shutil.copy2(source, target)
    return True


def _age(name: str) -> tuple[str, int]:
    """Return what releases are ordered by: when each was made, and its number among those of the same second."""
    moment, _, count = name.rpartition("-")
    return moment, int(count or 0)


def _refused(error: OSError) -> None:
    raise error
