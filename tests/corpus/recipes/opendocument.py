"""Workbooks of OpenDocument, as LibreOffice writes them: zipped (.ods) and flat (.fods)."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from tests.corpus.recipes.shown import Rich, Rows, Styled
from tests.corpus.recipes.tools import archive
from tests.corpus.recipes.usual import HEADER, ROWS, TABLE, TOTALS, with_first

_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_SPACES = " ".join(
    f'xmlns:{name}="{_OASIS}:{urn}"'
    for name, urn in {
        "office": "office:1.0",
        "table": "table:1.0",
        "text": "text:1.0",
        "style": "style:1.0",
        "fo": "xsl-fo-compatible:1.0",
        "number": "datastyle:1.0",
        "manifest": "manifest:1.0",
    }.items()
)
_TEXTS = {
    "super": 'style:text-position="super 58%"',
    "sub": 'style:text-position="-33% 58%"',
    "struck": 'style:text-line-through-style="solid"',
    "white": 'fo:color="#ffffff"',
    "white on blue": 'fo:color="#ffffff"',
}
_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_BLANK_CELLS = '<table:table-cell table:number-columns-repeated="16379"/>'
_BLANK_END = f'<table:table-row table:number-rows-repeated="1048570">{_BLANK_CELLS}</table:table-row>'


@dataclass(frozen=True)
class Shown:
    """A number beside the text that the program shows for it."""

    value: float
    text: str
    kind: str = "float"


@dataclass(frozen=True)
class Markup:
    """A cell as it stands in the file."""

    text: str


@dataclass(frozen=True)
class Sheet:
    """`flat`: rows of no height, `filtered`: hidden by a filter, `closed`: in a closed group; from 0, as all."""

    rows: Rows
    flat: Sequence[int] = ()
    filtered: Sequence[int] = ()
    closed: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    name: str = "Báo cáo"
    hidden: bool = False


def _style(name: str, family: str, inside: str) -> str:
    return f'<style:style style:name="{name}" style:family="{family}">{inside}</style:style>'


def _styles() -> str:
    made = [
        '<number:number-style style:name="N1"/>',
        '<style:style style:name="nothing" style:family="table-cell" style:data-style-name="N1"/>',
        _style("cell indented", "table-cell", '<style:paragraph-properties fo:margin-left="0.353cm"/>'),
        _style("flat", "table-row", '<style:table-row-properties style:row-height="0cm"/>'),
        _style("hidden", "table", '<style:table-properties table:display="false"/>'),
    ]
    for name, properties in _TEXTS.items():
        ground = 'fo:background-color="#1f4e79"' if name == "white on blue" else ""
        inside = f"<style:table-cell-properties {ground}/><style:text-properties {properties}/>"
        made += [
            _style(f"cell {name}", "table-cell", inside),
            _style(name, "text", f"<style:text-properties {properties}/>"),
        ]
    return f"<office:automatic-styles>{''.join(made)}</office:automatic-styles>"


def _paragraphs(text: str) -> str:
    return "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))


def _cell(cell: object) -> str:
    match cell:
        case None | "":
            return "<table:table-cell/>"
        case Rich(parts):
            spans = "".join(
                f'<text:span text:style-name="{style}">{escape(text)}</text:span>'
                if style
                else escape(text).replace("\n", "</text:p><text:p>")
                for text, style in parts
            )
            return f'<table:table-cell office:value-type="string"><text:p>{spans}</text:p></table:table-cell>'
        case Styled(value, "", ";;;"):
            return f'<table:table-cell table:style-name="nothing" office:value-type="float" office:value="{value}"/>'
        case Styled(value, style):
            return _cell(value).replace("<table:table-cell ", f'<table:table-cell table:style-name="cell {style}" ', 1)
        case Markup(text):
            return text
        case Shown(value, text, kind):
            stated = f'office:value-type="{kind}" office:value="{value}"'
            return f"<table:table-cell {stated}>{_paragraphs(text)}</table:table-cell>"
        case str():
            return f'<table:table-cell office:value-type="string">{_paragraphs(cell)}</table:table-cell>'
        case _:
            return _cell(Shown(float(str(cell)), str(cell)))


def _sheet(sheet: Sheet) -> str:
    columns = "".join(
        f'<table:table-column table:visibility="{"collapse" if column in sheet.hidden_columns else "visible"}"/>'
        for column in range(max(map(len, sheet.rows), default=1))
    )
    rows = []
    for number, row in enumerate(sheet.rows):
        marks = ' table:style-name="flat"' if number in sheet.flat else ""
        marks += ' table:visibility="filter"' if number in sheet.filtered else ""
        line = f"<table:table-row{marks}>{''.join(map(_cell, row))}{_BLANK_CELLS}</table:table-row>"
        rows.append(
            f'<table:table-row-group table:display="false">{line}</table:table-row-group>'
            if number in sheet.closed
            else line
        )
    style = ' table:style-name="hidden"' if sheet.hidden else ""
    return f'<table:table table:name="{sheet.name}"{style}>{columns}{"".join(rows)}{_BLANK_END}</table:table>'


def _document(root: str, body: str, styles: str) -> bytes:
    book = f"{styles}<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
    return f'<?xml version="1.0" encoding="UTF-8"?><office:{root} {_SPACES}>{book}</office:{root}>'.encode()


def zipped(content: bytes, encrypted: bool = False) -> bytes:
    """A .ods of this content.xml."""
    secret = "<manifest:encryption-data/>" if encrypted else ""
    manifest = f'<manifest:manifest {_SPACES}><manifest:file-entry manifest:full-path="content.xml">{secret}'
    parts = {
        "mimetype": _TYPE.encode(),
        "content.xml": content,
        "META-INF/manifest.xml": f"{manifest}</manifest:file-entry></manifest:manifest>".encode(),
    }
    return archive(parts.items())


def ods(*sheets: Sheet) -> bytes:
    """A workbook of these sheets."""
    return zipped(_document("document-content", "".join(map(_sheet, sheets)), _styles()))


def shown_ods(rows: Rows, flat: Sequence[int] = ()) -> bytes:
    """The writer of the table as the other ones of `shown`."""
    return ods(Sheet(rows, flat))


def fods(*sheets: Sheet) -> bytes:
    """The same in one XML file."""
    return _document("document", "".join(map(_sheet, sheets)), _styles())


def files() -> dict[str, bytes]:
    """Name → bytes."""
    usual = Sheet((*TABLE, TOTALS))
    old = (3, "Chứng thực", 4, 5, 9)
    struck, raised = (lambda n: Rich((("3", "struck"), (n, "")))), (lambda n: Rich(((n, ""), ("2", "super"))))
    title = Markup(
        '<table:table-cell table:number-columns-spanned="5" office:value-type="string"><text:p>BÁO CÁO</text:p>'
        "</table:table-cell>"
    )
    beneath = Markup('<table:covered-table-cell office:value-type="float" office:value="9"/>')
    uncalculated = Markup('<table:table-cell table:formula="of:=[.D2]*9"/>')
    day = Markup('<table:table-cell office:value-type="date" office:date-value="2022-08-05"/>')
    part = (Styled("Giao đất", "indented"), 1400, 10, 1410)
    rate = Shown(0.9927, "99,27%", "percentage")
    century = Markup('<table:table-cell office:value-type="date" office:date-value="1904-01-28"/>')
    return {
        "usual.ods": ods(usual),
        "usual.fods": fods(usual),
        "rates.ods": ods(Sheet(((*HEADER, "Tỷ lệ"), (*ROWS[0], rate), (*ROWS[1], Shown(0, "0%", "percentage"))))),
        "as-shown.ods": ods(Sheet(with_first(Shown(1489, "1.489 hồ sơ"), Shown(1500, "1.500,00", "currency")))),
        "thousands-scaled.ods": ods(Sheet(with_first(Shown(1489, "1"), Shown(1500, "2")))),
        "digit-in-the-format.fods": fods(Sheet(with_first(Shown(1489, "14890"), Shown(1500, "15000")))),
        "format-of-nothing.ods": ods(Sheet(with_first(Styled(1489, "", ";;;"), Styled(1500, "", ";;;")))),
        "uncalculated.ods": ods(Sheet(with_first(uncalculated, 1500))),
        "figure-shown-as-day.ods": ods(Sheet(with_first(century, century))),
        "day-column.ods": ods(Sheet((("Ngày", *HEADER), *((day, *row) for row in ROWS)))),
        "note-on-a-count.ods": ods(Sheet(with_first(raised("1489"), raised("1500")))),
        "old-figure-struck-out.ods": ods(Sheet(with_first(struck("1489"), struck("1500")))),
        "two-figures-in-a-cell.ods": ods(Sheet(with_first("1489\n305", "1500\n305"))),
        "row-without-height.ods": ods(Sheet((*TABLE, old), flat=(3,))),
        "filtered.ods": ods(Sheet((*TABLE, old), filtered=(3,))),
        "closed-group.fods": fods(Sheet((*TABLE, old), closed=(3,))),
        "hidden-column.ods": ods(Sheet(tuple((*row, n) for n, row in enumerate(TABLE)), hidden_columns=(5,))),
        "white-row.ods": ods(Sheet((*TABLE, (3, "Chứng thực", *(Styled(figure, "white") for figure in (4, 5, 9)))))),
        "white-header-on-blue.ods": ods(Sheet((tuple(Styled(cell, "white on blue") for cell in HEADER), *ROWS))),
        "indented-part.ods": ods(Sheet((HEADER[1:], ROWS[0][1:], part, ROWS[1][1:]))),
        "hidden-sheet.ods": ods(usual, Sheet((*TABLE, old), name="Cũ", hidden=True)),
        "beneath-a-merged-title.fods": fods(Sheet(((title, *[beneath] * 4), *TABLE))),
        "password.ods": zipped(b"\x8f\x02", encrypted=True),
        "text.odt": zipped(_document("document-content", "", "").replace(b"spreadsheet", b"text")),
        "no-document.fods": f'<?xml version="1.0"?><office:document {_SPACES}/>'.encode(),
    }
