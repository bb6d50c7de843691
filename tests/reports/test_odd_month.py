"""A month with everything odd at once: each format has every row, and no figure that nobody sent."""

import io

import openpyxl
import pypdf
import pytest

from tests.reports.example import odd
from tests.reports.made import (
    flat,
    made,
    tables_of_docx,
    tables_of_html,
    tables_of_xlsx,
    text_of_docx,
    text_of_html,
    text_of_pdf,
)

NAMES = [row["unit_name"] for row in odd()["monthly_unit_rates"].iter_rows(named=True)]


@pytest.mark.slow
def test_120_units_with_any_name_stand_whole_in_each_format() -> None:
    assert len(NAMES) == 120
    for text in (text_of_docx(made("odd").docx), text_of_html(made("odd").html)):
        assert [name for name in NAMES if name not in text] == []
    packed = "".join(text_of_pdf(made("odd").pdf).split())
    assert [name for name in NAMES if "".join(name.split()) not in packed] == []
    written = {str(row[1]) for sheet in tables_of_xlsx(made("odd").xlsx) for row in sheet}
    assert [name for name in NAMES if not written & {name, f"{name} (*)", f"{name} (**)"}] == []


def test_nothing_sent_is_blank_and_no_case_is_zero_without_a_rate() -> None:
    for tables in (tables_of_docx(made("odd").docx), tables_of_html(made("odd").html)):
        by_name = {row[1]: row[2:] for row in tables[1]}
        assert by_name["Sở <Không gửi> & “Nguyễn” (**)"] == ("", "", "", "")
        assert by_name["Sở Không phát sinh hồ sơ"] == ("0", "0", "0", "")
        assert by_name["Sở Thiếu ngày (*)"] == ("1", "9", "10", "10,00")
    sheet = {row[1]: row[2:6] for row in tables_of_xlsx(made("odd").xlsx)[1]}
    assert sheet["Sở <Không gửi> & “Nguyễn” (**)"] == (None, None, None, None)
    assert sheet["Sở Không phát sinh hồ sơ"] == (0, 0, 0, None)


def test_what_lacks_is_said_in_each_format() -> None:
    for text in (text_of_docx(made("odd").docx), text_of_html(made("odd").html), text_of_pdf(made("odd").pdf)):
        assert "chưa nhận được số liệu của tháng 8/2022" in text
        assert "Chưa đủ số liệu đến ngày 19/8/2022: Sở <Không gửi> & “Nguyễn” (chưa có ngày nào)" in text
        assert "Sở Thiếu ngày (mới có 17/19 ngày)" in text
        assert "Sở Thiếu ngày (10,00%, chưa đủ số liệu)" in text
        assert "(**) Chưa có số liệu nào được chấp nhận" in text


def test_a_sentence_longer_than_a_row_of_excel_goes_on_in_the_next() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(made("odd").xlsx))["Tóm tắt"]
    assert max(dimension.height or 0 for dimension in sheet.row_dimensions.values()) <= 409
    text = flat(" ".join(str(cell.value) for cell in sheet["A"] if cell.value))
    assert made("odd").report.below in text


def test_a_table_over_several_pages_has_its_header_and_a_page_number_on_each() -> None:
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made("odd").pdf)).pages]
    assert [page.split()[0] for page in pages[1:]] == [str(number) for number in range(2, len(pages) + 1)]
    assert not pages[0].startswith("1")
    table = [page for page in pages if "UBND xã Nguyễn Huệ" in page and "STT" in page]
    assert len(table) >= 3
