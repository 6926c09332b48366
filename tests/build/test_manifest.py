"""The manifest is trusted with deletions, so it is read with distrust."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.build.manifest import MANIFEST_NAME, Manifest, belongs, read_manifest, write_manifest

HOSTILE = (
    "",
    ".",
    "..",
    "/etc/passwd",
    "../x",
    "a/../../x",
    "a/./b",
    "a//b",
    "a/",
    "a\\b",
    "..\\x",
    "a\0b",
    ".git/config",
    "sub/.GIT/hooks/x",
    MANIFEST_NAME,
    ".Sitegen-Manifest.json",
    ".sitegen-12.tmp",
    "a/.sitegen-12.tmp",
    "\udcff.html",
)


@pytest.mark.parametrize("path", HOSTILE)
def test_hostile_paths_are_no_places_for_pages(path: str) -> None:
    """Nothing that leads out of the folder, and none of the records kept in it, is a page's place."""
    assert not belongs(path)


@pytest.mark.parametrize(
    "path", ["index.html", "a/b/index.html", ".well-known/security.txt", "a b/ü.png", "..a", "gitx"]
)
def test_ordinary_paths_are(path: str) -> None:
    """Hidden folders, blanks and any script are fine."""
    assert belongs(path)


@given(st.text(alphabet="ab./\\\0:", max_size=12))
def test_what_belongs_stays_inside(path: str) -> None:
    """However a path is put together: if it belongs, joining it stays below the folder."""
    if belongs(path):
        joined = (Path("/top/out") / path).as_posix()

        assert joined.startswith("/top/out/")
        assert ".." not in joined.split("/")


@settings(deadline=None)
@given(
    files=st.dictionaries(st.sampled_from(["a", "b/c", "ü/d.html"]), st.text("0123456789abcdef", min_size=4)),
    pending=st.dictionaries(st.sampled_from(["a", "z"]), st.text("0123456789abcdef", min_size=4)),
)
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, files: dict[str, str], pending: dict[str, str]) -> None:
    """What was written is read, and equal manifests are equal bytes."""
    folder = tmp_path_factory.mktemp("out")
    write_manifest(folder, Manifest(files=files, pending=pending))
    first = (folder / MANIFEST_NAME).read_bytes()
    write_manifest(folder, Manifest(files=dict(reversed(files.items())), pending=pending))

    assert read_manifest(folder) == (Manifest(files=files, pending=pending), "")
    assert (folder / MANIFEST_NAME).read_bytes() == first
    assert first.endswith(b"}\n")


def test_absent(tmp_path: Path) -> None:
    """A folder without a manifest has no own files, and nothing needs saying."""
    assert read_manifest(tmp_path) == (Manifest(), "")
    assert read_manifest(tmp_path / "not-there") == (Manifest(), "")


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (b"", "cannot be read"),
        (b"{", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"[1, 2]", "cannot be read"),
        (b'{"version": 1, "files": ["a"]}', "cannot be read"),
        (b'{"version": 1, "files": {"a": 7}}', "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (b'{"version": 2, "files": {"a": "0"}}', "version 2, this sitegen knows 1"),
    ],
)
def test_unusable(tmp_path: Path, data: bytes, note: str) -> None:
    """A damaged, foreign or newer manifest is none, and the user is told why."""
    (tmp_path / MANIFEST_NAME).write_bytes(data)

    manifest, told = read_manifest(tmp_path)

    assert manifest == Manifest()
    assert note in told


def test_not_a_file(tmp_path: Path) -> None:
    """A link is not followed and a folder not opened."""
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_bytes(b'{"version": 1, "files": {"a": "0"}}')
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / MANIFEST_NAME).symlink_to(elsewhere)

    manifest, told = read_manifest(folder)

    assert manifest == Manifest()
    assert "is not a file of sitegen’s" in told


def test_hostile_entries_are_ignored(tmp_path: Path) -> None:
    """An entry that leads elsewhere is dropped, the others hold."""
    table = {path: "0" for path in HOSTILE if path.isprintable()} | {"index.html": "1"}
    write_manifest(tmp_path, Manifest(files=table, pending={"../y": "2"}))

    manifest, told = read_manifest(tmp_path)

    assert manifest == Manifest(files={"index.html": "1"})
    assert f"names {len(table)} impossible paths, ignored" in told
