"""The workbook: numbers that are numbers, formulas that notice, sheets that print."""

import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from reports.formats.xlsx import write_xlsx
from reports.month.appendices import Appendix, Line
from reports.month.content import Report
from tests.reports.made import made


def sheet(report: Report, name: str = "Phụ lục 02", *, results: bool = False) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(write_xlsx(report)), data_only=results)[name]


def with_line(**changed: object) -> Report:
    """The real month with other figures in the first line of a unit of appendix 2."""
    report = made("august").report
    second = report.appendices[1]
    lines = (second.lines[0], replace(second.lines[1], **changed), *second.lines[2:])
    return replace(report, appendices=(report.appendices[0], replace(second, lines=lines)))


def test_all_checks_of_the_real_month_hold_as_stored_and_are_formulas() -> None:
    for name in ("Phụ lục 01", "Phụ lục 02", "Phụ lục 03"):
        stored = sheet(made("august").report, name, results=True)
        results = [stored.cell(row, column).value for row in range(5, stored.max_row + 1) for column in (8, 9, 10)]
        assert set(results) - {None} == {"đúng"}
    formulas = sheet(made("august").report)
    assert formulas["H6"].value == '=IF(C6+D6=E6,"đúng","SAI")'
    assert formulas["I6"].value == '=IF(IF(E6=0,F6="",ROUND(C6*10000/E6,0)/100=F6),"đúng","SAI")'
    assert formulas["J5"].value == '=IF(AND(SUM(C6:C22)=C5,SUM(D6:D22)=D5,SUM(E6:E22)=E5),"đúng","SAI")'


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"online": 4}, {"H6", "I6", "J5"}),
        ({"total": 4}, {"H6", "I6", "J5"}),
        ({"rate": Decimal("99.99")}, {"I6"}),
        ({"rate": None}, {"I6"}),
        ({"online": 0, "in_person": 0, "total": 0, "rate": Decimal(0)}, {"I6", "J5"}),
    ],
)
def test_a_wrong_figure_is_noticed_where_it_stands(changed: dict[str, object], wrong: set[str]) -> None:
    stored = sheet(with_line(**changed), results=True)
    cells = {cell.coordinate for row in stored["H5:J22"] for cell in row if cell.value == "SAI"}
    assert cells == wrong


@pytest.mark.parametrize(("online", "total", "rate"), [(1, 800, "0.13"), (421, 1006, "41.85"), (5, 8, "62.50")])
def test_the_check_of_a_rate_rounds_half_up(online: int, total: int, rate: str) -> None:
    line = Line("1", "A", online, total - online, total, Decimal(rate))
    report = replace(made("august").report, appendices=(Appendix(1, "x", (line,)),))
    assert sheet(report, "Phụ lục 01", results=True)["I5"].value == "đúng"


def test_numbers_look_and_print_as_the_report_has_them() -> None:
    first = sheet(made("august").report)
    assert (first["C6"].value, first["C6"].number_format) == (3, "#,##0")
    assert first["F6"].number_format == "[=100]0;0.00"
    assert first.freeze_panes == "C5"
    assert first.print_title_rows == "$4:$4"
    assert first.page_setup.paperSize == 9
    assert first.page_setup.fitToHeight == 0
    assert first.print_area.endswith("$A$1:$F$23")


def test_a_name_that_looks_like_a_formula_or_a_link_stays_text() -> None:
    for name in ("=1+1", "https://example.org/a", "@SUM(1)"):
        cell = sheet(with_line(name=name))["B6"]
        assert (cell.value, cell.data_type, cell.hyperlink) == (name, "s", None)
