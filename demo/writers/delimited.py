"""A sheet as delimited text; merged cells fall apart into one full and several empty ones. Decides no content."""

import csv
from io import StringIO

from demo.writers.layout import Sheet
from demo.writers.numbers import CellText, english, vietnamese
from demo.writers.style import Style


def semicolon_text(sheet: Sheet, style: Style) -> str:
    """`;` between cells, as Excel writes where the comma is the decimal sign: `1.489;67,48`."""
    return delimited_text(sheet, ";", vietnamese, style.grouped)


def comma_text(sheet: Sheet, style: Style) -> str:
    """`,` between cells; a grouped count is quoted: `"1,489",67.48%`."""
    return delimited_text(sheet, ",", english, style.grouped)


def delimited_text(sheet: Sheet, delimiter: str, cell_text: CellText, grouped: bool) -> str:
    """A line per row, cells quoted where they must be."""
    target = StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter)
    writer.writerows([cell_text(cell, grouped) for cell in row.cells] for row in sheet.rows)
    return target.getvalue()
