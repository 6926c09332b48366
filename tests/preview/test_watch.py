"""The watch, with real files and the real observers: what is told of each way in which files change, and what not."""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sitegen.preview import watch as watching
from sitegen.preview.grounds import grounds
from sitegen.preview.noise import is_noise
from sitegen.preview.watch import Watch

PATIENCE = 30.0
"""Seconds after which what was to come is not coming."""

GIFT = "content/articles/business/gift.md"
MARK = "content/articles/technology/mark.md"

Told = frozenset[str] | None


class Eye:
    """A project that is watched, and what was told of it."""

    def __init__(self, folder: Path) -> None:
        """Make a project."""
        self.folder = folder
        self.told: list[Told] = []
        self.idle = 0
        self.notes: list[str] = []
        self.held = threading.Event()
        self.held.set()
        self._changed = threading.Condition()
        self.watch: Watch | None = None
        self.marks = 0
        for name in (GIFT, MARK, "templates/article.html", "config.toml"):
            self.write(name, "before")

    def open(self, *, poll: bool = False) -> Eye:
        """Begin to watch."""
        self.watch = Watch(
            self.folder, "config.toml", on_change=self._told, on_idle=self._idle, on_note=self.notes.append, poll=poll
        )
        self.watch.start()
        return self

    def _told(self, paths: Told) -> None:
        with self._changed:
            self.told.append(paths)
            self._changed.notify_all()
        assert self.held.wait(PATIENCE)

    def _idle(self) -> None:
        with self._changed:
            self.idle += 1
            self._changed.notify_all()

    def path(self, name: str) -> Path:
        """Return where a file of the project is."""
        return self.folder / name

    def write(self, name: str, text: str) -> None:
        """Write a file in place."""
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_text(text)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait for something to become true."""
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE), f"told: {str(self.told)[-400:]}"

    def wait_for(self, *names: str) -> set[str]:
        """Wait until each of these was told, by itself or with a folder; return all names since the last time."""

        def is_told() -> bool:
            every = self.names()
            return all(any(name == it or name.startswith(f"{it}/") for it in every) for name in names)

        self.wait(is_told)
        found = self.names()
        with self._changed:
            self.told = []
        return found

    def names(self) -> set[str]:
        """Return all names that were told."""
        return {name for paths in self.told if paths is not None for name in paths}

    def mark(self) -> set[str]:
        """Change a file of which nothing else is said, wait for it, and return what else was told by then."""
        self.marks += 1
        self.write(MARK, f"mark {self.marks}")
        return self.wait_for(MARK) - {MARK}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Poll often, so that the tests do not take long."""
    monkeypatch.setattr(watching, "INTERVAL", 0.05)


@pytest.fixture(params=[False, True], ids=["listening", "polling"])
def eye(request: pytest.FixtureRequest, tmp_path: Path, quick: None) -> Iterator[Eye]:
    """Return a project that is watched, in both ways."""
    del quick
    found = Eye(tmp_path / "site").open(poll=request.param)
    yield found
    end(found)


@pytest.fixture
def closed(tmp_path: Path, quick: None) -> Iterator[Eye]:
    """Return a project that is not watched yet."""
    del quick
    found = Eye(tmp_path / "site")
    yield found
    end(found)


def end(eye: Eye) -> None:
    """Stop watching."""
    eye.held.set()
    if eye.watch is not None:
        eye.watch.stop()


def in_place(file: Path, _: Callable[[], None]) -> None:
    """Save as VS Code, nano and most others do."""
    file.write_text("after, in place")


def by_rename(file: Path, pause: Callable[[], None]) -> None:
    """Save as careful programs do: write another file, then give it the name."""
    other = file.with_name("tmpq3x9")
    other.write_text("after, elsewhere")
    pause()
    other.replace(file)


def vim(file: Path, pause: Callable[[], None]) -> None:
    """Save as Vim does: look whether files can be made, move the old one away, write a new one, remove the old one."""
    probe, backup = file.with_name("4913"), file.with_name(f"{file.name}~")
    probe.write_text("")
    probe.unlink()
    file.rename(backup)
    pause()
    file.write_text("after, with a backup")
    backup.unlink()


