"""Finds the ranking by a metric that a person asks for, or says in a line what is not there. Ranks nothing itself."""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from flows.settings.workspace import Workspace, WorkspaceError
from flows.work.outputs.labels import labels_of
from flows.work.outputs.marts import month_marts
from reports.month.rankings import Ranking, listed, rankings
from transforms.dictionary.problems import nearest, shown
from warehouse.lake.lake import Lake
from warehouse.ledger.deliveries import span
from warehouse.places.errors import PublishError
from warehouse.published.read import read_published


@dataclass(frozen=True)
class RankingAsked:
    """A ranking as it is shown; `rows`: the same for programs, as reports.month.rankings.listed gives them."""

    ranking: Ranking
    rows: pl.DataFrame


def ranking_asked(
    workspace: Workspace,
    lake: Lake,
    metric_id: str,
    month: str | None = None,
    group: str | None = None,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> RankingAsked:
    """The ranking by a metric; `month`: default the newest one with data; `group`: that one only.

    Raises WorkspaceError, one line, for a metric, month or group without a ranking; the nearest are named.
    """
    if why := workspace.metrics.why_not_computed(metric_id):
        raise WorkspaceError(f"--metric {shown(metric_id)}: {why}")
    days = span(lake)
    if days is None:
        raise WorkspaceError("chưa có số liệu nào; hãy chạy tyle run trước")
    first, last = (workspace.months.of(day) for day in days)
    asked = month or last
    marts = month_marts(workspace, lake, asked, as_of, known_at) if first <= asked <= last else {}
    rows = listed(marts, asked, metric_id)
    if rows.is_empty():
        raise WorkspaceError(
            f"--month {asked}: chưa có số liệu của chỉ số {metric_id}{_near(workspace, metric_id, asked)}"
        )
    labels = labels_of(workspace.organisation)
    ranking = rankings(marts, asked, labels, metric_id)[metric_id]
    if group is None:
        return RankingAsked(ranking, rows)
    own = tuple(one for one in ranking.groups if one.group == group)
    if not own:
        known = [one.group for one in ranking.groups]
        near = nearest(group, known)
        there = f"gần giống: {', '.join(near)}" if near else f"có: {', '.join(known)}"
        raise WorkspaceError(f"--group {shown(group)}: chỉ số {metric_id} không xếp hạng khối này; {there}")
    return RankingAsked(Ranking(ranking.month, ranking.metric, own), rows.filter(unit_group=group))


def _near(workspace: Workspace, metric_id: str, month: str) -> str:
    """The published months that have the metric, the nearest first."""
    try:
        published = read_published(workspace.published, month, whole=("rankings",), only=("rankings",))
    except PublishError:
        return ""
    if "rankings" not in published:
        return ""
    months = published["rankings"].filter(metric_id=metric_id)["month"].unique().to_list()
    near = sorted(months, key=lambda one: (abs(_number(one) - _number(month)), one))[:3]
    return f"; tháng gần nhất: {', '.join(near)}" if near else ""


def _number(month: str) -> int:
    year, of_year = month.split("-")
    return int(year) * 12 + int(of_year)
