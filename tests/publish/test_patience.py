"""What a network refuses for a moment is asked for again, as long as it goes forward."""

from __future__ import annotations

import asyncio

import pytest

from sitegen.errors import PublishError
from sitegen.publish.patience import patiently
from sitegen.publish.store import Hiccup


def test_in_the_end_it_is_told() -> None:
    """What goes wrong again and again is tried once more than there are pauses."""
    tries = []

    async def work() -> None:
        tries.append(1)
        raise Hiccup("it does not answer")

    with pytest.raises(PublishError, match="the place cannot be reached: it does not answer"):
        asyncio.run(patiently(work, "the place", (0, 0)))
    assert 3 == len(tries)


def test_progress_begins_it_anew() -> None:
    """A long work that falters now and then is finished, however often that is in all."""
    left = list(range(50))

    async def work() -> str:
        if left:
            left.pop()
            raise Hiccup("it is busy")
        return "done"

    assert "done" == asyncio.run(patiently(work, "the place", (0, 0), left=lambda: len(left)))
