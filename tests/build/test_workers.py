"""Work that is shared out: a worker may be killed at any instant, and what it says may not be written.

Real processes, which a script starts, so that a pool that hangs is ended with it.
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

PATIENCE = 30.0
"""Seconds after which a script counts as hanging; it takes half a second."""

SHARED_OUT = """
import multiprocessing, os, resource, signal, sys, threading, time
from pathlib import Path
from sitegen.build.workers import Crew, Stage
from sitegen.errors import OutputError

folder, size, kills_after, most = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])

def working():
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    return lambda numbers: (numbers, bytes(size))

def kill():
    while not (workers := multiprocessing.active_children()):
        time.sleep(0.001)
    time.sleep(kills_after)
    os.kill(workers[-1].pid, signal.SIGKILL)

if kills_after >= 0:
    threading.Thread(target=kill, daemon=True).start()
try:
    results = list(Crew(2, folder, "fork", eager=True).run(Stage(working, (), 1, 2), range(1001)))
except OutputError as error:
    print(error)
else:
    print(sum(len(data) for _, data in results), [number for numbers, _ in results for number in numbers][-1])
"""
"""A thousand tasks, two at a time, each pair with a result of some size; a worker is killed, or may write little."""


def share_out(folder: Path, size: int, kills_after: float = -1, most: int = -1) -> str:
    """Return what the script says."""
    command = [sys.executable, "-c", SHARED_OUT, f"{folder}", f"{size}", f"{kills_after}", f"{most}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_results(tmp_path: Path) -> None:
    """Results come whole and in order, and nothing is left of how they came."""
    assert share_out(tmp_path, 70_000) == f"{501 * 70_000} 1000"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", range(8))
def test_killed_with_half_a_result(tmp_path: Path, number: int) -> None:
    """A worker that is killed while it hands over something large ends the work, whatever half of it is there."""
    instants = random.Random(number)  # noqa: S311 - instants, not secrets
    told = share_out(tmp_path, 5_000_000, kills_after=instants.random() / 20)

    assert "a worker process was ended from outside" in told
    assert list(tmp_path.iterdir()) == []


def test_result_that_cannot_be_written(tmp_path: Path) -> None:
    """Where the disk refuses a result, that is said in words."""
    told = share_out(tmp_path / ".sitegen", 70_000, most=1000)

    assert told == ".sitegen/workers: cannot be written (file too large)"
    assert list((tmp_path / ".sitegen").iterdir()) == []


def test_left_by_a_killed_build(tmp_path: Path) -> None:
    """What an earlier build left is removed; a link to a folder of others is refused, and they keep their files."""
    (tmp_path / "workers").mkdir()
    (tmp_path / "workers" / "1-1").write_bytes(b"old")
    assert share_out(tmp_path, 1) == "501 1000"

    others = tmp_path / "others"
    others.mkdir()
    (others / "letter").write_bytes(b"theirs")
    (tmp_path / "workers").symlink_to(others)
    assert "workers: cannot be written" in share_out(tmp_path, 1)
    assert (others / "letter").read_bytes() == b"theirs"


SHIFTS = """
import multiprocessing, os, sys
from pathlib import Path
from sitegen.build.workers import Crew, Stage

def working():
    return lambda numbers: (numbers, os.getpid())

stage = Stage(working, (), 1, 2, int(sys.argv[2]))
results, done, shared = [], [], False
for result in Crew(2, Path(sys.argv[1]), "fork", eager=True).run(stage, range(101), done.append):
    results.append(result)
    shared = shared or bool(multiprocessing.active_children())
in_order = [number for numbers, _ in results for number in numbers] == list(range(101))
print(in_order, len({pid for _, pid in results}), shared, done == [*range(2, 101, 2), 101])
"""


@pytest.mark.parametrize(("shift", "most"), [(0, 2), (40, 6), (101, 2), (1000, 2)])
def test_shifts(tmp_path: Path, shift: int, most: int) -> None:
    """After so many tasks other processes go on; all results come, in order, and of a shift when it is over."""
    command = [sys.executable, "-c", SHIFTS, f"{tmp_path}", f"{shift}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    in_order, processes, shared, is_told = done.stdout.split()

    assert (in_order, is_told) == ("True", "True")
    assert shared == str(not shift)
    assert -(-101 // (shift or 101)) <= int(processes) <= most
    assert list(tmp_path.iterdir()) == []
