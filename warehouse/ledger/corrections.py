"""Stores deliveries that were read again with corrected figures, as new versions. Reads no file and judges nothing."""

# ruff: noqa: S608 - values are quoted

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import duckdb
import polars as pl

from transforms.dictionary.columns import LAKE
from transforms.dictionary.table import Table
from warehouse.lake.lake import Lake
from warehouse.lake.rows import create_temp
from warehouse.lake.schema import days, text
from warehouse.ledger.commit import ACCEPTED, Batch, store
from warehouse.ledger.decisions import Decision, record
from warehouse.ledger.versions import DUPLICATE, KEY, next_version
from warehouse.places.errors import DecisionError
from warehouse.places.locks import PATIENCE

_DELIVERIES: Table = LAKE["deliveries"]
_SAYING = {"corrected": "đã được sửa", "withdrawn": "đã được thu hồi", "rejected": "đã bị loại"}


@dataclass(frozen=True)
class Correctable:
    """A delivery that counts or waits for a decision, the newest of its unit, day and contract that does.

    `delivery`: its row of the ledger; `figures_set`: what persons set right in it before (JSON), or None;
    `messages`: of its faulty rows, for the rules asked for: (rule, message).
    """

    delivery: dict[str, Any]
    figures_set: str | None
    messages: tuple[tuple[str, str], ...]

    @property
    def counts(self) -> bool:
        """Whether it counts; otherwise it is held back."""
        return self.delivery["status"] in ACCEPTED


@dataclass(frozen=True)
class Correction:
    """The decision to correct a delivery, and all figures set by hand in its new version (JSON), or None."""

    decision: Decision
    figures_set: str | None


def correctable(lake: Lake, delivery_id: str, rules: Iterable[str]) -> Correctable:
    """The delivery of this id. Raises DecisionError where it neither counts nor waits for a decision."""
    with lake.snapshot() as cursor:
        return _correctable(cursor, delivery_id, rules)


def correctable_of(
    lake: Lake, keys: Iterable[tuple[str, date, str]], rules: Iterable[str]
) -> dict[tuple[str, date, str], Correctable]:
    """The deliveries of these units, days and contracts that count or wait for a decision, by the same keys."""
    asked = pl.DataFrame(list(keys), schema={name: _DELIVERIES.schema[name] for name in KEY}, orient="row")
    first, last = asked.select(pl.min("business_date"), last=pl.max("business_date")).row(0)
    with lake.snapshot() as cursor:
        create_temp(cursor, "asked", asked)
        of_asked = f"SEMI JOIN asked USING ({', '.join(KEY)}) WHERE {days(first, last)}"
        deliveries = cursor.sql(f"SELECT * FROM lake.deliveries {of_asked} AND status <> '{DUPLICATE}'").pl()
        decisions = cursor.sql(f"SELECT * FROM lake.decisions {of_asked}").pl()
        found = {}
        for own in deliveries.partition_by(KEY):
            newest = _newest(own, decisions)
            if newest is not None:
                found[newest["unit_id"], newest["business_date"], newest["contract"]] = newest
        ids = [row["delivery_id"] for row in found.values()]
        said = _messages(cursor, ids, rules)
    return {
        key: Correctable(row, _figures_set(row, decisions), said.get(row["delivery_id"], ()))
        for key, row in found.items()
    }


