"""Takes a shared export again from its original, by the settings and names of today. Pulls nothing."""

import hashlib
from collections.abc import Mapping
from typing import Any

import polars as pl

from flows.intake.batch import judged_batch, retried
from flows.intake.check import check_deliveries
from flows.intake.lateness import with_cut_offs
from flows.intake.shared import split_shared
from flows.runs.lakes import landing_of
from flows.runs.log import log_event
from flows.settings.workspace import Workspace
from transforms.dictionary.columns import LAKE, RECEIVED
from warehouse.lake.lake import Lake
from warehouse.ledger.decisions import Decision
from warehouse.ledger.deliveries import seen
from warehouse.ledger.shared import store_again
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

    stored = store_again(lake, batch, held, decision)
    log_event("shared.again", delivery_id=whole["delivery_id"], stored=stored.height)
    return stored
