"""Files made to exhaust a reader, built small. Shares no code with the readers."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import xlsxwriter
import xlwt

_SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def _xlsx(sheet: bytes | None = None, **parts: bytes) -> bytes:
    """A sound workbook with the sheet's XML, or other parts, put in place of its own."""
    sound, out = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(sound, {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, "Lĩnh vực")
    changed = parts if sheet is None else {"xl/worksheets/sheet1.xml": sheet, **parts}
    with zipfile.ZipFile(sound) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in archive.namelist():
            packed.writestr(name, changed.get(name, archive.read(name)))
    return out.getvalue()


def _xls(change: Callable[[bytes], bytes]) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    for row in range(200):
        sheet.write(row, 0, "Đất đai")
        sheet.write(row, 1, row)
    out = io.BytesIO()
    book.save(out)
    return change(out.getvalue())


def zip_of_many_sheets() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        for number in range(9):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", bytes(32 << 20))
    return out.getvalue()


def zip_whose_directory_lies() -> bytes:
    """One entry of 256 MB for which the directory states ten bytes and their checksum."""
    content = _xlsx(b"<a>" + b" " * (256 << 20))
    real = struct.pack("<I", (256 << 20) + 3)
    checked = struct.pack("<I", zlib.crc32(b"<a>       "))
    end = content.rindex(b"xl/worksheets/sheet1.xml")
    for place in (content.index(b"xl/worksheets/sheet1.xml") - 30, end - 46):
        at = content.index(real, place)
        content = content[: at - 8] + checked + content[at - 4 : at] + struct.pack("<I", 10) + content[at + 4 :]
    return content


def sheet_of_a_billion_cells() -> bytes:
    return _xlsx(
        _SHEET % b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )


def sheet_whose_dimension_lies() -> bytes:
    sheet = _SHEET.replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    return _xlsx(sheet % (b'<row r="1"><c r="A1"><v>1</v></c></row>'))


def sheet_of_endless_cells() -> bytes:
    return _xlsx(_SHEET % (b"<row>" + b"<c/>" * 20_000_000 + b"</row>"))


def sheet_of_nested_elements() -> bytes:
    return _xlsx(_SHEET % (b"<row>" * 5_000_000))


def shared_texts_that_promise_billions() -> bytes:
    return _xlsx(**{"xl/sharedStrings.xml": b'<sst uniqueCount="99999999999"><si><t>a</t></si></sst>'})


def one_long_text_in_a_million_cells() -> bytes:
    text = b'<sst uniqueCount="1"><si><t>' + b"a" * 32_000 + b"</t></si></sst>"
    row = b"<row>" + b'<c t="s"><v>0</v></c>' * 1000 + b"</row>"
    return _xlsx(_SHEET % (row * 1000), **{"xl/sharedStrings.xml": text})


def entities_in_a_sheet() -> bytes:
    return _xlsx(b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + _SHEET % b"&b;")


def merged_areas_over_everything() -> bytes:
    areas = b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 20_000))
    return _xlsx((_SHEET % rows).replace(b"</worksheet>", areas * 5000 + b"</worksheet>"))


def xls_whose_dimension_lies() -> bytes:
    def lie(content: bytes) -> bytes:
        at = content.index(struct.pack("<HH", 0x200, 14))
        return content[: at + 4] + struct.pack("<IIHH", 0, 0xFFFFFFFF, 0, 0xFFFF) + content[at + 16 :]

    return _xls(lie)


def xls_with_a_far_cell() -> bytes:
    def far(content: bytes) -> bytes:
        at = content.index(struct.pack("<HHHH", 0xFD, 10, 199, 0))
        return content[: at + 4] + struct.pack("<HH", 0xFFFF, 0xFFF0) + content[at + 8 :]

    return _xls(far)


def xls_whose_sectors_go_round() -> bytes:
    def circle(content: bytes) -> bytes:
        (table,) = struct.unpack_from("<I", content, 76)
        at = 512 * (table + 1)
        sectors = len(content) // 512 - 1
        return content[:at] + struct.pack("<I", 0) * min(sectors, 128) + content[at + 4 * min(sectors, 128) :]

    return _xls(circle)


