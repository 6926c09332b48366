"""The second station: articles become one immutable archive that answers questions."""

from __future__ import annotations

from sitegen.archive.archive import Archive
from sitegen.archive.assembly import make_archive
from sitegen.archive.queries import Queries
from sitegen.archive.references import LeftOut
from sitegen.archive.window import Window

__all__ = ["Archive", "LeftOut", "Queries", "Window", "make_archive"]
