"""The report's charts: pictures with words, in every format that shows them."""

import io
from dataclasses import replace

import pypdfium2
from docx import Document

from reports.document import read_document
from reports.docx import write_docx
from reports.html import write_html
from reports.pdf import write_pdf
from reports.pictures import pictures
from tests.reports.example import august, odd
from tests.reports.made import OFFICE, demo_template, made


def test_units_are_ranked_by_group_and_said_in_words() -> None:
    drawn = pictures(august(), "2022-08")
    assert [picture.title.split(". ")[1] for picture in drawn] == [
        "Tỷ lệ trực tuyến theo đơn vị tháng 8/2022: Sở, ban, ngành (1/2)",
        "Tỷ lệ trực tuyến theo đơn vị tháng 8/2022: Sở, ban, ngành (2/2)",
        "Tỷ lệ trực tuyến theo đơn vị tháng 8/2022: Huyện",
    ]
    assert drawn[2].alternative.startswith("UBND huyện Định Hóa: 100%; UBND huyện Đồng Hỷ: 98,67%")
    assert drawn == pictures(august(), "2022-08")  # to the byte


def test_a_province_of_many_units_has_pictures_that_fit_a_page() -> None:
    drawn = pictures(odd(), "2022-08")
    said = [len(picture.alternative.split("; ")) for picture in drawn]
    assert sum(said) == 118  # all but the two without a rate
    assert max(said) <= 16


def test_every_format_shows_them() -> None:
    drawn = pictures(august(), "2022-08")
    word = write_docx(replace(made("august").report, pictures=drawn), OFFICE, demo_template())
    assert len(Document(io.BytesIO(word)).inline_shapes) == len(drawn)
    blocks = read_document(word)
    assert write_html(blocks).count(b"data:image/png;base64,") == len(drawn)
    pdf = pypdfium2.PdfDocument(write_pdf(blocks))
    kinds = [item.type for page in pdf for item in page.get_objects()]
    assert kinds.count(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE) == len(drawn)
