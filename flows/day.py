"""A day, from pull to published, as a plain function: the flow, the direct run and the tests all call it.

Knows no orchestrator; what it is given as `steps` decides how each step is carried out.
"""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib.metadata import version

import polars as pl

from flows.check import Checked, check_deliveries
from flows.clock import cut_off
from flows.pull import Pulled, merge, pull_units, unseen
from flows.steps import Steps
from flows.workspace import Workspace
from transforms.columns import LAKE
from transforms.units import expected_days
from warehouse.lake import Lake
from warehouse.commit import Batch, commit
from warehouse.landing import land
from warehouse.publish import Publication, publish
from warehouse.materialise import Reference, materialise
from warehouse.states import current_states, seen

_HELD_BACK = ("quarantined", "missing")


@dataclass(frozen=True)
class DayRequest:
    """Which business date to run, as of which moment (UTC without zone); no `units` = all valid that day."""

    business_date: date
    now: datetime
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class DayResult:
    """What a run did and how the day stands now.

    `states`: one row per unit expected or heard of that day (see warehouse.states); `stored`: the deliveries
    this run added, also of earlier days; `findings`: the faulty rows of those, with `delivery_id` and
    `message`; `failures`: unit_id → why its source could not be asked.
    """

    business_date: date
    states: pl.DataFrame
    stored: pl.DataFrame
    findings: pl.DataFrame
    failures: dict[str, str]
    publication: Publication | None
    seconds: float

    @property
    def is_held_back(self) -> bool:
        """Whether anything of the day is quarantined or missing."""
        return not self.states.filter(pl.col("outcome").is_in(_HELD_BACK)).is_empty()


def run_day(workspace: Workspace, lake: Lake, request: DayRequest, steps: Steps) -> DayResult:
    """Pull, check, commit, materialise, publish one business date; late and corrected exports of the days before too.

    Safe to repeat: what was seen before is passed over. Raises what a step raises; nothing half-done stays.
    """
    started = time.monotonic()
    day = request.business_date
    first = day - timedelta(days=workspace.settings.run.lookback_days)
    units = _units(workspace, request)

    known = steps.call("seen", lambda: seen(lake, first, day))
    pulled = _pull(workspace, units["unit_id"].to_list(), first, request, steps)
    fresh = unseen(pulled.received, known)
    stored, findings = fresh.drop("content").clear(), pl.DataFrame()
    batch_id = f"{request.now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
    landed = steps.call("land", lambda: land(workspace.landing, fresh, batch_id))
    checks = [
        steps.call(f"check {contract}", lambda contract=contract: _check(workspace, fresh, contract, batch_id))
        for contract in sorted(fresh["contract"].unique())
    ]
    outcomes = pl.concat([_missing(workspace, units, request), _late(workspace, fresh, known, request)])
    batch = _batch(landed, checks, outcomes, request.now)
    stored = steps.call("commit", lambda: commit(lake, batch))
    publication = steps.call("publish", lambda: publish_marts(workspace, lake, request.now))
    states = current_states(lake, day, day).filter(pl.col("unit_id").is_in(units["unit_id"].to_list()))
    findings = _findings(checks, stored)
    return DayResult(day, states, stored, findings, pulled.failures, publication, time.monotonic() - started)
