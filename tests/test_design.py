"""The colours of `[design]`: contrast, shades, and what the theme's stylesheet says itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.design import DARK, LEAST_CONTRAST, LIGHT, Colours, Design, contrast, readable

STYLESHEET = (Path(__file__).parent.parent / "templates/assets/style.css").read_text(encoding="utf-8")
COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def tokens(block: str) -> dict[str, str]:
    """Return the custom properties of a rule by their names without `--sg-`."""
    return dict(re.findall(r"--sg-([\w-]+): ([^;]+);", block))


def test_the_theme_has_these_colours() -> None:
    """What stands in the stylesheet is what contrast is reckoned with, and what a site is told to be the default."""
    light, dark = STYLESHEET.split("prefers-color-scheme: dark")[:2]

    assert dict(LIGHT).items() <= tokens(light).items()
    assert dict(DARK).items() <= tokens(dark.split("@media")[0]).items()
    assert f"{Design().leading}" == tokens(light)["leading"]
    assert f"{Design().measure}ch" == tokens(light)["measure"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("#000000", "#ffffff", 21.0), ("#fff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48), ("#767676", "#fff", 4.54)],
)
def test_contrast(one: str, other: str, expected: float) -> None:
    """The ratios that are known of WCAG's own measure."""
    assert contrast(one, other) == pytest.approx(expected, abs=0.005)
    assert contrast(one, other) == contrast(other, one)


def test_the_theme_can_be_read() -> None:
    """Nothing is to be told of the theme's own colours."""
    assert list(Design().faint()) == []
    for theme in (LIGHT, DARK):
        for letter in ("ink", "quiet", "accent", "pro", "con", "neutral"):
            assert min(contrast(theme[letter], theme[ground]) for ground in ("paper", "raised")) >= LEAST_CONTRAST


@given(COLOURS)
def test_a_colour_can_be_read_on_dark_paper(accent: str) -> None:
    """Whatever colour a site has, in the dark it gets a shade that can be read, and the same one if it can be."""
    dark = Design(accent=accent).colours("dark")

    assert contrast(dark["accent"], DARK["paper"]) >= LEAST_CONTRAST
    assert contrast(dark["accent"], DARK["raised"]) >= LEAST_CONTRAST
    assert readable(dark["accent"], (DARK["paper"], DARK["raised"])) == dark["accent"]


def test_colours_of_one_scheme() -> None:
    """What a scheme says itself goes before the colour of the site."""
    design = Design(accent="#123456", dark=Colours(accent="#ffffff"), light=Colours(paper="#ffffff"))

    assert design.colours("light") == {**LIGHT, "accent": "#123456", "paper": "#ffffff"}
    assert design.colours("dark") == {**DARK, "accent": "#ffffff"}


def test_faint_letters_are_told_with_a_shade() -> None:
    """The shade that is named can be read where the chosen one cannot; what the site did not choose is not told."""
    found = list(Design(light=Colours(quiet="#aaaaaa")).faint())

    assert [(scheme, letter, ground) for scheme, letter, ground, *_ in found] == [("light", "quiet", "raised")]
    for *_, better, there in found:
        assert there < LEAST_CONTRAST
        assert list(Design(light=Colours(quiet=better)).faint()) == []


def test_a_ground_of_the_site_is_judged_by_itself() -> None:
    """Letters of the theme on paper of the site are told, though the theme's other ground is fainter or not at all."""
    found = list(Design(light=Colours(paper="#777777")).faint())

    assert {(letter, ground) for _, letter, ground, *_ in found} >= {("quiet", "paper"), ("accent", "paper")}
    assert {ground for _, _, ground, *_ in found} == {"paper"}


def test_a_ground_that_nothing_can_be_read_on() -> None:
    """Between two grounds of opposite sorts there is no such shade: then it is black or white."""
    assert readable("#808080", ("#000000", "#ffffff")) in ("#000000", "#ffffff")
