"""Reads one file that holds several units, in each of the forms that [[shared]] names. Knows no unit's name.

What is wrong with one row is kept with that row: it holds back its unit, not the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from transforms.dictionary.contracts import Contract
from transforms.read.agreed import Agreed
from transforms.read.case_lists import refuse_case_list
from transforms.read.formats import grids
from transforms.read.grid import Grid
from transforms.read.headers.book import HeaderBook
from transforms.read.headers.rows import has_figures
from transforms.read.headers.search import Layout
from transforms.read.layouts.tables import rows_of_file, table_of
from transforms.read.refusal import Refusal, UnreadableError, refuse
from transforms.read.rows.doubts import refuse_doubtful
from transforms.read.rows.partial import refuse_partial
from transforms.read.rows.second_tables import refuse_second_table
from transforms.read.rows.table import raw_rows
from transforms.read.rows.unseen import refuse_unseen
from transforms.read.shared.segments import moved, moved_refusal, moved_rows, names_figures, segments
from transforms.read.titles.claims import Claim, claims
from transforms.read.titles.words import TitleBook

MAX_FAULTY_ROWS = 200  # of one table, each found by reading the table again; beyond, it is refused whole
# What titles say of whoever made the file, which is no unit of it; a title of a unit's own table names that unit.
_OF_SENDER = {"unit", "rest", "office", "province", "sheet"}
_OF_OTHERS = {"sheet": {"rest", "office", "province"}, "block": {"rest", "office", "province", "sheet"}}


@dataclass(frozen=True)
class SharedTable:
    """One table of a shared file.

    `rows`: as read.rows.table.raw_rows gives them, and `name`: the text that names the row's unit (null: none).
    `faults`: by row number why a row cannot be read. `titles`: the lines above the table. `refusal`: why the table as a
    whole was not read; then there are no rows.
    """

    sheet: str
    rows: pl.DataFrame | None = None
    layout: Layout | None = None
    claims: tuple[Claim, ...] = ()
    faults: dict[int, Refusal] = field(default_factory=dict)
    titles: tuple[str, ...] = ()
    refusal: Refusal | None = None


@dataclass(frozen=True)
class SharedRead:
    """What a shared file holds; with a `refusal` it was not read at all."""

    tables: tuple[SharedTable, ...] = ()
    refusal: Refusal | None = None


def read_shared(
    content: bytes, contract: Contract, book: HeaderBook, agreed: Agreed, words: TitleBook, by: str
) -> SharedRead:
    """One file of any format in the form `by` (`by` of [[shared]] in tyle.toml).

    Raises what the program itself does wrong on it, and MemoryError.
    """
    try:
        found = grids(content)
        refuse_case_list(found, contract, book)
        tables = tuple(_tables(found, contract, book, _of_all(agreed), words, by))
    except UnreadableError as error:
        return SharedRead(refusal=error.refusal)
    if not tables:
        return SharedRead(refusal=refuse("tệp không có bảng nào", "the file holds no table").refusal)
    if (refused := tables[0].refusal) and all(table.refusal for table in tables):
        return SharedRead(refusal=refused)
    return SharedRead(tables)


def _of_all(agreed: Agreed) -> Agreed:
    """The same, where a layout does not choose one unit's rows but says in which column their unit stands."""
    shape = agreed.shape
    if shape is None or shape.unit_column is None:
        return agreed
    columns = {**shape.columns, agreed.owner: (shape.unit_column,)} if shape.columns else shape.columns
    return replace(agreed, shape=replace(shape, unit_column=None, columns=columns), is_own=None)


def _tables(
    found: Sequence[Grid], contract: Contract, book: HeaderBook, agreed: Agreed, words: TitleBook, by: str
) -> Iterator[SharedTable]:
    if by in ("column", "group"):
        asked = with_owner(contract, agreed.owner) if by == "column" else contract
        grid, layout = table_of(found, asked, book, agreed)
        yield _table(grid, layout, asked, book, agreed, words, by)
        return
    if agreed.sheet is not None:
        found = [grid for grid in found if grid.sheet.casefold() == agreed.sheet.casefold()] or found
    for grid in found:
        if not any(any(row) for row in grid.rows):
            continue
        pieces = [(0, grid)] if by == "sheet" or agreed.shape else list(segments(grid, contract, book))
        for start, piece in pieces:
            try:
                yield _moved(_one(piece, contract, book, replace(agreed, sheet=None), words, by), start)
            except UnreadableError as error:
                if by == "row" and len(found) > 1 and not _has_table(piece, contract, book):
                    continue  # a table of another kind beside the appendices
                yield SharedTable(grid.sheet, refusal=moved_refusal(error, start), titles=_lines(piece, None))


