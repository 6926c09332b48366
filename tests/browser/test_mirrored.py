"""An archive in Arabic: the page is mirrored, and every checker finds it as good as an English one."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser

Find = Callable[[str], Path]
STEPS = "/business/steps/"
PAGES = ("/", STEPS, "/business/steps/third/", "/business/", "/archive/", "/arguments/", "/corrections/", "/404.html")
AXE = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map(
    (v) => [v.id, v.nodes.map((n) => n.target.join(" ")).slice(0, 3)]
)"""


def test_mirrored(browser: Browser, host_from_the_right: str) -> None:
    """The outline stands right of the text, the place is told in Arabic, and it is the first that is ahead."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{host_from_the_right}{STEPS}#third")
    outline, text = page.locator("[data-sg-outline]").bounding_box(), page.locator(".sg-text").bounding_box()
    assert outline is not None
    assert text is not None
    assert outline["x"] > text["x"] + text["width"] - 1
    page.wait_for_function("document.querySelector('[data-sg-position]').textContent === '3 من 5'")
    assert page.locator(".sg-age").inner_text().startswith("عمر هذا المقال بالسنوات أكثر من ")
    page.goto(f"{host_from_the_right}/archive/2009/")
    arrow = page.locator(".sg-pager [rel=prev] [aria-hidden]")
    assert arrow.evaluate("(it) => getComputedStyle(it).scale") == "-1 1"
    assert page.locator("[rel=prev] .sg-label").inner_text().endswith("أحدث زمنًا")
    page.close()


@pytest.mark.long
def test_checkers(
    browser: Browser, host_from_the_right: str, npm_package: Find, nu: tuple[str, ...], tmp_path: Path
) -> None:
    """Neither axe-core nor the Nu checker has anything to say, and nothing scrolls sideways."""
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.add_init_script(path=npm_package("axe-core") / "axe.min.js")
    files = []
    for number, url in enumerate(PAGES):
        page.goto(f"{host_from_the_right}{url}")
        assert page.evaluate(AXE) == [], url
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, url
        with urlopen(f"{host_from_the_right}{url}") as answer:  # noqa: S310 - it is this machine
            files.append(tmp_path / f"{number}.html")
            files[-1].write_bytes(answer.read())
    page.close()
    # The texts of this archive are English, which Nu sees.
    guess = ".*appears to be written in English.*"
    found = subprocess.run(
        [*nu, "--stdout", "--filterpattern", guess, *files], check=False, capture_output=True, text=True
    )

    assert (found.stdout, found.returncode) == ("", 0)
