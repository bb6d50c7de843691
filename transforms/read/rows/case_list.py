"""Classifies the rows of a list of cases. Tables of counts: transforms/read/rows/table.py."""

import polars as pl

from transforms.dictionary.contracts import Contract
from transforms.dictionary.frames import kept
from transforms.read.headers.book import HeaderBook, header_key
from transforms.read.row_roles import TOTALS
from transforms.read.rows.parents import ARABIC


def classify_cases(rows: pl.DataFrame, contract: Contract, book: HeaderBook) -> pl.DataFrame:
    """Classify each raw row of a case list: `detail`, or `totals` (a row named so, also `Tổng cộng: 25`).

    `rows`: the columns of transforms.read.rows.table.raw_rows, and `file`. Adds `kind` and `group` (always 0); `hidden`
    stays. Drops blank rows, repeated headers, headings of groups, and unnumbered rows below the last row that states a
    day or two codes.
    """
    stating = [pl.col(column) for column in (*contract.codes, *contract.dates) if column not in contract.more]
    words = [pl.col(column) for column in contract.texts if column != "unit"]
    dated = pl.any_horizontal(pl.col(column).str.contains(r"\d").fill_null(False) for column in contract.dates)
    name = pl.coalesce(words)
    says_something = pl.any_horizontal(cell.is_not_null() for cell in (*words, *stating))
    rows = kept(rows, says_something).with_columns(dated=dated)
    names = rows.lazy().filter(~pl.col("dated")).select(name).collect().to_series().drop_nulls().unique().to_list()
    headers = [text for text in names if header_key(text) in book.names[contract.name]]
    totals = [text for text, role in book.roles.roles(names).items() if role in TOTALS]
    rows = rows.with_columns(
        speaks=pl.col("dated") | (pl.sum_horizontal(cell.is_not_null() for cell in stating) > 1),
        totals=name.is_in(totals).fill_null(False) & ~pl.col("dated"),
    )
    last = pl.col("row").filter(pl.col("speaks") & ~pl.col("totals")).max().over("file")
    heading = ~pl.col("speaks") & pl.col("case_id").is_null()
    repeated = name.is_in(headers).fill_null(False) & ~pl.col("dated")
    within = (pl.col("row") <= last).fill_null(False) | pl.col("ordinal").str.contains(ARABIC).fill_null(False)
    return (
        kept(rows, within & ~heading & ~repeated)
        .with_columns(
            kind=pl.when("totals").then(pl.lit("totals")).otherwise(pl.lit("detail")),
            group=pl.lit(0, pl.UInt32),
        )
        .drop("speaks", "totals", "dated")
    )
