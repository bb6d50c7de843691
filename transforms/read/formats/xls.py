"""Excel 97-2003 workbooks (BIFF .xls) by xlrd, which also says what is hidden and how a number is shown."""

import io
import struct
from collections.abc import Iterator
from datetime import time

import xlrd
from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDocError
from xlrd.sheet import Cell, Sheet

from transforms.read.formats.merged import fill_merged
from transforms.read.formats.package import damaged
from transforms.read.formats.sheet_facts import percent_text
from transforms.read.grid import MAX_CELLS, Grid, Origin, make_grid, too_large
from transforms.read.refusal import UnreadableError, refuse

MAX_BYTES = 64 * 1024 * 1024  # Excel 97-2003 holds 65,536 rows; xlrd needs some ten times a file's size

_OTHERS = {"WordDocument": "Word", "PowerPoint Document": "PowerPoint", "__properties_version1.0": "Outlook"}
# What a broken record makes of a library that trusts what it reads.
_BROKEN = (
    XLRDError,
    CompDocError,
    AssertionError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


def read_xls(content: bytes) -> list[Grid]:
    """The visible worksheets. A merged area's text stands in each of its cells, a figure once.

    Errors and percentages are written as texts (`#REF!`, `98.93%`). Raises UnreadableError for a password, other
    programs' documents and damage.
    """
    _refuse_others(content)
    if len(content) > MAX_BYTES:
        raise too_large()
    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
        found = [_sheet(book, sheet) for sheet in book.sheets() if sheet.visibility == 0]
    except _BROKEN as error:
        if "encrypted" in str(error):
            raise password() from error
        raise damaged() from error
    if not found:
        raise refuse("sổ tính không có trang nào hiện ra", "the workbook has no visible sheet")
    return found


def password() -> UnreadableError:
    """The refusal of an encrypted workbook."""
    return refuse("tệp Excel có mật khẩu; hãy bỏ mật khẩu", "the Excel file has a password; remove it")


def _refuse_others(content: bytes) -> None:
    """Name what else is kept in such containers; the names of its streams stand in it in UTF-16."""
    for stream, program in _OTHERS.items():
        if stream.encode("utf-16-le") in content:
            raise refuse(f"tệp là tài liệu {program}, không phải Excel", f"the file is of {program}, not Excel")
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise password()


def _sheet(book: xlrd.Book, sheet: Sheet) -> Grid:
    if sheet.nrows * sheet.ncols > MAX_CELLS:
        raise too_large()
    rows = [list(_values(book, sheet.row(row))) for row in range(sheet.nrows)]
    areas = [(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells]
    fill_merged(rows, areas)
    hidden = frozenset(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden and row < len(rows))
    hidden_columns = frozenset(column for column, info in sheet.colinfo_map.items() if info.hidden)
    return make_grid(sheet.name, rows, Origin("xls"), hidden, hidden_columns)


def _values(book: xlrd.Book, cells: list[Cell]) -> Iterator[object]:
    for cell in cells:
        match cell.ctype:
            case xlrd.XL_CELL_NUMBER:
                shown = book.format_map[book.xf_list[cell.xf_index or 0].format_key].format_str
                yield percent_text(repr(cell.value)) if "%" in shown else cell.value
            case xlrd.XL_CELL_DATE:
                moment = xlrd.xldate_as_datetime(float(cell.value), book.datemode)
                yield moment.date() if moment.time() == time.min else moment
            case xlrd.XL_CELL_BOOLEAN:
                yield bool(cell.value)
            case xlrd.XL_CELL_ERROR:
                yield xlrd.error_text_from_code.get(int(cell.value), "#N/A")
            case _:
                yield cell.value
