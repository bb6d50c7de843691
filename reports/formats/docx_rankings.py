"""Writes the rankings at the end of a filled-in Word document: offices' templates need not know of them."""

from collections.abc import Sequence
from typing import Any

from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Pt
from docx.text.paragraph import Paragraph

from reports import vietnamese as vn
from reports.month.content import Report
from reports.month.office import Office

_CENTER = WD_ALIGN_PARAGRAPH.CENTER
_ALIGN = ("center", "left", "right", "right", "right", "center", "center")  # of the columns
_SHARES = (13, 58, 19, 19, 17, 17, 19)  # of the page's width
_LINES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def add_rankings(document: DocxDocument, report: Report, office: Office) -> None:
    """An appendix for each ranking, each from a new page."""
    for number, appendix in enumerate(report.rankings, start=report.first_ranking):
        begin(document, number, appendix.title, report, office)
        about(document, appendix.about)
        for one in appendix.tables:
            title(document, one.title)
            table(document, appendix.header, [row.text for row in one.rows], _ALIGN, _SHARES)
        notes(document, appendix.notes)


def begin(document: DocxDocument, number: int, name: str, report: Report, office: Office) -> None:
    """The head of an appendix, on a new page."""
    head = _paragraph(document, f"PHỤ LỤC {number:02d}", 14, bold=True)
    head.paragraph_format.page_break_before = head.paragraph_format.keep_with_next = True
    level = OxmlElement("w:outlineLvl")
    level.set(qn("w:val"), "1")
    head._p.get_or_add_pPr().append(level)
    _paragraph(document, name.upper(), 14, bold=True)
    signed = f"{office.number_suffix} ngày ..... tháng ..... năm ........ của {office.agency_short}"
    _paragraph(document, f"(Kèm theo Báo cáo số:          {signed})", 13, italic=True)
    _paragraph(document, f"(Số liệu tính đến ngày {vn.day(report.as_of)})", 13, italic=True)


def about(document: DocxDocument, text: str) -> None:
    """What the appendix is about."""
    said = _paragraph(document, text, 12, italic=True)
    said.alignment, said.paragraph_format.space_before = WD_ALIGN_PARAGRAPH.JUSTIFY, Pt(6)


def title(document: DocxDocument, text: str) -> None:
    """The title of a table."""
    said = _paragraph(document, text, 13, bold=True)
    said.alignment = WD_ALIGN_PARAGRAPH.LEFT
    said.paragraph_format.space_before, said.paragraph_format.space_after = Pt(8), Pt(3)
    said.paragraph_format.keep_with_next = True


def notes(document: DocxDocument, texts: Sequence[str]) -> None:
    """What the marks mean."""
    for text in texts:
        said = _paragraph(document, text, 12, italic=True)
        said.alignment, said.paragraph_format.space_before = WD_ALIGN_PARAGRAPH.LEFT, Pt(4)


def _paragraph(document: DocxDocument, text: str, size: int, *, bold: bool = False, italic: bool = False) -> Paragraph:
    paragraph = document.add_paragraph()
    return _filled(paragraph, text, size, bold=bold, italic=italic)


def _filled(paragraph: Paragraph, text: str, size: int, *, bold: bool = False, italic: bool = False) -> Paragraph:
    """Whatever the template's ordinary paragraphs look like."""
    own = paragraph.paragraph_format
    own.alignment, own.line_spacing = _CENTER, 1.0
    own.space_before = own.space_after = own.first_line_indent = own.left_indent = Pt(0)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph


def table(
    document: DocxDocument,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    aligned: Sequence[str],
    shares: Sequence[int],
    bold: Sequence[int] = (),
) -> None:
    """A table with lines; `shares`: of the page's width, `bold`: the indexes of rows."""
    section = document.sections[0]
    room = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
    made: Any = document.add_table(0, len(shares))
    properties = made._tbl.tblPr
    properties.append(parse_xml(f"<w:tblBorders {nsdecls('w')}>{_LINES}</w:tblBorders>"))
    made.autofit = False
    for column, share in zip(made.columns, shares, strict=True):
        column.width = Emu(room * share // sum(shares))
    for place, texts in enumerate((header, *rows)):
        row = made.add_row()
        described = row._tr.get_or_add_trPr()
        described.append(OxmlElement("w:cantSplit"))
        if place == 0:
            described.append(OxmlElement("w:tblHeader"))
        for cell, text, align in zip(row.cells, texts, aligned, strict=True):
            paragraph = _filled(cell.paragraphs[0], text, 12, bold=place == 0 or place - 1 in bold)
            if place:
                paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
