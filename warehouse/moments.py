"""The order in which the lake came to know things. Reads no clock.

`known_at` cuts the lake in two only if what is committed later also bears a later moment. A run's moment is that of its
start, so a run that was overtaken by another is given the moment after the newest one known.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import duckdb

_CATALOG = "__ducklake_metadata_lake"
_NEWEST = f"""
    SELECT max(CAST(kept.max_value AS TIMESTAMP))
    FROM {_CATALOG}.ducklake_table_column_stats AS kept
    JOIN {_CATALOG}.ducklake_table AS named USING (table_id)
    JOIN {_CATALOG}.ducklake_column AS typed USING (table_id, column_id)
    WHERE named.end_snapshot IS NULL AND typed.end_snapshot IS NULL
        AND (named.table_name, typed.column_name) IN
            (('deliveries', 'decided_at'), ('outcomes', 'at'), ('decisions', 'at'))
"""  # noqa: S608 - names are constants; the catalog keeps the largest value of each column, so that no file is read


def newest_moment(cursor: duckdb.DuckDBPyConnection) -> datetime | None:
    """The moment (UTC) of the newest delivery, outcome or decision; None in an empty lake."""
    found: list[tuple[datetime | None]] = cursor.execute(_NEWEST).fetchall()
    return found[0][0]


def after_all_known(cursor: duckdb.DuckDBPyConnection, moments: Iterable[datetime]) -> timedelta:
    """What to add to these moments so that the earliest comes after all that the lake knows; the writer asks this."""
    earliest, newest = min(moments, default=None), newest_moment(cursor)
    if earliest is None or newest is None or earliest > newest:
        return timedelta(0)
    return newest - earliest + timedelta(microseconds=1)
