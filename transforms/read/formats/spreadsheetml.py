"""Workbooks of Excel 2003 XML (SpreadsheetML), as report servers write them. Looks for no header."""

from lxml import etree

from transforms.read.formats.markup import local, parse_xml
from transforms.read.formats.merged import covered, fill_merged
from transforms.read.formats.package import damaged
from transforms.read.formats.sheet_facts import percent_text
from transforms.read.formats.shown import UNCALCULATED
from transforms.read.grid import MAX_COLUMNS, MAX_ROWS, Grid, Origin, make_grid, too_large
from transforms.read.refusal import refuse

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"


def read_spreadsheetml(text: str, encoding: str) -> list[Grid]:
    """The visible worksheets; a merged area's text stands in each of its cells, a figure once."""
    book = parse_xml(text)
    percent = {
        style.get(f"{_SS}ID", "")
        for style in book.iter(f"{_SS}Style")
        for number_format in style.iter(f"{_SS}NumberFormat")
        if "%" in (shown := number_format.get(f"{_SS}Format", "")) or shown == "Percent"
    }
    found = [_sheet(sheet, percent, Origin("xml", encoding)) for sheet in book.iter(f"{_SS}Worksheet") if _shown(sheet)]
    if not found:
        raise refuse("sổ tính không có trang nào hiện ra", "the workbook has no visible sheet")
    return found


def _shown(sheet: etree._Element) -> bool:
    return not any(local(element.tag) == "Visible" and element.text != "SheetVisible" for element in sheet.iter())


def _sheet(sheet: etree._Element, percent: set[str], origin: Origin) -> Grid:
    rows: list[list[object]] = []
    hidden_rows: set[int] = set()
    hidden_columns: set[int] = set()
    merged: list[tuple[int, int, int, int]] = []
    column = 0
    for element in sheet.iter(f"{_SS}Column"):
        column = _number(element, "Index", column + 1, MAX_COLUMNS) - 1
        span = _number(element, "Span", 0, MAX_COLUMNS) + 1
        if element.get(f"{_SS}Hidden") == "1":
            hidden_columns.update(range(column, column + span))
        column += span
    for element in sheet.iter(f"{_SS}Row"):
        index = _number(element, "Index", len(rows) + 1, MAX_ROWS)
        if index <= len(rows):
            raise damaged()
        rows.extend([] for _ in range(index - 1 - len(rows)))
        rows.append(_cells(element, index - 1, percent, merged))
        span = _number(element, "Span", 0, MAX_ROWS)
        rows.extend([] for _ in range(span))
        if len(rows) > MAX_ROWS:
            raise too_large(row=MAX_ROWS)
        if element.get(f"{_SS}Hidden") == "1":
            hidden_rows.update(range(index, index + span + 1))
    fill_merged(rows, merged)
    return make_grid(sheet.get(f"{_SS}Name", ""), rows, origin, frozenset(hidden_rows), frozenset(hidden_columns))


def _cells(
    row: etree._Element, number: int, percent: set[str], merged: list[tuple[int, int, int, int]]
) -> list[object]:
    cells: list[object] = []
    for element in row.iter(f"{_SS}Cell"):
        column = _number(element, "Index", len(cells) + 1, MAX_COLUMNS) - 1
        if column < len(cells):
            raise damaged()
        cells.extend("" for _ in range(column - len(cells)))
        cells.append(_value(element, element.get(f"{_SS}StyleID", row.get(f"{_SS}StyleID", "")) in percent))
        across, down = _number(element, "MergeAcross", 0, MAX_COLUMNS), _number(element, "MergeDown", 0, MAX_ROWS)
        again = covered(cells[-1])
        cells.extend(again for _ in range(across))
        if down:
            merged.append((number, column, number + down, column + across))
        if len(cells) > MAX_COLUMNS:
            raise too_large(row=number + 1)
    return cells


def _value(cell: etree._Element, percent: bool) -> object:
    data = cell.find(f"{_SS}Data")
    if data is None:
        return UNCALCULATED if cell.get(f"{_SS}Formula") is not None else ""
    text = "".join(str(piece) for piece in data.itertext()).strip()
    kind = data.get(f"{_SS}Type", "String")
    if kind == "Number":
        try:
            return percent_text(text) if percent else float(text)
        except ValueError:
            return text
    if kind == "Boolean":
        return text == "1"
    return text.partition(".")[0].replace("T", " ") if kind == "DateTime" else text


def _number(element: etree._Element, name: str, default: int, most: int) -> int:
    text = element.get(_SS + name)
    if text is None:
        return default
    if not text.isdecimal() or len(text) > 9:
        raise damaged()
    if int(text) > most:
        raise too_large()
    return int(text)
