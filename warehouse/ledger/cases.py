"""Which cases the lake has counted already. Counts nothing itself and writes nothing."""

from dataclasses import dataclass

import duckdb
import polars as pl

from warehouse.lake.lake import Lake, snapshot_of
from warehouse.lake.rows import create_temp

_CASE = ("unit_id", "business_date", "case_id")
_COUNTED = """
WITH latest AS (
    SELECT unit_id, business_date, arg_max(delivery_id, version) AS delivery_id
    FROM lake.deliveries
    WHERE contract = 'cases' AND starts_with(status, 'accepted')
    GROUP BY ALL
),
counting AS (  -- what is about to be replaced no longer counts
    SELECT delivery_id FROM latest ANTI JOIN replaced USING (unit_id, business_date)
)
SELECT DISTINCT asked.unit_id, asked.business_date, asked.case_id
FROM asked
JOIN (SELECT * FROM lake.cases SEMI JOIN met USING (case_id)) AS counted
    ON counted.case_id = asked.case_id
    AND (counted.unit_id <> asked.unit_id OR counted.business_date <> asked.business_date)
SEMI JOIN counting ON counting.delivery_id = counted.delivery_id
"""
# Nearly no case was met before: of what lies in the lake only the ids are read to know it.
_MET = "CREATE TEMP TABLE met AS SELECT case_id FROM lake.cases SEMI JOIN asked USING (case_id)"


@dataclass(frozen=True, eq=False)
class Counted:
    """The rows (file, row) whose case counts elsewhere, and the snapshot of the lake in which that was looked up."""

    rows: pl.DataFrame
    snapshot: int | None = None


def counted_elsewhere(lake: Lake, candidates: pl.DataFrame) -> Counted:
    """The rows of `candidates` whose case counts in an accepted delivery of another unit or day.

    `candidates` as transforms.check.cases.countable gives them; deliveries that those which `speaks` replace are left out.
    """
    if candidates.is_empty():
        return Counted(candidates.select("file", "row"))
    with lake.snapshot() as cursor:
        snapshot = snapshot_of(cursor)
        known = find_counted(cursor, candidates, candidates.filter("speaks"))
    return Counted(candidates.join(known, on=_CASE, how="semi").select("file", "row"), snapshot)


def find_counted(cursor: duckdb.DuckDBPyConnection, cases: pl.DataFrame, replacing: pl.DataFrame) -> pl.DataFrame:
    """Those of `cases` (unit_id, business_date, case_id) that count for another unit or day, as the cursor sees it.

    `replacing`: unit_id and business_date of the deliveries that take the place of what the lake has.
    """
    asked = cases.select(_CASE)
    create_temp(cursor, "asked", asked)
    cursor.execute(_MET)
    if not cursor.execute("SELECT 1 FROM met LIMIT 1").fetchall():
        return asked.clear()
    create_temp(cursor, "replaced", replacing.select("unit_id", "business_date").unique())
    return cursor.sql(_COUNTED).pl()
