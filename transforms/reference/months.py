"""Reporting months: from which business date to which each runs. Knows no settings and no figures."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl


@dataclass(frozen=True)
class Months:
    """Months that begin on `first_day` (1 to 28).

    1: calendar months. Else month M runs from that day of the month before to the day before it in M: with 15,
    2022-08 is 15 July to 14 August.
    """

    first_day: int = 1

    def of(self, day: date) -> str:
        """The month (YYYY-MM) a business date belongs to."""
        first = day.replace(day=1)
        return f"{first if day.day < self.first_day or self.first_day == 1 else _next(first):%Y-%m}"

    def span(self, month: str) -> tuple[date, date]:
        """First and last business date of `YYYY-MM`. Raises ValueError for anything else."""
        named = datetime.strptime(month, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
        if self.first_day == 1:
            return named, _next(named) - timedelta(days=1)
        before = (named - timedelta(days=1)).replace(day=self.first_day)
        return before, named.replace(day=self.first_day) - timedelta(days=1)

    def between(self, first: date, last: date) -> pl.DataFrame:
        """The months that the days `first` to `last` lie in: month, period_from, period_to."""
        rows, month = [], datetime.strptime(self.of(first), "%Y-%m").date()  # noqa: DTZ007
        while f"{month:%Y-%m}" <= self.of(last):
            rows.append((f"{month:%Y-%m}", *self.span(f"{month:%Y-%m}")))
            month = _next(month)
        schema = {"month": pl.String, "period_from": pl.Date, "period_to": pl.Date}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def begins(self, day: pl.Expr) -> pl.Expr:
        """The first of the calendar month that a column of business dates is reported under: equal = same month."""
        calendar = day.dt.month_start()
        if self.first_day == 1:
            return calendar
        return pl.when(day.dt.day() < self.first_day).then(calendar).otherwise(calendar.dt.offset_by("1mo"))


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


CALENDAR = Months()
