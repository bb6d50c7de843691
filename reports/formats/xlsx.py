"""The report's appendices as an Excel workbook: numbers, and formulas that check them. Computes no rate.

The checks stand beside the printed columns. The result of each formula is stored too, for programs that do not
calculate.
"""

import io
from datetime import date
from decimal import Decimal
from textwrap import wrap
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from reports import vietnamese as vn
from reports.formats.sheets import LINE, WRONG, Formats, height, number, result, said, set_up_print
from reports.formats.xlsx_rankings import ranking_formats, write_ranking
from reports.formats.xlsx_scores import write_scores
from reports.month.appendices import HEADER, Appendix, Line
from reports.month.changes import HEADER as CHANGE_HEADER
from reports.month.changes import Changes
from reports.month.content import Report

CHECKS = ("(1) + (2) = (3)", "Tỷ lệ = (1) / (3)", "Tổng = các dòng")
_WIDTHS = (5, 40, 12, 12, 14, 10)  # characters; as wide as the page
_WORDS_WIDTH = 70  # characters
_CHANGE_WIDTHS = (44, 36, 16, 16, 60)
_CHECK_WIDTH = 16
_IN_A_ROW = 1500  # characters: more of a sentence stand in the next row
_FIRST_ROW = 4  # of the lines, from 0; above: title, state, blank, header
_CHECK_COLUMN = len(HEADER) + 1


