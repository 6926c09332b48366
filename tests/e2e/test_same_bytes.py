"""The same sources give the same bytes, wherever, whenever and in whatever order they are read."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from extent import later
from harness import Site

from sitegen.build.manifest import MANIFEST_NAME

SAMPLE = Path(__file__).resolve().parents[2]
SECTIONS = ("libraries", "technology")
INDEX = "assets/pagefind/"
MADE_OF = f"{INDEX}made-of.txt"


def sample(folder: Path) -> Site:
    """Return a site with two sections of the sample archive, and all that is not an article."""

    def left_out(path: str, names: list[str]) -> list[str]:
        return [name for name in names if Path(path).name == "articles" and name not in SECTIONS]

    shutil.copytree(SAMPLE / "content", folder / "content", dirs_exist_ok=True, ignore=left_out)
    # Relations into the sections that are left out would be errors.
    config = (SAMPLE / "config.toml").read_text("utf-8") + '\n[checks]\nmissing-reference = "warning"\n'
    return Site(folder, config)


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return that site, built once."""
    site = sample(tmp_path_factory.mktemp("rich") / "site")
    site.build("--as-of", "2026-06-01")
    return site


def alike(tree: dict[str, bytes]) -> dict[str, bytes]:
    """Return a tree without the index of the search page, of which Pagefind gives other bytes each time.

    What it is made of is the same, and so is all that the manifest says of other files.
    """
    files = {path: data for path, data in tree.items() if not path.startswith(INDEX) or path == MADE_OF}
    manifest = json.loads(files.pop(MANIFEST_NAME))
    manifest["files"] = {path: it for path, it in manifest["files"].items() if path in files}
    return files | {MANIFEST_NAME: json.dumps(manifest).encode()}


def build(site: Site, folder: Path | None = None, **environment: str) -> dict[str, bytes]:
    """Build in a process of its own, from another working directory, and return the output."""
    keep = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME") if name in os.environ}
    config = site.folder / "config.toml"
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "sitegen",
            "-c",
            os.path.relpath(config, folder or site.folder),
            "build",
            "--as-of",
            "2026-06-01",
        ],
        cwd=folder or site.folder,
        env=keep | environment,
        capture_output=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr.decode("utf-8", "replace")
    return site.tree()


@pytest.mark.parametrize(
    "environment",
    [
        *later({"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"}),
        {"TZ": "America/New_York", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "2", "LANGUAGE": "tr"},
        *later({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONHASHSEED": "3"}),
        *later({"LC_ALL": "POSIX", "PYTHONUTF8": "1", "PYTHONHASHSEED": "4", "PYTHONOPTIMIZE": "1"}),
    ],
    ids=["east", "turkish", "ascii", "optimised"],
)
def test_environment(rich: Site, tmp_path: Path, environment: dict[str, str]) -> None:
    """Time zone, locale, encoding, hash seed and working directory change nothing."""
    site = sample(tmp_path / "elsewhere" / "site")
    other = tmp_path / "elsewhere"

    assert alike(build(site, other, **environment)) == alike(rich.tree())


@pytest.mark.parametrize("seed", [0, *later(1, 2)])
def test_order_of_the_file_system(rich: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """In whatever order a folder lists its files, and in whatever order they were made, the bytes are the same."""
    shuffled = random.Random(seed)  # noqa: S311 - an order, not a secret
    site = Site(tmp_path / "site", (rich.folder / "config.toml").read_text("utf-8"))
    files = [file for file in (rich.folder / "content").rglob("*") if file.is_file()]
    shuffled.shuffle(files)
    for file in files:
        site.write(file.relative_to(rich.folder).as_posix(), file.read_bytes())
    listdir, rglob = os.listdir, Path.rglob

    def mixed(path: str | Path = ".") -> list[str]:
        names = listdir(path)
        shuffled.shuffle(names)
        return names

    def mixed_below(folder: Path, pattern: str) -> list[Path]:
        found = list(rglob(folder, pattern))
        shuffled.shuffle(found)
        return found

    monkeypatch.setattr(os, "listdir", mixed)
    monkeypatch.setattr(Path, "rglob", mixed_below)
    run = site.build("--as-of", "2026-06-01")
    monkeypatch.undo()

    assert alike(site.tree()) == alike(rich.tree())
    assert run.findings == rich.build("--as-of", "2026-06-01").findings


def test_again_and_again(rich: Site) -> None:
    """A build of what is built writes nothing, with the state of the last build and without it."""
    before = rich.tree()

    for options in ((), ("--clean",), ("--keep-going",)):
        assert rich.build("--as-of", "2026-06-01", "--json", *options).json["written"] == 0
        assert rich.tree() == before


@pytest.mark.long
def test_by_way_of_other_states(rich: Site, tmp_path: Path) -> None:
    """What was in the output before does not show: after detours the tree is that of a first build."""
    site = rich.copy(tmp_path / "site")
    moved = site.folder / "content/articles/libraries"
    moved.rename(tmp_path / "libraries")
    site.build("--as-of", "2026-06-01")
    (tmp_path / "libraries").rename(moved)
    site.build("--as-of", "2015-01-01")
    site.article("technology/guest", "A guest.", date="2020-01-01").build("--as-of", "2026-06-01")
    site.delete("content/articles/technology/guest.md")

    site.build("--as-of", "2026-06-01")

    assert alike(site.tree()) == alike(rich.tree())
