"""The order in which the lake came to know things, and the days it knows of. Reads no clock and no file.

`known_at` cuts the lake in two only if what is committed later also bears a later moment. A run's moment is that of its
start, so a run that was overtaken by another is given the moment after the newest one known.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import duckdb

_CATALOG = "__ducklake_metadata_lake"
# The catalog keeps the smallest and largest value of each column. Facts are never deleted, so these are what is there.
_KEPT = f"""
    SELECT {{what}}
    FROM {_CATALOG}.ducklake_table_column_stats AS kept
    JOIN {_CATALOG}.ducklake_table AS named USING (table_id)
    JOIN {_CATALOG}.ducklake_column AS typed USING (table_id, column_id)
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
    """What to add to these moments so that the earliest comes after all that the lake knows; the writer asks this."""
    earliest, newest = min(moments, default=None), newest_moment(cursor)
    if earliest is None or newest is None or earliest > newest:
        return timedelta(0)
    return newest - earliest + timedelta(microseconds=1)
