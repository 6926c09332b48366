"""`sitegen init`: a site that builds as it is, made in an empty folder only."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from harness import Site

from sitegen.cli import sitegen


def init(*arguments: str) -> Result:
    """Run `sitegen init`."""
    return CliRunner().invoke(sitegen, ["init", *arguments], prog_name="sitegen")


def test_a_new_site_builds_without_a_finding(tmp_path: Path) -> None:
    """Its first article shows three arguments under a standards notice; git does not see what is built."""
    folder = tmp_path / "far" / "away" / "desk"
    result = init(str(folder))
    config = (folder / "config.toml").read_text()
    run = Site(folder, config).build("--strict")

    assert (result.exit_code, result.stdout) == (0, f"{folder}\n")
    assert "sitegen build" in result.stderr
    assert run.err == ""
    run.page("/opinion/point-by-point/").has("h1", "Point by point").has("#named").has("body", "Editorial standards")
    run.page("/opinion/point-by-point/addresses/")
    assert (folder / ".gitignore").read_text().splitlines()[1:] == ["/output/", "/.sitegen/"]


def test_title_and_address_are_written_as_given(tmp_path: Path) -> None:
    """Also with quotes and backslashes."""
    title = 'The "Open" Desk \\ 🐎'
    init(str(tmp_path / "desk"), "--title", title, "--base-url", "https://example.net/desk/")
    config = tomllib.loads((tmp_path / "desk" / "config.toml").read_text())

    assert (config["title"], config["base_url"]) == (title, "https://example.net/desk/")


def test_a_repository_without_files_is_empty(tmp_path: Path) -> None:
    """`git init` may come first."""
    (tmp_path / ".git").mkdir()

    assert init(str(tmp_path)).exit_code == 0


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    """Nothing is written into it."""
    (tmp_path / "letter.txt").write_text("mine")
    result = init(str(tmp_path))

    assert result.exit_code == 1
    assert "is not empty: it holds letter.txt" in result.stderr
    assert [there.name for there in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_is_refused(tmp_path: Path) -> None:
    """With a reason."""
    (tmp_path / "desk").write_text("mine")
    result = init(str(tmp_path / "desk"))

    assert (result.exit_code, "is a file" in result.stderr) == (1, True)


@pytest.mark.parametrize("url", ["example.org", "ftp://example.org/", "https://example.org/?q"])
def test_an_address_that_cannot_be_is_refused(tmp_path: Path, url: str) -> None:
    """Before anything is written."""
    result = init(str(tmp_path / "desk"), "--base-url", url)

    assert (result.exit_code, (tmp_path / "desk").exists()) == (2, False)
    assert "is not an absolute URL" in result.stderr
