"""A report in all its formats, and each format read back by a library that did not write it."""

import io
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import openpyxl
import pypdf
from docx import Document
from lxml import html as lxml_html

from reports.formats.document import read_document
from reports.formats.docx import FILE, write_docx
from reports.formats.html import write_html
from reports.formats.pdf import write_pdf
from reports.formats.xlsx import write_xlsx
from reports.month.content import Report, write_report
from reports.month.office import read_office
from tests.reports import example

_DEMO = files("reference") / "demo"
OFFICE = read_office((_DEMO / "report.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Made:
    """The content and its four files."""

    report: Report
    docx: bytes
    xlsx: bytes
    pdf: bytes
    html: bytes


@cache
def demo_template() -> bytes:
    """The template with the words of the real report."""
    return (_DEMO / FILE).read_bytes()


@cache
def made(month: str) -> Made:
    """The example month of that name in tests.reports.example."""
    words = (OFFICE.province, OFFICE.service, OFFICE.baseline_note)
    rules = {("summary", "total_is_sum"): "(1) + (2) = (3)"}
    report = write_report(
        getattr(example, month)(), "2022-08", example.KNOWN_AT, *words, rules=rules, names=example.NAMES
    )
    docx = write_docx(report, OFFICE, demo_template())
    blocks = read_document(docx)
    # as on a machine without fonts
    return Made(report, docx, write_xlsx(report), write_pdf(blocks, system_fonts=False), write_html(blocks))


def flat(text: str) -> str:
    """Text without line breaks, and without the marks where the PDF may break long words."""
    return " ".join(text.replace("\u200b", "").split())


def text_of_docx(content: bytes) -> str:
    """Paragraphs and cells in their order."""
    document = Document(io.BytesIO(content))
    return flat(" ".join(node.text or "" for node in document.element.body.iter("{*}t")))


def text_of_html(content: bytes) -> str:
    """What a reader sees."""
    return flat(" ".join(lxml_html.fromstring(content).find("body").itertext()))


def text_of_pdf(content: bytes) -> str:
    """All pages, without their numbers."""
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    return flat(" ".join(re.sub(r"^\d+\n", "", page) for page in pages))


def tables_of_docx(content: bytes) -> list[list[tuple[str, ...]]]:
    """The appendices: rows of cells, without the header."""
    tables = Document(io.BytesIO(content)).tables
    return [
        [tuple(cell.text for cell in row.cells) for row in table.rows[1:]]
        for table in tables
        if table.rows[0].cells[0].text == "STT"
    ]


def tables_of_html(content: bytes) -> list[list[tuple[str, ...]]]:
    """The same of the page."""
    tables = lxml_html.fromstring(content).xpath("//table[thead]")
    return [
        [tuple(flat(cell.text_content()) for cell in row.xpath("td")) for row in table.xpath("tbody/tr")]
        for table in tables
    ]


def tables_of_xlsx(content: bytes) -> list[list[tuple[object, ...]]]:
    """The sheets of the appendices as stored values, formulas' results included."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return [
        [row for row in book[name].iter_rows(min_row=5, values_only=True) if row[1] is not None]
        for name in book.sheetnames
        if name.startswith("Phụ lục")
    ]
