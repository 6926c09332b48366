"""From a finished build to its readers: guards, plan, limits, transfer, and a look at what readers get."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout
from msgspec import Struct

from sitegen.build.current import current
from sitegen.build.engine import output_folder
from sitegen.build.job import STATE, Choices, Job
from sitegen.build.own_folder import own_folder
from sitegen.build.standing import Entry
from sitegen.config import Config
from sitegen.errors import PublishError, UsageError
from sitegen.publish.hosted import hosted
from sitegen.publish.kinds import opened
from sitegen.publish.limits import refuse_exceeding
from sitegen.publish.live import Wrong, chosen, look
from sitegen.publish.plan import Plan, guard_deletions, plan
from sitegen.publish.published import Published
from sitegen.publish.ready import is_example, refuse_unfit
from sitegen.publish.shipment import Shipment
from sitegen.publish.target import Opened, Progress
from sitegen.targets import Target

__all__ = ["Objection", "PublishReport", "Wish", "publish", "roll_back", "target_named"]

_LOCK = "publish.lock"
_NAMED = 3


class Wish(Struct, frozen=True, kw_only=True):
    """What a user asks of one publish.

    `most` is how many files may be removed, `None` for what the target says; `anything` lets any number go.
    `is_full` compares with the files at the target, not with its record.
    """

    dry_run: bool = False
    is_full: bool = False
    most: int | None = None
    anything: bool = False
    check: bool = False


class Objection(Struct, frozen=True):
    """What would stop a publish, and what to do about it."""

    message: str
    hint: str


class PublishReport(Struct, frozen=True, kw_only=True):
    """What a publish did, or with `dry_run` would do.

    Paths are those of files of the site, sorted; `encoded` counts the encodings that are written or removed beside
    them. `sizes` are bytes of the added and changed ones. `address` is where the site can be seen. `checked` counts
    the files that were fetched from there, `wrong` are those that were not as published. `objections` are what would
    stop a publish, of a dry run only. `seconds` is wall time.
    """

    target: str
    kind: str
    place: str
    address: str
    dry_run: bool
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    encoded: int
    sizes: dict[str, int]
    seconds: float
    checked: int = 0
    wrong: tuple[Wrong, ...] = ()
    objections: tuple[Objection, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether everything was there already."""
        return not (self.added or self.changed or self.removed or self.encoded)


def target_named(config: Config, name: str) -> tuple[str, Target]:
    """Return a target by its name, or the only one there is; raises `UsageError`."""
    targets = config.publish
    if not targets:
        raise UsageError(
            "config.toml names no target to publish to",
            hint='add one, for example `[publish.live]` with `kind = "folder"` and `path = "/srv/www/archive"`',
        )
    known = ", ".join(targets)
    if not name:
        if len(targets) == 1:
            return next(iter(targets.items()))
        raise UsageError("there is more than one target", hint=f"name one of them: {known}")
    if name not in targets:
        from sitegen.diagnostics import nearest

        near = nearest(name, targets)
        raise UsageError(
            f"there is no target “{name}”", hint=f"did you mean `{near}`?" if near else f"known targets: {known}"
        )
    return name, targets[name]


def publish(
    job: Callable[[Choices], Job],
    config: Config,
    name: str,
    wish: Wish,
    *,
    progress: Progress = lambda *_: None,
    waiting: Callable[[str], None] = lambda _: None,
) -> PublishReport:
    """Publish the output of a project to the target of a name; `job` makes the job of some choices.

    Raises `UsageError` for a name that is none, and `PublishError` for whatever stands against it: until the first
    file is sent, nothing at the target is touched; after that the next publish finishes what this one began.
    """
    begun = time.perf_counter()
    name, target = target_named(config, name)
    found = current(job, waiting)
    refuse_unfit(found, config)
    last = found.last
    assert last is not None  # noqa: S101 - that is unfit
    made = job(last.choices)
    with _alone(made.memory):
        destination = opened(target, made.project, made.output, waiting)
        more = partial(hosted, target)
        shipment = Shipment.of(made.output, config.base_url, last.left.files, destination.encodings, more)
        refuse_exceeding(shipment, target.host, config)
        done, objections = asyncio.run(_publish(destination, shipment, target, wish, progress))
    address = target.address or config.base_url
    added, changed, removed = (
        tuple(path for path in paths if not shipment.is_encoding(path))
        for paths in (done.added, done.changed, done.removed)
    )
    report = PublishReport(
        target=name,
        kind=kind_of(target),
        place=destination.place,
        address=address,
        dry_run=wish.dry_run,
        added=added,
        changed=changed,
        removed=removed,
        unchanged=sum(1 for item in shipment.items.values() if not item.encoding) - len(added) - len(changed),
        encoded=len(done.added) + len(done.changed) + len(done.removed) - len(added) - len(changed) - len(removed),
        sizes={path: shipment.size(shipment.items[path]) for path in (*added, *changed)},
        seconds=0,
        objections=objections,
        notes=tuple(_notes(last.left.others, last.report.kept, config.base_url)),
    )
    checked: tuple[Wrong, ...] = ()
    count = 0
    if wish.check and not wish.dry_run:
        seed = str(random.getrandbits(64))
        items = chosen(shipment.items.values(), (*done.changed, *done.added), seed)
        checked, count = look(address, items, progress), len(items)
    return _with(report, checked=count, wrong=checked, seconds=time.perf_counter() - begun)


