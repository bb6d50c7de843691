"""Days that were missed or changed, taken in spans of days with one publication at the end. Tells nobody.

Each span is committed whole, oldest first, so a backfill cut short is gone on with by starting it again: what the lake
has is passed over. Spans do not touch the marts; they are built once, from the whole ledger, when all are in.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from flows.intake.batch import BatchRequest, Stored, store_batch
from flows.intake.expected import expected_exports
from flows.runs.diary import under_way
from flows.runs.log import ToldSteps
from flows.runs.steps import Steps
from flows.settings.workspace import Workspace
from flows.work.docs import refresh
from flows.work.marts import publish_marts
from flows.work.site import SiteMade
from flows.work.site import refresh as refresh_site
from warehouse.lake.lake import Lake
from warehouse.ledger.deliveries import quarantined
from warehouse.ledger.states import current_states
from warehouse.published.publish import Publication

ACCEPTED = ("accepted", "accepted_with_warnings")


@dataclass(frozen=True)
class BackfillRequest:
    """Which business dates, as of which moment (UTC without zone); no `units` = all valid on those days.

    `lacking`: ask only for the days and units whose outcome is not accepted. Otherwise every source is asked for every
    day, and what it holds otherwise than the lake is taken too.
    """

    first: date
    last: date
    now: datetime
    units: tuple[str, ...] = ()
    lacking: bool = False


@dataclass(frozen=True)
class Span:
    """Consecutive business dates that are taken together, and of whom."""

    first: date
    last: date
    unit_ids: tuple[str, ...]

    @property
    def days(self) -> int:
        """How many business dates."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Progress:
    """How far a backfill is: days done of all, the span just stored, and seconds to go at this pace."""

    done: int
    total: int
    span: Span
    stored: int
    held_back: int
    seconds_left: float


@dataclass(frozen=True)
class BackfillResult:
    """What a backfill brought, and what of its days is still held back or missing (unit, date, contract, outcome).

    `days`: how many were asked for; `stored`: the deliveries added; `failures`: unit_id → why its source could not be
    asked.
    """

    first: date
    last: date
    days: int
    stored: pl.DataFrame
    held_back: pl.DataFrame
    failures: dict[str, str]
    publication: Publication | None
    seconds: float
    site: SiteMade = field(default_factory=SiteMade)

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        outcomes = self.stored.group_by("status").len().sort("status").iter_rows()
        return {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "days": self.days,
            "stored": dict(outcomes),
            "held_back": self.held_back.with_columns(pl.col("business_date").dt.to_string("iso")).to_dicts(),
            "failures": self.failures,
            "publication_id": self.publication.publication_id if self.publication else None,
            "site_failure": self.site.failure,
        }


def plan(workspace: Workspace, lake: Lake, request: BackfillRequest) -> list[Span]:
    """The spans a backfill will take, oldest first: at most `[run] backfill_days` days each."""
    units = _valid(workspace, request, request.first, request.last)
    expected = expected_exports(workspace, units, request.first, request.last)
    if request.lacking:
        accepted = current_states(lake, request.first, request.last).filter(pl.col("outcome").is_in(ACCEPTED))
        expected = expected.join(accepted, on=["unit_id", "business_date", "contract"], how="anti")
        days = expected["business_date"].unique().sort().to_list()
    else:
        days = pl.date_range(request.first, request.last, eager=True).to_list()
    spans: list[list[date]] = []
    for day in days:
        if spans and day == spans[-1][-1] + timedelta(days=1) and len(spans[-1]) < workspace.settings.run.backfill_days:
            spans[-1].append(day)
        else:
            spans.append([day])
    return [
        Span(
            span[0],
            span[-1],
            tuple(expected.filter(pl.col("business_date").is_in(span))["unit_id"].unique().sort())
            if request.lacking
            else tuple(_valid(workspace, request, span[0], span[-1])["unit_id"]),
        )
        for span in spans
    ]


def run_backfill(
    workspace: Workspace,
    lake: Lake,
    request: BackfillRequest,
    steps: Steps,
    tell: Callable[[Progress], None] = lambda progress: None,
) -> BackfillResult:
    """Take each span of the plan, pull to commit, and publish at the end; `tell` hears of every span stored.

    Raises what a step raises; the spans before it are kept, and the next run publishes them.
    """
    with under_way(workspace.root, request.first, request.last) as diary:
        return _run_backfill(workspace, lake, request, ToldSteps(steps, diary), tell)


def _run_backfill(
    workspace: Workspace, lake: Lake, request: BackfillRequest, steps: Steps, tell: Callable[[Progress], None]
) -> BackfillResult:
    started = time.monotonic()
    spans = plan(workspace, lake, request)
    total, done = sum(span.days for span in spans), 0
    brought: list[Stored] = []
    for span in spans:
        units = workspace.registry.units.filter(pl.col("unit_id").is_in(span.unit_ids))
        batch = store_batch(workspace, lake, BatchRequest(span.first, span.last, span.first, request.now, units), steps)
        steps.call("docs", lambda days=batch.days: refresh(workspace, days))  # type: ignore[misc]
        brought.append(batch)
        done += span.days
        held = batch.deliveries.filter(status="quarantined").height
        left = (time.monotonic() - started) / done * (total - done)
        tell(Progress(done, total, span, batch.deliveries.height, held, left))
    publication = steps.call("publish", lambda: publish_marts(workspace, lake, request.now))
    site = steps.call("site", lambda: refresh_site(workspace))
    return BackfillResult(
        first=request.first,
        last=request.last,
        days=total,
        stored=pl.concat([current.deliveries for current in brought]) if brought else _none_stored(),
        held_back=_held_back(workspace, lake, request),
        failures={unit_id: why for batch in brought for unit_id, why in batch.failures.items()},
        publication=publication,
        site=site,
        seconds=time.monotonic() - started,
    )


def _valid(workspace: Workspace, request: BackfillRequest, first: date, last: date) -> pl.DataFrame:
    """The units asked for that are valid on one of the days."""
    units = workspace.registry.units.filter(
        pl.col("valid_from") <= last, pl.col("valid_to").is_null() | (pl.col("valid_to") >= first)
    )
    return units.filter(pl.col("unit_id").is_in(request.units)) if request.units else units


def _held_back(workspace: Workspace, lake: Lake, request: BackfillRequest) -> pl.DataFrame:
    """What of the days is missing or quarantined now, faulty corrections of accepted days included."""
    columns = ["unit_id", "business_date", "contract", "outcome"]
    ids = _valid(workspace, request, request.first, request.last)["unit_id"]
    asked_for = pl.col("unit_id").is_in(ids.implode()) & pl.col("business_date").is_between(request.first, request.last)
    states = current_states(lake, request.first, request.last).filter(~pl.col("outcome").is_in(ACCEPTED))
    waiting = quarantined(lake).with_columns(outcome=pl.lit("quarantined"))
    both = pl.concat([states.select(columns), waiting.select(columns)]).filter(asked_for)
    return both.unique(columns[:-1], maintain_order=True).sort("business_date", "unit_id", "contract")


def _none_stored() -> pl.DataFrame:
    return pl.DataFrame(schema={"delivery_id": pl.String, "status": pl.String})
