"""The garbage collector, while an archive is made: hardly any of it is garbage; and memory that is free afterwards."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collector_at_rest", "give_back"]

_PATIENCE = 50_000


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Keep the collector from walking through an archive again and again, as long as a block lasts."""
    thresholds = gc.get_threshold()
    gc.set_threshold(_PATIENCE, 20, 100)
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)


def give_back() -> None:
    """Give free memory back to the system, where the C library keeps it until it is told to (glibc)."""
    if sys.platform != "linux":
        return
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
