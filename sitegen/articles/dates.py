"""Dates as archives write them: often partial, in many dialects, never guessed.

A date keeps exactly what was known: `1998`, `1998-05`, a day, or a moment with or without an offset
from UTC. The canonical text is Extended Date/Time Format level 0 (EDTF, ISO 8601-2:2019).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

__all__ = ["EdtfDate"]

YEAR, MONTH, DAY = 4, 7, 10


class EdtfDate(Struct, frozen=True, order=True):
    """A possibly partial date, by its canonical EDTF level 0 text.

    One of `1998`, `1998-05`, `1998-05-03`, `1998-05-03T10:00:31`, `1998-05-03T10:00:31-04:00`.
    """

    text: str

    def __str__(self) -> str:
        """Return the canonical text."""
        return self.text

    @property
    def year(self) -> int:
        """The year, as written."""
        return int(self.text[:YEAR])

    @property
    def month(self) -> int | None:
        """The month from 1 to 12, or `None` where only the year is known."""
        return int(self.text[YEAR + 1 : MONTH]) if len(self.text) >= MONTH else None

    @property
    def day(self) -> int | None:
        """The day of the month, or `None` where it is not known."""
        return int(self.text[MONTH + 1 : DAY]) if len(self.text) >= DAY else None

    @property
    def is_partial(self) -> bool:
        """Whether the day is unknown."""
        return len(self.text) < DAY

    @property
    def has_time(self) -> bool:
        """Whether the moment of the day is known."""
        return len(self.text) > DAY

    @property
    def first_day(self) -> dt.date:
        """The first day that the date may mean."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> dt.date:
        """The last day that the date may mean."""
        if not self.is_partial:
            return self.first_day
        year, month = self.year, self.month or 12
        following = dt.date(year + month // 12, month % 12 + 1, 1) if (year, month) != (9999, 12) else None
        return following - dt.timedelta(days=1) if following else dt.date.max

    def moment(self, zone: ZoneInfo) -> dt.datetime:
        """Return the earliest moment that the date may mean, aware; `zone` holds where no offset is given."""
        if self.has_time:
            moment = dt.datetime.fromisoformat(self.text)
            return moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return dt.datetime.combine(self.first_day, dt.time(), zone)

    def instant(self, zone: ZoneInfo) -> int:
        """Return the earliest moment as whole seconds since 1970-01-01T00:00:00Z, for ordering."""
        moment = self.moment(zone)
        epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        return (moment - epoch) // dt.timedelta(seconds=1)
