"""What a source hands over, and how it fails. Knows no kind of source."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Export:
    """One file of one unit for one business date: its bytes as they were, `modified_at` in UTC without zone.

    `uri` names the place for good: a path relative to the workspace where it lies in it, so that a workspace
    that was moved or restored still knows its files.
    """

    business_date: date
    uri: str
    name: str
    modified_at: datetime
    content: bytes


class SourceError(Exception):
    """A source could not be asked, or did not answer as it should. The message names no secret."""
