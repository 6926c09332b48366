"""The program as the shell sees it: exit codes, streams, colours, signals."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from harness import Site

from sitegen.build.lock import build_lock

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
PROGRAM = [sys.executable, "-m", "sitegen"]


def run(*arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder."""
    whole = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CI", "FORCE_COLOR")}
    return subprocess.run(
        [*PROGRAM, *arguments], cwd=cwd, env=whole | env, capture_output=True, text=True, check=False, timeout=60
    )


def on_terminal(*arguments: str, cwd: Path, **env: str) -> str:
    """Run the program on a terminal of 80 columns and return what it shows."""
    whole = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CI")}
    leader, follower = pty.openpty()
    shape = {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    with subprocess.Popen([*PROGRAM, *arguments], cwd=cwd, env=whole | shape | env, stdout=follower, stderr=follower):
        os.close(follower)
        shown = b""
        while select.select([leader], [], [], 60)[0]:
            try:
                shown += os.read(leader, 65536)
            except OSError:  # Linux: the other side is closed
                break
    os.close(leader)
    return shown.decode()


def test_exit_codes(site: Site) -> None:
    """0 fine, 1 errors, 2 wrong usage, 3 kept back; each with its stream."""
    good = run("build", cwd=site.article().folder)
    site.article(standards="editorail")
    bad, kept = run("build", cwd=site.folder), run("build", "--keep-going", cwd=site.folder)
    wrong = run("buidl", cwd=site.folder)

    assert [good.returncode, bad.returncode, wrong.returncode, kept.returncode] == [0, 1, 2, 3]
    assert (good.stderr, bad.stdout, wrong.stdout) == ("", "", "")
    assert "Did you mean 'build'?" in wrong.stderr
    assert "kept back content/articles/business/gift.md: its last good version stands in" in kept.stdout


def test_the_version(tmp_path: Path) -> None:
    """Needs no site."""
    assert run("--version", cwd=tmp_path).stdout.startswith("sitegen, version ")


def test_help_is_everywhere(tmp_path: Path) -> None:
    """`-h` works for the program and for each command, and fits a terminal."""
    for command in ([], ["build"], ["clean"], ["explain"], ["init"], ["new"], ["new", "article"], ["serve"]):
        told = run(*command, "-h", cwd=tmp_path)

        assert (told.returncode, told.stderr) == (0, "")
        assert max(map(len, told.stdout.splitlines())) <= 80
    assert "_SITEGEN_COMPLETE=bash_source" in run("-h", cwd=tmp_path).stdout


def test_colours_are_for_terminals(site: Site) -> None:
    """Not for pipes, and not where `NO_COLOR` or `--no-color` says so."""
    site.article(standards="editorail")

    assert not COLOUR.search(run("build", cwd=site.folder).stderr)
    assert "\x1b[1;31merror: " in on_terminal("build", cwd=site.folder)
    assert not COLOUR.search(on_terminal("build", cwd=site.folder, NO_COLOR="1"))
    assert not COLOUR.search(on_terminal("--no-color", "build", cwd=site.folder))


def test_lines_fit_the_terminal(site: Site) -> None:
    """They are broken at blanks there, and never in a pipe."""
    site.article(standards="editorail", title="[unclosed")
    shown = on_terminal("build", cwd=site.folder, NO_COLOR="1")
    # On a busy machine there was progress to be seen, and these take it away again (ECMA-48, sections 8.3.22, 8.3.41).
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown).splitlines()

    assert [line for line in lines if len(line) > 80] == []


def test_text_beyond_the_encoding_is_no_traceback(site: Site) -> None:
    """What the terminal cannot show becomes a mark."""
    site.article(standards="editorail", title="漢字")
    told = run("build", cwd=site.folder, PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    assert told.returncode == 1
    assert "unknown standards notice ?editorail?" in told.stderr


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_reader_that_goes_away_is_no_traceback(site: Site, options: list[str]) -> None:
    """As in `sitegen build | head -0`."""
    site.article().build()
    with subprocess.Popen(
        [*PROGRAM, "build", *options], cwd=site.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()

        assert process.stderr.read() == b""


def test_an_interrupt_ends_with_130(site: Site) -> None:
    """At once, in a word; the output folder is as it was."""
    site.article().build()
    before = site.tree()
    # Where the tests run in the background of a shell, interrupts are ignored, and children inherit that.
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)
    # The lock is held by this process, so the build is waiting when the signal comes.
    with (
        build_lock(site.folder / ".sitegen", lambda _: None),
        subprocess.Popen(
            [*PROGRAM, "build"], cwd=site.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process,
    ):
        assert process.stderr is not None
        waiting = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()

    signal.signal(signal.SIGINT, inherited)
    assert process.returncode == 130, told
    assert "waiting for another build" in waiting
    assert told == "interrupted\n"
    assert site.tree() == before


def test_an_early_interrupt_ends_with_130(tmp_path: Path) -> None:
    """Also before the command line is loaded: no traceback."""
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt\n")
    told = run("--version", cwd=tmp_path, PYTHONPATH=str(tmp_path))

    assert (told.returncode, told.stdout, told.stderr) == (130, "", "")


def test_a_bar_shows_only_on_a_terminal_and_not_in_ci(site: Site) -> None:
    """The cursor is hidden for a bar alone, so its sequence tells."""
    for number in range(150):
        site.article(f"business/piece-{number}", "Word. " * 400, title=f"Piece {number}")
    begun = time.monotonic()
    shown = on_terminal("build", cwd=site.folder)
    took = time.monotonic() - begun

    assert took < 1 or "\x1b[?25l" in shown
    assert "\x1b[?25l" not in on_terminal("build", cwd=site.folder, CI="1")
