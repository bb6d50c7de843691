"""Word documents (.docx), as Word and LibreOffice write them: a letter around a table."""

from collections.abc import Sequence
from html import escape

from tests.corpus.recipes.shown import Rich, Rows, Styled
from tests.corpus.recipes.tools import archive
from tests.corpus.recipes.usual import HEADER, ROWS, TABLE, TOTALS, with_first

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_LOOKS = {
    "super": '<w:vertAlign w:val="superscript"/>',
    "sub": '<w:vertAlign w:val="subscript"/>',
    "struck": "<w:strike/>",
    "not struck": '<w:strike w:val="false"/>',
    "hidden": "<w:vanish/>",
    "white": '<w:color w:val="FFFFFF"/>',
    "styled": '<w:rStyle w:val="Removed"/>',
}
_STYLES = (
    '<w:style w:type="character" w:styleId="Gone"><w:rPr><w:dstrike/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Removed"><w:basedOn w:val="Gone"/></w:style>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"/>'
    '<w:style w:type="paragraph" w:styleId="Number"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
)
_NUMBERING = (
    '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/>'
    '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="9"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/>'
    '<w:lvlText w:val="&#xF0B7;"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="9"/></w:num>'
)


def paragraph(text: str, properties: str = "") -> str:
    """A line of text."""
    return f"<w:p>{properties}{_run(text)}</w:p>"


def numbered(list_id: int, text: str = "") -> str:
    """A line of a list, whose number stands nowhere in its text."""
    return paragraph(text, f'<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{list_id}"/></w:numPr></w:pPr>')


def _run(text: str, look: str = "") -> str:
    said = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r><w:rPr>{_LOOKS.get(look, '')}</w:rPr>{said}</w:r>"


def cell(content: object, properties: str = "") -> str:
    """A cell; a text that begins with `<w:p` or `<w:tbl` is its content."""
    match content:
        case None:
            inside = paragraph("")
        case Rich(parts):
            inside = f"<w:p>{''.join(_run(text, look) for text, look in parts)}</w:p>"
        case Styled(value, "white on blue"):
            properties += '<w:shd w:val="clear" w:fill="1F4E79"/>'
            inside = f"<w:p>{_run(str(value), 'white')}</w:p>"
        case Styled(value, look):
            inside = f"<w:p>{_run(str(value), look)}</w:p>"
        case str() if content.startswith(("<w:p", "<w:tbl")):
            inside = content
        case _:
            inside = paragraph(str(content))
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def row(cells: Sequence[object], properties: str = "") -> str:
    """A row of cells; a text that begins with `<w:tc` is a cell."""
    made = (one if isinstance(one, str) and one.startswith("<w:tc>") else cell(one) for one in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(made)}</w:tr>"


def table(rows: Rows, properties: dict[int, str] | None = None) -> str:
    """A table; `properties`: of single rows, from 0."""
    made = (row(cells, (properties or {}).get(number, "")) for number, cells in enumerate(rows))
    return f"<w:tbl><w:tblPr/>{''.join(made)}</w:tbl>{paragraph('')}"


def docx(*blocks: str, strict: bool = False, numbering: bool = True) -> bytes:
    """A document of these blocks."""
    space = f'xmlns:w="{_STRICT if strict else _W}"'

    def part(root: str, inside: str) -> bytes:
        return f'<?xml version="1.0" encoding="UTF-8"?><w:{root} {space}>{inside}</w:{root}>'.encode()

    parts = {
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": part("document", f"<w:body>{''.join(blocks)}<w:sectPr/></w:body>"),
        "word/styles.xml": part("styles", _STYLES),
    }
    if numbering:
        parts["word/numbering.xml"] = part("numbering", _NUMBERING)
    return archive(parts.items())


def shown_docx(rows: Rows, flat: Sequence[int] = ()) -> bytes:
    """The writer of the table as the other ones of `shown`; a row without height is as thin as Word can."""
    thin = '<w:trHeight w:val="10" w:hRule="exact"/>'
    return docx(table(rows, dict.fromkeys(flat, thin)))


