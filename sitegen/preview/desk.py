"""The desk: it holds the edition of now, and brings it up to date when files change.

One thread works at it. Whatever is wrong is told with the next state, and the last edition that was right stays.
"""

from __future__ import annotations

import datetime as dt
import gc
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from filelock import FileLock, Timeout
from msgspec import Struct, structs

from sitegen.articles.sources import Tree, walk
from sitegen.build.archive_file import remove_archives
from sitegen.build.beginning import snapshot_of
from sitegen.build.fingerprints import engine_fingerprint
from sitegen.build.garbage import collector_at_rest, give_back
from sitegen.build.job import PREVIEW, Job
from sitegen.build.own_folder import own_folder
from sitegen.build.state import DATABASE, Damaged, State
from sitegen.diagnostics import Diagnostic, ordered
from sitegen.errors import Failed, SitegenError
from sitegen.pages.snapshot import Snapshot
from sitegen.preview.answer import HTML, Answer, answer, page_at
from sitegen.preview.changes import Difference, compare, hinted
from sitegen.preview.edition import Edition
from sitegen.preview.making import Progress, restyled, reworded, whole, world_of
from sitegen.preview.panel import panel
from sitegen.preview.press import Compiled, Press
from sitegen.preview.remembered import LOCK, recall, remember, take_over
from sitegen.preview.telling import found, saved, unpublished
from sitegen.stamps import moment

__all__ = ["Change", "Desk"]

_CONFIG, _TEMPLATES, _CONTENT = "config.toml", "templates", "content"
_SHOWN = 50
_CHANGED = 20
_ATTEMPTS = 2
T = TypeVar("T")
_STANDS = dt.timedelta(minutes=1)
"""How far from the time of day the time of the site is where it stands still."""


class Change(Struct, frozen=True, kw_only=True):
    """A refresh that found something new, as browsers (`state`) and the terminal (all else) are told of it.

    `paths` have changed, as far as they are known; `findings` are all of the site, `is_mended` says that what failed
    before does no more.
    """

    state: dict[str, Any]
    paths: tuple[str, ...]
    findings: tuple[Diagnostic, ...]
    is_mended: bool
    seconds: float


