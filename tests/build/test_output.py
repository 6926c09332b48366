"""The output folder holds exactly the planned files and whatever is foreign, whatever happens in between."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.build import output, standing
from sitegen.build.manifest import MANIFEST_NAME, Manifest, read_manifest, write_manifest
from sitegen.build.output import Output, Written, clean
from sitegen.digest import digest_bytes
from sitegen.errors import Failed, OutputError

SITE = {"index.html": b"home", "a/index.html": b"a", "a/b/index.html": b"b", "assets/style.css": b"css"}


def build(project: Path, files: Mapping[str, bytes]) -> Written:
    """Commit `files` to the output folder of a project."""
    with Output(project / "out", project / ".sitegen" / "stage") as output:
        for path, data in files.items():
            output.add(path, data)
        return output.commit()


def tree(folder: Path) -> dict[str, bytes | None]:
    """Return every file with its bytes, each link as one, empty folders as `None`; the manifest apart."""
    found: dict[str, bytes | None] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = b"link to " + bytes(path.readlink())
        elif path.is_file() and name != MANIFEST_NAME:
            found[name] = path.read_bytes()
        elif path.is_dir() and not any(path.iterdir()):
            found[name] = None
    return found


def pages(folder: Path) -> set[tuple[str, bytes | None]]:
    """Return the files of a folder as a killed build leaves it, without what is known to be temporary."""
    return {(path, data) for path, data in tree(folder).items() if data and ".sitegen-" not in path}


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files as somebody else would."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def stamps(folder: Path) -> dict[str, int]:
    """Return when each file was last changed, the manifest too."""
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*")}


def refused(project: Path, files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Return code and path of each finding that stops a commit, and assert that it changed nothing."""
    before = tree(project / "out")
    with pytest.raises(Failed) as caught:
        build(project, files)

    assert tree(project / "out") == before
    assert not (project / ".sitegen" / "stage").exists()
    return [(d.code, d.path) for d in caught.value.diagnostics]


def test_first_build(tmp_path: Path) -> None:
    """Everything is written, and the manifest says so."""
    written = build(tmp_path, SITE)

    assert written == Written(written=tuple(sorted(SITE)))
    assert tree(tmp_path / "out") == SITE
    manifest = Manifest(files={path: digest_bytes(data) for path, data in SITE.items()})
    assert read_manifest(tmp_path / "out") == (manifest, "")
    assert not (tmp_path / ".sitegen" / "stage").exists()


def test_same_again_touches_nothing(tmp_path: Path) -> None:
    """A second build of the same pages writes no file at all."""
    build(tmp_path, SITE)
    before = stamps(tmp_path / "out")

    written = build(tmp_path, SITE)

    assert written == Written(unchanged=len(SITE))
    assert stamps(tmp_path / "out") == before


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    """What changed is replaced, what went is removed with its folder, the rest keeps its inode."""
    build(tmp_path, SITE)
    kept = (tmp_path / "out" / "assets" / "style.css").stat().st_ino
    changed = {"index.html": b"new", "assets/style.css": b"css", "c/index.html": b"c"}

    written = build(tmp_path, changed)

    assert written == Written(
        written=("c/index.html", "index.html"), unchanged=1, pruned=("a/b/index.html", "a/index.html")
    )
    assert tree(tmp_path / "out") == changed
    assert (tmp_path / "out" / "assets" / "style.css").stat().st_ino == kept


def test_damaged_own_file_is_put_right(tmp_path: Path) -> None:
    """A page that was edited or lost by accident heals."""
    build(tmp_path, SITE)
    (tmp_path / "out" / "index.html").write_bytes(b"edit")
    (tmp_path / "out" / "a" / "index.html").unlink()

    assert build(tmp_path, SITE).written == ("a/index.html", "index.html")
    assert tree(tmp_path / "out") == SITE


def test_same_files_same_manifest(tmp_path: Path) -> None:
    """The order in which pages are rendered leaves no trace."""
    build(tmp_path / "one", SITE)
    build(tmp_path / "two", dict(reversed(SITE.items())))

    one, two = ((tmp_path / name / "out" / MANIFEST_NAME).read_bytes() for name in ("one", "two"))
    assert one == two


def test_failed_build_changes_nothing(tmp_path: Path) -> None:
    """Pages that were rendered before another one failed are thrown away."""
    build(tmp_path, SITE)
    with Output(tmp_path / "out", tmp_path / "stage") as output:
        output.add("index.html", b"new")
        staged = (tmp_path / "stage").is_dir()

    assert staged
    assert tree(tmp_path / "out") == SITE
    assert not (tmp_path / "stage").exists()