def emacs(file: Path, pause: Callable[[], None]) -> None:
    """Save as Emacs does, with a link as the lock and a copy of what is not saved yet."""
    lock, autosave = file.with_name(f".#{file.name}"), file.with_name(f"#{file.name}#")
    lock.symlink_to("mara@desk.example.4711:1795392000")
    autosave.write_text("aft")
    file.rename(file.with_name(f"{file.name}~"))
    pause()
    file.write_text("after, locked")
    autosave.unlink()
    lock.unlink()


def jetbrains(file: Path, pause: Callable[[], None]) -> None:
    """Save as the editors of JetBrains do."""
    new, old = file.with_name(f"{file.name}___jb_tmp___"), file.with_name(f"{file.name}___jb_old___")
    new.write_text("after, and safe")
    file.rename(old)
    pause()
    new.rename(file)
    old.unlink()


def descriptors() -> int:
    """Return how many descriptors are open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


WAYS = [in_place, by_rename, vim, emacs, jetbrains]


@pytest.mark.parametrize("save", WAYS, ids=lambda way: way.__name__)
def test_each_way_of_saving_is_told(eye: Eye, save: Callable[..., None]) -> None:
    """The file is told, and nothing that an editor puts beside it but names that nobody can know."""
    save(eye.path(GIFT), lambda: None)

    assert eye.wait_for(GIFT) - {GIFT} <= {"content/articles/business/tmpq3x9"}
    assert eye.mark() <= {GIFT}


@pytest.mark.parametrize("save", WAYS, ids=lambda way: way.__name__)
def test_a_save_is_told_once(closed: Eye, save: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the disk takes its time between moving the old file away and writing the new one."""
    monkeypatch.setattr(watching, "UNDER_WAY", 20.0)
    monkeypatch.setattr(watching, "LONGEST", 60.0)
    monkeypatch.setattr(watching, "QUIET", 0.2)
    # Longer than it takes to be quiet: only what is known of the file keeps the watch from telling.
    pause = {by_rename: lambda: None}.get(save, lambda: time.sleep(0.5))
    closed.open()
    save(closed.path(GIFT), pause)
    closed.wait_for(GIFT)

    assert closed.mark() == set()


def test_a_burst_is_few_calls(eye: Eye) -> None:
    """A thousand files at once, each written by itself, are told with at most three calls.

    Who polls sees what is there when he looks: as many calls as looks, while they are written.
    """
    names = [f"content/articles/business/piece-{number}.md" for number in range(1000)]
    begun = time.monotonic()
    for name in names:
        eye.write(name, "one of many")
    eye.write(MARK, "the end")
    eye.wait(lambda: None in eye.told or eye.names() >= {*names, MARK})
    seconds = int(time.monotonic() - begun)  # none, where the machine is not busy: then all is told at once

    assert eye.watch is not None
    assert len(eye.told) <= 3 + seconds or eye.watch.is_polling
    assert None in eye.told or eye.names() >= set(names)


def test_a_slow_burst_is_few_calls(closed: Eye) -> None:
    """So are files that come for longer than anybody would wait: the watch becomes more patient."""
    closed.open()
    begun = time.monotonic()
    number = 0
    while time.monotonic() - begun < 2:
        number += 1
        closed.write(f"content/articles/business/piece-{number % 100}.md", f"Piece {number}")
    seconds = int(time.monotonic() - begun)
    closed.wait(lambda: len(closed.told) >= 2)
    closed.mark()

    assert number > 100
    assert len(closed.told) <= 2 + seconds


def test_a_save_after_a_burst(closed: Eye) -> None:
    """It may be the rest of the burst, and still is told before anybody notices."""
    closed.open()
    for number in range(40):
        closed.write(f"content/articles/business/piece-{number}.md", "one of many")
    closed.wait(lambda: bool(closed.told))
    closed.mark()
    quickest = PATIENCE
    for _ in range(3):
        begun = time.monotonic()
        closed.mark()
        quickest = min(quickest, time.monotonic() - begun)

    assert quickest < 0.3


