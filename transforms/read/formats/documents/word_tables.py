"""The tables of a Word document (.docx), with the lines around them, as Word shows them. Searches for no header.

Source: ECMA-376, part 1, 17.4 (tables). A table in a cell or in a text box is a table of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from transforms.read.formats.documents.markup import local, parse_xml
from transforms.read.formats.documents.page_lines import PageLines, around, said_by_all
from transforms.read.formats.documents.word_text import AROUND, BLOCKS, Runs, Texts, has_ground
from transforms.read.formats.documents.word_xml import attribute, child, is_on, whole_number
from transforms.read.formats.merged import fill_merged
from transforms.read.formats.shown import PLAIN, runs_text, tidy_lines
from transforms.read.formats.workbooks.package import unpack
from transforms.read.formats.workbooks.sheet_facts import MAX_MERGED
from transforms.read.grid import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, MAX_TEXT, Grid, Origin, make_grid, too_large
from transforms.read.refusal import MAX_CELL, UnreadableError, long_cell, refuse
from transforms.read.sniff import MAX_TEXT_BYTES, WORD_DOCUMENT

_THIN = 40  # twentieths of a point: nobody reads a row of that height
_DELETED = {"del", "moveFrom"}


def spoiled() -> UnreadableError:
    """The refusal of a document that cannot be opened."""
    return refuse("tệp Word bị cắt cụt hoặc hỏng", "the Word file is truncated or damaged")


def read_docx(content: bytes) -> list[Grid]:
    """Every table of the document, in the order they begin; a merged area repeats a text, not a figure.

    Letters of tracked deletions are struck out. Raises UnreadableError for what is damaged, beyond the limits, or has
    no table.
    """
    parts = unpack(content)
    name = next((name for name in sorted(parts) if WORD_DOCUMENT.fullmatch(name)), None)
    if name is None:
        raise spoiled()
    document = _Document(Texts.of(_part(parts, "word/styles.xml"), _part(parts, "word/numbering.xml")))
    body = child(_part({name: parts[name]}, name), "body")
    if body is None:
        raise spoiled()
    document.read(body)
    if not document.tables:
        raise refuse("tệp Word không có bảng nào", "the Word file holds no table")
    return document.grids()


def _part(parts: dict[str, bytes], name: str) -> etree._Element | None:
    if name not in parts:
        return None
    if len(parts[name]) > MAX_TEXT_BYTES:
        raise too_large()
    try:
        return parse_xml(parts[name].decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise spoiled() from error


@dataclass
class _Table:
    number: int
    rows: list[list[object]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    open: dict[int, tuple[int, int, int]] = field(default_factory=dict)  # column → top, right, bottom of an area


class _Document:
    """Goes through the body once, in the order in which it is read."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.tables: list[_Table] = []
        self.lines = PageLines()
        self.cells, self.letters = MAX_CELLS, MAX_TEXT

    def grids(self) -> list[Grid]:
        """A grid for each table."""
        found = []
        for table in self.tables:
            table.merged += [(top, left, bottom, right) for left, (top, right, bottom) in table.open.items()]
            fill_merged(table.rows, table.merged)
            found.append(make_grid("", table.rows, Origin("docx"), frozenset(table.hidden)))
        said = said_by_all(
            self.lines.lines, [(table.number, grid.rows) for table, grid in zip(self.tables, found, strict=True)]
        )
        placed = []
        for table, grid in zip(self.tables, found, strict=True):
            above, below = around(said, table.number)
            placed.append(replace(grid, above=above, below=below))
        return placed

    def read(self, around_blocks: etree._Element) -> None:
        """The blocks of the body."""
        for block in _blocks(around_blocks):
            if local(block.tag) == "tbl":
                self._table(block)
            else:
                line = " ".join(runs_text(self.texts.runs(block)).split())
                self.lines.keep(line, len(self.tables))
                for inner in _boxed(block):
                    self._table(inner)

    def _table(self, element: etree._Element) -> None:
        table = _Table(len(self.tables))
        self.tables.append(table)
        for row in _parts(element, "tr"):
            self._row(table, row)

    def _row(self, table: _Table, element: etree._Element) -> None:
        properties = child(element, "trPr")
        top = len(table.rows)
        row: list[object] = []
        table.rows.append(row)
        if len(table.rows) > MAX_ROWS:
            raise too_large(row=MAX_ROWS)
        if is_on(child(properties, "hidden")) or _is_thin(child(properties, "trHeight")):
            table.hidden.add(top + 1)
        deleted = any(child(properties, name) is not None for name in _DELETED)
        before = whole_number(attribute(child(properties, "gridBefore")), 0)
        self._count(before, top + 1, width=before)
        row.extend("" for _ in range(before))
        still_open: dict[int, tuple[int, int, int]] = {}
        for cell in _parts(element, "tc"):
            left = len(row)
            self._cell(table, row, cell, deleted)
            merge = child(child(cell, "tcPr"), "vMerge")
            if merge is None:
                continue
            if (attribute(merge) or "continue") == "restart":
                still_open[left] = (top, len(row) - 1, top)
            elif left in table.open:
                begun, right, _ = table.open.pop(left)
                still_open[left] = (begun, right, top)
                row[left:] = ["" for _ in row[left:]]  # what it may hold is not shown
        table.merged += [(top_, left, bottom, right) for left, (top_, right, bottom) in table.open.items()]
        table.open = still_open
        if len(table.merged) > MAX_MERGED:
            raise too_large(row=top + 1)

    def _cell(self, table: _Table, row: list[object], cell: etree._Element, deleted: bool) -> None:
        properties = child(cell, "tcPr")
        at, left = len(table.rows), len(row)
        on_colour = has_ground(properties)
        runs: Runs = []
        inner: list[etree._Element] = []  # tables of their own
        for block in _blocks(cell):
            if local(block.tag) == "tbl":
                inner.append(block)
            else:
                runs += [("\n", PLAIN)] if runs else []
                runs += self.texts.runs(block, on_colour)
                inner += _boxed(block)
        text = (
            runs_text((letters, replace(look, struck=True)) for letters, look in runs) if deleted else runs_text(runs)
        )
        span = whole_number(attribute(child(properties, "gridSpan")), 1)
        if len(text) > MAX_CELL:
            raise long_cell(row=at)
        self._count(span, at, width=left + span, letters=len(text))
        row.append(tidy_lines(text))
        row.extend("" for _ in range(span - 1))
        across = child(properties, "hMerge")
        goes_on = across is not None and attribute(across) != "restart"
        if goes_on and table.merged and table.merged[-1][2:] == (at - 1, left - 1):
            begun = table.merged.pop()
            row[left:] = ["" for _ in row[left:]]
            table.merged.append((*begun[:3], len(row) - 1))
        elif span > 1 or across is not None:
            table.merged.append((at - 1, left, at - 1, len(row) - 1))
        for block in inner:
            self._table(block)

    def _count(self, cells: int, row: int, width: int, letters: int = 0) -> None:
        """Count cells and letters of a row that is so wide now. Raises UnreadableError beyond the limits."""
        self.cells -= cells
        self.letters -= letters
        if width > MAX_COLUMNS or self.cells < 0 or self.letters < 0:
            raise too_large(row=row)


def _blocks(element: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs and tables in it, also those inside content controls and their like."""
    for inner in element:
        name = local(inner.tag)
        if name in BLOCKS:
            yield inner
        elif name in AROUND:
            yield from _blocks(inner)


def _parts(element: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """The rows of a table, or the cells of a row."""
    for inner in element:
        name = local(inner.tag)
        if name == wanted:
            yield inner
        elif name in AROUND:
            yield from _parts(inner, wanted)


def _boxed(paragraph: etree._Element) -> list[etree._Element]:
    """The tables of the text boxes in a paragraph. What a program writes for older ones says the same again."""
    found: list[etree._Element] = []
    left = [paragraph]
    while left:
        element = left.pop()
        name = local(element.tag)
        if name == "tbl":
            found.append(element)
        elif name != "Fallback":
            left.extend(reversed(element))
    return found


def _is_thin(height: etree._Element | None) -> bool:
    return attribute(height, "hRule") == "exact" and 0 < whole_number(attribute(height), _THIN) < _THIN
