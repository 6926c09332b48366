"""The part of the preview that runs in the browser: scripts, as they are sent.

The server puts one tag for `preview.js` into every page; that script imports the others from beside it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["SCRIPTS", "script"]

_FOLDER = Path(__file__).resolve().parent

SCRIPTS = frozenset(file.name for file in _FOLDER.glob("*.js"))
"""Names of the scripts, each of which is served as `/@sitegen/<name>`."""


@cache
def script(name: str) -> bytes:
    """Return the bytes of a script; raises `KeyError` for a name that is not in `SCRIPTS`."""
    if name not in SCRIPTS:
        raise KeyError(name)
    return (_FOLDER / name).read_bytes()
