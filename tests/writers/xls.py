"""A sheet as a true BIFF .xls. Decides nothing about what stands where."""

from io import BytesIO

import xlwt

from demo.writers.layout import Cell, Sheet


def xls_bytes(sheet: Sheet) -> bytes:
    """The workbook; the same sheet gives the same bytes."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("Báo cáo")
    merges = {(merge.row, merge.column): merge for merge in sheet.merges}
    hidden = sheet.hidden
    for r, row in enumerate(sheet.rows):
        for c, cell in enumerate(row.cells):
            if merge := merges.get((r, c)):
                page.write_merge(r, r + merge.rows - 1, c, c + merge.columns - 1, _value(cell))
            elif (r, c) not in hidden and cell is not None:
                page.write(r, c, _value(cell))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _value(cell: Cell) -> str | float:
    match cell:
        case None:
            return ""
        case str():
            return cell
        case _:
            return float(cell)
