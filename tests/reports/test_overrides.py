"""Figures that rest on a decision are marked in every format of the report, and what was decided stands below."""

import io
import re
from dataclasses import replace

import openpyxl
import polars as pl
import pypdf
import pytest
from docx import Document
from docx.document import Document as DocxDocument

from reports.formats.docx import write_docx
from reports.month.overrides import Decided, cut
from tests.reports import example
from tests.reports.made import (
    OFFICE,
    demo_template,
    flat,
    made,
    tables_of_docx,
    tables_of_html,
    tables_of_xlsx,
    text_of_docx,
    text_of_html,
    text_of_pdf,
)
from tests.reports.test_template import edited, new_template
from warehouse.marts.catalogue import PUBLISHED

RELEASED = (
    "(1) + (2) ≠ (3): 480 + 120 = 600, không phải 609; số liệu ngày 1/8/2022 trái quy tắc “(1) + (2) = (3)”, "
    "được cho qua theo quyết định của Trần B ngày 21/8/2022, lý do: Công văn 12 <nháp> & bản giấy "
    "(mã: a:2022-08-01:summary:v1#released)."
)
CORRECTED = (
    "số liệu ngày 2/8/2022 đã sửa theo quyết định của Trần B ngày 21/8/2022, lý do: Công văn 12 <nháp> & bản giấy; "
    "sửa: Đất đai, Tổng số (3): 9 → 6 (mã: b:2022-08-02:summary:v1#corrected)."
)
EASED = (
    "số liệu ngày 1/8/2022, 2/8/2022, 3/8/2022 và 16 ngày nữa trái quy tắc “(1) + (2) = (3)”, vẫn được tính vì quy "
    "tắc này đã hạ mức hoặc tắt trong tyle.toml (mã: d:2022-08-01:summary:v1#total_is_sum, "
    "d:2022-08-02:summary:v1#total_is_sum, d:2022-08-03:summary:v1#total_is_sum và 16 mã nữa)."
)
TOTAL = "(1) + (2) ≠ (3): 494 + 127 = 621, không phải 630"


def test_the_footnotes_say_what_was_decided_by_whom_when_and_why() -> None:
    first, departments, districts = made("decided").report.appendices
    assert departments.footnotes == (
        f"[1] Tổng cộng: {TOTAL}; có số liệu tính theo quyết định, xem [2], [3].",
        f"[2] Sở A: {RELEASED}",
        f"[3] Sở B: {CORRECTED}",
    )
    assert [line.label for line in departments.lines] == ["Tổng cộng [1]", "Sở A [2]", "Sở B [3]", "Sở C"]
    assert [line.label for line in districts.lines] == ["Tổng cộng (*) [1]", "Huyện D (*) [2]"]
    assert districts.footnotes[1] == f"[2] Huyện D: {EASED}"
    assert first.footnotes[0].startswith(
        "[1] Sở, ban, ngành: (1) + (2) ≠ (3): 494 + 127 = 621, không phải 630; Sở A: số liệu"
    )
    assert first.footnotes[1] == f"[2] Huyện: Huyện D: {EASED}"
    assert first.footnotes[2].endswith("; có số liệu tính theo quyết định, xem [1], [2].")


def test_every_format_has_marks_and_footnotes() -> None:
    month = made("decided")
    texts = text_of_docx(month.docx), text_of_html(month.html), text_of_pdf(month.pdf)
    for text in texts:
        for said in (RELEASED, CORRECTED, EASED):
            assert "".join(said.split()) in "".join(text.split())
    for tables in (tables_of_docx(month.docx), tables_of_html(month.html)):
        assert tables[1][1] == ("1", "Sở A [2]", "480", "120", "609", "78,82")
    sheets = tables_of_xlsx(month.xlsx)
    assert sheets[1][1][:6] == (1, "Sở A [2]", 480, 120, 609, 78.82)
    book = openpyxl.load_workbook(io.BytesIO(month.xlsx))
    notes = [cell.value for cell in book["Phụ lục 02"]["A"] if str(cell.value).startswith("[")]
    assert notes == list(month.report.appendices[1].footnotes)