def correct(lake: Lake, batch: Batch, corrections: Mapping[int, Correction], timeout: float = PATIENCE) -> pl.DataFrame:
    """Store deliveries that were judged again, each as the next version, with the decisions; all in one transaction.

    `batch`: these deliveries, accepted, one of a unit, day and contract; `corrections`: by the batch's `file`. Returns
    the stored rows (LAKE["deliveries"] plus `file`). Raises DecisionError where one does not count or wait any more,
    ValueError for another batch, LockedError and MeanwhileError as warehouse.ledger.commit.commit does.
    """

    def let_count(cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
        judged = {row["file"]: row for row in batch.deliveries.to_dicts()}
        before = {
            file: _correctable(cursor, one.decision.delivery_id, ()).delivery for file, one in corrections.items()
        }
        if set(judged) != set(before) or any(
            judged[file]["sha256"] != row["sha256"] or judged[file]["status"] not in ACCEPTED
            for file, row in before.items()
        ):
            raise ValueError("the batch must hold these deliveries, accepted")
        stored = store(cursor, batch, next_version)
        for new in stored.to_dicts():
            one = corrections[new["file"]]
            decision = replace(one.decision, at=new["decided_at"])
            record(cursor, before[new["file"]], decision, "corrected", new["delivery_id"], None, one.figures_set)
        return stored

    return lake.write(let_count, timeout)


def _correctable(cursor: duckdb.DuckDBPyConnection, delivery_id: str, rules: Iterable[str]) -> Correctable:
    named = cursor.sql(f"SELECT * FROM lake.deliveries WHERE delivery_id = {text(delivery_id)}").pl()
    if named.is_empty():
        raise DecisionError(f"không có lần gửi nào mang mã {delivery_id}; xem: tyle status, tyle quarantine list")
    row = named.row(0, named=True)
    if row["status"] == DUPLICATE:
        raise DecisionError(f"{delivery_id}: gửi trùng; sửa {delivery_id.rsplit(':', maxsplit=1)[0]}")
    same = " AND ".join(f"{name} = {text(str(row[name]))}" for name in KEY)
    own = cursor.sql(f"SELECT * FROM lake.deliveries WHERE {same} AND status <> '{DUPLICATE}'").pl()
    decisions = cursor.sql(f"SELECT * FROM lake.decisions WHERE {same}").pl()
    newest = _newest(own, decisions)
    if newest is None or newest["delivery_id"] != delivery_id:
        for past in decisions.filter(delivery_id=delivery_id).sort("at", descending=True).to_dicts():
            if past["decision"] in _SAYING and not past["released_as"]:
                moment = f"{past['at']:%Y-%m-%d %H:%M} UTC, bởi {past['person']}"
                raise DecisionError(f"{delivery_id}: {_SAYING[past['decision']]} lúc {moment}; đơn vị cần gửi bản khác")
        if newest is None:
            raise DecisionError(f"{delivery_id}: đã có phiên bản khác và không bản nào được tính")
        what = "được tính" if newest["status"] in ACCEPTED else "đang chờ quyết định"
        raise DecisionError(f"{delivery_id}: đã có phiên bản khác {what}, {newest['delivery_id']}")
    said = _messages(cursor, [delivery_id], rules)
    return Correctable(row, _figures_set(row, decisions), said.get(delivery_id, ()))


def _newest(versions: pl.DataFrame, decisions: pl.DataFrame) -> dict[str, Any] | None:
    """Of the versions of one unit, day and contract the one that waits for a decision, else the one that counts."""
    withdrawn = decisions.filter(decision="withdrawn")["delivery_id"].implode()
    decided = decisions["delivery_id"].implode()
    ordered = versions.sort("version", descending=True)
    newest = ordered.row(0, named=True)
    if newest["status"] not in ACCEPTED and ordered.head(1).filter(pl.col("delivery_id").is_in(decided)).is_empty():
        return newest
    counting = ordered.filter(pl.col("status").is_in(ACCEPTED), ~pl.col("delivery_id").is_in(withdrawn))
    return None if counting.is_empty() else counting.row(0, named=True)


def _figures_set(delivery: dict[str, Any], decisions: pl.DataFrame) -> str | None:
    made = decisions.filter(released_as=delivery["delivery_id"])
    return None if made.is_empty() else made["figures_set"][0]


def _messages(
    cursor: duckdb.DuckDBPyConnection, ids: Iterable[str], rules: Iterable[str]
) -> dict[str, tuple[tuple[str, str], ...]]:
    named, asked = ", ".join(map(text, ids)), ", ".join(map(text, rules))
    if not named or not asked:
        return {}
    rows = cursor.sql(
        "SELECT delivery_id, rule, message FROM lake.rejected_rows "
        f"WHERE delivery_id IN ({named}) AND rule IN ({asked}) ORDER BY delivery_id, row_number, rule"
    ).fetchall()
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for delivery_id, rule, message in rows:
        found[delivery_id] = (*found.get(delivery_id, ()), (rule, message))
    return found