def test_left_over_stage_is_emptied(tmp_path: Path) -> None:
    """What a killed build staged does not reach the site."""
    put(tmp_path / ".sitegen" / "stage", {"000000": b"old", "000001": b"old"})

    build(tmp_path, SITE)

    assert tree(tmp_path / "out") == SITE


def test_left_over_temporary_files_go(tmp_path: Path) -> None:
    """What a killed build was about to move in does not stay, in whichever folder."""
    build(tmp_path, SITE)
    put(tmp_path / "out", {"a/.sitegen-7.tmp": b"ha", ".sitegen-8.tmp": b""})

    build(tmp_path, SITE)

    assert tree(tmp_path / "out") == SITE


def test_file_removed_before_it_is_compared(tmp_path: Path) -> None:
    """A file that vanishes while pages are rendered is written again."""
    build(tmp_path, SITE)
    with Output(tmp_path / "out", tmp_path / "stage") as output:
        (tmp_path / "out" / "index.html").unlink()
        output.add("index.html", SITE["index.html"])

        assert output.commit().written == ("index.html",)


@pytest.mark.parametrize("path", ["../x", "/x", "", "a\\b", MANIFEST_NAME])
def test_impossible_path_is_a_mistake_of_the_caller(tmp_path: Path, path: str) -> None:
    """Even without a check, nothing is ever staged for a place outside."""
    with Output(tmp_path / "out", tmp_path / "stage") as output, pytest.raises(ValueError, match="not the path"):
        output.add(path, b"")


def test_path_twice(tmp_path: Path) -> None:
    """Two pages at one path are found by the plan; here it is a mistake."""
    with Output(tmp_path / "out", tmp_path / "stage") as output:
        output.add("x", b"1")
        with pytest.raises(ValueError, match="not the path"):
            output.add("x", b"2")


# Foreign things.


def test_foreign_files_are_kept_and_told(tmp_path: Path) -> None:
    """They are counted, the first few are named, and hidden ones are not spoken of."""
    foreign = dict.fromkeys(("a/notes.txt", "b.txt", "c.txt", "d.txt", ".nojekyll", "CNAME"), b"mine")
    put(tmp_path / "out", foreign)

    written = build(tmp_path, SITE)

    assert written.foreign == ("a/notes.txt", "b.txt", "c.txt", "d.txt")
    (warning,) = written.diagnostics
    assert (warning.code, warning.path) == ("foreign-files", "out")
    assert (
        warning.message
        == "4 files here are not sitegen’s and stayed as they were: a/notes.txt, b.txt, c.txt and 1 more"
    )
    assert build(tmp_path, {}).pruned == tuple(sorted(SITE))
    assert tree(tmp_path / "out") == foreign


def test_one_foreign_file(tmp_path: Path) -> None:
    """The warning is grammatical for one."""
    put(tmp_path / "out", {"b.txt": b"mine"})

    (warning,) = build(tmp_path, SITE).diagnostics

    assert warning.message == "1 file here is not sitegen’s and stayed as it was: b.txt"


def test_identical_foreign_file_is_adopted(tmp_path: Path) -> None:
    """A file with the very bytes of a page is that page: so a lost manifest does no harm."""
    build(tmp_path, SITE)
    (tmp_path / "out" / MANIFEST_NAME).unlink()

    assert build(tmp_path, SITE) == Written(unchanged=len(SITE))
    assert build(tmp_path, {}).pruned == tuple(sorted(SITE))


def test_all_foreign_files_in_the_way_at_once(tmp_path: Path) -> None:
    """Nothing is written before every one of them is told."""
    put(tmp_path / "out", {"index.html": b"mine", "a": b"mine", "assets/style.css/x": b"mine"})

    assert refused(tmp_path, SITE) == [
        ("foreign-file", "out/a"),
        ("foreign-file", "out/assets/style.css"),
        ("foreign-file", "out/index.html"),
    ]
    assert not (tmp_path / "out" / MANIFEST_NAME).exists()


def test_check_before_rendering(tmp_path: Path) -> None:
    """What no rendering can mend is found from the paths alone."""
    put(tmp_path / "out", {"index.html": b"mine", "a": b"mine"})
    with Output(tmp_path / "out", tmp_path / "stage", name="../site") as output:
        findings = output.check(SITE)

    assert [(d.code, d.path) for d in findings] == [("foreign-file", "../site/a")]


