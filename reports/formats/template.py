"""The Word template that a new workspace gets, laid out as Nghị định 30/2020/NĐ-CP asks. Knows no figure.

Offices edit the file in Word; what stands in {{ }} and {% %} is filled in by reports/formats/docx.py.
"""

import io
import tomllib
from collections.abc import Sequence
from typing import cast

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from pydantic import BaseModel, ConfigDict

from reports.formats.archive import repacked
from reports.month.appendices import HEADER

FILE = "report.docx"
FONT = "Times New Roman"
CENTER, RIGHT, LEFT, JUSTIFY = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)
_HEAD_WIDTHS = (75, 90)  # mm; the text is 165 mm wide
_TABLE_WIDTHS = (13, 52, 25, 25, 27, 23)  # a number of nine digits fits
_CHANGE_WIDTHS = (44, 38, 22, 22, 39)
_ATTACHED = (
    "(Kèm theo Báo cáo số:          {{ office.number_suffix }} ngày ..... tháng ..... năm ........ "
    "của {{ office.agency_short }})"
)
_LIMITS = (
    "Bên cạnh những kết quả đạt được, việc giải quyết hồ sơ TTHC {{ office.service }} vẫn còn một số tồn tại, "
    "hạn chế như sau:"
)
_BODY, _CELL = "Nội dung", "Ô bảng"


