"""Files appear whole or not at all, whatever the disk does."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from sitegen.build.atomic import disk_trouble, is_temporary, move_file, write_file


def names(folder: Path) -> list[str]:
    """Return the names in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())


def test_write_and_replace(tmp_path: Path) -> None:
    """A file is made, then replaced, and nothing else stays."""
    write_file(tmp_path / "a", b"one")
    write_file(tmp_path / "a", b"two")

    assert (tmp_path / "a").read_bytes() == b"two"
    assert names(tmp_path) == ["a"]


def test_mode_is_the_umask_s(tmp_path: Path) -> None:
    """Files can be read by the web server as far as the umask lets it."""
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "a", b"")
    finally:
        os.umask(before)

    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_link_is_replaced_not_followed(tmp_path: Path) -> None:
    """A symbolic link at the target never redirects the bytes, nor does one at the temporary name."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / "a").symlink_to(victim)
    (tmp_path / f".sitegen-{os.getpid()}.tmp").symlink_to(victim)

    write_file(tmp_path / "a", b"new")

    assert victim.read_bytes() == b"precious"
    assert (tmp_path / "a").read_bytes() == b"new"
    assert names(tmp_path) == ["a", "victim"]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    """A full disk costs the new bytes, not the old ones, and leaves no rubbish."""
    write_file(tmp_path / "a", b"old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, failing, full)
    with pytest.raises(OSError, match="No space"):
        write_file(tmp_path / "a", b"new")

    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_move_across_devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system cannot rename, the bytes are copied beside the target first."""
    rename, moves = os.replace, []

    def across(source: Path, target: Path) -> None:
        moves.append((Path(source).name, Path(target).name))
        if not is_temporary(Path(source).name):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        rename(source, target)

    monkeypatch.setattr(os, "replace", across)
    (tmp_path / "staged").write_bytes(b"new")
    (tmp_path / "a").write_bytes(b"old")
    move_file(tmp_path / "staged", tmp_path / "a")

    assert (tmp_path / "a").read_bytes() == b"new"
    assert names(tmp_path) == ["a"]
    assert [target for _, target in moves] == ["a", "a"]


def test_move_passes_other_trouble_on(tmp_path: Path) -> None:
    """Only a device boundary is worked around."""
    with pytest.raises(FileNotFoundError):
        move_file(tmp_path / "absent", tmp_path / "a")


@pytest.mark.parametrize(
    ("number", "message", "hint"),
    [
        (errno.ENOSPC, "output: the disk is full", "free some space"),
        (errno.EDQUOT, "output: the disk is full", "free some space"),
        (errno.EACCES, "output: may not be written (permission denied)", "who owns the folder"),
        (errno.EROFS, "output: may not be written (read-only file system)", "who owns the folder"),
        (errno.EIO, "output: cannot be written (input/output error)", "mend what the system complains of"),
    ],
)
def test_trouble_in_plain_words(number: int, message: str, hint: str) -> None:
    """Each trouble says what it is and what to do."""
    told = disk_trouble(OSError(number, os.strerror(number)), "output")

    assert told.message == message
    assert hint in told.hint


def test_temporary_names() -> None:
    """A temporary file is known by its name alone."""
    assert is_temporary(".sitegen-7.tmp")
    assert not is_temporary(".sitegen-manifest.json")
    assert not is_temporary("notes.tmp")
