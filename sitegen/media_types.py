"""Media types by name of file: what the preview and the stores of published files say that a file is.

What the standard library knows of a name is asked without the tables of the machine, which differ.
"""

from __future__ import annotations

import mimetypes
from functools import lru_cache

__all__ = ["is_text", "media_type"]

_TYPES = {
    ".atom": "application/atom+xml",
    ".avif": "image/avif",
    ".bib": "application/x-bibtex",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".ris": "application/x-research-info-systems",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
_UNKNOWN = "application/octet-stream"
_TEXTS = (
    "application/atom+xml",
    "application/json",
    "application/manifest+json",
    "application/x-bibtex",
    "application/x-research-info-systems",
    "application/xml",
    "image/svg+xml",
    "text/",
)
_STANDARD = mimetypes.MimeTypes()


def media_type(name: str) -> str:
    """Return the media type of a file by its name, with the charset where it is a text."""
    stem, dot, suffix = name.rpartition("/")[2].rpartition(".")
    return _of_suffix(dot + suffix.lower() if stem else "")


@lru_cache
def _of_suffix(suffix: str) -> str:
    found = _TYPES.get(suffix) or _STANDARD.guess_type(f"x{suffix}", strict=False)[0] or _UNKNOWN
    return f"{found}; charset=utf-8" if found.startswith(_TEXTS) else found


def is_text(name: str) -> bool:
    """Whether a file is a text by its name."""
    return media_type(name).endswith("charset=utf-8")
