"""A build that is killed, refused by the disk or disturbed leaves whole files, and the next one ends well.

Real processes: `sitegen build` is started as a user would start it, and killed at instants spread over its work.
`make soak` does so ten times as often.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from extent import later
from extent import part as some
from miniature import DAY, FILES, GIFT, MANY, MEMORY, MOONS, Miniature

from sitegen.build.atomic import is_temporary
from sitegen.build.manifest import MANIFEST_NAME, read_manifest

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
ROUNDS = 130 if SOAK else 13
"""Each is two kills, of a first build and of one after edits, with one job and with two."""

PATIENCE = 60.0
"""Seconds that a build may take before it counts as hanging."""

SLOW = "{% for one in range(400) %}{% for other in range(1000) %}{% endfor %}{% endfor %}"
"""A template that takes some tenths of a second."""


class Whole(NamedTuple):
    """What a clean build gives before the edits and after them."""

    old: dict[str, bytes | str]
    new: dict[str, bytes | str]


def edit(site: Miniature) -> None:
    """Change what touches many pages: a title, a picture, a template, pieces that come and go."""
    site.write(GIFT, str(FILES[GIFT]).replace("title: The gift", "title: The present"))
    site.write("content/articles/science/star.svg", "<svg></svg>")
    site.write("templates/_term.html", "{{ term.term.name }}")
    site.article("law/code", "- A code. {: .argument #law rebuts=business/gift#keys }\n", title="The code")
    site.delete(MOONS)
    site.delete("content/articles/law/piece-7.md")


@cache
def whole() -> Whole:
    """Return both, made once."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        site = Miniature(Path(folder) / "site", FILES | MANY)
        old = site.make()
        edit(site)
        return Whole(old.output, site.clean(Path(folder) / "clean").output)


@pytest.fixture
def site() -> Iterator[Miniature]:
    """Yield a site that is not built yet."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Miniature(Path(folder) / "site", FILES | MANY)


def start(site: Miniature, *options: str, program: tuple[str, ...] = ("-m", "sitegen")) -> subprocess.Popen[str]:
    """Start a build in a process group of its own."""
    command = [sys.executable, *program, "-c", str(site.folder / "config.toml"), "build", "--as-of", f"{DAY}", *options]
    return subprocess.Popen(
        command,
        cwd=site.folder,
        env=os.environ | {"CI": "true"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def end(process: subprocess.Popen[str]) -> str:
    """Wait until a build has ended, and return what it said; one that hangs is killed with all of its workers."""
    try:
        return process.communicate(timeout=PATIENCE)[1]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise


def begun(process: subprocess.Popen[str], site: Miniature) -> float:
    """Wait until a build holds the lock, and return when that was."""
    while process.poll() is None and not (site.folder / ".sitegen" / "build.pid").exists():
        time.sleep(0.001)
    return time.monotonic()


@cache
def durations(jobs: int) -> tuple[float, float]:
    """Return how long a first build and one after edits take from lock to end, as it is today on this machine."""
    found = []
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        site = Miniature(Path(folder) / "site", FILES | MANY)
        for _ in range(2):
            process = start(site, "--jobs", f"{jobs}")
            first = begun(process, site)
            end(process)
            found.append(time.monotonic() - first)
            if len(found) == 1:
                edit(site)
    return found[0], found[1]


class Running(NamedTuple):
    """A process of the system."""

    pid: int
    parent: int
    group: int


def running() -> Iterator[Running]:
    """Yield all processes that have not ended."""
    if Path("/proc/self/stat").exists():
        for file in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                state, parent, group = file.read_text("utf-8", "replace").rpartition(")")[2].split()[:3]
                if state not in "ZX":
                    yield Running(int(file.parent.name), int(parent), int(group))
        return
    told = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,pgid=,stat="], capture_output=True, text=True, check=True)
    for line in told.stdout.splitlines():
        pid, parent, group, state = line.split(maxsplit=3)
        if not state.startswith("Z"):
            yield Running(int(pid), int(parent), int(group))


def workers(process: subprocess.Popen[str]) -> list[int]:
    """Return the processes of a build that do its work: those in its group without children of their own."""
    group = [it for it in running() if it.group == process.pid and it.pid != process.pid]
    parents = {it.parent for it in group}
    return [it.pid for it in group if it.pid not in parents]


def kill(process: subprocess.Popen[str], after: float) -> None:
    """Kill a build after some seconds, unless it has ended; its workers must end by themselves."""
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.kill()
    end(process)
    late = time.monotonic() + PATIENCE
    while left := workers(process):
        assert time.monotonic() < late, f"workers outlive the build: {left}"


def check_whole(site: Miniature, *allowed: dict[str, bytes | str]) -> None:
    """Expect no file in the output folder that is half, damaged or of another build."""
    assert read_manifest(site.output)[1] == ""
    for file in site.output.rglob("*"):
        path = file.relative_to(site.output).as_posix()
        if file.is_file() and path != MANIFEST_NAME and not is_temporary(file.name):
            assert file.read_bytes() in [tree.get(path) for tree in allowed], path


def check_next(site: Miniature, expected: dict[str, bytes | str]) -> None:
    """Expect that the next build ends as a clean one."""
    result = site.make()
    assert result.report is not None, result.error
    assert result.output == expected
    assert [finding.code for finding in result.report.diagnostics if finding.code == "foreign-files"] == []
    assert not (site.folder / ".sitegen" / "stage").exists()
    assert site.make().pages == ()


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("number", range(ROUNDS))
def test_killed(site: Miniature, number: int, jobs: int) -> None:
    """Killed at any instant, a first build or one after edits, it leaves whole files, and the next one ends well."""
    instants = random.Random(number)  # noqa: S311 - instants, not secrets
    for step, length in enumerate(durations(jobs)):
        process = start(site, "--jobs", f"{jobs}")
        begun(process, site)
        kill(process, length * (number + instants.random()) / ROUNDS)
        check_whole(site, *whole()[: step + 1])
        check_next(site, whole()[step])
        edit(site) if step == 0 else None


def test_killed_before_it_began(site: Miniature) -> None:
    """Killed while it is still being loaded, a build has done nothing."""
    site.make()
    edit(site)
    kill(start(site), 0.03)

    check_whole(site, whole().old)
    check_next(site, whole().new)


REFUSE = """
import errno, os, sys

