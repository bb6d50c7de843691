"""One reader per format, each from bytes to grids by a well-kept library. Looks for no header."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from itertools import product

import lxml.html
from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from transforms.read.grid import MAX_COLUMNS, MAX_ROWS, Grid, Origin, make_grid
from transforms.read.refusal import refuse
from transforms.read.sniff import decode, sniff

_SEPARATORS = ";,\t|"
_MAX_SPAN = 200


def read_excel(content: bytes) -> list[Grid]:
    """Visible worksheets of .xlsx and BIFF .xls; a merged area's value stands in each of its cells."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        return [_excel_sheet(workbook, name) for name in names]
    except (CalamineError, OSError, ValueError) as error:
        raise refuse("tệp Excel bị cắt cụt hoặc hỏng", "the Excel file is truncated or damaged") from error


def _excel_sheet(workbook: CalamineWorkbook, name: str) -> Grid:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS:
        raise refuse("bảng quá lớn", "the table is too large")
    rows: list[list[object]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top >= len(rows):
            continue
        for row, column in product(range(top, min(bottom + 1, len(rows))), range(left, right + 1)):
            if column < len(rows[row]):
                rows[row][column] = rows[top][left]
    return make_grid(name, rows, Origin("xlsx"))


def read_html(content: bytes) -> list[Grid]:
    """Every table of an HTML page; `rowspan` and `colspan` repeat the value."""
    text = decode(content)
    # The declared charset is no longer true once the bytes are decoded.
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True)
    try:
        page = lxml.html.document_fromstring(text.encode(), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise refuse("tệp HTML hỏng", "the HTML file is damaged") from error
    tables = [table for table in page.iter("table") if table.find(".//table") is None]
    if not tables:
        raise refuse("tệp HTML không có bảng nào", "the HTML file holds no table")
    return [make_grid("", _html_rows(table), Origin("html")) for table in tables]


def _html_rows(table: lxml.html.HtmlElement) -> Iterator[list[str]]:
    pending: dict[int, tuple[int, str]] = {}  # column → rows still covered by a cell above, its text
    for tr in table.iter("tr"):
        row: list[str] = []

        def put_pending(row: list[str] = row) -> None:
            while (left := pending.get(len(row))) is not None:
                count, text = left
                pending.pop(len(row))
                if count > 1:
                    pending[len(row)] = (count - 1, text)
                row.append(text)

        for cell in tr.iterchildren("td", "th"):
            put_pending()
            text = " ".join(cell.text_content().split())
            for _ in range(_span(cell.get("colspan"))):
                if (depth := _span(cell.get("rowspan"))) > 1:
                    pending[len(row)] = (depth - 1, text)
                row.append(text)
        put_pending()
        yield row


def _span(value: str | None) -> int:
    return min(max(int(value), 1), _MAX_SPAN) if value and value.isdecimal() else 1


def read_csv(content: bytes) -> list[Grid]:
    """The text split at each separator it contains, the most frequent first: the header decides which is right."""
    text = decode(content)
    head = text[:65536]
    separators = sorted((s for s in _SEPARATORS if s in head), key=head.count, reverse=True)
    if not separators:
        raise refuse("không phải bảng: không tìm thấy dấu phân cách cột", "not a table: no column separator was found")
    return [_csv_grid(text, separator) for separator in separators]


def _csv_grid(text: str, separator: str) -> Grid:
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            # A quoted line break makes one record of several lines: keep the numbers of the file's lines.
            rows.extend([] for _ in range(reader.line_num - len(rows) - 1))
            rows.append(row)
    except csv.Error as error:
        raise refuse("dòng CSV hỏng", "a damaged CSV line", row=reader.line_num) from error
    return make_grid("", rows, Origin("csv", separator=separator))


def read_json(content: bytes) -> list[Grid]:
    """An array of objects, or an object holding one; scalars beside the array become title rows."""
    try:
        document = json.loads(decode(content))
    except (json.JSONDecodeError, RecursionError) as error:
        row = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise refuse("tệp JSON hỏng hoặc bị cắt cụt", "the JSON file is damaged or truncated", row=row) from error
    titles: list[list[object]] = []
    records = document
    if isinstance(document, dict):
        lists = [value for value in document.values() if isinstance(value, list)]
        if len(lists) != 1:
            raise refuse("JSON phải có đúng một danh sách bản ghi", "the JSON must hold exactly one list of records")
        records = lists[0]
        titles = [[key, value] for key, value in document.items() if not isinstance(value, list | dict)]
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise refuse("JSON phải là danh sách các bản ghi", "the JSON must be a list of records")
    keys = list(dict.fromkeys(key for record in records for key in record))
    body = [[record.get(key) for key in keys] for record in records]
    return [make_grid("", [*titles, list(keys), *body], Origin("json"))]


_READERS: dict[str, Callable[[bytes], list[Grid]]] = {
    "xlsx": read_excel,
    "xls": read_excel,
    "html": read_html,
    "csv": read_csv,
    "json": read_json,
}


def grids(content: bytes) -> list[Grid]:
    """The tables of a file, whatever its name: its content says what it is. Raises UnreadableError."""
    return _READERS[sniff(content)](content)
