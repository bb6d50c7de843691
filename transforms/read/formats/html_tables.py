"""Tables of an HTML page by lxml, as a browser shows them. Looks for no header."""

import re
from collections.abc import Iterator, Sequence

import lxml.html
from lxml import etree

from transforms.read.grid import MAX_COLUMNS, MAX_ROWS, Grid, Origin, make_grid, too_large
from transforms.read.refusal import refuse

MAX_TAGS = 3_000_000

_MAX_COLSPAN, _MAX_ROWSPAN = 1000, 65534  # as browsers do
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BREAKS = ("br", "p", "div", "li")
# Tags that say nothing of the table. One left open in every cell nests the rows ever deeper.
_DECORATION = re.compile(
    r"</?(?:font|span|b|i|u|s|strong|em|a|center|div|p|small|big|sub|sup|nobr|label|form|o:p)"
    r"(?:\s(?:[^<>\"']|\"[^<>\"]*\"|'[^<>']*')*+)?+/?>",
    re.IGNORECASE,
)


def read_html(text: str, encoding: str) -> list[Grid]:
    """Every table of the page; `rowspan` and `colspan` repeat the value, what is not displayed is hidden.

    A table inside a cell is a table of its own and no text of the cell.
    """
    if text.count("<") > MAX_TAGS:
        raise too_large()
    page, whole = _parse(text)
    if not whole:
        page, whole = _parse(_DECORATION.sub(" ", text))
    if page is None or not whole:
        raise refuse("tệp HTML hỏng hoặc lồng quá sâu", "the HTML file is damaged or nested too deeply")
    etree.strip_elements(page, "script", "style", with_tail=False)
    for element in page.iter(*_BREAKS):
        element.tail = " " + (element.tail or "")
    rows: dict[lxml.html.HtmlElement, list[lxml.html.HtmlElement]] = {table: [] for table in page.iter("table")}
    if not rows:
        raise refuse("tệp HTML không có bảng nào", "the HTML file holds no table")
    for row in page.iter("tr"):
        if (table := next(row.iterancestors("table"), None)) is not None:
            rows[table].append(row)
    cells: dict[lxml.html.HtmlElement, list[lxml.html.HtmlElement]] = {}
    nested = False
    for cell in page.iter("td", "th"):
        owner = next(cell.iterancestors("tr", "table"), None)
        if owner is None:
            continue
        if owner.tag == "table":
            raise refuse("bảng HTML có ô nằm ngoài dòng", "the HTML table has cells outside of rows")
        cells.setdefault(owner, []).append(cell)
    nested = any(next(table.iterancestors("table"), None) is not None for table in rows)
    return [_grid(table, rows[table], cells, Origin("html", encoding), nested) for table in rows]


def _parse(text: str) -> tuple[lxml.html.HtmlElement | None, bool]:
    """The page, and whether the parser went to its end: it stops at 256 levels without saying so."""
    # The declared charset is no longer true once the bytes are decoded.
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        page = lxml.html.document_fromstring(text.encode(), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None, False
    return page, not any(error.level == etree.ErrorLevels.FATAL for error in parser.error_log)


def _grid(
    table: lxml.html.HtmlElement,
    rows: Sequence[lxml.html.HtmlElement],
    cells: dict[lxml.html.HtmlElement, list[lxml.html.HtmlElement]],
    origin: Origin,
    nested: bool,
) -> Grid:
    if len(rows) > MAX_ROWS:
        raise too_large(row=MAX_ROWS)
    hidden = frozenset(number for number, row in enumerate(rows, start=1) if _is_hidden(row))
    return make_grid("", _texts(rows, cells, nested), origin, hidden, _hidden_columns(table))


def _texts(
    rows: Sequence[lxml.html.HtmlElement],
    cells: dict[lxml.html.HtmlElement, list[lxml.html.HtmlElement]],
    nested: bool,
) -> Iterator[list[str]]:
    pending: dict[int, tuple[int, str]] = {}  # column → rows still covered by a cell above, its text
    for number, tr in enumerate(rows, start=1):
        row: list[str] = []

        def put_pending(row: list[str] = row) -> None:
            while (left := pending.get(len(row))) is not None:
                count, text = left
                pending.pop(len(row))
                if count > 1:
                    pending[len(row)] = (count - 1, text)
                row.append(text)

        for cell in cells.get(tr, ()):
            if _is_hidden(cell):
                continue
            put_pending()
            text = " ".join((_own_text(cell) if nested else cell.text_content()).split())
            depth = _span(cell.get("rowspan"), _MAX_ROWSPAN)
            for _ in range(_span(cell.get("colspan"), _MAX_COLSPAN)):
                if depth > 1:
                    pending[len(row)] = (depth - 1, text)
                row.append(text)
            if len(row) > MAX_COLUMNS:
                raise too_large(row=number)
        put_pending()
        yield row


def _own_text(cell: lxml.html.HtmlElement) -> str:
    """The text of a cell without that of tables inside it."""
    pieces = [cell.text or ""]
    for child in cell:
        if child.tag != "table":
            pieces.append(_own_text(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _hidden_columns(table: lxml.html.HtmlElement) -> frozenset[int]:
    hidden: set[int] = set()
    column = 0
    for col in table.iterfind("./col"):
        span = _span(col.get("span"), _MAX_COLSPAN)
        if _is_hidden(col):
            hidden.update(range(column, column + span))
        column += span
        if column > MAX_COLUMNS:
            break
    return frozenset(hidden)


def _is_hidden(element: lxml.html.HtmlElement) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and _HIDDEN.search(style) is not None)


def _span(value: str | None, most: int) -> int:
    if value is None or not value.strip().isdecimal() or len(value) > 9:
        return 1
    return min(max(int(value), 1), most)
