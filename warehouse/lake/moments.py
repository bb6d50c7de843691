"""Keeps known-at moments strictly increasing across commits; finds the days with facts. Reads no clock and no file.

A question "as known at" some moment is only answered rightly if later commits also have later moments. A run's moment
is its start; when another run commits in between, its moment moves to just after the newest one in the lake.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import duckdb

CATALOG = "__ducklake_metadata_lake"  # the tables in which DuckLake keeps what the lake holds
# The catalog keeps the smallest and largest value of each column. Facts are never deleted, so these values are exact.
_KEPT = f"""
    SELECT {{what}}
    FROM {CATALOG}.ducklake_table_column_stats AS kept
    JOIN {CATALOG}.ducklake_table AS named USING (table_id)
    JOIN {CATALOG}.ducklake_column AS typed USING (table_id, column_id)
    WHERE named.end_snapshot IS NULL AND typed.end_snapshot IS NULL
        AND (named.table_name, typed.column_name) IN ({{columns}})
"""  # noqa: S608 - names are constants
_NEWEST = _KEPT.format(
    what="max(CAST(kept.max_value AS TIMESTAMP))",
    columns="('deliveries', 'decided_at'), ('outcomes', 'at'), ('decisions', 'at')",
)
_DAYS = _KEPT.format(
    what="min(CAST(kept.min_value AS DATE)), max(CAST(kept.max_value AS DATE))",
    columns="('deliveries', 'business_date'), ('outcomes', 'business_date')",
)


def newest_moment(cursor: duckdb.DuckDBPyConnection) -> datetime | None:
    """The moment (UTC) of the newest delivery, outcome or decision; None in an empty lake."""
    found: list[tuple[datetime | None]] = cursor.execute(_NEWEST).fetchall()
    return found[0][0]


def known_days(cursor: duckdb.DuckDBPyConnection) -> tuple[date, date] | None:
    """The first and last business date with a delivery or an outcome; None in an empty lake."""
    first, last = cursor.execute(_DAYS).fetchall()[0]
    return None if first is None else (first, last)


def after_all_known(cursor: duckdb.DuckDBPyConnection, moments: Iterable[datetime]) -> timedelta:
    """How far to move these moments (UTC) so that the earliest is after all in the lake; asked by the writer alone."""
    earliest, newest = min(moments, default=None), newest_moment(cursor)
    if earliest is None or newest is None or earliest > newest:
        return timedelta(0)
    return newest - earliest + timedelta(microseconds=1)
