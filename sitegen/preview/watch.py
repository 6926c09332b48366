"""The watch: says which files of a project may have changed, soon after they have, and never twice for one save.

The observers of watchdog only put paths into a set. A thread of the watch waits until it is quiet, hands
the set over, and waits for the answer; what happens in the meantime is gathered for the next time.
Folders are watched, not files, so it does not matter how an editor saves.
"""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from watchdog import events as kinds
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.polling import PollingObserverVFS

from sitegen.preview.grounds import Ground, grounds
from sitegen.preview.noise import is_noise

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver, ObservedWatch

__all__ = ["Watch"]

QUIET = 0.03
"""Seconds without an event after which a change is over."""

UNDER_WAY = 0.1
"""The same, where a file was opened to be written and not closed, or is gone: what replaces it may be on its way."""

BURST = 0.2
"""The same, where many files change at once, and for a while after: a branch that is switched is one change."""

FEW = 8
"""Paths up to which a change is no burst."""

LONGEST = 0.25
"""Seconds after the first event at which it is told though there is no quiet; four times that the next time."""

MOST = 4.0
"""The same, however long there is no quiet: who saves a file while many others are written waits no longer."""

IDLE = 2.0
"""Seconds without an event after which everything may be looked at once, and the watch looks after itself."""

INTERVAL = 1.0
"""Seconds between two looks at all files where the system does not tell of changes."""

MANY = 500
"""Paths above which they are not told one by one."""

LIMITS = {
    errno.ENOSPC: "fs.inotify.max_user_watches",
    errno.EMFILE: "fs.inotify.max_user_instances",
}
"""What the system runs out of, by the number of the error."""

# Without those of opened and closed files, which reading causes, nor changed folders: that is told of their files.
_KINDS = [
    kinds.FileCreatedEvent,
    kinds.FileModifiedEvent,
    kinds.FileAttribEvent,
    kinds.FileClosedEvent,
    kinds.FileDeletedEvent,
    kinds.FileMovedEvent,
    kinds.DirCreatedEvent,
    kinds.DirAttribEvent,
    kinds.DirDeletedEvent,
    kinds.DirMovedEvent,
]
_WRITING = (kinds.FileCreatedEvent, kinds.FileModifiedEvent)


