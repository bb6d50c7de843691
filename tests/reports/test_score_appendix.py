"""Published points in the report, in all formats; a month without points has the report it had."""

import io
from dataclasses import replace
from functools import cache

import openpyxl
from docx import Document

from reports.formats.document import read_document
from reports.formats.docx import write_docx
from reports.formats.html import write_html
from reports.formats.pdf import write_pdf
from reports.formats.sheets import RIGHT
from reports.formats.xlsx import write_xlsx
from reports.month.content import Report
from reports.month.score_appendix import score_appendix
from tests.reports.example import NAMES
from tests.reports.made import OFFICE, demo_template, made, text_of_html, text_of_pdf
from tests.reports.test_site_scores import marts_with


@cache
def scored() -> Report:
    return replace(made("august").report, scores=score_appendix(marts_with(), "2022-08", NAMES))


@cache
def word() -> bytes:
    return write_docx(scored(), OFFICE, demo_template())


def test_a_month_without_points_has_no_appendix_and_the_same_bytes() -> None:
    report = replace(made("august").report, scores=score_appendix(marts_with(with_scores=False), "2022-08", NAMES))
    assert report.scores is None
    assert write_docx(report, OFFICE, demo_template()) == made("august").docx
    assert write_xlsx(report) == made("august").xlsx


def test_the_whole_has_its_components_and_each_unit_a_line() -> None:
    appendix = scored().scores
    assert appendix is not None
    whole, units = appendix.tables
    assert whole.texts == (("Tổng hợp", "30,25", "38,00", "7,75", "79,61", "–", "–"),)
    assert whole.bold == (0,)
    assert units.texts == (
        ("Sở A", "32,60", "38,00", "5,40", "–", "Tiến độ <nhanh> (−3,90)", "–"),
        ("Sở B", "–", "–", "–", "–", "Tiến độ <nhanh> (−2,00)", "Tiến độ <nhanh> (≠)"),
    )
    assert appendix.notes == ("(≠) Hai số phải khớp theo mức cho phép trong reference/metrics.toml mà không khớp.",)


def test_word_html_and_pdf_have_the_appendix() -> None:
    document = Document(io.BytesIO(word()))
    text = [paragraph.text for paragraph in document.paragraphs]
    assert text[text.index("PHỤ LỤC 04") + 1] == "ĐIỂM ĐÃ CÔNG BỐ, THÁNG 8/2022"
    table = next(one for one in document.tables if one.rows[0].cells[0].text == "Thành phần")
    assert [cell.text for cell in table.rows[1].cells][:4] == ["Tổng hợp", "30,25", "38,00", "7,75"]
    blocks = read_document(word())
    for printed in (text_of_html(write_html(blocks)), text_of_pdf(write_pdf(blocks, system_fonts=False))):
        for part in ("ĐIỂM ĐÃ CÔNG BỐ", "30,25", "Sở B"):
            assert part in printed


def test_the_workbook_has_numbers_and_checks_what_is_lost() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx(scored())), data_only=True)["Phụ lục 04"]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] in ("Tổng hợp", "Sở A")]
    assert [row[1:4] for row in rows] == [(30.25, 38, 7.75), (32.6, 38, 5.4)]
    assert [row[8] for row in rows] == [RIGHT, RIGHT]
