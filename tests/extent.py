"""How much is tried: on a person's machine a part of what takes long, where `CI` is set or tests soak all of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, TypeVar

import pytest

__all__ = ["WHOLE", "later", "part"]

WHOLE = bool(os.environ.get("CI") or os.environ.get("HYPOTHESIS_PROFILE"))

T = TypeVar("T")


def part(things: Sequence[T], start: int = 0) -> Sequence[T]:
    """Return every third thing, beginning with one of the first three; all of them where everything is tried."""
    return things if WHOLE else things[start % 3 :: 3]


def later(*values: Any) -> list[Any]:
    """Return values of a parameter with the mark `long`: `make test` leaves them to the run that decides."""
    return [pytest.param(*(it if isinstance(it, tuple) else (it,)), marks=pytest.mark.long) for it in values]
