"""The literals of a regular expression: each match holds one, so a text without any need not be searched.

Search engines call this a prefilter (RE2's `Prefilter`, the literals of Rust's `regex`). The expression is
read by Python's own parser. What this module does not know, it takes for anything at all, so the answer can
be too weak but never wrong.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

__all__ = ["ANYTHING", "Literals", "holds_any", "leading_literal", "literals_or_anything", "required_literals"]

_PARSER: Any = importlib.import_module("re._parser")  # private, but the only parser that is surely the engine's
_MANY = 4
"""Alternatives beyond which a search for each costs as much as the expression itself."""

Literals = tuple[str, ...]

ANYTHING: Literals = ("",)
"""The literal that every text holds."""


def holds_any(text: str, literals: Literals) -> bool:
    """Whether one of the literals stands in a text."""
    for literal in literals:  # noqa: SIM110 - a third quicker than `any`, and this is where the time goes
        if literal in text:
            return True
    return False


def literals_or_anything(expression: object) -> Literals:
    """Return the literals of an expression; where none are known, the one that every text holds."""
    return (required_literals(expression) if isinstance(expression, re.Pattern) else ()) or ANYTHING


@lru_cache(maxsize=512)
def required_literals(expression: re.Pattern[str]) -> Literals:
    """Return texts of which every match of the expression holds one; none where nothing is known of them.

    The text stands inside the match itself, not in what looks ahead or behind.
    """
    if expression.flags & re.IGNORECASE:
        return ()
    return _required(_PARSER.parse(expression.pattern, expression.flags & ~re.DEBUG))


@lru_cache(maxsize=512)
def leading_literal(expression: re.Pattern[str]) -> str:
    """Return the text with which every match of the expression begins; empty where none is known."""
    if expression.flags & re.IGNORECASE:
        return ""
    run = ""
    for operator, argument in _PARSER.parse(expression.pattern, expression.flags & ~re.DEBUG):
        if not run and str(operator) in ("ASSERT", "ASSERT_NOT", "AT"):
            continue
        literals, is_whole = _of_part(str(operator), argument)
        if not is_whole:
            break
        run += literals[0]
    return run


def _required(parts: Iterable[tuple[Any, Any]]) -> Literals:
    """Return the most telling literals of a sequence."""
    best: Literals = ()
    run = ""
    for operator, argument in parts:
        literals, is_whole = _of_part(str(operator), argument)
        if is_whole:
            run += literals[0]
            literals = (run,)
        else:
            run = ""
        best = max(best, literals, key=_telling)
    return best


def _telling(literals: Literals) -> tuple[bool, int]:
    """Rank literals: longer ones stand in fewer texts."""
    return bool(literals), min(map(len, literals), default=0)


def _of_part(operator: str, argument: Any) -> tuple[Literals, bool]:  # noqa: ANN401 - depends on the operator
    """Return the literals of a part, and whether the part matches the only one and nothing else."""
    found: Literals = ()
    match operator:
        case "LITERAL":
            return (chr(argument),), True
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _of_repeat(*argument)
        case "IN":
            signs = tuple(chr(code) for kind, code in argument if str(kind) == "LITERAL")
            found = signs if len(signs) == len(argument) <= _MANY else ()
        case "BRANCH":
            branches = [_required(branch) for branch in argument[1]]
            every = tuple(dict.fromkeys(literal for branch in branches for literal in branch))
            found = every if all(branches) and len(every) <= _MANY else ()
        case "SUBPATTERN":
            _, added, removed, inner = argument
            found = () if added or removed else _required(inner)
        case "ATOMIC_GROUP":
            found = _required(argument)
    return found, False


def _of_repeat(least: int, most: int, inner: Iterable[tuple[Any, Any]]) -> tuple[Literals, bool]:
    """As `_of_part`, for a part that is repeated."""
    if not least:
        return (), False
    parts = list(inner)
    if len(parts) == 1 and str(parts[0][0]) == "LITERAL":
        return (chr(parts[0][1]) * int(least),), bool(least == most)
    return _required(parts), False
