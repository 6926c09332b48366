"""Every kind of page can be used by everyone: axe-core finds nothing, however the page is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser

if TYPE_CHECKING:
    from conftest import Figures, Sample

Find = Callable[[str], Path]

RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map(
    (v) => [v.id, v.nodes.map((n) => n.target.join(" ")).slice(0, 3)]
)"""
LARGE = "addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '200%'; });"
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
MODES: dict[str, dict[str, Any]] = {
    "light, phone": {"color_scheme": "light", "viewport": PHONE},
    "light, desk": {"color_scheme": "light", "viewport": DESK},
    "dark, phone": {"color_scheme": "dark", "viewport": PHONE},
    "dark, desk": {"color_scheme": "dark", "viewport": DESK},
    "forced colours": {"forced_colors": "active", "viewport": DESK},
    "text of 200 %, phone": {"viewport": PHONE},
    "text of 200 %, desk": {"viewport": DESK},
}
"""How pages are shown, as options of a browser's context."""


@pytest.mark.parametrize("mode", MODES)
def test_axe(mode: str, browser: Browser, at_home: str, sample: Sample, npm_package: Find, figures: Figures) -> None:
    """No kind of page has a violation, asks another host for anything, or scrolls sideways."""
    context = browser.new_context(**MODES[mode], reduced_motion="reduce")
    context.add_init_script(path=npm_package("axe-core") / "axe.min.js")
    if mode.startswith("text"):
        context.add_init_script(LARGE)
    page = context.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    found, seen = {}, 0
    for kind, url in sample.one_of_each().items():
        if kind == "redirect":
            continue
        page.goto(f"{at_home}{url.removeprefix('/')}")
        seen += 1
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if violations := page.evaluate(RUN) + ([["wide", width]] if width > 0 else []):
            found[url] = violations
    page.goto(f"{at_home}search/?q=data&kind=argument")
    page.wait_for_selector("[data-sg-hits] mark")
    found |= {"hits": violations} if (violations := page.evaluate(RUN)) else {}
    context.close()
    elsewhere = [url for url in asked if not url.startswith(at_home)]

    figures.tell(f"axe-core, {mode}", "0 violations", f"{len(found)} on {seen} kinds of page")
    figures.tell("requests to other hosts", "0", str(len(elsewhere)))
    assert found == {}
    assert elsewhere == []