class Watch:
    """Watches a project from `start` to `stop`.

    `on_change` is called in a thread of the watch with the paths that may have changed, relative to the project;
    a folder stands for all that is in it, and `None` for everything. `on_idle` is called once it has been quiet
    for a while, after the start and after a change; `on_note` with a line for the user.
    """

    def __init__(
        self,
        project: Path,
        config: str,
        *,
        on_change: Callable[[frozenset[str] | None], None],
        on_idle: Callable[[], None] = lambda: None,
        on_note: Callable[[str], None] = lambda _: None,
        poll: bool = False,
    ) -> None:
        """Prepare to watch a project whose configuration file is called `config`; `poll` looks instead of listening."""
        self.project = project
        self.config = config
        self.is_polling = poll
        self._on_change = on_change
        self._on_idle = on_idle
        self._on_note = on_note
        self._gathered = _Gathered()
        self._observer: BaseObserver | None = None
        self._helpers: frozenset[threading.Thread] = frozenset()
        self._scheduled: dict[Ground, ObservedWatch] = {}
        self._doubts = _Doubts(self._gathered)
        self._thread = threading.Thread(target=self._run, name="sitegen-watch", daemon=True)

    def start(self) -> None:
        """Begin to watch: whatever changes after this has returned is told."""
        logging.getLogger("watchdog").addHandler(self._doubts)
        self._observe()
        self._thread.start()

    def stop(self) -> None:
        """End, with all threads; a call that is under way is waited for."""
        self._gathered.end()
        self._thread.join()
        self._release()
        logging.getLogger("watchdog").removeHandler(self._doubts)

    def _run(self) -> None:
        idle_at: float | None = time.monotonic() + IDLE
        patience = LONGEST
        while not self._gathered.is_over():
            if self._gathered.wait(IDLE):
                is_cut_short = self._gathered.settle(patience)
                patience = min(4 * patience, MOST) if is_cut_short else LONGEST
                self._look_after()
                if not self._gathered.is_over():
                    self._on_change(self._gathered.take())
                idle_at = time.monotonic() + IDLE
                continue
            self._look_after()
            if idle_at is not None and time.monotonic() >= idle_at and self._gathered.is_quiet():
                idle_at = None
                self._on_idle()

    def _observe(self) -> None:
        """Start an observer for all that is to be watched, or one that polls where the system has no room for it."""
        try:
            self._start_observer()
        except OSError as error:
            if self.is_polling or error.errno not in LIMITS:
                raise
            self._release()
            self.is_polling = True
            self._on_note(
                f"the system cannot watch so many folders, so all files are looked at every {INTERVAL:g} s; "
                f"raise {LIMITS[error.errno]} to be quicker"
            )
            self._start_observer()

    def _start_observer(self) -> None:
        # It warns of a folder that was moved out and in again, which is no concern of the user.
        warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"watchdog\.")
        before = set(threading.enumerate())
        if self.is_polling:
            self._observer = PollingObserverVFS(os.lstat, os.scandir, polling_interval=INTERVAL)
        else:
            _pair_quickly()
            self._observer = Observer()
        self._observer.start()
        self._helpers = frozenset(set(threading.enumerate()) - before)
        self._schedule()

    def _release(self) -> None:
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None
        self._scheduled.clear()

    def _look_after(self) -> None:
        """Watch what is to be watched now, should that be something else than before or an observer have failed."""
        if all(helper.is_alive() for helper in self._helpers):
            try:
                self._schedule()
            except (OSError, KeyError):  # no room for a new folder, or an observer that has just failed knows nothing
                pass
            else:
                return
        self._release()
        self._observe()
        self._gathered.doubt()

    def _schedule(self) -> None:
        """Bring what is watched to what is there; a folder that is new to the watch may have changed altogether."""
        observer = self._observer
        assert observer is not None  # noqa: S101 - there is one from start to stop
        wanted = grounds(self.project, self.config)
        is_first = not self._scheduled
        living = {emitter.watch for emitter in observer.emitters if emitter.is_alive()}
        for ground, watch in list(self._scheduled.items()):
            if ground not in wanted or watch not in living:
                observer.unschedule(watch)
                del self._scheduled[ground]
                self._changed(ground)
        new = wanted - self._scheduled.keys()
        for ground in sorted(new, key=lambda ground: ground.folder):
            handler = _Handler(ground, self._gathered, tells_closing=not self.is_polling)
            try:
                watch = observer.schedule(handler, ground.folder, recursive=ground.is_deep, event_filter=_KINDS)
            except OSError as error:
                if error.errno in LIMITS:
                    raise
                continue  # gone again, which its folder tells, or not for our eyes
            self._scheduled[ground] = watch
            if not is_first:
                self._changed(ground)
        if (new or self._gathered.has_folders) and not self.is_polling:
            self._probe(observer)

    def _changed(self, ground: Ground) -> None:
        for name in [name for _, name in ground.names] or [ground.name]:
            self._gathered.add(name, is_folder=ground.is_deep)

    def _probe(self, observer: BaseObserver) -> None:
        """Raise `OSError` where the system has no room for one folder more: some are missing then, and nobody says so.

        What is watched for a moment is a folder in which nothing happens.
        """
        calm = Path(__file__).resolve().parent
        watch = observer.schedule(FileSystemEventHandler(), calm, event_filter=[kinds.DirDeletedEvent])
        observer.unschedule(watch)


