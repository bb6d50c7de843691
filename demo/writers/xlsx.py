"""A sheet as a real .xlsx with numbers in its cells. Decides nothing about what stands where."""

from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from demo.writers.layout import Cell, Kind, Ordinal, Sheet

_STYLES: dict[Kind, dict[str, Any]] = {
    "title": {"bold": True, "align": "center"},
    "header": {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1},
    "body": {"border": 1},
    "totals": {"bold": True, "border": 1},
    "footer": {"bold": True, "align": "center"},
}
_WIDTHS = (6, 44, 14, 14, 14, 14)


def xlsx_bytes(sheet: Sheet, business_date: date) -> bytes:
    """The workbook; its creation time is that of the day it reports, so the same sheet gives the same bytes."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"created": datetime.combine(business_date, time(17))})
        page = book.add_worksheet()
        for column, width in enumerate(_WIDTHS):
            page.set_column(column, column, width)
        formats = _Formats(book)
        _merge(page, sheet, formats)
        hidden = sheet.hidden
        for r, row in enumerate(sheet.rows):
            for c, cell in enumerate(row.cells):
                if (r, c) not in hidden:
                    _write(page, r, c, cell, formats.of(row.kind, cell))
    return target.getvalue()


def _merge(page: Any, sheet: Sheet, formats: "_Formats") -> None:
    for merge in sheet.merges:
        style = formats.of(sheet.rows[merge.row].kind, None)
        last_row, last_column = merge.row + merge.rows - 1, merge.column + merge.columns - 1
        page.merge_range(merge.row, merge.column, last_row, last_column, "", style)


def _write(page: Any, row: int, column: int, cell: Cell, style: Any) -> None:
    match cell:
        case None:
            page.write_blank(row, column, None, style)
        case str():  # a field named "=1+1" is a name: never leave the choice to the library
            page.write_string(row, column, cell, style)
        case _:
            page.write_number(row, column, float(cell), style)


class _Formats:
    """One cell format per kind of row and number format, made when first needed."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[Kind, str], Any] = {}

    def of(self, kind: Kind, cell: Cell) -> Any:
        key = (kind, _number_format(cell))
        if key not in self._made:
            self._made[key] = self._book.add_format({**_STYLES[kind], "num_format": key[1]})
        return self._made[key]


def _number_format(cell: Cell) -> str:
    match cell:
        case Ordinal():
            return "0"
        case int():
            return "#,##0"
        case Decimal():
            return "0" if cell == cell.to_integral_value() else "0.00"
        case _:
            return "General"