class Desk:
    """The builder of the preview. `number` counts its editions, failed ones too, from 1."""

    def __init__(self, setup: Callable[[], Job], progress: Progress = lambda *_: None) -> None:
        """Read the site for the first time, or recall it; `setup` gives the job as it is now.

        Raises `SitegenError` where `setup` does. What is wrong with the content is told with the first state.
        """
        self._setup = setup
        self._progress = progress
        self._server = uuid4().hex
        job = setup()
        self._lock, memory = _memory(job)
        self._job = structs.replace(job, state=memory)
        self._state = State(memory / DATABASE)
        self._compiled = Compiled()
        self._edition: Edition | None = None
        self._press: Press | None = None
        self._failed: tuple[Diagnostic, ...] = ()
        self._templates: tuple[Diagnostic, ...] = ()
        self._findings: tuple[Diagnostic, ...] = ()
        self._is_behind = True
        self._is_remembered = True
        self._stored = ""  # the name of the archive that the state names
        self._changed: tuple[str, ...] = ()
        self._moved: tuple[tuple[str, str], ...] = ()
        self.number = 0
        self._recall()
        self.refresh(None)

    @property
    def base_path(self) -> str:
        """The path of the site's base URL, with a slash at both ends."""
        return self._job.config.base_path

    @property
    def edition(self) -> Edition:
        """The edition of now; raises `LookupError` before there is one."""
        if self._edition is None:
            raise LookupError("nothing could be read yet")
        return self._edition

    def refresh(self, paths: Iterable[str] | None) -> Change | None:
        """Bring the edition up to date; `None` where nothing has changed.

        `paths` may have changed, files or folders, relative to the project; without them everything is looked at.
        """
        begun = time.perf_counter()
        failing = self._failing()
        if self._press is not None:
            self._press.rest()
        for attempt in range(_ATTEMPTS):
            try:
                is_other = self._bring(None if paths is None else frozenset(paths))
                break
            except Damaged as error:
                if attempt + 1 == _ATTEMPTS:
                    raise
                self._begin_anew(str(error))
        if not is_other and self.number:
            self._tidy(paths)
            return None
        self.number += 1
        self._findings = self._all_findings()
        # A name that is no UTF-8 could be told to nobody.
        self._changed = tuple([path.encode("utf-8", "backslashreplace").decode() for path in self._changed])
        return Change(
            state=self.state(),
            paths=self._changed,
            findings=self._findings,
            is_mended=bool(failing) and not any(it.fails for it in self._findings),
            seconds=time.perf_counter() - begun,
        )

    def answer(self, path: str) -> Answer:
        """Answer for a decoded path of the site below `base_path`, which begins with a slash."""
        nothing = Answer(status=500, media_type=HTML, is_page=True)
        return self._sound(lambda press: answer(press, path)) or nothing

    def look(self, address: str, have: str) -> dict[str, Any]:
        """Return what the page at an address is now, without its HTML where that has the digest that they `have`."""
        told = self.answer(self._below(address))
        html = told.body.decode() if told.is_page and isinstance(told.body, bytes) and told.digest != have else ""
        wrong = [told.finding] if told.finding else []
        return {
            "number": self.number,
            "status": told.status,
            "digest": told.digest,
            "location": told.location,
            "findings": self._told([*wrong, *self._failing()]),
            **({"html": html} if html and told.status != 500 else {}),  # noqa: PLR2004 - HTTP
        }

    def panel(self, address: str) -> dict[str, Any]:
        """Return what an editor wants to know of the page at an address."""

        def told(press: Press) -> dict[str, Any]:
            page = page_at(press, self._below(address))
            return panel(press, page, self.base_path, self._findings) if page else {}

        return {"number": self.number, **(self._sound(told) or {})}

    def unpublished(self) -> dict[str, Any]:
        """Return the pieces that no reader sees yet."""
        told = self._sound(lambda press: unpublished(press.edition, self.base_path))
        return told if told is not None else unpublished(None, self.base_path)

    def state(self) -> dict[str, Any]:
        """Return what browsers are told of the edition."""
        changed = self._changed[:_CHANGED]
        told = self._sound(lambda press: [saved(press.edition, path, self.base_path) for path in changed])
        drafts = self.unpublished()["digest"]
        failing = self._failing()
        return {
            "server": self._server,
            "number": self.number,
            "findings": self._told(failing),
            "failing": len(failing),
            "warnings": len(self._findings) - len(failing),
            "changed": told or [],
            "moved": [{"from": was, "to": now} for was, now in self._moved],
            "unpublished": drafts,
        }

    def due(self) -> float | None:
        """Return the seconds until a piece becomes due or expires, or the day ends; `None` where the time stands."""
        if self._edition is None:
            return None
        now = self._setup().clock.now
        if abs(now - dt.datetime.now(now.tzinfo)) > _STANDS:
            return None
        midnight = dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(), now.tzinfo).timestamp()
        until = self._edition.until
        return max(0.0, min(midnight, until if until is not None else midnight) - now.timestamp())

    def close(self) -> None:
        """Let go of all that is open."""
        if self._press is not None:
            self._press.rest()
        if self._edition is not None:
            self._let_go(self._edition)
        self._state.close()
        self._lock.release()

    def _sound(self, ask: Callable[[Press], T]) -> T | None:
        """Ask the press; where what is remembered is damaged, everything is made anew and it is asked again."""
        for _ in range(_ATTEMPTS):
            if self._press is None:
                break
            try:
                return ask(self._press)
            except Damaged as error:
                self._begin_anew(str(error))
                self._bring(None)
        return None

    def _begin_anew(self, reason: str) -> None:
        """Forget all that is remembered."""
        if self._press is not None:
            self._press.rest()
        self._job.memory.mkdir(parents=True, exist_ok=True)
        self._state.renew(reason)
        self._press = self._edition = None
        self._is_behind = True

    def _recall(self) -> None:
        """Begin where the last preview ended, as far as that is remembered."""
        job = structs.replace(self._job, keep_going=True)
        try:
            edition = recall(job, engine_fingerprint(job.config), snapshot_of(job), self._state)
        except Damaged as error:
            self._state.renew(str(error))
            return
        stored = edition.stored if edition is not None else None
        remove_archives(job.memory, but=stored.path if stored is not None else None)
        if edition is not None and stored is not None:
            self._stored = stored.name
            self._take(edition)
            self._is_behind = False

    def _bring(self, paths: frozenset[str] | None) -> bool:
        """Bring the edition up to date as far as that can be done; whether anything is to be told."""
        self._changed, self._moved = (), ()
        before = self._findings
        if not self._state.path.exists():
            self._begin_anew("it is gone")
        try:
            job = structs.replace(self._setup(), state=self._job.state, keep_going=True)
            snapshot = snapshot_of(job)
            is_other = self._renew(job, snapshot, paths)
        except Failed as failed:
            self._failed = failed.diagnostics
            self._is_behind = True
        except SitegenError as error:
            self._failed = (Diagnostic.of("config", error.message, path=_CONFIG, hint=error.hint),)
            self._is_behind = True
        else:
            self._failed, self._is_behind = (), False
            if is_other and paths and not self._changed:
                self._changed = tuple(sorted(paths))
            return is_other
        if paths:
            self._changed = tuple(sorted(paths))
        return self._failed != before

    def _renew(self, job: Job, snapshot: Snapshot, paths: frozenset[str] | None) -> bool:
        edition = self._edition
        now = job.clock.now
        is_due = edition is not None and (
            edition.day != now.date().isoformat() or (edition.until is not None and now.timestamp() >= edition.until)
        )
        is_other = edition is not None and edition.world != world_of(job, engine_fingerprint(job.config), snapshot)
        if edition is None or self._is_behind or is_due or is_other:
            self._make(job, snapshot, walk(job.project), edition)
            return True
        differs = self._difference(edition, paths)
        if differs.is_more:
            self._make(job, snapshot, walk(job.project), edition)
            return True
        was = edition
        if differs.articles:
            made = reworded(edition, differs.articles, self._state)
            if made is None:
                self._make(job, snapshot, walk(job.project), edition)
                return True
            edition = made
        if snapshot != edition.snapshot:
            styled = restyled(edition, snapshot)
            if styled is None:
                self._make(job, snapshot, walk(job.project), edition)
                return True
            edition = styled
        if edition is was:
            return bool(self._failed)
        self._changed = (
            *(it.path for it in differs.articles),
            *(f"{_TEMPLATES}/{name}" for name in _other_templates(was.snapshot, snapshot)),
        )
        self._take(edition)
        return True

    def _difference(self, edition: Edition, paths: frozenset[str] | None) -> Difference:
        """Return what differs in `content/`."""
        if paths is not None:
            below = [path for path in paths if path == _CONTENT or path.startswith(f"{_CONTENT}/")]
            told = hinted(edition, below)
            if told is not None:
                return told
        return compare(edition, walk(self._job.project), moment(self._job.memory))

    def _make(self, job: Job, snapshot: Snapshot, tree: Tree, before: Edition | None) -> None:
        """Make an edition of everything."""
        if before is not None:
            before.rest()
        with collector_at_rest():
            made = whole(job, engine_fingerprint(job.config), snapshot, tree, self._state, before, self._progress)
        if before is not None:
            self._compare(before, made)
        self._take(made)
        if before is not None:
            self._let_go(before)
        self._is_remembered = False
        give_back()

    def _let_go(self, edition: Edition) -> None:
        """Close the file of an edition that is shown no more, and remove it where no start will look for it."""
        edition.rest()
        if edition.stored is not None and edition.stored.name != self._stored:
            edition.stored.remove()

    def _compare(self, before: Edition, now: Edition) -> None:
        """Note which sources have changed, and which pages have moved."""
        was, are = before.sources, now.sources
        changed = {path for path, it in are.items() if path not in was or was[path].digest != it.digest}
        gone = was.keys() - are.keys()
        others = {path for path, it in now.others.items() if before.others.get(path) != it}
        templates = {f"{_TEMPLATES}/{name}" for name in _other_templates(before.snapshot, now.snapshot)}
        self._changed = tuple(sorted(changed | gone | templates | (others if not (changed | gone) else set())))
        renamed = {was[path].digest: path for path in gone}
        moved = []
        for path in changed:
            old = before.url_of(path if path in was else renamed.get(are[path].digest, ""))
            new = now.url_of(path)
            if old and new and old != new:
                moved.append((self.base_path + old[1:], self.base_path + new[1:]))
        self._moved = tuple(sorted(moved))

    def _take(self, edition: Edition) -> None:
        """Let an edition be the one of now."""
        before = self._press
        if before is not None and before.edition.world != edition.world:
            self._compiled = Compiled()  # in the code of templates stand constants of the settings
        press = Press(edition, self._state, self._compiled, before)
        if before is not None:
            wrong = {it.path.partition("/")[2] for it in self._templates}
            names = {*_other_templates(before.edition.snapshot, edition.snapshot), *wrong}
            self._templates = press.check(sorted(names & edition.snapshot.templates.keys()))
            before.rest()
        self._press, self._edition, self._job = press, edition, edition.job

    def _all_findings(self) -> tuple[Diagnostic, ...]:
        if self._failed:
            return self._failed
        edition = self._edition
        return ordered([*(edition.findings if edition else ()), *self._templates])

    def _failing(self) -> list[Diagnostic]:
        return [it for it in self._findings if it.fails]

    def _told(self, findings: Iterable[Diagnostic]) -> list[dict[str, Any]]:
        job = self._job
        return [found(it, job.config, job.project) for it in list(findings)[:_SHOWN]]

    def _below(self, address: str) -> str:
        """Return the path of an address below the base path; what is not below it leads nowhere."""
        base = self.base_path
        return address[len(base) - 1 :] if address.startswith(base) else "//"

    def _tidy(self, paths: object) -> None:
        """Use a moment in which nothing is to be done."""
        if paths is None and not self._is_remembered and self._edition is not None:
            if remember(self._edition, self._state) and self._edition.stored is not None:
                self._stored = self._edition.stored.name
            self._is_remembered = True
            gc.unfreeze()
            gc.collect()
            gc.freeze()


def _memory(job: Job) -> tuple[FileLock, Path]:
    """Return the folder to remember in, locked: where another preview of the project runs, the next of its own."""
    number = 1
    while True:
        folder = job.memory / (PREVIEW if number == 1 else f"{PREVIEW}-{number}")
        own_folder(job.memory)
        folder.mkdir(exist_ok=True)
        lock = FileLock(folder / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            number += 1
            continue
        (folder / ".gitignore").write_bytes(b"*\n")
        take_over(job.memory, folder)
        return lock, folder


def _other_templates(was: Snapshot, now: Snapshot) -> list[str]:
    """Return the names of templates and assets that are others now."""
    names = {name for name, file in now.templates.items() if was.templates.get(name) != file}
    names |= was.templates.keys() - now.templates.keys()
    names |= {f"assets/{name}" for name, data in now.assets.items() if was.assets.get(name) != data}
    return sorted(names)
