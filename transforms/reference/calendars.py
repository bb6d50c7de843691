"""On which days units send, by their calendars: every day, working days, or once a week, month, quarter or year.

An export of a longer period has the last day of that period as its business date; the last one of a unit that ends
within a period, the unit's last day. Reads no file; knows no figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from transforms.dictionary.frames import checked
from transforms.reference.months import CALENDAR, Months
from transforms.reference.unit_file import UNITS

_VALIDITY = pl.Schema({name: UNITS[name] for name in ("unit_id", "valid_from", "valid_to", "calendar")})
_PERIODS = pl.Schema({"calendar": pl.String, "begins": pl.Date, "ends": pl.Date})
_MONTHS_OF = {"monthly": 1, "quarterly": 3, "yearly": 12}


@dataclass(frozen=True)
class Cadence:
    """What calendars depend on: days off, the reporting months, the ISO weekday and the month that end week and year.

    Quarters end with the year and every third month before it.
    """

    holidays: frozenset[date] = frozenset()
    months: Months = CALENDAR
    week_ends: int = 7
    year_ends: int = 12


def working_day(holidays: frozenset[date]) -> pl.Expr:
    """Whether `business_date` is Monday to Friday and no holiday."""
    return (pl.col("business_date").dt.weekday() <= 5) & ~pl.col("business_date").is_in(sorted(holidays))


def expected_days(units: pl.DataFrame, cadence: Cadence, first: date, last: date) -> pl.DataFrame:
    """The days from `first` to `last` on which each unit sends: unit_id, business_date.

    `units`: UNITS, of which `unit_id`, `valid_from`, `valid_to` and `calendar` are read; more columns allowed.
    """
    checked(units, _VALIDITY, "expected_days: units", more=True)
    due = pl.min_horizontal("ends", "valid_to")
    return (
        units.select(*_VALIDITY)
        .join(_periods(cadence, first, last), on="calendar", maintain_order="left_right")
        .filter(
            pl.col("ends") >= pl.col("valid_from"),
            pl.col("valid_to").is_null() | (pl.col("begins") <= pl.col("valid_to")),
            due.is_between(first, last),
        )
        .select("unit_id", business_date=due)
    )


def period_begins(calendar: str, day: date, cadence: Cadence) -> date:
    """The first day of the period of a calendar that `day` lies in; of the daily ones the day itself."""
    longer = (*_weeks(cadence, day, day), *_of_months(cadence, day, day))
    return next((begins for name, begins, _ in longer if name == calendar), day)


def _periods(cadence: Cadence, first: date, last: date) -> pl.DataFrame:
    """The periods of each calendar (_PERIODS) that have a day between `first` and `last`."""
    days = pl.DataFrame({"business_date": pl.date_range(first, last, eager=True)})
    daily = [
        own.select(calendar=pl.lit(calendar), begins="business_date", ends="business_date")
        for calendar, own in (("every_day", days), ("working_days", days.filter(working_day(cadence.holidays))))
    ]
    longer = pl.DataFrame([*_weeks(cadence, first, last), *_of_months(cadence, first, last)], _PERIODS, orient="row")
    return pl.concat([*daily, longer])


def _weeks(cadence: Cadence, first: date, last: date) -> Iterator[tuple[str, date, date]]:
    ends = first + timedelta(days=(cadence.week_ends - first.isoweekday()) % 7)
    while (begins := ends - timedelta(days=6)) <= last:
        yield "weekly", begins, ends
        ends += timedelta(days=7)


def _of_months(cadence: Cadence, first: date, last: date) -> Iterator[tuple[str, date, date]]:
    """Months, quarters and years, by the reporting months they begin and end with."""
    start, stop = (_number(cadence.months.of(day)) for day in (first, last))
    for calendar, length in _MONTHS_OF.items():
        for end in range(start, stop + length):
            begin = end + 1 - length
            if (end + 1 - cadence.year_ends) % length == 0 and begin <= stop:
                yield calendar, cadence.months.span(_name(begin))[0], cadence.months.span(_name(end))[1]


def _number(month: str) -> int:
    """The month (YYYY-MM) as a number, so that months can be counted: January of the year 0 is 0."""
    return 12 * int(month[:4]) + int(month[5:]) - 1


def _name(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
