"""The independent checkers work here, and can fail: a checker that finds nothing wrong in anything proves nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

Find = Callable[[str], Path]

GOOD = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>A page</title><link rel="icon" href="data:,"></head>
<body><main><h1 id="top">A page</h1><p><a href="#top">Up</a></p></main></body>
</html>
"""


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a checker and return what it says."""
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a site of one page that is as it should be."""
    (tmp_path / "index.html").write_text(GOOD)
    return tmp_path


def test_nu(nu: tuple[str, ...], folder: Path) -> None:
    """The Nu checker accepts a good page and refuses an element that is not closed, and wrong CSS."""
    assert run(*nu, "--also-check-css", "--Werror", folder).returncode == 0

    (folder / "bad.html").write_text(GOOD.replace("</p>", "<b>"))
    (folder / "bad.css").write_text("p { colour: red }")
    bad = run(*nu, "--also-check-css", "--Werror", folder)

    assert bad.returncode == 1
    assert "bad.html" in bad.stderr
    assert "bad.css" in bad.stderr


def test_html_validate(npm_tool: Find, folder: Path) -> None:
    """html-validate finds a button without a text."""
    rules = {"extends": ["html-validate:recommended"], "rules": {"doctype-style": ["error", {"style": "lowercase"}]}}
    (folder / ".htmlvalidate.json").write_text(json.dumps(rules))
    good = run(npm_tool("html-validate"), folder / "index.html")
    (folder / "index.html").write_text(GOOD.replace("<p>", '<p><button type="button"></button>'))
    bad = run(npm_tool("html-validate"), folder / "index.html")

    assert (good.returncode, good.stdout) == (0, "")
    assert bad.returncode == 1
    assert "text-content" in bad.stdout


def test_linkinator(npm_tool: Find, folder: Path) -> None:
    """Linkinator follows fragments, and finds a place that its page does not have."""
    good = run(npm_tool("linkinator"), folder, "--recurse", "--check-fragments")
    (folder / "index.html").write_text(GOOD.replace('href="#top"', 'href="/#absent"'))
    bad = run(npm_tool("linkinator"), folder, "--recurse", "--check-fragments")

    assert good.returncode == 0, good.stdout
    assert bad.returncode == 1, bad.stdout


def test_axe(page: Page, npm_package: Find) -> None:
    """The browser starts, and axe finds a picture without a text in what it shows."""
    page.set_content(GOOD.replace("<p>", '<p><img src="data:,">'))
    page.add_script_tag(path=npm_package("axe-core") / "axe.min.js")
    violations = page.evaluate("async () => (await axe.run()).violations.map(v => v.id)")

    assert violations == ["image-alt"]


def test_xmllint(system_tool: Find, tmp_path: Path) -> None:
    """Xmllint refuses what is not well-formed."""
    (tmp_path / "feed.xml").write_text("<feed><title></feed>")

    assert run(system_tool("xmllint"), "--noout", tmp_path / "feed.xml").returncode == 1
