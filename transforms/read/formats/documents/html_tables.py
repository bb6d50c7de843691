"""Tables of an HTML page, as a browser shows them. Looks for no header.

Reads the page's tags one after the other instead of building its tree: libxml2 stops without a word where one open
`<font>` in every cell has nested the rows 256 deep, and trees take quadratic time over attributes made for it.
"""

import html
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace

from transforms.read.formats.documents.page_lines import PageLines, around, said_by_all
from transforms.read.formats.documents.page_styles import Element, PageStyles
from transforms.read.formats.merged import covered
from transforms.read.formats.shown import PLAIN, Look, runs_text, tidy_lines
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
_NO_TEXT = {
    tag: re.compile(f"</{tag}", re.IGNORECASE)
    for tag in ("script", "style", "title", "textarea", "template", "noscript")
}
# Only between these the letters stand in one line: what stands in two blocks, or two choices, is two texts.
_INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img"}
    | {"input", "ins", "kbd", "label", "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub"}
    | {"sup", "time", "tt", "u", "var", "wbr"}
)
_EMPTY = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
_ROWS = _SECTIONS | {"table", "tr"}
_CELLS = frozenset({"td", "th"})
# What a browser does not close up between two figures; one no-break space may group digits.
_WIDE_GAP = re.compile(r"(?<=\d)(?: ?[\u2001-\u2003\u3000][ \xa0]*| ?\xa0[ \xa0]*\xa0 ?)(?=\d)")
MAX_OPEN = 500  # elements; what is opened deeper is shown as the one around it


@dataclass
class _Cell:
    element: Element
    colspan: int = 1
    rowspan: int = 1
    pieces: list[tuple[str, Look]] = field(default_factory=list)

    def text(self) -> str:
        if all(look is PLAIN for _, look in self.pieces):
            whole = "".join(text for text, _ in self.pieces)
        else:
            whole = runs_text(self.pieces)
        if not whole.isascii():
            whole = _WIDE_GAP.sub("\n", whole)
        return tidy_lines(whole) if "\n" in whole else " ".join(whole.split())

    def add(self, text: str, element: Element) -> None:
        """Letters as they are shown: a line of the file is none of the page."""
        if not element.gone or element.gone == self.element.gone:
            if "\n" in text and not element.keeps_lines:
                text = text.replace("\n", " ")
            self.pieces.append((html.unescape(text) if "&" in text else text, element.look))

    def break_line(self) -> None:
        self.pieces.append(("\n", PLAIN))


