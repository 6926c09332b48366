"""A process that builds again and again, as the preview does, holds no file open that it does not need."""

from __future__ import annotations

import gc
import os

from harness import Site


def lowest() -> int:
    """Return the number that the next file gets which is opened: the lowest that is free (POSIX, `open`)."""
    found = os.open(os.devnull, os.O_RDONLY)
    os.close(found)
    return found


def test_the_state_is_closed_without_the_collector(site: Site) -> None:
    """The state file was left to the collector, which in a large process hardly ever came by."""
    site.article("business/gift", "Text.").build()
    before = lowest()
    gc.disable()
    try:
        for text in ("One.", "Two.", "Three."):
            site.article("business/gift", text, title='"').run("build", "--keep-going")
            site.article("business/gift", text).build()
        after = lowest()
    finally:
        gc.enable()

    assert after == before