def _ods(rows: bytes) -> bytes:
    names = b" ".join(
        b'xmlns:%s="urn:oasis:names:tc:opendocument:xmlns:%s:1.0"' % (name, name)
        for name in (b"office", b"table", b"text")
    )
    book = b"<office:body><office:spreadsheet><table:table>%s</table:table></office:spreadsheet></office:body>" % rows
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", b"<office:document-content %s>%s</office:document-content>" % (names, book))
    return out.getvalue()


def _ods_cell(rows: int, columns: int, more: bytes = b"<text:p>a</text:p>") -> bytes:
    cell = b'<table:table-cell table:number-columns-repeated="%d">%s</table:table-cell>' % (columns, more)
    return b'<table:table-row table:number-rows-repeated="%d">%s</table:table-row>' % (rows, cell)


def blank_rows_without_end() -> bytes:
    far = _ods_cell(999_999_999, 999_999_999, b"") * 1000
    return _ods(_ods_cell(1, 1) + far)


def merged_areas_of_a_document() -> bytes:
    spans = b'table:number-columns-spanned="2000" table:number-rows-spanned="999999"'
    areas = b"<table:table-cell %s><text:p>a</text:p></table:table-cell>" % spans * 1000
    return _ods(b"<table:table-row>" + areas + b"</table:table-row>" + _ods_cell(90_000, 1))


def _docx(body: bytes, **parts: bytes) -> bytes:
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    made = {"document": b"<w:body>%s</w:body>" % body} | parts
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inside in made.items():
            archive.writestr(f"word/{name}.xml", b"<w:%s %s>%s</w:%s>" % (name.encode(), space, inside, name.encode()))
    return out.getvalue()


def _docx_row(cell: bytes, before: bytes = b"") -> bytes:
    return b"<w:tbl><w:tr>%s%s</w:tr></w:tbl>" % (before, cell)


def merged_areas_of_a_word_table() -> bytes:
    cell = b'<w:tc><w:tcPr><w:gridSpan w:val="1999"/><w:vMerge%s/></w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>'
    rows = b"<w:tr>%s</w:tr>" % (cell % b' w:val="restart"') + b"<w:tr>%s</w:tr>" % (cell % b"") * 1400
    return _docx(b"<w:tbl>%s</w:tbl>" % rows)


def numbers_of_a_word_list() -> bytes:
    level = b'<w:lvl w:ilvl="0"><w:lvlText w:val="%s"/></w:lvl>' % (b"%1" * 15_000)
    numbering = b'<w:abstractNum w:abstractNumId="1">%s</w:abstractNum>' % level
    numbering += b'<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    line = b'<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:p>'
    return _docx(_docx_row(b"<w:tc>%s</w:tc>" % (line * 300_000)), numbering=numbering)


_HEADER = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\n"
_MARKS = "a" + "\u0301\u0323" * 1_000_000
_ESCAPED = b"\\u0301\\u0323" * 500_000
_ENTITIES = b"&#769;&#803;" * 400_000


def one_long_cell(
    kind: bytes, before: bytes = b"<v>", after: bytes = b"</v>", text: bytes = b"a" * (16 << 20)
) -> bytes:
    """A workbook whose one cell holds this text."""
    cell = b'<row><c t="%s">%s%s%s</c></row>' % (kind, before, text, after)
    return _xlsx(_SHEET % cell)


def _joined(*texts: str) -> bytes:
    return "".join(texts).encode()


