"""Puts cells into files of each format. Says nothing about what a unit would write."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter
import xlwt

Area = tuple[int, int, int, int]  # first row, first column, last row, last column; from 0
_CREATED = datetime(2022, 8, 5, 17)


@dataclass(frozen=True)
class Formula:
    """A cell that computes, with the value the program last saw."""

    text: str
    value: float


@dataclass(frozen=True)
class Percent:
    """A number shown as a percentage: 0.6748 is shown as 67,48%."""

    value: float


@dataclass(frozen=True)
class Page:
    """A sheet of a workbook; a merged area shows the cell at its upper left corner. Rows from 0."""

    rows: Sequence[Sequence[object]]
    name: str = "Báo cáo"
    merges: tuple[Area, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    hidden: bool = False


def text(*lines: str, encoding: str = "utf-8", end: str = "\n") -> bytes:
    """Lines of text as a file."""
    return "".join(line + end for line in lines).encode(encoding)


def xlsx(*pages: Page) -> bytes:
    """A workbook; text stays text, even `=1+1` or `12`."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        formats = {
            Percent: book.add_format({"num_format": "0.00%"}),
            date: book.add_format({"num_format": "dd/mm/yyyy"}),
            datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        }
        for page in pages:
            sheet = book.add_worksheet(page.name)
            for area in page.merges:
                sheet.merge_range(*area, "")
            for r, row in enumerate(page.rows):
                for c, cell in enumerate(row):
                    _write_xlsx(sheet, r, c, cell, formats)
            for row in page.hidden_rows:
                sheet.set_row(row, None, None, {"hidden": True})
            for column in page.hidden_columns:
                sheet.set_column(column, column, None, None, {"hidden": True})
            if page.hidden:
                sheet.hide()
            elif pages[0].hidden:  # the library would show a hidden sheet that is the active one
                sheet.activate()
    return target.getvalue()


def _write_xlsx(sheet: Any, row: int, column: int, cell: object, formats: dict[type, Any]) -> None:
    match cell:
        case None:
            pass
        case str():
            sheet.write_string(row, column, cell)
        case Formula():
            sheet.write_formula(row, column, cell.text, None, cell.value)
        case Percent():
            sheet.write_number(row, column, cell.value, formats[Percent])
        case date():  # a datetime is one too
            sheet.write_datetime(row, column, cell, formats[type(cell)])
        case _:
            sheet.write_number(row, column, cell)


def xls(*pages: Page) -> bytes:
    """A true BIFF workbook."""
    book = xlwt.Workbook(encoding="utf-8")
    for page in pages:
        sheet = book.add_sheet(page.name)
        merged = {(top, left): (top, bottom, left, right) for top, left, bottom, right in page.merges}
        for r, row in enumerate(page.rows):
            for c, cell in enumerate(row):
                if (r, c) in merged:
                    sheet.write_merge(*merged[r, c], cell)
                elif cell is not None:
                    style = (
                        xlwt.easyxf(num_format_str="DD/MM/YYYY") if isinstance(cell, date) else xlwt.Style.default_style
                    )
                    sheet.write(r, c, cell, style)
        for row in page.hidden_rows:
            sheet.row(row).hidden = True
        for column in page.hidden_columns:
            sheet.col(column).hidden = True
        sheet.visibility = int(page.hidden)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def html(*rows: str, head: str = '<meta charset="utf-8">', encoding: str = "utf-8") -> bytes:
    """A page with one table; each row is its cells' markup."""
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return f'<html><head>{head}</head><body><table border="1">\n{body}\n</table></body></html>\n'.encode(encoding)


def cells(*values: object, tag: str = "td") -> str:
    """Plain cells of one row of an HTML table."""
    return "".join(f"<{tag}>{'' if value is None else value}</{tag}>" for value in values)


def archive(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:
        for name, content in members:
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return target.getvalue()