class _Gathered:
    """What has been told since it was taken last; any thread may add to it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._names: dict[str, bool] = {}
        self._folders: set[str] = set()
        self._is_doubtful = False
        self._burst_over = 0.0
        self._first = 0.0
        self._last = 0.0
        self._is_over = False

    def is_over(self) -> bool:
        """Whether nobody waits any more."""
        return self._is_over

    def is_quiet(self) -> bool:
        """Whether there is nothing to be told."""
        return not self._is_over and not self._has_any()

    def _has_any(self) -> bool:
        return bool(self._names) or self._is_doubtful

    @property
    def has_folders(self) -> bool:
        """Whether there are folders among it."""
        return bool(self._folders)

    def add(self, name: str, *, is_done: bool = True, is_folder: bool = False) -> None:
        """Add a path; where it is not `is_done`, more is to be expected of it."""
        with self._changed:
            self._note_time()
            self._names[name] = is_done
            if is_folder:
                self._folders.add(name)

    def doubt(self) -> None:
        """Say that something is unclear, so everything may have changed."""
        with self._changed:
            self._note_time()
            self._is_doubtful = True

    def _note_time(self) -> None:
        self._last = time.monotonic()
        if not self._has_any():
            self._first = self._last
            self._changed.notify_all()

    def end(self) -> None:
        """Wake whoever waits, for good."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        """Wait until there is something, but not longer; return whether there is."""
        with self._changed:
            self._changed.wait_for(lambda: self._has_any() or self._is_over, seconds)
            return self._has_any() and not self._is_over

    def settle(self, patience: float) -> bool:
        """Wait until it is quiet; return whether `patience`, in seconds from the first event, ended it before."""
        with self._changed:
            while not self._is_over:
                quiet = self._last + self._pause()
                latest = self._first + patience
                left = min(quiet, latest) - time.monotonic()
                if left <= 0:
                    return latest < quiet
                # Not woken for each event: what was under way is looked for again.
                self._changed.wait(min(left, QUIET))
        return False

    def _pause(self) -> float:
        if len(self._names) > FEW or self._last < self._burst_over:
            return BURST
        return QUIET if all(self._names.values()) else UNDER_WAY

    def take(self) -> frozenset[str] | None:
        """Return what has gathered and begin again; `None` for everything."""
        with self._changed:
            if len(self._names) > FEW:
                self._burst_over = time.monotonic() + IDLE
            names, folders, is_doubtful = self._names, self._folders, self._is_doubtful
            self._names, self._folders, self._is_doubtful = {}, set(), False
        if is_doubtful:
            return None
        told = frozenset(name for name in names if not folders.intersection(_above(name)))
        return told if len(told) <= MANY else None


def _above(name: str) -> list[str]:
    """Return the folders in which a path lies."""
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


class _Handler(FileSystemEventHandler):
    """Puts what happens in a ground into what is gathered; in a thread of watchdog."""

    def __init__(self, ground: Ground, gathered: _Gathered, *, tells_closing: bool) -> None:
        self._ground = ground
        self._gathered = gathered
        self._tells_closing = tells_closing

    def dispatch(self, event: FileSystemEvent) -> None:
        """Take an event."""
        is_folder = event.is_directory
        is_under_way = isinstance(event, kinds.FileDeletedEvent) or (
            self._tells_closing and isinstance(event, _WRITING)
        )
        target = self._called(event.dest_path, is_folder=is_folder)
        if target is not None:
            self._gathered.add(target, is_folder=is_folder)
        elif isinstance(event, kinds.FileMovedEvent):
            is_under_way = True  # it was moved out of the way
        if (name := self._called(event.src_path, is_folder=is_folder)) is not None:
            self._gathered.add(name, is_done=not is_under_way, is_folder=is_folder)

    def _called(self, path: bytes | str, *, is_folder: bool) -> str | None:
        name = self._ground.called(os.fsdecode(path)) if path else None
        return name if name is not None and not is_noise(name, is_folder=is_folder) else None


class _Doubts(logging.Handler):
    """Hears what watchdog warns of, such as events that were lost: what has changed is unclear then."""

    def __init__(self, gathered: _Gathered) -> None:
        super().__init__(logging.WARNING)
        self._gathered = gathered

    def emit(self, record: logging.LogRecord) -> None:
        """Take a warning; it is told to nobody else."""
        del record
        self._gathered.doubt()


def _pair_quickly() -> None:
    """Let the observer of Linux wait for the second half of a rename no longer than a change takes to be over.

    All that comes later waits too, and the half a second that is usual would be seen. Nothing here depends on pairs.
    """
    try:
        from watchdog.observers.inotify_move_event_grouper import InotifyMoveEventGrouper
    except ImportError:  # another system, or another version: slower, and right all the same
        return
    InotifyMoveEventGrouper.delay = QUIET
