"""The second station: articles become one immutable archive that answers questions."""

from __future__ import annotations

from sitegen.archive.archive import Archive
from sitegen.archive.assembly import make_archive
from sitegen.archive.queries import Queries
from sitegen.archive.references import LeftOut

__all__ = ["Archive", "LeftOut", "Queries", "make_archive"]
