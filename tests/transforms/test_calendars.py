"""On which days units send: each calendar beside a count by plain Python."""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.reference.calendars import Cadence, expected_days
from transforms.reference.months import Months

CALENDARS = ("every_day", "working_days", "weekly", "monthly", "quarterly", "yearly")
DAY = timedelta(days=1)
SOME_DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))


def units(*rows: tuple[str, str, date, date | None]) -> pl.DataFrame:
    schema = {"unit_id": pl.String, "calendar": pl.String, "valid_from": pl.Date, "valid_to": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row")


def ends(calendar: str, day: date, cadence: Cadence) -> bool:
    """Whether a period of the calendar ends on this day, found by the day after it."""
    if calendar == "every_day":
        return True
    if calendar == "working_days":
        return day.weekday() < 5 and day not in cadence.holidays
    if calendar == "weekly":
        return day.isoweekday() == cadence.week_ends
    after = day + DAY
    if after.day != cadence.months.first_day:
        return False
    # the reporting month that ends: the calendar month of its last day
    month = day.month
    step = {"monthly": 1, "quarterly": 3, "yearly": 12}[calendar]
    return (month - cadence.year_ends) % step == 0


def days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * DAY


def counted(calendar: str, since: date, until: date | None, cadence: Cadence, first: date, last: date) -> list[date]:
    """The days on which something is due, one after the other; the last day of a unit closes its period."""
    due = []
    for day in days(first, last):
        exists = since <= day and (until is None or day <= until)
        is_last = day == until and calendar != "working_days"
        if exists and (ends(calendar, day, cadence) or is_last):
            due.append(day)
    return due


@given(
    calendar=st.sampled_from(CALENDARS),
    since=SOME_DAYS,
    length=st.none() | st.integers(0, 900),
    first=SOME_DAYS,
    span=st.integers(0, 800),
    holidays=st.frozensets(SOME_DAYS, max_size=20),
    first_day=st.integers(1, 28),
    week_ends=st.integers(1, 7),
    year_ends=st.integers(1, 12),
)
def test_the_days_are_those_that_plain_counting_finds(
    calendar: str,
    since: date,
    length: int | None,
    first: date,
    span: int,
    holidays: frozenset[date],
    first_day: int,
    week_ends: int,
    year_ends: int,
) -> None:
    until = None if length is None else since + length * DAY
    cadence = Cadence(holidays, Months(first_day), week_ends, year_ends)
    last = first + span * DAY
    found = expected_days(units(("a", calendar, since, until)), cadence, first, last)
    assert found["business_date"].to_list() == counted(calendar, since, until, cadence, first, last)


def test_expected_days_follow_calendar_holidays_and_validity() -> None:
    own = pl.DataFrame(
        {
            "unit_id": ["always", "working", "ended"],
            "calendar": ["every_day", "working_days", "every_day"],
            "valid_from": [date(2022, 1, 1)] * 3,
            "valid_to": [None, None, date(2022, 9, 1)],
        }
    )
    days = expected_days(own, Cadence(frozenset({date(2022, 9, 2)})), date(2022, 9, 1), date(2022, 9, 5))
    found = {unit: days.filter(unit_id=unit)["business_date"].dt.day().to_list() for unit in own["unit_id"]}
    assert found == {"always": [1, 2, 3, 4, 5], "working": [1, 5], "ended": [1]}


@pytest.mark.parametrize(
    ("calendar", "count"),
    [("every_day", 366), ("working_days", 262), ("weekly", 52), ("monthly", 12), ("quarterly", 4), ("yearly", 1)],
)
def test_a_year_has_as_many_days_as_its_calendar_says(calendar: str, count: int) -> None:
    found = expected_days(
        units(("a", calendar, date(2000, 1, 1), None)), Cadence(), date(2024, 1, 1), date(2024, 12, 31)
    )
    assert found.height == count


def test_quarters_and_years_end_with_the_fiscal_year() -> None:
    own = units(("q", "quarterly", date(2000, 1, 1), None), ("y", "yearly", date(2000, 1, 1), None))
    found = expected_days(own, Cadence(year_ends=3), date(2024, 1, 1), date(2024, 12, 31))
    quarters = [date(2024, 3, 31), date(2024, 6, 30), date(2024, 9, 30), date(2024, 12, 31)]
    assert found.rows() == [*(("q", day) for day in quarters), ("y", date(2024, 3, 31))]
