"""Finds the cases that the lake has counted already. Counts nothing itself and writes nothing."""

# ruff: noqa: S608 - conditions are constants

from dataclasses import dataclass

import duckdb
import polars as pl

from transforms.check.frames import CANDIDATES, SPEAKING
from transforms.dictionary.frames import checked
from warehouse.lake.lake import Lake, snapshot_of
from warehouse.lake.rows import create_temp
from warehouse.ledger.counting import COUNTS

_CASE = ("unit_id", "business_date", "case_id")
_COUNTED = f"""
WITH latest AS (
    SELECT unit_id, business_date, arg_max(delivery_id, version) AS delivery_id
    FROM lake.deliveries
    WHERE contract = 'cases' AND {COUNTS}
    GROUP BY ALL
),
counting AS (  -- what is about to be replaced no longer counts
    SELECT delivery_id FROM latest ANTI JOIN replaced USING (unit_id, business_date)
)
SELECT DISTINCT wanted.unit_id, wanted.business_date, wanted.case_id
FROM wanted
JOIN (SELECT * FROM lake.cases SEMI JOIN met USING (case_id)) AS counted
    ON counted.case_id = wanted.case_id
    AND (counted.unit_id <> wanted.unit_id OR counted.business_date <> wanted.business_date)
SEMI JOIN counting ON counting.delivery_id = counted.delivery_id
"""
# Hardly any case was counted before: at first ids are compared alone, by their hashes.
_MET = """
CREATE TEMP TABLE met AS
SELECT DISTINCT case_id FROM lake.cases WHERE hash(case_id) IN (SELECT hash(case_id) FROM ids)
"""


@dataclass(frozen=True, eq=False)
class Counted:
    """`rows`: PLACES, the rows whose case counts elsewhere; `snapshot`: the one of the lake that was wanted."""

    rows: pl.DataFrame
    snapshot: int | None = None


def counted_elsewhere(lake: Lake, candidates: pl.DataFrame, replacing: pl.DataFrame) -> Counted:
    """The rows of `candidates` whose case counts in an accepted delivery of another unit or day.

    `candidates`: CANDIDATES. `replacing`: SPEAKING; the deliveries that these files replace no longer count.
    """
    checked(replacing, SPEAKING, "counted_elsewhere: replacing")
    checked(candidates, CANDIDATES, "counted_elsewhere: candidates")
    if candidates.is_empty():
        return Counted(candidates.select("file", "row"))
    with lake.snapshot() as cursor:
        snapshot = snapshot_of(cursor)
        known = find_counted(cursor, candidates, replacing)
    return Counted(candidates.join(known, on=_CASE, how="semi").select("file", "row"), snapshot)


def find_counted(cursor: duckdb.DuckDBPyConnection, cases: pl.DataFrame, replacing: pl.DataFrame) -> pl.DataFrame:
    """Those of `cases` that count for another unit or day in the lake: unit_id, business_date, case_id.

    `cases`: at least these three columns. `replacing`: at least `unit_id` and `business_date`, of the deliveries that
    replace what the lake has.
    """
    wanted = cases.select(_CASE)
    cursor.register("ids", wanted.select("case_id"))
    cursor.execute(_MET)
    cursor.unregister("ids")
    met = cursor.sql("FROM met").pl()
    wanted = wanted.join(met, on="case_id", how="semi")
    if wanted.is_empty():
        return wanted
    create_temp(cursor, "wanted", wanted)
    create_temp(cursor, "replaced", replacing.select("unit_id", "business_date").unique())
    return cursor.sql(_COUNTED).pl()
