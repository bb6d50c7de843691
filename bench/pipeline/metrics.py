"""Every enabled metric of a workspace: from what the limit script stored, and as the project published it.

Reads reference/metrics.toml by itself, so a metric more is compared without a line here. A metric of what the exports
do not hold (fields, lists of procedures, other counts) has no value on either side. Not part of what is timed.
"""

import tomllib
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from bench.pipeline.data import Size
from bench.pipeline.ours import CONTRACTS

# The counts of an export of each workload, over the rows that were not held back. All of it is of level 4.
_COUNTS = {
    "A": {
        "online": "sum(online)",
        "in_person": "sum(in_person)",
        "total": "sum(total)",
        "settled": "sum(processed)",
        "settled_on_time": "sum(on_time)",
    },
    "B": {
        "online": "count(*) FILTER (channel = 1)",
        "in_person": "count(*) FILTER (channel = 2)",
        "postal": "count(*) FILTER (channel = 3)",
        "total": "count(*)",
        "received": "count(*)",
        "settled": "count(*) FILTER (status = 10)",
        "settled_on_time": "count(*) FILTER (status = 10 AND ended_on <= due_on)",
    },
}
_MEMBERS = "CASE grouping(unit_code, unit_group) WHEN 1 THEN 'unit' ELSE 'group' END AS scope"
_PUBLISHED = """
    SELECT month, metric_id, CASE scope WHEN 'unit' THEN 'unit' ELSE 'group' END AS scope,
        CASE scope WHEN 'unit' THEN upper(member) ELSE member END AS member, numerator, denominator, rate
    FROM marts.monthly_rates JOIN marts.metrics USING (metric_id, metric_version)
    WHERE denominator > 0 AND metric_kind = 'ratio'
"""
_KEY = ("month", "metric_id", "scope", "member")


def of_limit(state: Path, data: Path, size: Size, root: Path) -> pl.DataFrame:
    """The metrics of the workspace `root` from the limit's `state` and the exports in `data`.

    Columns: month, metric_id, scope (unit or group), member, numerator and denominator (cases), rate (%).
    """
    text = (root / "reference" / "metrics.toml").read_text(encoding="utf-8")
    entries = [entry for entry in tomllib.loads(text)["metric"] if _has_value(entry, size.workload)]
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE units AS FROM read_csv('{data}/units.csv', all_varchar=true)")
        stored = f"read_parquet('{state}/facts/*/*.parquet', hive_partitioning=false)"
        connection.execute(
            f"CREATE VIEW facts AS SELECT *, strftime(day, '%Y-%m') AS month FROM {stored} JOIN units USING (unit_code)"
        )
        parts = [connection.sql(_query(entry, size.workload)).pl() for entry in entries]
    return pl.concat(parts).sort(_KEY)


def of_tyle(root: Path) -> pl.DataFrame:
    """The same from the published file."""
    with duckdb.connect(str(root / "published" / "marts.duckdb"), read_only=True) as connection:
        return connection.sql(_PUBLISHED).pl().sort(_KEY)


def _has_value(entry: dict[str, Any], workload: str) -> bool:
    terms = [*entry.get("numerator", ()), *entry.get("denominator", ())]
    return (
        entry.get("kind") == "ratio"
        and entry.get("enabled", entry.get("verified", True))
        and CONTRACTS[workload] in entry.get("contracts", CONTRACTS.values())
        and all(term["count"] in _COUNTS[workload] and not {"fields", "procedures"} & term.keys() for term in terms)
    )


def _query(entry: dict[str, Any], workload: str) -> str:
    numerator, denominator = (_sum(entry[part], workload) for part in ("numerator", "denominator"))
    step = 10 ** (2 - entry.get("decimals", 2))
    return f"""
        SELECT *, CASE WHEN numerator BETWEEN 0 AND denominator THEN
            ((numerator * 20000 + denominator * {step}) // (2 * denominator * {step}) * {step} / 100)::DECIMAL(5, 2)
        END AS rate
        FROM (
            SELECT month, '{entry["id"]}' AS metric_id, {_MEMBERS},
                coalesce(unit_code, unit_group, 'all') AS member,
                ({numerator})::BIGINT AS numerator, ({denominator})::BIGINT AS denominator
            FROM facts
            GROUP BY GROUPING SETS ((month, unit_code), (month, unit_group), (month))
        ) WHERE denominator > 0
    """


def _sum(terms: list[dict[str, Any]], workload: str) -> str:
    counts = [_COUNTS[workload][term["count"]] for term in terms if 4 in term.get("levels", [4])]
    return " + ".join(counts) or "0"
