"""Missing and late units now, by each unit's calendar and cut-off. Pulls nothing; alerts are sent by flows/alerts.

A day counts as missing from its cut-off on, whether or not a run ever asked for it.
"""

from dataclasses import dataclass
from datetime import datetime
from logging import INFO, WARNING
from typing import Any

import polars as pl

from flows.alerts.standing import LATE, MISSING, look
from flows.alerts.step import Alerted, raise_alerts
from flows.runs.log import log_event
from flows.settings.workspace import Workspace
from flows.work.publishing import RunResult
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
    """The units that are behind.

    `units`: one row per unit, contract and problem (`missing` or `late`), the worst first: `since` = the first of the
    business dates looked at that is not there (late: the newest one), `days` = how many, `never` = nothing ever came.
    """

    units: pl.DataFrame

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        rows = self.units.with_columns(pl.col("since").dt.to_string("iso")).to_dicts()
        return {"units": rows, "alerts": self.alerts.as_dict()}


def watch(workspace: Workspace, lake: Lake, now: datetime) -> Watched:
    """Who is missing or late at `now` (UTC without zone) in the look-back before today; opens and closes alerts."""
    today = local_date(now)
    alerts = raise_alerts(workspace, lake, today, now, every_day=True)
    standing = look(workspace, lake, today, now, every_day=True)
    if standing is None:
        return _watched(SCHEMA.to_frame(), alerts)
    rows = [
        (
            *(unit_id, contract, _PROBLEMS[rule], faults[0].business_date, len(faults)),
            rule == MISSING and (unit_id, contract) not in standing.ever,
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
