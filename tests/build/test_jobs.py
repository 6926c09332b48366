"""However many processes do the work, the result is the same, and so is what is remembered of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from extent import later
from miniature import CONFIG, FILES, GIFT, MANY, MEMORY, MOONS, TEMPLATES, Miniature

EDITS: tuple[Callable[[Miniature], object], ...] = (
    lambda _: None,
    lambda site: site.write("templates/_macros.html", TEMPLATES["_macros.html"].replace("<p>{{ it", "{{ it")),
    lambda site: site.write(GIFT, str(FILES[GIFT]).replace("title: The gift", "title: The present")),
    lambda site: site.write("content/articles/law/piece-7.md", MANY["content/articles/law/piece-7.md"] + "\nMore.\n"),
    lambda site: site.write("config.toml", CONFIG.replace("Test Desk", "Next Desk")),
    lambda site: site.delete(MOONS),
    lambda site: site.write("templates/tag.html", "{{ nothing }}"),
)


@pytest.mark.parametrize("start", ["spawn", *later("fork")])
def test_start(start: str) -> None:
    """So it is however the workers are started."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        one, more = (Miniature(Path(folder) / f"{number}", FILES | MANY) for number in (1, 2))
        expected, result = one.make(), more.make(jobs=2, start=start)

        assert result.facts == expected.facts
        assert result.output == expected.output
        assert more.make().pages == ()


@pytest.mark.parametrize("jobs", [2, *later(3)])
def test_jobs(jobs: int) -> None:
    """Through a row of builds, each has the same report and output as with one job."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        one, more = (Miniature(Path(folder) / f"{number}", FILES | MANY) for number in (1, jobs))
        for edit in EDITS:
            edit(one)
            edit(more)
            expected, result = one.make(), more.make(jobs=jobs)

            assert result.facts == expected.facts
            assert result.output == expected.output
            if expected.report is not None:
                assert result.pages == expected.pages
                assert more.make().pages == ()


@pytest.mark.parametrize("jobs", [1, *later(2)])
def test_little_memory(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no outline is held, articles are put away, and workers replaced after ten pages, the result is the same."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        one, more = (Miniature(Path(folder) / f"{number}", FILES | MANY) for number in (1, 2))
        expected = [(edit(one), one.make())[1] for edit in EDITS]
        monkeypatch.setattr("sitegen.build.bodies._HELD", 0)
        monkeypatch.setattr("sitegen.build.bodies._AT_ONCE", 3)
        monkeypatch.setattr("sitegen.build.rendering._SHIFT", 10)
        monkeypatch.setattr("sitegen.build.rendering._LARGE", 0)
        results = [(edit(more), more.make(jobs=jobs))[1] for edit in EDITS]

        assert [it.facts for it in results] == [it.facts for it in expected]
        assert [it.output for it in results] == [it.output for it in expected]
