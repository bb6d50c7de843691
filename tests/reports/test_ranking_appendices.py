"""The rankings of the report, in all formats, each read back by a library that did not write it."""

import io
from dataclasses import replace
from decimal import Decimal
from functools import cache

import openpyxl
import pytest
from docx import Document
from lxml import html as lxml_html

from reports.formats.document import read_document
from reports.formats.docx import write_docx
from reports.formats.html import write_html
from reports.formats.pdf import write_pdf
from reports.formats.sheets import RIGHT
from reports.formats.xlsx import write_xlsx
from reports.month.content import Chart, Report
from reports.month.ranking_appendices import ranking_appendices
from tests.reports.made import OFFICE, demo_template, flat, made, text_of_html, text_of_pdf
from tests.reports.rankings_made import MONTH, Row, marts_of, row
from tests.reports.test_rankings import NAMES

DEPARTMENTS = [
    row(f"so-{n}", None, None, None, is_complete=False) if n == 17 else row(f"so-{n}", n, 100 - n, 100)
    for n in range(1, 18)
]
COMMUNES: list[Row] = [
    *(row(f"xa-{n}", 1, 2000, 2000, ties=3, previous_rank=n, rank_change=n - 1) for n in (1, 2, 3)),
    *(row(f"xa-{n}", n, 2000 - n, 2000, previous_rank=n - 1, rank_change=-1) for n in range(4, 92)),
    row("xa-92", None, 2, 9),
]
MARTS = marts_of(
    [*DEPARTMENTS, *(one | {"unit_group": "communes", "name": f"UBND xã {one['member']}"} for one in COMMUNES)]
)


@cache
def ranked(*wanted: str) -> Report:
    return replace(made("august").report, rankings=ranking_appendices(MARTS, MONTH, wanted, NAMES))


@cache
def word() -> bytes:
    return write_docx(ranked("own"), OFFICE, demo_template())


def test_a_report_without_rankings_is_as_it_was() -> None:
    report = ranked()
    assert report.rankings == ()
    assert write_docx(report, OFFICE, demo_template()) == made("august").docx
    assert write_xlsx(report) == made("august").xlsx


def test_word_has_a_table_of_all_units_of_each_group_with_its_header_on_each_page() -> None:
    document = Document(io.BytesIO(word()))
    tables = [table for table in document.tables if table.rows[0].cells[0].text == "Hạng"]
    assert [len(table.rows) for table in tables] == [1 + 17, 1 + 92]
    assert all(table.rows[0]._tr.trPr.find("{*}tblHeader") is not None for table in tables)
    rows = [tuple(cell.text for cell in one.cells) for one in tables[1].rows[1:]]
    assert rows[0] == ("1=", "UBND xã xa-1", "2.000", "2.000", "100", "1", "0")
    assert rows[3] == ("4", "UBND xã xa-4", "1.996", "2.000", "99,80", "3", "−1")
    assert rows[-1] == ("–", "UBND xã xa-92 (***)", "2", "9", "22,22", "–", "–")
    text = [paragraph.text for paragraph in document.paragraphs]
    at = text.index("PHỤ LỤC 04")
    assert text[at + 1] == "XẾP HẠNG ĐƠN VỊ THEO CHỈ SỐ: TỶ LỆ CỦA PHÉP THỬ, THÁNG 8/2022"
    assert "Tỷ lệ của phép thử (own v1), càng cao càng tốt: tử số chia mẫu số của phép thử" in text
    assert [line.split()[0] for line in text[-3:]] == ["=", "(**)", "(***)"]


def test_html_and_pdf_have_what_word_has() -> None:
    blocks = read_document(word())
    page, printed = write_html(blocks), write_pdf(blocks, system_fonts=False)
    for text in (text_of_html(page), text_of_pdf(printed)):
        for part in ("PHỤ LỤC 04", "UBND xã xa-91", "99,80", "(***) Mẫu số nhỏ hơn 10: không xếp hạng."):
            assert part in text
    tables = [
        one for one in lxml_html.fromstring(page).iter("table") if flat(one.text_content()).startswith("Hạng Đơn")
    ]
    assert [len(table.findall("tbody/tr")) for table in tables] == [17, 92]