def test_unreadable_manifest_is_explained(tmp_path: Path) -> None:
    """Where files look foreign because the manifest is damaged, the hint says so."""
    build(tmp_path, SITE)
    (tmp_path / "out" / MANIFEST_NAME).write_bytes(b"{")
    with Output(tmp_path / "out", tmp_path / "stage") as output:
        output.add("index.html", b"new")
        with pytest.raises(Failed) as caught:
            output.commit()

    assert caught.value.hint == (
        ".sitegen-manifest.json cannot be read and is not used; "
        "if nothing in `out/` is yours, delete that folder and build again"
    )
    assert build(tmp_path, SITE).note == ".sitegen-manifest.json cannot be read and is not used"
    assert build(tmp_path, SITE).note == ""


def test_page_becomes_folder_and_back(tmp_path: Path) -> None:
    """A file may turn into a folder of the same name, and the other way round."""
    build(tmp_path, {"a": b"1", "b/x": b"2", "b/y/z": b"3"})
    (tmp_path / "out" / "b" / "empty").mkdir()

    assert build(tmp_path, {"a/x": b"4", "b": b"5"}).pruned == ("a", "b/x", "b/y/z")
    assert tree(tmp_path / "out") == {"a/x": b"4", "b": b"5"}


def test_folder_of_the_user_stays(tmp_path: Path) -> None:
    """An empty folder that no page ever needed is not ours to remove, nor is the output folder."""
    (tmp_path / "out" / "mine").mkdir(parents=True)
    build(tmp_path, SITE)
    build(tmp_path, {})

    assert tree(tmp_path / "out") == {"mine": None}


def test_where_case_folds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system that takes `About` for `about`, a folder gets its new spelling and no page is lost."""
    build(tmp_path, {"About/index.html": b"1", "About/old.html": b"2", "index.html": b"3"})
    monkeypatch.setattr(standing, "_folds", lambda *_: True)
    new = {"about/index.html": b"1", "index.html": b"3"}

    assert build(tmp_path, new) == Written(written=("about/index.html",), unchanged=1, pruned=("About/old.html",))
    assert tree(tmp_path / "out") == new
    assert build(tmp_path, new) == Written(unchanged=2)


# Symbolic links.


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Return a folder that is not the site's, with something precious in it."""
    folder = tmp_path / "outside"
    put(folder, {"index.html": b"precious", "empty/x": b""})
    (folder / "empty" / "x").unlink()
    return folder


def test_link_at_a_page_s_path(tmp_path: Path, outside: Path) -> None:
    """A link is never written through, whatever it leads to, even if the bytes are the same."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "index.html").symlink_to(outside / "index.html")
    (tmp_path / "out" / "b.html").symlink_to("nowhere")

    assert refused(tmp_path, {"index.html": b"precious", "b.html": b""}) == [
        ("foreign-file", "out/b.html"),
        ("foreign-file", "out/index.html"),
    ]
    assert tree(outside) == {"index.html": b"precious", "empty": None}


def test_link_above_a_page(tmp_path: Path, outside: Path) -> None:
    """A folder that is a link is no folder to write into."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a").symlink_to(outside, target_is_directory=True)

    assert refused(tmp_path, {"a/index.html": b"new"}) == [("foreign-file", "out/a")]
    assert tree(outside) == {"index.html": b"precious", "empty": None}


def test_pruning_follows_no_link(tmp_path: Path, outside: Path) -> None:
    """An own folder that was replaced by a link loses nothing on the other side, and the link stays."""
    build(tmp_path, {"a/index.html": b"precious", "a/empty/x": b"", "b.html": b"b"})
    for path in ("a/index.html", "a/empty/x", "b.html"):
        (tmp_path / "out" / path).unlink()
    (tmp_path / "out" / "a" / "empty").rmdir()
    (tmp_path / "out" / "a").rmdir()
    (tmp_path / "out" / "a").symlink_to(outside, target_is_directory=True)
    (tmp_path / "out" / "b.html").symlink_to(outside / "index.html")

    assert build(tmp_path, {"c": b"c"}).foreign == ("a", "b.html")
    assert clean(tmp_path / "out", tmp_path / "stage").pruned == ("c",)
    assert tree(outside) == {"index.html": b"precious", "empty": None}
    assert (tmp_path / "out" / "a").is_symlink()


