"""The time of a build, which decides with the choices of a run which pieces it shows."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct

__all__ = ["Clock"]


class Clock(Struct, frozen=True):
    """What a build takes as now, and which pieces it shows besides the published ones."""

    now: dt.datetime
    drafts: bool = False
    future: bool = False
