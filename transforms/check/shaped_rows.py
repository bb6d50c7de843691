"""Names the rows and cells of the file in findings on a table that a configured layout made. Words no message."""

import polars as pl

from transforms.check.rules.rule import READABLE
from transforms.read.addresses import cell_name
from transforms.read.filings import Filings
from transforms.read.headers.search import Layout


def in_file(findings: pl.DataFrame, filings: Filings) -> pl.DataFrame:
    """`findings` with the file's own `row_number`, and `cells`: the addresses a figure was put together from, or null.

    A refusal names rows of the file already.
    """
    changed = {file: layout for file, layout in filings.layouts.items() if layout.numbers or layout.parts}
    if not changed:
        return findings.with_columns(cells=pl.lit(None, pl.String))
    rows: list[int] = []
    cells: list[str | None] = []
    for file, rule, row, column in findings.select("file", "rule", "row_number", "column").iter_rows():
        layout = changed.get(file)
        if layout is None or rule == READABLE or not row:
            rows.append(row)
            cells.append(None)
        else:
            rows.append(layout.numbers.get(row, row))
            cells.append(_cells(layout, row, column))
    return findings.with_columns(pl.Series("row_number", rows, pl.Int64), pl.Series("cells", cells, pl.String))


def one_a_row(described: pl.DataFrame, filings: Filings) -> pl.DataFrame:
    """`described` with one finding for each row and rule: the records made of one row state their faults together."""
    moved = pl.col("file").is_in([file for file, layout in filings.layouts.items() if layout.numbers])
    place = ["file", "row_number", "rule"]
    if not described.filter(moved).select(pl.struct(place).is_duplicated().any()).item():
        return described
    together = (
        described.filter(moved)
        .group_by(place, maintain_order=True)
        .agg(pl.exclude("message", *place).first(), pl.col("message").str.join("; "))
    )
    others = described.filter(~moved)
    return pl.concat([others, together.select(others.columns)]).sort("file", "row_number", maintain_order=True)


def _cells(layout: Layout, row: int, column: str | None) -> str | None:
    if column is None:
        return None
    found = layout.sources.get((row, column)) or [(row - 1, at) for at in layout.parts.get(column, ())]
    return " + ".join(cell_name(*place) for place in found) or None
