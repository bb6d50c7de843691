"""Records that accepted deliveries count no more. Deletes nothing: as known before, they still count."""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import duckdb
import polars as pl

from transforms.dictionary.columns import LAKE
from warehouse.lake.lake import Lake
from warehouse.lake.moments import after_all_known
from warehouse.lake.rows import create_temp
from warehouse.lake.schema import days, text
from warehouse.ledger.cases import find_counted
from warehouse.ledger.commit import ACCEPTED
from warehouse.ledger.counting import COUNTS, NOT_WITHDRAWN
from warehouse.ledger.decisions import Decision, record
from warehouse.ledger.versions import KEY
from warehouse.places.errors import DecisionError
from warehouse.places.locks import PATIENCE

LEFT_OUT = "case_not_counted_before"  # the rule broken by the rows whose case another delivery counts
_DELIVERIES = LAKE["deliveries"].schema


@dataclass(frozen=True, eq=False)
class Withdrawn:
    """What counts no more and what counts instead.

    `withdrawn`: LAKE["deliveries"], a row for each version that counted or could count again; `counting`: the same of
    the earlier versions that count now; `left_out`: ids of counting lists of cases, judged since, that left out rows
    because another delivery counted the case: it may have been a withdrawn one. `at`: the moment of the decision.
    """

    withdrawn: pl.DataFrame
    counting: pl.DataFrame
    left_out: tuple[str, ...]
    at: datetime


def withdraw(
    lake: Lake, decisions: Sequence[Decision], *, previous: bool = False, timeout: float = PATIENCE
) -> Withdrawn:
    """Withdraw accepted deliveries, all or none: their days are without figures again.

    A decision is written for each accepted version of the delivery's unit, day and contract; with `previous` for the
    named one only, so that the accepted version before it counts again. Raises DecisionError when a delivery does not
    count, or with `previous` none can count instead; LockedError as warehouse.ledger.commit.commit does.
    """

    def take_back(cursor: duckdb.DuckDBPyConnection) -> Withdrawn:
        named = {decision.delivery_id: decision for decision in decisions}
        pairs = [(decision, _counting_versions(cursor, decision.delivery_id)) for decision in named.values()]
        at = decisions[0].at + after_all_known(cursor, [decision.at for decision in decisions])
        gone: list[dict[str, Any]] = []
        again: list[dict[str, Any]] = []
        for decision, versions in pairs:
            newest, *older = versions
            if previous and not older:
                raise DecisionError(
                    f"{decision.delivery_id}: không có phiên bản trước nào được nhận; bỏ --previous để ngày đó thành "
                    "chưa gửi"
                )
            taken = [newest] if previous else versions
            again += older[:1] if previous else []
            for row in taken:
                record(cursor, row, replace(decision, delivery_id=row["delivery_id"], at=at), "withdrawn", None, None)
            gone += taken
        counting = pl.DataFrame(again, schema=_DELIVERIES)
        _refuse_counted_twice(cursor, counting)
        withdrawn = pl.DataFrame(gone, schema=_DELIVERIES)
        return Withdrawn(withdrawn, counting, _left_out(cursor, withdrawn), at)

    return lake.write(take_back, timeout)


def newest_withdrawn(lake: Lake, first: date, last: date) -> pl.DataFrame:
    """LAKE["deliveries"]: the latest withdrawn version of each unit, contract and day from `first` to `last`."""
    with lake.snapshot() as cursor:
        return cursor.sql(f"""
            SELECT * FROM lake.deliveries WHERE {days(first, last)} AND NOT ({NOT_WITHDRAWN})
            QUALIFY version = max(version) OVER (PARTITION BY unit_id, business_date, contract)
        """).pl()


def _counting_versions(cursor: duckdb.DuckDBPyConnection, delivery_id: str) -> list[dict[str, Any]]:
    """The accepted versions of a delivery's unit, day and contract, the one that counts first: the named one."""
    found = cursor.sql(f"SELECT * FROM lake.deliveries WHERE delivery_id = {text(delivery_id)}").pl()
    if found.is_empty():
        raise DecisionError(f"không có lần gửi nào mang mã {delivery_id}; xem: tyle status, marts.daily_unit_rates")
    delivery = found.row(0, named=True)
    if delivery["status"] == "duplicate":
        raise DecisionError(
            f"{delivery_id}: gửi trùng nên không được tính; thu hồi {delivery_id.rsplit(':', maxsplit=1)[0]}"
        )
    decided = cursor.sql(f"SELECT * FROM lake.decisions WHERE delivery_id = {text(delivery_id)}").pl()
    for row in decided.filter(pl.col("decision").is_in(["withdrawn", "rejected"])).to_dicts():
        word = "được thu hồi" if row["decision"] == "withdrawn" else "bị loại nên không được tính"
        raise DecisionError(f"{delivery_id}: đã {word} lúc {row['at']:%Y-%m-%d %H:%M} UTC, bởi {row['person']}")
    if delivery["status"] not in ACCEPTED:
        raise DecisionError(f"{delivery_id}: đang bị giữ lại nên không được tính; dùng: tyle quarantine reject")
    same = " AND ".join(f"{name} = {text(str(delivery[name]))}" for name in KEY)
    versions = cursor.sql(f"SELECT * FROM lake.deliveries WHERE {same} AND {COUNTS} ORDER BY version DESC").pl()
    newest = versions["delivery_id"][0]
    if newest != delivery_id:
        raise DecisionError(f"{delivery_id}: đã có phiên bản mới hơn được tính; thu hồi {newest}")
    return versions.to_dicts()


def _refuse_counted_twice(cursor: duckdb.DuckDBPyConnection, counting: pl.DataFrame) -> None:
    """Refuse earlier versions with a case that another delivery has counted since they were replaced."""
    if counting.is_empty():
        return
    listed = ", ".join(map(text, counting["delivery_id"]))
    cases = cursor.sql(f"SELECT * FROM lake.cases WHERE delivery_id IN ({listed})").pl()
    if cases.is_empty():
        return
    twice = find_counted(cursor, cases, counting)
    again = cases.filter(pl.col("case_id").is_duplicated()).select(twice.columns)
    of = cases.join(pl.concat([twice, again]), on=twice.columns, how="semi")["delivery_id"].unique().sort()
    if len(of):
        raise DecisionError(
            f"{of[0]}: có hồ sơ mà lần gửi khác đã tính từ khi bản này bị thay, nên không được tính lại nguyên như cũ; "
            "bỏ --previous rồi để đơn vị gửi lại"
        )


def _left_out(cursor: duckdb.DuckDBPyConnection, withdrawn: pl.DataFrame) -> tuple[str, ...]:
    lists = withdrawn.filter(contract="cases")
    if lists.is_empty():
        return ()
    create_temp(cursor, "taken_back", lists.select("delivery_id"))
    since = min(lists["decided_at"].to_list())
    found = cursor.sql(f"""
        SELECT delivery_id FROM lake.deliveries SEMI JOIN (
            SELECT delivery_id FROM lake.check_results WHERE rule = '{LEFT_OUT}' AND outcome <> 'holds'
        ) USING (delivery_id)
        ANTI JOIN taken_back USING (delivery_id)
        WHERE contract = 'cases' AND {COUNTS} AND decided_at >= TIMESTAMP '{since}'
        QUALIFY version = max(version) OVER (PARTITION BY unit_id, business_date)
        ORDER BY business_date, unit_id
    """).fetchall()
    return tuple(delivery_id for (delivery_id,) in found)
