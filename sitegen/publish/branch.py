"""A branch of a git repository as a target: one commit, one push, and readers have either the old site or the new one.

Everything else on the branch stays as it is, and so does every other branch. Nothing is done in the repository of the
project: commits are made in one of our own.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import msgspec
from filelock import FileLock, Timeout

from sitegen.build.atomic import write_file
from sitegen.build.job import STATE
from sitegen.digest import digest
from sitegen.errors import PublishError
from sitegen.publish.folder import trouble
from sitegen.publish.git import GitFailed, in_project, network_trouble, require_git, settings_of
from sitegen.publish.history import DEPTHS, Change, before
from sitegen.publish.patience import PAUSES, patiently
from sitegen.publish.plan import Plan
from sitegen.publish.published import RECORD, UNKNOWN, Published
from sitegen.publish.remote import protocols_for, resolved, shown
from sitegen.publish.repository import Commit, Entry, Rejected, Repository
from sitegen.publish.shipment import Item, Shipment
from sitegen.publish.target import Opened, Progress
from sitegen.targets import Git

__all__ = ["Branch"]

TRIES = 4
"""How often a publish is planned again because somebody else has pushed meanwhile."""

NAMED = 5
_SHORT = 12
_FOLDER = "publish"
_NOBODY = ("sitegen", "sitegen@localhost")

T = TypeVar("T")


class _Seen(msgspec.Struct, frozen=True):
    """The newest commit of the branch, empty where there is none, and the bytes of its record."""

    commit: str = ""
    record: bytes | None = None


class Branch(Opened):
    """A branch of a repository elsewhere as a target."""

    def __init__(
        self, target: Git, project: Path, waiting: Callable[[str], None], pauses: tuple[float, ...] | None = None
    ) -> None:
        """Publish to the branch that a target names; `waiting` is told when another came first."""
        self.place = shown(target.remote, target.branch, target.folder)
        self._target = target
        self._project = project
        self._waiting = waiting
        self._pauses = PAUSES if pauses is None else pauses
        self._prefix = f"{target.folder.strip('/')}/" if target.folder.strip("/") else ""
        key = digest((target.remote, target.branch, target.folder))[:16]
        self._memory = project / STATE / _FOLDER / key
        self._lock = FileLock(self._memory / "lock")
        self._seen: _Seen | None = None
        self._repository: Repository

    async def __aenter__(self) -> Self:
        """Find the repository; nothing is asked of it yet."""
        await require_git(self._project)
        branch = self._target.branch
        if await in_project(self._project, "check-ref-format", f"refs/heads/{branch}") is None:
            raise PublishError(f"“{branch}” is not the name of a branch", hint='for example `branch = "gh-pages"`')
        url = await resolved(self._target.remote, self._project)
        try:
            self._memory.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise PublishError(
                "another publish of this project is under way", hint="wait until it has ended, then publish again"
            ) from None
        except OSError as error:
            raise trouble(error, str(self._memory)) from error
        settings = await settings_of(self._project)
        self._repository = Repository(self._memory / "git", url, branch, settings, protocols_for(url))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Keep no more than is useful."""
        await asyncio.to_thread(self._repository.bound)
        self._lock.release()

    async def published(self) -> Published:
        """Return what the record says; it is read where the branch is not as it was seen last."""
        return self._decoded(await self._look())

    async def differing(self, items: Mapping[str, Item], shipment: Shipment, progress: Progress) -> tuple[str, ...]:
        """Return those paths whose file is absent or has other bytes; no file is fetched for it."""
        seen = self._seen or await self._look()
        entries = await self._sound(self._repository.entries, seen.commit)
        differs = []
        for number, (path, item) in enumerate(items.items(), 1):
            entry = entries.get(self._at(path))
            if not self._is_same(entry, item, shipment, seen.commit):
                differs.append(path)
            progress("comparing", number, len(items))
        return tuple(differs)

    async def refuse_foreign(self, wanted: Plan, before: Published, shipment: Shipment) -> None:
        """Raise `PublishError` where files of others stand on the branch."""
        seen = self._seen or await self._look()
        await self._sound(lambda tip: self._refuse_foreign(wanted, before, shipment, tip), seen.commit)

    async def publish(self, shipment: Shipment, plan: Callable[[Published], Plan], progress: Progress) -> Plan:
        """Commit and push what the plan says; planned again where somebody else has pushed since."""

        async def commit(seen: _Seen) -> tuple[Plan, _Seen, tuple[str, ...]]:
            wanted = plan(self._decoded(seen))
            if wanted.is_empty:
                return wanted, seen, ()
            return wanted, *await self._sound(lambda _: self._made(seen, wanted, shipment, progress), seen.commit)

        return await self._push(commit, progress)

    async def roll_back(self) -> str:
        """Bring back what was published before, as a new commit; once more goes one further back."""
        if self._target.history == "squash":
            raise PublishError(
                f"{self.place} keeps no history, so nothing is there to go back to",
                hint='build the earlier state of the sources and publish that, or keep it with `history = "keep"`',
            )

        async def commit(seen: _Seen) -> tuple[str, _Seen, tuple[str, ...]]:
            return await self._sound(lambda _: self._returned(seen), seen.commit)

        return await self._push(commit, lambda *_: None)

    async def _push(
        self, commit: Callable[[_Seen], Awaitable[tuple[T, _Seen, tuple[str, ...]]]], progress: Progress
    ) -> T:
        """Make a commit on what is there and push it, again where that has changed meanwhile.

        `commit` returns what is to be returned, what the branch will be, and which commits it had already.
        """
        for _ in range(TRIES):
            seen = self._seen or await self._look()
            result, made, there = await commit(seen)
            if made.commit == seen.commit:
                return result
            try:
                await self._pushed(made.commit, there, progress)
            except Rejected as error:
                now = await self._asked(self._repository.tip, "read")
                if now == seen.commit:
                    raise network_trouble(error.error, self.place, "written") from error
                if now != made.commit:
                    self._seen = None
                    self._waiting("somebody else has pushed meanwhile: planned again")
                    continue
            self._keep(made)
            return result
        raise PublishError(
            f"others have pushed to {self.place} again and again", hint="nothing was lost: publish again in a moment"
        )

    async def _pushed(self, commit: str, there: tuple[str, ...], progress: Progress) -> None:
        is_again = False

        async def once() -> None:
            nonlocal is_again
            # After a lost connection nobody knows whether the push was the last thing that came through.
            if is_again and await self._repository.tip() == commit:
                return
            is_again = True
            await self._repository.push(
                commit,
                there,
                lambda done, total: progress("sending", done, total),
                is_forced=self._target.history == "squash",
            )

        await self._asked(once, "written")

    async def _look(self) -> _Seen:
        """Return the state of the branch, from here where it has not changed."""
        tip = await self._asked(self._repository.tip, "read")
        if not tip:
            self._seen = _Seen()
            return self._seen
        known = self._known()
        if known.commit != tip:
            known = await self._sound(self._recorded, tip)
            self._keep(known)
        self._seen = known
        return known

    async def _recorded(self, tip: str) -> _Seen:
        entry = await self._repository.entry(tip, self._prefix + RECORD)
        if entry is None or not entry.is_file:
            return _Seen(tip)
        return _Seen(tip, await patiently(lambda: self._repository.read(entry.oid), self.place, self._pauses))

    async def _sound(self, work: Callable[[str], Awaitable[T]], tip: str) -> T:
        """Do something with our repository once it has the newest commit; again with a new one where it is broken."""
        for is_last in (False, True):
            is_there = False
            try:
                if tip:
                    tip = await patiently(partial(self._repository.bring, tip), self.place, self._pauses)
                is_there = True
                return await work(tip)
            except GitFailed as error:
                if is_last and not is_there:
                    raise network_trouble(error, self.place, "read") from error
                if is_last:
                    hint = "free some space where the disk is full; what git keeps is in the folder `.sitegen/publish`"
                    raise PublishError(f"git cannot make a commit: {error.text.splitlines()[-1]}", hint=hint) from error
                self._repository.discard()
            except OSError as error:
                raise trouble(error, str(self._memory)) from error
        raise AssertionError

    async def _made(
        self, seen: _Seen, wanted: Plan, shipment: Shipment, progress: Progress
    ) -> tuple[_Seen, tuple[str, ...]]:
        was = self._decoded(seen)
        await self._refuse_foreign(wanted, was, shipment, seen.commit)
        sent = [item.path for stage in wanted.stages(shipment.items) for item in stage]
        record = Published(
            base_url=shipment.base_url,
            at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            files={path: item.version for path, item in shipment.items.items()}
            | {path: was.files.get(path, UNKNOWN) for path in wanted.retired},
            retired=wanted.retired,
        ).encode()

        def load(path: str) -> bytes:
            return record if path == RECORD else shipment.load(shipment.items[path])

        oids = await self._repository.write(
            (*sorted(sent), RECORD), load, seen.commit, lambda done, total: progress("packing", done, total)
        )
        commit = await self._repository.commit(
            Commit(
                base=seen.commit,
                files={self._at(path): oid for path, oid in oids.items()},
                removed=[self._at(path) for path in wanted.removed],
                message="\n".join(await self._message(wanted, shipment)),
                author=await self._author(),
                is_parentless=self._target.history == "squash",
            )
        )
        return _Seen(commit, record), (seen.commit,) if seen.commit else ()

    async def _returned(self, seen: _Seen) -> tuple[str, _Seen, tuple[str, ...]]:
        now = self._decoded(seen)
        earlier, origin = await self._earlier(seen)
        data = await self._asked(lambda: self._repository.read(earlier.record), "read")
        record = Published.decode(data, self.place)
        entries = await self._repository.entries(earlier.commit)
        files = {self._at(path): entries[self._at(path)].oid for path in record.files if self._at(path) in entries}
        new = {path: oid for path, oid in files.items() if path not in {self._at(it) for it in now.files}}
        there = await self._repository.entries(seen.commit)
        _refuse(self.place, _in_the_way(new, there, {self._at(path) for path in now.files}, new))
        commit = await self._repository.commit(
            Commit(
                base=seen.commit,
                files=files | {self._at(RECORD): earlier.record},
                removed=[self._at(path) for path in now.files.keys() - record.files.keys()],
                message=f"Roll back to what was published {record.at}\n\nSitegen-Rollback: {origin}\n",
                author=await self._author(),
            )
        )
        told = f"commit {origin[:_SHORT]}, published {record.at}"
        return told, _Seen(commit, data), (seen.commit, earlier.commit)

    async def _earlier(self, seen: _Seen) -> tuple[Change, str]:
        """Return where the state before the current one is found, and the commit that was published with it.

        A rollback names the commit that it went back to: from there the way goes on.
        """
        for depth in DEPTHS:
            changes, is_whole = await self._asked(
                partial(self._repository.history, seen.commit, self._prefix + RECORD, depth),
                "read",
            )
            # Of the oldest that was fetched it is not known whether it brought that record or only kept it.
            certain = changes if is_whole else changes[:-1]
            found = before(certain, is_whole=is_whole)
            if found is not None:
                return found
        raise PublishError(
            f"nothing was published to {self.place} before what is there now",
            hint="build the earlier state of the sources and publish that",
        )

    async def _refuse_foreign(self, wanted: Plan, was: Published, shipment: Shipment, commit: str) -> None:
        """Raise `PublishError` where something that is not ours stands where a file is to be; the same is adopted."""
        entries = await self._repository.entries(commit)
        ours = {self._at(path) for path in was.files} | {self._at(RECORD)}
        unknown = {self._at(path): path for path in wanted.unknown}
        adopted = {}
        for full, path in unknown.items():
            entry = entries.get(full)
            if entry is not None and self._is_same(entry, shipment.items[path], shipment, commit):
                adopted[full] = entry.oid
        sent = [self._at(path) for path in (*wanted.added, *wanted.changed)]
        _refuse(self.place, _in_the_way(sent, entries, ours, adopted))

    def _is_same(self, entry: Entry | None, item: Item, shipment: Shipment, commit: str) -> bool:
        return entry is not None and entry.is_file and entry.oid == self._repository.oid(shipment.load(item), commit)

    async def _message(self, wanted: Plan, shipment: Shipment) -> list[str]:
        counted = ((len(wanted.added), "added"), (len(wanted.changed), "changed"), (len(wanted.removed), "removed"))
        counts = ", ".join(f"{count} {word}" for count, word in counted if count)
        lines = [f"Publish {shipment.base_url}: {counts}", ""]
        sources = await in_project(self._project, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        if sources:
            lines += [f"Sources: {sources}", ""]
        return lines

    async def _author(self) -> tuple[str, str]:
        """Return the name and address that the user has told git, or ours."""
        told = await in_project(self._project, "-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT") or ""
        name, _, rest = told.partition(" <")
        email = rest.partition(">")[0]
        return (name, email) if name and email else _NOBODY

    async def _asked(self, work: Callable[[], Awaitable[T]], doing: str) -> T:
        try:
            return await patiently(work, self.place, self._pauses)
        except GitFailed as error:
            raise network_trouble(error, self.place, doing) from error
        except OSError as error:
            raise trouble(error, str(self._memory)) from error

    def _at(self, path: str) -> bytes:
        return (self._prefix + path).encode()

    def _decoded(self, seen: _Seen) -> Published:
        return Published.decode(seen.record, self.place)

    def _known(self) -> _Seen:
        try:
            return msgspec.msgpack.decode((self._memory / "seen").read_bytes(), type=_Seen)
        except (OSError, msgspec.DecodeError):
            return _Seen()

    def _keep(self, seen: _Seen) -> None:
        self._seen = seen
        try:
            write_file(self._memory / "seen", msgspec.msgpack.encode(seen))
        except OSError as error:
            raise trouble(error, str(self._memory)) from error


def _in_the_way(
    sent: Iterable[bytes], entries: Mapping[bytes, Entry], ours: set[bytes], adopted: Mapping[bytes, str]
) -> Iterator[bytes]:
    """Yield what stands at or above or below paths that are to be written, and is not ours."""
    foreign = {path for path, entry in entries.items() if path not in ours and adopted.get(path) != entry.oid}
    below = {parent: path for path in foreign for parent in _parents(path)}
    for path in sent:
        yield from (it for it in (path, *_parents(path)) if it in foreign)
        if path in below:
            yield below[path]


def _refuse(place: str, stand: Iterable[bytes]) -> None:
    found = sorted({path.decode("utf-8", "replace") for path in stand})
    if found:
        named = ", ".join(found[:NAMED]) + (f" and {len(found) - NAMED} more" if len(found) > NAMED else "")
        raise PublishError(
            f"files at {place} that sitegen did not put there stand in the way: {named}",
            hint="move them away, or publish to a branch or `folder` of its own",
        )


def _parents(path: bytes) -> Iterator[bytes]:
    while path := path.rpartition(b"/")[0]:
        yield path
