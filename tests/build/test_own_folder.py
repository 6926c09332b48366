"""What sitegen remembers lies in a folder of its own: links that a project brings lead it nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from harness import Site

from sitegen.build.own_folder import own_folder
from sitegen.errors import OutputError

TARGET = '\n[publish.live]\nkind = "folder"\npath = "../www"\n'


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Return a folder of somebody else, with what sitegen would remove if it were its own."""
    folder = tmp_path / "letters"
    for name in ("stage", "pictures", "verify", "workers", "preview"):
        (folder / name).mkdir(parents=True)
        (folder / name / "letter").write_bytes(b"theirs")
    for name in ("archive-letter.sqlite", "state.sqlite", "build.lock", "publish.lock"):
        (folder / name).write_bytes(b"theirs")
    return folder


def kept(letters: Path) -> dict[str, bytes]:
    """Return all files there."""
    return {file.relative_to(letters).as_posix(): file.read_bytes() for file in letters.rglob("*") if file.is_file()}


@pytest.mark.parametrize(
    "command", [("build",), ("build", "--verify"), ("clean",), ("publish",), ("serve", "--port=0")]
)
@pytest.mark.parametrize(
    "name",
    [".sitegen", ".sitegen/pictures", ".sitegen/preview/stage", ".sitegen/state.sqlite", ".sitegen/build.lock"],
)
def test_links(tmp_path: Path, letters: Path, name: str, command: tuple[str, ...]) -> None:
    """Where the folder or something in it is a link, every command that writes says so, and removes nothing."""
    site = Site(tmp_path / "site")
    site.article("law/code")
    site.write("config.toml", f"{(site.folder / 'config.toml').read_text('utf-8')}{TARGET}")
    before = kept(letters)
    link = site.folder / name
    link.parent.mkdir(exist_ok=True, parents=True)
    link.symlink_to(letters if name == ".sitegen" else letters / link.name)

    run = site.run(*command).expect(1)
    assert f"{name} is a link" in run.err
    assert "Traceback" not in run.err
    assert kept(letters) == before


def test_explaining_removes_nothing(tmp_path: Path, letters: Path) -> None:
    """`explain` may run beside a build, and where a project cannot be written: it leaves the folder alone."""
    site = Site(tmp_path / "site")
    for number in range(130):
        site.article(f"law/code-{number}")
    before = kept(letters)
    (site.folder / ".sitegen").symlink_to(letters)
    site.run("explain", "content/articles/law/code-1.md").expect(0)
    assert kept(letters) == before


@pytest.mark.parametrize("name", ["moment", "stage", "preview/.gitignore"])
def test_pipes(tmp_path: Path, name: str) -> None:
    """A pipe in the place of a file is told: who opens it would wait for ever."""
    site = Site(tmp_path / "site")
    site.article("law/code")
    pipe = site.folder / ".sitegen" / name
    pipe.parent.mkdir(parents=True)
    os.mkfifo(pipe)
    site.run("build").expect(1).says(f".sitegen/{name} is neither a file nor a folder")


@pytest.mark.parametrize("command", [("serve", "--port=0"), ("clean",), ("build", "--clean")])
def test_what_the_system_refuses(tmp_path: Path, command: tuple[str, ...]) -> None:
    """A file where a folder is to be, and a folder where a file is, are told with their names."""
    site = Site(tmp_path / "site")
    site.article("law/code")
    (site.folder / ".sitegen/state.sqlite").mkdir(parents=True)
    (site.folder / ".sitegen/preview").touch()
    site.run(*command).expect(1).says(f"{site.folder / '.sitegen'}/", "the system refuses it", "hint: look at what")


def test_folder(tmp_path: Path) -> None:
    """It is made where it is not there; other files in it are of no concern."""
    own_folder(tmp_path / "one" / "two")
    (tmp_path / "one" / "file").write_bytes(b"")
    own_folder(tmp_path / "one")
    with pytest.raises(FileExistsError):
        own_folder(tmp_path / "one" / "file")
    (tmp_path / "one" / "link").symlink_to("nowhere")
    with pytest.raises(OutputError, match="link is a link"):
        own_folder(tmp_path / "one")
