"""What is known of a file before it is read: its day and what its sender agreed. Reads nothing."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from transforms.read.shape import Shape


class IsOwn(Protocol):
    """Whether a name is that of the sender: yes, no, or (None) nobody knows."""

    def __call__(self, name: str, /) -> bool | None: ...  # noqa: D102


@dataclass(frozen=True)
class Agreed:
    """What a file should hold.

    `business_date`: the day its figures are for; `basis`: `day`, `month_to_date` or `year_to_date`; `level`: of rows
    that state none (1 to 4, 0 = levels are not distinguished); `sheet`: the only one to read; `null_values`: what the
    sender writes where a figure is missing, such as `NA`; `shape`: the form of the file as a person has written it;
    `is_own`: whether a name in a column of units is the sender's (None: all rows are read); `owner`: the column of a
    file of several units that names whose each row is.
    """

    business_date: date | None = None
    basis: str = "day"
    level: int = 0
    sheet: str | None = None
    null_values: tuple[str, ...] = ()
    shape: Shape | None = None
    is_own: IsOwn | None = None
    owner: str = "unit"


NOTHING_AGREED = Agreed()
