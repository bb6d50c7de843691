"""Which units a page of a ranking shows, and which it withholds. Knows no page.

With a limit for small counts a unit is withheld here where the overview withholds it, where a count of the metric is
small, and where a count of it is almost that of another metric or of the overview: their difference would be a small
count. A withheld unit has no place in the order, and the others are ranked among themselves: a gap in the ranks, or a
place between two rates, would state its rate.
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from reports import vietnamese as vn
from reports.labels import Labels
from reports.month.rankings import Ranked, RankedGroup, Ranking, rankings

Pair = tuple[int, int]  # numerator, denominator; of the overview: online cases, all cases
_OVERVIEW = ""  # stands for the overview among the metrics
_PLAIN = re.compile(r"[a-z0-9_-]+")


@dataclass(frozen=True)
class Overview:
    """What the overview shows of a month: the counts of each unit, and the units it withholds."""

    counts: Mapping[str, Pair]
    hidden: Collection[str]


def site_rankings(
    marts: Mapping[str, pl.DataFrame],
    month: str,
    names: Labels,
    below: int,
    overview: Overview,
    before: Overview | None,
) -> tuple[Ranking, ...]:
    """The rankings as they may be shown, by name of the metric; `below`: counts from 1 to below - 1 are small, 0: none.

    `marts`: rankings, monthly_rates of the month and of the one before, metrics, units. `before`: of the month before.
    """
    found = sorted(rankings(marts, month, names).values(), key=lambda one: vn.sort_key(str(one.metric["name"])))
    if not below or not found:
        return tuple(found)
    now = withheld(marts["monthly_rates"].filter(month=month), overview, below)
    then = withheld(marts["monthly_rates"].filter(month=vn.month_before(month)), before or Overview({}, ()), below)
    return tuple(
        replace(
            ranking,
            groups=tuple(
                _shown(
                    group, now.get(ranking.metric_id, frozenset()), then.get(ranking.metric_id, frozenset()), ranking
                )
                for group in ranking.groups
            ),
        )
        for ranking in found
    )


def withheld(rates: pl.DataFrame, overview: Overview, below: int) -> dict[str, frozenset[str]]:
    """By metric the units that its ranking does not show; `rates`: monthly_rates of a month."""
    stated: dict[str, dict[str, Pair]] = {unit: {_OVERVIEW: pair} for unit, pair in overview.counts.items()}
    metrics = set(rates["metric_id"])
    rows = rates.filter(
        pl.col("scope") == "unit", pl.col("numerator").is_not_null(), pl.col("denominator").is_not_null()
    )
    for metric, unit, part, whole in rows.select("metric_id", "member", "numerator", "denominator").iter_rows():
        stated.setdefault(unit, {})[metric] = (part, whole)
    hidden: dict[str, set[str]] = {metric: set(overview.hidden) for metric in metrics}
    for unit, pairs in stated.items():
        for metric in _revealing(pairs, below):
            hidden[metric].add(unit)
    return {metric: frozenset(units) for metric, units in hidden.items()}


def _revealing(pairs: Mapping[str, Pair], below: int) -> Iterator[str]:
    """The metrics of a unit that show a small count, or a count that is almost another one."""
    for metric, pair in pairs.items():
        others = [other for id_, other in pairs.items() if id_ != metric]
        is_overview = metric == _OVERVIEW or pair == pairs.get(_OVERVIEW)  # shown there as it is
        if not is_overview and (_has_small(pair, below) or any(_is_near(pair, other, below) for other in others)):
            yield metric


def _has_small(pair: Pair, below: int) -> bool:
    part, whole = pair
    return any(0 < count < below for count in (part, whole - part, whole))


def _is_near(pair: Pair, other: Pair, below: int) -> bool:
    return any(0 < abs(one - another) < below for one, another in zip(pair, other, strict=True))


def _shown(group: RankedGroup, now: Collection[str], then: Collection[str], ranking: Ranking) -> RankedGroup:
    members = {row.unit_id for row in group.rows}
    open_rows = [row for row in group.rows if row.unit_id not in now]
    rates = [row.rate for row in open_rows if row.rank is not None and row.rate is not None]
    is_down = ranking.metric["direction"] == "down"
    is_change_known = members.isdisjoint(now) and members.isdisjoint(then)

    def ranked(row: Ranked) -> Ranked:
        rate = row.rate
        if row.rank is not None and rate is not None:
            better = sum(one < rate if is_down else one > rate for one in rates)
            row = replace(row, rank=better + 1, ties=rates.count(rate))
        return row if is_change_known else replace(row, previous_rank=None, change=None)

    blank: dict[str, Any] = dict.fromkeys(("rank", "ties", "part", "whole", "rate", "previous_rank", "change", "meets"))
    closed = sorted((row for row in group.rows if row.unit_id in now), key=lambda row: row.unit_id)
    rows = (*map(ranked, open_rows), *(replace(row, **blank, is_small=False, hidden=True) for row in closed))
    return replace(group, ranked_of=len(rates), rows=rows)


def in_order(group: RankedGroup, order: str) -> tuple[Ranked, ...]:
    """The rows by `rank`, by `name`, or by `change`: the largest rise first, units without a change last."""
    if order == "name":
        return tuple(sorted(group.rows, key=lambda row: vn.sort_key(row.name)))
    if order == "change":
        return tuple(sorted(group.rows, key=lambda row: (row.change is None, -(row.change or 0))))
    return group.rows


def folder_of(metric_id: str) -> str:
    """The name of a metric's folder: its id, or what stands for an id that is no plain name."""
    if _PLAIN.fullmatch(metric_id):
        return metric_id
    return f"chi-so-{hashlib.sha256(metric_id.encode()).hexdigest()[:12]}"
