"""However a project was edited and built before, a build ends as a clean one would: the same bytes, the same findings.

A state machine edits a small site, damages its output and its state, and lets days go by. A build of a copy in a
folder of its own, with neither output nor state, is the judge. `make soak` does the same thousands of times, at random.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from functools import cache, wraps
from pathlib import Path
from typing import Any

import pytest
from harness import snapshot
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from miniature import MEMORY, TEMPLATES, Miniature, Result, day
from pieces import (
    BREAKAGES,
    OPTIONS,
    OTHERS,
    PATHS,
    START,
    START_FILES,
    Piece,
    Point,
    arguments,
    as_bytes,
    broken,
    changes,
    configuration,
)

from sitegen.build.manifest import MANIFEST_NAME
from sitegen.digest import digest

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
CASES = range(8)
SEQUENCES = settings().max_examples // 10 if SOAK else 25
STEPS = 20 if SOAK else 7

PACKAGED = ("redirect.html", "feed.json")
"""Templates without which the packaged ones stand in; without the others they would miss their macros."""

CLEAN: dict[str, Result] = {}
"""Clean builds by what was built; a case has some hundred."""

afterwards = st.sampled_from(("build", "check", "build", "nothing", "build", "keep going"))
"""What follows an edit: a build, mostly; it is held against a clean one now and then, as the last one always is."""


def edit(**strategies: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Any]:
    """Make a rule of a method that changes something: a build may follow it."""

    def decorate(method: Callable[..., None]) -> Any:
        @wraps(method)
        def changed(self: Editing, then: str, **values: Any) -> None:
            method(self, **values)
            self.after(then)

        return rule(then=afterwards, **strategies)(changed)

    return decorate


numbers = st.integers(0, 30)


@cache
def built() -> Path:
    """Return the folder of the site as it is at first, built; made once."""
    home = tempfile.TemporaryDirectory(dir=MEMORY)
    atexit.register(home.cleanup)
    site = Miniature(Path(home.name) / "site", START_FILES)
    site.write("config.toml", configuration({}))
    site.make()
    return site.folder


class Editing(RuleBasedStateMachine):
    """A site under the hands of careless editors.

    `files` holds the project's files as they are, `before` every version there was, `pieces` what the bytes of articles
    mean. `good` holds the sources of the last build that went well, `foreign` files of others in the output folder.
    """

    def __init__(self) -> None:
        """Begin with the templates alone."""
        super().__init__()
        self.temporary = tempfile.TemporaryDirectory(dir=MEMORY)
        self.home = Path(self.temporary.name)
        self.site = Miniature(self.home / "site")
        self.files = {f"templates/{name}": text.encode() for name, text in TEMPLATES.items()}
        self.before: dict[str, list[bytes]] = {}
        self.pieces: dict[bytes, Piece] = {}
        self.chosen: dict[str, str] = {}
        self.choices: dict[str, bool] = {"drafts": False, "future": False}
        self.days = 0
        self.good: dict[str, bytes] = {}
        self.foreign: dict[str, bytes] = {}
        self.laid: set[str] = set()  # folders that others have put in the place of finished files
        self.last = Result(None, None, {})
        self.sound = False

    @initialize(cold=st.sampled_from((False, True, False)))
    def begin(self, *, cold: bool) -> None:
        """Write the site and build it, or take a copy of one that is built: no file has the stamp that was noted."""
        self.write("config.toml", configuration({}).encode())
        for piece in START.values():
            self.pieces[piece.data] = piece
        for path, data in START_FILES.items():
            self.write(path, data)
        if not cold:
            shutil.rmtree(self.site.folder)
            shutil.copytree(built(), self.site.folder)
        self.after("build")

    @edit(number=numbers, change=changes, sneaky=st.booleans())
    def change(self, *, number: int, change: tuple[str, Any], sneaky: bool) -> None:
        """Change a part of an article; the clock of its file may be put back."""
        path = self.article(number)
        piece = self.pieces[self.files[path]]._replace(**{change[0]: change[1]})
        self.save(path, piece, sneaky=sneaky)

    @edit(number=numbers, place=st.integers(0, 2), part=arguments)
    def argue(self, number: int, place: int, part: tuple[str, str]) -> None:
        """Change a part of an argument of an article, or give it a first one."""
        path = self.article(number)
        piece = self.pieces[self.files[path]]
        points = list(piece.points or (Point("a", "It is so."),))
        points[place % len(points)] = points[place % len(points)]._replace(**{part[0]: part[1]})
        self.save(path, piece._replace(points=tuple(points)))

    @edit(number=numbers)
    def turn(self, number: int) -> None:
        """Turn the arguments of an article around."""
        path = self.article(number)
        piece = self.pieces[self.files[path]]
        self.save(path, piece._replace(points=piece.points[::-1]))

    @edit(
        number=numbers,
        breakage=st.integers(0, len(BREAKAGES) - 1),
        mended=st.sampled_from((True, True, False)),
        going=st.booleans(),
    )
    def break_off(self, *, number: int, breakage: int, mended: bool, going: bool) -> None:
        """Save an article with an error in it and build; mend it mostly."""
        path = self.article(number)
        data = self.files[path]
        worse = broken(data, breakage)
        self.pieces[worse] = self.pieces[data]
        self.write(path, worse)
        self.after("keep going" if going else "check")
        if mended:
            self.write(path, data)

    @edit(one=numbers, other=numbers)
    def create(self, one: int, other: int) -> None:
        """Begin an article with the text of another, or write over one."""
        self.write(PATHS[other % len(PATHS)], self.files[self.article(one)])

    @edit(one=numbers, other=numbers)
    def rename(self, one: int, other: int) -> None:
        """Move an article, over another one as it may be."""
        old, new = self.article(one), PATHS[other % len(PATHS)]
        if old != new:
            self.write(new, self.files[old])
            self.delete(old)

    @edit(one=numbers, other=numbers)
    def swap(self, one: int, other: int) -> None:
        """Let two articles change places, times of their files and all."""
        first, second = (self.site.folder / self.article(number) for number in (one, other))
        if first != second:
            spare = self.home / "spare"
            first.rename(spare)
            second.rename(first)
            spare.rename(second)
            self.files |= {file.relative_to(self.site.folder).as_posix(): file.read_bytes() for file in (first, second)}

    @edit(number=numbers)
    def remove(self, number: int) -> None:
        """Delete an article, unless it is the last."""
        if len([path for path in self.files if path in PATHS]) > 1:
            self.delete(self.article(number))

    @edit(path=st.sampled_from(sorted(OTHERS)), version=st.integers(-1, 7), sneaky=st.booleans())
    def put(self, *, path: str, version: int, sneaky: bool) -> None:
        """Write a file that is no article, or remove it."""
        name = path.removeprefix("templates/")
        own = [TEMPLATES[name]] if name in TEMPLATES else []
        versions = [*own, *OTHERS[path]]
        if version >= 0 or (own and name not in PACKAGED):
            self.write(path, as_bytes(versions[max(version, 0) % len(versions)]), sneaky=sneaky)
        elif path in self.files:
            self.delete(path)

    @edit(number=numbers, version=numbers)
    def restore(self, number: int, version: int) -> None:
        """Bring back an earlier version of a file, with a new time."""
        paths = sorted(self.before)
        versions = self.before[paths[number % len(paths)]]
        self.write(paths[number % len(paths)], versions[version % len(versions)])

    @edit(number=numbers)
    def touch(self, number: int) -> None:
        """Save a file as it is."""
        paths = sorted(self.files)
        path = paths[number * 5 % len(paths)]
        (self.site.folder / path).write_bytes(self.files[path])

    @edit(key=st.sampled_from(sorted(OPTIONS)), number=numbers)
    def configure(self, key: str, number: int) -> None:
        """Change the configuration."""
        self.chosen[key] = OPTIONS[key][number % len(OPTIONS[key])]
        self.write("config.toml", configuration(self.chosen).encode())

    @edit(days=st.sampled_from((1, 5, 8, -3, 400)))
    def wait(self, days: int) -> None:
        """Let days go by, or put the clock back."""
        self.days += days

    @edit(choice=st.sampled_from(("drafts", "future")))
    def choose(self, choice: str) -> None:
        """Ask for drafts, or for pieces of a later day, or do so no more."""
        self.choices[choice] = not self.choices[choice]

    @edit(number=numbers, kind=st.sampled_from(("flip", "delete", "truncate", "append", "folder")))
    def damage_output(self, number: int, kind: str) -> None:
        """Do something to a finished page or file."""
        paths = sorted(name for name, what in self.last.output.items() if isinstance(what, bytes))
        paths = [path for path in paths if path not in self.foreign and path != MANIFEST_NAME]
        if not paths:
            return
        name = paths[number * 7 % len(paths)]
        file = self.site.output / name
        data, stat = file.read_bytes(), file.stat()
        if kind in ("delete", "folder"):
            file.unlink()
        if kind == "folder":
            file.mkdir()
            self.laid.add(name)
        elif kind != "delete":
            cut = len(data) // 2
            flipped = data[:cut] + bytes(255 - byte for byte in data[cut : cut + 1]) + data[cut + 1 :]
            file.write_bytes({"flip": flipped, "truncate": data[:cut], "append": data + b"."}[kind])
        if kind == "flip":
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        self.last = self.last._replace(output=snapshot(self.site.output))

    @edit(name=st.sampled_from(("mine.txt", "tags/mine.txt", ".mine")))
    def lay_down(self, name: str) -> None:
        """Put a file of somebody else's into the output folder."""
        file = self.site.output / name
        file.parent.mkdir(parents=True, exist_ok=True)
        self.foreign[name] = b"Do not touch."
        file.write_bytes(self.foreign[name])
        self.last = self.last._replace(output=snapshot(self.site.output))

    @edit(kind=st.sampled_from(("delete", "all", "truncate", "garbage", "foreign", "newer", "empty")))
    def damage_state(self, kind: str) -> None:
        """Do something to the state of earlier builds."""
        state = self.site.folder / ".sitegen" / "state.sqlite"
        if not state.is_file():
            return
        self.good = {}
        if kind == "all":
            shutil.rmtree(state.parent)
        elif kind == "newer":
            # One that is damaged already refuses.
            with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(state)) as database:
                database.execute("PRAGMA user_version = 9999")
        else:
            data = state.read_bytes()
            state.unlink()
            if kind == "foreign":
                with sqlite3.connect(state) as database:
                    database.execute("CREATE TABLE pages (url TEXT)")
                database.close()
            elif kind != "delete":
                damaged = {"truncate": data[: len(data) * 2 // 3], "garbage": b"?" * len(data), "empty": b""}
                state.write_bytes(damaged[kind])

    def after(self, then: str) -> None:
        """Build, and look at it, as `then` says."""
        if then == "nothing":
            return
        going, self.sound = then == "keep going", False
        result = self.site.make(day(self.days), **self.choices, keep_going=going)
        assert not (self.site.folder / ".sitegen" / "stage").exists()
        assert not result.error or result.output == self.last.output, "a build that failed has changed the output"
        if then == "check":
            self.compare(result)
        elif going and (result.report is None or result.report.kept):
            self.compare_kept(result)
        self.last = result
        self.sound = True
        if result.report is not None:
            kept = {piece.path: piece.stands_in for piece in result.report.kept}
            used = {path: data for path, data in self.files.items() if path.endswith(".md") and path not in kept}
            self.good = used | {path: self.good[path] for path, stands_in in kept.items() if stands_in}

    def compare(self, result: Result) -> None:
        """Hold a build against a clean one, and build again: nothing is left to do."""
        clean = self.judge()
        assert result.facts == clean.facts
        if clean.report is None:
            return
        self.compare_output(result, clean)
        assert (tuple(sorted(clean.pages)), len(clean.pages)) == (clean.pages, clean.report.rendered)
        again = self.site.make(day(self.days), **self.choices)
        assert again.facts == clean.facts
        assert again.output == result.output
        assert (work := again.report) is not None
        assert (work.parsed, work.rendered, work.pages, work.written, work.pruned) == (0, 0, (), 0, 0)

    def judge(self) -> Result:
        """Return a clean build of the project as it is; that of the first state serves many sequences."""
        if (key := digest([sorted(self.files.items()), self.days, self.choices])) not in CLEAN:
            CLEAN[key] = self.site.clean(self.home / "clean", day(self.days), **self.choices)
        return CLEAN[key]

    def compare_kept(self, result: Result) -> None:
        """Hold a build that kept pieces back against a clean one of the versions that stand in."""
        if result.report is None:
            clean = self.site.clean(self.home / "clean", day(self.days), **self.choices, keep_going=True)
            assert (type(result.error), str(result.error)) == (type(clean.error), str(clean.error))
            return
        kept = {piece.path: piece.stands_in for piece in result.report.kept}
        # A piece that fails again in its old version had given its old name to others: no clean build knows it.
        if any(path in self.good and not stands_in for path, stands_in in kept.items()):
            return
        now = {path: self.files[path] for path, stands_in in kept.items() if stands_in}
        for path in now:
            (self.site.folder / path).write_bytes(self.good[path])
        clean = self.site.clean(self.home / "clean", day(self.days), **self.choices, keep_going=True)
        for path, data in now.items():
            (self.site.folder / path).write_bytes(data)
        assert clean.report is not None, clean.error
        assert [it.path for it in clean.report.kept] == [path for path, stands_in in kept.items() if not stands_in]
        self.compare_output(result, clean)

    def compare_output(self, result: Result, clean: Result) -> None:
        """Expect the files of a clean build, and those of others; a folder laid over a file that is gone is theirs."""
        laid = {path for path in self.laid - clean.output.keys() if result.output.get(path) == "folder"}
        theirs = (*self.foreign, *(f"{path}/." for path in laid))
        folders = laid | {parent.as_posix() for path in theirs for parent in Path(path).parents if parent.name}
        expected = clean.output | dict.fromkeys(folders, "folder") | self.foreign
        assert sorted(result.output) == sorted(expected)
        assert {path: data for path, data in result.output.items() if data != expected[path]} == {}

    def article(self, number: int) -> str:
        """Return the path of an article that is there."""
        paths = [path for path in PATHS if path in self.files]
        return paths[number % len(paths)]

    def save(self, path: str, piece: Piece, *, sneaky: bool = False) -> None:
        """Write an article."""
        self.pieces[piece.data] = piece
        self.write(path, piece.data, sneaky=sneaky)

    def write(self, path: str, data: bytes, *, sneaky: bool = False) -> None:
        """Write a file of the project; if `sneaky`, with the time that it had."""
        file = self.site.folder / path
        stat = file.stat() if sneaky and file.exists() else None
        self.site.write(path, data)
        if stat:
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        self.files[path] = data
        self.before.setdefault(path, []).append(data)

    def delete(self, path: str) -> None:
        """Delete a file of the project."""
        self.site.delete(path)
        del self.files[path]

    def teardown(self) -> None:
        """Hold the last build against a clean one, unless a step has failed."""
        with self.temporary:
            if self.sound:
                self.after("check")


@pytest.mark.parametrize("case", CASES)
def test_incremental_is_clean(case: int) -> None:
    """After any sequence of edits, accidents and days, with builds between, the output is that of a clean build."""
    machine = type(f"Editing{case}", (Editing,), {})
    run_state_machine_as_test(
        machine if SOAK else seed(case)(machine),
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=STEPS,
            deadline=None,
            database=settings.default.database if SOAK else None,
            suppress_health_check=list(HealthCheck),
            phases=[phase for phase in Phase if phase is not Phase.explain],
        ),
    )
