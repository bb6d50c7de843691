"""Published points of a month as report and pages show them, beside the own figures. Computes no rate."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

WHOLE = "all"


@dataclass(frozen=True)
class Score:
    """A component: points out of `maximum`, `lost` ones; `rate` in per cent; `rank` among `ranked_of` of its group.

    `names`, `own_names`: Vietnamese and English. `own_rate`: of the metric that stands beside it, `difference` in
    percentage points; `agrees`: None where the two are not compared. `hidden`: the own figure is withheld.
    """

    metric_id: str
    names: tuple[str, str | None]
    points: Decimal
    maximum: Decimal
    lost: Decimal
    rate: Decimal | None
    scored_on: date
    rank: int | None = None
    ties: int | None = None
    ranked_of: int | None = None
    own_metric_id: str | None = None
    own_names: tuple[str, str | None] = ("", None)
    own_rate: Decimal | None = None
    difference: Decimal | None = None
    agrees: bool | None = None
    is_whole: bool = False
    hidden: bool = False


def scores_of(marts: Mapping[str, pl.DataFrame], month: str) -> dict[str, tuple[Score, ...]]:
    """The points of each unit and of all together (WHOLE) by id, the components in their order and the whole last.

    `marts`: monthly_scores, rankings and metrics; empty where a publication has none.
    """
    rows = marts.get("monthly_scores")
    if rows is None or rows.filter(month=month).is_empty():
        return {}
    metrics = {(row["metric_id"], row["metric_version"]): row for row in marts["metrics"].iter_rows(named=True)}
    names = {row["metric_id"]: (row["name"], row["name_en"]) for row in metrics.values()}
    ranks = {
        (row["metric_id"], row["member"]): row for row in marts["rankings"].filter(month=month).iter_rows(named=True)
    }
    found: dict[str, list[Score]] = {}
    for row in rows.filter(month=month).iter_rows(named=True):
        metric = metrics[row["metric_id"], row["metric_version"]]
        ranked = ranks.get((row["metric_id"], row["member"]), {}) if row["scope"] == "unit" else {}
        found.setdefault(row["member"], []).append(_score(row, metric, ranked, names))
    order = _order(metrics.values())
    return {
        member: tuple(sorted(scores, key=lambda one: (one.is_whole, order.get(one.metric_id, 0), one.metric_id)))
        for member, scores in found.items()
    }


def _score(
    row: Mapping[str, Any],
    metric: Mapping[str, Any],
    ranked: Mapping[str, Any],
    names: Mapping[str, tuple[str, str | None]],
) -> Score:
    return Score(
        metric_id=row["metric_id"],
        names=(metric["name"], metric["name_en"]),
        points=row["points"],
        maximum=row["points_maximum"],
        lost=row["points_lost"],
        rate=row["rate"],
        scored_on=row["scored_on"],
        rank=ranked.get("rank"),
        ties=ranked.get("ties"),
        ranked_of=ranked.get("ranked_of"),
        own_metric_id=row["beside_metric_id"],
        own_names=names.get(row["beside_metric_id"], ("", None)),
        own_rate=row["own_rate"],
        difference=row["difference"],
        agrees=row["agrees"],
        is_whole=bool(metric["part_ids"]),
    )


def _order(metrics: Any) -> dict[str, int]:
    """The places of components among the parts of their whole."""
    return {
        part: place
        for metric in metrics
        for place, part in enumerate((metric["part_ids"] or "").split(", "))
        if metric["part_ids"]
    }
