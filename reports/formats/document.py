"""Reads a Word document into plain blocks, from which PDF and HTML are made. Draws nothing.

What PDF and HTML cannot show (text boxes, footnotes, formulas) is refused by name, not left out.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.text.run import CT_R
from docx.shared import Length
from docx.table import Table as DocxTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as DocxParagraph
from docx.text.run import Run as DocxRun

from reports.errors import ReportError
from reports.formats.docx import FILE
from reports.formats.formatting import Formatting
from reports.formats.numbering import Numbering

Align = Literal["left", "center", "right", "justify"]
_ALIGN: dict[Any, Align] = {
    WD_ALIGN_PARAGRAPH.CENTER: "center",
    WD_ALIGN_PARAGRAPH.RIGHT: "right",
    WD_ALIGN_PARAGRAPH.JUSTIFY: "justify",
}
_PICTURES = {"image/png": "png", "image/jpeg": "jpg", "image/svg+xml": "svg", "image/gif": "gif"}
_REFUSED = {
    "w:txbxContent": "hộp văn bản",
    "w:footnoteReference": "chú thích cuối trang",
    "w:endnoteReference": "chú thích cuối văn bản",
    "w:object": "đối tượng nhúng",
    "m:oMath": "công thức",
}
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_SHOWN = 40
_LONG_AGO = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class TextRun:
    """Text in one format; `size` in points. It may hold line breaks and tabs."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    size: float = 14


@dataclass(frozen=True)
class Picture:
    """An image in a line; `width` in mm, `kind` png, jpg, svg or gif."""

    content: bytes
    kind: str
    width: float
    alternative: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; indents (`first`, `left`, `right`) in mm, distances (`before`, `after`) in points.

    `line`: line spacing as a multiple; `level`: 1 to 6 for a heading, 0 for other text; `keep`: stays on the page of
    the next block; `has_rule`: a line is drawn under it.
    """

    parts: tuple[TextRun | Picture, ...]
    align: Align = "left"
    first: float = 0
    left: float = 0
    right: float = 0
    before: float = 0
    after: float = 0
    line: float = 1
    level: int = 0
    keep: bool = False
    new_page: bool = False
    has_rule: bool = False

    @property
    def text(self) -> str:
        """Its text alone."""
        return "".join(part.text for part in self.parts if isinstance(part, TextRun))


@dataclass(frozen=True)
class Cell:
    """A cell over `span` columns."""

    paragraphs: tuple[Paragraph, ...]
    span: int = 1


@dataclass(frozen=True)
class Table:
    """`widths` in mm; the first `header` rows are repeated on each page."""

    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    header: int = 0
    has_lines: bool = False


@dataclass(frozen=True)
class Page:
    """Size and margins in mm."""

    width: float
    height: float
    top: float
    bottom: float
    left: float
    right: float


@dataclass(frozen=True)
class Content:
    """A whole document; `made_at` in UTC."""

    title: str
    author: str
    made_at: datetime
    page: Page
    blocks: tuple[Paragraph | Table, ...]


def read_document(content: bytes) -> Content:
    """The blocks of a .docx in their order. Raises ReportError, one line, for what PDF and HTML cannot show."""
    document = Document(io.BytesIO(content))
    _refuse(document)
    numbering, formatting = Numbering(document), Formatting(document)
    section = document.sections[0]
    page = Page(
        *(
            _mm(length)
            for length in (
                section.page_width,
                section.page_height,
                section.top_margin,
                section.bottom_margin,
                section.left_margin,
                section.right_margin,
            )
        )
    )
    properties = document.core_properties
    blocks = tuple(
        _paragraph(block, numbering, formatting)
        if isinstance(block, DocxParagraph)
        else _table(block, numbering, formatting, page)
        for block in document.iter_inner_content()
    )
    _check_whole(document, blocks)
    made_at = (properties.created or _LONG_AGO).replace(tzinfo=UTC)
    return Content(properties.title, properties.author, made_at, page, blocks)


def _refuse(document: DocxDocument) -> None:
    for tag, name in _REFUSED.items():
        found = next(document.element.body.iter(_MATH if tag == "m:oMath" else qn(tag)), None)
        if found is not None:
            text = "".join(node.text or "" for node in found.iter(qn("w:t")))[:_SHOWN]
            raise ReportError(f"{FILE}: {name} không đưa được vào PDF và HTML{f': “{text}”' if text else ''}")


def _check_whole(document: DocxDocument, blocks: tuple[Paragraph | Table, ...]) -> None:
    """Raises ReportError where letters of the document are not in the blocks: something was not understood."""
    taken = "".join(paragraph.text for block in blocks for paragraph in _paragraphs(block))
    there = "".join(
        node.text or ""
        for node in document.element.body.iter(qn("w:t"))
        if next(node.iterancestors(qn("w:del"), qn("w:moveFrom")), None) is None
    )
    if len("".join(there.split())) > len("".join(taken.split())):
        raise ReportError(f"{FILE}: có phần không đưa được vào PDF và HTML; hãy dùng đoạn văn và bảng thường")


def _paragraphs(block: Paragraph | Table) -> Iterator[Paragraph]:
    if isinstance(block, Paragraph):
        yield block
    else:
        yield from (paragraph for row in block.rows for cell in row for paragraph in cell.paragraphs)


def _paragraph(paragraph: DocxParagraph, numbering: Numbering, formatting: Formatting) -> Paragraph:
    number = numbering.label(paragraph)
    parts = tuple(_parts(paragraph, formatting))
    if number and parts:
        first = parts[0] if isinstance(parts[0], TextRun) else TextRun("")
        parts = (TextRun(f"{number} ", first.bold, first.italic, size=first.size), *parts)
    line = formatting.of_paragraph(paragraph, "line_spacing")
    return Paragraph(
        parts=parts,
        align=_ALIGN.get(formatting.of_paragraph(paragraph, "alignment"), "left"),
        first=_mm(formatting.of_paragraph(paragraph, "first_line_indent")),
        left=_mm(formatting.of_paragraph(paragraph, "left_indent")),
        right=_mm(formatting.of_paragraph(paragraph, "right_indent")),
        before=_pt(formatting.of_paragraph(paragraph, "space_before")),
        after=_pt(formatting.of_paragraph(paragraph, "space_after")),
        line=line if isinstance(line, float) else 1,
        level=_level(paragraph, formatting),
        keep=bool(formatting.of_paragraph(paragraph, "keep_with_next")),
        new_page=bool(formatting.of_paragraph(paragraph, "page_break_before")) or _breaks_page(paragraph),
        has_rule=paragraph._p.find(f"{qn('w:pPr')}/{qn('w:pBdr')}/{qn('w:bottom')}") is not None,
    )


def _level(paragraph: DocxParagraph, formatting: Formatting) -> int:
    """The outline level: its own, or that of a style of Word's headings; not deeper than HTML has headings."""
    outline = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    level = int(outline.get(qn("w:val"), "9")) + 1 if outline is not None else formatting.level(paragraph)
    return level if 1 <= level <= 6 else 0


