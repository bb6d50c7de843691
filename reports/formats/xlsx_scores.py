"""The report's published points as a sheet of the Excel workbook: numbers, and formulas that check what is lost."""

from datetime import date
from decimal import Decimal

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from reports import vietnamese as vn
from reports.formats.sheets import WRONG, Formats, height, number, result, said, set_up_print
from reports.month.score_appendix import ScoreAppendix

_WIDTHS = (36, 11, 11, 11, 10, 34, 24)  # characters
_POINTS, _MAXIMUM, _LOST, _CHECK = 1, 2, 3, len(_WIDTHS) + 1
_FIRST_ROW = 4  # from 0; above: title, state, whose points these are, blank


def write_scores(sheet: Worksheet, place: int, appendix: ScoreAppendix, as_of: date, formats: Formats) -> None:
    """The appendix on its sheet; `place`: its number."""
    set_up_print(sheet, landscape=True)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_column(_CHECK, _CHECK, 16)
    _across(sheet, 0, f"Phụ lục {place:02d}. {appendix.title}", formats, "title")
    sheet.write_string(1, 0, f"Số liệu tính đến ngày {vn.day(as_of)}", formats["note"])
    _across(sheet, 2, appendix.about, formats, "about")
    row = _FIRST_ROW
    for table in appendix.tables:
        _across(sheet, row, table.title, formats, "title")
        for column, header in enumerate((*table.header, "", "Kiểm tra: điểm bị mất")):
            if header:
                sheet.write_string(row + 1, column, header, formats["header"])
        for at, (cells, texts) in enumerate(zip(table.rows, table.texts, strict=True), start=row + 2):
            sheet.set_row(at, max(height(text, width) for text, width in zip(texts, _WIDTHS, strict=True)))
            for column, (cell, text) in enumerate(zip(cells, texts, strict=True)):
                if isinstance(cell, Decimal):
                    number(sheet, at, column, cell, formats["points"])
                else:
                    sheet.write_string(at, column, text, formats["text"])
            points, maximum, lost = (cells[column] for column in (_POINTS, _MAXIMUM, _LOST))
            if isinstance(points, Decimal) and isinstance(maximum, Decimal):
                own, most, left = (xl_rowcol_to_cell(at, column) for column in (_POINTS, _MAXIMUM, _LOST))
                formula = f"ROUND({most}-{own},2)={left}"
                sheet.write_formula(at, _CHECK, said(formula), formats["check"], result(maximum - points == lost))
        row += len(table.rows) + 3
    for note in appendix.notes:
        _across(sheet, row, note, formats, "about")
        row += 1
    sheet.print_area(0, 0, row, len(_WIDTHS) - 1)
    wrong = {"type": "cell", "criteria": "==", "value": f'"{WRONG}"', "format": formats["wrong"]}
    sheet.conditional_format(_FIRST_ROW, _CHECK, row, _CHECK, wrong)


def _across(sheet: Worksheet, row: int, text: str, formats: Formats, kind: str) -> None:
    sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, text, formats[kind])
    sheet.set_row(row, height(text, sum(_WIDTHS)) + 3)
