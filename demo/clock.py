"""The clock of the demo month: the days and hours of Viet Nam. The product asks reference/organisation.toml."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from transforms.reference.clock import at_hour

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def in_vietnam(day: date, hour: int, minute: int = 0) -> datetime:
    """The UTC moment without zone at which it is `hour`:`minute` of `day` in Viet Nam."""
    return at_hour(day, hour, VIETNAM, minute)
