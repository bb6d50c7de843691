"""Takes business dates from the sources to the publication: the common part of a day and a backfill.

Spans of days are taken one after another, oldest first; each is committed as a whole. The marts are built once, at the
end. After an interruption the same run can be started again: it skips what the lake already has.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from flows.intake.asked import units_asked
from flows.intake.batch import BatchRequest, Stored, store_batch
from flows.runs.diary import under_way
from flows.runs.log import LoggedSteps
from flows.runs.steps import Steps
from flows.settings.workspace import Workspace, WorkspaceError
from flows.work.corrections import Reviewed, apply_reviewed
from flows.work.outputs.docs import refresh
from flows.work.outputs.marts import engine_of
from flows.work.outputs.publishing import Published, publish_all
from transforms.reference.clock import local_date
from warehouse.lake.lake import Lake

ACCEPTED = ("accepted", "accepted_with_warnings")
SENDING = ("unit_id", "business_date", "contract")
_NONE_STORED = pl.DataFrame(schema={"delivery_id": pl.String, "status": pl.String})


@dataclass(frozen=True)
class Taken:
    """What was taken from some spans of days, and what was published then.

    `stored`: the deliveries added to the lake, a row each (the lake's `deliveries`); `findings`: their faulty rows,
    with `delivery_id` and `message`; `failures`: unit_id → why its source could not be asked; `reviewed`: what became
    of the entries of corrections.toml for deliveries stored before.
    """

    stored: pl.DataFrame
    findings: pl.DataFrame
    failures: dict[str, str]
    published: Published
    reviewed: Reviewed = field(default_factory=Reviewed)


def check_days(workspace: Workspace, days: Sequence[date], units: Sequence[str], now: datetime) -> None:
    """Raise WorkspaceError for a day in the future, or a unit that the run of one of the days does not ask.

    `now`: UTC without zone. Raises EngineError where this machine builds the marts and the engine of `[marts]` cannot
    run.
    """
    _check_machine(workspace)
    for day in days:
        _check_span(workspace, day, day, units, now)


def check_span(workspace: Workspace, first: date, last: date, units: Sequence[str], now: datetime) -> None:
    """The same for a backfill of the days `first` to `last`: a unit may begin or end within them."""
    _check_machine(workspace)
    _check_span(workspace, first, last, units, now)


def _check_machine(workspace: Workspace) -> None:
    if workspace.settings.publish.here:
        engine_of(workspace)


def _check_span(workspace: Workspace, first: date, last: date, units: Sequence[str], now: datetime) -> None:
    today = local_date(now, workspace.zone)
    for day in (first, last):
        if day > today:
            raise WorkspaceError(f"ngày {day}: chưa đến (hôm nay là {today})")
    valid = set(units_asked(workspace, first, last)["unit_id"]) if units else set()
    for unit in units:
        if unit not in valid:
            near = ", ".join(workspace.registry.nearest_ids(unit, last))
            days = f"{last}" if first == last else f"{first} đến {last}"
            raise WorkspaceError(f"--unit {unit}: không có đơn vị này ngày {days}; gần giống: {near}")


@contextmanager
def observed(workspace: Workspace, first: date, last: date, steps: Steps) -> Iterator[Steps]:
    """For the block, another process can watch the run of these business dates, and each step is logged."""
    with under_way(workspace.root, first, last) as diary:
        yield LoggedSteps(steps, diary)


def take(
    workspace: Workspace,
    lake: Lake,
    spans: Sequence[BatchRequest],
    now: datetime,
    steps: Steps,
    on_stored: Callable[[BatchRequest, Stored], None] = lambda span, stored: None,
    units: Sequence[str] = (),
) -> Taken:
    """Take each span from its sources to the lake, correct what was stored before, publish, make pages of the checks.

    `units`: where only these were asked for, only theirs is corrected. Calls `on_stored` after each span. Raises what a
    step raises; the spans before it stay stored, and the next run publishes them.
    """
    batches: list[Stored] = []
    for span in spans:
        batches.append(store_batch(workspace, lake, span, steps))
        on_stored(span, batches[-1])
    reviewed = Reviewed()
    if workspace.corrections.entries:
        reviewed = steps.call("corrections", lambda: apply_reviewed(workspace, lake, now, units))
    published = publish_all(workspace, lake, now, steps)
    judged = sorted({day for batch in batches for day in batch.days} | set(reviewed.stored["business_date"]))
    since = spans[0].first if spans else None
    steps.call("docs", lambda: refresh(workspace, judged, since))
    return Taken(
        stored=pl.concat([batch.deliveries for batch in batches]) if batches else _NONE_STORED,
        findings=pl.concat([batch.findings for batch in batches]) if batches else pl.DataFrame(),
        failures={unit_id: why for batch in batches for unit_id, why in batch.failures.items()},
        published=published,
        reviewed=reviewed,
    )


def held_back(*states: pl.DataFrame) -> pl.DataFrame:
    """The rows of `states` that are not accepted, once each: unit_id, business_date, contract, outcome.

    `states`: frames with these columns, other columns are dropped; where two have the same export, the first wins.
    """
    rows = pl.concat([frame.select(*SENDING, "outcome") for frame in states])
    return rows.filter(~pl.col("outcome").is_in(ACCEPTED)).unique(SENDING, maintain_order=True)