LONG_TEXTS: dict[str, Callable[[], bytes]] = {
    "marks in a csv": lambda: _joined(_HEADER, _MARKS, ";1;2;3\n"),
    "marks in a quoted csv": lambda: _joined(_HEADER, '"', _MARKS, '";1;2;3\n'),
    "marks in utf-16": lambda: f"{_HEADER}{_MARKS};1;2;3\n".encode("utf-16"),
    "marks in windows-1258": lambda: b"T\xean;S\xf4\xec l\xfd\xf2ng\n" + b"\xcc\xf2" * 1_000_000 + b";1\n",
    "marks in a header": lambda: _joined(_MARKS, ";", _HEADER, "a;1;2;3;4\n"),
    "marks between unseen signs": lambda: _joined(_HEADER, "a", *["\u0301" * 29, "\u200b"] * 200_000, ";1;2;3\n"),
    "marks as entities of a page": lambda: b"<table><tr><td>L&#297;nh v&#7921;c<td>" + _ENTITIES + b"</table>",
    "marks in a page of windows-1252": lambda: b"<table><tr><td>v\xf4 d\xe3<td>" + _ENTITIES + b"</table>",
    "marks in json": lambda: b'[{"a":"' + _ESCAPED + b'"}]',
    "marks in a key": lambda: b'[{"' + _ESCAPED + b'":1,"b":2}]',
    "marks in an outer key": lambda: b'{"' + _ESCAPED + b'":1,"data":[{"b":2}]}',
    "marks in xml": lambda: b"<r><a><b>" + _ENTITIES + b"</b></a><a><b>2</b></a></r>",
    "marks in an attribute": lambda: b"<r><a b='" + _ENTITIES + b"'/><a><b>2</b></a></r>",
    "marks in a workbook": lambda: one_long_cell(b"inlineStr", b"<is><t>", b"</t></is>", _ENTITIES),
    "a long shared text": lambda: _xlsx(
        _SHEET % b'<row><c t="s"><v>0</v></c></row>',
        **{"xl/sharedStrings.xml": b'<sst uniqueCount="1"><si><t>%s</t></si></sst>' % (b"a" * (16 << 20))},
    ),
    "a long inline text": lambda: one_long_cell(b"inlineStr", b"<is><t>", b"</t></is>"),
    "a long text of a formula": lambda: one_long_cell(b"str"),
    "texts that many cells share": lambda: _xlsx(
        _SHEET % ((b"<row>" + b'<c t="s"><v>0</v></c>' * 1000 + b"</row>") * 1000),
        **{"xl/sharedStrings.xml": b'<sst uniqueCount="1"><si><t>%s</t></si></sst>' % (b"a" * 250)},
    ),
    "a long cell of a word file": lambda: _docx(
        _docx_row(b"<w:tc><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc>" % (b"a" * (16 << 20)))
    ),
    "marks in a word file": lambda: _docx(_docx_row(b"<w:tc><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc>" % _ENTITIES)),
    "a long cell of a document": lambda: _ods(_ods_cell(1, 1, b"<text:p>%s</text:p>" % (b"a" * (16 << 20)))),
}  # fmt: skip

