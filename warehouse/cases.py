"""Which cases the lake has counted already. Counts nothing itself and writes nothing."""

import duckdb
import polars as pl

from warehouse.lake import Lake
from warehouse.steps import create_temp

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
JOIN lake.cases AS counted
    ON counted.case_id = asked.case_id
    AND (counted.unit_id <> asked.unit_id OR counted.business_date <> asked.business_date)
SEMI JOIN counting ON counting.delivery_id = counted.delivery_id
"""


def counted_elsewhere(lake: Lake, candidates: pl.DataFrame) -> pl.DataFrame:
    """The rows (file, row) of `candidates` whose case counts in an accepted delivery of another unit or day.

    `candidates` as transforms.cases.countable gives them; deliveries that those which `speaks` replace are left out.
    """
    if candidates.is_empty():
        return candidates.select("file", "row")
    with lake.snapshot() as cursor:
        known = find_counted(cursor, candidates, candidates.filter("speaks"))
    return candidates.join(known, on=_CASE, how="semi").select("file", "row")


def find_counted(cursor: duckdb.DuckDBPyConnection, cases: pl.DataFrame, replacing: pl.DataFrame) -> pl.DataFrame:
    """Those of `cases` (unit_id, business_date, case_id) that count for another unit or day, as the cursor sees it.

    `replacing`: unit_id and business_date of the deliveries that take the place of what the lake has.
    """
    create_temp(cursor, "asked", cases.select(_CASE).unique())
    create_temp(cursor, "replaced", replacing.select("unit_id", "business_date").unique())
    return cursor.sql(_COUNTED).pl()
