"""Measuring one run of a program: wall time, processor time, and the memory of all its processes together.

The program is started anew each time and measured from outside, so start-up counts. A thread looks at
its memory every 20 ms: the resident pages of every process of the tree (`/proc/PID/statm`). Pages that
processes share would count twice there; where there are several processes, a new highest sum is
therefore told by the proportional sizes (`/proc/PID/smaps_rollup`, PSS), which cost more to ask for.
New processes are looked for every 200 ms. A peak shorter than a look is missed, except in a single
process, of which the kernel keeps the high-water mark (`VmHWM`). The maximum that `wait4` gives is of no
use: it begins with the memory of the program that measures, from before the measured one was loaded.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

__all__ = [
    "Failure",
    "Run",
    "Watch",
    "measure",
    "memory",
    "peak_memory_is_known",
    "plain_environment",
    "processor_time",
]

_LOOK = 0.02
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PROC = Path("/proc")
_TAIL = 2_000
_TICKS = os.sysconf("SC_CLK_TCK")


class Failure(Exception):  # noqa: N818 - a program failed, and the name says so
    """A measured program did not end with 0."""


class Run(Struct, frozen=True):
    """One run: seconds by the clock, seconds of processors, bytes at the peak, and how many processes then."""

    wall: float
    cpu: float
    memory: int
    processes: int = 1


def peak_memory_is_known() -> bool:
    """Return whether this system tells the memory of processes (Linux does)."""
    return (_PROC / "self" / "statm").exists()


def measure(command: list[str], folder: Path, log: Path) -> Run:
    """Run a command in a folder and return what it took; what it says goes to `log`.

    Raises `Failure` with the end of that where its exit code is not 0.
    """
    with log.open("wb") as told:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            env=plain_environment(),
            stdout=told,
            stderr=subprocess.STDOUT,
        )
        watch = Watch(process.pid)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        watch.end()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = log.read_bytes()[-_TAIL:].decode("utf-8", "replace")
        raise Failure(f"{' '.join(command)} ended with {process.returncode}:\n{said}")
    return Run(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        memory=watch.peak,
        processes=watch.processes,
    )


def plain_environment() -> dict[str, str]:
    """Return the environment for what is measured.

    Settings of Python for whoever measures, such as that nothing compiled is kept, do not hold there.
    """
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def memory(root: int) -> int:
    """Return the bytes that a process and all that it has started take now, each by its proportional size."""
    return sum(_proportional(pid) for pid in (root, *_below(root)))


def processor_time(root: int) -> float:
    """Return the seconds of processors that a process and all that it has started have taken."""
    return sum(_ticks(pid) for pid in (root, *_below(root))) / _TICKS


class Watch(threading.Thread):
    """Looks at a process and all that it starts, until told to end.

    `peak` is the most memory that was seen, and `processes` how many there were then.
    """

    def __init__(self, root: int, scan: float = 0.2) -> None:
        """Prepare to look; every `scan` seconds for new processes."""
        super().__init__(daemon=True)
        self.peak = 0
        self.processes = 1
        self._root = root
        self._scan = scan
        self._over = threading.Event()

    def run(self) -> None:
        """Look again and again."""
        tree: tuple[int, ...] = (self._root,)
        scanned = time.monotonic()
        while not self._over.wait(_LOOK):
            if time.monotonic() - scanned >= self._scan:
                tree, scanned = (self._root, *_below(self._root)), time.monotonic()
            size = _high_water(self._root) if len(tree) == 1 else sum(_resident(pid) for pid in tree)
            # A sum of proportional sizes is never above that of resident ones, so it can wait until then.
            if size > self.peak and len(tree) > 1:
                size = sum(_proportional(pid) for pid in tree)
            if size > self.peak:
                self.peak, self.processes = size, len(tree)

    def end(self) -> None:
        """Look no more."""
        self._over.set()
        self.join()


def _below(root: int) -> Iterator[int]:
    """Yield the processes that descend from one."""
    parents: dict[int, list[int]] = {}
    for entry in os.scandir(_PROC):
        if entry.name.isdigit():
            # The name of the program, in parentheses, can hold anything; the parent is the second field after it.
            fields = _text(int(entry.name), "stat").rpartition(")")[2].split()
            if fields:
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    waiting = [*parents.get(root, ())]
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += parents.get(pid, ())


def _ticks(pid: int) -> int:
    fields = _text(pid, "stat").rpartition(")")[2].split()
    # Of itself in both modes, and of those it has waited for.
    return sum(map(int, fields[11:15]))


def _resident(pid: int) -> int:
    fields = _text(pid, "statm").split()
    return int(fields[1]) * _PAGE if fields else 0


def _high_water(pid: int) -> int:
    lines = (line.split() for line in _text(pid, "status").splitlines())
    return next((int(fields[1]) * 1024 for fields in lines if fields[:1] == ["VmHWM:"]), 0)


def _proportional(pid: int) -> int:
    lines = (line.split() for line in _text(pid, "smaps_rollup").splitlines())
    return next((int(fields[1]) * 1024 for fields in lines if fields[:1] == ["Pss:"]), 0)


def _text(pid: int, name: str) -> str:
    """Return what the kernel tells of a process; nothing where it has just ended."""
    try:
        return (_PROC / str(pid) / name).read_text()
    except OSError:
        return ""