def _breaks_page(paragraph: DocxParagraph) -> bool:
    return any(node.get(qn("w:type")) == "page" for node in paragraph._p.iter(qn("w:br")))


def _parts(paragraph: DocxParagraph, formatting: Formatting) -> Iterator[TextRun | Picture]:
    """Runs and pictures, also inside links, content controls and accepted insertions; not what was deleted."""
    for node in paragraph._p.iter(qn("w:r")):
        if next(node.iterancestors(qn("w:del"), qn("w:moveFrom")), None) is not None:
            continue
        yield from (_picture(blip, paragraph) for blip in node.iter(qn("a:blip")))
        run = DocxRun(cast("CT_R", node), paragraph)
        if text := _text(node):
            yield TextRun(
                text,
                bold=bool(formatting.of_run(run, paragraph, "bold")),
                italic=bool(formatting.of_run(run, paragraph, "italic")),
                underline=bool(formatting.of_run(run, paragraph, "underline")),
                size=_pt(formatting.of_run(run, paragraph, "size")) or 14,
            )


def _text(run: Any) -> str:
    characters = {qn("w:tab"): "\t", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
    pieces = []
    for node in run:
        if node.tag == qn("w:t"):
            pieces.append(node.text or "")
        elif node.tag == qn("w:br") and node.get(qn("w:type")) in {None, "textWrapping"}:
            pieces.append("\n")
        else:
            pieces.append(characters.get(node.tag, ""))
    return "".join(pieces)


def _picture(blip: Any, paragraph: DocxParagraph) -> Picture:
    part = paragraph.part.related_parts[blip.get(qn("r:embed"))]
    if part.content_type not in _PICTURES:
        raise ReportError(f"{FILE}: hình {part.content_type} không đưa được vào PDF và HTML; hãy dùng PNG hoặc JPEG")
    drawing = next(blip.iterancestors(qn("w:drawing")))
    extent, about = drawing.find(f".//{qn('wp:extent')}"), drawing.find(f".//{qn('wp:docPr')}")
    width = _mm(Length(int(extent.get("cx")))) if extent is not None else 100
    return Picture(
        part.blob, _PICTURES[part.content_type], width, about.get("descr") or "" if about is not None else ""
    )


def _table(table: DocxTable, numbering: Numbering, formatting: Formatting, page: Page) -> Table:
    widths = [_mm(column.width) for column in table.columns]
    room = page.width - page.left - page.right
    if not sum(widths) or sum(widths) > room + 0.5:
        widths = [(width or 1) * room / (sum(widths) or len(widths)) for width in widths]
    rows, header = [], 0
    for row in table._tbl.tr_lst:
        cells = [_Cell(tc, table) for tc in row.tc_lst]
        rows.append(tuple(_cell(cell, numbering, formatting) for cell in cells))
        is_header = row.trPr is not None and row.trPr.find(qn("w:tblHeader")) is not None
        header += is_header and header == len(rows) - 1
    style = table.style.name if table.style is not None else ""
    borders = table._tbl.tblPr.find(qn("w:tblBorders"))
    return Table(tuple(widths), tuple(rows), header, style not in {"", "Normal Table"} or borders is not None)


def _cell(cell: _Cell, numbering: Numbering, formatting: Formatting) -> Cell:
    if cell.tables:
        raise ReportError(f"{FILE}: bảng trong bảng không đưa được vào PDF và HTML")
    return Cell(tuple(_paragraph(paragraph, numbering, formatting) for paragraph in cell.paragraphs), cell.grid_span)


def _mm(length: Any) -> float:
    return round(length.mm, 2) if isinstance(length, Length) else 0


def _pt(length: Any) -> float:
    return round(length.pt, 2) if isinstance(length, Length) else 0
