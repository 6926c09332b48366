"""Asking again: what a network refuses for a moment is tried again after longer and longer pauses."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sitegen.errors import PublishError
from sitegen.publish.store import Hiccup

__all__ = ["PAUSES", "patiently"]

T = TypeVar("T")

PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each further try; up to half as much is added at random, so that many do not ask at once."""


async def patiently(
    work: Callable[[], Awaitable[T]],
    place: str,
    pauses: tuple[float, ...] = PAUSES,
    *,
    left: Callable[[], int] = lambda: 0,
) -> T:
    """Do something that may be done again until it goes well.

    `left` says how much there is to do: each time that has become less, patience begins anew. Raises `PublishError`
    where it goes wrong once more after the last pause.
    """
    tries = 0
    least = left()
    while True:
        try:
            return await work()
        except Hiccup as error:
            if left() < least:
                tries, least = 0, left()
            if tries == len(pauses):
                raise PublishError(
                    f"{place} cannot be reached: {error}",
                    hint="see whether config.toml names it as it should, and whether it can be reached from here; "
                    "nothing is half done there: publish again, and the rest is brought",
                ) from error
            await asyncio.sleep(pauses[tries] * random.uniform(1, 1.5))  # noqa: S311 - no secret
            tries += 1
