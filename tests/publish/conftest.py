"""What all tests of publishing need: event loops of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness import no_loop_of_a_browser


@pytest.fixture(autouse=True)
def _own_loops() -> Iterator[None]:
    """Let a test run coroutines, whatever browser an earlier one has left open."""
    with no_loop_of_a_browser():
        yield
