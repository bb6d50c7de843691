"""Cuts a sheet at each header: tables that stand below one another. Reads no figure's value."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from transforms.dictionary.contracts import Contract
from transforms.read.grid import Grid, Row
from transforms.read.headers.book import HeaderBook, header_key
from transforms.read.headers.rows import has_figures
from transforms.read.headers.search import Layout
from transforms.read.refusal import Refusal, UnreadableError

_NAMED = 2  # columns of figures that make a header
_LEVELS = 4  # rows of one header


def segments(grid: Grid, contract: Contract, book: HeaderBook) -> Iterator[tuple[int, Grid]]:
    """The tables of a sheet with the titles above each, and how many rows of the sheet stand before."""
    starts = [0, *_starts(grid, contract, book)]
    for start, end in zip(starts, [*starts[1:], len(grid.rows)], strict=True):
        yield start, _cut(grid, start, end)


def _starts(grid: Grid, contract: Contract, book: HeaderBook) -> Iterator[int]:
    """Where a second table begins, and each after it: below the last row of figures above its header."""
    last_header: int | None = None
    last_figures: int | None = None
    for at, row in enumerate(grid.rows):
        if has_figures(row):
            last_figures = at
            continue
        if not names_figures(row, contract, book):
            continue
        same = last_header is not None and at - last_header <= _LEVELS and (last_figures or -1) < last_header
        if last_header is not None and not same and last_figures is not None:
            yield last_figures + 1
        last_header = at


def names_figures(row: Row, contract: Contract, book: HeaderBook) -> bool:
    """Whether a row names two or more columns of figures."""
    known = book.names[contract.name]
    names = {known.get(header_key(cell)) for cell in row if cell}
    return len(names & {*contract.counts, *contract.percents}) >= _NAMED


def _cut(grid: Grid, start: int, end: int) -> Grid:
    if start == 0 and end == len(grid.rows):
        return grid
    return replace(
        grid,
        rows=grid.rows[start:end],
        hidden=frozenset(row - start for row in grid.hidden if start < row <= end),
        indents={(row - start, at): depth for (row, at), depth in grid.indents.items() if start <= row < end},
        above=grid.above if start == 0 else (),
        below=grid.below if end == len(grid.rows) else (),
    )


def moved(layout: Layout, start: int) -> Layout:
    """The layout of a table that stands below `start` rows."""
    return replace(layout, first_row=layout.first_row + start, last_row=layout.last_row + start) if start else layout


def moved_rows(rows: pl.DataFrame, start: int) -> pl.DataFrame:
    """The `rows` of such a table (`row` and others) with their numbers in the sheet."""
    return rows.with_columns(pl.col("row") + start) if start else rows


def moved_refusal(error: UnreadableError, start: int) -> Refusal:
    """The refusal of such a table with its row in the sheet."""
    found = error.refusal
    return replace(found, row=found.row + start) if start and found.row else found
