"""The report's rankings as sheets of the Excel workbook: numbers, and formulas that check rates and ranks."""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from reports import vietnamese as vn
from reports.formats.sheets import WRONG, Formats, height, number, result, said, set_up_print
from reports.month.ranking_appendices import RankingAppendix
from reports.month.rankings import Ranked

_WIDTHS = (8, 40, 12, 12, 10, 12, 12)  # characters
_CHECKS = ("Tỷ lệ", "Hạng")
_RANK, _PART, _WHOLE, _RATE, _BEFORE, _CHANGE, _CHECK = 0, 2, 3, 4, 5, 6, len(_WIDTHS) + 1
_FIRST_ROW = 4  # of the first table, from 0; above: title, state, what is measured, blank
_UNSURE = ' "(~)"'


def ranking_formats(book: Workbook, box: dict[str, Any], note: dict[str, Any]) -> Formats:
    """What only these sheets need; `box`, `note`: of a cell with lines, of a remark."""
    change = "+0{0};−0{0};0{0}"
    return {
        "rank": book.add_format(box | {"align": "center", "num_format": "0"}),
        "tied": book.add_format(box | {"align": "center", "num_format": '0"="'}),
        "points": book.add_format(box | {"num_format": "0.00"}),
        "change": book.add_format(box | {"align": "center", "num_format": change.format("")}),
        "unsure": book.add_format(box | {"align": "center", "num_format": change.format(_UNSURE)}),
        "about": book.add_format(note | {"text_wrap": True, "valign": "top"}),
    }


def write_ranking(sheet: Worksheet, place: int, appendix: RankingAppendix, as_of: date, formats: Formats) -> None:
    """One appendix on its sheet; `place`: its number."""
    set_up_print(sheet, landscape=False)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_column(_CHECK, _CHECK + len(_CHECKS) - 1, 16)
    title = f"Phụ lục {place:02d}. {appendix.title}"
    _across(sheet, 0, title, formats["title"])
    sheet.write_string(1, 0, f"Số liệu tính đến ngày {vn.day(as_of)}", formats["note"])
    _across(sheet, 2, appendix.about, formats["about"])
    row = _FIRST_ROW
    for table in appendix.tables:
        _across(sheet, row, table.title, formats["title"])
        for column, header in enumerate(appendix.header):
            sheet.write_string(row + 1, column, header, formats["header"])
        for column, check in enumerate(_CHECKS, start=_CHECK):
            sheet.write_string(row + 1, column, f"Kiểm tra: {check}", formats["header"])
        first = row + 2
        for at, unit in enumerate(table.rows, start=first):
            _unit(sheet, at, unit, appendix, formats)
            for column, (formula, holds) in enumerate(_checks(at, first, unit, table.rows, appendix), start=_CHECK):
                if formula:
                    sheet.write_formula(at, column, said(formula), formats["check"], result(holds))
        row = first + len(table.rows) + 1
    for note in appendix.notes:
        _across(sheet, row, note, formats["about"])
        row += 1
    sheet.print_area(0, 0, row, len(_WIDTHS) - 1)
    wrong = {"type": "cell", "criteria": "==", "value": f'"{WRONG}"', "format": formats["wrong"]}
    sheet.conditional_format(_FIRST_ROW, _CHECK, row, _CHECK + len(_CHECKS) - 1, wrong)


def _across(sheet: Worksheet, row: int, text: str, kind: Format) -> None:
    sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, text, kind)
    sheet.set_row(row, height(text, sum(_WIDTHS)) + 3)


def _unit(sheet: Worksheet, row: int, unit: Ranked, appendix: RankingAppendix, formats: Formats) -> None:
    label = unit.text[1]
    sheet.set_row(row, height(label, _WIDTHS[1]))
    number(sheet, row, _RANK, unit.rank, formats["tied" if unit.is_tied else "rank"])
    sheet.write_string(row, 1, label, formats["text"])
    figures = formats["points" if appendix.is_given else "count"]
    number(sheet, row, _PART, unit.part, figures)
    number(sheet, row, _WHOLE, unit.whole, figures)
    number(sheet, row, _RATE, unit.rate, formats["rate"])
    number(sheet, row, _BEFORE, unit.previous_rank, formats["rank"])
    number(sheet, row, _CHANGE, unit.change, formats["change" if unit.is_change_sure else "unsure"])


def _checks(
    row: int, first: int, unit: Ranked, units: Sequence[Ranked], appendix: RankingAppendix
) -> Iterator[tuple[str, bool]]:
    """The conditions on a unit's rate and rank, and whether they hold; without a rate, or a rank, there is none."""
    rank, part, whole, rate = (xl_rowcol_to_cell(row, column) for column in (_RANK, _PART, _WHOLE, _RATE))
    if unit.rate is None or unit.part is None or not unit.whole:
        yield "", True
    else:
        if appendix.is_given:  # points have hundredths: whole numbers, so that a tie is exact
            part, whole = f"ROUND({part}*100,0)", f"ROUND({whole}*100,0)"
        scale = 10**appendix.decimals
        exact = Fraction(unit.part) * 100 * scale / Fraction(unit.whole)
        holds = (exact + Fraction(1, 2)).__floor__() == unit.rate * scale
        yield f"ROUND({part}*{100 * scale}/{whole},0)/{scale}={rate}", holds
    if unit.rank is None:
        yield "", True
        return
    last = first + len(units) - 1
    ranks, rates = (xl_range_abs(first, column, last, column) for column in (_RANK, _RATE))
    better = "<" if appendix.is_down else ">"
    others = [one.rate for one in units if one.rank is not None and one.rate is not None]
    assert unit.rate is not None  # noqa: S101 - what has a rank has a rate
    before = sum(one < unit.rate if appendix.is_down else one > unit.rate for one in others)
    yield f'SUMPRODUCT(({ranks}<>"")*({rates}{better}{rate}))+1={rank}', before + 1 == unit.rank
