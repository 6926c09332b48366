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
from contextlib import closing, suppress
from functools import cache
from pathlib import Path

import pytest
from editing import SOAK, Editing, edit, numbers, run
from extent import WHOLE
from harness import snapshot
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize
from miniature import MEMORY, Miniature, Result, day
from pieces import (
    START,
    START_FILES,
    configuration,
)

from sitegen.build.manifest import MANIFEST_NAME

CASES = range(8)
SEQUENCES = settings().max_examples // 10 if SOAK else 25
STEPS = 20 if SOAK else 7 if WHOLE else 3


@cache
def built() -> Path:
    """Return the folder of the site as it is at first, built; made once."""
    home = tempfile.TemporaryDirectory(dir=MEMORY)
    atexit.register(home.cleanup)
    site = Miniature(Path(home.name) / "site", START_FILES)
    site.write("config.toml", configuration({}))
    site.make()
    return site.folder


class Building(Editing):
    """A site that is built after edits, and whose output and state are damaged too.

    `good` holds the sources of the last build that went well, `foreign` files of others in the output folder.
    """

    def __init__(self) -> None:
        """Begin with nothing built."""
        super().__init__()
        self.good: dict[str, bytes] = {}
        self.settings: dict[str, dict[str, str]] = {}  # under which each good version was parsed
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

    @edit(kind=st.sampled_from(("delete", "truncate", "garbage", "empty")))
    def damage_archive(self, kind: str) -> None:
        """Do something to the archive of the last build; nothing is lost that cannot be made of the state."""
        for file in (self.site.folder / ".sitegen").glob("archive-*.sqlite"):
            data = file.read_bytes()
            file.unlink()
            if kind != "delete":
                harmed = {"truncate": data[: len(data) * 2 // 3], "garbage": b"?" * len(data), "empty": b""}
                file.write_bytes(harmed[kind])

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
            self.settings |= {path: dict(self.chosen) for path in used}

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
        # A version that stands in is as it was under the settings of its time, in which no clean build parses it.
        if any(self.settings[path] != self.chosen for path in now):
            return
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

    def teardown(self) -> None:
        """Hold the last build against a clean one, unless a step has failed."""
        with self.temporary:
            if self.sound:
                self.after("check")


@pytest.mark.parametrize("case", CASES)
def test_incremental_is_clean(case: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """After any sequence of edits, accidents and days, with builds between, the output is that of a clean build.

    In every second case the site is built as a large one, whose articles are put away.
    """
    if case % 2:
        monkeypatch.setattr("sitegen.build.rendering._LARGE", 0)
    run(Building, case, SEQUENCES, STEPS)
