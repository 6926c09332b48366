"""`[design]` of the configuration: faces, sizes and colours, which the theme has as custom properties.

Colours are those of sRGB in hexadecimal notation (CSS Color Module Level 4, section 5.2), so that it can be
reckoned whether readers will tell letters from paper: contrast is that of WCAG 2.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct, field, structs

__all__ = ["DARK", "LEAST_CONTRAST", "LIGHT", "Colours", "Design", "contrast", "readable"]

Scheme = Literal["light", "dark"]

LEAST_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3, for text of ordinary size."""

LIGHT: Mapping[str, str] = {
    "paper": "#fdfcf9",
    "raised": "#f4f1ea",
    "ink": "#1a1a1e",
    "quiet": "#5b5a63",
    "line": "#dcd8cf",
    "edge": "#8b877f",
    "accent": "#8b1c2c",
    "pro": "#17683f",
    "con": "#a33312",
    "neutral": "#54546b",
    "mark": "#fbeecb",
}
"""The theme's own colours on light paper."""

DARK: Mapping[str, str] = {
    "paper": "#16171a",
    "raised": "#202226",
    "ink": "#e9e7e1",
    "quiet": "#a6a5ad",
    "line": "#35373d",
    "edge": "#7d7e86",
    "accent": "#ff8f93",
    "pro": "#76d3a1",
    "con": "#ff9d7a",
    "neutral": "#b5b5d2",
    "mark": "#43391b",
}
"""The theme's own colours on dark paper."""

_LETTERS = ("ink", "quiet", "accent", "pro", "con", "neutral")
_GROUNDS = ("paper", "raised")
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")
_FACE = re.compile(r"[^\W_](?:[\w .&+-]*[\w.+])?")

Face = Annotated[tuple[str, ...], Meta(max_length=20)]


class Colours(Struct, frozen=True, forbid_unknown_fields=True):
    """`[design.light]` and `[design.dark]`: the colours of one scheme. What is empty is the theme's."""

    paper: Annotated[str, Meta(description="the ground of the page")] = ""
    raised: Annotated[str, Meta(description="the ground of boxes, code and the bar on small screens")] = ""
    ink: Annotated[str, Meta(description="text")] = ""
    quiet: Annotated[str, Meta(description="what is said beside the text")] = ""
    line: Annotated[str, Meta(description="rules between things")] = ""
    edge: Annotated[str, Meta(description="the edges of what can be pressed")] = ""
    accent: Annotated[str, Meta(description="links, numbers, the place that is read; `design.accent` where empty")] = ""
    pro: Annotated[str, Meta(description="for a claim, and what supports")] = ""
    con: Annotated[str, Meta(description="against a claim, and what rebuts")] = ""
    neutral: Annotated[str, Meta(description="neither")] = ""
    mark: Annotated[str, Meta(description="the ground of marked words")] = ""


class Design(Struct, frozen=True, forbid_unknown_fields=True):
    """`[design]`: the colour and the faces of a site, and the rest of what the theme can be told."""

    accent: Annotated[
        str, Meta(description="the colour of the site, such as `#1f4f8f`; on dark paper a shade of it that can be read")
    ] = ""
    text_face: Annotated[Face, Meta(description="the faces of the text, the first that a reader has")] = ()
    interface_face: Annotated[Face, Meta(description="the faces of all that is not text")] = ()
    code_face: Annotated[Face, Meta(description="the faces of programs")] = ()
    size: Annotated[float, Meta(ge=0.75, le=1.5, description="the size of the text, as a multiple of the theme's")] = 1
    leading: Annotated[float, Meta(ge=1.2, le=2.2, description="the distance of lines, as a multiple of the size")] = (
        1.58
    )
    measure: Annotated[int, Meta(ge=30, le=90, description="the length of lines: zeros that would stand in one")] = 56
    light: Annotated[Colours, Meta(description="colours on light paper")] = field(default_factory=Colours)
    dark: Annotated[Colours, Meta(description="colours on dark paper")] = field(default_factory=Colours)

    def colours(self, scheme: Scheme) -> dict[str, str]:
        """Return all colours of a scheme by name, the theme's where the site names none."""
        theme, own = (LIGHT, self.light) if scheme == "light" else (DARK, self.dark)
        found = dict(theme) | {name: colour for name, colour in structs.asdict(own).items() if colour}
        if self.accent and not own.accent:
            found["accent"] = self.accent if scheme == "light" else readable(self.accent, _grounds(found))
        return found

    def problems(self) -> Iterator[tuple[str, tuple[str, ...], str]]:
        """Yield what is wrong with values that have the right type: a message, the keys that lead there, a hint."""
        for key in ("text_face", "interface_face", "code_face"):
            for face in getattr(self, key):
                if not _FACE.fullmatch(face):
                    hint = 'a list of names, such as `["Charter", "Georgia", "serif"]`'
                    yield f"“{face[:60]}” is not the name of a face", ("design", key), hint
        named: list[tuple[tuple[str, ...], str]] = [(("design", "accent"), self.accent)]
        for scheme, colours in (("light", self.light), ("dark", self.dark)):
            named += [(("design", scheme, name), colour) for name, colour in structs.asdict(colours).items()]
        for at, colour in named:
            if colour and not _COLOUR.fullmatch(colour):
                yield f"“{colour[:60]}” is not a colour", at, "six hexadecimal digits, such as `#1f4f8f`"

    def faint(self) -> Iterator[tuple[Scheme, str, str, str, float]]:
        """Yield the letters that are too faint on their ground, where the site chose one of the two colours.

        Each as the scheme, the letters, the ground that they are faintest on, a shade that could be read, and the
        contrast that there is.
        """
        schemes: tuple[tuple[Scheme, Mapping[str, str]], ...] = (("light", LIGHT), ("dark", DARK))
        for scheme, theme in schemes:
            colours = self.colours(scheme)
            chosen = {name for name, colour in colours.items() if colour != theme[name]}
            for letter in _LETTERS:
                own = [name for name in _GROUNDS if not chosen.isdisjoint({letter, name})]
                there, ground = min(
                    ((contrast(colours[letter], colours[name]), name) for name in own), default=(21, "")
                )
                if there < LEAST_CONTRAST:
                    yield scheme, letter, ground, readable(colours[letter], _grounds(colours)), there


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2, “contrast ratio”)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str, grounds: tuple[str, ...]) -> str:
    """Return the nearest shade of a colour that can be read on all the grounds; where none can, black or white."""
    towards = "#000000" if min(map(_luminance, grounds)) > _MIDDLE else "#ffffff"
    for step in range(101):
        shade = _mixed(colour, towards, step / 100)
        if all(contrast(shade, ground) >= LEAST_CONTRAST for ground in grounds):
            return shade
    return towards


_MIDDLE = 0.179
"""The luminance of a ground on which black and white letters have the same contrast."""


def _grounds(colours: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(colours[name] for name in _GROUNDS)


def _channels(colour: str) -> tuple[int, int, int]:
    digits = colour[1:] if len(colour) > 4 else "".join(digit * 2 for digit in colour[1:])  # noqa: PLR2004 - `#abc`
    red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
    return red, green, blue


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour, from 0 to 1 (WCAG 2.2, “relative luminance”)."""
    shares = (value / 255 for value in _channels(colour))
    red, green, blue = (it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in shares)  # noqa: PLR2004 - as defined
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)
