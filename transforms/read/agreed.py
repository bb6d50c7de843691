"""What is known of a file before it is read: its day and what its sender agreed. Reads nothing."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Agreed:
    """What a file should hold.

    `business_date`: the day its figures are for; `basis`: `day`, `month_to_date` or `year_to_date`; `level`: of rows
    that state none (1 to 4, 0 = levels are not distinguished); `sheet`: the only one to read; `null_values`: what the
    sender writes where a figure is missing, such as `NA`.
    """

    business_date: date | None = None
    basis: str = "day"
    level: int = 0
    sheet: str | None = None
    null_values: tuple[str, ...] = ()


NOTHING_AGREED = Agreed()
