"""Stamps stand for a walk through the output folder only where nothing could have been changed unseen."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.build.left import Left
from sitegen.build.output import Output
from sitegen.stamps import Stamp

PAGES = {"index.html": b"home", "a/index.html": b"a", "a/b/index.html": b"b"}


def build(project: Path, before: Left | None = None, pages: dict[str, bytes] | None = None) -> Left:
    """Commit pages to the output folder of a project, and return how it is left."""
    (project / ".sitegen").mkdir(exist_ok=True)
    with Output(project / "out", project / ".sitegen" / "stage", before=before, is_timed=True) as output:
        for path, data in (pages or PAGES).items():
            output.add(path, data)
        output.commit()
        return output.left()


def test_as_left(tmp_path: Path) -> None:
    """A folder that nobody touched is as it was left, also after a build that changed one page."""
    left = build(tmp_path)
    again = build(tmp_path, left, PAGES | {"a/index.html": b"new"})

    assert left.files.keys() == PAGES.keys()
    assert set(left.folders) == {"", "a", "a/b"}
    assert not left.still(tmp_path / "out")
    assert again.still(tmp_path / "out")


@pytest.mark.parametrize(
    "change",
    [
        lambda out: (out / "index.html").write_bytes(b"hole"),
        lambda out: (out / "a/index.html").unlink(),
        lambda out: (out / "a/foreign.txt").write_bytes(b""),
        lambda out: (out / "a/b/new").mkdir(),
        lambda out: (out / ".sitegen-manifest.json").write_bytes(b"{}"),
        lambda out: (out / "index.html").replace(out / "a/b/index.html"),
        lambda out: os.utime(out / "index.html"),
    ],
)
def test_every_change_is_seen(tmp_path: Path, change: Callable[[Path], object]) -> None:
    """Whatever is done in the folder, it is not as it was left."""
    left = build(tmp_path)
    assert left.still(tmp_path / "out")
    change(tmp_path / "out")

    assert not left.still(tmp_path / "out")


def test_same_size_and_time(tmp_path: Path) -> None:
    """A change of the same size with its time put back is seen too."""
    left = build(tmp_path)
    page = tmp_path / "out" / "index.html"
    status = page.stat()
    page.write_bytes(b"hole")
    os.utime(page, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert page.stat().st_mtime_ns == status.st_mtime_ns
    assert not left.still(tmp_path / "out")


def test_what_is_not_settled_stands_for_nothing() -> None:
    """A stamp of the same tick as the look, or later, could be that of other bytes."""
    stamp = Stamp(size=1, mtime=1_000, ctime=2_000, inode=7)

    assert stamp.settled(2_001)
    assert not stamp.settled(2_000)
    assert not Stamp(size=1, mtime=3_000, ctime=2_000, inode=7).settled(2_500)


def test_unsettled_files_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the clock does not move on, nothing is taken for settled."""
    monkeypatch.setattr("sitegen.build.left.moment", lambda _: 0)
    monkeypatch.setattr("sitegen.build.left._TICKS", 0)
    left = build(tmp_path)

    assert {stamped.stamp for stamped in left.files.values()} == {None}
    assert not left.still(tmp_path / "out")
