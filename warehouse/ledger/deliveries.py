"""Queries of the ledger of deliveries. Writes nothing and computes no rate."""

# ruff: noqa: S608 - values are quoted

from datetime import date, datetime
from typing import Any

import polars as pl

from transforms.dictionary.columns import LAKE
from transforms.dictionary.contracts import MORE_COUNTS
from transforms.dictionary.frames import checked
from transforms.dictionary.shared_senders import export_of, unknown_sender
from transforms.dictionary.text import fold
from warehouse.lake.lake import Lake
from warehouse.lake.moments import known_days
from warehouse.lake.schema import days, text
from warehouse.ledger.counting import COUNTS
from warehouse.places.errors import DecisionError

_SUMMED = ("online", "in_person", "postal", "total", "received", "settled", "settled_on_time", *MORE_COUNTS)
_LEDGER = LAKE["deliveries"].schema
_IDENTITY = ("delivery_id", "unit_id", "business_date", "contract", "version")


def _columns(*others: str) -> pl.Schema:
    return pl.Schema({name: _LEDGER[name] for name in (*_IDENTITY, *others)})


_KEYS = pl.Schema({name: _LEDGER[name] for name in ("unit_id", "business_date", "contract")})
HELD = _columns("file_name", "received_at", "reason")
ACCEPTED_LATER = _columns("decided_at")
SEEN = _columns("source_uri", "sha256", "etag", "status", "received_at")
REJECTED_ROWS = pl.Schema({"row_number": pl.Int64, "rule": pl.String, "content": pl.String, "message": pl.String})


def span(lake: Lake) -> tuple[date, date] | None:
    """The first and last business date with a delivery or an outcome; None in an empty lake."""
    with lake.snapshot() as cursor:
        return known_days(cursor)


def quarantined(lake: Lake, first: date = date.min, last: date = date.max) -> pl.DataFrame:
    """HELD: deliveries of these business dates that wait for a decision, the newest of unit, date and contract."""
    with lake.snapshot() as cursor:
        found = cursor.execute(
            "SELECT delivery_id, unit_id, business_date, contract, version, file_name, received_at, reason "
            f"FROM lake.deliveries WHERE status <> 'duplicate' AND {days(first, last)} "
            "QUALIFY row_number() OVER (PARTITION BY unit_id, business_date, contract ORDER BY version DESC) = 1 "
            "AND status = 'quarantined' "
            "AND delivery_id NOT IN (SELECT delivery_id FROM lake.decisions) ORDER BY business_date, unit_id"
        ).pl()
    return checked(found, HELD, "quarantined: result")


def delivery(lake: Lake, delivery_id: str) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """The row of a delivery (LAKE["deliveries"]) and its REJECTED_ROWS; None if there is no such delivery."""
    with lake.snapshot() as cursor:
        ledger = cursor.execute(f"SELECT * FROM lake.deliveries WHERE delivery_id = {text(delivery_id)}").pl()
        rows = cursor.execute(
            "SELECT row_number, rule, content, message FROM lake.rejected_rows "
            f"WHERE delivery_id = {text(delivery_id)} ORDER BY row_number, rule"
        ).pl()
    checked(ledger, _LEDGER, "delivery: row")
    checked(rows, REJECTED_ROWS, "delivery: rejected rows")
    return None if ledger.is_empty() else (ledger, rows)


def shared_delivery(lake: Lake, delivery: dict[str, Any]) -> dict[str, Any]:
    """The ledger's row of the shared export of which a delivery is a part. Raises DecisionError where there is none."""
    with lake.snapshot() as cursor:
        found = cursor.execute(
            f"SELECT * FROM lake.deliveries WHERE landing = {text(delivery['landing'])} AND part IS NULL "
            "AND starts_with(unit_id, '@') AND status <> 'duplicate' ORDER BY version"
        ).pl()
    if found.is_empty():
        raise DecisionError(f"{delivery['delivery_id']}: không tìm thấy tệp chung của phần này")
    return found.row(0, named=True)


def corrected_sums(lake: Lake, landing: str) -> pl.DataFrame:
    """What counts of the corrected parts of one shared file: unit_id, business_date, and the sums (cases)."""
    sums = ", ".join(f"sum({name}) AS {name}" for name in _SUMMED)
    with lake.snapshot() as cursor:
        return cursor.execute(
            f"""
            WITH corrected AS (
                SELECT delivery_id, unit_id, business_date FROM lake.deliveries
                WHERE landing = {text(landing)} AND part IS NOT NULL AND {COUNTS}
                QUALIFY version = max(version) OVER (PARTITION BY unit_id, business_date)
            )
            SELECT unit_id, business_date, {sums}
            FROM corrected JOIN lake.daily_counts AS counts USING (delivery_id, unit_id, business_date)
            WHERE delivery_id IN (SELECT released_as FROM lake.decisions WHERE decision = 'corrected')
            GROUP BY unit_id, business_date ORDER BY ALL
            """
        ).pl()


