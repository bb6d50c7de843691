"""Takes some days from the sources to the lake: pull, land, check, commit. Publishes nothing, sends no alerts."""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from logging import INFO, WARNING
from pathlib import Path
from typing import TypeVar

import polars as pl
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from flows.intake.asked import ASKED, windows_of
from flows.intake.check import Checked, check_deliveries
from flows.intake.lateness import late_outcomes, with_cut_offs
from flows.intake.pull import Pulled, Sender, known_etags, merge, pull_units, unseen
from flows.intake.set_up import not_set_up
from flows.intake.shared import SplitFiles, as_read, has_shared, split_shared
from flows.runs.lakes import landing_of
from flows.runs.log import is_on, log_event
from flows.runs.steps import Steps
from flows.settings.workspace import Workspace
from transforms.check.frames import FINDINGS
from transforms.check.privacy import lists_of_cases, with_file_names
from transforms.dictionary.columns import LAKE
from transforms.dictionary.frames import checked
from warehouse.lake.lake import Lake
from warehouse.ledger.commit import Batch, commit, rows_of
from warehouse.ledger.deliveries import seen
from warehouse.ledger.versions import repeating
from warehouse.places.errors import MeanwhileError
from warehouse.places.faults import working_in
from warehouse.places.landing import land

T = TypeVar("T")

_TASKS = 4  # tasks that pull a day's units: few enough for the orchestrator, enough to wait side by side
_MAX_BATCH = 250
_ATTEMPTS = 3  # to check and commit, when other runs count the same cases meanwhile
_NO_DECISIONS = pl.DataFrame(
    schema={
        "file": pl.UInt32,
        "status": pl.String,
        "reason": pl.String,
        "row_count": pl.Int64,
        "counted_for": pl.String,
    }
)
_NO_FINDINGS = pl.DataFrame(schema=FINDINGS | {"message": pl.String})


@dataclass(frozen=True, eq=False)
class BatchRequest:
    """The exports to take, which belong to the business dates `first` to `last`, as of `now` (UTC without zone).

    `asked`: ASKED, the days that each source is asked for, also some before `first`. `expected`: the exports recorded
    as missing if they are not there (unit_id, business_date, contract).
    """

    first: date
    last: date
    now: datetime
    asked: pl.DataFrame
    expected: pl.DataFrame

    def __post_init__(self) -> None:
        """Raises FrameError for other columns of `asked`."""
        checked(self.asked, ASKED, "BatchRequest: asked")


@dataclass(frozen=True)
class Stored:
    """What a batch added to the lake.

    `deliveries`: a row each (columns of the lake's `deliveries`, and `file`); `findings`: their faulty rows (columns
    FINDINGS, and `message`, `delivery_id`); `days`: the business dates of what was landed; `failures`: unit_id → why
    its source could not be asked.
    """

    deliveries: pl.DataFrame
    findings: pl.DataFrame
    days: tuple[date, ...]
    failures: dict[str, str]


def store_batch(workspace: Workspace, lake: Lake, request: BatchRequest, steps: Steps) -> Stored:
    """Pull, land, check and commit what is new for these days.

    Safe to repeat: what was received before is skipped. Raises what a step raises; nothing half-done stays.
    """
    known = seen(lake, min((request.first, *request.asked["first"])), request.last)
    pulled = _pull(workspace, request, known_etags(known), steps)
    fresh = unseen(pulled.received, known)
    batch_id = f"{request.now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
    landed = steps.call("land", partial(_land, workspace, fresh, batch_id))
    split = SplitFiles(landed)
    if has_shared(landed):
        split = steps.call("split", partial(split_shared, workspace, landed, known))
    landed = split.files
    timed = with_cut_offs(workspace, landed, known)
    outcomes = pl.concat([_missing(workspace, lake, request, landed), late_outcomes(timed, request.now)])
    again = repeating(landed, known)
    checks, stored = retried(
        lambda: _check_and_commit(workspace, lake, timed, split.whole, again, outcomes, request.now, steps)
    )
    findings = pl.concat([_NO_FINDINGS, *(check.findings for check in checks)])
    days = tuple(landed["business_date"].unique().sort())
    _log(stored)
    return Stored(stored, findings.join(stored.select("file", "delivery_id"), on="file"), days, pulled.failures)


def _log(stored: pl.DataFrame) -> None:
    """Log what became of each delivery."""
    if not is_on():
        return
    shown = ("delivery_id", "unit_id", "business_date", "contract", "version", "status", "reason")
    for delivery in stored.select(shown).iter_rows(named=True):
        log_event("delivery", WARNING if delivery["status"] == "quarantined" else INFO, **delivery)


def _pull(
    workspace: Workspace, request: BatchRequest, etags: Mapping[Sender, Mapping[str, str]], steps: Steps
) -> Pulled:
    """Pull in batches of units; units that could not be reached are asked again, after all others."""
    limits, zone = workspace.settings.run, workspace.zone.key
    windows = windows_of(request.asked, request.now, limits.files_per_day, limits.mb_per_day, zone)

    def pull(batch: list[str]) -> Pulled:
        return pull_units(workspace, batch, windows, request.now, etags)

    pulled: list[Pulled] = []
    failures: dict[str, str] = {}
    asked = request.asked["unit_id"].unique(maintain_order=True).to_list()
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


def retried(attempt: Callable[[], T]) -> T:
    """The result of `attempt`, which is repeated when another run has changed meanwhile what it was compared with.

    Raises MeanwhileError after three attempts.
    """
    attempts = Retrying(retry=retry_if_exception_type(MeanwhileError), stop=stop_after_attempt(_ATTEMPTS), reraise=True)
    return attempts(attempt)


