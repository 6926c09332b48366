"""What stands in the output folder is told apart: ours, foreign, in the way. Also where case folds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.build import standing as standing_module
from sitegen.build.manifest import Manifest
from sitegen.build.standing import Entry, Standing, parents, survey
from sitegen.digest import digest_bytes


def standing(*paths: str, own: tuple[str, ...] = (), folding: bool = False) -> Standing:
    """Return the standing of a folder that has these files, and the folders they need."""
    empty = Standing(folding=folding)
    folders = {parent for path in (*paths, *own) for parent in parents(path)}
    entries = {empty.key(path): Entry(path, "folder") for path in folders}
    entries |= {empty.key(path): Entry(path, "file") for path in (*paths, *own)}
    return Standing(entries=entries, own=frozenset(empty.key(path) for path in own), folding=folding)


def found(standing: Standing, *planned: str, differing: tuple[str, ...] = ()) -> list[tuple[str, str, str]]:
    """Return the code, path and message of each obstacle."""
    return [(d.code, d.path, d.message) for d in standing.obstacles(planned, differing, "out")]


@given(st.lists(st.text("ab", min_size=1), min_size=1, max_size=5))
def test_parents_are_what_pathlib_says(parts: list[str]) -> None:
    """The folders above a path, the outermost first."""
    path = "/".join(parts)

    assert list(parents(path)) == [p.as_posix() for p in reversed(Path(path).parents) if p != Path()]


def test_survey(tmp_path: Path) -> None:
    """One walk sees files, folders, links and the rest, and follows nothing."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("s")
    folder = tmp_path / "out"
    (folder / ".git" / "objects").mkdir(parents=True)
    (folder / "a").mkdir()
    (folder / "a" / "index.html").write_text("a")
    (folder / "pics").symlink_to(outside)
    (folder / "gone").symlink_to("nowhere")
    os.mkfifo(folder / "pipe")

    seen = survey(folder, Manifest(files={"a/index.html": "0", "pics/secret": "0", "pipe": "0", "absent": "0"}))

    assert {entry.path: entry.kind for entry in seen.entries.values()} == {
        ".git": "folder",
        "a": "folder",
        "a/index.html": "file",
        "gone": "link",
        "pics": "link",
        "pipe": "other",
    }
    assert seen.own == {"a/index.html"}
    assert seen.foreign(()) == ("gone", "pics", "pipe")


def test_announced_file_is_ours_only_with_the_announced_bytes(tmp_path: Path) -> None:
    """After a kill, a file that the build had not reached may be anybody's."""
    (tmp_path / "reached").write_bytes(b"new")
    (tmp_path / "not-reached").write_bytes(b"of the user")
    announced = digest_bytes(b"new")

    seen = survey(tmp_path, Manifest(pending={"reached": announced, "not-reached": announced, "absent": announced}))

    assert seen.own == {"reached"}


def test_absent_folder_is_empty(tmp_path: Path) -> None:
    """A first build finds nothing."""
    assert survey(tmp_path / "absent", Manifest(files={"a": "0"})) == Standing()


def test_hidden_names_are_foreign_quietly() -> None:
    """What hosts and version control put there is nobody's concern."""
    seen = standing(".gitignore", ".nojekyll", "CNAME", ".github/x.yml", "a/.DS_Store", "a/CNAME", "notes.txt")

    assert seen.foreign(()) == ("a/CNAME", "notes.txt")


def test_foreign_file_in_the_way() -> None:
    """A foreign file at a page's path is an obstacle only once its bytes are known to differ."""
    seen = standing("a/index.html")

    assert found(seen, "a/index.html") == []
    assert found(seen, "a/index.html", differing=("a/index.html",)) == [
        ("foreign-file", "out/a/index.html", "stands where a page must go and was not written by sitegen")
    ]


def test_foreign_file_for_a_folder() -> None:
    """It is told once, however many pages it keeps out."""
    assert found(standing("a"), "a/index.html", "a/b/index.html") == [
        ("foreign-file", "out/a", "stands where a folder is needed for a/b/index.html")
    ]


def test_foreign_folder_for_a_file() -> None:
    """A folder gives way when nothing foreign is in it."""
    assert found(standing("a/b/c", own=("a/b/d",)), "a") == [
        ("foreign-file", "out/a", "is a folder where a page must go, and holds a/b/c")
    ]
    assert found(standing(own=("a/b/d",)), "a") == []


def test_own_things_never_are_obstacles() -> None:
    """A page may become a folder, and a folder a page."""
    seen = standing(own=("a", "b/x"))

    assert found(seen, "a/index.html", "b", differing=("a/index.html", "b")) == []
    assert seen.in_the_way(("a/index.html", "b")) == ("a", "b/x")
    assert seen.folders_at(("a/index.html", "b")) == ("b",)


@pytest.mark.parametrize("path", ["../x", "/x", "a\\b", ".git/hooks/pre-commit", ".sitegen-manifest.json", "a\nb\0"])
def test_impossible_paths(path: str) -> None:
    """A page that would leave the folder, or overwrite its records, is a finding."""
    assert [code for code, _, _ in found(standing(), path)] == ["output-path"]


def test_file_and_folder_at_once() -> None:
    """Two planned paths that no file system can hold together are a finding that names both."""
    assert found(standing(), "a", "a/x", "a/y") == [
        ("output-path", "out/a", "would have to be a file and, for a/x, a folder")
    ]


def test_folding_is_found_out(tmp_path: Path) -> None:
    """Whether case folds is tried on a name that is there; a second name in the other case proves nothing."""
    (tmp_path / "readme").write_text("")
    folds = (tmp_path / "README").exists()

    assert survey(tmp_path, Manifest()).folding == folds


@pytest.mark.parametrize(("present", "expected"), [({"readme"}, False), ({"readme", "README"}, True)])
def test_folding_probe(tmp_path: Path, present: set[str], expected: bool) -> None:  # noqa: FBT001 - a table of cases
    """A name that answers in both cases though it is listed in one is the sign."""
    for name in present:
        (tmp_path / name).write_text("")

    assert standing_module._folds(tmp_path, {"readme"}) == expected


def test_where_case_folds() -> None:
    """A file under another spelling is the same file: ours stays ours, and a foreign one is in the way."""
    seen = standing("Notes.txt", own=("About/index.html", "About/old.html"), folding=True)

    assert found(seen, "about/index.html") == []
    assert seen.gone(("about/index.html",)) == ("About/old.html",)
    assert seen.in_the_way(("about/index.html",)) == ("About/index.html", "About/old.html")
    assert seen.in_the_way(("About/index.html",)) == ("About/old.html",)
    assert not seen.exact("about/index.html")
    assert found(seen, "notes.txt") == [
        ("foreign-file", "out/Notes.txt", "stands where a page must go and was not written by sitegen")
    ]
    assert seen.foreign(("NOTES.TXT",)) == ()


def test_where_case_does_not_fold() -> None:
    """Elsewhere two spellings are two files."""
    seen = standing(own=("About/index.html",))

    assert seen.gone(("about/index.html",)) == ("About/index.html",)
    assert seen.in_the_way(("about/index.html",)) == ()
