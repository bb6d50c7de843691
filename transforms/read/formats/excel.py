"""Workbooks by calamine: .xlsx, .xlsm and BIFF .xls, each looked through before. Looks for no header."""

import io
from itertools import product

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from transforms.read.formats.biff import look_through_biff, workbook_stream, wrap
from transforms.read.formats.merged import covered
from transforms.read.formats.package import damaged, pack, unpack
from transforms.read.formats.sheet_facts import SheetFacts
from transforms.read.formats.sheet_xml import look_through
from transforms.read.grid import Grid, Origin, make_grid
from transforms.read.refusal import refuse


def read_xlsx(content: bytes) -> list[Grid]:
    """The visible worksheets of .xlsx and .xlsm. A merged area's text stands in each of its cells, a figure once.

    Errors, percentages and formulas without a value are written as texts (`#REF!`, `98.93%`, UNCALCULATED).
    """
    parts = unpack(content)
    facts = look_through(parts)
    checked = pack(parts)
    del parts
    return _grids(checked, facts, "xlsx")


def read_xls(content: bytes) -> list[Grid]:
    """The visible worksheets of a BIFF .xls, as those of .xlsx. Raises UnreadableError where a password is set."""
    stream, facts = look_through_biff(workbook_stream(content))
    return _grids(wrap(stream), facts, "xls")


def _grids(checked: bytes, facts: list[SheetFacts], file_format: str) -> list[Grid]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(checked))
        sheets = workbook.sheets_metadata
        if len(sheets) != len(facts):
            raise damaged()
        found = [
            _sheet(workbook.get_sheet_by_name(sheet.name), known, file_format)
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


def _sheet(sheet: CalamineSheet, facts: SheetFacts, file_format: str) -> Grid:
    # calamine begins at the first used row; its iterator leaves out what is above and to the left.
    top, left = sheet.start or (0, 0)
    margin: list[object] = [""] * left
    rows: list[list[object]] = [[] for _ in range(top)]
    rows.extend([*margin, *row] for row in sheet.iter_rows())
    for (row, column), text in facts.texts.items():
        _put(rows, row, column, text)
    _fill_merged(sheet, rows, max(map(len, rows), default=0))
    hidden = frozenset(row + 1 for row in facts.hidden_rows if row < len(rows))
    return make_grid(sheet.name, rows, Origin(file_format), hidden, frozenset(facts.hidden_columns))


def _put(rows: list[list[object]], row: int, column: int, text: str) -> None:
    """Write a cell, also where calamine saw none: an error or an uncalculated formula may be the last of all."""
    rows.extend([] for _ in range(row + 1 - len(rows)))
    rows[row].extend("" for _ in range(column + 1 - len(rows[row])))
    rows[row][column] = text


def _fill_merged(sheet: CalamineSheet, rows: list[list[object]], width: int) -> None:
    left_over = len(rows) * width  # areas do not overlap: together they are no larger than the sheet
    for (top, left), (foot, end) in sheet.merged_cell_ranges or ():
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        right, bottom = min(end, width - 1), min(foot, len(rows) - 1)
        left_over -= max(bottom - top + 1, 0) * max(right - left + 1, 0)
        if left_over < 0:
            raise damaged()
        again = covered(value)
        for row, column in product(range(top, bottom + 1), range(left, right + 1)):
            if column < len(rows[row]):
                rows[row][column] = again
        rows[top][left] = value
