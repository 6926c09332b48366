"""Dates as archives write them: often partial, in many dialects, never guessed.

A date keeps exactly what was known: `1998`, `1998-05`, a day, or a moment with or without an offset
from UTC. The canonical text is Extended Date/Time Format level 0 (EDTF, ISO 8601-2:2019).
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

__all__ = ["FIRST_YEAR", "DateProblem", "EdtfDate", "parse_date"]

YEAR, MONTH, DAY = 4, 7, 10

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
"""English, whatever the locale: `calendar.month_name` would change with it."""

FIRST_YEAR = 1000
LARGEST_OFFSET = 14

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_SECOND = dt.timedelta(seconds=1)

_TIME = r"""
    (?:
        (?: [Tt] | [ ]+ ) (?P<hour> [0-9]{1,2} ) : (?P<minute> [0-9]{2} )
        (?: : (?P<second> [0-9]{2} ) (?: [.,] [0-9]+ )? )?
        [ ]*
        (?: (?P<utc> Z | UTC | GMT ) | (?P<sign> [+-] ) (?P<hours> [0-9]{1,2} ) (?: :? (?P<minutes> [0-9]{2} ) )? )?
    )?
"""


def _form(day: str) -> re.Pattern[str]:
    return re.compile(day + _TIME, re.VERBOSE | re.IGNORECASE)


_YEAR = "(?P<year> [0-9]{4} )"
_DAY = "(?P<day> [0-9]{1,2} ) (?: st | nd | rd | th )?"
_NAME = "(?P<name> [a-z]{3,9} ) [.]?"
_FORMS = (
    _form(rf"{_YEAR} (?: (?P<sep> [-/.] ) (?P<month> [0-9]{{1,2}} ) (?: (?P=sep) (?P<day> [0-9]{{1,2}} ) )? )?"),
    _form(rf"{_DAY} [ ]+ {_NAME} ,? [ ]+ {_YEAR}"),
    _form(rf"{_NAME} [ ]+ (?: {_DAY} ,? [ ]+ )? {_YEAR}"),
)
_DAY_AND_MONTH = re.compile(r"([0-9]{1,2})([-/. ])([0-9]{1,2})\2([0-9]{2}|[0-9]{4})(?![0-9]).*")


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
        return dt.date.fromisoformat(_filled(self.text)[:DAY])

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
        moment = dt.datetime.fromisoformat(_filled(self.text))
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)

    def instant(self, zone: ZoneInfo) -> int:
        """Return the earliest moment as whole seconds since 1970-01-01T00:00:00Z, for ordering."""
        return (self.moment(zone) - _EPOCH) // _SECOND


def _filled(text: str) -> str:
    """Return a canonical text with the first month and day in the place of those that it lacks."""
    return text if len(text) >= DAY else text + "-01-01"[len(text) - YEAR :]


class DateProblem(ValueError):  # noqa: N818 - the problem of a user's text, which becomes a finding
    """A text that is no date, or more than one. `code` is `bad-date` or `ambiguous-date`."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        """Say what is wrong and how to write the date instead."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


def parse_date(text: str) -> EdtfDate:
    """Read a date as archives write them.

    The year comes first (`2009-07-20`, `2009/7/20`, `1998-05`, `1998`), or the month is an English
    word (`20 July 2009`, `Jul 20, 2009`, `July 2009`). A day may be followed by a time of 24 hours
    and an offset from UTC (`-0400`, `-4`, `+02:00`, `Z`, `UTC`); fractions of seconds are dropped.
    Years are 1000 to 9999.

    Raises `DateProblem`, where the date does not exist, could be read in two ways, or is written in
    another form. Nothing is guessed: a day or month in digits before the year is always a problem.
    """
    written = " ".join(text.split())
    for form in _FORMS:
        if found := form.fullmatch(written):
            date = _assembled(found.groupdict())
            if date is None:
                raise DateProblem("bad-date", f"“{written}” is not a date that exists", _HINT)
            return EdtfDate(date)
    if digits := _DAY_AND_MONTH.fullmatch(written):
        raise _unclear(written, int(digits[1]), int(digits[3]), digits[4])
    raise DateProblem("bad-date", f"“{written[:60]}” is not a date" if written else "a date is empty", _HINT)


_HINT = "write year-month-day, such as `2009-07-20`; `1998-05` and `1998` are dates too"


def _assembled(parts: dict[str, str | None]) -> str | None:
    """Return the canonical text of the parts, or `None` where there is no such day or moment."""
    year = int(parts["year"] or 0)
    month = _month(parts)
    day = int(parts["day"]) if parts["day"] else None
    timed = parts["hour"] is not None
    if year < FIRST_YEAR or month == 0 or (timed and day is None):
        return None
    try:
        if not timed:
            whole = dt.date(year, 1 if month is None else month, 1 if day is None else day).isoformat()
            return whole[: YEAR if month is None else MONTH if day is None else DAY]
        moment = dt.datetime(  # noqa: DTZ001 - a time without an offset stays without
            year,
            month or 1,
            day or 1,
            int(parts["hour"] or 0),
            int(parts["minute"] or 0),
            int(parts["second"] or 0),
        )
        return moment.isoformat() + _offset(parts)
    except ValueError:
        return None


def _month(parts: dict[str, str | None]) -> int | None:
    """Return the number of the month, `None` where none is given, 0 for a word that is no month."""
    if digits := parts.get("month"):
        return int(digits)
    name = (parts.get("name") or "").lower()
    if not name:
        return None
    for number, month in enumerate(MONTHS, 1):
        if name in (month, month[:3]) or (name == "sept" and month == "september"):
            return number
    return 0


def _offset(parts: dict[str, str | None]) -> str:
    if parts["utc"]:
        return "+00:00"
    if not parts["sign"]:
        return ""
    hours, minutes = int(parts["hours"] or 0), int(parts["minutes"] or 0)
    if hours > LARGEST_OFFSET:
        raise ValueError(hours)
    sign = "+" if not hours and not minutes else parts["sign"]
    return f"{sign}{dt.time(hours, minutes):%H:%M}"


def _unclear(written: str, first: int, second: int, year: str) -> DateProblem:
    """Return the problem of a date that ends with its year and has its month in digits."""
    is_whole = len(year) == YEAR
    if not (0 < first <= len(MONTHS) and 0 < second <= len(MONTHS)) or (is_whole and first == second):
        return DateProblem("bad-date", f"“{written}” does not begin with its year", _HINT)
    hint = "write the year first, with four digits, such as `2009-07-20`"
    if is_whole:
        hint = f"write the year first: `{year}-{second:02}-{first:02}` or `{year}-{first:02}-{second:02}`"
    return DateProblem("ambiguous-date", f"“{written}” can be read in more than one way", hint)
