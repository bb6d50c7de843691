"""Takes days that were missed or changed, in spans of days with one publication at the end. Sends no alerts."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from flows.intake.asked import asked_between, asked_days, units_asked
from flows.intake.batch import BatchRequest, Stored
from flows.intake.expected import expected_exports, states_expected, with_shared
from flows.intake.set_up import not_set_up
from flows.runs.log import log_event
from flows.runs.steps import Steps
from flows.settings.workspace import Workspace
from flows.work.changed_configuration import Report, not_reported, report_changes
from flows.work.corrections import Reviewed
from flows.work.days import ACCEPTED, SENDING, held_back, observed, take
from flows.work.outputs.publishing import RunResult
from warehouse.lake.lake import Lake
from warehouse.ledger.deliveries import quarantined
from warehouse.ledger.states import current_states


@dataclass(frozen=True)
class BackfillRequest:
    """The business dates to take, as of `now` (UTC without zone); no `units`: all units of those days.

    `lacking`: ask each unit only for its days without an accepted export. Otherwise every source is asked for every
    day, and files that differ from those in the lake are taken too.
    """

    first: date
    last: date
    now: datetime
    units: tuple[str, ...] = ()
    lacking: bool = False


@dataclass(frozen=True)
class Progress:
    """The progress of a backfill: days done of all, the span just stored, and the estimated seconds left."""

    done: int
    total: int
    first: date
    last: date
    stored: int
    held_back: int
    seconds_left: float


@dataclass(frozen=True)
class BackfillResult(RunResult):
    """What a backfill added, and what is still held back or missing on its days.

    `days`: how many were asked for; `stored`: the deliveries added, a row each (the lake's `deliveries`); `held_back`:
    unit_id, business_date, contract, outcome; `failures`: unit_id → why its source could not be asked; `reviewed`: what
    became of the entries of corrections.toml for deliveries stored before, of any day; `not_set_up`: the units that
    send on these days and that nobody has set up (flows.intake.set_up).
    """

    first: date
    last: date
    days: int
    stored: pl.DataFrame
    held_back: pl.DataFrame
    failures: dict[str, str]
    seconds: float
    reviewed: Reviewed = field(default_factory=Reviewed)
    not_set_up: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        outcomes = self.stored.group_by("status").len().sort("status").iter_rows()
        return {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "days": self.days,
            "stored": dict(outcomes),
            "held_back": self.held_back.with_columns(pl.col("business_date").dt.to_string("iso")).to_dicts(),
            "failures": self.failures,
            "not_set_up": list(self.not_set_up),
            **self.reviewed.as_dict(),
        } | self.published.as_dict()


def plan(workspace: Workspace, lake: Lake, request: BackfillRequest) -> list[BatchRequest]:
    """The spans of consecutive days a backfill will take, oldest first: at most `[run] backfill_days` days each."""
    units = units_asked(workspace, request.first, request.last, request.units)
    expected = with_shared(workspace, expected_exports(workspace, units, request.first, request.last))
    if request.lacking:
        accepted = current_states(lake, request.first, request.last).filter(pl.col("outcome").is_in(ACCEPTED))
        absent = _not_set_up(workspace, lake, expected)
        expected = expected.join(accepted, on=SENDING, how="anti").filter(~pl.col("unit_id").is_in(absent))
        days = expected["business_date"].unique().sort().to_list()
    else:
        days = pl.date_range(request.first, request.last, eager=True).to_list()
    spans: list[tuple[date, date]] = []
    for day in days:
        first, last = spans[-1] if spans else (day, day)
        if day == last + timedelta(days=1) and (day - first).days < workspace.settings.run.backfill_days:
            spans[-1] = first, day
        else:
            spans.append((day, day))
    requests = []
    for first, last in spans:
        own = expected.filter(pl.col("business_date").is_between(first, last))
        lacking = with_shared(workspace, own)  # a newer file may hold what a unit lacks
        asked = asked_days(lacking) if request.lacking else asked_between(workspace, units, first, last)
        requests.append(BatchRequest(first, last, request.now, asked, own))
    return requests


def run_backfill(
    workspace: Workspace,
    lake: Lake,
    request: BackfillRequest,
    steps: Steps,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    report: Report = not_reported,
) -> BackfillResult:
    """Take each span of the plan, pull to commit, and publish at the end; `on_progress` is called after every span.

    `report` gets a line for each change of the configuration under accepted deliveries, before anything is pulled.
    Raises what a step raises; the spans before it are kept, and the next run publishes them.
    """
    with observed(workspace, request.first, request.last, steps) as logged:
        report_changes(workspace, lake, report)
        result = _run_backfill(workspace, lake, request, logged, on_progress)
        log_event(
            "backfill",
            first=request.first,
            last=request.last,
            held_back=result.held_back.height,
            deliveries=result.stored.height,
            publication_id=result.published.publication_id,
            seconds=round(result.seconds, 3),
        )
        return result


def _run_backfill(
    workspace: Workspace, lake: Lake, request: BackfillRequest, steps: Steps, on_progress: Callable[[Progress], None]
) -> BackfillResult:
    started = time.monotonic()
    spans = plan(workspace, lake, request)
    total, done = sum(map(_days, spans)), 0

    def report(span: BatchRequest, stored: Stored) -> None:
        nonlocal done
        done += _days(span)
        held = stored.deliveries.filter(status="quarantined").height
        left = (time.monotonic() - started) / done * (total - done)
        on_progress(Progress(done, total, span.first, span.last, stored.deliveries.height, held, left))

    taken = take(workspace, lake, spans, request.now, steps, report, request.units)
    return BackfillResult(
        first=request.first,
        last=request.last,
        days=total,
        stored=taken.stored,
        held_back=_held_back(workspace, lake, request),
        failures=taken.failures,
        seconds=time.monotonic() - started,
        published=taken.published,
        reviewed=taken.reviewed,
        not_set_up=_not_set_up(workspace, lake, _expected(workspace, request)),
    )


def _expected(workspace: Workspace, request: BackfillRequest) -> pl.DataFrame:
    units = units_asked(workspace, request.first, request.last, request.units)
    return expected_exports(workspace, units, request.first, request.last)


def _not_set_up(workspace: Workspace, lake: Lake, expected: pl.DataFrame) -> tuple[str, ...]:
    return not_set_up(workspace, lake, expected["unit_id"].unique(maintain_order=True).to_list())


def _days(span: BatchRequest) -> int:
    return (span.last - span.first).days + 1


def _held_back(workspace: Workspace, lake: Lake, request: BackfillRequest) -> pl.DataFrame:
    """What is missing or quarantined now on the days, with faulty corrections of accepted days."""
    states = states_expected(workspace, lake, request.first, request.last)
    waiting = quarantined(lake, request.first, request.last).with_columns(outcome=pl.lit("quarantined"))
    found = held_back(states, waiting)
    if request.units:
        found = found.filter(pl.col("unit_id").is_in(request.units))
    return found.sort("business_date", "unit_id", "contract")
