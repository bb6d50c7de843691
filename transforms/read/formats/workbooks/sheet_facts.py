"""What a sheet says beside its values, whatever the workbook's format. Reads no file."""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from transforms.read.formats.shown import Look

MAX_MERGED = 100_000


@dataclass
class SheetFacts:
    """What one sheet says beside its values.

    `hidden_rows`, `hidden_columns`: 0-based. `texts`: by (row, column) where the value alone is not enough, errors
    (`#REF!`), percentages (`98.93%`), formulas without a value (UNCALCULATED) and texts of which a part is shown
    otherwise. `looks`: by (row, column) how a cell is shown where it is not as its value says. `merged`: how many
    areas. `strays`: by name (`XFD1`) the contents of cells far from all others, which are left out.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    looks: dict[tuple[int, int], Look] = field(default_factory=dict)
    merged: int = 0
    strays: dict[str, str] = field(default_factory=dict)


def percent_text(value: str) -> str:
    """`98.93%` of the fraction `0.9893`, exactly; what is no number stays as it is."""
    try:
        number = Decimal(value) if len(value) < 40 else Decimal(float(value))
        return f"{round(number * 100, 10).normalize():f}%" if abs(number.adjusted()) < 15 else value
    except (InvalidOperation, ValueError):
        return value
