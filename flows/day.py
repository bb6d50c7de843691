"""A day, from pull to published, as a plain function: the flow, the direct run and the tests all call it.

Knows no orchestrator; the `steps` it is given decide how each step is carried out.
"""

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from flows.alerts.step import Alerted, raise_alerts
from flows.check import Checked, check_deliveries
from flows.docs import page_of, refresh
from flows.lateness import late_outcomes, with_cut_offs
from flows.marts import publish_marts
from flows.pull import Pulled, Sender, known_etags, merge, pull_units, unseen
from flows.steps import Steps
from flows.workspace import Workspace
from sources.export import Window
from transforms.columns import LAKE
from transforms.facts import FINDINGS
from transforms.units import expected_days
from warehouse.commit import Batch, commit
from warehouse.errors import CountedMeanwhileError
from warehouse.faults import working_in
from warehouse.lake import Lake, current_states, seen
from warehouse.landing import land
from warehouse.ledger import quarantined
from warehouse.publish import Publication

_HELD_BACK = ("quarantined", "missing")
_TASKS = 4  # a day's units are pulled in so many tasks: few enough for the orchestrator, enough to wait side by side
_MAX_BATCH = 250
_ATTEMPTS = 3  # of checking and committing, against other runs that count the same cases
_NO_DECISIONS = pl.DataFrame(
    schema={"file": pl.UInt32, "status": pl.String, "reason": pl.String, "row_count": pl.Int64}
)
_NO_FINDINGS = pl.DataFrame(schema=FINDINGS | {"message": pl.String})


@dataclass(frozen=True)
class DayRequest:
    """Which business date to run, as of which moment (UTC without zone); no `units` = all valid that day.

    `alert`: whether the run tells anybody; of several days only the last does.
    """

    business_date: date
    now: datetime
    units: tuple[str, ...] = ()
    alert: bool = True


@dataclass(frozen=True)
class DayResult:
    """What a run did and how the day stands now.

    `states`: a row per unit expected or heard of that day (columns of warehouse.lake.current_states); `stored`:
    the deliveries this run added, also of earlier days; `findings`: their faulty rows, with `delivery_id` and
    `message`; `waiting`: the day's deliveries that wait for a person's decision; `failures`: unit_id → why its source
    could not be asked; `alerts`: who was told of what; `docs`: the page on what of the day was checked.
    """

    business_date: date
    states: pl.DataFrame
    stored: pl.DataFrame
    findings: pl.DataFrame
    waiting: pl.DataFrame
    failures: dict[str, str]
    publication: Publication | None
    seconds: float
    alerts: Alerted = field(default_factory=Alerted)
    docs: Path | None = None

    @property
    def held_back(self) -> pl.DataFrame:
        """What of the day is quarantined or missing, and what else this run held back: unit, date, contract, outcome.

        Also a faulty correction of a day whose earlier version counts on.
        """
        of_the_day = self.states.filter(pl.col("outcome").is_in(_HELD_BACK))
        new = self.stored.filter(status="quarantined").rename({"status": "outcome"})
        columns = ("unit_id", "business_date", "contract", "outcome")
        return pl.concat([of_the_day.select(columns), self.waiting.select(columns), new.select(columns)]).unique(
            columns[:-1], maintain_order=True
        )

    def as_dict(self) -> dict[str, Any]:
        """For machines: the date, its states, and the faulty rows found in this run."""
        return {
            "business_date": self.business_date.isoformat(),
            "held_back": self.held_back.height,
            "states": self.states.to_dicts(),
            "findings": self.findings.select("delivery_id", "rule", "row_number", "message").to_dicts(),
            "failures": self.failures,
            "publication_id": self.publication.publication_id if self.publication else None,
            "docs": self.docs and str(self.docs),
            "alerts": self.alerts.as_dict(),
        }


def run_day(workspace: Workspace, lake: Lake, request: DayRequest, steps: Steps) -> DayResult:
    """Pull, check, commit, materialise and publish a business date; late and corrected exports of the days before too.

    Safe to repeat: what was seen before is passed over. Raises what a step raises; nothing half-done stays.
    """
    started = time.monotonic()
    day = request.business_date
    first = day - timedelta(days=workspace.settings.run.lookback_days)
    units = _units(workspace, request)
    known = seen(lake, first, day)
    pulled = _pull(workspace, units["unit_id"].to_list(), first, request, known_etags(known), steps)
    fresh = unseen(pulled.received, known)
    batch_id = f"{request.now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
    landed = steps.call("land", partial(_land, workspace, fresh, batch_id))
    timed = with_cut_offs(workspace, landed, known)
    outcomes = pl.concat([_missing(workspace, units, request), late_outcomes(timed, request.now)])
    checks, stored = _check_and_commit(workspace, lake, timed, outcomes, request, steps)
    publication = steps.call("publish", lambda: publish_marts(workspace, lake, request.now))
    steps.call("docs", lambda: refresh(workspace, landed["business_date"].unique(), first))
    alerts = _alert(workspace, lake, request, steps)
    asked_for = pl.col("unit_id").is_in(units["unit_id"].to_list())
    states = current_states(lake, day, day).filter(asked_for)
    waiting = quarantined(lake, day).filter(asked_for).with_columns(outcome=pl.lit("quarantined"))
    findings = pl.concat([_NO_FINDINGS, *(check.findings for check in checks)]).join(
        stored.select("file", "delivery_id"), on="file"
    )
    seconds = time.monotonic() - started
    page = page_of(workspace, day)
    return DayResult(day, states, stored, findings, waiting, pulled.failures, publication, seconds, alerts, page)


