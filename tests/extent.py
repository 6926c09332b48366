"""How much is tried: on a person's machine a part of what takes long, where `CI` is set or tests soak all of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

__all__ = ["WHOLE", "part"]

WHOLE = bool(os.environ.get("CI") or os.environ.get("HYPOTHESIS_PROFILE"))

T = TypeVar("T")


def part(things: Sequence[T], start: int = 0) -> Sequence[T]:
    """Return every third thing, beginning with one of the first three; all of them where everything is tried."""
    return things if WHOLE else things[start % 3 :: 3]
