"""Reads what the demo needs from the project's reference data. Computes nothing."""

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import NamedTuple

import polars as pl

from transforms.reference.organisation import read_organisation
from transforms.reference.unit_file import read_units


class Processed(NamedTuple):
    """What was received, settled and settled on time since the year began (cases)."""

    received: int
    settled: int
    settled_on_time: int

    def before(self, received: int, settled: int, settled_on_time: int) -> "Processed":
        """The same without what one day added."""
        return Processed(self.received - received, self.settled - settled, self.settled_on_time - settled_on_time)


@dataclass(frozen=True)
class Reference:
    """What the demo month is made from.

    `totals`: a row per unit: unit_id, online, in_person, total (cases of the month). `units`: UNITS of
    transforms.reference.unit_file. `holidays`: public holidays. `processed`: what the one-stop centre reports on the
    last day of the demo, where it does.
    """

    totals: pl.DataFrame
    units: pl.DataFrame
    holidays: frozenset[date]
    processed: Processed | None = None


def load_reference() -> Reference:
    """The reference data of August 2022 as shipped with the project."""
    root = files("reference")
    organisation = read_organisation((root / "organisation.toml").read_text(encoding="utf-8"))
    totals = pl.read_csv((root / "demo" / "august-2022.csv").read_bytes())
    calendar = pl.read_csv((root / "calendar.csv").read_bytes(), try_parse_dates=True)
    processed = pl.read_csv((root / "demo" / "processing-2022-08-19.csv").read_bytes())
    return Reference(
        totals=totals.select("unit_id", "online", "in_person", "total"),
        units=read_units((root / "units.csv").read_text(encoding="utf-8"), organisation),
        holidays=frozenset(calendar.filter(pl.col("kind") == "holiday")["date"]),
        processed=Processed(*processed.select(Processed._fields).row(0)),
    )
