"""The figures of a shared file as numbers: what the rows of each part add up to, and what its sums print.

Decides nothing about them, and reads no name.
"""

from collections.abc import Iterator, Sequence

import polars as pl

from transforms.check.shared.owners import Owned
from transforms.check.shared.parts import Figures
from transforms.check.shared.totals import PartFigures, TotalRow
from transforms.dictionary.contracts import Contract
from transforms.read import normalise
from transforms.read.headers.book import HeaderBook
from transforms.read.rows.table import classify
from transforms.read.typed import number_of

ADDED = ("at", "table", "of_file", "name", "day")  # to the rows of a table, by transforms.check.shared.split


def plain_thousands(rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Figures like `5.000` without their dot, where the file shows by others how it writes thousands.

    One unit's rows alone could not show it: five with three decimals, or five thousand. `rows`: the counts of the
    contract as text, more columns allowed.
    """
    counts = [column for column in contract.whole_counts if rows[column].null_count() < rows.height]
    if not counts:
        return rows
    texts = pl.concat([rows[column].alias("text") for column in counts]).drop_nulls().unique()
    styles = texts.to_frame().select(
        style=normalise.grouping(pl.col("text")),
        whole=normalise.is_whole_thousands(pl.col("text")),
        decimal=normalise.decimal_sign(pl.col("text")),
        silent=normalise.is_none(pl.col("text")),
    )
    used = set(styles["style"].drop_nulls())
    shown = styles.filter(~pl.col("whole") & ~pl.col("silent"))
    if len(used) != 1 or shown.is_empty() or used & set(styles["decimal"].drop_nulls()):
        return rows
    whole = r"^([-−+]?[1-9]\d{0,2})[.,](000)$"
    return rows.with_columns(pl.col(column).str.replace(whole, "$1$2") for column in counts)


def part_figures(
    rows: pl.DataFrame, owned: Owned, contract: Contract, book: HeaderBook, *, is_row_each: bool
) -> PartFigures:
    """Per part, in each table and in all, the sums of its detail rows as written; None where one is no number.

    `rows`: the raw rows of all tables with ADDED, `part`, `heading` and `stated`. `is_row_each`: each row is a unit.
    """
    counts = contract.counts
    own = rows.filter(~pl.col("heading"), pl.col("part").is_not_null()).rename({"part": "file"})
    details = own
    if not is_row_each:
        plain = own.sort("file", "row").drop(*ADDED, "heading", "stated")
        kinds = classify(plain, contract, book).filter(pl.col("kind") == "detail").select("file", "row")
        details = own.join(kinds, on=["file", "row"], how="semi")
    typed = details.with_columns(
        normalise.of_distinct(details[column], number_of(column, contract)) for column in counts
    )
    sums = [pl.when(pl.col(column).null_count() == 0).then(pl.col(column).sum()) for column in counts]
    found: dict[tuple[int, int | None], Figures] = {
        (number, table): dict.fromkeys(counts)
        for number in range(len(owned.owners))
        for table in (None, *rows["table"].unique())
    }
    for row in typed.group_by("file").agg(sums).iter_rows(named=True):
        found[row.pop("file"), None] = row
    for row in typed.group_by("file", "table").agg(sums).iter_rows(named=True):
        found[row.pop("file"), row.pop("table")] = row
    return found


def total_rows(frame: pl.DataFrame, owned: Owned, contract: Contract, book: HeaderBook) -> Iterator[TotalRow]:
    """The rows that print a sum, with what they print as numbers; None where it is no number.

    `frame`: the raw rows of all tables with ADDED.
    """
    counts = contract.counts
    ats = [at for one in owned.sums for at in one.ats]
    rows = frame.filter(pl.col("at").is_in(ats))
    typed = rows.with_columns(
        normalise.of_distinct(rows[column], number_of(column, contract)).alias(f"{column}_count") for column in counts
    )
    by_at = {row["at"]: row for row in typed.iter_rows(named=True)}
    for one in owned.sums:
        own = [by_at[at] for at in one.ats]
        labelled = [row for row in own if row["field"] is None or book.roles.role(row["field"]) is not None]
        own = labelled[:1] or own
        stated = [column for column in counts if any(row[column] is not None for row in own)]
        printed = {column: _sum([row[f"{column}_count"] for row in own]) for column in stated}
        yield TotalRow((one.table, one.rows[0]), own[0]["of_file"], one.name, printed, one.scopes)


def _sum(values: Sequence[int | None]) -> int | None:
    return None if None in values else sum(value for value in values if value is not None)