def test_a_burst_without_end(closed: Eye, monkeypatch: pytest.MonkeyPatch) -> None:
    """The more patient the watch gets, it tells in time what else is saved meanwhile."""
    monkeypatch.setattr(watching, "LONGEST", 0.01)
    monkeypatch.setattr(watching, "MOST", 0.1)
    closed.open()
    begun = time.monotonic()
    number = 0
    while time.monotonic() - begun < 3:
        number += 1
        closed.write(f"content/articles/business/piece-{number % 100}.md", f"Piece {number}")

    assert len(closed.told) >= 8


def test_many_paths_are_everything(closed: Eye, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than five hundred paths are not told one by one."""
    monkeypatch.setattr(watching, "LONGEST", 60.0)
    monkeypatch.setattr(watching, "BURST", 1.0)
    closed.open()
    for number in range(501):
        closed.write(f"content/articles/business/piece-{number}.md", "a piece")
    closed.wait(lambda: bool(closed.told))

    assert closed.told == [None]


def test_what_happens_meanwhile_is_told_at_once_afterwards(closed: Eye) -> None:
    """While a change is worked at, all others gather for the next call."""
    closed.held.clear()
    closed.open()
    closed.write(GIFT, "the first")
    closed.wait(lambda: len(closed.told) == 1)
    names = [f"content/articles/business/piece-{number}.md" for number in range(20)]
    for name in names:
        closed.write(name, "meanwhile")
        time.sleep(0.01)  # not to be quiet all at once; nothing depends on it
    closed.held.set()
    closed.wait_for(*names)

    assert closed.mark() == set()


def test_folders_removed_and_made_again(eye: Eye) -> None:
    """What is written into them then is seen."""
    shutil.rmtree(eye.path("content/articles/business"))
    eye.wait_for(GIFT)
    eye.write(GIFT, "made again")
    eye.wait_for(GIFT)
    eye.write(GIFT, "written again")

    assert eye.wait_for(GIFT) == {GIFT}


def test_a_folder_that_is_moved_in(eye: Eye) -> None:
    """Its files are seen with it, and each of them later."""
    outside = eye.folder.parent / "elsewhere" / "2009"
    outside.mkdir(parents=True)
    (outside / "old.md").write_text("an old piece")
    outside.rename(eye.path("content/articles/business/2009"))
    old = "content/articles/business/2009/old.md"

    assert eye.wait_for(old) == {"content/articles/business/2009"}

    eye.write(old, "a mended piece")
    assert eye.wait_for(old) == {old}


def test_a_folder_that_is_moved_out_and_in_again(eye: Eye) -> None:
    """It is watched as before."""
    inside, outside = eye.path("content/articles/business"), eye.folder.parent / "business"
    inside.rename(outside)
    eye.wait_for(GIFT)
    outside.rename(inside)
    eye.wait_for(GIFT)
    eye.write(GIFT, "back")

    assert eye.wait_for(GIFT) == {GIFT}


def test_a_folder_that_is_renamed(eye: Eye) -> None:
    """Both names are told, and what is in it has the new one."""
    eye.path("content/articles/business").rename(eye.path("content/articles/trade"))
    moved = "content/articles/trade/gift.md"

    assert eye.wait_for(GIFT, moved) <= {"content/articles/business", "content/articles/trade"}

    eye.write(moved, "of trade")
    assert eye.wait_for(moved) == {moved}


def test_folders_within_new_folders(eye: Eye) -> None:
    """Made at once with what is in them, as `mkdir -p` and a branch that is switched to do."""
    deep = "content/articles/a/b/c/deep.md"
    eye.write(deep, "deep")
    eye.wait_for(deep)
    eye.write(deep, "deeper")

    assert eye.wait_for(deep) == {deep}


@pytest.mark.parametrize("room", ["content", "templates"])
def test_a_room_gone_and_back(eye: Eye, room: str) -> None:
    """`content/` or `templates/` itself may be removed, moved away and made again."""
    file = GIFT if room == "content" else "templates/article.html"
    shutil.rmtree(eye.path(room))
    eye.wait_for(room)
    eye.write(file, "made again")
    eye.wait_for(file)
    eye.write(file, "written again")
    assert eye.wait_for(file) == {file}

    eye.path(room).rename(eye.path("away"))
    eye.wait_for(room)
    eye.path("away").rename(eye.path(room))
    eye.wait_for(room)
    eye.write(file, "and again")
    # Who polls may find the room itself anew at that look, which says the same of more.
    assert eye.wait_for(file) in ({file}, {room} if eye.watch is not None and eye.watch.is_polling else {file})


def test_the_configuration(eye: Eye) -> None:
    """It is told, and no other file beside it."""
    eye.write("notes.txt", "not of the site")
    eye.write("output/index.html", "made")
    eye.write(".sitegen/state.sqlite", "remembered")
    by_rename(eye.path("config.toml"), lambda: None)

    assert eye.wait_for("config.toml") == {"config.toml"}


def test_editors_files_alone_are_nothing(eye: Eye) -> None:
    """Locks, backups and what is not saved yet tell nothing of the site."""
    for name in (".gift.md.swp", ".gift.md.swx", "4913", "gift.md~", "#gift.md#", "gift.md___jb_tmp___", ".DS_Store"):
        file = eye.path(GIFT).with_name(name)
        file.write_text("x")
        file.write_text("y")
    eye.path(GIFT).with_name(".#gift.md").symlink_to("nobody")
    eye.path("content/articles/.git").mkdir()
    eye.write("content/articles/.git/index", "x")

    assert eye.mark() == set()

    for name in (".gift.md.swp", ".#gift.md", "gift.md~"):
        eye.path(GIFT).with_name(name).unlink()
    assert eye.mark() == set()


def test_reading_is_nothing(eye: Eye) -> None:
    """To read every file and to walk through every folder calls nothing."""
    for folder, _, files in os.walk(eye.folder):
        for name in files:
            Path(folder, name).read_bytes()

    assert eye.mark() == set()


def test_rights_are_told(eye: Eye) -> None:
    """A file that could not be read may be read now."""
    eye.path(GIFT).chmod(0o600)

    assert eye.wait_for(GIFT) == {GIFT}


def test_a_clock_set_back(eye: Eye) -> None:
    """A file whose time is long past is told like any other."""
    eye.write(GIFT, "of another length")
    os.utime(eye.path(GIFT), (1_000_000_000, 1_000_000_000))

    assert eye.wait_for(GIFT) == {GIFT}


def test_a_shared_theme(closed: Eye) -> None:
    """A folder and a file to which links in the templates lead are watched where they really stand."""
    shared = closed.folder.parent / "theme"
    (shared / "parts").mkdir(parents=True)
    (shared / "parts" / "head.html").write_text("head")
    (shared / "foot.html").write_text("foot")
    closed.path("templates/parts").symlink_to(shared / "parts")
    closed.path("templates/foot.html").symlink_to(shared / "foot.html")
    closed.open()

    (shared / "parts" / "head.html").write_text("another head")
    assert closed.wait_for("templates/parts/head.html") == {"templates/parts/head.html"}
    (shared / "foot.html").write_text("another foot")
    assert closed.wait_for("templates/foot.html") == {"templates/foot.html"}
    (shared / "unused.html").write_text("beside it")
    assert closed.mark() == set()


def test_a_link_that_is_made_while_watching(eye: Eye) -> None:
    """What it leads to is watched from then on."""
    shared = eye.folder.parent / "theme"
    shared.mkdir()
    (shared / "head.html").write_text("head")
    eye.path("templates/shared").symlink_to(shared)
    eye.wait_for("templates/shared/head.html")
    (shared / "head.html").write_text("another head")

    assert eye.wait_for("templates/shared/head.html") <= {"templates/shared/head.html", "templates/shared"}


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    """Links that lead to each other are followed once."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "to-a").symlink_to(tmp_path / "a")
        (tmp_path / name / "to-b").symlink_to(tmp_path / "b")
    (tmp_path / "site" / "templates").mkdir(parents=True)
    (tmp_path / "site" / "templates" / "a").symlink_to(tmp_path / "a")

    assert {Path(it.folder).name for it in grounds(tmp_path / "site", "config.toml")} == {"site", "templates", "a", "b"}


def test_a_room_that_is_a_link(closed: Eye) -> None:
    """`content` may be a link to where the texts really are."""
    closed.path("content").rename(closed.folder.parent / "texts")
    closed.path("content").symlink_to(closed.folder.parent / "texts")
    closed.open()
    closed.write(GIFT, "through the link")

    assert closed.wait_for(GIFT) == {GIFT}


@pytest.mark.parametrize(("number", "said"), [(errno.ENOSPC, "max_user_watches"), (errno.EMFILE, "max_user_instances")])
def test_limits_of_the_system(closed: Eye, number: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it cannot watch as many folders, files are looked at, and one line says so and what to do."""
    from watchdog.observers import inotify_c

    really, count = inotify_c.inotify_add_watch, 0

    def limited(*arguments: Any) -> Any:
        nonlocal count
        count += 1
        if count <= 4:
            return really(*arguments)
        ctypes.set_errno(number)
        return -1

    def none() -> int:
        ctypes.set_errno(number)
        return -1

    if number == errno.ENOSPC:
        monkeypatch.setattr(inotify_c, "inotify_add_watch", limited)
    else:
        monkeypatch.setattr(inotify_c, "inotify_init", none)
    closed.open()
    closed.write(GIFT, "seen nevertheless")

    assert closed.wait_for(GIFT) == {GIFT}
    assert len(closed.notes) == 1
    assert said in closed.notes[0]


def test_limits_that_are_reached_later(closed: Eye, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it is a new folder for which there is no room."""
    from watchdog.observers import inotify_c

    def none(*_: Any) -> int:
        ctypes.set_errno(errno.ENOSPC)
        return -1

    closed.open()
    monkeypatch.setattr(inotify_c, "inotify_add_watch", none)
    new = "content/articles/new/piece.md"
    closed.write(new, "in a new folder")
    closed.wait(lambda: bool(closed.notes) and bool(closed.told))
    closed.wait_for()
    closed.write(new, "written again")

    closed.wait_for(new)


def test_lost_events_are_everything(closed: Eye) -> None:
    """Where the observer warns that it could not follow, all may have changed."""
    closed.open()
    logging.getLogger("watchdog.observers.inotify_c").warning("events were lost")

    closed.wait(lambda: closed.told == [None])


def test_an_observer_that_fails_is_replaced(closed: Eye, monkeypatch: pytest.MonkeyPatch) -> None:
    """All may have changed in the meantime, and all is watched again."""
    monkeypatch.setattr(watching, "IDLE", 0.05)
    closed.open()
    assert closed.watch is not None
    assert closed.watch._observer is not None
    closed.watch._observer.stop()
    closed.wait(lambda: None in closed.told)
    closed.write(GIFT, "seen by the next one")

    assert closed.wait_for(GIFT) == {GIFT}


def test_one_look_when_it_is_quiet(closed: Eye, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the start, and after each change; not again and again."""
    monkeypatch.setattr(watching, "IDLE", 0.1)
    closed.open()
    closed.wait(lambda: closed.idle == 1)
    for count in (2, 3):
        closed.mark()
        closed.wait(lambda count=count: closed.idle == count)  # type: ignore[misc]


@pytest.mark.parametrize("poll", [False, True])
def test_nothing_is_left(closed: Eye, *, poll: bool) -> None:
    """Neither a thread nor a descriptor, however much was watched."""
    closed.open(poll=poll)
    end(closed)  # what is imported once is open now
    before = set(threading.enumerate()), descriptors()
    closed.open(poll=poll)
    closed.write("content/articles/new/piece.md", "new")
    closed.wait_for("content/articles/new/piece.md")
    shutil.rmtree(closed.path("content"))
    closed.wait_for("content")
    end(closed)
    closed.watch = None

    assert (set(threading.enumerate()), descriptors()) == before


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("content/articles/a/gift.md", False),
        ("content/articles/a/.gift.md.swp", True),
        ("content/articles/.obsidian/workspace.json", True),
        ("content/files/.well-known/security.txt", False),
        ("content/files/.git/HEAD", True),
        ("content/files/.DS_Store", True),
        ("content/files/4913", True),
        ("templates/article.html", False),
        ("templates/article.html~", True),
    ],
)
def test_what_is_noise(name: str, *, expected: bool) -> None:
    """Hidden files are published from `content/files/` only, and backups never."""
    assert is_noise(name) is expected


def test_a_year_is_no_noise() -> None:
    """A folder may have any name that Vim uses for a file."""
    assert not is_noise("content/articles/4913", is_folder=True)
