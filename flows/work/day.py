"""A day, from pull to published, as a plain function: the flow, the direct run and the tests all call it.

Knows no orchestrator; the `steps` it is given decide how each step is carried out.
"""

import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from logging import WARNING
from pathlib import Path
from typing import Any

import polars as pl

from flows.alerts.step import Alerted, raise_alerts
from flows.intake.batch import BatchRequest, store_batch
from flows.runs.diary import under_way
from flows.runs.log import ToldSteps, tell
from flows.runs.steps import Steps
from flows.settings.workspace import Workspace
from flows.work.docs import page_of, refresh
from flows.work.marts import publish_marts
from flows.work.site import SiteMade
from flows.work.site import refresh as refresh_site
from warehouse.lake.lake import Lake
from warehouse.ledger.deliveries import quarantined
from warehouse.ledger.states import current_states
from warehouse.published.publish import Publication

_HELD_BACK = ("quarantined", "missing")


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

    `states`: a row per unit expected or heard of that day (columns of warehouse.ledger.states.current_states); `stored`:
    the deliveries this run added, also of earlier days; `findings`: their faulty rows, with `delivery_id` and
    `message`; `waiting`: the day's deliveries that wait for a person's decision; `failures`: unit_id → why its source
    could not be asked; `alerts`: who was told of what; `docs`: the page on what of the day was checked; `site`: the
    pages of what is published.
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
    site: SiteMade = field(default_factory=SiteMade)

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
            "site": self.site.path and str(self.site.path),
            "site_failure": self.site.failure,
            "alerts": self.alerts.as_dict(),
        }


def run_day(workspace: Workspace, lake: Lake, request: DayRequest, steps: Steps) -> DayResult:
    """Pull, check, commit, materialise and publish a business date; late and corrected exports of the days before too.

    Safe to repeat: what was seen before is passed over. Raises what a step raises; nothing half-done stays.
    """
    with under_way(workspace.root, request.business_date, request.business_date) as diary:
        result = _run_day(workspace, lake, request, ToldSteps(steps, diary))
        _tell(result)
        return result


def _run_day(workspace: Workspace, lake: Lake, request: DayRequest, steps: Steps) -> DayResult:
    started = time.monotonic()
    day = request.business_date
    first = day - timedelta(days=workspace.settings.run.lookback_days)
    units = workspace.registry.on(day)
    if request.units:
        units = units.filter(pl.col("unit_id").is_in(request.units))
    stored = store_batch(workspace, lake, BatchRequest(first, day, day, request.now, units), steps)
    publication = steps.call("publish", lambda: publish_marts(workspace, lake, request.now))
    site = steps.call("site", lambda: refresh_site(workspace))
    steps.call("docs", lambda: refresh(workspace, stored.days, first))
    alerts = _alert(workspace, lake, request, steps)
    asked_for = pl.col("unit_id").is_in(units["unit_id"].to_list())
    return DayResult(
        business_date=day,
        states=current_states(lake, day, day).filter(asked_for),
        stored=stored.deliveries,
        findings=stored.findings,
        waiting=quarantined(lake, day, day).filter(asked_for).with_columns(outcome=pl.lit("quarantined")),
        failures=stored.failures,
        publication=publication,
        seconds=time.monotonic() - started,
        alerts=alerts,
        docs=page_of(workspace, day),
        site=site,
    )


def _tell(result: DayResult) -> None:
    """Log who is missing and how the day stands."""
    for unit_id in result.states.filter(outcome="missing")["unit_id"]:
        why = result.failures.get(unit_id)
        tell("delivery.missing", WARNING, unit_id=unit_id, business_date=result.business_date, reason=why)
    publication = result.publication.publication_id if result.publication else None
    tell(
        "day",
        business_date=result.business_date,
        held_back=result.held_back.height,
        deliveries=result.stored.height,
        publication_id=publication,
        seconds=round(result.seconds, 3),
    )


def _alert(workspace: Workspace, lake: Lake, request: DayRequest, steps: Steps) -> Alerted:
    if not request.alert or not workspace.settings.publish.here:
        return Alerted()
    return steps.call("alert", lambda: raise_alerts(workspace, lake, request.business_date, request.now, request.units))
