from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from demo.clock import VIETNAM, in_vietnam
from transforms.reference.clock import cut_off, day_before, local_date, utc


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2022, 8, 18, 17, 0), date(2022, 8, 19)),  # 00:00 in Vietnam
        (datetime(2022, 8, 18, 16, 59), date(2022, 8, 18)),
        (datetime(2022, 12, 31, 17, 30), date(2023, 1, 1)),
        (datetime(2022, 8, 31, 16, 30), date(2022, 8, 31)),
    ],
)
def test_the_vietnamese_day_of_a_moment(moment: datetime, day: date) -> None:
    assert local_date(moment, VIETNAM) == day


@pytest.mark.parametrize("zone", [UTC, VIETNAM, timezone(timedelta(hours=-8))])
@pytest.mark.parametrize(("hour", "minute"), [(0, 30), (5, 30), (23, 30)])
def test_the_day_before_is_vietnams_whatever_zone_the_moment_is_in(hour: int, minute: int, zone: timezone) -> None:
    moment = datetime(2022, 8, 2, hour, minute, tzinfo=VIETNAM).astimezone(zone)
    assert day_before(moment, VIETNAM) == date(2022, 8, 1)


def test_moments_without_zone_are_refused_and_others_are_utc() -> None:
    with pytest.raises(ValueError, match="time zone"):
        utc(datetime(2022, 8, 1))
    assert utc(datetime(2022, 8, 1, 5, 30, tzinfo=timezone(timedelta(hours=7)))) == datetime(2022, 7, 31, 22, 30)
    assert utc(datetime(2022, 8, 1, tzinfo=UTC)) == datetime(2022, 8, 1)


@pytest.mark.parametrize(
    ("day", "until"),
    [
        (date(2022, 8, 1), date(2022, 8, 2)),
        (date(2022, 8, 5), date(2022, 8, 8)),  # a Friday: until Monday
        (date(2022, 8, 31), date(2022, 9, 5)),  # the National Day and a weekend follow
    ],
)
def test_an_export_is_in_time_until_the_next_working_day(day: date, until: date) -> None:
    holidays = frozenset({date(2022, 9, 1), date(2022, 9, 2)})
    assert cut_off(day, 17, holidays, VIETNAM) == in_vietnam(until, 17)


@pytest.mark.parametrize(
    ("days", "until"),
    [(1, date(2022, 9, 5)), (2, date(2022, 9, 6)), (5, date(2022, 9, 9)), (6, date(2022, 9, 12))],
)
def test_a_later_cut_off_counts_working_days(days: int, until: date) -> None:
    holidays = frozenset({date(2022, 9, 1), date(2022, 9, 2)})
    assert cut_off(date(2022, 8, 31), 17, holidays, VIETNAM, days) == in_vietnam(until, 17)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2024, 3, 31, 3, 59), date(2024, 3, 30)),  # 23:59, summer time
        (datetime(2024, 3, 31, 4, 0), date(2024, 3, 31)),
        (datetime(2024, 1, 31, 4, 59), date(2024, 1, 30)),  # 23:59, winter time
        (datetime(2024, 1, 31, 5, 0), date(2024, 1, 31)),
    ],
)
def test_the_day_of_a_moment_is_that_of_the_zone(moment: datetime, day: date) -> None:
    assert local_date(moment, ZoneInfo("America/Toronto")) == day
