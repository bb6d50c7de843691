"""The ledger of alerts, and what a message says of a delivery. Decides nothing and sends nothing."""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

from collections.abc import Sequence
from datetime import date

import duckdb
import polars as pl

from transforms.dictionary.columns import LAKE
from warehouse.lake.lake import Lake
from warehouse.lake.rows import append, create_temp
from warehouse.lake.schema import days, text

_ALERTS = LAKE["alerts"]


def alerts_since(lake: Lake, first: date) -> pl.DataFrame:
    """The alerts that are open or still to be sent, and the closed ones whose newest day is `first` or later."""
    with lake.snapshot() as cursor:
        found = cursor.sql(
            f"SELECT * FROM lake.alerts WHERE closed IS NULL OR pending IS NOT NULL OR business_date >= DATE '{first}'"
        ).pl()
    return _ALERTS.conform(found).sort(_ALERTS.grain)


def keep_alerts(lake: Lake, rows: pl.DataFrame) -> None:
    """Write these alerts (columns of the lake's `alerts`) in place of what the ledger says of them, all or none.

    Raises LockedError when another process keeps writing.
    """
    if rows.is_empty():
        return
    conformed = _ALERTS.conform(rows)

    def keep(cursor: duckdb.DuckDBPyConnection) -> None:
        create_temp(cursor, "told", conformed.select(_ALERTS.grain))
        same = " AND ".join(f"told.{name} = kept.{name}" for name in _ALERTS.grain)
        cursor.execute(f"DELETE FROM lake.alerts AS kept USING told WHERE {same}")
        append(cursor, "lake.alerts", conformed)

    lake.write(keep)


def broken_rules(lake: Lake, first: date, last: date) -> pl.DataFrame:
    """The rules that deliveries of these days break: delivery_id, rule, severity, failing."""
    with lake.snapshot() as cursor:
        return cursor.sql(
            "SELECT delivery_id, rule, severity, failing FROM lake.check_results "
            f"WHERE {days(first, last)} AND outcome <> 'holds' AND severity <> 'info'"
        ).pl()


def faulty_rows(lake: Lake, delivery_ids: Sequence[str], most: int) -> pl.DataFrame:
    """Of each delivery and rule the first `most` messages, in the order of the rows: delivery_id, rule, message."""
    if not delivery_ids:
        return pl.DataFrame(schema=dict.fromkeys(("delivery_id", "rule", "message"), pl.String))
    listed = ", ".join(map(text, delivery_ids))
    with lake.snapshot() as cursor:
        return cursor.sql(
            f"SELECT delivery_id, rule, message FROM lake.rejected_rows WHERE delivery_id IN ({listed}) "
            f"QUALIFY row_number() OVER (PARTITION BY delivery_id, rule ORDER BY row_number) <= {most} "
            "ORDER BY delivery_id, rule, row_number"
        ).pl()


def ever_received(lake: Lake) -> set[tuple[str, str]]:
    """Each unit and contract of which anything ever came."""
    with lake.snapshot() as cursor:
        return set(cursor.execute("SELECT DISTINCT unit_id, contract FROM lake.deliveries").fetchall())
