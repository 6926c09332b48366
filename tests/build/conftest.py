"""What the tests of incremental builds begin with."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from miniature import MEMORY, Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Yield a miniature that is built, to be edited and built again."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Desk(Path(folder))
