"""Whether a file may still be being written. Looks at no file itself and knows no clock.

The rule: a file is finished when two looks at it, `settle_seconds` apart, show the same size and time; a file that
was last changed longer ago than that at the moment of asking has stood that test already. What a file shows
before it is read must also be what it shows after.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

BEING_WRITTEN = "tệp đang được ghi; lần chạy sau sẽ lấy"


@dataclass(frozen=True)
class Look:
    """What a file showed at one moment: its size in bytes and its time of change (UTC without zone)."""

    size: int
    modified_at: datetime | None


def is_young(look: Look, now: datetime, settle_seconds: float) -> bool:
    """Whether a file needs a second look; one without a time, or with one after `now`, does."""
    return look.modified_at is None or look.modified_at > now - timedelta(seconds=settle_seconds)
