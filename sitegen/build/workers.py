"""Work shared out to processes, or done in this one where it is too little to be worth it.

Tasks go out, and results come back as files; what a process needs for all its tasks it makes once, from `setup`.
The results are the same whatever the number of workers and however they are started. A worker that dies or
fails takes the build down with it, cleanly, and the message names what it was working on.

Only the name of a result goes through the pool's pipe. A worker that is killed in the middle of a larger message
leaves the pool waiting for the rest of it without end; one of at most `PIPE_BUF` bytes is written whole or not at all
(POSIX `write()`).
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import shutil
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, Generic, TypeVar

from msgspec import Struct

from sitegen.build.atomic import disk_trouble
from sitegen.errors import OutputError

__all__ = ["Crew", "Stage", "at", "available"]

Task = TypeVar("Task")
Result = TypeVar("Result")

WAITING = 8
"""Batches that wait for each worker, so that none is idle and little is lost by a mistake."""


_RESULT = "-"
"""Between the number of a process and that of a result of its own: the name of a file."""


class Stage(Struct, Generic[Task, Result], frozen=True):
    """A step of the build that is done task by task.

    `setup` is called once in each process with `given` and returns the function that does a batch of
    tasks; both are importable by name. Below `least` tasks no process is started. After a `shift` of so many tasks,
    if it is not 0, others take the place of the processes: one that was forked copies what it looks at, and keeps it.
    Results of a shift are taken when its processes have ended, because what this one changes meanwhile is held twice.
    """

    setup: Callable[..., Callable[[Sequence[Task]], Result]]
    given: tuple[Any, ...]
    least: int
    batch: int
    shift: int = 0


class Crew(Struct, frozen=True):
    """How work is shared out: `jobs` processes, started as `method` says (`fork`, `spawn` or `forkserver`).

    One job means this process. `folder` is where workers leave their results and note what they are at. Who is
    `eager` shares out all that is more than one batch; else only where there is work enough to be worth it.
    """

    jobs: int
    folder: Path
    method: str = ""
    eager: bool = False

    def run(
        self, stage: Stage[Task, Result], tasks: Sequence[Task], progress: Callable[[int], None] = lambda _: None
    ) -> Iterator[Result]:
        """Yield the results of batches, in their order; `progress` is told how many tasks are done.

        Raises `OutputError` where a process dies or the disk refuses.
        """
        if self.jobs <= 1 or len(tasks) < (stage.batch + 1 if self.eager else stage.least):
            work = stage.setup(*stage.given)
            done = 0
            for batch in _batches(tasks, stage.batch):
                yield work(batch)
                done += len(batch)
                progress(done)
            return
        yield from self._share_out(stage, tasks, progress)

    def _share_out(
        self, stage: Stage[Task, Result], tasks: Sequence[Task], progress: Callable[[int], None]
    ) -> Iterator[Result]:
        places = self.folder / "workers"
        _clear(places)
        with _told(places):
            places.mkdir(parents=True)
        context = multiprocessing.get_context(self.method or _method())
        gc.collect()
        gc.freeze()  # a forked worker must not copy pages only because its collector looks at them
        try:
            done = 0
            for shift in _batches(tasks, stage.shift or len(tasks)):
                left: list[str] = []
                with ProcessPoolExecutor(self.jobs, context, _begin, (stage.setup, stage.given, str(places))) as pool:
                    try:
                        for number, name in _results(pool, _batches(shift, stage.batch), self.jobs):
                            done += number
                            progress(done)
                            if stage.shift:
                                left.append(name)
                            else:
                                yield _taken(places / name)
                    except BrokenProcessPool as error:
                        raise _died(places, error) from error
                    except BaseException:
                        pool.shutdown(wait=True, cancel_futures=True)
                        raise
                for name in left:
                    yield _taken(places / name)
        finally:
            gc.unfreeze()
            _clear(places)


def available() -> int:
    """Return how many processors this process may use."""
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _method() -> str:
    """Return how processes are started: by forking where that is quick and safe, else anew."""
    can_fork = sys.platform == "linux" and threading.active_count() == 1
    return "fork" if can_fork else "spawn"


def _clear(places: Path) -> None:
    """Remove what workers left, also those of a build that was killed; a link is refused, never followed."""
    with _told(places), suppress(FileNotFoundError):
        shutil.rmtree(places)


@contextmanager
def _told(places: Path) -> Iterator[None]:
    """Say in words what the disk refuses."""
    try:
        yield
    except OSError as error:
        raise disk_trouble(error, f"{places.parent.name}/{places.name}") from error


def _results(pool: ProcessPoolExecutor, batches: Iterable[Sequence[Any]], jobs: int) -> Iterator[tuple[int, str]]:
    """Yield the number of tasks and the name of the result of each batch, in their order."""
    waiting: deque[tuple[int, Future[str]]] = deque()

    def first() -> tuple[int, str]:
        number, future = waiting.popleft()
        return number, future.result()

    for batch in batches:
        waiting.append((len(batch), pool.submit(_work, batch)))
        if len(waiting) >= jobs * WAITING:
            yield first()
    while waiting:
        yield first()


def _batches(tasks: Sequence[Task], size: int) -> Iterator[Sequence[Task]]:
    for start in range(0, len(tasks), size):
        yield tasks[start : start + size]


_working: dict[str, Any] = {}
"""What this process needs to work, where it is a worker; set once by `_begin`."""


def at(name: str) -> None:
    """Note what this process is working on, where it is a worker, for the message if it dies."""
    place = _working.get("place")
    if place is not None:
        with suppress(OSError):  # on a full disk the message can do without
            os.ftruncate(place, 0)
            os.lseek(place, 0, os.SEEK_SET)
            os.write(place, name.encode("utf-8", "replace"))


def _begin(setup: Callable[..., Any], given: tuple[Any, ...], places: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks for an end is heard by the build, which ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.set_threshold(100_000, 50, 50)
    _working["place"] = None
    with suppress(OSError):  # a result will tell that the disk is full
        _working["place"] = os.open(f"{places}/{os.getpid()}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    _working["places"], _working["numbers"] = Path(places), count()
    _working["function"] = setup(*given)


def _end_with_parent() -> None:
    """End this process when the build is gone, whatever ended it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(batch: Sequence[Any]) -> str:
    """Do a batch, leave the result in a file of this process, and return its name."""
    result = _working["function"](batch)
    places = _working["places"]
    name = f"{os.getpid()}{_RESULT}{next(_working['numbers'])}"
    with _told(places), open(places / name, "xb", opener=_private) as file:
        pickle.dump(result, file, pickle.HIGHEST_PROTOCOL)
    at("")
    return name


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _taken(file: Path) -> Any:  # noqa: ANN401 - whatever the stage makes
    """Return a result, and remove its file."""
    with _told(file.parent):
        with file.open("rb") as stream:
            result = pickle.load(stream)  # noqa: S301 - of our own process, in a file that only it has written
        file.unlink()
    return result


def _died(places: Path, error: BrokenProcessPool) -> OutputError:
    notes = [file for file in places.iterdir() if _RESULT not in file.name]
    noted = sorted({file.read_text("utf-8", "replace") for file in notes} - {""})
    where = f" while it worked on {' or '.join(noted)}" if noted else ""
    return OutputError(
        f"a worker process was ended from outside{where} ({error})",
        hint="if memory ran out, build with fewer workers: --jobs 1",
    )
