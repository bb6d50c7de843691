"""Reads workbooks (.xlsx, .xlsm) with calamine, after sheet_xml has checked them. Searches for no header."""

import io
from dataclasses import replace

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from transforms.read.formats.merged import fill_merged
from transforms.read.formats.shown import as_shown, date_text
from transforms.read.formats.workbooks.package import damaged, pack, unpack
from transforms.read.formats.workbooks.sheet_facts import SheetFacts
from transforms.read.formats.workbooks.sheet_xml import look_through
from transforms.read.grid import Grid, Origin, make_grid
from transforms.read.refusal import refuse


def read_xlsx(content: bytes) -> list[Grid]:
    """The visible worksheets of .xlsx and .xlsm. A merged area's text stands in each of its cells, a figure once.

    Errors, percentages and formulas without a value are written as texts (`#REF!`, `98.93%`, UNCALCULATED).
    """
    parts, facts = look_through(unpack(content))
    checked = pack(parts)
    del parts
    return _grids(checked, facts)


def _grids(checked: bytes, facts: list[SheetFacts]) -> list[Grid]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(checked))
        sheets = workbook.sheets_metadata
        if len(sheets) != len(facts):
            raise damaged()
        found = [
            _sheet(workbook.get_sheet_by_name(sheet.name), known)
            for sheet, known in zip(sheets, facts, strict=True)
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        if not found:
            raise refuse("sổ tính không có trang nào hiện ra", "the workbook has no visible sheet")
        return found
    except (CalamineError, OSError, ValueError) as error:
        raise damaged() from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # a bug of the library on a broken file; no subclass of Exception
            raise damaged() from error
        raise


def _sheet(sheet: CalamineSheet, facts: SheetFacts) -> Grid:
    # calamine begins at the first used row; its iterator leaves out what is above and to the left.
    top, left = sheet.start or (0, 0)
    margin: list[object] = [""] * left
    rows: list[list[object]] = [[] for _ in range(top)]
    rows.extend([*margin, *map(date_text, row)] for row in sheet.iter_rows())
    for (row, column), text in facts.texts.items():
        _put(rows, row, column, text)
    for (row, column), look in facts.looks.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = as_shown(rows[row][column], look)
    fill_merged(rows, ((*first, *last) for first, last in sheet.merged_cell_ranges or ()))
    hidden = frozenset(row + 1 for row in facts.hidden_rows if row < len(rows))
    grid = make_grid(sheet.name, rows, Origin("xlsx"), hidden, frozenset(facts.hidden_columns))
    return replace(grid, strays=facts.strays)


def _put(rows: list[list[object]], row: int, column: int, text: str) -> None:
    """Write a cell, also where calamine saw none: an error or an uncalculated formula may be the last of all."""
    rows.extend([] for _ in range(row + 1 - len(rows)))
    rows[row].extend("" for _ in range(column + 1 - len(rows[row])))
    rows[row][column] = text