def roll_back(
    config: Config, project: Path, name: str, *, waiting: Callable[[str], None] = lambda _: None
) -> tuple[str, str]:
    """Bring back what was published to a target before; return the target's place and what came back.

    Raises `UsageError` and `PublishError`.
    """
    _, target = target_named(config, name)
    destination = opened(target, project, output_folder(project, config), waiting)

    async def back() -> str:
        async with destination:
            return await destination.roll_back()

    with _alone(project / STATE):
        return destination.place, asyncio.run(back())


def kind_of(target: Target) -> str:
    """Return what `kind` says of a target."""
    return str(type(target).__struct_config__.tag)


async def _publish(
    destination: Opened, shipment: Shipment, target: Target, wish: Wish, progress: Progress
) -> tuple[Plan, tuple[Objection, ...]]:
    async with destination:
        before = await destination.published()
        differing: tuple[str, ...] = ()
        if wish.is_full:
            there = {path: item for path, item in shipment.items.items() if path in before.files}
            differing = await destination.differing(there, shipment, progress)

        def planned(record: Published) -> Plan:
            wanted = plan(shipment, record, differing)
            if not (wish.anything or wish.dry_run):
                _refuse_another_site(record, shipment, destination.place)
                guard_deletions(wanted, record, target, wish.most)
            return wanted

        first = planned(before)
        if wish.dry_run:
            found: list[Objection] = []
            if not wish.anything:
                with _noted(found):
                    _refuse_another_site(before, shipment, destination.place)
                with _noted(found):
                    guard_deletions(first, before, target, wish.most)
            with _noted(found):
                await destination.refuse_foreign(first, before, shipment)
            return first, tuple(found)
        if first.is_empty and not before.pending:
            return first, ()
        return await destination.publish(shipment, planned, progress), ()


@contextmanager
def _noted(found: list[Objection]) -> Iterator[None]:
    """Add to a list what is raised against a publish, and go on."""
    try:
        yield
    except PublishError as error:
        found.append(Objection(error.message, error.hint))


def _refuse_another_site(record: Published, shipment: Shipment, place: str) -> None:
    """Raise `PublishError` where the target holds a site of another address: two of them would remove each other."""
    if record.base_url not in ("", shipment.base_url):
        raise PublishError(
            f"{place} holds the site of {record.base_url}, and this one is that of {shipment.base_url}",
            hint="publish to a place of its own; if the site has moved to that address, publish with `--yes`",
        )


@contextmanager
def _alone(memory: Path) -> Iterator[None]:
    """Hold the lock of publishing from a project: one at a time, to whatever target."""
    own_folder(memory)
    lock = FileLock(memory / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise PublishError(
            "another publish of this project is under way", hint="wait until it has ended, then publish again"
        ) from None
    try:
        yield
    finally:
        lock.release()


def _notes(others: tuple[Entry, ...], kept: tuple[object, ...], base_url: str) -> Iterator[str]:
    if is_example(base_url):
        yield f"`base_url` is {base_url}, a name for examples; feeds and the sitemap name it as the address of the site"
    if others:
        names = ", ".join(entry.path for entry in others[:_NAMED])
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        yield f"not sitegen’s, so it stayed in the output: {names}{more}"
    if kept:
        yield f"built with {len(kept)} {'piece' if len(kept) == 1 else 'pieces'} kept back"


def _with(report: PublishReport, **changes: object) -> PublishReport:
    from msgspec import structs

    return structs.replace(report, **changes)