def write_xlsx(report: Report) -> bytes:
    """The .xlsx: a sheet with the sentences, one for each appendix and ranking, and one for changes, if any."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    book.set_properties({"title": f"Báo cáo {report.period}", "created": report.known_at})
    base = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
    box = base | {"border": 1}
    kinds: dict[str, dict[str, Any]] = {
        "title": base | {"bold": True, "font_size": 13, "text_wrap": True},
        "words": base | {"text_wrap": True, "valign": "top"},
        "header": box | {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#E7E6E6"},
        "text": box | {"text_wrap": True},
        "number": box | {"align": "center"},
        "count": box | {"num_format": "#,##0"},
        "rate": box | {"num_format": "[=100]0;0.00"},
        "check": base | {"font_color": "#595959", "align": "center"},
        "note": base | {"italic": True, "font_size": 11},
    }
    formats = {name: book.add_format(kind) for name, kind in kinds.items()}
    formats |= {
        f"{name} total": book.add_format(kinds[name] | {"bold": True}) for name in ("text", "number", "count", "rate")
    }
    formats["wrong"] = book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#C00000"})
    if any(appendix.footnotes for appendix in report.appendices):
        formats["footnote"] = book.add_format(kinds["note"] | {"text_wrap": True, "valign": "top"})
    _words(book.add_worksheet("Tóm tắt"), report, formats)
    for appendix in report.appendices:
        _appendix(book.add_worksheet(f"Phụ lục {appendix.number:02d}"), appendix, report.as_of, formats)
    if report.rankings or report.scores:
        formats |= ranking_formats(book, box, kinds["note"])
    for place, ranking in enumerate(report.rankings, start=report.first_ranking):
        write_ranking(book.add_worksheet(f"Phụ lục {place:02d}"), place, ranking, report.as_of, formats)
    if report.scores:
        place = report.scores_number
        write_scores(book.add_worksheet(f"Phụ lục {place:02d}"), place, report.scores, report.as_of, formats)
    if report.changes:
        _changes(book.add_worksheet("Thay đổi"), report.changes, formats)
    book.close()
    return out.getvalue()


def _words(sheet: Worksheet, report: Report, formats: Formats) -> None:
    set_up_print(sheet, landscape=False)
    sheet.set_column(0, 0, _WORDS_WIDTH)
    sheet.write_string(0, 0, f"Báo cáo {report.period}", formats["title"])
    pieces = [piece for sentence in report.sentences for piece in wrap(sentence, _IN_A_ROW, break_on_hyphens=False)]
    for row, sentence in enumerate(pieces, start=2):
        sheet.write_string(row, 0, sentence, formats["words"])
        sheet.set_row(row, height(sentence, _WORDS_WIDTH))


def _appendix(sheet: Worksheet, appendix: Appendix, as_of: date, formats: Formats) -> None:
    last = _FIRST_ROW + len(appendix.lines) - 1
    set_up_print(sheet, landscape=False)
    sheet.repeat_rows(_FIRST_ROW - 1)
    sheet.freeze_panes(_FIRST_ROW, 2)
    sheet.print_area(0, 0, last + len(appendix.notes) + 1, len(HEADER) - 1)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_column(_CHECK_COLUMN, _CHECK_COLUMN + len(CHECKS) - 1, _CHECK_WIDTH)
    title = f"Phụ lục {appendix.number:02d}. {appendix.title}"
    sheet.merge_range(0, 0, 0, len(HEADER) - 1, title, formats["title"])
    sheet.set_row(0, 2 * LINE + 3)
    sheet.write_string(1, 0, f"Số liệu tính đến ngày {vn.day(as_of)}", formats["note"])
    sheet.set_row(_FIRST_ROW - 1, 6 * LINE + 3)
    for column, header in enumerate(appendix.header):
        sheet.write_string(_FIRST_ROW - 1, column, header, formats["header"])
    for column, check in enumerate(CHECKS, start=_CHECK_COLUMN):
        sheet.write_string(_FIRST_ROW - 1, column, f"Kiểm tra: {check}", formats["header"])
    for row, line in enumerate(appendix.lines, start=_FIRST_ROW):
        _line(sheet, row, line, formats)
        if line.is_total:
            _check_sum(sheet, row, appendix, formats)
    for row, note in enumerate(appendix.notes, start=last + 2):
        if note in appendix.footnotes:
            sheet.merge_range(row, 0, row, len(HEADER) - 1, note, formats["footnote"])
            sheet.set_row(row, height(note, sum(_WIDTHS)))
        else:
            sheet.write_string(row, 0, note, formats["note"])
    wrong = {"type": "cell", "criteria": "==", "value": f'"{WRONG}"', "format": formats["wrong"]}
    sheet.conditional_format(_FIRST_ROW, _CHECK_COLUMN, last, _CHECK_COLUMN + len(CHECKS) - 1, wrong)


def _line(sheet: Worksheet, row: int, line: Line, formats: Formats) -> None:
    kind = " total" if line.is_total else ""
    sheet.set_row(row, height(line.label, _WIDTHS[1]))
    if line.number:
        sheet.write_number(row, 0, int(line.number), formats["number" + kind])
    else:
        sheet.write_blank(row, 0, None, formats["text" + kind])
    sheet.write_string(row, 1, line.label, formats["text" + kind])
    for column, count in enumerate((line.online, line.in_person, line.total), start=2):
        number(sheet, row, column, count, formats["count" + kind])
    number(sheet, row, 5, line.rate, formats["rate" + kind])
    if line.online is None or line.in_person is None or line.total is None:
        return
    online, in_person, total, rate = (xl_rowcol_to_cell(row, column) for column in range(2, 6))
    adds_up = line.online + line.in_person == line.total
    sheet.write_formula(row, _CHECK_COLUMN, said(f"{online}+{in_person}={total}"), formats["check"], result(adds_up))
    # in whole hundredths of a per cent: a tie is exact there, so that half is rounded up as in the marts
    formula = f'IF({total}=0,{rate}="",ROUND({online}*10000/{total},0)/100={rate})'
    sheet.write_formula(row, _CHECK_COLUMN + 1, said(formula), formats["check"], result(_is_rate(line)))


def _check_sum(sheet: Worksheet, row: int, appendix: Appendix, formats: Formats) -> None:
    """Whether a total is the sum of the lines that are none."""
    others = [index for index, line in enumerate(appendix.lines, start=_FIRST_ROW) if not line.is_total]
    if not others:
        return
    parts, holds = [], True
    for column, name in ((2, "online"), (3, "in_person"), (4, "total")):
        span = f"{xl_rowcol_to_cell(others[0], column)}:{xl_rowcol_to_cell(others[-1], column)}"
        parts.append(f"SUM({span})={xl_rowcol_to_cell(row, column)}")
        stated = getattr(appendix.lines[row - _FIRST_ROW], name) or 0
        holds &= stated == sum(getattr(appendix.lines[index - _FIRST_ROW], name) or 0 for index in others)
    formula = said(f"AND({','.join(parts)})")
    sheet.write_formula(row, _CHECK_COLUMN + 2, formula, formats["check"], result(holds))


def _changes(sheet: Worksheet, changes: Changes, formats: Formats) -> None:
    set_up_print(sheet, landscape=True)
    sheet.repeat_rows(_FIRST_ROW - 1)
    sheet.freeze_panes(_FIRST_ROW, 1)
    sheet.write_string(0, 0, "Thay đổi so với báo cáo đã công bố", formats["title"])
    sheet.write_string(1, 0, changes.title, formats["note"])
    for column, (width, header) in enumerate(zip(_CHANGE_WIDTHS, CHANGE_HEADER, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(_FIRST_ROW - 1, column, header, formats["header"])
    for row, change in enumerate(changes.rows, start=_FIRST_ROW):
        name, label, _, _, causes = change.text
        sheet.write_string(row, 0, name, formats["text"])
        sheet.write_string(row, 1, label, formats["text"])
        for column, value in ((2, change.before), (3, change.after)):
            number(sheet, row, column, value, formats["rate" if isinstance(value, Decimal) else "count"])
        sheet.write_string(row, 4, causes, formats["text"])
        cells = zip(change.text, _CHANGE_WIDTHS, strict=True)
        sheet.set_row(row, max(height(text, width) for text, width in cells))


def _is_rate(line: Line) -> bool:
    """What the formula of the rate gives, in whole numbers."""
    assert line.online is not None and line.total is not None  # noqa: S101, PT018
    if line.total == 0 or line.rate is None:
        return line.total == 0 and line.rate is None
    return (20000 * line.online + line.total) // (2 * line.total) == line.rate * 100
