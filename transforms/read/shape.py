"""What a person has written of the form of a file. Reads no file; flows/settings/layouts.py checks what is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from transforms.read.addresses import column_at

# A range like `B5:H40`, or `B5:H` for one that ends where the table does.
RANGE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6}):([A-Z]{1,3})([1-9]\d{0,6})?")
LETTERS = re.compile(r"([A-Z]{1,3}):\1")  # a column by its letter, as spreadsheets write it: `C:C`

DateKind = Literal["day", "month", "quarter", "year"]
YEAR_END = (12, 31)


@dataclass(frozen=True)
class Area:
    """A range of a sheet, 0-based; `bottom` and `right` are the first row and column behind it. None: it is open."""

    top: int
    left: int
    bottom: int | None
    right: int

    @classmethod
    def read(cls, text: str) -> "Area | None":
        """From `B5:H40` or `B5:H`; None where it is no range, or its end lies before its beginning."""
        if not (found := RANGE.fullmatch(text)):
            return None
        area = cls(int(found[2]) - 1, column_at(found[1]), int(found[4]) if found[4] else None, column_at(found[3]) + 1)
        is_empty = area.left >= area.right or (area.bottom is not None and area.top >= area.bottom)
        return None if is_empty else area


@dataclass(frozen=True)
class Shape:
    """The form of a table. All that is not written is as in a table that is discovered.

    `header_rows`: first and last row of the header (1-based). `table`: where the table stands, its header included;
    `outside`: whether figures below a closed range are refused or ignored. `columns`: role (a column of the
    contract) → the headers as the file writes them, or `C:C`; several figures are summed, several texts joined;
    where it is empty the columns are discovered. `ignore`: headers of figures that nobody wants. `blank`: what a
    blank cell beside figures is. `zero_values`: texts that mean none. `constant`: role → its text on every row.
    `total`: `sum` where the file states none. `fill_down`: headers of columns in which a blank cell continues the
    one above. `ignore_rows`: what names a row that is left out; `unknown_rows`: what becomes of a row with no
    figure that is known; `same_name`: whether rows of one name, unit and period are added. `unit_column`,
    `date_column`: which rows are of this delivery; `date_kind`: what dates and periods are, `year_ends`: month and
    day on which a year ends. `channels`: `rows` where each way of filing has a row, then `channel_column` and
    `channel_values` (role or `ignore` → words), `value_column` with the figures where no header is across,
    `missing_channel`: what a way without a row is. `fields`, `periods`: `across` where each has columns. `sheets`:
    whether the sheet named after the unit or the period is read.
    """

    header_rows: tuple[int, int] | None = None
    table: Area | None = None
    outside: Literal["refuse", "ignore"] = "refuse"
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    blank: Literal["unknown", "zero"] = "unknown"
    zero_values: tuple[str, ...] = ()
    constant: Mapping[str, str] = field(default_factory=dict)
    total: Literal["stated", "sum"] = "stated"
    fill_down: tuple[str, ...] = ()
    ignore_rows: tuple[str, ...] = ()
    unknown_rows: Literal["refuse", "leave_out"] = "refuse"
    same_name: Literal["refuse", "sum"] = "refuse"
    unit_column: str | None = None
    date_column: str | None = None
    date_kind: DateKind = "day"
    year_ends: tuple[int, int] = YEAR_END
    channels: Literal["columns", "rows"] = "columns"
    channel_column: str | None = None
    channel_values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    value_column: str | None = None
    missing_channel: Literal["unknown", "zero"] = "unknown"
    fields: Literal["down", "across"] = "down"
    periods: Literal["down", "across"] = "down"
    sheets: Literal["one", "unit", "period"] = "one"

    @property
    def is_discovered(self) -> bool:
        """Whether nothing is said of where the table and its columns are."""
        return not (self.columns or self.header_rows or self.table or self.is_moved or self.periods == "across")

    @property
    def is_moved(self) -> bool:
        """Whether the figures of one record stand in several rows, or those of several records in one."""
        return self.channels == "rows" or self.fields == "across" or self.same_name == "sum"