def _check_and_commit(
    workspace: Workspace,
    lake: Lake,
    landed: pl.DataFrame,
    whole: pl.DataFrame | None,
    again: frozenset[int],
    outcomes: pl.DataFrame,
    now: datetime,
    steps: Steps,
) -> tuple[list[Checked], pl.DataFrame]:
    """Judge what was landed and store it: the check of each contract, and the deliveries stored.

    `whole`: of flows.intake.shared.SplitFiles; `again`: the files that only repeat a delivery.
    """
    checks = [
        steps.call(f"check {contract}", partial(_check, workspace, lake, landed, again, contract, now))
        for contract in sorted(landed["contract"].unique())
    ]
    return checks, steps.call("commit", partial(commit, lake, judged_batch(landed, checks, outcomes, now, whole)))


def _land(workspace: Workspace, fresh: pl.DataFrame, batch_id: str) -> pl.DataFrame:
    place = landing_of(workspace)
    with working_in(place if isinstance(place, Path) else workspace.landing):
        return land(place, fresh, batch_id)


def _check(
    workspace: Workspace, lake: Lake, fresh: pl.DataFrame, again: frozenset[int], contract: str, now: datetime
) -> Checked:
    with working_in(workspace.root / "gx"):
        checked = check_deliveries(workspace, fresh, contract, f"{now:%Y%m%dT%H%M%S}", lake, repeating=again)
    return replace(checked, filings=checked.filings.without_rows())


def _missing(workspace: Workspace, lake: Lake, request: BatchRequest, landed: pl.DataFrame) -> pl.DataFrame:
    """An outcome `missing` for every expected export of a unit that is set up, or that has sent something now.

    The lake drops those of received deliveries.
    """
    silent = request.expected.join(landed, on="unit_id", how="anti")["unit_id"].unique(maintain_order=True)
    absent = not_set_up(workspace, lake, silent.to_list())
    expected = request.expected.filter(~pl.col("unit_id").is_in(absent))
    missing = expected.with_columns(step=pl.lit("pull"), outcome=pl.lit("missing"), at=pl.lit(request.now))
    return LAKE["outcomes"].conform(missing)


def _with_samples(verdicts: pl.DataFrame, samples: pl.DataFrame) -> pl.DataFrame:
    """`verdicts` with `sample`, the first message of what does not hold: nearly all rules do."""
    failing = verdicts.select(pl.arg_where(pl.col("outcome") != "holds")).to_series()
    found = verdicts[failing].join(samples, on=["file", "rule"], how="left", maintain_order="left")["sample"]
    sample = pl.repeat(None, verdicts.height, dtype=pl.String, eager=True).scatter(failing, found)
    return verdicts.with_columns(sample=sample)


def _together(table: str, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The rows of all contracts for a table of the lake; those of one contract are not copied."""
    some = [part for part in parts if part.height]
    return pl.concat(some, how="diagonal") if some else rows_of(table).to_frame()


def judged_batch(
    landed: pl.DataFrame,
    checks: Sequence[Checked],
    outcomes: pl.DataFrame,
    now: datetime,
    whole: pl.DataFrame | None = None,
) -> Batch:
    """The batch to commit: the deliveries with their decisions, and the rows that belong to them.

    `landed`: RECEIVED with `landing`, a row per file; `outcomes`: LAKE["outcomes"], for what has no file; `whole`: of
    flows.intake.shared.SplitFiles, stored as accepted with no figures of its own.
    """
    decisions = pl.concat([_NO_DECISIONS, *(check.decisions for check in checks)])
    findings = pl.concat([_NO_FINDINGS, *(check.findings for check in checks)])
    samples = findings.group_by("file", "rule").agg(sample=pl.col("message").first())
    verdicts = [_with_samples(check.verdicts, samples) for check in checks]
    deliveries = landed.drop("content").join(decisions, on="file")
    if whole is not None and not whole.is_empty():
        accepted = whole.drop("content").with_columns(status=pl.lit("accepted"))
        deliveries = pl.concat([deliveries, accepted], how="diagonal")
        verdicts.append(as_read(whole))
    deliveries = deliveries.with_columns(decided_at=pl.lit(now))
    of_cases = frozenset[int]().union(*(lists_of_cases(check.filings) for check in checks))
    if of_cases:  # the names of the others decide the order of versions
        hidden = with_file_names(deliveries, of_cases)["file_name"]
        name = pl.when(pl.col("file").is_in(list(of_cases))).then(hidden).otherwise("file_name")
        deliveries = deliveries.with_columns(file_name=name)
    return Batch(
        deliveries=deliveries,
        daily_counts=_together("daily_counts", [check.counts for check in checks]),
        delivery_sums=_together("delivery_sums", [check.sums for check in checks]),
        cases=_together("cases", [check.cases for check in checks]),
        procedure_counts=_together("procedure_counts", [check.procedures for check in checks]),
        scores=_together("scores", [check.scores for check in checks]),
        check_results=_together("check_results", verdicts),
        rejected_rows=findings.select("file", "row_number", "rule", "content", "message"),
        layouts=_together("layouts", [check.layouts for check in checks]),
        outcomes=outcomes,
        judged_at=min((check.judged_at for check in checks if check.judged_at is not None), default=None),
        cases_snapshot=next((check.cases_snapshot for check in checks if check.cases_snapshot is not None), None),
    )
