"""Says of every cell of one file what it was taken for (`tyle check --explain`). Judges nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from transforms.check.frames import FINDINGS
from transforms.check.privacy import NOT_SHOWN, is_harmless
from transforms.dictionary.contracts import Contract
from transforms.dictionary.frames import checked
from transforms.read.addresses import letters
from transforms.read.filings import Filings
from transforms.read.formats import grids
from transforms.read.grid import Grid
from transforms.read.headers.search import Layout
from transforms.read.unforeseen import UNFORESEEN

MAX_ROWS = 1000  # a clerk reads no more
MAX_COLUMNS = 60

# What a cell can be, beside the kinds of rows (transforms.read.rows.table) whose figures are not counted.
TITLE, STATED, HEADER, UNREAD, COUNTED, COMPARED, TEXT, NOTE, BLANK = (
    "title",
    "statement",
    "header",
    "unread",
    "counted",
    "compared",
    "text",
    "note",
    "blank",
)


@dataclass(frozen=True)
class CellRole:
    """A cell: its `address`, its `text`, its `role` (see above, or its row's kind), and whether it is at `fault`."""

    address: str
    text: str
    role: str
    fault: bool = False


@dataclass(frozen=True)
class SheetRoles:
    """A sheet row by row, and how many rows are not shown because there are too many."""

    sheet: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[CellRole, ...]], ...]
    left_out: int


def sheet_roles(
    content: bytes, filings: Filings, file: int, contract: Contract, findings: pl.DataFrame, business_date: date
) -> SheetRoles | None:
    """The cells of the sheet that was read, or of the first one where no table was found; None where there is no cell.

    `content`: the bytes of `file`, of this business date; `findings`: FINDINGS, more columns allowed.
    """
    checked(findings, FINDINGS, "sheet_roles: findings", more=True)
    refusal = filings.refusals.get(file)
    if refusal and refusal.ended_reader:
        return None
    try:
        found = grids(content)
    except UNFORESEEN:  # UnreadableError too; the verdict says why
        return None
    layout = filings.layouts.get(file)
    of_cases = contract.by_case or (refusal is not None and refusal.of_cases)
    grid = _grid_of(found, layout)
    if grid is None or not grid.rows:
        return None
    kinds = dict(filings.texts.filter(pl.col("file") == file).select("row", "kind").iter_rows())
    places = _Places.of(layout)
    faults = _faults(findings.filter(pl.col("file") == file), filings, file, layout, places)
    width = min(max(map(len, grid.rows)), MAX_COLUMNS)
    rows = []
    for number, row in enumerate(grid.rows[:MAX_ROWS], start=1):
        cells = []
        for at in range(width):
            text = row[at] if at < len(row) else ""
            role = _role(number, at, text, layout, kinds, contract, places)
            known = layout is not None and role == HEADER and text in layout.names.values()
            secret = of_cases and text and not known and not is_harmless(text, business_date)
            fault = at in faults.get(number, ()) or (not layout and number in faults)
            cells.append(CellRole(f"{letters(at)}{number}", NOT_SHOWN if secret else text, role, fault))
        rows.append((number, tuple(cells)))
    columns = tuple(letters(at) for at in range(width))
    return SheetRoles("" if of_cases else grid.sheet, columns, tuple(rows), max(len(grid.rows) - MAX_ROWS, 0))


def _grid_of(found: Sequence[Grid], layout: Layout | None) -> Grid | None:
    """The grid that a layout was found in: of several without a name, the one with its headers."""
    if layout is None:
        return next((grid for grid in found if grid.rows), None)
    for grid in found:
        same = grid.origin == layout.origin and layout.sheet in {"", grid.sheet}  # of a list of cases it has no name
        if not same or len(grid.rows) < layout.last_row:
            continue
        lowest = grid.rows[layout.first_row - 1 : layout.last_row]
        if layout.configured or all(any(at < len(row) and row[at] for row in lowest) for at in layout.columns.values()):
            return grid
    return None


@dataclass(frozen=True)
class _Places:
    """Where figures and names stand.

    `columns`: index → column, those of a sum too. Where a configured layout made a table of other rows, `cells`: row
    and index → row of the table and column; `rows`: row of the file → row of the table.
    """

    columns: Mapping[int, str]
    cells: Mapping[tuple[int, int], tuple[int, str]]
    rows: Mapping[int, int]

    @classmethod
    def of(cls, layout: Layout | None) -> "_Places":
        if layout is None:
            return cls({}, {}, {})
        columns = {at: column for column, several in layout.parts.items() for at in several}
        columns |= {at: column for column, at in layout.columns.items()}
        moved = layout.sources.items() if layout.numbers else ()
        cells = {(row + 1, at): key for key, found in moved for row, at in found}
        rows = {of_file: row for row, of_file in layout.numbers.items()}
        return cls({} if layout.numbers else columns, cells, rows)

    def find(self, number: int, at: int) -> tuple[int, str | None]:
        """Row of the table and column of a cell of the file."""
        if found := self.cells.get((number, at)):
            return found
        return self.rows.get(number, number), self.columns.get(at)


def _role(
    number: int,
    at: int,
    text: str,
    layout: Layout | None,
    kinds: Mapping[int, str],
    contract: Contract,
    places: _Places,
) -> str:
    if not text:
        return BLANK
    if layout is None:
        return NOTE
    if number < layout.first_row:
        return STATED if kinds.get(number) == "statement" else TITLE
    row, column = places.find(number, at)
    if layout.numbers and number <= layout.numbers[layout.last_row]:
        return HEADER
    if number <= layout.last_row:
        return HEADER if column else UNREAD
    kind = kinds.get(row)
    if kind is None:
        return NOTE
    if column is None:
        return UNREAD
    if kind != "detail":
        return kind
    if column in contract.counts:
        return COUNTED
    return COMPARED if column in {*contract.percents, "unit", "date"} else TEXT


def _faults(
    findings: pl.DataFrame, filings: Filings, file: int, layout: Layout | None, cells: _Places
) -> dict[int, set[int]]:
    """Row → the places of the columns at fault; of a row as a whole all columns that were read."""
    found: dict[int, set[int]] = {}
    places = dict(layout.columns) if layout and not cells.cells else {}
    named = {name: column for column, name in layout.names.items()} if layout else {}

    def at_fault(number: int, column: str | None) -> set[int]:
        column = column if column in contract_columns else named.get(column or "")
        if cells.cells:
            beside = {at: of for (row, at), (_, of) in cells.cells.items() if row == number}
            return {at for at, of in beside.items() if of == column} or set(beside)
        at = places.get(column or "")
        return set(places.values()) if at is None else {at, *(layout.parts.get(column or "", ()) if layout else ())}

    contract_columns = set(layout.columns) if layout else set()
    for number, column in findings.filter(pl.col("row_number") > 0).select("row_number", "column").iter_rows():
        found.setdefault(number, set()).update(at_fault(number, column))
    if (refusal := filings.refusals.get(file)) and refusal.row:
        found.setdefault(refusal.row, set()).update(at_fault(refusal.row, refusal.column))
    return found
