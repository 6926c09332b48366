"""Extensions of Markdown that are the user's own: when their code changes, so do the pages."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import CONFIG, Site

from sitegen.build.fingerprints import _digest, engine_fingerprint
from sitegen.config import parse

EXTENSION = """
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

from .words import GREETING


class Greets(Postprocessor):
    def run(self, text):
        return text.replace("hello", GREETING)


class Greeting(Extension):
    def extendMarkdown(self, md):
        md.postprocessors.register(Greets(md), "greets", 1)


def makeExtension(**settings):
    return Greeting(**settings)
"""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that modules are looked for in."""
    folder = tmp_path / "modules"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return folder


def write(folder: Path, path: str, text: str) -> None:
    """Write a file of a module."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def engine(extension: str) -> str:
    """Return the fingerprint that a build has with an extension which nothing has loaded yet."""
    _digest.cache_clear()
    return engine_fingerprint(parse(f'{CONFIG}[markdown]\nextensions = ["{extension}"]\n'.encode()))


def differs(extension: str, change: Callable[[], None]) -> bool:
    """Whether a change gives an extension another fingerprint."""
    before = engine(extension)
    assert engine(extension) == before
    change()
    return engine(extension) != before


@pytest.mark.parametrize("name", ["greets", "greets:Greeting", "greets.more"])
def test_a_package_is_all_of_its_code(modules: Path, name: str) -> None:
    """Also what the module that is named only imports."""
    write(modules, "greets/__init__.py", EXTENSION)
    write(modules, "greets/more.py", "")
    write(modules, "greets/words.py", "GREETING = 'hi'\n")
    write(modules, "greets/words.txt", "hi")

    assert differs(name, lambda: write(modules, "greets/words.py", "GREETING = 'good day'\n"))
    assert differs(name, lambda: write(modules, "greets/deep/er.py", ""))
    assert not differs(name, lambda: write(modules, "greets/words.txt", "good day"))


def test_a_module_is_its_file(modules: Path) -> None:
    """And not what else is in its folder."""
    write(modules, "greets.py", EXTENSION)

    assert differs("greets", lambda: write(modules, "greets.py", f"{EXTENSION}\n"))
    assert not differs("greets", lambda: write(modules, "other.py", ""))


def test_an_entry_point_is_its_package_and_version(modules: Path) -> None:
    """It has a name of its own; a distribution may bring more than its code."""
    write(modules, "greets/__init__.py", EXTENSION)
    write(modules, "greets/words.py", "GREETING = 'hi'\n")
    write(modules, "hello-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: hello\nVersion: 1.0\n")
    write(modules, "hello-1.0.dist-info/entry_points.txt", "[markdown.extensions]\nhello = greets:Greeting\n")

    assert differs("hello", lambda: write(modules, "greets/words.py", "GREETING = 'good day'\n"))
    metadata = "Metadata-Version: 2.1\nName: hello\nVersion: 1.0.1\n"
    assert differs("hello", lambda: write(modules, "hello-1.0.dist-info/METADATA", metadata))


def test_looking_runs_no_code(modules: Path) -> None:
    """A package that fails to load has a fingerprint too."""
    write(modules, "broken/__init__.py", "raise RuntimeError\n")
    write(modules, "broken/sub.py", "")

    assert differs("broken.sub", lambda: write(modules, "broken/__init__.py", "1 +\n"))


def test_the_next_build_has_the_new_code(site: Site) -> None:
    """What an extension imports was edited: the page says the new word."""
    site.article("business/gift", "I say hello.").configure('[markdown]\nextensions = ["greets"]\n')
    site.write("greets/__init__.py", EXTENSION)

    def built(word: str) -> str:
        site.write("greets/words.py", f"GREETING = '{word}'\n")
        environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
        program = [sys.executable, "-m", "sitegen", "build"]
        done = subprocess.run(program, cwd=site.folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return (site.output / "business/gift/index.html").read_text()

    assert "I say hi." in built("hi")
    assert "I say good day." in built("good day")
