"""The appendices of the report that rank units, one for each metric that report.toml names. Ranks nothing itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from reports import vietnamese as vn
from reports.labels import Labels
from reports.month.rankings import Ranked, Ranking, rankings


@dataclass(frozen=True)
class RankingTable:
    """The units of a group in order, under `title`."""

    title: str
    rows: tuple[Ranked, ...]


@dataclass(frozen=True)
class RankingAppendix:
    """A metric's appendix: `about` says what it measures; without `tables` the month has no figures of it.

    `decimals`, `is_down`, `is_given`: how its rate is rounded, whether less is better, whether its figures are points.
    """

    title: str
    about: str
    header: tuple[str, ...] = ()
    tables: tuple[RankingTable, ...] = ()
    notes: tuple[str, ...] = ()
    decimals: int = 2
    is_down: bool = False
    is_given: bool = False


def ranking_appendices(
    marts: Mapping[str, pl.DataFrame], month: str, wanted: Sequence[str], names: Labels
) -> tuple[RankingAppendix, ...]:
    """An appendix for each of the metrics `wanted`, in this order. `marts`: as for reports.month.rankings.rankings."""
    if not wanted:
        return ()
    found = rankings(marts, month, names)
    return tuple(
        _appendix(found[one], names)
        if one in found and found[one].has_figures
        else _without_figures(marts["metrics"], one, month)
        for one in wanted
    )


def _appendix(ranking: Ranking, names: Labels) -> RankingAppendix:
    metric = ranking.metric
    return RankingAppendix(
        title=_title(metric["name"], ranking.month),
        about=f"{ranking.label}, {ranking.order}: {metric['definition']}",
        header=ranking.header,
        tables=tuple(
            RankingTable(f"{names.name(group.group)[0]}: {group.ranked_of} đơn vị có hạng", group.rows)
            for group in ranking.groups
        ),
        notes=ranking.notes,
        decimals=metric["decimals"],
        is_down=metric["direction"] == "down",
        is_given=ranking.is_given,
    )


def _without_figures(metrics: pl.DataFrame, metric_id: str, month: str) -> RankingAppendix:
    names = metrics.filter(metric_id=metric_id).sort("metric_version")["name"].to_list()
    name = names[-1] if names else metric_id
    return RankingAppendix(
        _title(name, month), f"{name} ({metric_id}): tháng {vn.month(month)} chưa có số liệu của chỉ số này."
    )


def _title(name: str, month: str) -> str:
    return f"Xếp hạng đơn vị theo chỉ số: {name}, tháng {vn.month(month)}"
