"""Text from elsewhere as a terminal can be given it."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["printable"]

_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return a text on one line, with a mark in the place of what a terminal could take as a command."""
    flat = text.translate(_FLAT)
    if flat.isprintable():
        return flat
    flat = _TURNING.sub("\ufffd", flat)
    return "".join("\ufffd" if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in flat)


_FLAT = {ord("\t"): " ", ord("\n"): " ", ord("\r"): " ", 0x2028: " ", 0x2029: " "}
