"""Excel 97-2003 workbooks (BIFF .xls) by xlrd, which also says what is hidden and how a cell is shown."""

import io
import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import time

import xlrd
from xlrd.biffh import XLRDError
from xlrd.formatting import XFBackground
from xlrd.sheet import Cell, Sheet

from transforms.read.formats.merged import fill_merged
from transforms.read.formats.number_formats import read_format
from transforms.read.formats.shown import PLAIN, Look, as_shown, date_text, runs_text
from transforms.read.formats.workbooks.compound import MAGIC, workbook_stream
from transforms.read.formats.workbooks.package import damaged
from transforms.read.formats.workbooks.sheet_facts import percent_text
from transforms.read.grid import MAX_CELLS, Grid, Origin, make_grid, too_large
from transforms.read.refusal import UnreadableError, refuse

MAX_BYTES = 64 * 1024 * 1024  # Excel 97-2003 holds 65,536 rows; xlrd needs some ten times a file's size

_WHITE = (255, 255, 255)
_RIGHT = 3  # of XFAlignment.hor_align
_MIN_HEIGHT = 40  # twentieths of a point; what is lower is not seen
_MIN_WIDTH = 77  # 1/256 of a letter

_OTHERS = {"WordDocument": "Word", "PowerPoint Document": "PowerPoint", "__properties_version1.0": "Outlook"}
# What a broken record makes of a library that trusts what it reads.
_BROKEN = (
    XLRDError,
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
        stream = workbook_stream(content) if content.startswith(MAGIC) else content
        book = xlrd.open_workbook(file_contents=stream, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
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
    if sum(map(sheet.row_len, range(sheet.nrows))) > MAX_CELLS:
        raise too_large()
    looks = _Looks(book)
    rows = [list(_values(book, sheet, row, looks)) for row in range(sheet.nrows)]
    areas = [(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells]
    fill_merged(rows, areas)
    hidden = frozenset(
        row + 1
        for row, info in sheet.rowinfo_map.items()
        if row < len(rows) and (info.hidden or ((info.height or 0) < _MIN_HEIGHT and not info.has_default_height))
    )
    hidden_columns = frozenset(
        column for column, info in sheet.colinfo_map.items() if info.hidden or info.width < _MIN_WIDTH
    )
    return make_grid(sheet.name, rows, Origin("xls"), hidden, hidden_columns)


class _Looks:
    """How the styles and fonts of a workbook show a cell, each worked out once."""

    def __init__(self, book: xlrd.Book) -> None:
        self.book = book
        self.styles: dict[int, tuple[Look, bool]] = {}

    def of_style(self, index: int) -> tuple[Look, bool]:
        """The look of a cell, and whether its number is a percentage."""
        if index not in self.styles:
            style = self.book.xf_list[index]
            code = self.book.format_map[style.format_key].format_str
            shape = read_format("" if code == "General" else code)
            look = self.of_font(style.font_index, self._ground(style.background))
            if not shape.percent and not shape.usual:
                look = replace(look, number=shape)
            if style.alignment and style.alignment.hor_align != _RIGHT and style.alignment.indent_level:
                look = replace(look, indent=style.alignment.indent_level)
            self.styles[index] = look, shape.percent
        return self.styles[index]

    def of_font(self, index: int, ground: object = _WHITE) -> Look:
        """The look of letters on a ground."""
        if index >= len(self.book.font_list):
            return PLAIN
        font = self.book.font_list[index]
        colour = self.book.colour_map.get(font.colour_index)
        unseen = 0 < font.height < _MIN_HEIGHT or (colour is not None and colour == ground)
        look = Look(bool(font.struck_out), {1: "super", 2: "sub"}.get(font.escapement, ""), unseen)
        return PLAIN if look.plain else look

    def _ground(self, background: XFBackground | None) -> object:
        if background is None or background.fill_pattern == 0:
            return _WHITE
        colours = self.book.colour_map
        return colours.get(background.pattern_colour_index) if background.fill_pattern == 1 else None


def _values(book: xlrd.Book, sheet: Sheet, row: int, looks: _Looks) -> Iterator[object]:
    cells = sheet.row(row)
    for column, (cell, value) in enumerate(zip(cells, _plain_values(book, cells), strict=True)):
        look, percent = looks.of_style(cell.xf_index or 0)
        if percent and cell.ctype == xlrd.XL_CELL_NUMBER:
            yield as_shown(percent_text(repr(cell.value)), look)
        elif isinstance(value, str) and (runs := sheet.rich_text_runlist_map.get((row, column))):
            yield as_shown(_rich(value, runs, looks, look), look)
        else:
            yield value if look is PLAIN else as_shown(value, look)


def _rich(text: str, runs: list[tuple[int, int]], looks: _Looks, first: Look) -> str:
    """A text of several fonts; `runs`: from which letter on which font. Until the first run it has the cell's."""
    ends = [*(start for start, _ in runs), len(text)]
    parts = [(text[: ends[0]], replace(first, number=None))]
    parts += [(text[start:end], looks.of_font(font)) for (start, font), end in zip(runs, ends[1:], strict=True)]
    return runs_text(parts)


def _plain_values(book: xlrd.Book, cells: list[Cell]) -> Iterator[object]:
    for cell in cells:
        match cell.ctype:
            case xlrd.XL_CELL_NUMBER:
                yield cell.value
            case xlrd.XL_CELL_DATE:
                moment = xlrd.xldate_as_datetime(float(cell.value), book.datemode)
                yield date_text(moment.date() if moment.time() == time.min else moment)
            case xlrd.XL_CELL_BOOLEAN:
                yield bool(cell.value)
            case xlrd.XL_CELL_ERROR:
                yield xlrd.error_text_from_code.get(int(cell.value), "#N/A")
            case _:
                yield cell.value