@dataclass
class _Table:
    element: Element
    number: int  # of those before it
    rows: list[list[_Cell]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    columns: int = 0
    in_row: bool = False
    cell: _Cell | None = None


def read_html(text: str, encoding: str) -> list[Grid]:
    """Every table of the page, in the order they begin; `rowspan` and `colspan` repeat a text, not a figure.

    A line break stays one. What is not displayed is hidden, a table inside a cell is a table of its own and no text of
    the cell. Raises UnreadableError where a table does not end: the file was cut, and its last rows with it.
    """
    if text.count("<") > MAX_TAGS:
        raise too_large()
    page = _Page(text)
    tables = page.tables
    shown = [table for table in tables if not table.element.gone]
    if tables and not shown:
        raise refuse("tệp HTML không có bảng nào hiện ra", "the HTML file shows no table")
    if not tables:
        raise refuse("tệp HTML không có bảng nào", "the HTML file holds no table")
    grids = [
        make_grid("", _texts(table), Origin("html", encoding), frozenset(table.hidden), frozenset(table.hidden_columns))
        for table in shown
    ]
    said = said_by_all(page.lines.lines, [(table.number, grid.rows) for table, grid in zip(shown, grids, strict=True)])
    found = []
    for table, grid in zip(shown, grids, strict=True):
        above, below = around(said, table.number)
        found.append(replace(grid, above=above, below=below))
    return found


class _Page:
    """Goes through the tags, and knows which elements, tables and cells are open."""

    def __init__(self, text: str) -> None:
        self.styles = PageStyles(text)
        self.open: list[Element] = []
        self.tables: list[_Table] = []
        self.nested: list[_Table] = []
        self.cells = 0
        self.lines = PageLines()
        place = 0
        while match := _TAG.search(text, place):
            if match.start() > place:
                self._letters(text[place : match.start()])
            place = match.end()
            name = (match["name"] or "").lower()
            if name in _NO_TEXT and not match["end"]:
                end = _NO_TEXT[name].search(text, place)
                place = end.start() if end else len(text)
            elif name and match["end"]:
                self._end(name)
            elif name:
                self._start(name, match["attributes"])
            if self.cells > MAX_CELLS or len(self.nested) > MAX_NESTED:
                raise too_large()
        self.lines.break_line(self._place())
        if self.nested:
            raise refuse(
                "bảng HTML không có phần kết (thiếu </table>): tệp bị cắt cụt",
                "the HTML table does not end (no </table>): the file is truncated",
            )

    def _place(self) -> int:
        """How many tables began before what is said here; what an open table says outside its cells stands above it."""
        return self.nested[-1].number if self.nested else len(self.tables)

    def _letters(self, text: str) -> None:
        cell = self.nested[-1].cell if self.nested else None
        if cell is not None:
            cell.add(text, self._last())
        else:
            self.lines.add(text, self._last())

    def _last(self) -> Element:
        return self.open[-1] if self.open else self.styles.root

    def _start(self, name: str, attributes: str) -> None:
        table = self.nested[-1] if self.nested else None
        if table is not None:
            if name in _CELLS:
                self._close(_CELLS, "tr")
            elif name == "tr" or name in _SECTIONS:
                self._close(_SECTIONS if name in _SECTIONS else {"tr"}, "table")
                self._close({"tr"}, "table")
        if self.lines.pieces and name not in _INLINE:
            self.lines.break_line(self._place())
        element = self.styles.element(self._last(), name, attributes)
        if name == "table":
            self.nested.append(_Table(element, len(self.tables)))
            self.tables.append(self.nested[-1])
        elif table is not None and name in _PARTS:
            _PARTS[name](table, element)
            self.cells += name in _CELLS
        elif table is not None and table.cell is not None and (name not in _INLINE or element.block):
            table.cell.break_line()
        if name not in _EMPTY and (len(self.open) < MAX_OPEN or name in _ROWS or name in _CELLS):
            self.open.append(element)

    def _end(self, name: str) -> None:
        if self.lines.pieces and name not in _INLINE:
            self.lines.break_line(self._place())
        if name == "table":
            if self.nested:
                self.nested.pop()
                self._close({"table"}, "")
            return
        table = self.nested[-1] if self.nested else None
        if table is not None:
            if name in _CELLS or name == "tr":
                table.cell = None
                table.in_row = table.in_row and name != "tr"
            elif table.cell is not None and (name not in _INLINE or self._last().block):
                table.cell.break_line()
        self._close({name}, "table" if name in _ROWS or name in _CELLS or table is None else "td")

    def _close(self, names: Collection[str], outer: str) -> None:
        """Close the innermost element of these names and all inside it, unless it is around `outer`."""
        if self.open and self.open[-1].name in names:  # nearly always
            self.open.pop()
            return
        for place in range(len(self.open) - 1, -1, -1):
            name = self.open[place].name
            if name in names:
                del self.open[place:]
                return
            if name in ("td", "th", "table") if outer == "td" else name in (outer, "table"):
                return


def _cell(table: _Table, element: Element) -> None:
    if not table.in_row:
        _row(table, element)
    get = element.attributes.get
    table.cell = _Cell(element, _span(get("colspan"), _MAX_COLSPAN), _span(get("rowspan"), _MAX_ROWSPAN))
    if not element.own:
        table.rows[-1].append(table.cell)


def _row(table: _Table, element: Element) -> None:
    table.cell = None
    table.in_row = True
    table.rows.append([])
    if len(table.rows) > MAX_ROWS:
        raise too_large(row=MAX_ROWS)
    if element.gone and (element.name == "tr" or not element.own) and not table.element.gone:
        table.hidden.add(len(table.rows))


def _column(table: _Table, element: Element) -> None:
    span = _span(element.attributes.get("span"), _MAX_COLSPAN)
    if element.gone and not table.element.gone:
        table.hidden_columns.update(range(table.columns, min(table.columns + span, MAX_COLUMNS)))
    table.columns = min(table.columns + span, MAX_COLUMNS)


_PARTS: dict[str, Callable[[_Table, Element], None]] = {
    "td": _cell,
    "th": _cell,
    "tr": _row,
    "col": _column,
}


def _span(value: str | None, most: int) -> int:
    if value is None:
        return 1
    digits = value.strip()
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
