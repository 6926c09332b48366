"""A process that builds again and again, as the preview does, holds no file open that it does not need."""

from __future__ import annotations

import gc
import os
from contextlib import suppress

from harness import Site


def held() -> set[int]:
    """Return the numbers of the files that this process holds open."""
    found = set()
    for number in range(1_024):
        with suppress(OSError):
            os.fstat(number)
            found.add(number)
    return found


def test_the_state_is_closed_without_the_collector(site: Site) -> None:
    """The state file was left to the collector, which in a large process hardly ever came by."""
    site.article("business/gift", "Text.").build()
    before = held()
    gc.disable()
    try:
        for text in ("One.", "Two.", "Three."):
            site.article("business/gift", text, title='"').run("build", "--keep-going")
            site.article("business/gift", text).build()
        after = held()
    finally:
        gc.enable()

    assert after == before
