"""Dates as archives write them: every dialect of the content model, and no guesses."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.articles.dates import DateProblem, EdtfDate, parse_date

FIRST_MOMENT = dt.datetime(1000, 1, 1)  # noqa: DTZ001 - Hypothesis asks for bounds without a zone
DAYS = st.dates(min_value=dt.date(1000, 1, 1))
CANONICAL = st.one_of(
    DAYS.map(lambda day: day.isoformat()[:4]),
    DAYS.map(lambda day: day.isoformat()[:7]),
    DAYS.map(dt.date.isoformat),
    st.datetimes(min_value=FIRST_MOMENT).map(lambda it: it.replace(microsecond=0).isoformat()),
    st.datetimes(
        min_value=FIRST_MOMENT,
        timezones=st.integers(-840, 840).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes))),
    ).map(lambda it: it.replace(microsecond=0).isoformat()),
)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("1998", "1998"),
        ("1998-05", "1998-05"),
        ("1998/5", "1998-05"),
        ("1998-5-3", "1998-05-03"),
        ("2009/07/20", "2009-07-20"),
        ("2009.07.20", "2009-07-20"),
        ("2016-03-25 ", "2016-03-25"),
        ("2016-02-12 10:00:31 -0400", "2016-02-12T10:00:31-04:00"),
        ("2015-03-17 14:00:00 -4", "2015-03-17T14:00:00-04:00"),
        ("2016-05-10 9:00:00 -4", "2016-05-10T09:00:00-04:00"),
        ("2017-01-01T00:00:00.000Z", "2017-01-01T00:00:00+00:00"),
        ("2017-01-01T00:00:00-05:00", "2017-01-01T00:00:00-05:00"),
        ("2017-01-01 10:30", "2017-01-01T10:30:00"),
        ("2017-01-01 10:30 UTC", "2017-01-01T10:30:00+00:00"),
        ("2017-01-01 10:30 +2", "2017-01-01T10:30:00+02:00"),
        ("2017-01-01t10:30:00 -0000", "2017-01-01T10:30:00+00:00"),
        ("20 July 2009", "2009-07-20"),
        ("20th July, 2009", "2009-07-20"),
        ("July 20, 2009", "2009-07-20"),
        ("Jul 20 2009", "2009-07-20"),
        ("12 Sept. 2010 9:30", "2010-09-12T09:30:00"),
        ("May 1998", "1998-05"),
    ],
)
def test_dialects(written: str, canonical: str) -> None:
    """What real front matter holds has one meaning each."""
    assert parse_date(written) == EdtfDate(canonical)


@pytest.mark.parametrize("written", ["03/04/2009", "03.04.09", "3-4-09", "1-2-2009 10:00", "04.04.09"])
def test_ambiguous(written: str) -> None:
    """A date that means two days is not guessed at."""
    with pytest.raises(DateProblem) as caught:
        parse_date(written)

    assert caught.value.code == "ambiguous-date"


def test_ambiguous_hint_names_both_readings() -> None:
    """The hint can be copied."""
    with pytest.raises(DateProblem) as caught:
        parse_date("03/04/2009")

    assert caught.value.hint == "write the year first: `2009-04-03` or `2009-03-04`"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "2010-02-30",
        "2010-13",
        "2010-00",
        "2010-01-00",
        "0999",
        "21/07/2009",
        "04/04/2009",
        "24/24/24",
        "20090720",
        "2009-07-20 25:00",
        "2009-07-20 10:60",
        "2009-07 10:00",
        "2009-07-20 10:00 +15",
        "2009-07-20 10:00 +0060",
        "2009-07-20 10:00 EST",
        "2009-07/20",
        "July 32, 2009",
        "Juli 2009",
        "Mayor 2009",
        "yesterday",
        "١٩٩٨",
    ],
)
def test_bad(written: str) -> None:
    """What is no date, or does not say its year first, is told with a way to write it."""
    with pytest.raises(DateProblem) as caught:
        parse_date(written)

    assert (caught.value.code, "`2009-07-20`" in caught.value.hint) == ("bad-date", True)


@given(CANONICAL)
@settings(deadline=None)
def test_canonical_text_reads_as_itself(text: str) -> None:
    """The canonical text is a fixed point, and has a moment."""
    date = parse_date(text)

    assert date.text == text
    assert date.first_day <= date.last_day
    assert isinstance(date.instant(ZoneInfo("UTC")), int)


@given(st.one_of(st.text(), st.from_regex(r"[0-9./: TZ+-]{1,25}", fullmatch=True)))
@settings(deadline=None)
def test_any_text_is_a_date_or_a_problem(text: str) -> None:
    """Nothing but `DateProblem` is ever raised, and what is read is canonical."""
    try:
        date = parse_date(text)
    except DateProblem as problem:
        code = problem.code
    else:
        code = "" if parse_date(date.text) == date else "not canonical"

    assert code in ("", "bad-date", "ambiguous-date")
