"""Finds the units that are missing or late now, by their calendar and cut-off. Pulls nothing.

A day counts as missing from its cut-off on, whether or not a run ever asked for it.
"""

from dataclasses import dataclass
from datetime import datetime
from logging import INFO, WARNING
from typing import Any

import polars as pl

from flows.alerts.raising import Alerted, raise_alerts
from flows.alerts.standing import LATE, MISSING, current_standing
from flows.runs.log import log_event
from flows.settings.workspace import Workspace
from flows.work.outputs.publishing import RunResult
from transforms.reference.clock import local_date
from warehouse.lake.lake import Lake

SCHEMA = pl.Schema(
    {
        "unit_id": pl.String,
        "contract": pl.String,
        "problem": pl.String,
        "since": pl.Date,
        "days": pl.Int64,
        "never": pl.Boolean,
    }
)
_PROBLEMS = {MISSING: "missing", LATE: "late"}


@dataclass(frozen=True)
class Watched(RunResult):
    """The units that are missing or late.

    `units`: columns SCHEMA, a row per unit, contract and problem (`missing` or `late`), the worst first. `since`: the
    first missing business date of those checked (late: the newest date); `days`: how many; `never`: nothing was ever
    received.
    """

    units: pl.DataFrame

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        rows = self.units.with_columns(pl.col("since").dt.to_string("iso")).to_dicts()
        return {"units": rows, "alerts": self.alerts.as_dict()}


def watch(workspace: Workspace, lake: Lake, now: datetime) -> Watched:
    """Find who is missing or late at `now` (UTC without zone) in the `lookback_days` before today; raises alerts."""
    today = local_date(now, workspace.zone)
    alerts = raise_alerts(workspace, lake, today, now, every_day=True)
    standing = current_standing(workspace, lake, today, now, every_day=True)
    if standing is None:
        return _watched(SCHEMA.to_frame(), alerts)
    rows = [
        (
            *(unit_id, contract, _PROBLEMS[rule], faults[0].business_date, len(faults)),
            rule == MISSING and (unit_id, contract) not in standing.known_senders,
        )
        for (unit_id, contract, rule), faults in standing.by_identity.items()
        if rule in _PROBLEMS
    ]
    units = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    worst_first = units.sort("never", "problem", "days", "unit_id", descending=[True, True, True, False])
    return _watched(worst_first, alerts)


def _watched(units: pl.DataFrame, alerts: Alerted) -> Watched:
    log_event("watch", WARNING if units.height else INFO, behind=units["unit_id"].n_unique())
    return Watched(units, alerts=alerts)
