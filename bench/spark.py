"""A large month's marts from DuckDB and from Spark in local mode: seconds each, and whether the rows are equal.

`python -m bench.spark [units]`; PySpark and Java must be there. Spark's start is measured separately.
"""

import calendar
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import polars as pl

from transforms.dictionary.columns import LAKE, REFERENCE
from transforms.dictionary.table import PERCENT
from transforms.reference.metric_file import FILE, ONLINE_RATE
from transforms.reference.metrics import MetricBook
from transforms.reference.organisation import MEMBERSHIPS
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake
from warehouse.marts.materialise import Reference, build_marts
from warehouse.marts.spark import Spark
from warehouse.marts.spark_session import started

FIRST, LAST = date(2022, 8, 1), date(2022, 8, calendar.monthrange(2022, 8)[1])
FIELDS = 10


def fill(lake: Lake, units: int) -> None:
    """A month of daily counts of so many units, FIELDS fields each, one delivery a unit and day."""
    day = f"DATE '{FIRST}' + CAST(d AS INTEGER)"
    key = f"'u' || u AS unit_id, {day} AS business_date, 'u' || u || ':' || d AS delivery_id"
    many = f"FROM range({units}) AS unit(u), range({LAST.day}) AS day(d)"
    moment = f"CAST({day} AS TIMESTAMP) + INTERVAL 20 HOUR"
    deliveries = f"""
        SELECT {key}, 'summary' AS contract, 1 AS version, '' AS source_uri, '' AS file_name, '' AS sha256,
            0 AS size_bytes, {moment} AS received_at, {moment} AS decided_at, 'accepted' AS status, 'day' AS basis
        {many}
    """
    counts = f"""
        SELECT {key}, 'lĩnh vực ' || f AS field, 4 AS service_level, hash(u, d, f) % 50 AS online,
            hash(f, d, u) % 30 AS in_person, online + in_person AS total {many}, range({FIELDS}) AS field(f)
    """
    with lake.writing() as cursor:
        for table, rows in (("deliveries", deliveries), ("daily_counts", counts)):
            frame = LAKE[table].conform(cursor.sql(rows).pl())
            cursor.register("incoming", frame)
            cursor.execute(f"INSERT INTO lake.{table} BY NAME SELECT * FROM incoming")
            cursor.unregister("incoming")


def _named(groups: Sequence[str]) -> pl.DataFrame:
    rows = [(group, group, group, order, True, True, None) for order, group in enumerate(groups)]
    return pl.DataFrame(rows, schema=REFERENCE["groups"].schema, orient="row")


def reference(units: int) -> Reference:
    """So many units in three groups, all days expected, one target a group."""
    groups = ("departments", "districts", "communes")
    rows = [(f"u{u}", f"Đơn vị {u}", "so", groups[u % 3], u, "pending", "every_day", FIRST, None) for u in range(units)]
    targets = [(group, group, None, "55.00", "QĐ", FIRST, None, ONLINE_RATE) for group in (*groups, "all")]
    days = pl.DataFrame({"business_date": [FIRST + timedelta(n) for n in range(LAST.day)]})
    metrics = MetricBook.from_toml((files("reference") / FILE).read_text(encoding="utf-8"))
    known = pl.DataFrame(rows, schema=REFERENCE["units"].schema, orient="row")
    return Reference(
        units=known,
        targets=pl.DataFrame(targets, schema=REFERENCE["targets"].names, orient="row").with_columns(
            pl.col("target_pct").cast(PERCENT)
        ),
        metrics=metrics.metrics,
        metric_terms=metrics.terms,
        metric_rules=metrics.rules,
        metric_groups=metrics.groups,
        expected_days=known.select("unit_id").join(days, how="cross").with_columns(contract=pl.lit("summary")),
        periods=pl.DataFrame({"month": ["2022-08"], "period_from": [FIRST], "period_to": [LAST]}),
        groups=_named([*groups, "all"]),
        channels=REFERENCE["channels"].schema.to_frame(),
        levels=REFERENCE["levels"].schema.to_frame(),
        contracts=REFERENCE["contracts"].schema.to_frame(),
        group_members=pl.DataFrame(
            [(group, *one) for group in groups for one in (("group", group), ("all", "all"))],
            schema=MEMBERSHIPS,
            orient="row",
        ),
    )


def main(units: int) -> None:
    """Fill a lake, derive the marts once with DuckDB, twice with Spark: the first includes what the JVM compiles."""
    with tempfile.TemporaryDirectory() as home, open_lake(Path(home)) as lake:
        fill(lake, units)
        data = reference(units)
        begun = time.perf_counter()
        ours = build_marts(lake, data, ["2022-08"])
        print(f"DuckDB {time.perf_counter() - begun:.1f} s")
        begun = time.perf_counter()
        started("local[*]", ())
        print(f"Spark: start {time.perf_counter() - begun:.1f} s")
        for turn in ("first", "second"):
            begun = time.perf_counter()
            theirs = build_marts(lake, data, ["2022-08"], engine=Spark())
            same = all(theirs[name].equals(frame) for name, frame in ours.items())
            print(f"Spark: {turn} {time.perf_counter() - begun:.1f} s, rows equal: {same}", flush=True)
        print({name: frame.height for name, frame in ours.items()})


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3300)
