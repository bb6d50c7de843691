"""Adds `delivery_sums` to an older lake; newer software writes them with each delivery. Defines no sum."""

import duckdb
import polars as pl

from transforms.check.history.past import sums_of
from transforms.dictionary.columns import LAKE
from warehouse.lake.rows import append
from warehouse.lake.schema import days


def add_sums(cursor: duckdb.DuckDBPyConnection) -> None:
    """Write `delivery_sums` of all accepted deliveries from their counts, month by month."""
    accepted = cursor.sql("FROM lake.deliveries WHERE starts_with(status, 'accepted')").pl()
    month = pl.col("business_date").dt.truncate("1mo")
    for own in accepted.with_columns(month=month).partition_by("month", maintain_order=True):
        first, last = own.select(pl.min("business_date"), last=pl.max("business_date")).row(0)
        counts = cursor.sql(f"FROM lake.daily_counts WHERE {days(first, last)}").pl()
        numbered = own.with_row_index("file")
        keyed = counts.join(numbered.select("file", "delivery_id"), on="delivery_id")
        sums = sums_of(keyed, numbered).join(numbered, on="file")
        table = LAKE["delivery_sums"]
        append(cursor, f"lake.{table.name}", table.conform(sums).sort(table.grain))
