"""What is damaged, lost or left behind is put right by the next build, and by no more work than it takes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from extent import later
from miniature import FILES, GIFT, REPLY, STARS, TEMPLATES, Desk, day

from sitegen.build.engine import build
from sitegen.build.manifest import MANIFEST_NAME
from sitegen.build.seals import sealed

STATE = ".sitegen/state.sqlite"
GIFT_SHOWN = {
    *("/business/gift/", "/business/gift/horse/", "/business/gift/keys/"),
    *("/business/feed.xml", "/authors/mara-ivers/feed.xml", "/tags/linux/feed.xml"),
}
"""The pages that hold the text of the gift."""


def cut(file: Path) -> None:
    """Cut a file off in its middle."""
    file.write_bytes(file.read_bytes()[:20])


def flip(file: Path) -> None:
    """Change a byte, and put the time of the file back."""
    stat = file.stat()
    file.write_bytes(b"?" + file.read_bytes()[1:])
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def hollow(file: Path) -> None:
    """Put an empty folder into the place of a file."""
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("damage", [Path.unlink, cut, flip, hollow], ids=["deleted", "cut", "flipped", "hollow"])
@pytest.mark.parametrize("url", ["/tags/sky/", "/feed.xml"])
def test_damaged_page(desk: Desk, damage: Callable[[Path], None], url: str) -> None:
    """A page that is damaged or missing in the output folder is rendered, and no other."""
    name = f"{url[1:]}index.html" if url.endswith("/") else url[1:]
    damage(desk.site.output / name)
    result = desk.result()

    assert result.report is not None
    assert (result.report.pages, result.report.written) == ((url,), 1)
    assert result.output == desk.site.clean(desk.folder / "clean").output


@pytest.mark.parametrize("damage", [Path.unlink, cut, flip], ids=["deleted", "cut", "flipped"])
def test_damaged_file(desk: Desk, damage: Callable[[Path], None]) -> None:
    """So is a file that is no page; none is rendered for it."""
    damage(next((desk.site.output / "assets").glob("star.*.svg")))

    assert desk.build() == set()


def test_manifest_lost(desk: Desk) -> None:
    """Without the record of own files, what has the right bytes is taken over."""
    (desk.site.output / MANIFEST_NAME).unlink()

    desk.build()

    assert desk.build() == set()


def test_output_removed(desk: Desk) -> None:
    """Without the output folder, every page is made."""
    desk.site.output.rename(desk.folder / "away")
    result = desk.result()

    assert result.report is not None
    assert (result.report.written, result.report.parsed) == (len(desk.everything) + result.report.files, 0)
    assert result.output == desk.site.clean(desk.folder / "clean").output


def newer(state: Path) -> None:
    """Make the state one of a later sitegen."""
    database = sqlite3.connect(state)
    database.execute("PRAGMA user_version = 9999")
    database.close()


def foreign(state: Path) -> None:
    """Put another program's database there."""
    state.unlink()
    database = sqlite3.connect(state)
    database.execute("CREATE TABLE pages (url TEXT)")
    database.close()


def misshapen(part: str) -> Callable[[Path], None]:
    """Return what puts something else into the place of a part of every body, sealed as it should be."""

    def damage(state: Path) -> None:
        with closing(sqlite3.connect(state)) as database, database:
            database.execute(f"UPDATE bodies SET {part} = ?", (sealed(b"\x93\xc0\xc0\xc0"),))  # noqa: S608 - of two

    return damage


def rubbish(state: Path) -> None:
    """Put something there that is no database."""
    state.write_bytes(b"no database " * 1000)


@pytest.mark.parametrize("damage", [newer, foreign, rubbish, cut])
def test_damaged_state(desk: Desk, damage: Callable[[Path], None]) -> None:
    """Where the state cannot be used, everything is built, and one line says why."""
    damage(desk.site.folder / STATE)
    result = desk.result()

    assert result.report is not None
    assert set(result.pages) == desk.everything
    assert (result.report.written, result.report.pruned) == (0, 0)
    assert len(result.report.notes) == 1
    assert result.report.notes[0].startswith(STATE)
    assert "\n" not in result.report.notes[0]
    assert desk.build() == set()


@pytest.mark.parametrize("part", ["outline", "text"])
@pytest.mark.parametrize("jobs", [1, *later(2)])
def test_misshapen_bodies(desk: Desk, part: str, jobs: int) -> None:
    """Bodies that are found to be something else while pages are rendered are parsed anew."""
    misshapen(part)(desk.site.folder / STATE)
    (desk.site.output / "business/gift/index.html").unlink()
    result = desk.site.make(jobs=jobs)

    assert result.report is not None
    assert result.report.parsed > 0
    assert "made anew" in " ".join(result.report.notes)
    assert result.output == desk.site.clean(desk.folder / "clean").output


def test_no_state(desk: Desk) -> None:
    """Without state everything is built, as at first, and there is nothing to say."""
    (desk.site.folder / STATE).unlink()
    result = desk.result()

    assert result.report is not None
    assert set(result.pages) == desk.everything
    assert result.report.notes == ()


def test_failure_between(desk: Desk) -> None:
    """A build that failed has forgotten nothing, and learnt nothing wrong."""
    desk.site.write(GIFT, str(FILES[GIFT]).replace("last words", "lost words"))
    desk.site.write(REPLY, str(FILES[REPLY]).replace("2010-02-01", "2010-02-31"))
    assert desk.result().error is not None
    desk.site.write(REPLY, FILES[REPLY])

    assert desk.build() == GIFT_SHOWN


def test_template_failure_between(desk: Desk) -> None:
    """Neither has one that failed while pages were rendered."""
    desk.site.write(GIFT, str(FILES[GIFT]).replace("last words", "lost words"))
    desk.site.write("templates/tag.html", "{{ nothing }}")
    assert desk.result().error is not None
    desk.site.write("templates/tag.html", TEMPLATES["tag.html"])

    assert desk.build() == GIFT_SHOWN


def test_edit_while_building(desk: Desk) -> None:
    """What is saved while a build runs is seen by the next one, whatever this one saw of it."""
    edits = iter((b"lost words", b"cast words", b"past words"))
    file = desk.site.folder / GIFT
    original = file.read_bytes()

    def save(*_: object) -> None:
        stat = file.stat()
        file.write_bytes(original.replace(b"last words", next(edits, b"fast words")))
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    desk.site.write(STARS, str(FILES[STARS]).replace("far away", "near"))
    build(desk.site.job(day()), progress=save)

    desk.build()
    assert desk.build() == set()
