"""Workbooks of Excel 2003 XML (SpreadsheetML), as report servers write them. Looks for no header."""

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from transforms.read.formats.documents.markup import local, parse_xml
from transforms.read.formats.merged import covered, fill_merged
from transforms.read.formats.number_formats import read_format
from transforms.read.formats.shown import PLAIN, SHOWN_AS_DATE, UNCALCULATED, Look, as_shown, runs_text
from transforms.read.formats.workbooks.package import damaged
from transforms.read.formats.workbooks.sheet_facts import percent_text
from transforms.read.grid import MAX_COLUMNS, MAX_ROWS, Grid, Origin, make_grid, too_large
from transforms.read.refusal import refuse

_NAMED = {
    **dict.fromkeys(("General", "General Number"), ""),
    "Fixed": "0.00",
    "Standard": "#,##0.00",
    "Percent": "0.00%",
    "Scientific": "0.00E+00",
    **dict.fromkeys(("Currency", "Euro Currency"), "#,##0.00"),
    **dict.fromkeys(("Yes/No", "True/False", "On/Off"), '"x";"x";"x"'),
    **dict.fromkeys(("General Date", "Long Date", "Medium Date", "Short Date"), "dd/mm/yyyy"),
    **dict.fromkeys(("Long Time", "Medium Time", "Short Time"), "hh:mm"),
}
_WHITE = "#ffffff"
_OFF = {"0", "false"}
_NO_SIZE = {"0", "0.0", "0.00", "1"}
_MAX_PARENTS = 20
_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"


def read_spreadsheetml(text: str, encoding: str) -> list[Grid]:
    """The visible worksheets; a merged area's text stands in each of its cells, a figure once."""
    book = parse_xml(text)
    styles = _Styles(book)
    found = [_sheet(sheet, styles, Origin("xml", encoding)) for sheet in book.iter(f"{_SS}Worksheet") if _shown(sheet)]
    if not found:
        raise refuse("sổ tính không có trang nào hiện ra", "the workbook has no visible sheet")
    return found


class _Styles:
    """How the styles of a workbook show a cell; each adds to its parent."""

    def __init__(self, book: etree._Element) -> None:
        self.elements = {style.get(f"{_SS}ID", ""): style for style in book.iter(f"{_SS}Style")}
        self.looks: dict[str, tuple[Look, bool]] = {}

    def of(self, name: str) -> tuple[Look, bool]:
        """The look of a cell of this style, and whether its number is a percentage."""
        if name not in self.looks:
            self.looks[name] = self._look(name)
        return self.looks[name]

    def _look(self, name: str) -> tuple[Look, bool]:
        found: dict[str, str] = {}
        for style in self._with_parents(name):
            for part in ("Font", "Interior", "NumberFormat"):
                for element in style.iter(_SS + part):
                    found |= {f"{part}.{local(key)}": str(value) for key, value in element.attrib.items()}
        code = found.get("NumberFormat.Format", "")
        shape = read_format(_NAMED.get(code, code))
        ground = found.get("Interior.Color", "").lower() if "Interior.Pattern" in found else _WHITE
        colour = found.get("Font.Color", "#000000").lower()
        script = found.get("Font.VerticalAlign", "").lower()
        look = Look(
            found.get("Font.StrikeThrough", "0") not in _OFF,
            script.removesuffix("script") if script in {"superscript", "subscript"} else "",
            colour == ground or found.get("Font.Size", "") in _NO_SIZE,
            None if shape.percent or shape.usual else shape,
        )
        return PLAIN if look.plain else look, shape.percent

    def _with_parents(self, name: str) -> list[etree._Element]:
        """The style behind those it adds to."""
        found: list[etree._Element] = []
        while (style := self.elements.get(name)) is not None and len(found) < _MAX_PARENTS:
            found.insert(0, style)
            name = style.get(f"{_SS}Parent", "")
        return found


def _hidden(element: etree._Element, size: str) -> bool:
    return element.get(f"{_SS}Hidden") == "1" or element.get(_SS + size) in _NO_SIZE


