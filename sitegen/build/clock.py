"""What a build takes as now: a recorded input, never read twice.

`--as-of` names a day; else `SOURCE_DATE_EPOCH` (reproducible-builds.org) counts; else the time is asked
for once, at the beginning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from sitegen.articles.dates import FIRST_YEAR, DateProblem, EdtfDate, parse_date
from sitegen.articles.meta import Meta
from sitegen.config import Config
from sitegen.errors import UsageError

__all__ = ["next_change", "now"]


def now(config: Config, as_of: str, environment: Mapping[str, str]) -> dt.datetime:
    """Return the moment that a build takes as now, in the time zone of the site.

    A day stands for its last second: what is dated that day is published. Raises `UsageError` where the
    day or `SOURCE_DATE_EPOCH` cannot be read.
    """
    zone = config.zone
    if as_of:
        try:
            date = parse_date(as_of)
        except DateProblem as problem:
            raise UsageError(f"--as-of: {problem.message}", hint=problem.hint) from None
        if date.has_time:
            return date.moment(zone)
        return dt.datetime.combine(date.last_day, dt.time(23, 59, 59), zone)
    epoch = environment.get("SOURCE_DATE_EPOCH", "")
    if epoch:
        try:
            moment = dt.datetime.fromtimestamp(int(epoch), zone)
        except (ValueError, OverflowError, OSError):
            raise UsageError(
                f"SOURCE_DATE_EPOCH “{epoch}” is not a number of seconds", hint="unset it, or give whole seconds"
            ) from None
        if moment.year < FIRST_YEAR:
            raise UsageError(
                f"SOURCE_DATE_EPOCH “{epoch}” is before the year {FIRST_YEAR}",
                hint="unset it, or give whole seconds since 1970",
            )
        return moment
    return dt.datetime.now(zone)


def next_change(content: Iterable[tuple[Meta, EdtfDate | None]], now: dt.datetime, zone: ZoneInfo) -> float | None:
    """Return the first moment after `now`, in seconds since 1970, at which a piece becomes due or expires.

    `content` are the front matters of all pieces, with the dates that their paths say. `None` where nothing
    is to come.
    """
    yesterday = (now - dt.timedelta(days=2)).date().isoformat()
    coming: list[dt.datetime] = []
    for meta, located in content:
        dates = (meta.publish_date, meta.expiry_date, meta.date or located)
        # Most dates are long past, which their text tells; a year or a month stands for its first moment.
        late = (date for date in dates if date is not None and date.text + "~" > yesterday[: len(date.text)])
        coming += [date.moment(zone) for date in late if date.moment(zone) > now]
    return min(coming).timestamp() if coming else None
