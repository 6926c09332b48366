"""Findings of this room: a `Diagnostic` at a place of a source file.

The archive has values, not bytes, so its findings carry positions but no line of source: whoever
holds the sources adds the excerpt.
"""

from __future__ import annotations

from sitegen.articles.meta import Place
from sitegen.diagnostics import Diagnostic, nearest

__all__ = ["found", "meant"]


def found(code: str, message: str, path: str, place: Place | None = None, hint: str = "") -> Diagnostic:
    """Return a finding with the severity of its code, at `place` of the file at `path`."""
    place = place or Place()
    return Diagnostic.of(code, message, path=path, line=place.line, column=place.column, length=place.length, hint=hint)


def meant(word: str, known: tuple[str, ...] | list[str], otherwise: str = "") -> str:
    """Return the hint that names the known word nearest to `word`; `otherwise` where none is near."""
    near = nearest(word, known)
    return f"did you mean `{near}`?" if near else otherwise
