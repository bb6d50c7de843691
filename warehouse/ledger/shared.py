"""Stores what a person decided about shared exports: taken again, or imported from a past report. Judges nothing."""

from collections.abc import Mapping
from typing import Any

import duckdb
import polars as pl

from transforms.dictionary.shared_senders import is_no_unit
from warehouse.lake.lake import Lake
from warehouse.ledger.commit import Batch, store
from warehouse.ledger.decisions import Decision, record
from warehouse.ledger.versions import next_version, number
from warehouse.places.errors import DecisionError


def store_again(lake: Lake, batch: Batch, held: Mapping[str, Any], decision: Decision) -> pl.DataFrame:
    """Store what a shared export holds today and did not when it came; the stored rows, as of `commit`.

    `held`: the ledger's row of what was held back of it, which the decision is about: the export itself, or rows of
    nobody known. It is closed, and units that did not change are left as they are. Raises DecisionError where no unit's
    delivery comes of it, LockedError and MeanwhileError as warehouse.ledger.commit.commit does.
    """
    decided = f"Theo quyết định của {decision.person}: {decision.reason}"
    closes = (pl.col("unit_id") == held["unit_id"]) & (pl.col("status") == "accepted")
    reason = pl.when(closes).then(pl.lit(decided)).otherwise("reason")
    made = Batch(**{**batch.__dict__, "deliveries": batch.deliveries.with_columns(reason=reason)})
    still_held = not batch.deliveries.filter(unit_id=held["unit_id"], status="quarantined").is_empty()

    def keep(cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
        stored = store(cursor, made, _numbered)
        became = stored.filter(~is_no_unit())["delivery_id"].to_list()
        if still_held or not became:
            see = f"xem: tyle quarantine show {decision.delivery_id}"
            raise DecisionError(f"{decision.delivery_id}: đọc lại vẫn như cũ; {see}")
        at = max(stored["decided_at"].to_list())
        as_made = Decision(decision.delivery_id, decision.person, decision.reason, at)
        record(cursor, dict(held), as_made, "released", became[0] if len(became) == 1 else None, None)
        return stored

    return lake.write(keep)


def store_imported(lake: Lake, batch: Batch, decision: Decision) -> pl.DataFrame:
    """Store the figures of a past report, each delivery with the decision to import it; the stored rows.

    Raises LockedError and MeanwhileError as warehouse.ledger.commit.commit does.
    """

    def keep(cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
        stored = store(cursor, batch, number)
        for row in stored.filter(pl.col("version") == 1).iter_rows(named=True):
            made = Decision(row["delivery_id"], decision.person, decision.reason, row["decided_at"])
            record(cursor, row, made, "imported", None, None)
        return stored

    return lake.write(keep)


def _numbered(files: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Units as in a run; what was held back of the export itself gets a version although the bytes are the same."""
    key = ("unit_id", "business_date", "contract")
    own = known.sort("version").group_by(key).last()
    held = own.filter(is_no_unit(), status="quarantined").select(key)
    again = files.join(held, on=key, how="semi", maintain_order="left").filter(status="accepted")
    rest = files.join(again, on="file", how="anti", maintain_order="left")
    numbered = [number(rest, known)]
    if not again.is_empty():
        numbered.append(next_version(again, known))
    return pl.concat(numbered, how="diagonal")
