"""A month's totals spread over the days a unit sends and its fields. Knows no file and no event."""

import random
from collections import Counter
from datetime import date
from itertools import product

import polars as pl

from demo.fields import fields_of
from transforms.reference.calendars import Cadence, expected_days

_COUNTED = pl.Schema(
    {
        "unit_id": pl.String(),
        "business_date": pl.Date(),
        "field": pl.String(),
        "online": pl.Int64(),
        "in_person": pl.Int64(),
    }
)
FIGURES = pl.Schema({**_COUNTED, "total": pl.Int64()})

# How busy a Saturday or Sunday is beside a working day: the counters are all but closed, the portal is not.
_WEEKEND = {"online": 0.3, "in_person": 0.02}

_Cell = tuple[date, str]


def month_figures(
    totals: pl.DataFrame, units: pl.DataFrame, holidays: frozenset[date], first: date, last: date
) -> pl.DataFrame:
    """Counts per unit, day and field (schema FIGURES) whose sums over the period equal `totals` exactly.

    `totals` has unit_id, online and in_person; `units` is as in reference/units.csv. Every field of a unit is
    there on every day the unit sends, with zeros where nothing happened. The same totals and period give a
    unit the same figures, whatever the other units are. Raises ValueError for a unit that sends on no day.
    """
    wanted = totals.select("unit_id", "online", "in_person").join(
        units.select("unit_id", "unit_type"), on="unit_id", how="left", maintain_order="left"
    )
    calendar = expected_days(units, Cadence(holidays), first, last).sort("business_date")
    sends = {key: days["business_date"].to_list() for (key,), days in calendar.group_by("unit_id")}
    records: list[tuple[object, ...]] = []
    for unit_id, online, in_person, unit_type in wanted.iter_rows():
        days = sends.get(unit_id)
        if days is None:
            raise ValueError(f"unit {unit_id!r} sends on no day from {first} to {last}")
        cells = list(product(days, fields_of(unit_id, unit_type)))
        rng = random.Random(f"{unit_id} {first:%Y-%m}")
        by_portal = _spread(online, cells, _WEEKEND["online"], rng)
        at_counter = _spread(in_person, cells, _WEEKEND["in_person"], rng)
        records += [(unit_id, *cell, by_portal[cell], at_counter[cell]) for cell in cells]
    counted = pl.DataFrame(records, schema=_COUNTED, orient="row")
    return counted.with_columns(total=pl.col("online") + pl.col("in_person"))


def _spread(count: int, cells: list[_Cell], weekend: float, rng: random.Random) -> Counter[_Cell]:
    """Give each of `count` cases a day and a field by chance, so that the sum holds without any correction."""
    day_weight = {day: rng.uniform(0.7, 1.3) * (weekend if day.weekday() > 4 else 1) for day, _ in cells}
    fields = dict.fromkeys(field for _, field in cells)
    field_weight = {field: rng.uniform(0.7, 1.3) / rank for rank, field in enumerate(fields, start=1)}
    weights = [day_weight[day] * field_weight[field] for day, field in cells]
    return Counter(rng.choices(cells, weights, k=count))
