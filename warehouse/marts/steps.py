"""Runs the statements of marts/*.sql in order over a range of the lake. Holds no rule and keeps no result."""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

from collections.abc import Sequence
from datetime import date, timedelta
from importlib import resources
from typing import Protocol

import duckdb
import polars as pl

from warehouse.lake.schema import days

PERIODS = pl.Schema(
    {  # type: ignore[arg-type]
        "month": pl.String,
        "previous_month": pl.String,
        "baseline_month": pl.String,  # null: none, or none before this month
        "period_from": pl.Date,
        "period_to": pl.Date,
        "as_of": pl.Date,  # null: no limit
        "known_at": pl.Datetime("us"),  # null: now
    }
)

FORMULA = "rate_hundredths"  # an expression of (part, whole), which the steps call as a function
FACTS = ("deliveries", "daily_counts", "outcomes", "check_results", "decisions")
STATES = ("known_deliveries", "known_outcomes", "known_decisions", "failed_checks", "deciding_deliveries", "states")
MARTS = (
    *STATES,
    "period_as_of",
    "valid_units",
    "delivery_figures",
    "counted_deliveries",
    "unit_calendar",
    "unit_days",
    "month_figures",
    "month_rates",
    "monthly_unit_rates",
    "monthly_group_rates",
    "monthly_field_rates",
    "monthly_processing",
    "daily_unit_rates",
    "export_status",
    "check_failures",
    "restatements",
)


class Engine(Protocol):
    """Runs steps on what a cursor sees; leaves the tables of the marts before it. `run` is DuckDB's own."""

    def __call__(self, cursor: duckdb.DuckDBPyConnection, steps: Sequence[str]) -> None:
        """Run the steps, in order."""


def sql_of(step: str) -> str:
    """The statement in marts/<step>.sql."""
    return (resources.files("warehouse") / "marts" / f"{step}.sql").read_text(encoding="utf-8")


def spans(periods: pl.DataFrame) -> list[tuple[date, date]]:
    """The days of `periods` (PERIODS) as few spans that neither touch nor overlap; without periods an empty day."""
    joined: list[tuple[date, date]] = []
    for first, last in periods.sort("period_from").select("period_from", "period_to").iter_rows():
        if joined and first <= joined[-1][1] + timedelta(days=1):
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined or [(date.min, date.min)]


def expose(cursor: duckdb.DuckDBPyConnection, *looked_at: tuple[date, date]) -> None:
    """Put the lake's tables before the cursor under their own names; of each span of days (none overlap) what it holds.

    One SELECT a span, so that the files of the days between them are skipped. Nothing the cursor's own transaction has
    written is seen of a table that was empty before it.
    """
    # of a table without files DuckLake asks for the statistics anew for each column: 30 ms (later versions do not)
    kept = cursor.execute("SELECT table_name FROM ducklake_table_info('lake') WHERE file_count > 0").fetchall()
    for name in FACTS:
        asked = [days(*span) for span in looked_at] if (name,) in kept else ["false"]
        parts = " UNION ALL ".join(f"SELECT * FROM lake.{name} WHERE {condition}" for condition in asked)
        cursor.execute(f"CREATE TEMP VIEW {name} AS {parts}")
    cursor.execute("CREATE TEMP VIEW publications AS SELECT * FROM lake.publications")


def run(cursor: duckdb.DuckDBPyConnection, steps: Sequence[str]) -> None:
    """Run `steps` on what the cursor sees; each leaves a temporary table of its name.

    Besides what `expose` put there they read `periods` (PERIODS, not overlapping) and, from `period_as_of` on, `units`,
    `targets`, `baselines` and `expected_days`.
    """
    cursor.execute(f"CREATE OR REPLACE TEMP MACRO {FORMULA}(part, whole) AS ({sql_of(FORMULA)})")
    for step in steps:
        cursor.execute(f"CREATE TEMP TABLE {step} AS {sql_of(step)}")
