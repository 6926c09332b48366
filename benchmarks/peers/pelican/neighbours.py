"""A plugin for Pelican: each article knows the one before and the one after it, as in the other two."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from pelican import signals  # type: ignore[import-not-found]  # it stands in the environment of the benchmarks


def link(generator: Any) -> None:  # noqa: ANN401 - Pelican's generator of articles, newest first
    """Give every article `earlier` and `later`."""
    for later, earlier in pairwise(generator.articles):
        later.earlier, earlier.later = earlier, later


def register() -> None:
    """Ask Pelican to be called when it has read everything."""
    signals.article_generator_finalized.connect(link)
