"""The site's own design as custom properties, at the end of the theme's stylesheet.

One file and one request, and the policy of a host needs to allow no inline styles. The properties go into the theme's
own layer of them (CSS Cascade 5, section 6.4): they win over its defaults, and a site's own rules over them, and what
the theme says of print still holds. A site that replaces `style.css` is given them too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import structs

from sitegen.design import DARK, LIGHT, Design
from sitegen.diagnostics import Diagnostic
from sitegen.pages.snapshot import Snapshot

__all__ = ["STYLESHEET", "designed"]

STYLESHEET = "style.css"
_GENERIC = ("serif", "sans-serif", "monospace", "system-ui", "ui-serif", "ui-sans-serif", "ui-monospace", "ui-rounded")
_STRONG = "--sg-quiet: var(--sg-ink); --sg-line: var(--sg-edge); --sg-edge: var(--sg-ink);"
_FACES = {"text_face": "serif", "interface_face": "sans", "code_face": "mono"}


def designed(snapshot: Snapshot, design: Design) -> Snapshot:
    """Return the templates and assets with the design in the stylesheet, and with what is to be said of its colours."""
    if design == Design():
        return snapshot
    findings = (*snapshot.findings, *map(_finding, design.faint()))
    own = "".join(_rules(design))
    if STYLESHEET not in snapshot.assets or not own:
        return structs.replace(snapshot, findings=findings)
    layer = f"\n/* [design] of config.toml */\n@layer sg.tokens {{\n{own}}}\n"
    sheet = snapshot.assets[STYLESHEET].rstrip(b"\n") + b"\n" + layer.encode()
    return structs.replace(snapshot, assets={**snapshot.assets, STYLESHEET: sheet}, findings=findings)


def _rules(design: Design) -> Iterator[str]:
    light = [*_set(design), *_differences(design.colours("light"), LIGHT)]
    if light:
        yield f":root {{ {' '.join(light)} }}\n"
    # What is set for light paper would reach into the dark, were it not said there too.
    touched = {name for name, colour in design.colours("light").items() if colour != LIGHT[name]}
    dark = [f"--sg-{name}: {it};" for name, it in design.colours("dark").items() if it != DARK[name] or name in touched]
    if dark:
        yield f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {' '.join(dark)} }} }}\n"
    if light or dark:
        # The theme says so too, but before what the site says.
        yield f"@media (prefers-contrast: more) {{ :root {{ {_STRONG} }} }}\n"


def _set(design: Design) -> Iterator[str]:
    for key, name in _FACES.items():
        if faces := getattr(design, key):
            yield f"--sg-{name}: {_family(faces)};"
    if design.size != 1:
        yield f"--sg-scale: {design.size:g};"
    if design.leading != Design().leading:
        yield f"--sg-leading: {design.leading:g};"
    if design.measure != Design().measure:
        yield f"--sg-measure: {design.measure}ch;"


def _differences(colours: Mapping[str, str], theme: Mapping[str, str]) -> Iterator[str]:
    return (f"--sg-{name}: {colour};" for name, colour in colours.items() if colour != theme[name])


def _family(faces: Iterable[str]) -> str:
    """Return names as a `font-family` (CSS Fonts 4, section 2.1); they hold neither quotes nor signs of CSS."""
    return ", ".join(face if face in _GENERIC else f'"{face}"' for face in faces)


def _finding(faint: tuple[str, str, str, str, float]) -> Diagnostic:
    scheme, letter, ground, better, there = faint
    message = f"[design] {letter} on {ground} has a contrast of {there:.1f} in the {scheme} scheme; readers need 4.5"
    return Diagnostic.of("faint-colour", message, path="config.toml", hint=f"a shade that can be read is `{better}`")