def held_for_a_sum(lake: Lake, landing: str, rule: str) -> list[str]:
    """The parts of one shared file that wait for a decision for no other reason than this rule, by id."""
    waiting = quarantined(lake).filter(reason=rule)["delivery_id"].to_list()
    with lake.snapshot() as cursor:
        own = cursor.execute(
            f"SELECT delivery_id FROM lake.deliveries WHERE landing = {text(landing)} AND part IS NOT NULL ORDER BY ALL"
        ).fetchall()
    return [delivery_id for (delivery_id,) in own if delivery_id in set(waiting)]


def imported_days(lake: Lake, sender: str, first: date, last: date) -> pl.DataFrame:
    """Unit, business_date and contract of what was imported from past reports (of this sender), or left out of them."""
    imports = (
        f"FROM lake.deliveries WHERE unit_id = {text(sender)} AND status IN ('accepted', 'accepted_with_warnings') "
        f"AND {days(first, last)}"
    )
    with lake.snapshot() as cursor:
        if not cursor.execute(f"SELECT 1 {imports} LIMIT 1").fetchall():  # nearly always
            return _KEYS.to_frame()
        return cursor.execute(
            f"""
            WITH imports AS (SELECT DISTINCT business_date, contract {imports})
            SELECT DISTINCT unit_id, business_date, contract FROM (
                SELECT unit_id, business_date, contract FROM lake.deliveries
                UNION ALL SELECT unit_id, business_date, contract FROM lake.outcomes
            ) SEMI JOIN imports USING (business_date, contract)
            WHERE NOT starts_with(unit_id, '@') ORDER BY ALL
            """
        ).pl()


def parts_named(lake: Lake, name: str) -> list[dict[str, Any]]:
    """The rows (LAKE["deliveries"]) of the parts of shared exports held back whose unit is written so."""
    with lake.snapshot() as cursor:
        found = cursor.execute(
            "SELECT * FROM lake.deliveries WHERE part IS NOT NULL AND starts_with(unit_id, '@') "
            "AND status <> 'duplicate' QUALIFY row_number() OVER "
            "(PARTITION BY unit_id, business_date, contract ORDER BY version DESC) = 1 AND status = 'quarantined' "
            "AND delivery_id NOT IN (SELECT delivery_id FROM lake.decisions) ORDER BY business_date, unit_id"
        ).pl()
    return [
        row
        for row in found.iter_rows(named=True)
        if fold(row["part"]) == fold(name)
        or row["unit_id"] == unknown_sender(export_of(row["unit_id"]), name, hidden=True)
    ]


def decisions(lake: Lake, delivery_id: str) -> pl.DataFrame:
    """LAKE["decisions"], in order: what was decided on a delivery, and the decision that made it a new version."""
    with lake.snapshot() as cursor:
        found = cursor.execute(
            f"SELECT * FROM lake.decisions WHERE {text(delivery_id)} IN (delivery_id, released_as) "
            'ORDER BY "at", delivery_id'
        ).pl()
    return checked(found, LAKE["decisions"].schema, "decisions: result")


def counts_of(lake: Lake, delivery_id: str) -> pl.DataFrame:
    """LAKE["daily_counts"] of one delivery."""
    with lake.snapshot() as cursor:
        return cursor.execute(f"SELECT * FROM lake.daily_counts WHERE delivery_id = {text(delivery_id)}").pl()


def accepted_between(lake: Lake, first: date, last: date, after: datetime, until: datetime | None) -> pl.DataFrame:
    """ACCEPTED_LATER: deliveries of these business dates accepted after the moment `after`, up to `until` (UTC)."""
    before = f"AND decided_at <= TIMESTAMP '{until}' " if until else ""
    with lake.snapshot() as cursor:
        found = cursor.execute(
            "SELECT delivery_id, unit_id, business_date, contract, version, decided_at FROM lake.deliveries "
            f"WHERE status IN ('accepted', 'accepted_with_warnings') AND {days(first, last)} "
            f"AND decided_at > TIMESTAMP '{after}' {before}ORDER BY delivery_id"
        ).pl()
    return checked(found, ACCEPTED_LATER, "accepted_between: result")


def seen(lake: Lake, first: date, last: date) -> pl.DataFrame:
    """SEEN: all deliveries recorded for the business dates `first` to `last`, duplicates included."""
    with lake.snapshot() as cursor:
        found = cursor.sql(
            "SELECT delivery_id, unit_id, business_date, contract, version, source_uri, sha256, etag, status, "
            f"received_at FROM lake.deliveries WHERE {days(first, last)} ORDER BY delivery_id"
        ).pl()
    return checked(found, SEEN, "seen: result")
