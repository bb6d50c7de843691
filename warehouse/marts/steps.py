"""Runs the statements of the marts in DuckDB, over spans of days of the lake. Holds no rule and keeps no result."""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol

import duckdb
import polars as pl

from warehouse.lake.moments import CATALOG
from warehouse.lake.schema import days
from warehouse.marts.catalogue import FACTS, FUNCTIONS, PUBLICATIONS, STATEMENTS

PERIODS = pl.Schema(
    {  # type: ignore[arg-type]
        "month": pl.String,
        "previous_month": pl.String,
        "baseline_month": pl.String,  # null: none, or none before this month
        "period_from": pl.Date,
        "period_to": pl.Date,
        "as_of": pl.Date,  # null: no limit
        "known_at": pl.Datetime("us"),  # null: now
        "is_asked": pl.Boolean,  # false: only other months are compared with it
    }
)


# Also those that had files lately. Asking the catalog itself takes a quarter of the time of ducklake_table_info.
_WITH_FILES = f"""
    SELECT DISTINCT table_name FROM {CATALOG}.ducklake_data_file JOIN {CATALOG}.ducklake_table USING (table_id)
"""


class Engine(Protocol):
    """Runs statements on what a cursor sees and leaves the marts there as temporary tables. `run` is DuckDB's own."""

    def __call__(self, cursor: duckdb.DuckDBPyConnection, steps: Iterable[str]) -> None:
        """Run these statements, in this order."""


def define_functions(cursor: duckdb.DuckDBPyConnection) -> None:
    """Define the functions that the statements call, for this cursor."""
    for one in FUNCTIONS:
        parameters = ", ".join(name for name, _ in one.parameters)
        cursor.execute(f"CREATE OR REPLACE TEMP MACRO {one.name}({parameters}) AS ({one.expression})")


def spans(periods: pl.DataFrame) -> list[tuple[date, date]]:
    """The days of `periods` as the fewest spans (first, last day); without periods a day on which nothing happened.

    `periods`: period_from and period_to of PERIODS, one row per period.
    """
    joined: list[tuple[date, date]] = []
    for first, last in periods.sort("period_from").select("period_from", "period_to").iter_rows():
        if joined and first <= joined[-1][1] + timedelta(days=1):
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined or [(date.min, date.min)]


def expose(cursor: duckdb.DuckDBPyConnection, *asked: tuple[date, date]) -> None:
    """Create temporary views of the lake's FACTS, each with the rows of the spans of days asked for, and publications.

    The spans do not overlap. One SELECT a span, so that the files of the days between them are skipped. Of a table that
    was empty before the cursor's transaction, rows written in that transaction are not seen.
    """
    # for a table without files DuckLake queries the statistics anew for each column: 30 ms (later versions do not)
    kept = cursor.execute(_WITH_FILES).fetchall()
    for name in FACTS:
        conditions = [days(*span) for span in asked] if (name,) in kept else ["false"]
        parts = " UNION ALL ".join(f"SELECT * FROM lake.{name} WHERE {condition}" for condition in conditions)
        cursor.execute(f"CREATE TEMP VIEW {name} AS {parts}")
    cursor.execute(f"CREATE TEMP VIEW {PUBLICATIONS} AS SELECT * FROM lake.{PUBLICATIONS}")


def run(cursor: duckdb.DuckDBPyConnection, steps: Iterable[str]) -> None:
    """Run the statements `steps`, in this order; each leaves a temporary table of its name.

    The cursor must see what they read: the views that `expose` creates, `periods` (PERIODS, not overlapping) and, where
    their headers name them, the other tables of catalogue.SMALL.
    """
    define_functions(cursor)
    for step in steps:
        cursor.execute(f"CREATE TEMP TABLE {step} AS {STATEMENTS[step].sql}")