BOMBS: dict[str, Callable[[], bytes]] = LONG_TEXTS | {
    bomb.__name__: bomb
    for bomb in (
        zip_of_many_sheets,
        zip_whose_directory_lies,
        sheet_of_endless_cells,
        sheet_of_nested_elements,
        shared_texts_that_promise_billions,
        one_long_text_in_a_million_cells,
        entities_in_a_sheet,
        xls_with_a_far_cell,
        xls_whose_sectors_go_round,
        merged_areas_of_a_word_table,
        numbers_of_a_word_list,
    )
} | {
    "csv of a million columns": lambda: b"a;" * 1_000_000,
    "csv of one endless line": lambda: b"a" * (60 << 20) + b";",
    "csv of separators": lambda: b";,\t|" * (15 << 20),
    "csv of line ends": lambda: b";" + b"\n" * (60 << 20),
    "number of a million digits": lambda: b"a;b\n" + b"9" * 1_000_000 + b";1\n",
    "text beyond the limit": lambda: b"a;b\n" * (20 << 20),
    "deep json": lambda: b"[" * 60_000_000,
    "deep json objects": lambda: b'{"a":' * 1_000_000,
    "json of numbers": lambda: b"[" + b"1," * 30_000_000 + b"1]",
    "json of empty records": lambda: b"[" + b"{}," * 15_000_000 + b"{}]",
    "json number of a million digits": lambda: b'[{"a": ' + b"9" * 1_000_000 + b"}, {",
    "deep json behind a number": lambda: b'[{"b": 1e999999999}, {"c":' + b"[" * 900_000,
    "json of ever new keys": lambda: b"[" + b",".join(b'{"k%d":1}' % n for n in range(100_000)) + b"]",
    "deep html": lambda: b"<table><tr><td>" * 1_000_000,
    "html of spans": lambda: b"<table>" + b"<tr>" + b"<td rowspan=65534 colspan=1000>a" * 100_000 + b"</table>",
    "html of spans below": lambda: b"<table>" + (b"<tr>" + b"<td rowspan=65534>a" * 2) * 100_000 + b"</table>",
    "html of tags": lambda: b"<table><tr>" + b"<td>" * 15_000_000,
    "html of attributes": lambda: b"<table " + b"".join(b"a%d=1 " % n for n in range(500_000)) + b">",
    "html of quotes": lambda: b"<table><tr><td>" + b"<font '" * 8_000_000,
    "xml of entities": lambda: (
        b'<!DOCTYPE r [<!ENTITY a0 "aaaaaaaaaa">%s]><r>&a9;</r>'
        % b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    ),
    "xml that reads a file": lambda: b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r><x>&a;</x><x>&a;</x></r>',
    "one endless word of an unknown encoding": lambda: b"<a>" + b"a" * 400_000 + b"\xc6\xf8</a>",
    "deep xml": lambda: b"<a>" * 5_000_000,
    "xml of tags": lambda: b"<r>" + b"<a/>" * 15_000_000 + b"</r>",
    "xml of attributes": lambda: b"<r " + b"".join(b'a%d="" ' % n for n in range(300_000)) + b"/>",
    "xml of ever new fields": lambda: b"<r>%s</r>" % b"".join(b"<x><f%d/></x>" % n for n in range(100_000)),
    "repeated rows of a document": lambda: _ods(_ods_cell(1_048_576, 16)),
    "repeated cells of a document": lambda: _ods(_ods_cell(1, 16_384)),
    "far cell of a document": lambda: _ods(_ods_cell(2_000_000, 1, b"") + _ods_cell(1, 1)),
    "areas of a document": merged_areas_of_a_document,
    "cells of a document": lambda: _ods(b"<table:table-row>" + b"<table:table-cell/>" * 5_000_000),
    "spaces of a document": lambda: _ods(
        _ods_cell(1, 1, b"<text:p>%s</text:p>" % (b'<text:s text:c="99999999"/>' * 300_000))
    ),
    "entities of a document": lambda: (
        b'<!DOCTYPE a [<!ENTITY b "c">]>'
        b'<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">&b;</office:document>'
    ),
    "deep tables of a word file": lambda: _docx(b"<w:tbl><w:tr><w:tc>" * 200 + b"</w:tc></w:tr></w:tbl>" * 200),
    "cells of a word file": lambda: _docx(_docx_row(b"<w:tc/>" * 5_000_000)),
    "wide rows of a word file": lambda: _docx(
        _docx_row(b"", b'<w:trPr><w:gridBefore w:val="99999"/></w:trPr>') * 100_000
    ),
    "spans of a word file": lambda: _docx(
        _docx_row(b'<w:tc><w:tcPr><w:gridSpan w:val="1999"/></w:tcPr></w:tc>') * 100_000
    ),
    "runs of a word file": lambda: _docx(_docx_row(b"<w:tc><w:p>%s</w:p></w:tc>" % (b"<w:r><w:tab/></w:r>" * 700_000))),
    "styles of a word file": lambda: _docx(
        _docx_row(b'<w:tc><w:p><w:pPr><w:pStyle w:val="a"/></w:pPr></w:p></w:tc>' * 100_000),
        styles=b'<w:style w:styleId="a"><w:basedOn w:val="a"/><w:pPr>%s</w:pPr></w:style>' % (b"<w:b/>" * 500_000),
    ),
    "wide row of an excel 2003 xml": lambda: (
        b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        b'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row>'
        b'<Cell ss:MergeAcross="1999" ss:MergeDown="1000000"/></Row><Row ss:Index="1000000"/>'
        b"</Table></Worksheet></Workbook>"
    ),
}  # fmt: skip
"""Refused, each in a line."""

LIARS: dict[str, Callable[[], bytes]] = {
    lie.__name__: lie
    for lie in (
        sheet_of_a_billion_cells,
        sheet_whose_dimension_lies,
        xls_whose_dimension_lies,
        merged_areas_over_everything,
        blank_rows_without_end,
    )
} | {
    "html nested by open tags": lambda: b"<table>" + b"<tr><td><font>1" * 100_000 + b"</table>",
    "marks beside a table": lambda: b"<p>" + _ENTITIES + b"</p><table><tr><td>a<td>1</table>",
    "marks in the key of a list": lambda: b'{"' + _ESCAPED + b'":[1],"data":[{"b":2}]}',
    "marks in a measure": lambda: b"<r><a><b unit='" + _ENTITIES + b"'>1</b></a><a><b>2</b></a></r>",
    "a long formula": lambda: one_long_cell(b"str", b"<f>", b"</f><v>1</v>"),
}
"""Read as what they really hold."""
