"""Which units a page of a ranking shows, and which it withholds. Knows no page.

With a limit for small counts a unit is withheld here where the overview withholds it, where a count of the metric is
small, and where a count of it is almost that of another metric or of the overview: their difference would be a small
count. A withheld unit has no place in the order, and the others are ranked among themselves: a gap in the ranks, or a
place between two rates, would state its rate.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
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
    """What other pages show of a month: the counts of each unit, and the units they withhold.

    `with_hidden_fields`: units some of whose fields are withheld; None: not known.
    """

    counts: Mapping[str, Pair]
    hidden: Collection[str]
    with_hidden_fields: Collection[str] | None = None


def site_rankings(
    marts: Mapping[str, pl.DataFrame],
    month: str,
    names: Labels,
    below: int,
    overview: Overview,
    before: Overview,
) -> tuple[Ranking, ...]:
    """The rankings as they may be shown, by name of the metric; `below`: counts from 1 to below - 1 are small, 0: none.

    `marts`: rankings, monthly_rates of the month and of the one before, metrics, units. `overview`, `before`: what
    other pages show of the month, and of the one before.
    """
    found = sorted(rankings(marts, month, names).values(), key=lambda one: vn.sort_key(str(one.metric["name"])))
    if not below or not found:
        return tuple(found)
    now = withheld(marts["monthly_rates"].filter(month=month), overview, below)
    then = withheld(marts["monthly_rates"].filter(month=vn.month_before(month)), before, below)
    return tuple(
        replace(ranking, groups=tuple(_shown(group, ranking, *hidden) for group in ranking.groups))
        for ranking in found
        for hidden in [(_of(ranking, now, overview), _of(ranking, then, before))]
    )


def _of(ranking: Ranking, hidden: Mapping[str, frozenset[str]], other: Overview) -> frozenset[str] | None:
    """The units that a ranking of a month does not show; None: not known.

    Of a metric of certain fields that are also the units some of whose fields are withheld: it may be a large field
    that hides a small one.
    """
    own = hidden.get(ranking.metric_id, frozenset())
    terms = (ranking.metric["numerator_terms"], ranking.metric["denominator_terms"])
    if not any("field " in (text or "") for text in terms):
        return own
    return None if other.with_hidden_fields is None else own.union(other.with_hidden_fields)


def withheld(rates: pl.DataFrame, overview: Overview, below: int) -> dict[str, frozenset[str]]:
    """By metric with counts the units that its ranking does not show; `rates`: monthly_rates of a month."""
    stated: dict[str, dict[str, Pair]] = {unit: {_OVERVIEW: pair} for unit, pair in overview.counts.items()}
    rows = rates.filter(
        pl.col("scope") == "unit", pl.col("numerator").is_not_null(), pl.col("denominator").is_not_null()
    )
    for metric, unit, part, whole in rows.select("metric_id", "member", "numerator", "denominator").iter_rows():
        stated.setdefault(unit, {})[metric] = (part, whole)
    hidden: dict[str, set[str]] = {metric: set(overview.hidden) for metric in rows["metric_id"]}
    for unit, pairs in stated.items():
        for metric in _revealing(pairs, below):
            hidden[metric].add(unit)
    return {metric: frozenset(units) for metric, units in hidden.items()}


def _revealing(pairs: Mapping[str, Pair], below: int) -> Iterator[str]:
    """The metrics of a unit that show a small count, or a count that is almost another one."""
    overview = pairs.get(_OVERVIEW)
    for metric, pair in pairs.items():
        if metric == _OVERVIEW or pair == overview:  # shown there as it is
            continue
        part, rest, whole = _parts(pair)
        near = [
            (own, other)
            for id_, pair_ in pairs.items()
            if id_ != metric
            for own, other in zip((part, rest, whole), _parts(pair_), strict=True)
        ]
        if overview is not None:  # online cases are the rest of those in person, and the other way round
            online, in_person, _ = _parts(overview)
            near += [(part, in_person), (rest, online)]
        if any(0 < count < below for count in (part, rest, whole)) or any(0 < abs(a - b) < below for a, b in near):
            yield metric


def _parts(pair: Pair) -> tuple[int, int, int]:
    """The numerator, the rest, the denominator."""
    return pair[0], pair[1] - pair[0], pair[1]


def _shown(
    group: RankedGroup, ranking: Ranking, hidden: frozenset[str] | None, before: frozenset[str] | None
) -> RankedGroup:
    """The group without the units `hidden`; None: all of them. `before`: those of the month before."""
    members = {row.unit_id for row in group.rows}
    now = members if hidden is None else hidden
    open_rows = [row for row in group.rows if row.unit_id not in now]
    rates = Counter(row.rate for row in open_rows if row.rank is not None and row.rate is not None)
    ranks, better = dict[Decimal, int](), 0
    for rate in sorted(rates, reverse=ranking.metric["direction"] != "down"):
        ranks[rate], better = better + 1, better + rates[rate]
    is_change_known = before is not None and members.isdisjoint(now) and members.isdisjoint(before)

    def ranked(row: Ranked) -> Ranked:
        if row.rank is not None and row.rate is not None:
            row = replace(row, rank=ranks[row.rate], ties=rates[row.rate])
        return row if is_change_known else replace(row, previous_rank=None, change=None)

    blank: dict[str, Any] = dict.fromkeys(("rank", "ties", "part", "whole", "rate", "previous_rank", "change", "meets"))
    closed = sorted((row for row in group.rows if row.unit_id in now), key=lambda row: row.unit_id)
    rows = (*map(ranked, open_rows), *(replace(row, **blank, is_small=False, hidden=True) for row in closed))
    return replace(group, ranked_of=better, rows=rows)


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
