"""The garbage collector, while an archive is made: hardly any of it is garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collector_at_rest"]

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