def _alert(workspace: Workspace, lake: Lake, request: DayRequest, steps: Steps) -> Alerted:
    if not request.alert:
        return Alerted()
    return steps.call("alert", lambda: raise_alerts(workspace, lake, request.business_date, request.now, request.units))


def _units(workspace: Workspace, request: DayRequest) -> pl.DataFrame:
    units = workspace.registry.on(request.business_date)
    return units.filter(pl.col("unit_id").is_in(request.units)) if request.units else units


def _pull(
    workspace: Workspace,
    unit_ids: list[str],
    first: date,
    request: DayRequest,
    etags: Mapping[Sender, Mapping[str, str]],
    steps: Steps,
) -> Pulled:
    """Pull in batches of units; those that could not be reached are asked again, so that none stops another."""
    window = Window(first, request.business_date, request.now)

    def pull(batch: list[str]) -> Pulled:
        return pull_units(workspace, batch, window, etags)

    pulled: list[Pulled] = []
    failures: dict[str, str] = {}
    asked = unit_ids
    for attempt in range(workspace.settings.run.pull_attempts):
        if attempt:
            time.sleep(2**attempt)
        size = workspace.settings.run.batch_size or min(-(-len(asked) // _TASKS), _MAX_BATCH)
        batches = [asked[start : start + size] for start in range(0, len(asked), size or 1)]
        pulled.append(merge(steps.map("pull", pull, batches)))
        for unit_id in asked:
            failures.pop(unit_id, None)
        failures |= pulled[-1].failures
        asked = sorted(pulled[-1].again)
        if not asked:
            break
    return replace(merge(pulled), failures=failures)


def _check_and_commit(
    workspace: Workspace, lake: Lake, landed: pl.DataFrame, outcomes: pl.DataFrame, request: DayRequest, steps: Steps
) -> tuple[list[Checked], pl.DataFrame]:
    """Judge what was landed and store it; once more when another run counted one of its cases in between."""
    for remaining in reversed(range(_ATTEMPTS)):
        checks = [
            steps.call(f"check {contract}", partial(_check, workspace, lake, landed, contract, request))
            for contract in sorted(landed["contract"].unique())
        ]
        batch = judged_batch(landed, checks, outcomes, request.now)
        try:
            stored = steps.call("commit", partial(commit, lake, batch))
            break
        except CountedMeanwhileError:
            if not remaining:
                raise
    return checks, stored


def _land(workspace: Workspace, fresh: pl.DataFrame, batch_id: str) -> pl.DataFrame:
    with working_in(workspace.landing):
        return land(workspace.landing, fresh, batch_id)


def _check(workspace: Workspace, lake: Lake, fresh: pl.DataFrame, contract: str, request: DayRequest) -> Checked:
    with working_in(workspace.root / "gx"):
        return check_deliveries(workspace, fresh, contract, f"{request.now:%Y%m%dT%H%M%S}", lake)


def _missing(workspace: Workspace, units: pl.DataFrame, request: DayRequest) -> pl.DataFrame:
    """An outcome `missing` for every unit expected to send that day; the lake drops it where a delivery is known."""
    day = request.business_date
    rows = [
        (unit_id, day, exports.contract, "pull", "missing", request.now)
        for unit_id in expected_days(units, workspace.holidays, day, day)["unit_id"]
        for exports in workspace.settings.all_exports_of(unit_id)
    ]
    return pl.DataFrame(rows, schema=LAKE["outcomes"].schema, orient="row")


def judged_batch(landed: pl.DataFrame, checks: Sequence[Checked], outcomes: pl.DataFrame, now: datetime) -> Batch:
    """What the lake is given: the deliveries with their decisions, and the rows that belong to them."""
    decisions = pl.concat([_NO_DECISIONS, *(check.decisions for check in checks)])
    findings = pl.concat([_NO_FINDINGS, *(check.findings for check in checks)])
    samples = findings.group_by("file", "rule").agg(sample=pl.col("message").first())
    verdicts = [check.verdicts.join(samples, on=["file", "rule"], how="left") for check in checks]
    deliveries = landed.drop("content").join(decisions, on="file").with_columns(decided_at=pl.lit(now))
    file = {"file": pl.UInt32}
    return Batch(
        deliveries=deliveries,
        daily_counts=pl.concat([pl.DataFrame(schema=file), *(c.counts for c in checks)], how="diagonal"),
        cases=pl.concat([pl.DataFrame(schema=file), *(c.cases for c in checks)], how="diagonal"),
        check_results=pl.concat([pl.DataFrame(schema=file), *verdicts], how="diagonal"),
        rejected_rows=findings.select("file", "row_number", "rule", "content", "message"),
        outcomes=outcomes,
    )
