"""`[design]`: a site of its own colour and faces, without a template."""

from __future__ import annotations

import re

import pytest
from harness import Site


def sheet(site: Site) -> str:
    """Return what is added to the stylesheet."""
    (found,) = (site.output / "assets").glob("style.*.css")
    return found.read_text(encoding="utf-8").partition("/* [design] of config.toml */")[2]


def test_nothing_said(site: Site) -> None:
    """Without the table the stylesheet is the theme's, to the byte."""
    site.build()

    assert sheet(site) == ""


def test_colour_and_faces(site: Site) -> None:
    """They are custom properties in the theme's layer, and the dark scheme has a shade of its own."""
    site.configure('[design]\naccent = "#0b5fa5"\ntext_face = ["Iowan Old Style", "serif"]\nsize = 1.1\n')
    site.build()

    light, dark = sheet(site).split("@media screen and (prefers-color-scheme: dark)")
    assert '--sg-serif: "Iowan Old Style", serif; --sg-scale: 1.1; --sg-accent: #0b5fa5;' in light
    assert re.search(r"--sg-accent: #(?!0b5fa5)[0-9a-f]{6};", dark)
    assert light.lstrip().startswith("@layer sg.tokens {")


def test_pages_follow_the_stylesheet(site: Site) -> None:
    """A new colour gives the file a new name, and every page names it; the old one is gone."""
    site.article("business/one", "Text.")
    site.build()
    site.configure('[design]\naccent = "#0b5fa5"\n')
    site.build()

    (found,) = (site.output / "assets").glob("style.*.css")
    pages = list(site.output.rglob("*.html"))
    assert pages
    assert all(f"assets/{found.name}" in page.read_text(encoding="utf-8") for page in pages if page.name != "404.html")


@pytest.mark.parametrize(
    "wrong",
    [
        'accent = "red; } body { display: none"',
        'accent = "#12345"',
        'text_face = ["x\\"; } * { color: red"]',
        'text_face = ["url(https://example.com/x)"]',
        'interface_face = [""]',
        "size = 12",
        "measure = 4",
        'colour = "#000000"',
        'light = { paper = "white" }',
    ],
)
def test_what_is_no_design(wrong: str, site: Site) -> None:
    """Values that could say anything else in a stylesheet are mistakes of the configuration, with their line."""
    site.configure(f"[design]\n{wrong}\n")

    assert re.search(r"fatal: config\.toml:\d+", site.fail().err)


def test_faint_colours_are_told(site: Site) -> None:
    """A colour that cannot be read is a warning with a shade that can; the build goes on."""
    site.configure('[design]\naccent = "#ffcc00"\n')
    told = site.build().err

    assert "[design] accent on raised has a contrast of 1.3 in the light scheme" in told
    assert "[faint-colour]" in told
