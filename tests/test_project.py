"""The checkout keeps its promises: everything pinned, without addresses, and `make` says what it can do."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pinned() -> list[str]:
    """Return the lines of `constraints.txt` that are not comments."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


def canonical(name: str) -> str:
    """Return the name of a distribution as PEP 503 normalises it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_constraints_are_versions_and_nothing_else() -> None:
    """One `name==version` a line, sorted, each name once: no addresses, no hashes, no paths."""
    lines = pinned()
    names = [canonical(line.split("==")[0]) for line in lines]

    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.+]*", line)] == []
    assert names == sorted(set(names))


def test_every_dependency_is_pinned() -> None:
    """What `pyproject.toml` asks for has its version in `constraints.txt`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *(name for extra in project["optional-dependencies"].values() for name in extra)]
    everywhere = {canonical(re.split(r"[^A-Za-z0-9._-]", name)[0]) for name in asked if "sys_platform" not in name}

    assert everywhere - {canonical(line.split("==")[0]) for line in pinned()} == set()


def test_npm_packages_are_pinned() -> None:
    """Each has one exact version."""
    packages = json.loads((ROOT / "package.json").read_text())["devDependencies"]

    assert [version for version in packages.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_make_tells_what_it_can_do() -> None:
    """`make` alone names every target that a person may use, and changes nothing."""
    told = subprocess.run(["make", "-C", str(ROOT)], check=True, capture_output=True, text=True).stdout
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert phony is not None
    assert re.findall(r"make ([a-z]+)", told) == phony[1].split()


def test_every_test_is_collected(pytestconfig: pytest.Config) -> None:
    """No folder of tests is passed over because of its name, as pytest does with some."""
    passed_over = pytestconfig.getini("norecursedirs")
    names = {part for file in (ROOT / "tests").rglob("test_*.py") for part in file.relative_to(ROOT).parts[:-1]}

    assert [name for name in names if any(fnmatch(name, pattern) for pattern in passed_over)] == []