def _shown(sheet: etree._Element) -> bool:
    return not any(local(element.tag) == "Visible" and element.text != "SheetVisible" for element in sheet.iter())


def _sheet(sheet: etree._Element, styles: _Styles, origin: Origin) -> Grid:
    rows: list[list[object]] = []
    hidden_rows: set[int] = set()
    hidden_columns: set[int] = set()
    merged: list[tuple[int, int, int, int]] = []
    column = 0
    of_column: dict[int, str] = {}
    for element in sheet.iter(f"{_SS}Column"):
        column = _number(element, "Index", column + 1, MAX_COLUMNS) - 1
        span = _number(element, "Span", 0, MAX_COLUMNS) + 1
        if _hidden(element, "Width"):
            hidden_columns.update(range(column, column + span))
        if style := element.get(f"{_SS}StyleID"):
            of_column |= dict.fromkeys(range(column, min(column + span, MAX_COLUMNS)), style)
        column += span
    for element in sheet.iter(f"{_SS}Row"):
        index = _number(element, "Index", len(rows) + 1, MAX_ROWS)
        if index <= len(rows):
            raise damaged()
        rows.extend([] for _ in range(index - 1 - len(rows)))
        rows.append(_cells(element, index - 1, styles, of_column, merged))
        span = _number(element, "Span", 0, MAX_ROWS)
        rows.extend([] for _ in range(span))
        if len(rows) > MAX_ROWS:
            raise too_large(row=MAX_ROWS)
        if _hidden(element, "Height"):
            hidden_rows.update(range(index, index + span + 1))
    fill_merged(rows, merged)
    return make_grid(sheet.get(f"{_SS}Name", ""), rows, origin, frozenset(hidden_rows), frozenset(hidden_columns))


def _cells(
    row: etree._Element,
    number: int,
    styles: _Styles,
    of_column: dict[int, str],
    merged: list[tuple[int, int, int, int]],
) -> list[object]:
    cells: list[object] = []
    for element in row.iter(f"{_SS}Cell"):
        column = _number(element, "Index", len(cells) + 1, MAX_COLUMNS) - 1
        if column < len(cells):
            raise damaged()
        cells.extend("" for _ in range(column - len(cells)))
        of_row = row.get(f"{_SS}StyleID", of_column.get(column, "Default"))
        look, percent = styles.of(element.get(f"{_SS}StyleID", of_row))
        value = _value(element, percent)
        cells.append(value if look is PLAIN else as_shown(value, look))
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
    text = (runs_text(_runs(data, Look())) if len(data) else data.text or "").strip()
    kind = data.get(f"{_SS}Type", "String")
    if kind == "Number":
        try:
            return percent_text(text) if percent else float(text)
        except ValueError:
            return text
    if kind == "Boolean":
        return text == "1"
    return _moment(text) if kind == "DateTime" else text


def _moment(text: str) -> str:
    moment = text.partition(".")[0].replace("T", " ")
    return f"{SHOWN_AS_DATE} {moment}" if moment[:2] in {"18", "19"} and moment[:4] < "1955" else moment


def _runs(element: etree._Element, look: Look) -> Iterator[tuple[str, Look]]:
    """The parts of a text that HTML tags of its own show otherwise: `<Sup>`, `<S>`."""
    yield element.text or "", look
    for child in element:
        tag = local(child.tag).lower()
        inner = replace(look, struck=True) if tag in {"s", "del", "strike"} else look
        if tag in {"sup", "sub"}:
            inner = replace(look, script="super" if tag == "sup" else "sub")
        if tag in {"br", "p", "div"}:
            yield "\n", look
        if any(local(key).lower() == "color" and str(value).lower() == _WHITE for key, value in child.attrib.items()):
            inner = replace(inner, unseen=True)
        yield from _runs(child, inner)
        yield child.tail or "", look


def _number(element: etree._Element, name: str, default: int, most: int) -> int:
    text = element.get(_SS + name)
    if text is None:
        return default
    if not text.isdecimal() or len(text) > 9:
        raise damaged()
    if int(text) > most:
        raise too_large()
    return int(text)