event, part, name, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
sys.argv[1:] = sys.argv[5:]

def refuse(what, values):
    global count
    if what != event or what == "open" and not set(values[1] or "w") & set("wxa+"):
        return
    paths = [os.fspath(value) for value in values[:2] if isinstance(value, (str, os.PathLike))]
    if paths and part in paths[-1 if what == "os.rename" else 0]:
        count -= 1
        if count < 0:
            raise OSError(getattr(errno, name), os.strerror(getattr(errno, name)), paths[0], None, *paths[1:2])

sys.addaudithook(refuse)
from sitegen.__main__ import main
main()
"""
"""A build to which the system refuses something, after it has allowed it some times."""

REFUSALS = {
    "staging, disk full": ("open", "/stage/", "ENOSPC", 9, "the disk is full"),
    "staging at once, disk full": ("open", "/stage/", "ENOSPC", 0, "the disk is full"),
    "moving, disk full": ("os.rename", "/output/", "ENOSPC", 9, "the disk is full"),
    "moving, read-only": ("os.rename", "/output/", "EROFS", 0, "may not be written (read-only file system)"),
    "moving, forbidden": ("os.rename", "/output/", "EACCES", 2, "may not be written (permission denied)"),
    "new folder, forbidden": ("os.rename", "/output/law/code", "EACCES", 0, "may not be written (permission denied)"),
    "manifest, disk full": ("open", "/output/.sitegen-", "ENOSPC", 0, "the disk is full"),
    "pruning, read-only": ("os.remove", "/output/science/moons/", "EROFS", 0, "may not be written (read-only"),
}


@pytest.mark.parametrize(("event", "part", "name", "count", "words"), some([*REFUSALS.values()]), ids=some([*REFUSALS]))
def test_refused(site: Miniature, event: str, part: str, name: str, count: int, words: str) -> None:
    """Where the disk is full or may not be written, the build says so in words, and the next one ends well."""
    site.make()
    edit(site)
    process = start(site, program=("-c", REFUSE, event, part, name, f"{count}"))
    told = end(process)

    assert process.returncode == 1, told
    assert words in told
    assert "Traceback" not in told
    check_whole(site, *whole())
    if "stage" in part:
        assert site.tree() == {path: data for path, data in whole().old.items() if isinstance(data, bytes)}
    check_next(site, whole().new)


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.argv[1:] = sys.argv[2:]
from sitegen.__main__ import main
main()
"""
"""A build that may write no large file: the state is the largest one."""


@pytest.mark.parametrize("kilobytes", [8, 20, 40])
def test_state_that_cannot_be_written(site: Miniature, kilobytes: int) -> None:
    """Where there is no room for the state, the site is built nevertheless; the next build only has more to do."""
    for path in MANY:
        site.delete(path)
    for name in ("style.css", "script.js", "favicon.svg"):
        site.write(f"templates/assets/{name}", "")
    process = start(site, program=("-c", LIMITED, f"{kilobytes * 1024}"))
    told = end(process)

    assert process.returncode == 0, told
    assert "state.sqlite" in told
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        clean = site.clean(Path(folder) / "clean").output
    check_whole(site, clean)
    assert site.tree() == {path: data for path, data in clean.items() if isinstance(data, bytes)}
    check_next(site, clean)


def test_two_at_once(site: Miniature) -> None:
    """Of two builds at once the second waits, and both end well."""
    site.write("templates/404.html", SLOW)
    both = [start(site), start(site)]
    told = [end(process) for process in both]

    assert [process.returncode for process in both] == [0, 0], told
    assert sum("waiting for another build" in words for words in told) == 1
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        check_next(site, site.clean(Path(folder) / "clean").output)


@pytest.mark.parametrize("after", [0.0, *later(0.05, 0.2, 0.4)])
def test_worker_killed(site: Miniature, after: float) -> None:
    """A worker that is killed takes the build down with it, in words, or is made up for; nothing hangs."""
    site.write("templates/claims.html", SLOW)
    site.make()
    before = site.tree()
    edit(site)
    site.write("templates/_macros.html", (site.folder / "templates/_macros.html").read_text("utf-8") + "\n")
    site.write("templates/claims.html", f"{SLOW}\n")
    process = start(site, "--jobs", "2")
    while process.poll() is None and not workers(process):
        time.sleep(0.001)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        for pid in workers(process)[-1:]:
            os.kill(pid, signal.SIGKILL)
    told = end(process)

    assert process.returncode in (0, 1), told
    assert "Traceback" not in told
    if process.returncode == 1:
        assert "error: " in told
        assert site.tree() == before
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        clean = site.clean(Path(folder) / "clean").output
    if process.returncode == 0:
        assert site.tree() == {path: data for path, data in clean.items() if isinstance(data, bytes)}
    check_next(site, clean)