def test_hostile_manifest_deletes_nothing(tmp_path: Path, outside: Path) -> None:
    """A manifest from somewhere else cannot make a build reach out of its folder."""
    build(tmp_path, SITE)
    hostile = dict.fromkeys(("../outside/index.html", str(outside / "index.html"), "a/../../outside/index.html"), "0")
    write_manifest(tmp_path / "out", Manifest(files=hostile, pending=hostile))

    assert build(tmp_path, SITE).note == ".sitegen-manifest.json names 6 impossible paths, ignored"
    assert build(tmp_path, {}).note == ""
    assert tree(outside) == {"index.html": b"precious", "empty": None}


def test_output_folder_may_be_a_link(tmp_path: Path, outside: Path) -> None:
    """Who keeps the site on another disk links the folder itself; foreign files there stay foreign."""
    (tmp_path / "out").symlink_to(outside, target_is_directory=True)

    build(tmp_path, {"a/index.html": b"a"})
    build(tmp_path, {"b/index.html": b"b"})

    assert tree(outside) == {"index.html": b"precious", "empty": None, "b/index.html": b"b"}
    assert (tmp_path / "out").is_symlink()


def test_manifest_that_is_a_link_or_folder(tmp_path: Path, outside: Path) -> None:
    """The record's own name is guarded like any other."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / MANIFEST_NAME).symlink_to(outside / "index.html")

    assert refused(tmp_path, SITE) == [("foreign-file", f"out/{MANIFEST_NAME}")]
    assert tree(outside) == {"index.html": b"precious", "empty": None}


# Cleaning.


def test_clean(tmp_path: Path) -> None:
    """Everything that is ours goes, the record last; what is foreign stays, and so does the folder."""
    build(tmp_path, SITE)
    put(tmp_path / "out", {"a/notes.txt": b"mine", ".sitegen-7.tmp": b"rest"})
    put(tmp_path / "stage", {"000000": b""})

    cleaned = clean(tmp_path / "out", tmp_path / "stage")

    assert (cleaned.pruned, cleaned.foreign) == (tuple(sorted(SITE)), ("a/notes.txt",))
    assert sorted(path.name for path in (tmp_path / "out").rglob("*")) == ["a", "notes.txt"]
    assert not (tmp_path / "stage").exists()


def test_clean_without_output(tmp_path: Path) -> None:
    """Cleaning what was never built makes nothing."""
    assert clean(tmp_path / "out", tmp_path / "stage") == Written()
    assert list(tmp_path.iterdir()) == []


def test_clean_with_an_unusable_manifest(tmp_path: Path) -> None:
    """Where it cannot be known what is ours, nothing is removed, and that is said."""
    build(tmp_path, SITE)
    (tmp_path / "out" / MANIFEST_NAME).write_bytes(b"?")

    cleaned = clean(tmp_path / "out", tmp_path / "stage")

    assert (cleaned.pruned, cleaned.note) == ((), ".sitegen-manifest.json cannot be read and is not used")
    assert tree(tmp_path / "out") == SITE
    assert (tmp_path / "out" / MANIFEST_NAME).exists()


# Trouble with the disk.


def failing(number: int, name: str, path: str) -> Callable[..., object]:
    """Return a stand-in for a function of `os` that refuses one path."""
    real = getattr(os, name)

    def call(*arguments: object, **named: object) -> object:
        if any(str(argument).endswith(path) for argument in arguments):
            raise OSError(number, os.strerror(number), str(arguments[0]), None, str(arguments[-1]))
        return real(*arguments, **named)

    return call


@pytest.mark.parametrize(
    ("number", "function", "message"),
    [
        (errno.ENOSPC, "replace", "out/a/index.html: the disk is full"),
        (errno.EACCES, "replace", "out/a/index.html: may not be written (permission denied)"),
        (errno.EPERM, "unlink", "out/old/index.html: may not be written (operation not permitted)"),
        (errno.EACCES, "rmdir", "out/old: may not be written (permission denied)"),
    ],
)
def test_disk_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, function: str, message: str
) -> None:
    """The message names the file; what stands there is whole, and the next build completes it."""
    build(tmp_path, {"index.html": b"old", "old/index.html": b"old", "a/index.html": b"old"})
    with monkeypatch.context() as patch:
        patch.setattr(os, function, failing(number, function, message.split(":", maxsplit=1)[0]))
        with pytest.raises(OutputError) as caught:
            build(tmp_path, SITE)

    assert caught.value.message == message
    assert caught.value.hint
    old = {("index.html", b"old"), ("old/index.html", b"old"), ("a/index.html", b"old"), ("old", None)}
    possible = SITE.items() | old
    assert tree(tmp_path / "out").items() <= possible
    assert build(tmp_path, SITE).foreign == ()
    assert tree(tmp_path / "out") == SITE


def test_full_disk_while_staging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full shows before anything is replaced."""
    build(tmp_path, SITE)

    def full(path: str, *_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", path)

    with monkeypatch.context() as patch:
        patch.setattr(output, "open", full, raising=False)
        with pytest.raises(OutputError, match=r"^\.sitegen/stage/index.html: the disk is full$"):
            build(tmp_path, {"index.html": b"new"})

    assert tree(tmp_path / "out") == SITE


def test_trouble_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system does not say which file it was, the folder is named."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"^out: the disk is full$"):
        build(tmp_path, SITE)


def test_stage_on_another_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages arrive whole there too, and no temporary file stays."""
    rename = os.replace

    def across(source: Path, target: Path) -> None:
        if "stage" in Path(source).parts:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        rename(source, target)

    monkeypatch.setattr(os, "replace", across)
    build(tmp_path, SITE)

    assert tree(tmp_path / "out") == SITE


def test_output_is_a_file(tmp_path: Path) -> None:
    """A file of the folder's name is left alone and named."""
    (tmp_path / "out").write_bytes(b"mine")

    with pytest.raises(OutputError, match=r"^out: cannot be written \(not a directory\)$"):
        build(tmp_path, SITE)
    assert (tmp_path / "out").read_bytes() == b"mine"


def test_file_removed_during_the_build(tmp_path: Path) -> None:
    """An unchanged file that vanishes before the commit is put back by the next build."""
    build(tmp_path, SITE)
    with Output(tmp_path / "out", tmp_path / "stage") as output:
        for path, data in SITE.items():
            output.add(path, data)
        (tmp_path / "out" / "index.html").unlink()
        output.commit()

    assert build(tmp_path, SITE).written == ("index.html",)
    assert tree(tmp_path / "out") == SITE


def test_file_changed_during_the_build(tmp_path: Path) -> None:
    """What somebody puts in a page's place while the site is built is seen before anything is written."""
    build(tmp_path, {"a/index.html": b"a"})
    with Output(tmp_path / "out", tmp_path / "stage") as output:
        output.add("a/index.html", b"a")
        output.add("b/index.html", b"b")
        put(tmp_path / "out", {"b/index.html": b"mine"})
        with pytest.raises(Failed):
            output.commit()

    assert tree(tmp_path / "out") == {"a/index.html": b"a", "b/index.html": b"mine"}


# Any sequence, and any end of a process.

PATHS = ("a", "a/x", "a/y/z.html", "b", "b/x", "B", "c.html", "é")
CONTENTS = st.sampled_from([b"1", b"2", b"one page"])


def compatible(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Leave out the files that stand at the path of a folder."""
    return {path: data for path, data in files.items() if not any(other.startswith(f"{path}/") for other in files)}


PLANS = st.dictionaries(st.sampled_from(PATHS), CONTENTS).map(compatible)


def clash(planned: Mapping[str, bytes], foreign: Mapping[str, bytes]) -> bool:
    """Whether a foreign file keeps a planned one out: the rule, said in another way."""
    return any(
        (path == other and data != planned[path]) or path.startswith(f"{other}/") or other.startswith(f"{path}/")
        for path in planned
        for other, data in foreign.items()
    )


class Killed(BaseException):
    """Stands for the end of the process: nothing of ours catches it."""


def killed_at(patch: pytest.MonkeyPatch, step: int) -> None:
    """Let the process end at its `step`-th change of the file system."""
    left = [step]

    def ending(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return real(*arguments, **named)

        return call

    for name in ("replace", "unlink", "mkdir", "rmdir", "fsync"):
        patch.setattr(os, name, ending(getattr(os, name)))


def commit_killed(project: Path, files: Mapping[str, bytes], step: int) -> bool:
    """Commit `files`, but end at the `step`-th change of the file system; return whether it came to that."""
    with pytest.MonkeyPatch.context() as patch:
        killed_at(patch, step)
        try:
            output = Output(project / "out", project / ".sitegen" / "stage")
            for path, data in files.items():
                output.add(path, data)
            output.commit()
        except Killed:
            return True
    return False


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(PLANS, st.sets(st.sampled_from(PATHS)), st.lists(st.integers(min_value=0, max_value=40), max_size=1)),
        min_size=1,
        max_size=6,
    )
)
def test_any_sequence(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[dict[str, bytes], set[str], list[int]]]
) -> None:
    """Whatever was built, killed and put there: the folder ends with exactly what is planned and what is foreign.

    After a kill there are only whole files. A commit that is refused changes nothing, and is refused
    exactly where a foreign file stands in the way.
    """
    project = tmp_path_factory.mktemp("project")
    folder = project / "out"
    folder.mkdir()
    ours: set[tuple[str, bytes | None]] = set()
    foreign: dict[str, bytes] = {}
    for planned, arriving, kills in steps:
        for path in sorted(arriving):
            if not clash({path: b"mine"}, foreign | {path: b"" for path, _ in ours}):
                put(folder, {path: b"mine"})
                foreign[path] = b"mine"
        if clash(planned, foreign):
            assert {path for _, path in refused(project, planned)}
        elif any(commit_killed(project, planned, kill) for kill in kills):
            ours |= planned.items()

            assert foreign.items() <= pages(folder) <= ours | foreign.items()
        else:
            written = build(project, planned)
            ours = set(planned.items())

            assert tree(folder) == planned | foreign
            assert written.foreign == tuple(sorted(foreign))
            assert read_manifest(folder)[0].files == {path: digest_bytes(data) for path, data in planned.items()}


def site(word: str, folders: tuple[str, str], turn: str) -> dict[str, bytes]:
    """Return a site of seventeen pages, long enough to be cut in half."""
    paths = [turn, *(f"{folder}/{number}/index.html" for folder in folders for number in range(8))]
    return {path: f"{word} {path}".encode() * 300 for path in paths}


OLD = site("old", ("kept", "gone"), "turn")
NEW = site("new", ("kept", "come"), "turn/x")
NEWER = site("newer", ("kept", "come"), "turn/x")


def test_killed_at_every_step(tmp_path: Path) -> None:
    """After each single change of the file system, the next build is exact and finds nothing foreign."""
    step = 0
    while True:
        project = tmp_path / str(step)
        build(project, OLD)
        if not commit_killed(project, NEW, step):
            break
        # Another kill, while other bytes replace those of the first.
        commit_killed(project, NEWER, step * 7 % 60)
        planned = SITE if step % 2 else NEWER
        written = build(project, planned)

        assert written.foreign == ()
        assert tree(project / "out") == planned
        step += 1

    assert step > 40


KILL = """
import os, signal, sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])
from test_output import NEW, OLD, build

