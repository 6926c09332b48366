"""What tests share: the independent checkers, and how hard Hypothesis tries.

A checker that is missing skips its tests with the reason, on a person's machine. Where `CI` is set it
fails them: there nothing may be left out without being noticed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from harness import Site
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
NODE_MODULES = ROOT / "node_modules"

# Deadlines measure the machine, not the code.
settings.register_profile("local", deadline=None, max_examples=60)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True, max_examples=60)
settings.register_profile("soak", deadline=None, max_examples=5000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "local"))

Find = Callable[[str], Path]


def require(found: Path | str | None, name: str, install: str) -> Path:
    """Return the path of a tool; where it is missing skip the test, or fail it where `CI` is set."""
    if found is not None and Path(found).exists():
        return Path(found)
    reason = f"{name} is missing: {install}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def corpus_18f() -> Path:
    """Return the folder of 509 real articles, which stands beside some checkouts; without it the test is left out."""
    folder = ROOT.parent / "shared" / "corpora" / "18f" / "content"
    if not folder.is_dir():
        pytest.skip("there is no ../shared/corpora/18f beside this checkout")
    return folder


@pytest.fixture(scope="session")
def system_tool() -> Find:
    """Return a function that gives the path of a program of the system, such as `xmllint`."""
    return lambda name: require(shutil.which(name), name, "`.ci/run` installs it")


@pytest.fixture(scope="session")
def npm_package() -> Find:
    """Return a function that gives the folder of an npm package, such as `axe-core`."""
    return lambda name: require(NODE_MODULES / name, name, "`make test` installs it where npm is there")


@pytest.fixture(scope="session")
def npm_tool(npm_package: Find, system_tool: Find) -> Find:
    """Return a function that gives the path of a program of an npm package, such as `linkinator`."""

    def tool(name: str) -> Path:
        system_tool("node")
        return npm_package(f".bin/{name}")

    return tool


@pytest.fixture(scope="session")
def nu(npm_package: Find, system_tool: Find) -> tuple[str, ...]:
    """Return the command of the Nu HTML checker; options and files are to follow."""
    return (str(system_tool("java")), "-jar", str(npm_package("vnu-jar") / "build" / "dist" / "vnu.jar"))


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Return the path of the browser that is installed on the system."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return require(next(filter(None, map(shutil.which, names)), None), "chromium", "`.ci/run` installs it")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium: Path) -> dict[str, Any]:
    """Let Playwright start the system's browser, which then speaks to nobody but the page."""
    return browser_type_launch_args | {
        "executable_path": str(chromium),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-site-isolation-trials",  # it has a second process ready for each context, which nobody asks for
        ],
    }


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Return a site with a configuration and nothing else."""
    return Site(tmp_path / "site")
