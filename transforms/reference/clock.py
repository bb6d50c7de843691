"""Between UTC moments and the business dates of a time zone. Reads no clock: the moment is always a parameter."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def utc(moment: datetime) -> datetime:
    """A moment as the tables keep it: UTC, without zone. Raises ValueError for a moment without zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment}: a moment needs its time zone")
    return moment.astimezone(UTC).replace(tzinfo=None)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day in `zone` at a UTC moment without zone."""
    return moment.replace(tzinfo=UTC).astimezone(zone).date()


def day_before(moment: datetime, zone: ZoneInfo) -> date:
    """The newest business date that is over at a moment with zone: the day before it in `zone`.

    By way of the timestamp: Prefect's moments are of a class whose own conversion has named a day too early.
    """
    return datetime.fromtimestamp(moment.timestamp(), zone).date() - timedelta(days=1)


def at_hour(day: date, hour: int, zone: ZoneInfo, minute: int = 0) -> datetime:
    """The UTC moment without zone at which it is `hour`:`minute` of `day` in `zone`."""
    return utc(datetime.combine(day, time(hour, minute), zone))


def cut_off(day: date, hour: int, holidays: frozenset[date], zone: ZoneInfo, days: int = 1) -> datetime:
    """Until when the export of business date `day` is in time, as a UTC moment.

    `hour` on the next working day; with `days`, on the working day that is the `days`-th after `day`.
    """
    following = day
    for _ in range(days):
        following += timedelta(days=1)
        while following.weekday() >= 5 or following in holidays:
            following += timedelta(days=1)
    return at_hour(following, hour, zone)
