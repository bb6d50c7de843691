"""Runs a day, from pull to publication and alerts; the flow, the command and the tests call it. Knows no Prefect."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from logging import WARNING
from pathlib import Path
from typing import Any

import polars as pl

from flows.alerts.raising import Alerted, raise_alerts
from flows.intake.asked import asked_on, units_asked
from flows.intake.batch import BatchRequest
from flows.intake.expected import expected_exports, missing_by_themselves, states_expected, with_shared
from flows.intake.set_up import not_set_up
from flows.runs.diary import several_days
from flows.runs.lakes import lake_of
from flows.runs.log import log_event
from flows.runs.steps import DirectSteps, Steps
from flows.settings.workspace import Workspace
from flows.work.changed_configuration import Report, not_reported, report_changes
from flows.work.corrections import Reviewed
from flows.work.days import held_back, observed, take
from flows.work.outputs.docs import page_of
from flows.work.outputs.publishing import RunResult
from transforms.dictionary.shared_senders import is_no_unit
from transforms.reference.clock import utc
from warehouse.lake.lake import Lake
from warehouse.ledger.deliveries import quarantined
from warehouse.ledger.states import States, current_states, states_read_once
from warehouse.places.errors import PublishError


@dataclass(frozen=True)
class DayRequest:
    """The business date to run, as of `now` (UTC without zone); no `units`: all units that its run asks.

    `alert`: whether alerts are sent; when several days run, only the last day sends them.
    """

    business_date: date
    now: datetime
    units: tuple[str, ...] = ()
    alert: bool = True


@dataclass(frozen=True)
class DayResult(RunResult):
    """What a run added, and the state of its day now.

    `states`: a row per export expected or received for that day (columns of warehouse.ledger.states.current_states);
    `stored`: the deliveries this run added, also of earlier days (the lake's `deliveries`); `findings`: their faulty
    rows, with `delivery_id` and `message`; `waiting`: the day's deliveries that wait for a person's decision (columns
    of warehouse.ledger.deliveries.quarantined, and `outcome`); `failures`: unit_id → why its source could not be asked;
    `docs`: the page of the day's checks; `units`: the units that alone were asked, none where all were; `reviewed`:
    what became of the entries of corrections.toml for deliveries stored before, of any day; `not_set_up`: the units
    that send on this day and that nobody has set up (flows.intake.set_up).
    """

    business_date: date
    states: pl.DataFrame
    stored: pl.DataFrame
    findings: pl.DataFrame
    waiting: pl.DataFrame
    failures: dict[str, str]
    seconds: float
    docs: Path | None = None
    units: tuple[str, ...] = ()
    reviewed: Reviewed = field(default_factory=Reviewed)
    not_set_up: tuple[str, ...] = ()

    @property
    def is_idle(self) -> bool:
        """Whether there was nothing to take: of the units that send on this day none is set up."""
        return bool(self.not_set_up) and self.states.is_empty()

    @property
    def held_back(self) -> pl.DataFrame:
        """What is quarantined or missing on the day, and what this run held back of other days, once each.

        Columns: unit_id, business_date, contract, outcome. A faulty correction is included, although the earlier
        version of its day still counts.
        """
        new = self.stored.filter(status="quarantined").rename({"status": "outcome"})
        return held_back(self.states, self.waiting, new)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the date, its states, and the faulty rows found in this run."""
        return {
            "business_date": self.business_date.isoformat(),
            "held_back": self.held_back.height,
            "states": self.states.to_dicts(),
            "findings": self.findings.select("delivery_id", "rule", "row_number", "message").to_dicts(),
            "failures": self.failures,
            "not_set_up": list(self.not_set_up),
            "docs": self.docs and str(self.docs),
            "site": self.published.site.path and str(self.published.site.path),
            "alerts": self.alerts.as_dict(),
            **self.reviewed.as_dict(),
        } | self.published.as_dict()


def run_days(
    workspace: Workspace,
    days: Sequence[date],
    units: tuple[str, ...] = (),
    now: datetime | None = None,
    report: Report = not_reported,
) -> Iterator[DayResult]:
    """Run each day in this process, without Prefect; `now` with zone, default: now. The last day sends the alerts.

    `report`: as for `run_day`, called on the first day.
    """
    with several_days(workspace.root, days), lake_of(workspace) as lake:
        for day in days:
            request = DayRequest(day, utc(now or datetime.now(UTC)), units, alert=day == days[-1])
            own = report if day == days[0] else not_reported
            yield run_day(workspace, lake, request, DirectSteps(), own)


def run_day(
    workspace: Workspace, lake: Lake, request: DayRequest, steps: Steps, report: Report = not_reported
) -> DayResult:
    """Pull, check, commit and publish a business date, with late and corrected exports of the days before it.

    `report` gets a line for each change of the configuration under accepted deliveries, before anything is pulled. Safe
    to repeat: what was received before is skipped. Raises what a step raises; nothing half-done stays.
    """
    day = request.business_date
    with observed(workspace, day, day, steps) as logged:
        report_changes(workspace, lake, report)
        result = _run_day(workspace, lake, request, logged)
        _log(workspace, result)
        return result


def _run_day(workspace: Workspace, lake: Lake, request: DayRequest, steps: Steps) -> DayResult:
    started = time.monotonic()
    day = request.business_date
    units = units_asked(workspace, day, day, request.units)
    asked = asked_on(workspace, day, request.units)
    since = min((day - timedelta(days=workspace.settings.run.lookback_days), *asked["first"]))
    expected = with_shared(workspace, expected_exports(workspace, units, day, day))
    span = BatchRequest(since, day, request.now, asked, expected)
    try:
        taken = take(workspace, lake, [span], request.now, steps, units=request.units)
    except PublishError:
        _alert(workspace, lake, request, steps)  # what is wrong with units does not wait for a publication
        raise
    states_of = states_read_once()  # the alerts read the same days
    alerts = _alert(workspace, lake, request, steps, states_of)
    asked_for = pl.col("unit_id").is_in(units["unit_id"].to_list())
    if not request.units:
        asked_for |= is_no_unit()
    return DayResult(
        business_date=day,
        states=states_expected(workspace, lake, day, day, states_of).filter(asked_for),
        stored=taken.stored,
        findings=taken.findings,
        waiting=quarantined(lake, day, day).filter(asked_for).with_columns(outcome=pl.lit("quarantined")),
        failures=taken.failures,
        seconds=time.monotonic() - started,
        published=taken.published,
        alerts=alerts,
        docs=page_of(workspace, day),
        units=request.units,
        reviewed=taken.reviewed,
        not_set_up=not_set_up(workspace, lake, expected["unit_id"].unique(maintain_order=True).to_list()),
    )


def _log(workspace: Workspace, result: DayResult) -> None:
    """Log which exports are missing, and the result of the day."""
    for unit_id in missing_by_themselves(workspace, result.states)["unit_id"]:
        why = result.failures.get(unit_id)
        log_event("delivery.missing", WARNING, unit_id=unit_id, business_date=result.business_date, reason=why)
    log_event(
        "day",
        business_date=result.business_date,
        held_back=result.held_back.height,
        deliveries=result.stored.height,
        publication_id=result.published.publication_id,
        seconds=round(result.seconds, 3),
    )


def _alert(
    workspace: Workspace, lake: Lake, request: DayRequest, steps: Steps, states_of: States = current_states
) -> Alerted:
    if not request.alert or not workspace.settings.publish.here:
        return Alerted()
    day, now = request.business_date, request.now
    return steps.call("alert", lambda: raise_alerts(workspace, lake, day, now, request.units, states_of=states_of))
