"""From which day to which a month runs."""

from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import pytest

from transforms.reference.months import CALENDAR, Months

DAYS = [date(2023, 12, 1) + timedelta(n) for n in range(500)]  # with a 29 February


@pytest.mark.parametrize(
    ("first_day", "month", "first", "last"),
    [
        (1, "2022-08", date(2022, 8, 1), date(2022, 8, 31)),
        (1, "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        (15, "2022-08", date(2022, 7, 15), date(2022, 8, 14)),
        (15, "2023-01", date(2022, 12, 15), date(2023, 1, 14)),
        (28, "2023-03", date(2023, 2, 28), date(2023, 3, 27)),
        (2, "2024-03", date(2024, 2, 2), date(2024, 3, 1)),
    ],
)
def test_a_month_runs_from_its_first_day_to_the_day_before_the_next(
    first_day: int, month: str, first: date, last: date
) -> None:
    months = Months(first_day)
    assert months.span(month) == (first, last)
    assert months.of(first) == months.of(last) == month
    assert month not in {months.of(first - timedelta(1)), months.of(last + timedelta(1))}


@pytest.mark.parametrize("first_day", [1, 2, 15, 28])
def test_every_day_is_in_one_month_and_all_ways_of_asking_agree(first_day: int) -> None:
    months = Months(first_day)
    periods = months.between(DAYS[0], DAYS[-1])
    spans = periods.select("period_from", "period_to").rows()
    assert all(later[0] - earlier[1] == timedelta(1) for earlier, later in pairwise(spans))
    named = [month for day in DAYS for month, first, last in periods.rows() if first <= day <= last]
    assert named == [months.of(day) for day in DAYS]
    begins = pl.DataFrame({"day": DAYS}).select(months.begins(pl.col("day")).dt.strftime("%Y-%m"))
    assert begins["day"].to_list() == named


@pytest.mark.parametrize("wrong", ["2022", "2022-13", "08-2022", ""])
def test_what_is_no_month_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"does not match|unconverted"):
        CALENDAR.span(wrong)
