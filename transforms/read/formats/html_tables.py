"""Tables of an HTML page, as a browser shows them. Looks for no header.

Reads the page's tags one after the other instead of building its tree: libxml2 stops without a word where one open
`<font>` in every cell has nested the rows 256 deep, and trees take quadratic time over attributes made for it.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from transforms.read.formats.merged import covered
from transforms.read.grid import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Grid, Origin, make_grid, too_large
from transforms.read.refusal import refuse

MAX_TAGS = 3_000_000
MAX_NESTED = 250

_MAX_COLSPAN, _MAX_ROWSPAN = 1000, 65534  # as browsers do
# A comment, a declaration, or a tag with its attributes; each ends at the latest with the text, so that no place is
# looked at twice.
_TAG = re.compile(
    r"""<!--.*?(?:-->|\Z) | <[!?][^>]*(?:>|\Z)
    | <(?P<end>/?)(?P<name>[a-z][^\s/>]*)(?P<attributes>(?:[^>=]|=\s*+(?:"[^"]*"|'[^']*')?)*+)(?:>|\Z)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([^\s/>=]+)(?:\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?""")
_OF_USE = re.compile("span|none|hidden", re.IGNORECASE)
_NOT_SHOWN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_NO_TEXT = {tag: re.compile(f"</{tag}", re.IGNORECASE) for tag in ("script", "style", "title", "textarea")}
_BREAKS = frozenset({"br", "p", "div", "li"})


@dataclass
class _Cell:
    colspan: int = 1
    rowspan: int = 1
    pieces: list[str] = field(default_factory=list)

    def text(self) -> str:
        return " ".join(html.unescape("".join(self.pieces)).split())


@dataclass
class _Table:
    rows: list[list[_Cell]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    columns: int = 0
    in_row: bool = False
    cell: _Cell | None = None


def read_html(text: str, encoding: str) -> list[Grid]:
    """Every table of the page, in the order they begin; `rowspan` and `colspan` repeat a text, not a figure.

    What is not displayed is hidden, a table inside a cell is a table of its own and no text of the cell. Raises
    UnreadableError where a table does not end: the file was cut, and its last rows with it.
    """
    if text.count("<") > MAX_TAGS:
        raise too_large()
    tables = _tables(text)
    if not tables:
        raise refuse("tệp HTML không có bảng nào", "the HTML file holds no table")
    return [
        make_grid("", _texts(table), Origin("html", encoding), frozenset(table.hidden), frozenset(table.hidden_columns))
        for table in tables
    ]


def _tables(text: str) -> list[_Table]:
    tables: list[_Table] = []
    opened: list[_Table] = []
    cells = 0
    place = 0
    while match := _TAG.search(text, place):
        cell = opened[-1].cell if opened else None
        if cell is not None and match.start() > place:
            cell.pieces.append(text[place : match.start()])
        place = match.end()
        name = (match["name"] or "").lower()
        ends = match["end"] == "/"
        if name in _PARTS and opened:
            _PARTS[name](opened[-1], ends, _attributes(match["attributes"]))
            cells += not ends and name in {"td", "th"}
        elif name == "table" and not ends:
            opened.append(_Table())
            tables.append(opened[-1])
        elif name == "table" and opened:
            opened.pop()
        elif name in _BREAKS and cell is not None:
            cell.pieces.append(" ")
        elif name in _NO_TEXT and not ends:
            end = _NO_TEXT[name].search(text, place)
            place = end.start() if end else len(text)
        if cells > MAX_CELLS or len(opened) > MAX_NESTED:
            raise too_large()
    if opened:
        raise refuse(
            "bảng HTML không có phần kết (thiếu </table>): tệp bị cắt cụt",
            "the HTML table does not end (no </table>): the file is truncated",
        )
    return tables


def _cell(table: _Table, ends: bool, attributes: dict[str, str]) -> None:
    if ends:
        table.cell = None
        return
    if not table.in_row:
        _row(table, False, {})
    table.cell = _Cell(_span(attributes.get("colspan"), _MAX_COLSPAN), _span(attributes.get("rowspan"), _MAX_ROWSPAN))
    if not _is_hidden(attributes):
        table.rows[-1].append(table.cell)


def _row(table: _Table, ends: bool, attributes: dict[str, str]) -> None:
    table.cell = None
    table.in_row = not ends
    if not ends:
        table.rows.append([])
        if len(table.rows) > MAX_ROWS:
            raise too_large(row=MAX_ROWS)
        if _is_hidden(attributes):
            table.hidden.add(len(table.rows))


def _column(table: _Table, _ends: bool, attributes: dict[str, str]) -> None:
    span = _span(attributes.get("span"), _MAX_COLSPAN)
    if _is_hidden(attributes):
        table.hidden_columns.update(range(table.columns, min(table.columns + span, MAX_COLUMNS)))
    table.columns = min(table.columns + span, MAX_COLUMNS)


_PARTS: dict[str, Callable[[_Table, bool, dict[str, str]], None]] = {
    "td": _cell,
    "th": _cell,
    "tr": _row,
    "col": _column,
}


def _attributes(text: str) -> dict[str, str]:
    """Name and value of what is of use here; of attributes given twice the first counts, as in browsers."""
    found: dict[str, str] = {}
    if text and _OF_USE.search(text):
        for name, double, single, bare in _ATTRIBUTE.findall(text):
            found.setdefault(name.lower(), double or single or bare)
    return found


def _is_hidden(attributes: dict[str, str]) -> bool:
    return "hidden" in attributes or bool(_NOT_SHOWN.search(attributes.get("style", "")))


def _span(value: str | None, most: int) -> int:
    digits = (value or "").strip()
    return min(max(int(digits), 1), most) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else 1


def _texts(table: _Table) -> Iterator[list[str]]:
    pending: dict[int, tuple[int, str]] = {}  # column → rows still covered by a cell above, its text
    for number, cells in enumerate(table.rows, start=1):
        row: list[str] = []
        for cell in cells:
            _put_pending(pending, row)
            text = cell.text()
            again = covered(text)
            for column in range(cell.colspan):
                if cell.rowspan > 1:
                    pending[len(row)] = (cell.rowspan - 1, again)
                row.append(again if column else text)
            if len(row) > MAX_COLUMNS:
                raise too_large(row=number)
        _put_pending(pending, row)
        yield row


def _put_pending(pending: dict[int, tuple[int, str]], row: list[str]) -> None:
    while (covered := pending.pop(len(row), None)) is not None:
        rows, text = covered
        if rows > 1:
            pending[len(row)] = (rows - 1, text)
        row.append(text)
