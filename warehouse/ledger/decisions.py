"""Records what a person decides on a delivery: released or rejected, once, or corrected. Judges nothing itself.

A release or a correction is stored as a new version of the same bytes, so nothing stored is changed: as known before
the decision the delivery is as it was, and a later delivery replaces the new version like any other. Withdrawals:
warehouse.ledger.withdrawals.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import duckdb
import polars as pl

from transforms.dictionary.columns import LAKE
from warehouse.lake.lake import Lake
from warehouse.lake.moments import after_all_known
from warehouse.lake.rows import append
from warehouse.lake.schema import text
from warehouse.ledger.commit import ACCEPTED, Batch, store
from warehouse.ledger.versions import next_version
from warehouse.places.errors import DecisionError
from warehouse.places.locks import PATIENCE

_DECIDED = {"released": "được cho qua", "rejected": "bị loại", "corrected": "được sửa"}


@dataclass(frozen=True)
class Decision:
    """Who decided on which delivery, why, and when (UTC without zone). The reason names no citizen."""

    delivery_id: str
    person: str
    reason: str
    at: datetime


def held_delivery(lake: Lake, delivery_id: str) -> dict[str, Any]:
    """The ledger's row of a delivery that waits for a decision. Raises DecisionError when it does not."""
    with lake.snapshot() as cursor:
        return _held(cursor, delivery_id)


def release(
    lake: Lake, batch: Batch, decision: Decision, overridden: str | None, timeout: float = PATIENCE
) -> pl.DataFrame:
    """Let a held delivery count: store it, judged again, as the next version, with the decision.

    `batch`: that one delivery, accepted, `decided_at` the decision's moment. `overridden`: the critical rules it
    breaks, comma-separated. All in one transaction. Returns the stored row (LAKE["deliveries"] plus `file`). Raises
    DecisionError when it is decided or superseded by now, ValueError for another delivery's batch, LockedError and
    MeanwhileError as warehouse.ledger.commit.commit does.
    """

    def let_count(cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
        held = _held(cursor, decision.delivery_id)
        (judged,) = batch.deliveries.to_dicts()
        if judged["sha256"] != held["sha256"] or judged["status"] not in ACCEPTED:
            raise ValueError(f"{decision.delivery_id}: the batch must hold this delivery, accepted")
        stored = store(cursor, batch, next_version)
        at = stored["decided_at"].item()
        record(cursor, held, replace(decision, at=at), "released", stored["delivery_id"].item(), overridden)
        return stored

    return lake.write(let_count, timeout)


def reject(lake: Lake, decision: Decision, timeout: float = PATIENCE) -> None:
    """Keep a held delivery out for good. Raises DecisionError when it does not wait for a decision."""

    def keep_out(cursor: duckdb.DuckDBPyConnection) -> None:
        held = _held(cursor, decision.delivery_id)
        at = decision.at + after_all_known(cursor, [decision.at])
        record(cursor, held, replace(decision, at=at), "rejected", None, held["reason"])

    lake.write(keep_out, timeout)


def _held(cursor: duckdb.DuckDBPyConnection, delivery_id: str) -> dict[str, Any]:
    found = cursor.sql(f"SELECT * FROM lake.deliveries WHERE delivery_id = {text(delivery_id)}").pl()  # noqa: S608
    if found.is_empty():
        raise DecisionError(f"không có lần gửi nào mang mã {delivery_id}; xem: tyle quarantine list")
    delivery = found.row(0, named=True)
    decided = cursor.sql(f"SELECT * FROM lake.decisions WHERE delivery_id = {text(delivery_id)}").pl()  # noqa: S608
    for row in decided.to_dicts():
        word = _DECIDED[row["decision"]]
        into = f" thành {row['released_as']}" if row["released_as"] else ""
        raise DecisionError(f"{delivery_id}: đã {word}{into} lúc {row['at']:%Y-%m-%d %H:%M} UTC, bởi {row['person']}")
    if delivery["status"] != "quarantined":
        raise DecisionError(f"{delivery_id}: không bị giữ lại (kết luận: {delivery['status']})")
    newer = cursor.sql(
        "SELECT delivery_id FROM lake.deliveries "  # noqa: S608
        f"WHERE unit_id = {text(delivery['unit_id'])} AND business_date = DATE '{delivery['business_date']}' "
        f"AND contract = {text(delivery['contract'])} AND version > {delivery['version']} AND status <> 'duplicate' "
        "ORDER BY version DESC LIMIT 1"
    ).fetchall()
    if newer:
        raise DecisionError(f"{delivery_id}: đã có phiên bản mới hơn thay thế, {newer[0][0]}")
    return delivery


def record(
    cursor: duckdb.DuckDBPyConnection,
    held: dict[str, Any],
    decision: Decision,
    kind: str,
    released_as: str | None,
    rules: str | None,
    figures: str | None = None,
) -> None:
    """Write one decision about a delivery (its row of the ledger, `held`) within the caller's transaction."""
    row = held | {
        "decision": kind,
        "released_as": released_as,
        "rules_broken": rules,
        "figures_set": figures,
        "reason": decision.reason,
        "person": decision.person,
        "at": decision.at,
    }
    append(cursor, "lake.decisions", LAKE["decisions"].conform(pl.DataFrame([row], infer_schema_length=None)))
