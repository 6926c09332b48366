"""What has been made of a picture or of the words of a piece, and under which key it is known.

The key holds all that the bytes depend on, so what is known under it need not be made again. Nothing here loads
Pillow but for its version.
"""

from __future__ import annotations

from functools import cache
from pathlib import PurePosixPath
from typing import Annotated

from msgspec import Meta, Struct

from sitegen.digest import digest

__all__ = ["SUFFIXES", "Entry", "Made", "ShareText", "is_raster", "pillow", "share_key", "variants_key"]

SUFFIXES = {".gif": "GIF", ".jpeg": "JPEG", ".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
"""The names of files that variants are made of, and what Pillow calls what must be in them."""

_RECIPE = 1
"""Counts up when the same picture or words give other bytes, or another verdict."""


class Made(Struct, frozen=True, array_like=True):
    """A file that was made: its width and height in pixels, the digest of its bytes, and how many these are."""

    width: int
    height: int
    digest: Annotated[str, Meta(pattern="^[0-9a-f]{32}\\Z")]
    size: int


class Entry(Struct, frozen=True, array_like=True):
    """What was made, narrowest first; nothing where that is better, or where `problem` says what is wrong."""

    files: tuple[Made, ...] = ()
    problem: str = ""


class ShareText(Struct, frozen=True, array_like=True):
    """The words of a share image, and its colours: paper, ink, quiet, accent, line.

    `font` is the digest of the font, empty for Pillow's own.
    """

    title: str
    authors: str
    date: str
    site: str
    font: str = ""
    colours: tuple[str, str, str, str, str] = ("#ffffff", "#000000", "#000000", "#000000", "#000000")


def is_raster(path: str) -> bool:
    """Whether variants could be made of a file, by its name."""
    return PurePosixPath(path).suffix.lower() in SUFFIXES


@cache
def pillow() -> str:
    """Return the version of Pillow, empty where it is not installed."""
    try:
        import PIL
    except ImportError:
        return ""
    return str(PIL.__version__)


def variants_key(path: str, picture: str) -> str:
    """Return the key of the variants of a picture with this digest; its suffix says what it must be."""
    return digest((_RECIPE, pillow(), "variants", PurePosixPath(path).suffix.lower(), picture))


def share_key(text: ShareText) -> str:
    """Return the key of a share image."""
    return digest((_RECIPE, pillow(), "share", text))
