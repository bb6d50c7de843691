"""The charts of a report, as the pictures its documents take. Computes no figure."""

from collections.abc import Iterator, Mapping
from math import ceil

import polars as pl
import vl_convert

from reports import charts
from reports import vietnamese as vn
from reports.appendices import group_name
from reports.content import Picture

_ORDER = {"departments": 0, "districts": 1, "communes": 2}
_MOST = 16  # bars that fit a page
_SCALE = 2  # dots for each of 480 across: some 150 to the inch on paper


def pictures(marts: Mapping[str, pl.DataFrame], month: str) -> tuple[Picture, ...]:
    """The units of each group ranked beside their targets, from monthly_unit_rates; of many units several pictures."""
    units = marts["monthly_unit_rates"].filter(pl.col("month") == month, pl.col("online_rate_pct").is_not_null())
    found = []
    for group in sorted(set(units["unit_group"]), key=lambda name: (_ORDER.get(name, len(_ORDER)), name)):
        own = units.filter(unit_group=group).sort("online_rate_pct", "unit_name", descending=[True, False])
        parts = list(_parts(own))
        for number, part in enumerate(parts, start=1):
            which = f" ({number}/{len(parts)})" if len(parts) > 1 else ""
            found.append((f"{group_name(group)}{which}", part))
    return tuple(
        Picture(
            f"Biểu đồ {number}. Tỷ lệ trực tuyến theo đơn vị tháng {vn.month(month)}: {title}. Vạch đứng: chỉ tiêu; "
            "gạch chéo: chưa đạt.",
            vl_convert.svg_to_png(charts.ranked(bars, title), scale=_SCALE),
            "; ".join(f"{bar.name}: {bar.text}" for bar in bars),
        )
        for number, (title, bars) in enumerate(found, start=1)
    )


def _parts(units: pl.DataFrame) -> Iterator[list[charts.Bar]]:
    """As even as can be."""
    bars = [
        charts.Bar(
            row["unit_name"],
            row["online_rate_pct"],
            f"{vn.percent(row['online_rate_pct'])}%",
            row["target_pct"],
            row["meets_target"] is False,
        )
        for row in units.iter_rows(named=True)
    ]
    size = ceil(len(bars) / ceil(len(bars) / _MOST))
    for start in range(0, len(bars), size):
        yield bars[start : start + size]
