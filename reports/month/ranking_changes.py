"""What changed in the rankings of a published report: ranks and the figures beside them. Computes no rank."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from reports.month.changes import Change, differing
from reports.month.rankings import listed

_SHOWN_ELSEWHERE = "online_rate"  # its figures are those of the first appendices
_FIGURES = {
    "numerator": "tử số",
    "denominator": "mẫu số",
    "points": "điểm",
    "points_maximum": "điểm tối đa",
    "rate": "tỷ lệ (%)",
}
_RANKS = {"rank": "hạng", "previous_rank": "hạng tháng trước"}


def ranking_changes(
    before: Mapping[str, pl.DataFrame],
    after: Mapping[str, pl.DataFrame],
    month: str,
    wanted: Sequence[str],
    deliveries: pl.DataFrame,
) -> Iterator[Change]:
    """What differs in the rankings by the metrics `wanted`; the other parameters as for reports.month.changes.compare.

    `before`, `after`: the marts by name; `deliveries`: those between them. Of figures the unit's own deliveries are
    named, of ranks those of its group: another unit may have passed it.
    """
    for metric_id in wanted:
        was, now = (listed(marts, month, metric_id) for marts in (before, after))
        versions = pl.concat([now, was]).select("metric_id", "metric_version").head(1)
        for metric in after["metrics"].join(versions, on=["metric_id", "metric_version"]).iter_rows(named=True):
            contracts = (metric["contracts"] or "").split(", ")
            yield from _of_metric(metric, was, now, deliveries.filter(pl.col("contract").is_in(contracts)))


def _of_metric(
    metric: Mapping[str, Any], was: pl.DataFrame, now: pl.DataFrame, deliveries: pl.DataFrame
) -> Iterator[Change]:
    rows = pl.concat([now, was])
    names = dict(rows.select("member", "unit_name").iter_rows())
    groups = dict(rows.select("member", "unit_group").iter_rows())

    def own(member: str) -> pl.DataFrame:
        return deliveries.filter(unit_id=member)

    def of_group(member: str) -> pl.DataFrame:
        units = [unit for unit, group in groups.items() if group == groups[member]]
        return deliveries.filter(pl.col("unit_id").is_in(units))

    figures = {} if metric["metric_id"] == _SHOWN_ELSEWHERE else _FIGURES
    for labels, causes in ((figures, own), (_RANKS, of_group)):
        columns = {column: f"{metric['metric_id']}.{column}" for column in labels}
        named = {columns[column]: f"{metric['name']}: {label}" for column, label in labels.items()}
        states = (_state(was, columns), _state(now, columns))
        yield from differing(*states, "member", named, lambda unit: names.get(unit) or unit, causes)


def _state(rows: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    return rows.select("member", *columns).rename(columns)
