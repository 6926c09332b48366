"""However a project is edited under it, the preview shows what a clean build would write, page by page.

The same careless editors as those of the incremental build, but nothing is built: after an edit the desk is told which
paths have changed, or told nothing and looks for itself.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from editing import SOAK, Editing, run
from extent import later
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from miniature import day
from pieces import START, START_FILES, configuration

from sitegen.build.job import Job
from sitegen.build.manifest import MANIFEST_NAME
from sitegen.errors import Failed
from sitegen.preview.desk import Desk

CASES = range(2)
SEQUENCES = settings().max_examples // 10 if SOAK else 6
STEPS = 20 if SOAK else 8


class Previewing(Editing):
    """A site that is edited while it is previewed. `told` are the paths that have changed since the desk looked."""

    def __init__(self) -> None:
        """Begin with no desk."""
        super().__init__()
        self.desk: Desk | None = None
        self.told: set[str] = set()

    @initialize(restarts=st.booleans())
    def begin(self, *, restarts: bool) -> None:
        """Write the site and preview it; a desk may also recall what another one had seen."""
        self.write("config.toml", configuration({}).encode())
        for piece in START.values():
            self.pieces[piece.data] = piece
        for path, data in START_FILES.items():
            self.write(path, data)
        self.desk = Desk(self.job)
        if restarts:
            self.restart()

    def job(self) -> Job:
        """Return what is previewed now."""
        return self.site.job(day(self.days), **self.choices)

    @rule()
    def restart(self) -> None:
        """End the desk and begin another one, which recalls what this one had remembered."""
        assert self.desk is not None
        self.desk.refresh(None)
        self.told.clear()
        self.desk.refresh(None)  # which remembers
        self.desk.close()
        self.desk = Desk(self.job)

    def after(self, then: str) -> None:
        """Let the desk look, and hold what it shows against a clean build now and then."""
        if then == "nothing" or self.desk is None:
            return
        number = self.desk.number
        change = self.desk.refresh(None if then == "check" else frozenset(self.told))
        assert self.desk.number == number + (change is not None)
        self.told.clear()
        if then != "build":
            self.compare()

    def compare(self) -> None:
        """Expect every page, file and finding of a clean build; a second look finds nothing."""
        desk = self.desk
        assert desk is not None
        assert desk.refresh(None) is None
        clean = self.judge(keep_going=True)
        told = {(it["code"], it["path"], it["line"], it["message"]) for it in desk.state()["findings"]}
        if clean.report is None:
            assert isinstance(clean.error, Failed)
            assert told == {(it.code, it.path, it.line, it.message) for it in clean.error.diagnostics if it.fails}
            return
        if clean.report.kept:
            assert {it.path for it in clean.report.kept} <= {path for _, path, _, _ in told}
            return
        assert told == set()
        wrong = {}
        for path, data in clean.output.items():
            if isinstance(data, bytes) and path != MANIFEST_NAME:
                shown = desk.answer(f"/{path.removesuffix('index.html')}")
                body = shown.body.read_bytes() if isinstance(shown.body, Path) else shown.body
                if (shown.status, body) != (200, data):
                    wrong[path] = (shown.status, shown.finding)
        assert wrong == {}
        assert {page.path for page in desk.edition.pages} <= clean.output.keys()

    def changed(self, path: str) -> None:
        """Hear that a file is another one, or gone."""
        self.told.add(path)

    def teardown(self) -> None:
        """Look a last time."""
        with self.temporary:
            if self.desk is not None:
                self.after("check")
                self.desk.close()


@pytest.mark.parametrize("case", later(*CASES))
def test_the_preview_shows_what_a_build_writes(case: int) -> None:
    """After any sequence of edits and days, with looks between, every page is that of a clean build."""
    run(Previewing, case, SEQUENCES, STEPS)
