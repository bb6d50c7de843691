"""What the lake's ledger answers about deliveries. Writes nothing and computes no rate."""

# ruff: noqa: S608 - dates are quoted

from datetime import date, datetime

import polars as pl

from warehouse.lake.lake import Lake
from warehouse.lake.moments import known_days
from warehouse.lake.schema import days


def span(lake: Lake) -> tuple[date, date] | None:
    """The first and last business date with a delivery or an outcome; None in an empty lake."""
    with lake.snapshot() as cursor:
        return known_days(cursor)


def quarantined(lake: Lake, first: date = date.min, last: date = date.max) -> pl.DataFrame:
    """The deliveries held back of these days: the newest version of their unit, date and contract, undecided.

    Columns: delivery_id, unit_id, business_date, contract, version, file_name, received_at, reason.
    """
    with lake.snapshot() as cursor:
        return cursor.execute(
            "SELECT delivery_id, unit_id, business_date, contract, version, file_name, received_at, reason "
            f"FROM lake.deliveries WHERE status <> 'duplicate' AND {days(first, last)} "
            "QUALIFY row_number() OVER (PARTITION BY unit_id, business_date, contract ORDER BY version DESC) = 1 "
            "AND status = 'quarantined' "
            "AND delivery_id NOT IN (SELECT delivery_id FROM lake.decisions) ORDER BY business_date, unit_id"
        ).pl()


def delivery(lake: Lake, delivery_id: str) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """The ledger's row of a delivery and its rejected rows; None if there is no such delivery."""
    with lake.snapshot() as cursor:
        ledger = cursor.execute("SELECT * FROM lake.deliveries WHERE delivery_id = ?", [delivery_id]).pl()
        rows = cursor.execute(
            "SELECT row_number, rule, content, message FROM lake.rejected_rows WHERE delivery_id = ? "
            "ORDER BY row_number, rule",
            [delivery_id],
        ).pl()
    return None if ledger.is_empty() else (ledger, rows)


def decisions(lake: Lake, delivery_id: str) -> pl.DataFrame:
    """What was decided about a delivery, or made it (columns of LAKE["decisions"]); no row if nothing was."""
    with lake.snapshot() as cursor:
        return cursor.execute("SELECT * FROM lake.decisions WHERE ? IN (delivery_id, released_as)", [delivery_id]).pl()


def accepted_between(lake: Lake, first: date, last: date, after: datetime, until: datetime | None) -> pl.DataFrame:
    """The deliveries of the business dates `first` to `last` accepted later than `after` and by `until` (UTC).

    Columns: delivery_id, unit_id, business_date, contract, version, decided_at.
    """
    with lake.snapshot() as cursor:
        return cursor.execute(
            "SELECT delivery_id, unit_id, business_date, contract, version, decided_at FROM lake.deliveries "
            "WHERE status IN ('accepted', 'accepted_with_warnings') AND business_date BETWEEN ? AND ? "
            "AND decided_at > ? AND (CAST(? AS TIMESTAMP) IS NULL OR decided_at <= ?) ORDER BY delivery_id",
            [first, last, after, until, until],
        ).pl()


def seen(lake: Lake, first: date, last: date) -> pl.DataFrame:
    """The deliveries recorded for the business dates `first` to `last`, duplicates included."""
    with lake.snapshot() as cursor:
        return cursor.sql(
            "SELECT delivery_id, unit_id, business_date, contract, version, source_uri, sha256, etag, status, "
            f"received_at FROM lake.deliveries WHERE {days(first, last)} ORDER BY delivery_id"
        ).pl()