project, left = Path(sys.argv[2]), [int(sys.argv[3])]
build(project, OLD)


def ending(event, arguments):
    if event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir") or (event == "open" and str(arguments[1]) in "wbxb"):
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1


sys.addaudithook(ending)
build(project, NEW)
"""


@pytest.mark.parametrize("step", [3, 20, 25, 30, 40, 55])
def test_killed_process(tmp_path: Path, step: int) -> None:
    """A process that the system kills leaves whole files, and the next one completes the work."""
    arguments = [str(Path(__file__).parent), str(tmp_path), str(step)]
    process = subprocess.run([sys.executable, "-c", KILL, *arguments], check=False)

    assert process.returncode == -9
    assert pages(tmp_path / "out") <= OLD.items() | NEW.items()
    assert build(tmp_path, NEW).foreign == ()
    assert tree(tmp_path / "out") == NEW


LOOP = """
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])
from test_output import NEW, OLD, build

while True:
    for site in (OLD, NEW):
        build(Path(sys.argv[2]), site)
        print(flush=True)
"""


@pytest.mark.parametrize("builds", [1, 2, 5])
def test_killed_at_any_instant(tmp_path: Path, builds: int) -> None:
    """Killed from outside in the middle of building again and again, the outcome is the same."""
    with subprocess.Popen(
        [sys.executable, "-c", LOOP, str(Path(__file__).parent), str(tmp_path)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        for _ in range(builds):
            process.stdout.readline()
        process.kill()

    assert pages(tmp_path / "out") <= OLD.items() | NEW.items()
    assert build(tmp_path, NEW).foreign == ()
    assert tree(tmp_path / "out") == NEW