def test_the_sentences_say_it_too() -> None:
    report = made("decided").report
    assert report.rate.endswith(". Trong đó có số liệu tính theo quyết định, xem ghi chú ở Phụ lục 01.")
    assert report.processing[0].endswith(
        "Ghi chú: số liệu ngày 3/8/2022 đã sửa theo reference/corrections.toml: Tiếp nhận: 1 → 2; "
        "Công văn 15 – Phòng A (mã: centre:2022-08-03:summary:v1#corrected)."
    )
    assert "Huyện D (42,86%, chưa đủ số liệu, có ghi chú ở phụ lục)" in report.below


def test_long_footnotes_are_whole_in_the_workbook_as_it_is_printed() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(made("decided").xlsx))["Phụ lục 03"]
    (place,) = [cell for cell in sheet["A"] if str(cell.value).startswith("[2]")]
    assert place.alignment.wrap_text
    assert f"A{place.row}:F{place.row}" in [str(span) for span in sheet.merged_cells.ranges]
    assert sheet.row_dimensions[place.row].height > 3 * 15
    assert sheet.print_area.endswith(f"$F${place.row}")


def without_notes(document: DocxDocument) -> None:
    """A template of an office that prints no notes below its tables."""
    for paragraph in list(document.paragraphs):
        if re.search(r"\bnotes?\b", paragraph.text):
            following = paragraph._p.getnext() if "for" in paragraph.text else None
            ended = following.getnext() if following is not None else None
            for node in (paragraph._p, following, ended):
                if node is not None and node.getparent() is not None:
                    node.getparent().remove(node)


@pytest.mark.parametrize("template", [new_template(), demo_template()], ids=["new", "demo"])
def test_a_template_without_notes_has_the_footnotes_at_its_end(template: bytes) -> None:
    own = edited(without_notes, template)
    assert "notes" not in text_of_docx(own)
    paragraphs = Document(io.BytesIO(write_docx(made("decided").report, OFFICE, own))).paragraphs
    assert f"Ghi chú Phụ lục 02: [2] Sở A: {RELEASED}" in [paragraph.text for paragraph in paragraphs]
    whole = text_of_docx(write_docx(made("decided").report, OFFICE, template))
    assert whole.count("[2] Sở A: ") == 1


def test_many_decisions_of_a_row_are_cut_where_they_are_shown() -> None:
    schema = PUBLISHED["overrides"].schema
    rows = [
        example.override("a", day, "released", person=f"P{day}", reason="x", rules_broken="r") for day in range(2, 12)
    ]
    frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)
    texts = cut(Decided(frame).about({"override_ids": ",".join(frame["override_id"])}), "Phụ lục 02")
    assert (len(texts), texts[-1]) == (6, "và 5 quyết định nữa, xem Phụ lục 02")
    assert Decided(frame).about({"override_ids": "x#released"}) == ["có quyết định x#released"]


def test_a_publication_without_the_columns_is_a_report_without_marks() -> None:
    month = made("august")
    assert [appendix.footnotes for appendix in month.report.appendices] == [()] * 3
    assert "[1]" not in text_of_docx(month.docx)


def test_pages_of_the_pdf_keep_their_footnotes() -> None:
    pages = [flat(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(made("decided").pdf)).pages]
    assert sum("[2] Huyện D: " in page for page in pages) == 1


def test_a_wrong_sum_is_said_without_any_decision() -> None:
    (line,) = [line for line in made("august").report.appendices[1].lines if line.number == "1"]
    assert line.wrong_sum == ""
    assert replace(line, online=480, in_person=120, total=609).wrong_sum.startswith("(1) + (2) ≠ (3): 480 + 120 = 600")