def files() -> dict[str, bytes]:
    """Name → bytes."""
    usual = table((*TABLE, TOTALS))
    old = (3, "Chứng thực", 4, 5, 9)
    span, begins, goes_on = ('<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>")
    two_rows = (
        (*(cell(name, begins) for name in HEADER[:2]), cell("Số hồ sơ", span), cell(HEADER[4], begins)),
        (cell("", goes_on), cell("cũ", goes_on), *HEADER[2:4], cell("", goes_on)),
        *ROWS,
    )
    letterhead = table((("UBND TỈNH THÁI NGUYÊN\nSỞ Y TẾ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),))
    deleted = "<w:p><w:del><w:r><w:delText>3</w:delText></w:r></w:del><w:ins><w:r><w:t>1489</w:t></w:r></w:ins></w:p>"
    inserted = "<w:p><w:ins><w:r><w:t>1489</w:t></w:r></w:ins></w:p>"
    listed = ((HEADER), *((numbered(1), *cells[1:]) for cells in ROWS))
    groups = (HEADER, (numbered(2), "Khối một", 1489, 16, 1505), *ROWS)
    bullet = (HEADER[1:], ROWS[0][1:], (numbered(3, "Giao đất"), 1400, 10, 1410), ROWS[1][1:])
    box = f"<w:p><w:r><w:pict><w:txbxContent>{usual}</w:txbxContent></w:pict></w:r></w:p>"
    control = f"<w:sdt><w:sdtContent>{usual}</w:sdtContent></w:sdt>"
    beside = table(((paragraph("Sở Y tế"), f"{usual}"),))
    return {
        "usual.docx": docx(letterhead, paragraph("BÁO CÁO"), usual, paragraph("Người lập biểu")),
        "strict.docx": docx(usual, strict=True),
        "merged-header.docx": docx(table(two_rows)),
        "repeated-header.docx": docx(table((HEADER, ROWS[0], HEADER, ROWS[1]), {0: "<w:tblHeader/>"})),
        "control.docx": docx(control),
        "text-box.docx": docx(box),
        "table-in-a-cell.docx": docx(beside),
        "numbered.docx": docx(table(listed)),
        "roman-groups.docx": docx(table(groups)),
        "bulleted-part.docx": docx(table(bullet)),
        "numbers-unknown.docx": docx(table(listed), numbering=False),
        "tracked-deletion.docx": docx(table(with_first(deleted, 1500))),
        "tracked-insertion.docx": docx(table(with_first(inserted, 1500))),
        "tracked-row.docx": docx(table((*TABLE, old), {3: "<w:del/>"})),
        "old-figure-struck-out.docx": docx(table(with_first(Rich((("3", "struck"), ("1489", ""))), 1500))),
        "struck-by-style.docx": docx(table(with_first(Rich((("3", "styled"), ("1489", "not struck"))), 1500))),
        "note-on-a-count.docx": docx(table(with_first(Rich((("1489", ""), ("2", "super"))), 1500))),
        "note-on-a-name.docx": docx(
            table((HEADER, (1, Rich((("Đất đai", ""), ("1", "super"))), 1489, 11, 1500), ROWS[1]))
        ),
        "hidden-digits.docx": docx(table(with_first(Rich((("1489", ""), ("0", "hidden"))), 1500))),
        "white-row.docx": docx(table((*TABLE, (3, "Chứng thực", *(Styled(figure, "white") for figure in (4, 5, 9)))))),
        "white-header-on-blue.docx": docx(table((tuple(Styled(name, "white on blue") for name in HEADER), *ROWS))),
        "hidden-row.docx": docx(table((*TABLE, old), {3: "<w:hidden/>"})),
        "thin-row.docx": shown_docx((*TABLE, old), flat=(3,)),
        "two-figures-in-a-cell.docx": docx(table(with_first("1489\n305", "1500\n305"))),
        "two-tables.docx": docx(usual, paragraph("Bảng 2"), table((HEADER, old))),
        "of-another-unit.docx": docx(paragraph("Đơn vị báo cáo: Sở Nội vụ"), usual),
        "letter.docx": docx(paragraph("Hôm nay đơn vị không phát sinh hồ sơ.")),
        "no-document.docx": archive([("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<document/>")]),
    }
