"""Takes raw rows of text from a grid below its header, and classifies them. Reads no number's value."""

import re
from collections.abc import Sequence
from itertools import pairwise

import polars as pl

from transforms.dictionary.contracts import Contract
from transforms.dictionary.text import fold
from transforms.read import normalise
from transforms.read.grid import Grid, Row
from transforms.read.headers import PARENTHESES, HeaderBook, Layout, header_key

_COLUMN_NUMBER = re.compile(r"\(?\s*(\d{1,2}|[A-Za-z])\s*\)?\s*(?:=[\d()+=/ :;%xX×*.-]*)?")
MIN_NUMBERED = 3  # cells that make a row of column numbers
_ROMAN = r"^\(?[IVXLC]+\)?[.)]?$|^[A-Z][.)]?$"
ARABIC = r"^\d+[.)]?$"


def raw_rows(grid: Grid, layout: Layout, contract: Contract, null_values: Sequence[str] = ()) -> pl.DataFrame:
    """The cells under the header as text: `row` (1-based in the file), `hidden` and every column of the contract.

    A column the file does not have is null throughout, an empty cell is null, as is a count or rate that is one of
    `null_values`. What the contract has no column for is not read: it goes no further than the file's bytes.
    """
    start = _first_row(grid, layout)
    body = grid.rows[start:]
    data: dict[str, list[str | None]] = {}
    for column in contract.columns:
        index = layout.columns.get(column)
        if index is None:
            data[column] = [None] * len(body)
        else:
            data[column] = [row[index] if index < len(row) else None for row in body]
    rows = pl.DataFrame(data, schema=dict.fromkeys(contract.columns, pl.String))
    number = pl.int_range(start + 1, start + 1 + pl.len(), dtype=pl.UInt32).alias("row")
    return rows.select(
        number,
        number.is_in(sorted(grid.hidden)).alias("hidden"),
        *(cell_or_null(pl.col(column), column, contract, null_values).alias(column) for column in contract.columns),
    )


def cell_or_null(cell: pl.Expr, column: str, contract: Contract, null_values: Sequence[str] = ()) -> pl.Expr:
    """A cell as it is kept: a figure with what may be wrong in it, any other text with its spaces tidied."""
    if column in contract.counts or column in contract.percents:
        return normalise.figure_or_null(cell, null_values)
    return normalise.blank_to_null(cell)


def _first_row(grid: Grid, layout: Layout) -> int:
    """The index of the first row under the header, and under the row of column numbers where there is one."""
    filled = (index for index in range(layout.last_row, len(grid.rows)) if any(grid.rows[index]))
    first = next(filled, layout.last_row)
    return first + 1 if first < len(grid.rows) and is_numbers_row(grid.rows[first]) else layout.last_row


def is_numbers_row(row: Row) -> bool:
    """Whether a row numbers the columns: `A B (1) (2) (3)=(1)+(2)`, from left to right."""
    cells = [_COLUMN_NUMBER.fullmatch(cell.strip()) for cell in row if cell.strip()]
    marks = [cell[1] for cell in cells if cell]
    if len(cells) < MIN_NUMBERED or len(marks) < len(cells):
        return False
    letters = [ord(mark.upper()) for mark in marks if mark.isalpha()]
    numbers = [int(mark) for mark in marks if mark.isdigit()]
    return all(mark.isalpha() for mark in marks[: len(letters)]) and all(
        after == before + 1 for run in (letters, numbers) for before, after in pairwise(run)
    )


def classify(rows: pl.DataFrame, contract: Contract, book: HeaderBook) -> pl.DataFrame:
    """Classify each raw row, and drop those that are no part of the table.

    `rows`: the columns of `raw_rows`, and `file`. Adds `kind`: `detail`, `totals` (a row named so), `subtotal` (a roman
    group row with figures of its own), `unknown` (figures, but no number of its own in a numbered table, and no known
    name of a totals row: a detail or a total, and counting it wrongly doubles the figures), `hidden` (figures other
    than 0 that the sheet does not show), and `group` (number of the subtotal a row stands under, 0 before the first).
    Dropped: blank rows, repeated headers, headings of groups, hidden rows without figures, and what stands below the
    table.
    """
    stated = [column for column in contract.columns if column != "unit"]
    rows = rows.filter(pl.any_horizontal(pl.col(column).is_not_null() for column in stated))
    name = pl.coalesce("field", "ordinal")
    names = rows.select(name).to_series().drop_nulls().unique().to_list()
    headers = [text for text in names if header_key(text) in book.names[contract.name]]
    totals = [text for text in names if fold(PARENTHESES.sub(" ", text)) in book.totals]
    if rows["hidden"].any():
        rows = rows.filter(~pl.col("hidden") | pl.any_horizontal(_hides(pl.col(column)) for column in contract.counts))
    rows = rows.with_columns(
        speaks=_speaks(rows, contract),
        arabic=pl.col("ordinal").str.contains(ARABIC).fill_null(False),
        roman=pl.col("ordinal").str.contains(_ROMAN).fill_null(False),
        totals=name.is_in(totals).fill_null(False),
    )
    if contract.may_be_one_row:  # a totals row over nothing is the one thing that is stated
        rows = rows.with_columns(totals=pl.col("totals") & (pl.col("speaks").sum().over("file") > 1))
    # Below the last row with figures only a numbered row, or one directly under it, still belongs to the table.
    rows = rows.with_columns(
        last=pl.col("row").filter(pl.col("speaks")).max().over("file"), numbered=pl.col("arabic").any().over("file")
    )
    last, numbered = pl.col("last"), pl.col("numbered")
    below = (pl.col("row") > last) & ~pl.col("arabic") & (numbered | (pl.col("row") > last + 1))
    heading = ~pl.col("arabic") & (numbered | pl.col("roman") | name.is_in(headers).fill_null(False))
    kind = (
        pl.when(pl.col("hidden"))
        .then(pl.lit("hidden"))
        .when(pl.col("totals"))
        .then(pl.lit("totals"))
        .when(numbered & pl.col("roman"))
        .then(pl.lit("subtotal"))
        .when(numbered & ~pl.col("arabic"))
        .then(pl.lit("unknown"))
        .otherwise(pl.lit("detail"))
    )
    dropped = below.fill_null(False) | (~pl.col("speaks") & heading)
    rows = rows.with_columns(kind=kind, dropped=dropped).filter(~pl.col("dropped"))
    subtotal = pl.col("kind") == "subtotal"
    grouped = rows.select(subtotal.any()).item()
    return rows.with_columns(group=subtotal.cum_sum().over("file") if grouped else pl.lit(0, pl.UInt32)).drop(
        "speaks", "arabic", "roman", "totals", "last", "numbered", "dropped", "hidden"
    )


def _hides(count: pl.Expr) -> pl.Expr:
    """Whether a figure is more than nothing."""
    return (normalise.looks_like_number(count) & (normalise.count(count) != 0).fill_null(True)).fill_null(False)


def _speaks(rows: pl.DataFrame, contract: Contract) -> pl.Series:
    """Which rows have a figure. Most have one in the first column, so the next column is read only in the others."""
    silent = pl.int_range(rows.height, eager=True)
    for column in contract.counts:
        figures = normalise.of_distinct(rows[column].gather(silent), normalise.looks_like_number)
        silent = silent.filter(~figures.fill_null(False))
    return pl.repeat(True, rows.height, eager=True).scatter(silent, False)
