"""Who closed which month, and the (as_of, known_at) that reproduces its figures. Computes no figure."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

import duckdb
import polars as pl

from transforms.dictionary.columns import LAKE
from warehouse.lake.lake import Lake
from warehouse.lake.rows import append
from warehouse.lake.schema import text

_CLOSINGS = LAKE["closings"]


@dataclass(frozen=True)
class Closing:
    """A month as it was signed: business dates up to `as_of`, as known at `known_at` (moments in UTC, no zone)."""

    month: str
    closed_at: datetime
    as_of: date
    known_at: datetime
    person: str
    note: str | None = None
    publication_id: str | None = None


def keep_closing(lake: Lake, closing: Closing) -> None:
    """Record a closing; earlier ones stay. Raises LockedError when another process keeps writing."""
    row = pl.DataFrame([asdict(closing)], schema=_CLOSINGS.schema)

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
    return [Closing(**row) for row in _CLOSINGS.conform(found).to_dicts()]