def test_excel_has_numbers_and_checks_rates_and_ranks() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx(ranked("own"))))["Phụ lục 04"]
    rows = {str(cells[1].value): cells for cells in sheet.iter_rows() if cells[1].value}
    rank, _, part, whole, rate, before, change = rows["UBND xã xa-4"][:7]
    assert [one.value for one in (rank, part, whole, rate, before, change)] == [4, 1996, 2000, 99.8, 3, -1]
    assert rows["UBND xã xa-1"][0].number_format == '0"="'
    assert rows["Sở so-17 (**)"][0].value is None
    assert rows["UBND xã xa-92 (***)"][9].value is None
    stored = openpyxl.load_workbook(io.BytesIO(write_xlsx(ranked("own"))), data_only=True)["Phụ lục 04"]
    checks = [cell.value for cells in stored.iter_rows(min_col=9, max_col=10) for cell in cells]
    assert checks.count(RIGHT) == 16 * 2 + 91 * 2 + 1  # a rate and a rank each; of few cases the rate alone
    assert "SAI" not in checks


@pytest.mark.parametrize("wrong", [{"rate": Decimal("98.01")}, {"rank": 2}])
def test_excel_finds_a_wrong_rate_or_rank(wrong: Row) -> None:
    marts = marts_of([row("a", 1, 99, 100) | wrong, row("b", 2, 98, 100)])
    report = replace(ranked(), rankings=ranking_appendices(marts, MONTH, ["own"], NAMES))
    stored = openpyxl.load_workbook(io.BytesIO(write_xlsx(report)), data_only=True)["Phụ lục 04"]
    checks = [cell.value for cells in stored.iter_rows(min_col=9, max_col=10) for cell in cells]
    assert checks.count("SAI") == 1


def test_points_and_metrics_where_less_is_better() -> None:
    metrics = """
[[metric]]
id = "own"
version = 1
name = "Chậm"
definition = "chậm"
kind = "ratio"
numerator = [{ count = "online" }]
denominator = [{ count = "total" }]
direction = "down"
decimals = 0
"""
    rows = [row("a", 1, 1, 200, rate=Decimal("1.00")), row("b", 2, 30, 200, rate=Decimal("15.00"))]
    report = replace(ranked(), rankings=ranking_appendices(marts_of(rows, metrics), MONTH, ["own"], NAMES))
    stored = openpyxl.load_workbook(io.BytesIO(write_xlsx(report)), data_only=True)["Phụ lục 04"]
    checks = [cell.value for cells in stored.iter_rows(min_col=9, max_col=10) for cell in cells]
    assert checks.count(RIGHT) == 4
    assert "càng thấp càng tốt" in report.rankings[0].about


def test_a_month_without_figures_of_a_metric_says_so_and_rankings_follow_the_charts() -> None:
    report = ranked("own", "nothing")
    chart = Chart("Biểu đồ", (b"\x89PNG\r\n\x1a\n"), "")
    assert report.first_ranking == 4
    assert replace(report, pictures=(chart,)).first_ranking == 5
    assert report.rankings[1].about == "nothing (nothing): tháng 8/2022 chưa có số liệu của chỉ số này."
    text = flat(" ".join(p.text for p in Document(io.BytesIO(write_docx(report, OFFICE, demo_template()))).paragraphs))
    assert "PHỤ LỤC 05" in text


def test_an_offices_own_template_need_not_know_of_rankings() -> None:
    own = Document()
    own.add_paragraph("{{ period }}")
    out = io.BytesIO()
    own.save(out)
    content = write_docx(ranked("own"), OFFICE, out.getvalue())
    assert len(Document(io.BytesIO(content)).tables) == 2
    blocks = read_document(content)
    assert [block.has_lines for block in blocks.blocks if hasattr(block, "rows")] == [True, True]
