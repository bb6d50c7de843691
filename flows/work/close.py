"""Closes a month: records the person, and the (as_of, known_at) that reproduces its figures; writes its report.

Nothing is locked: units may restate figures later, and `changed_since` names these units. Pulls nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from flows.runs.lakes import require_publisher
from flows.runs.log import log_event
from flows.settings.workspace import Workspace, WorkspaceError
from flows.work.outputs import report
from flows.work.outputs.marts import month_marts
from flows.work.outputs.publishing import RunResult, publish_all
from warehouse.lake.lake import Lake
from warehouse.lake.moments import newest_moment
from warehouse.ledger.closings import Closing, keep_closing

_FIGURES = ("unit_id", "online", "in_person", "total", "days_accepted")


@dataclass(frozen=True)
class CloseRequest:
    """The month (YYYY-MM) to close, by whom, when (UTC without zone); no `as_of`: up to its newest business date."""

    month: str
    person: str
    now: datetime
    as_of: date | None = None
    note: str | None = None


@dataclass(frozen=True)
class MonthState:
    """A month as it would be closed: up to the business date `as_of`, as known at `known_at` (UTC).

    `marts`: the published tables by name, as flows.work.outputs.marts.month_marts gives them.
    """

    month: str
    as_of: date
    known_at: datetime
    marts: dict[str, pl.DataFrame]

    @property
    def overall(self) -> dict[str, Any]:
        """The row of the whole province (monthly_group_rates)."""
        return self.marts["monthly_group_rates"].filter(unit_group="all").row(0, named=True)

    @property
    def incomplete(self) -> pl.DataFrame:
        """The units with a missing or held back day (monthly_unit_rates)."""
        return self.marts["monthly_unit_rates"].filter(~pl.col("is_complete"))

    @property
    def below_target(self) -> pl.DataFrame:
        """The units below their target (monthly_unit_rates)."""
        return self.marts["monthly_unit_rates"].filter(~pl.col("meets_target"))

    @property
    def metric_versions(self) -> dict[str, int]:
        """The version of each metric that has a figure (monthly_rates), by id."""
        return dict(self.marts["monthly_rates"].select("metric_id", "metric_version").unique().sort("metric_id").rows())

    def as_dict(self) -> dict[str, Any]:
        """For JSON, and for the person who approves; the rate is in per cent."""
        return {
            "month": self.month,
            "as_of": self.as_of.isoformat(),
            "known_at": self.known_at.isoformat(),
            "total": self.overall["total"],
            "online_rate_pct": None if (rate := self.overall["online_rate_pct"]) is None else str(rate),
            "incomplete": self.incomplete["unit_id"].to_list(),
            "below_target": self.below_target["unit_id"].to_list(),
        }


def month_state(workspace: Workspace, lake: Lake, month: str, as_of: date | None = None) -> MonthState:
    """The month as of now. Raises WorkspaceError where it has no figures, or `as_of` is not one of its days."""
    first, last = workspace.months.span(month)
    if as_of is not None and not first <= as_of <= last:
        raise WorkspaceError(f"--as-of {as_of}: không thuộc tháng {month} ({first} đến {last})")
    marts = month_marts(workspace, lake, month, as_of)
    with lake.snapshot() as cursor:
        known_at = newest_moment(cursor)
    counted = marts["monthly_group_rates"]["as_of"].max()
    if known_at is None or not isinstance(counted, date):
        raise WorkspaceError(f"tháng {month}: chưa có số liệu nào để chốt")
    return MonthState(month, as_of or counted, known_at, marts)


@dataclass(frozen=True)
class Closed(RunResult):
    """The recorded closing, and the figures it stands for."""

    closing: Closing
    state: MonthState


def close_month(workspace: Workspace, lake: Lake, request: CloseRequest) -> Closed:
    """Publish what is not published yet, write the month's report, then record the closing.

    The month is also closed where the pages of the publication cannot be made.

    Raises WorkspaceError as `month_state` does, SettingsError on a machine that does not publish, ReportError where the
    office's template is wrong, LockedError while another process keeps writing.
    """
    require_publisher(workspace.settings, "chốt tháng")
    published = publish_all(workspace, lake, request.now)
    state = month_state(workspace, lake, request.month, request.as_of)
    closing = Closing(
        month=request.month,
        closed_at=request.now,
        as_of=state.as_of,
        known_at=state.known_at,
        person=request.person,
        note=request.note,
        publication_id=_current_publication(workspace),
        metric_versions=state.metric_versions,
    )
    history = report.history(workspace, lake, request.month, state.as_of, state.known_at)
    figures = report.Figures(state.marts, state.known_at, history)
    content = report.content(workspace, request.month, figures)
    report.save(report_folder(workspace, closing), report.documents(workspace, content), overwrite=True)
    keep_closing(lake, closing)
    log_event("close", month=closing.month, as_of=closing.as_of, publication_id=closing.publication_id)
    return Closed(closing, state, published=published)


def report_folder(workspace: Workspace, closing: Closing) -> Path:
    """The folder with the documents of a closing; each closing has its own."""
    return workspace.root / "reports" / closing.month / f"{closing.closed_at:%Y%m%dT%H%M%SZ}"


def newest_report(workspace: Workspace, month: str) -> Path | None:
    """The HTML report of a month's newest closing; None where the month was never closed."""
    written = sorted((workspace.root / "reports" / month).glob("*/*.html"))
    return written[-1] if written else None


def changed_since(workspace: Workspace, lake: Lake, closing: Closing) -> list[str]:
    """The ids of units whose figures of that month, up to the same day, differ from those it was closed with."""
    then = _figures(month_marts(workspace, lake, closing.month, closing.as_of, closing.known_at))
    now = _figures(month_marts(workspace, lake, closing.month, closing.as_of))
    different = pl.concat(
        [
            then.join(now, on=_FIGURES, how="anti", nulls_equal=True),
            now.join(then, on=_FIGURES, how="anti", nulls_equal=True),
        ]
    )
    return different["unit_id"].unique().sort().to_list()


def _figures(marts: dict[str, pl.DataFrame]) -> pl.DataFrame:
    return marts["monthly_unit_rates"].select(_FIGURES)


def _current_publication(workspace: Workspace) -> str:
    return workspace.published.resolve().stem.removeprefix("marts-")
