"""Decides whether a file may still be being written. Opens no file and reads no clock.

A file is finished when its size and time are the same at two checks, `settle_seconds` apart. A file that was last
changed longer ago than that needs no second check. Size and time must also be the same before and after reading.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

BEING_WRITTEN = "tệp đang được ghi; lần chạy sau sẽ lấy"


@dataclass(frozen=True)
class FileState:
    """A file at one moment: its size in bytes and its time of change (UTC without zone)."""

    size: int
    modified_at: datetime | None


def is_young(state: FileState, now: datetime, settle_seconds: float) -> bool:
    """Whether a file needs a second check; a file without a time, or with a time after `now`, does."""
    return state.modified_at is None or state.modified_at > now - timedelta(seconds=settle_seconds)
