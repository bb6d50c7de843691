"""What a sheet says beside its values, whatever the workbook's format. Reads no file."""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

UNCALCULATED = "#CHƯA TÍNH!"  # a formula that was never calculated; it must not read as a number, least of all 0

MAX_MERGED = 100_000
MAX_TEXT = 256 * 1024 * 1024  # characters of all text cells of a sheet


@dataclass
class SheetFacts:
    """What one sheet says beside its values.

    `hidden_rows`, `hidden_columns`: 0-based. `texts`: by (row, column) where the value alone is not enough, errors
    (`#REF!`), percentages (`98.93%`) and formulas without a value (UNCALCULATED). `merged`: how many areas.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: int = 0


def percent_text(value: str) -> str:
    """`98.93%` of the fraction `0.9893`, exactly; what is no number stays as it is."""
    try:
        number = Decimal(value) if len(value) < 40 else Decimal(float(value))
        return f"{round(number * 100, 10).normalize():f}%" if abs(number.adjusted()) < 15 else value
    except (InvalidOperation, ValueError):
        return value
