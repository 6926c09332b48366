"""What servers shall say of a file (RFC 9110, RFC 9111, RFC 8246): how long it may be kept without being asked for."""

from __future__ import annotations

import re

__all__ = ["FOR_EVER", "REVALIDATE", "cache_control", "is_fingerprinted"]

FOR_EVER = "public, max-age=31536000, immutable"
"""Of a file whose name changes with its bytes."""

REVALIDATE = "public, max-age=0, must-revalidate"
"""Of everything else: it may be kept, and is asked for whether it is still so."""

_FINGERPRINTED = re.compile(
    r"assets/.+\.[0-9a-f]{10}\.[a-z0-9]+|assets/pagefind/((fragment|index)/[^/]+|[^/]+\.pf_meta)"
)


def is_fingerprinted(path: str) -> bool:
    """Whether the name of a file changes with its bytes."""
    return _FINGERPRINTED.fullmatch(path.removesuffix(".gz").removesuffix(".br")) is not None


def cache_control(path: str) -> str:
    """Return what `Cache-Control` says of a file."""
    return FOR_EVER if is_fingerprinted(path) else REVALIDATE
