"""Takes a shared export again from its original, by the settings and names of today. Pulls nothing."""

import hashlib
from collections.abc import Mapping
from typing import Any

import duckdb
import polars as pl

from flows.intake.batch import judged_batch, retried
from flows.intake.check import check_deliveries
from flows.intake.lateness import with_cut_offs
from flows.intake.shared import split_shared
from flows.runs.lakes import landing_of
from flows.runs.log import log_event
from flows.settings.workspace import Workspace
from transforms.dictionary.columns import LAKE, RECEIVED
from transforms.dictionary.shared_senders import is_no_unit
from warehouse.lake.lake import Lake
from warehouse.ledger.commit import Batch, store
from warehouse.ledger.decisions import Decision, record
from warehouse.ledger.deliveries import seen
from warehouse.ledger.versions import next_version, number
from warehouse.places.errors import DecisionError
from warehouse.places.landing import fetch


def take_again(
    workspace: Workspace, lake: Lake, whole: Mapping[str, Any], held: Mapping[str, Any], decision: Decision
) -> pl.DataFrame:
    """Store what the original of a shared export holds today and did not when it came; the deliveries stored.

    `whole`: the ledger's row of the export; `held`: what was held back of it, which the decision is about. Parts that
    did not change are left as they are. Raises DecisionError where the original is not what was received or nothing
    becomes a unit's delivery, PurgedError when it was removed.
    """
    return retried(lambda: _take(workspace, lake, whole, held, decision))


def _take(
    workspace: Workspace, lake: Lake, whole: Mapping[str, Any], held: Mapping[str, Any], decision: Decision
) -> pl.DataFrame:
    content = fetch(landing_of(workspace), whole["landing"])
    if hashlib.sha256(content).hexdigest() != whole["sha256"]:
        raise DecisionError(f"{whole['delivery_id']}: bản gốc {whole['landing']} không còn đúng mã SHA-256 đã ghi")
    row = dict(whole) | {"file": 0, "content": content, "modified_at": whole["received_at"]}
    landed = pl.DataFrame({name: [row[name]] for name in RECEIVED}, schema=RECEIVED).with_columns(
        landing=pl.lit(whole["landing"])
    )
    day = whole["business_date"]
    split = split_shared(workspace, landed, seen(lake, day, day))
    timed = with_cut_offs(workspace, split.files, split.files)
    checks = [
        check_deliveries(workspace, timed, contract, f"again {whole['delivery_id']}", lake)
        for contract in sorted(timed["contract"].unique())
    ]
    batch = judged_batch(timed, checks, LAKE["outcomes"].schema.to_frame(), decision.at, split.whole)

    def keep(cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
        stored = store(cursor, _closing(batch, held, decision), _numbered)
        became = stored.filter(~is_no_unit())["delivery_id"]
        still_held = batch.deliveries.filter(unit_id=held["unit_id"], status="quarantined").height
        if still_held or became.is_empty():
            raise DecisionError(f"{decision.delivery_id}: đọc lại vẫn như cũ; {_see(decision)}")
        at = stored["decided_at"].max() if stored.height else decision.at
        made = Decision(decision.delivery_id, decision.person, decision.reason, at)  # type: ignore[arg-type]
        record(cursor, dict(held), made, "released", became[0] if len(became) == 1 else None, None)
        return stored

    stored = lake.write(keep)
    log_event("shared.again", delivery_id=whole["delivery_id"], stored=stored.height)
    return stored


def _see(decision: Decision) -> str:
    return f"xem: tyle quarantine show {decision.delivery_id}"


def _closing(batch: Batch, held: Mapping[str, Any], decision: Decision) -> Batch:
    """The batch, where the reason of what closes the held part names the decision."""
    decided = f"Theo quyết định của {decision.person}: {decision.reason}"
    closes = (pl.col("unit_id") == held["unit_id"]) & (pl.col("status") == "accepted")
    reason = pl.when(closes).then(pl.lit(decided)).otherwise("reason")
    return Batch(**{**batch.__dict__, "deliveries": batch.deliveries.with_columns(reason=reason)})


def _numbered(files: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Units as in a run; what was held back of the export itself gets a version although the bytes are the same."""
    own = known.sort("version").group_by("unit_id", "business_date", "contract").last()
    held = own.filter(is_no_unit(), status="quarantined").select("unit_id", "business_date", "contract")
    again = files.join(held, on=held.columns, how="semi", maintain_order="left").filter(status="accepted")
    rest = files.join(again, on="file", how="anti", maintain_order="left")
    numbered = [number(rest, known)]
    if not again.is_empty():
        numbered.append(next_version(again, known))
    return pl.concat(numbered, how="diagonal")
