"""Where the packaged theme and the starter site stand: in the wheel, or in a checkout.

The theme is the checkout's own `templates/`; the wheel carries it as `sitegen/_theme`, so there is one
copy in the tree. The starter site that `sitegen init` copies is package data.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["locale_folder", "starter_folder", "theme_folder"]

_PACKAGE = Path(__file__).resolve().parent


def theme_folder() -> Path:
    """Return the folder of the packaged templates."""
    packaged = _PACKAGE / "_theme"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "templates"


def locale_folder() -> Path:
    """Return the folder of the packaged catalogues."""
    return _PACKAGE / "locale"


def starter_folder() -> Path:
    """Return the folder of the site that `sitegen init` begins with."""
    return _PACKAGE / "starter"
