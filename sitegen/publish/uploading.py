"""Files brought to a store one by one, in an order in which readers never meet what is not there yet.

The record at the store is a journal: before anything is written it announces all that will be, so that whatever an
interruption leaves is known to be ours; from time to time it is brought up to date, and at the end it is written
last of all.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec import structs

from sitegen.digest import digest_bytes
from sitegen.errors import PublishError
from sitegen.publish.claim import CLAIM, Claim, Overtaken
from sitegen.publish.folding import alike, folded
from sitegen.publish.patience import patiently
from sitegen.publish.plan import Plan
from sitegen.publish.published import RECORD, UNKNOWN, Published
from sitegen.publish.shipment import Item, Shipment
from sitegen.publish.store import Done, Store, parents
from sitegen.publish.target import Opened, Progress

__all__ = ["Uploading"]

NOTED = 10.0
"""Seconds after which the record is brought up to date: this much is brought again after an interruption."""

NAMED = 5


class Uploading(Opened):
    """A store as a target."""

    def __init__(
        self, store: Store, memory: Path, waiting: Callable[[str], None], encodings: tuple[str, ...] = ()
    ) -> None:
        """Publish to a store; see `Claim` for the rest."""
        self.place = store.place
        self.encodings = encodings
        self._store = store
        self._memory = memory
        self._waiting = waiting

    async def __aenter__(self) -> Self:
        """Connect."""
        await patiently(self._store.__aenter__, self.place)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        await self._store.__aexit__(kind, error, trace)

    async def published(self) -> Published:
        """Return what the record says."""
        return Published.decode(await patiently(lambda: self._store.read(RECORD), self.place), self.place)

    async def differing(self, items: Mapping[str, Item], shipment: Shipment, progress: Progress) -> tuple[str, ...]:
        """Return those paths whose file is absent or has other bytes; every file is fetched."""
        step = _Step("comparing", len(items), progress)
        there = await patiently(lambda: self._store.digests(items, step.done), self.place)
        differs = []
        for path, item in items.items():
            wanted = digest_bytes(shipment.load(item)) if item.encoding else item.digest
            if there.get(path) != wanted:
                differs.append(path)
        return tuple(differs)

    async def refuse_foreign(self, wanted: Plan, before: Published, shipment: Shipment) -> None:
        """Raise `PublishError` where files of others stand at the store."""
        # Whether the store folds case is not known without a claim; its own file must not be taken for another's.
        same = alike(wanted.removed, shipment.items)
        await self._refuse_foreign(wanted, before, shipment, frozenset(same.values()))

    async def publish(self, shipment: Shipment, plan: Callable[[Published], Plan], progress: Progress) -> Plan:
        """Bring the store to what the plan says."""
        async with Claim(self._store, self._memory, self._waiting) as claim:
            await patiently(self._store.tidy, self.place)
            before = await self.published()
            wanted = plan(before)
            same = await folded(self._store, wanted.removed, shipment.items)
            await self._refuse_foreign(wanted, before, shipment, frozenset(same.values()))
            under_way = _Publish(self._store, shipment, wanted, before, claim, progress, frozenset(same))
            try:
                await under_way.run()
            except Overtaken:
                await self._doubt(under_way.announced)
                raise
        return wanted

    async def _doubt(self, announced: Mapping[str, str]) -> None:
        """Announce again, when the other has ended, what this publish may have written after the other did."""
        with suppress(PublishError):
            async with Claim(self._store, self._memory, self._waiting):
                there = await self.published()
                pending = {
                    path: " ".join(dict.fromkeys(f"{there.pending.get(path, '')} {versions}".split()))
                    for path, versions in announced.items()
                }
                record = structs.replace(there, pending=there.pending | pending)
                await patiently(lambda: self._store.write(RECORD, record.encode()), self.place)

    async def _refuse_foreign(self, wanted: Plan, before: Published, shipment: Shipment, known: frozenset[str]) -> None:
        """Raise `PublishError` where a file that is not ours stands where one is to be written.

        One with the same bytes is adopted. At `known` paths it is known to be ours.
        """
        removed = _in_the_way(wanted)
        blocked = {*removed, *(parent for path in removed for parent in parents(path))}
        blocked |= known
        unknown = [path for path in wanted.unknown if path not in blocked and blocked.isdisjoint(parents(path))]
        there = await patiently(lambda: self._store.there(unknown), self.place)
        suspects = there - {RECORD, CLAIM}
        digests = await patiently(lambda: self._store.digests(suspects, lambda _: None), self.place) if suspects else {}
        foreign = [path for path in sorted(suspects) if not _is_ours(path, digests.get(path, ""), before, shipment)]
        if foreign:
            stand = await self._standing([path for path in foreign if path not in digests])
            stand = sorted({*stand, *(path for path in foreign if path in digests)})
            named = ", ".join(stand[:NAMED]) + (f" and {len(stand) - NAMED} more" if len(stand) > NAMED else "")
            raise PublishError(
                f"files at {self.place} that sitegen did not put there stand in the way: {named}",
                hint="move them away, or publish to a place of its own",
            )

    async def _standing(self, paths: Iterable[str]) -> list[str]:
        """Return what stands at paths or, in the place of a folder, in the way to them."""
        paths = list(paths)
        # No folder has anything of this name: where it is said to be there, a file takes the place of the folder.
        below = {f"{parent}/{CLAIM}.below": parent for path in paths for parent in parents(path)}
        files = {below[it] for it in await patiently(lambda: self._store.there(below), self.place)}
        return [next((it for it in reversed([*parents(path)]) if it in files), path) for path in paths]


class _Publish:
    """One publish under way; what is at `overwritten` paths of those to be removed goes when others are written."""

    def __init__(
        self,
        store: Store,
        shipment: Shipment,
        wanted: Plan,
        before: Published,
        claim: Claim,
        progress: Progress,
        overwritten: frozenset[str],
    ) -> None:
        self._store = store
        self._shipment = shipment
        self._wanted = wanted
        self._claim = claim
        self._progress = progress
        self._overwritten = overwritten
        self._files = dict(before.files)
        self._pending = dict(before.pending)
        # Until all is done: what is retired now would be removed by the very publish that finishes this one.
        self._retired = before.retired
        self.announced: dict[str, str] = {}
        self._noted = 0.0

    async def run(self) -> None:
        items, wanted = self._shipment.items, self._wanted
        sent = (*wanted.added, *wanted.changed)
        # What is removed is announced too: should it be wanted again after an interruption, it may be gone.
        for path in (*sent, *wanted.removed):
            # An earlier announcement stays: what it speaks of may have been written before all was cut short.
            known = self._pending.get(path, "").split()
            new = [items[path].version] if path in items else []
            self._pending[path] = self.announced[path] = " ".join(dict.fromkeys((*known, *new)))
        await self._note()
        first = tuple(path for path in _in_the_way(wanted) if path not in self._overwritten)
        await self._some(first, self._take, _Step("removing", len(first), self._progress))
        step = _Step("sending", len(sent), self._progress)
        for stage in wanted.stages(items):
            await self._some([item.path for item in stage], self._send, step)
        done = self._overwritten.union(first)
        step = _Step("removing", len(set(wanted.removed) - done), self._progress)
        for paths in wanted.removals():
            await self._some([path for path in paths if path not in done], self._take, step)
        for path in self._overwritten:
            self._entered(path)
        # Of these it is not known whether they are there: should they be wanted again, they are sent.
        self._files |= {path: UNKNOWN for path in wanted.retired if path in self._pending}
        self._pending, self._retired = {}, wanted.retired
        await self._note()

    async def _some(
        self, paths: Iterable[str], work: Callable[[list[str], Done], Awaitable[None]], step: _Step
    ) -> None:
        """Do one stage, again as far as it is not done where the store falters; note now and then how far it is."""
        left = dict.fromkeys(paths)
        if not left:
            return

        def done(path: str) -> None:
            if path in left:
                del left[path]
                self._entered(path)
                step.done(path)

        async def noting() -> None:
            while True:
                await asyncio.sleep(NOTED)
                await self._note()

        async def working() -> None:
            await patiently(lambda: work(list(left), done), self._store.place, left=lambda: len(left))

        tasks = {asyncio.create_task(it) for it in (noting(), working(), self._claim.overtaken())}
        try:
            finished, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in finished:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, paths: list[str], done: Done) -> None:
        items = [self._shipment.items[path] for path in paths]
        await self._store.write_all(items, self._shipment.load, done, self._claim.sure)

    async def _take(self, paths: list[str], done: Done) -> None:
        await self._claim.sure()
        await self._store.remove_all(paths, done)

    def _entered(self, path: str) -> None:
        item = self._shipment.items.get(path)
        self._pending.pop(path, None)
        if item is not None:
            self._files[path] = item.version
        else:
            self._files.pop(path, None)

    async def _note(self) -> None:
        """Write the record, while the claim is held."""
        await self._claim.check()
        record = Published(
            base_url=self._shipment.base_url,
            at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            files=dict(self._files),
            pending=dict(self._pending),
            retired=self._retired,
        )
        await patiently(lambda: self._store.write(RECORD, record.encode()), self._store.place)


class _Step:
    """Counts the files of a step."""

    def __init__(self, name: str, total: int, progress: Progress) -> None:
        self._name, self._total, self._progress = name, total, progress
        self._count = 0

    def done(self, path: str) -> None:
        del path
        self._count += 1
        self._progress(self._name, self._count, self._total)


def _is_ours(path: str, digest: str, before: Published, shipment: Shipment) -> bool:
    item = shipment.items[path]
    if digest == (digest_bytes(shipment.load(item)) if item.encoding else item.digest):
        return True
    pending = before.pending.get(path)
    return pending is not None and (bool(item.encoding) or digest in pending.split())


def _in_the_way(wanted: Plan) -> tuple[str, ...]:
    """Return what is removed where a folder is to stand, or that stands below where a file is to."""
    sent = {*wanted.added, *wanted.changed}
    folders = {parent for path in sent for parent in parents(path)}
    return tuple(path for path in wanted.removed if path in folders or sent.intersection(parents(path)))
