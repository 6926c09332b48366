"""Every kind of page can be used by everyone: axe-core finds nothing, in light and dark, on a phone and a desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser

if TYPE_CHECKING:
    from conftest import Sample

Find = Callable[[str], Path]

RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map(
    (v) => [v.id, v.nodes.map((n) => n.target.join(" ")).slice(0, 3)]
)"""
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe(
    scheme: str, size: dict[str, int], browser: Browser, at_home: str, sample: Sample, npm_package: Find
) -> None:
    """No kind of page has a violation, asks another host for anything, or scrolls sideways."""
    context = browser.new_context(color_scheme=scheme, viewport=size, reduced_motion="reduce")  # type: ignore[arg-type]
    context.add_init_script(path=npm_package("axe-core") / "axe.min.js")
    page = context.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    found = {}
    for kind, url in sample.one_of_each().items():
        if kind == "redirect":
            continue
        page.goto(f"{at_home}{url.removeprefix('/')}")
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if violations := page.evaluate(RUN) + ([["wide", width]] if width > 0 else []):
            found[url] = violations
    context.close()

    assert found == {}
    assert [url for url in asked if not url.startswith(at_home)] == []
