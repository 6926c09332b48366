"""A small site under the hands of careless editors, as a state machine; what follows their edits is for its heirs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from miniature import MEMORY, TEMPLATES, Miniature, Result, day
from pieces import BREAKAGES, OPTIONS, OTHERS, PATHS, Piece, Point, arguments, as_bytes, broken, changes, configuration

from sitegen.digest import digest

__all__ = ["SOAK", "Editing", "edit", "numbers", "run"]

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"

PACKAGED = ("redirect.html", "feed.json")
"""Templates without which the packaged ones stand in; without the others they would miss their macros."""

CLEAN: dict[str, Result] = {}
"""Clean builds by what was built, the first ones."""
KEPT = 200
"""Clean builds that are kept; each may have a megabyte, and there are thousands where tests run for hours."""

afterwards = st.sampled_from(("build", "check", "build", "nothing", "build", "keep going"))
"""What follows an edit: a build, mostly; it is held against a clean one now and then, as the last one always is."""


def edit(**strategies: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Any]:
    """Make a rule of a method that changes something: a build may follow it."""

    def decorate(method: Callable[..., None]) -> Any:
        @wraps(method)
        def changed(self: Editing, then: str, **values: Any) -> None:
            method(self, **values)
            self.after(then)

        return rule(then=afterwards, **strategies)(changed)

    return decorate


numbers = st.integers(0, 30)


class Editing(RuleBasedStateMachine):
    """A site under the hands of careless editors.

    `files` holds the project's files as they are, `before` every version there was, `pieces` what the bytes of articles
    mean. `choices` are those of a run.
    """

    def __init__(self) -> None:
        """Begin with the templates alone."""
        super().__init__()
        self.temporary = tempfile.TemporaryDirectory(dir=MEMORY)
        self.home = Path(self.temporary.name)
        self.site = Miniature(self.home / "site")
        self.files = {f"templates/{name}": text.encode() for name, text in TEMPLATES.items()}
        self.before: dict[str, list[bytes]] = {}
        self.pieces: dict[bytes, Piece] = {}
        self.chosen: dict[str, str] = {}
        self.choices: dict[str, bool] = {"drafts": False, "future": False}
        self.days = 0

    def after(self, then: str) -> None:
        """Do what follows an edit: `build`, `check`, `keep going` or `nothing`."""
        raise NotImplementedError

    @edit(number=numbers, change=changes, sneaky=st.booleans())
    def change(self, *, number: int, change: tuple[str, Any], sneaky: bool) -> None:
        """Change a part of an article; the clock of its file may be put back."""
        path = self.article(number)
        piece = self.pieces[self.files[path]]._replace(**{change[0]: change[1]})
        self.save(path, piece, sneaky=sneaky)

    @edit(number=numbers, place=st.integers(0, 2), part=arguments)
    def argue(self, number: int, place: int, part: tuple[str, str]) -> None:
        """Change a part of an argument of an article, or give it a first one."""
        path = self.article(number)
        piece = self.pieces[self.files[path]]
        points = list(piece.points or (Point("a", "It is so."),))
        points[place % len(points)] = points[place % len(points)]._replace(**{part[0]: part[1]})
        self.save(path, piece._replace(points=tuple(points)))

    @edit(number=numbers)
    def turn(self, number: int) -> None:
        """Turn the arguments of an article around."""
        path = self.article(number)
        piece = self.pieces[self.files[path]]
        self.save(path, piece._replace(points=piece.points[::-1]))

    @edit(
        number=numbers,
        breakage=st.integers(0, len(BREAKAGES) - 1),
        mended=st.sampled_from((True, True, False)),
        going=st.booleans(),
    )
    def break_off(self, *, number: int, breakage: int, mended: bool, going: bool) -> None:
        """Save an article with an error in it and build; mend it mostly."""
        path = self.article(number)
        data = self.files[path]
        worse = broken(data, breakage)
        self.pieces[worse] = self.pieces[data]
        self.write(path, worse)
        self.after("keep going" if going else "check")
        if mended:
            self.write(path, data)

    @edit(one=numbers, other=numbers)
    def create(self, one: int, other: int) -> None:
        """Begin an article with the text of another, or write over one."""
        self.write(PATHS[other % len(PATHS)], self.files[self.article(one)])

    @edit(one=numbers, other=numbers)
    def rename(self, one: int, other: int) -> None:
        """Move an article, over another one as it may be."""
        old, new = self.article(one), PATHS[other % len(PATHS)]
        if old != new:
            self.write(new, self.files[old])
            self.delete(old)

    @edit(one=numbers, other=numbers)
    def swap(self, one: int, other: int) -> None:
        """Let two articles change places, times of their files and all."""
        first, second = (self.site.folder / self.article(number) for number in (one, other))
        if first != second:
            spare = self.home / "spare"
            first.rename(spare)
            second.rename(first)
            spare.rename(second)
            for file in (first, second):
                path = file.relative_to(self.site.folder).as_posix()
                self.files[path] = file.read_bytes()
                self.changed(path)

    @edit(number=numbers)
    def remove(self, number: int) -> None:
        """Delete an article, unless it is the last."""
        if len([path for path in self.files if path in PATHS]) > 1:
            self.delete(self.article(number))

    @edit(path=st.sampled_from(sorted(OTHERS)), version=st.integers(-1, 7), sneaky=st.booleans())
    def put(self, *, path: str, version: int, sneaky: bool) -> None:
        """Write a file that is no article, or remove it."""
        name = path.removeprefix("templates/")
        own = [TEMPLATES[name]] if name in TEMPLATES else []
        versions = [*own, *OTHERS[path]]
        if version >= 0 or (own and name not in PACKAGED):
            self.write(path, as_bytes(versions[max(version, 0) % len(versions)]), sneaky=sneaky)
        elif path in self.files:
            self.delete(path)

    @edit(number=numbers, version=numbers)
    def restore(self, number: int, version: int) -> None:
        """Bring back an earlier version of a file, with a new time."""
        paths = sorted(self.before)
        versions = self.before[paths[number % len(paths)]]
        self.write(paths[number % len(paths)], versions[version % len(versions)])

    @edit(number=numbers)
    def touch(self, number: int) -> None:
        """Save a file as it is."""
        paths = sorted(self.files)
        path = paths[number * 5 % len(paths)]
        (self.site.folder / path).write_bytes(self.files[path])
        self.changed(path)

    @edit(key=st.sampled_from(sorted(OPTIONS)), number=numbers)
    def configure(self, key: str, number: int) -> None:
        """Change the configuration."""
        self.chosen[key] = OPTIONS[key][number % len(OPTIONS[key])]
        self.write("config.toml", configuration(self.chosen).encode())

    @edit(days=st.sampled_from((1, 5, 8, -3, 400)))
    def wait(self, days: int) -> None:
        """Let days go by, or put the clock back."""
        self.days += days

    @edit(choice=st.sampled_from(("drafts", "future")))
    def choose(self, choice: str) -> None:
        """Ask for drafts, or for pieces of a later day, or do so no more."""
        self.choices[choice] = not self.choices[choice]

    def changed(self, path: str) -> None:
        """Hear that a file is another one, or gone."""

    def judge(self, **choices: bool) -> Result:
        """Return a clean build of the project as it is; that of the first state serves many sequences."""
        chosen = self.choices | choices
        key = digest([sorted(self.files.items()), self.days, chosen])
        found = CLEAN.get(key) or self.site.clean(self.home / "clean", day(self.days), **chosen)
        if len(CLEAN) < KEPT:
            CLEAN[key] = found
        return found

    def article(self, number: int) -> str:
        """Return the path of an article that is there."""
        paths = [path for path in PATHS if path in self.files]
        return paths[number % len(paths)]

    def save(self, path: str, piece: Piece, *, sneaky: bool = False) -> None:
        """Write an article."""
        self.pieces[piece.data] = piece
        self.write(path, piece.data, sneaky=sneaky)

    def write(self, path: str, data: bytes, *, sneaky: bool = False) -> None:
        """Write a file of the project; if `sneaky`, with the time that it had."""
        file = self.site.folder / path
        stat = file.stat() if sneaky and file.exists() else None
        self.site.write(path, data)
        if stat:
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        self.files[path] = data
        self.before.setdefault(path, []).append(data)
        self.changed(path)

    def delete(self, path: str) -> None:
        """Delete a file of the project."""
        self.site.delete(path)
        del self.files[path]
        self.changed(path)


def run(kind: type[Editing], case: int, sequences: int, steps: int) -> None:
    """Run a machine, the same way for the same case; at random where it soaks."""
    machine = type(f"{kind.__name__}{case}", (kind,), {})
    run_state_machine_as_test(
        machine if SOAK else seed(case)(machine),
        settings=settings(
            max_examples=sequences,
            stateful_step_count=steps,
            deadline=None,
            database=settings.default.database if SOAK else None,
            suppress_health_check=list(HealthCheck),
            phases=[phase for phase in Phase if phase is not Phase.explain],
        ),
    )