def _one(grid: Grid, contract: Contract, book: HeaderBook, agreed: Agreed, words: TitleBook, by: str) -> SharedTable:
    """The one table of a sheet or of a part of it."""
    if by != "row":
        grid, layout = table_of([grid], contract, book, agreed)
        return _table(grid, layout, contract, book, agreed, words, by)
    asked = with_owner(contract)
    try:
        grid, layout = table_of([grid], asked, book, agreed)
    except UnreadableError:
        asked = contract
        grid, layout = table_of([grid], asked, book, agreed)
    return _table(grid, layout, asked, book, agreed, words, by)


def with_owner(contract: Contract, owner: str = "unit") -> Contract:
    """The contract of a table whose rows state their unit in this column; a table of counts then needs no field."""
    needed = [column for column in contract.required if column != "field"]
    return replace(contract, required=(*needed, owner) if contract.by_case else (owner, *needed))


def _has_table(grid: Grid, contract: Contract, book: HeaderBook) -> bool:
    """Whether a header in it names figures of the contract: then it is refused, and not passed over."""
    return any(names_figures(row, contract, book) for row in grid.rows if not has_figures(row))


def _table(
    grid: Grid, layout: Layout, contract: Contract, book: HeaderBook, agreed: Agreed, words: TitleBook, by: str
) -> SharedTable:
    with rows_of_file(layout):
        if by not in ("row", "block"):
            refuse_second_table(grid, layout, contract, book)
        refuse_partial(grid, layout, contract, book.states)
        faults = _faulty_rows(grid, layout, contract)
    rows = raw_rows(grid, layout, contract, agreed.null_values)
    of_others = _OF_OTHERS.get(by, _OF_SENDER)
    said = tuple(claim for claim in claims(grid, layout, words, agreed) if claim.found.kind not in of_others)
    name = pl.lit(None, pl.String)
    if by == "column":
        name = pl.col(agreed.owner) if contract.by_case else _of_column(layout)
    elif by == "row":
        name = _of_row(layout)
    return SharedTable(grid.sheet, rows.with_columns(name.alias("name")), layout, said, faults, _lines(grid, layout))


def _of_column(layout: Layout) -> pl.Expr:
    """The unit of each row: its own, else what stands in place of its number (`Tổng cộng`), else that of the row above.

    Only where the rows of a unit are told apart by a field, they may leave out its name. A case whose unit is blank is
    nobody's: rows of cases stand in any order. What a merged cell says is in each of its rows anyway.
    """
    own = pl.coalesce("unit", _label(pl.col("ordinal")))
    return own.forward_fill() if "field" in layout.columns else own


def _of_row(layout: Layout) -> pl.Expr:
    name = "unit" if "unit" in layout.columns else "field"
    return pl.coalesce(name, _label(pl.col("ordinal")))


def _label(ordinal: pl.Expr) -> pl.Expr:
    return pl.when(ordinal.str.contains(r"\p{L}{2}.*\p{L}|[Σ∑]") & ~ordinal.str.contains(r"^[IVXLC]+[.)]?$")).then(
        ordinal
    )


def _faulty_rows(grid: Grid, layout: Layout, contract: Contract) -> dict[int, Refusal]:
    """By row number why a row cannot be read: what is struck out, where cells are lost."""
    faults: dict[int, Refusal] = {}
    while True:
        try:
            refuse_unseen(grid, layout, contract)
            refuse_doubtful(grid, layout, contract)
        except UnreadableError as error:
            row = error.refusal.row
            if row is None or row <= layout.last_row or len(faults) >= MAX_FAULTY_ROWS:
                raise
            faults[row] = error.refusal
            left = list(grid.rows)
            left[row - 1] = []
            grid = replace(grid, rows=left)
            continue
        return faults


def _lines(grid: Grid, layout: Layout | None) -> tuple[str, ...]:
    """The lines above a table, each as one text."""
    above = grid.rows[: layout.first_row - 1] if layout else grid.rows[:1]
    lines = (*grid.above, *(" ".join(dict.fromkeys(cell for cell in row if cell)) for row in above))
    return tuple(line for line in lines if line)


def _moved(table: SharedTable, start: int) -> SharedTable:
    if not start or table.rows is None or table.layout is None:
        return table
    return replace(
        table,
        rows=moved_rows(table.rows, start),
        layout=moved(table.layout, start),
        claims=tuple(replace(claim, row=claim.row + start) for claim in table.claims),
        faults={
            row + start: replace(refusal, row=(refusal.row or row) + start) for row, refusal in table.faults.items()
        },
    )
