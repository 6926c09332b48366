"""What a plain scalar of YAML looks like, by the core schema of YAML 1.2 (section 10.3.2)."""

from __future__ import annotations

import re
from typing import Literal

__all__ = ["scalar_kind"]

_KINDS: tuple[tuple[Literal["null", "bool", "int", "float"], re.Pattern[str]], ...] = (
    ("null", re.compile(r"~|null|Null|NULL|")),
    ("bool", re.compile(r"true|True|TRUE|false|False|FALSE")),
    ("int", re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")),
    ("float", re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")),
)
_MAY_HAVE_KIND = frozenset("~nNtTfF0123456789-+.")


def scalar_kind(text: str) -> Literal["null", "bool", "int", "float", "str"]:
    """Return the kind of a scalar that stands without quotes and without a tag."""
    if not text or text[0] in _MAY_HAVE_KIND:
        for kind, pattern in _KINDS:
            if pattern.fullmatch(text):
                return kind
    return "str"
