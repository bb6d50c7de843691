"""Who closed which month, and what reproduces its figures: (as_of, known_at), versions of metrics. Computes none."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

import duckdb
import polars as pl

from transforms.dictionary.columns import LAKE
from transforms.reference.metrics import SIGNED
from warehouse.lake.lake import Lake
from warehouse.lake.rows import append
from warehouse.lake.schema import text

_CLOSINGS = LAKE["closings"]


@dataclass(frozen=True)
class Closing:
    """A month as it was signed: business dates up to `as_of`, as known at `known_at` (moments in UTC, no zone).

    `metric_versions`: the version of each metric by id; empty in a closing of before versions were kept.
    """

    month: str
    closed_at: datetime
    as_of: date
    known_at: datetime
    person: str
    note: str | None = None
    publication_id: str | None = None
    metric_versions: Mapping[str, int] = field(default_factory=dict)

    def row(self) -> dict[str, object]:
        """In the columns of lake.closings."""
        versions = ", ".join(f"{metric}={version}" for metric, version in sorted(self.metric_versions.items()))
        return asdict(self) | {"metric_versions": versions or None}


def keep_closing(lake: Lake, closing: Closing) -> None:
    """Record a closing; earlier ones stay. Raises LockedError when another process keeps writing."""
    row = pl.DataFrame([closing.row()], schema=_CLOSINGS.schema)

    def keep(cursor: duckdb.DuckDBPyConnection) -> None:
        known = cursor.sql(f"SELECT * FROM lake.closings WHERE month = {text(closing.month)}").pl()  # noqa: S608
        new = row.join(
            known, on=_CLOSINGS.grain, how="anti"
        )  # an earlier attempt may have been committed without an answer
        append(cursor, "lake.closings", new)

    lake.write(keep)


def closings(lake: Lake, month: str | None = None) -> list[Closing]:
    """The closings of a month, or of all, the newest last."""
    which = "" if month is None else f" WHERE month = {text(month)}"
    with lake.snapshot() as cursor:
        found = cursor.sql(f"SELECT * FROM lake.closings{which} ORDER BY month, closed_at").pl()  # noqa: S608
    return [
        Closing(**row | {"metric_versions": _versions(row["metric_versions"])})
        for row in _CLOSINGS.conform(found).to_dicts()
    ]


def last_closings(lake: Lake) -> list[Closing]:
    """The newest closing of each month, which is the valid one."""
    return list({closing.month: closing for closing in closings(lake)}.values())


def signed_versions(lake: Lake) -> pl.DataFrame:
    """The versions of metrics that each closed month was signed with. Columns as in SIGNED."""
    rows = [
        (closing.month, metric, version)
        for closing in last_closings(lake)
        for metric, version in sorted(closing.metric_versions.items())
    ]
    return pl.DataFrame(rows, schema=SIGNED, orient="row")


def _versions(text: str | None) -> dict[str, int]:
    pairs = (pair.split("=") for pair in text.split(", ")) if text else ()
    return {metric: int(version) for metric, version in pairs}
