"""The common parts of the report's sheets in Excel: numbers, heights of rows, page, what a check says."""

from decimal import Decimal

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

RIGHT, WRONG = "đúng", "SAI"
LINE = 16.5  # points
_HIGHEST = 409  # points: a row of Excel is no higher

Formats = dict[str, Format]


def height(text: str, width: int) -> float:
    """Points for text broken into lines: programs do not all fit a row's height to it. Rather too high than cut."""
    return min(_HIGHEST, LINE * (1 + len(text) * 10 // (width * 11)))


def number(sheet: Worksheet, row: int, column: int, value: int | Decimal | None, kind: Format) -> None:
    """A figure; none is a blank cell."""
    if value is None:
        sheet.write_blank(row, column, None, kind)
    else:
        sheet.write_number(row, column, float(value), kind)


def said(condition: str) -> str:
    """A formula that says whether the condition holds."""
    return f'=IF({condition},"{RIGHT}","{WRONG}")'


def result(holds: bool) -> str:
    """What such a formula gives."""
    return RIGHT if holds else WRONG


def set_up_print(sheet: Worksheet, *, landscape: bool) -> None:
    """A4, as wide as the page, with page numbers."""
    sheet.set_paper(9)  # A4
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.8, right=0.6, top=0.8, bottom=0.8)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P/&N")