class Prose(BaseModel):
    """The office's own words, a paragraph each: what was done, what is lacking, what will be done."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    situation: tuple[str, ...] = ("[Tình hình triển khai trong tháng: viết tại đây.]",)
    limits: tuple[str, ...] = ("2. [Tồn tại, hạn chế và nguyên nhân: viết tại đây.]",)
    solutions: tuple[str, ...] = ("1. [Giải pháp thời gian tới: viết tại đây.]",)
    closing: str = (
        "Trên đây là báo cáo {{ office.topic }} {{ period }}. {{ office.agency_name }} "
        "báo cáo {{ office.addressee }} xem xét, chỉ đạo"
    )


def read_prose(text: str) -> Prose:
    """The prose of a TOML text with the fields of Prose."""
    return Prose.model_validate(tomllib.loads(text))


def make_template(prose: Prose | None = None) -> bytes:
    """The template as a .docx; the same bytes each time."""
    prose = prose or Prose()
    document = Document()
    _set_up(document)
    _letterhead(document)
    _title(document)
    _body(document, prose)
    _signature(document)
    _appendices(document)
    _pictures(document)
    _changes(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return repacked(buffer.getvalue())


def _set_up(document: DocxDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    _page_number(section.header.paragraphs[0])
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)  # noqa: S101 - python-docx's own template has it
    normal.font.name, normal.font.size = FONT, Pt(14)
    normal.font.color.rgb = RGBColor(0, 0, 0)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    normal.element.get_or_add_rPr().append(_element("w:lang", val="vi-VN"))
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    body = document.styles.add_style(_BODY, 1)
    cell = document.styles.add_style(_CELL, 1)
    assert isinstance(body, ParagraphStyle)  # noqa: S101
    assert isinstance(cell, ParagraphStyle)  # noqa: S101
    body.base_style = cell.base_style = normal
    body.paragraph_format.alignment = JUSTIFY
    body.paragraph_format.first_line_indent = Mm(10)
    body.paragraph_format.space_before = Pt(6)
    body.paragraph_format.line_spacing = 1.15
    cell.font.size = Pt(12)
    cell.paragraph_format.space_before = cell.paragraph_format.space_after = Pt(2)


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = CENTER
    code = _element("w:instrText")
    code.text = "PAGE"
    for part in (_element("w:fldChar", fldCharType="begin"), code, _element("w:fldChar", fldCharType="end")):
        run = paragraph.add_run()
        run._r.append(part)
        run.font.size = Pt(14)


def _letterhead(document: DocxDocument) -> None:
    left, right = _plain_table(document, _HEAD_WIDTHS).rows[0].cells
    _line(left, "{{ office.parent_agency }}", size=12, first=True)
    _line(left, "{{ office.agency }}", size=12, bold=True)
    _rule(left, _HEAD_WIDTHS[0], 20)
    _line(left, "Số:          {{ office.number_suffix }}", size=13)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12, bold=True, first=True)
    _line(right, "Độc lập - Tự do - Hạnh phúc", size=13, bold=True)
    _rule(right, _HEAD_WIDTHS[1], 58)
    _line(right, "{{ office.place }}, ngày ..... tháng ..... năm ........", size=13, italic=True)


def _title(document: DocxDocument) -> None:
    _outline(_line(document, "BÁO CÁO", size=14, bold=True, before=14), 1)
    _line(document, "{{ office.subject }}, {{ period }}", size=14, bold=True)
    _rule(document, 165, 50)
    _line(document, "Kính gửi: {{ office.addressee }}", size=14, before=12)


def _body(document: DocxDocument, prose: Prose) -> None:
    def paragraphs(texts: Sequence[str], *, italic: bool = False) -> None:
        for text in texts:
            document.add_paragraph(style=_BODY).add_run(text).italic = italic or None

    def heading(text: str, level: int) -> None:
        paragraph = document.add_paragraph(style=_BODY)
        paragraph.add_run(text).bold = True
        _outline(paragraph, level)

    opening = document.add_paragraph(style=_BODY)
    opening.add_run(
        "{% if office.legal_bases %}Thực hiện {{ office.legal_bases|join('; ') }}, {% endif %}{{ office.agency_name }}"
        "{% if office.agency_role %} ("
    )
    opening.add_run("{{ office.agency_role }}").italic = True
    opening.add_run("){% endif %} báo cáo {{ office.topic }} {{ period }}, như sau:")
    heading("I. TÌNH HÌNH, KẾT QUẢ THỰC HIỆN", 2)
    heading("1. Tình hình triển khai", 3)
    paragraphs(prose.situation)
    heading("2. Kết quả triển khai", 3)
    paragraphs(["{%p for sentence in results %}", "- {{ sentence }}", "{%p endfor %}"])
    paragraphs(["(Chi tiết tại các Phụ lục kèm theo)"], italic=True)
    heading("II. TỒN TẠI, HẠN CHẾ VÀ NGUYÊN NHÂN", 2)
    paragraphs([_LIMITS, "1. {{ below }}", "{%p if incomplete %}", "{{ incomplete }}", "{%p endif %}", *prose.limits])
    heading("III. GIẢI PHÁP", 2)
    paragraphs([*prose.solutions, f"{prose.closing}./."])


def _signature(document: DocxDocument) -> None:
    document.add_paragraph()
    left, right = _plain_table(document, (80, 85)).rows[0].cells
    _line(left, "Nơi nhận:", size=12, bold=True, italic=True, align=LEFT, first=True)
    for text in ("{%p for recipient in office.recipients %}", "- {{ recipient }}", "{%p endfor %}"):
        _line(left, text, size=11, align=LEFT)
    _line(right, "{{ office.signing_for }}", size=14, bold=True, first=True)
    _line(right, "{{ office.signatory_title }}", size=14, bold=True)
    for _ in range(4):
        _line(right, "", size=14)
    _line(right, "{{ office.signatory_name }}", size=14, bold=True)


def _appendices(document: DocxDocument) -> None:
    _line(document, "{%p for appendix in appendices %}")
    _appendix_heading(document, "{{ appendix.number }}", "{{ appendix.title }}")
    table = _ruled_table(document, HEADER, _TABLE_WIDTHS)
    cells = (
        "{{ row.number }}",
        "{{ row.name }}",
        "{{ row.online }}",
        "{{ row.in_person }}",
        "{{ row.total }}",
        "{{ row.rate }}",
    )
    aligned = (CENTER, LEFT, RIGHT, RIGHT, RIGHT, RIGHT)
    _tag_row(table, "{%tr for row in appendix.rows %}")
    _tag_row(table, "{%tr if row.is_total %}")
    _row(table, cells, aligned, bold=True)
    _tag_row(table, "{%tr else %}")
    _row(table, cells, aligned)
    _tag_row(table, "{%tr endif %}")
    _tag_row(table, "{%tr endfor %}")
    for text in ("{%p for note in appendix.notes %}", "{{ note }}", "{%p endfor %}"):
        _line(document, text, size=12, italic=True, align=LEFT, before=4)
    _line(document, "{%p endfor %}")


def _appendix_heading(document: DocxDocument, number: str, title: str) -> None:
    heading = _line(document, f"PHỤ LỤC {number}", size=14, bold=True)
    heading.paragraph_format.page_break_before = True
    _outline(heading, 2)
    _line(document, title, size=14, bold=True)
    _line(document, _ATTACHED, size=13, italic=True)
    _line(document, "(Số liệu tính đến ngày {{ as_of }})", size=13, italic=True)
    _line(document, "", size=6)


def _pictures(document: DocxDocument) -> None:
    """An appendix, only where charts are wanted; each picture stays with the words below it."""
    _line(document, "{%p if pictures %}")
    _appendix_heading(document, "{{ pictures_number }}", "BIỂU ĐỒ, {{ period|upper }}")
    _line(document, "{%p for picture in pictures %}")
    _line(document, "{{ picture.image }}", before=8).paragraph_format.keep_with_next = True
    _line(document, "{{ picture.title }}", size=12, italic=True, before=2)
    _line(document, "{%p endfor %}")
    _line(document, "{%p endif %}")


def _changes(document: DocxDocument) -> None:
    """A last appendix, only where the report is compared with an earlier one."""
    _line(document, "{%p if changes %}")
    heading = _line(document, "THAY ĐỔI SO VỚI BÁO CÁO ĐÃ CÔNG BỐ", size=14, bold=True)
    heading.paragraph_format.page_break_before = True
    _outline(heading, 2)
    _line(document, "{{ changes.title }}", size=13, italic=True)
    _line(document, "", size=6)
    table = _ruled_table(
        document,
        tuple(f"{{{{ changes.header[{n}] }}}}" for n in range(5)),
        _CHANGE_WIDTHS,
    )
    _tag_row(table, "{%tr for row in changes.rows %}")
    _row(table, tuple(f"{{{{ row[{n}] }}}}" for n in range(5)), (LEFT, LEFT, RIGHT, RIGHT, LEFT))
    _tag_row(table, "{%tr endfor %}")
    _line(document, "{%p endif %}")


def _plain_table(document: DocxDocument, widths: Sequence[int]) -> Table:
    """A row of cells without lines and without margins."""
    table = _fixed(document.add_table(rows=1, cols=len(widths)), widths)
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w="0", type="dxa"))
    properties = table._tbl.tblPr
    properties.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")
    return table


def _ruled_table(document: DocxDocument, header: Sequence[str], widths: Sequence[int]) -> Table:
    """A table with its header row, which is repeated on each page."""
    table = _fixed(document.add_table(rows=0, cols=len(widths), style="Table Grid"), widths)
    _row(table, header, (CENTER,) * len(header), bold=True)
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(_element("w:tblHeader"))
    return table


def _fixed(table: Table, widths: Sequence[int]) -> Table:
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return table


def _row(table: Table, texts: Sequence[str], aligned: Sequence[WD_ALIGN_PARAGRAPH], *, bold: bool = False) -> None:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
    for cell, column, text, align in zip(row.cells, table.columns, texts, aligned, strict=True):
        cell.width = column.width
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = cell.paragraphs[0]
        paragraph.style, paragraph.alignment = _CELL, align
        paragraph.add_run(text).bold = bold or None


def _tag_row(table: Table, tag: str) -> None:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    row.cells[0].paragraphs[0].add_run(tag)


def _line(
    where: DocxDocument | _Cell,
    text: str,
    *,
    size: int = 14,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH = CENTER,
    before: int = 0,
    first: bool = False,
) -> Paragraph:
    """A paragraph of its own; `first`: the one a cell already has."""
    paragraph = where.paragraphs[0] if first else where.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(before)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold or None, italic or None, Pt(size)
    return paragraph


def _outline(paragraph: Paragraph, level: int) -> None:
    """Make a paragraph a heading: in Word's navigation, and for who has the document read out."""
    paragraph.paragraph_format.keep_with_next = True
    outline = _element("w:outlineLvl", val=str(level - 1))
    paragraph._p.get_or_add_pPr().insert_element_before(outline, "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr")


def _rule(where: DocxDocument | _Cell, width: int, length: int) -> None:
    """A thin line `length` mm long in the middle of `width` mm: the lower border of an empty paragraph."""
    paragraph = _line(where, "", size=2)
    mark = _element("w:rPr")  # the paragraph is as low as its mark
    mark.append(_element("w:sz", val="4"))
    paragraph._p.get_or_add_pPr().append(mark)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm((width - length) // 2)
    borders = _element("w:pBdr")
    borders.append(_element("w:bottom", val="single", sz="6", space="0", color="000000"))
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _element(tag: str, **attributes: str) -> BaseOxmlElement:
    element = cast("BaseOxmlElement", OxmlElement(tag))
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
