"""Only one build of a project runs at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sitegen.build.lock import build_lock
from sitegen.errors import OutputError

HOLD = """
import sys
from pathlib import Path
from sitegen.build.lock import build_lock

with build_lock(Path(sys.argv[1]), lambda _: None):
    print("held", flush=True)
    sys.stdin.read()
"""


def holding(state: Path) -> subprocess.Popen[str]:
    """Start a process that holds the lock until its input ends, and wait until it does."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(state)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_free(tmp_path: Path) -> None:
    """A lone build does not wait; the state folder is made and kept out of git."""
    told: list[str] = []
    state = tmp_path / ".sitegen"

    with build_lock(state, told.append):
        assert (state / "build.pid").read_text() == f"{os.getpid()}\n"

    assert told == []
    assert (state / ".gitignore").read_text() == "*\n"
    assert not (state / "build.pid").exists()


def test_gitignore_of_the_user_stays(tmp_path: Path) -> None:
    """What somebody wrote into `.gitignore` is not overwritten."""
    (tmp_path / ".gitignore").write_text("*\n!keep\n")

    with build_lock(tmp_path, print):
        pass

    assert (tmp_path / ".gitignore").read_text() == "*\n!keep\n"


def test_second_process_is_refused_in_the_end(tmp_path: Path) -> None:
    """Who waits is told once for whom, and after the time is up, what to do."""
    told: list[str] = []
    with holding(tmp_path) as process:
        with pytest.raises(OutputError) as caught, build_lock(tmp_path, told.append, patience=0.1):
            pass
        process.communicate("")

    assert told == [f"waiting for another build, process {process.pid}"]
    assert caught.value.message == f"another build of this project is still running, process {process.pid}"
    assert caught.value.hint == "wait until it has ended, or end it, then build again"


def test_second_process_goes_on_when_the_first_ends(tmp_path: Path) -> None:
    """Waiting ends as soon as the other build does."""
    with holding(tmp_path) as process:
        stdin = process.stdin
        assert stdin is not None

        with build_lock(tmp_path, lambda _: stdin.close()):
            assert (tmp_path / "build.pid").read_text() == f"{os.getpid()}\n"

    assert process.returncode == 0


def test_killed_process_holds_nothing(tmp_path: Path) -> None:
    """A build that was killed leaves no lock behind, only a number that nobody trusts."""
    told: list[str] = []
    with holding(tmp_path) as process:
        process.kill()
        process.wait()
        with build_lock(tmp_path, told.append):
            pass

    assert told == []


def test_released_after_failure(tmp_path: Path) -> None:
    """A build that fails lets go of the lock."""
    with pytest.raises(ZeroDivisionError), build_lock(tmp_path, print):
        raise ZeroDivisionError
    told: list[str] = []
    with build_lock(tmp_path, told.append, patience=0):
        pass

    assert told == []


def test_number_unknown(tmp_path: Path) -> None:
    """A holder that has not written its number yet is simply another build."""
    told: list[str] = []
    with holding(tmp_path) as process:
        (tmp_path / "build.pid").write_text("?")
        with pytest.raises(OutputError, match=r"still running$"), build_lock(tmp_path, told.append, patience=0):
            pass
        process.communicate("")

    assert told == ["waiting for another build"]


def test_folder_cannot_be_made(tmp_path: Path) -> None:
    """Where the state folder cannot be made, the message names it."""
    (tmp_path / ".sitegen").write_text("a file")

    with pytest.raises(OutputError, match=r"^\.sitegen: cannot be written"), build_lock(tmp_path / ".sitegen", print):
        pass
