"""The three appendices of the monthly report as tables of text, from the monthly marts. Computes no rate."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from reports import vietnamese as vn

HEADER = (
    "STT",
    "Đơn vị",
    "Trực tuyến (1)",
    "Trực tiếp (2)",
    "Tổng số (3) = (1) + (2)",
    "Tỷ lệ (%) (1) / (3)",
)
_GROUPS = {
    "departments": ("Sở, ban, ngành", "tại các sở, ban, ngành"),
    "districts": ("Huyện", "tại UBND các huyện, thành phố"),
    "communes": ("Xã, phường", "tại UBND các xã, phường"),
}
_TITLE = "Thống kê tỷ lệ hồ sơ xử lý trực tuyến mức 4"


@dataclass(frozen=True)
class Appendix:
    """One appendix: `rows` of text under HEADER; `bold` are the indexes of total rows."""

    number: int
    title: str
    rows: tuple[tuple[str, ...], ...]
    bold: tuple[int, ...]


def appendices(units: pl.DataFrame, groups: pl.DataFrame, month: str) -> list[Appendix]:
    """Appendix 1 (groups and all), then one per group with its total first and its units in report order.

    `units` and `groups` are monthly_unit_rates and monthly_group_rates of one month.
    """
    by_group = {row["unit_group"]: row for row in groups.iter_rows(named=True)}
    present = [group for group in _GROUPS if group in by_group]
    present += sorted(set(by_group) - set(_GROUPS) - {"all"})
    overview = [_row(str(number), _group_name(group), by_group[group]) for number, group in enumerate(present, start=1)]
    overview.append(_row(str(len(present) + 1), "Tổng", by_group["all"]))
    first = Appendix(1, f"{_TITLE} trên địa bàn tỉnh, tháng {vn.month(month)}", tuple(overview), (len(overview) - 1,))
    return [
        first,
        *(_group(number, group, units, by_group[group], month) for number, group in enumerate(present, 2)),
    ]


def _group(number: int, group: str, units: pl.DataFrame, total: dict[str, Any], month: str) -> Appendix:
    members = units.filter(pl.col("unit_group") == group).sort("report_order", "unit_id")
    rows = [_row("", "Tổng cộng", total)]
    rows += [_row(str(stt), row["unit_name"], row) for stt, row in enumerate(members.iter_rows(named=True), start=1)]
    where = _GROUPS.get(group, (group, group))[1]
    return Appendix(number, f"{_TITLE} {where}, tháng {vn.month(month)}", tuple(rows), (0,))


def _group_name(group: str) -> str:
    return _GROUPS.get(group, (group, group))[0]


def _row(stt: str, name: str, figures: dict[str, Any]) -> tuple[str, ...]:
    counts = (vn.count(figures[column]) for column in ("online", "in_person", "total"))
    return (stt, name, *counts, vn.percent(figures["online_rate_pct"]))
