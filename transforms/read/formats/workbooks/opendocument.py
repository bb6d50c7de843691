"""Workbooks of OpenDocument (.ods, flat .fods), as LibreOffice writes them. Searches for no header.

Source: OpenDocument 1.3, part 3, chapters 9 and 19.
"""

from collections.abc import Iterator

from lxml import etree

from transforms.read.formats.documents.markup import local, parse_xml
from transforms.read.formats.merged import fill_merged
from transforms.read.formats.workbooks.opendocument_cells import Cells
from transforms.read.formats.workbooks.opendocument_styles import TABLE, Styles, count, spoiled
from transforms.read.formats.workbooks.package import unpack
from transforms.read.formats.workbooks.sheet_facts import MAX_MERGED
from transforms.read.grid import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Grid, Origin, make_grid, too_large
from transforms.read.refusal import refuse
from transforms.read.sniff import MAX_TEXT_BYTES

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_ROW_GROUPS = {"table-row-group", "table-rows", "table-header-rows"}
_COLUMN_GROUPS = {"table-column-group", "table-columns", "table-header-columns"}
_CELLS = {"table-cell", "covered-table-cell"}


def read_ods(content: bytes) -> list[Grid]:
    """The visible sheets of the zip."""
    parts = unpack(content)
    if b"encryption-data" in parts.get("meta-inf/manifest.xml", b""):
        raise refuse(
            "tệp .ods có mật khẩu: mở tệp, bỏ mật khẩu rồi lưu lại",
            "the .ods file has a password: open it, remove the password and save it again",
        )
    if "content.xml" not in parts:
        raise spoiled()
    return _sheets([_document(parts[name]) for name in ("content.xml", "styles.xml") if name in parts])


def read_fods(text: str, _encoding: str) -> list[Grid]:
    """The visible sheets of a document that is one XML file."""
    return _sheets([parse_xml(text)])


def _document(part: bytes) -> etree._Element:
    if len(part) > MAX_TEXT_BYTES:
        raise too_large()
    try:
        return parse_xml(part.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise spoiled() from error


def _sheets(documents: list[etree._Element]) -> list[Grid]:
    book = documents[0].find(f"{_OFFICE}body/{_OFFICE}spreadsheet")
    if book is None:
        raise refuse(
            "tệp OpenDocument không phải bảng tính: hãy gửi tệp .xlsx, .ods hoặc .csv",
            "the OpenDocument file is no spreadsheet: send a .xlsx, .ods or .csv file",
        )
    styles = Styles(documents)
    tables = [table for table in book if local(table.tag) == "table"]
    found = [_Sheet(table, styles).grid() for table in tables if styles.shows_table(table)]
    if not found:
        raise refuse("sổ tính không có trang nào hiện ra", "the workbook has no visible sheet")
    return found


class _Sheet:
    """The rows of one table as they come; blank ones are kept only where a row with content follows."""

    def __init__(self, table: etree._Element, styles: Styles) -> None:
        self.table, self.styles = table, styles
        self.cells = Cells(styles, protected=table.get(f"{TABLE}protected") == "true")
        self.rows: list[list[object]] = []
        self.row_number = 0
        self.left = MAX_CELLS
        self.hidden_rows: list[range] = []
        self.hidden_columns: set[int] = set()
        self.merged: list[tuple[int, int, int, int]] = []
        self.of_column: list[str] = []

    def grid(self) -> Grid:
        """The sheet. Raises UnreadableError beyond the limits."""
        for element, hidden in _inside(self.table, "table-column", _COLUMN_GROUPS):
            self._column(element, hidden)
        for element, hidden in _inside(self.table, "table-row", _ROW_GROUPS):
            self._row(element, hidden)
        fill_merged(self.rows, self.merged)
        hidden_rows = frozenset(n + 1 for span in self.hidden_rows for n in span[: max(len(self.rows) - span.start, 0)])
        name = self.table.get(f"{TABLE}name", "")
        return make_grid(name, self.rows, Origin("ods"), hidden_rows, frozenset(self.hidden_columns))

    def _column(self, element: etree._Element, hidden: bool) -> None:
        start = len(self.of_column)
        end = min(start + count(element, "number-columns-repeated"), MAX_COLUMNS)
        self.of_column += [element.get(f"{TABLE}default-cell-style-name", "")] * (end - start)
        if hidden or not self.styles.shows_line(element):
            self.hidden_columns.update(range(start, end))

    def _row(self, element: etree._Element, hidden: bool) -> None:
        repeated = count(element, "number-rows-repeated")
        top = self.row_number
        self.row_number += repeated
        if hidden or not self.styles.shows_line(element):
            self.hidden_rows.append(range(top, self.row_number))
        values = self._values(element, top)
        if not values:
            return
        self.left -= len(values) * repeated
        if self.row_number > MAX_ROWS or self.left < 0:
            raise too_large(row=top + 1)
        self.rows.extend([] for _ in range(top - len(self.rows)))
        self.rows.extend(list(values) for _ in range(repeated))

    def _values(self, row: etree._Element, top: int) -> list[object]:
        values: list[object] = []
        column = 0
        of_row = row.get(f"{TABLE}default-cell-style-name", "")
        for element in row:
            if local(element.tag) not in _CELLS:
                continue
            repeated = count(element, "number-columns-repeated")
            of_column = self.of_column[column] if column < len(self.of_column) else ""
            covered = local(element.tag) == "covered-table-cell"  # what it may hold is not shown
            value = "" if covered else self.cells.value(element, of_row or of_column)
            down, across = count(element, "number-rows-spanned"), count(element, "number-columns-spanned")
            if (down > 1 or across > 1) and value != "":
                self.merged.append((top, column, top + down - 1, column + across - 1))
                if len(self.merged) > MAX_MERGED:
                    raise too_large(row=top + 1)
            column += repeated
            if value != "":
                if column > MAX_COLUMNS:
                    raise too_large(row=top + 1)
                values.extend("" for _ in range(column - repeated - len(values)))
                values.extend(value for _ in range(repeated))
        return values


def _inside(
    element: etree._Element, name: str, groups: set[str], hidden: bool = False
) -> Iterator[tuple[etree._Element, bool]]:
    """The rows or columns of a table or of its groups, and whether a group of theirs is closed."""
    for child in element:
        tag = local(child.tag)
        if tag == name:
            yield child, hidden
        elif tag in groups:
            yield from _inside(child, name, groups, hidden or child.get(f"{TABLE}display") == "false")
