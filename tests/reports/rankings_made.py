"""Marts of rankings made by hand: a row per unit, as the published file has them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from transforms.reference.metrics import MetricBook
from warehouse.marts.catalogue import PUBLISHED

MONTH = "2022-08"
METRICS = """
[[metric]]
id = "own"
version = 1
name = "Tỷ lệ của phép thử"
name_en = "Rate of the test"
definition = "tử số chia mẫu số của phép thử"
definition_en = "numerator by denominator of the test"
kind = "ratio"
numerator = [{ count = "online" }]
denominator = [{ count = "total" }]
min_denominator = 10
"""
Row = dict[str, Any]


def row(unit: str, rank: int | None, part: int | None, whole: int | None, **more: Any) -> Row:
    """A unit; `more`: columns of the mart, name, points."""
    rate = Decimal(part * 100) / whole if part is not None and whole else None
    return {
        "unit_group": "departments",
        "name": f"Sở {unit}",
        "member": unit,
        "rank": rank,
        "ties": 1 if rank else None,
        "numerator": part,
        "denominator": whole,
        "rate": rate.quantize(Decimal("0.01")) if rate is not None else None,
        "is_small": None if whole is None else whole < 10,
        "is_complete": True,
        "has_override": False,
    } | more


def marts_of(
    rows: Sequence[Row], metrics: str = METRICS, metric_id: str = "own", month: str = MONTH
) -> dict[str, pl.DataFrame]:
    """rankings, monthly_rates, metrics and units of one metric."""
    groups: dict[str, list[Row]] = {}
    for one in rows:
        groups.setdefault(one["unit_group"], []).append(one)
    whole = [
        {"month": month, "metric_id": metric_id, "metric_version": 1, "scope": "unit", "list_order": place}
        | {"ranked_of": sum(other["rank"] is not None for other in own)}
        | one
        for own in groups.values()
        for place, one in enumerate(own, 1)
    ]
    frame = pl.DataFrame(whole, infer_schema_length=None)
    units = [{"unit_id": one["member"], "name": one["name"]} for one in rows]
    rates = PUBLISHED["monthly_rates"].conform(frame)
    more = [pl.Series(name, [one.get(name) for one in whole]) for name in ("points", "points_maximum") if name in frame]
    return {
        "rankings": PUBLISHED["rankings"].conform(frame),
        "monthly_rates": rates.with_columns(more),
        "metrics": MetricBook.from_toml(metrics).metrics,
        "units": pl.DataFrame(units),
    }
