"""Reads what the demo needs from the project's reference data. Computes nothing."""

from dataclasses import dataclass
from datetime import date
from importlib.resources import files

import polars as pl

from transforms.units import Registry


@dataclass(frozen=True)
class Reference:
    """Month totals per unit (unit_id, online, in_person, total), the units themselves, and the public holidays."""

    totals: pl.DataFrame
    units: pl.DataFrame
    holidays: frozenset[date]


def load_reference() -> Reference:
    """The reference data of August 2022 as shipped with the project."""
    root = files("reference")
    totals = pl.read_csv((root / "demo" / "august-2022.csv").read_bytes())
    calendar = pl.read_csv((root / "calendar.csv").read_bytes(), try_parse_dates=True)
    return Reference(
        totals=totals.select("unit_id", "online", "in_person", "total"),
        units=Registry.from_csv((root / "units.csv").read_text(encoding="utf-8")).units,
        holidays=frozenset(calendar.filter(pl.col("kind") == "holiday")["date"]),
    )
