"""The ledger of alerts, and the broken rules and faulty rows that a message names. Decides and sends nothing."""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

from collections.abc import Sequence
from datetime import date

import duckdb
import polars as pl

from transforms.dictionary.columns import LAKE
from transforms.dictionary.frames import checked
from warehouse.lake.lake import Lake
from warehouse.lake.rows import append, create_temp
from warehouse.lake.schema import days, text

_ALERTS = LAKE["alerts"]
BROKEN_RULES = pl.Schema(  # `failing`: rows
    {"delivery_id": pl.String, "rule": pl.String, "severity": pl.String, "failing": pl.Int64}
)
FAULTY_ROWS = pl.Schema({"delivery_id": pl.String, "rule": pl.String, "message": pl.String})


def alerts_since(lake: Lake, first: date) -> pl.DataFrame:
    """LAKE["alerts"]: those open or still to be sent, and closed ones whose newest day is `first` or later."""
    with lake.snapshot() as cursor:
        found = cursor.sql(
            f"SELECT * FROM lake.alerts WHERE closed IS NULL OR pending IS NOT NULL OR business_date >= DATE '{first}'"
        ).pl()
    return _ALERTS.conform(found).sort(_ALERTS.grain)


def keep_alerts(lake: Lake, rows: pl.DataFrame) -> None:
    """Write `rows` (LAKE["alerts"], a row per alert) over what the ledger has of the same alerts, all or none.

    Raises LockedError when another process keeps writing.
    """
    checked(rows, _ALERTS.schema, "keep_alerts: rows")
    if rows.is_empty():
        return

    def keep(cursor: duckdb.DuckDBPyConnection) -> None:
        create_temp(cursor, "changed", rows.select(_ALERTS.grain))
        same = " AND ".join(f"changed.{name} = kept.{name}" for name in _ALERTS.grain)
        cursor.execute(f"DELETE FROM lake.alerts AS kept USING changed WHERE {same}")
        append(cursor, "lake.alerts", rows)

    lake.write(keep)


def broken_rules(lake: Lake, first: date, last: date) -> pl.DataFrame:
    """BROKEN_RULES: the rules that deliveries of these business dates break; none of severity info or off."""
    with lake.snapshot() as cursor:
        found = cursor.sql(
            "SELECT delivery_id, rule, severity, failing FROM lake.check_results "
            f"WHERE {days(first, last)} AND outcome <> 'holds' AND severity NOT IN ('info', 'off')"
        ).pl()
    return checked(found, BROKEN_RULES, "broken_rules: result")


def faulty_rows(lake: Lake, delivery_ids: Sequence[str], most: int) -> pl.DataFrame:
    """FAULTY_ROWS: of each delivery and rule the first `most` messages, in the order of the rows."""
    if not delivery_ids:
        return FAULTY_ROWS.to_frame()
    listed = ", ".join(map(text, delivery_ids))
    with lake.snapshot() as cursor:
        found = cursor.sql(
            f"SELECT delivery_id, rule, message FROM lake.rejected_rows WHERE delivery_id IN ({listed}) "
            f"QUALIFY row_number() OVER (PARTITION BY delivery_id, rule ORDER BY row_number) <= {most} "
            "ORDER BY delivery_id, rule, row_number"
        ).pl()
    return checked(found, FAULTY_ROWS, "faulty_rows: result")


def ever_received(lake: Lake) -> set[tuple[str, str]]:
    """Each unit and contract with at least one delivery."""
    with lake.snapshot() as cursor:
        return set(cursor.execute("SELECT DISTINCT unit_id, contract FROM lake.deliveries").fetchall())
