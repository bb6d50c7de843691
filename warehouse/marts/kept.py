"""Sums of a month's counts, kept in the workbench, so that deliveries that were summed before are not summed again.

What is summed is written in marts/intermediate/: delivery_levels.sql, metric_figures.sql and field_months.sql. The
counts of a delivery never change: its sums are right as long as the ledger has it. No rate is computed here.
"""

# ruff: noqa: S608 - names are constants, values are quoted

import duckdb

from warehouse.lake.schema import text
from warehouse.marts.catalogue import KEPT, UNSUMMED

MANY_DELIVERIES = 10_000  # in a month, from which on keeping its sums saves more time than it takes
_NEW_PART = 10  # the sums by field are kept anew once a tenth of their deliveries is new or gone

_OF_DAYS = ("kept_levels", "kept_metric_figures")  # the others are of months

BOOKS = f"""
-- sums of counts (warehouse/marts/kept.py): the days that are summed, with a fingerprint of their deliveries and one of
-- the reference data that sums depend on; the names of fields in the counts of these days; the sums
CREATE TABLE workbench.kept_days (business_date DATE NOT NULL, content HUGEINT NOT NULL, rules VARCHAR NOT NULL);
CREATE TABLE workbench.kept_names (field VARCHAR NOT NULL);
{"".join(f"CREATE TABLE workbench.{name} ({columns});" for name, columns in KEPT.items())}
"""
_CONTENTS = """
CREATE TEMP TABLE day_contents AS
SELECT month, business_date, sum(hash(delivery_id, decided_at)) AS content
FROM periods JOIN deliveries ON business_date BETWEEN period_from AND period_to
GROUP BY ALL
"""
_UNCHANGED = """
CREATE TEMP TABLE unchanged_days AS
SELECT business_date FROM workbench.kept_days JOIN day_contents USING (business_date, content) WHERE rules = {rules}
"""
_MAKING = "SELECT month, unit_id, delivery_id, decided_at FROM unit_days WHERE in_month AND month = {month}"
# How many deliveries the sums by field have, and how many make up the month without being in them, or the reverse.
_DIFFERING = f"""
SELECT count(kept.delivery_id), count(*) FILTER (making.delivery_id IS NULL OR kept.delivery_id IS NULL)
FROM ({_MAKING}) AS making
FULL JOIN (FROM workbench.kept_field_deliveries WHERE month = {{month}}) AS kept USING (delivery_id, decided_at)
"""


def without_kept(cursor: duckdb.DuckDBPyConnection) -> None:
    """Create what the statements read of kept sums (KEPT, UNSUMMED) as if nothing were kept."""
    for name, columns in KEPT.items():
        cursor.execute(f"CREATE TEMP TABLE {name} ({columns})")
    for name, table in UNSUMMED.items():
        cursor.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM {table}")


def with_kept(cursor: duckdb.DuckDBPyConnection, rules: str) -> None:
    """Put what the workbench keeps of the cursor's `periods` in the place of what `without_kept` created.

    `rules`: a fingerprint of the reference data that sums depend on: fields, lists of procedures, metrics.
    """
    cursor.execute(_CONTENTS)
    cursor.execute(_UNCHANGED.format(rules=text(rules)))
    for name in KEPT:
        of = (
            "unchanged_days USING (business_date)"
            if name in _OF_DAYS
            else "(FROM periods WHERE is_asked) USING (month)"
        )
        cursor.execute(f"DROP TABLE {name}")
        cursor.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM workbench.{name} SEMI JOIN {of}")
    changed = _changed_days(cursor)
    for name, table in UNSUMMED.items():
        rows = f"SELECT * FROM {table} WHERE business_date IN ({changed})"
        cursor.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {rows}")


def names_of_fields(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """The names of fields in the cursor's daily counts, after `with_kept`; also some that only older counts had."""
    found = cursor.execute(
        "SELECT field FROM unsummed_counts UNION SELECT field FROM workbench.kept_names ORDER BY field"
    )
    return [name for (name,) in found.fetchall()]


def keep_sums(cursor: duckdb.DuckDBPyConnection, month: str, rules: str) -> None:
    """Keep what the statements have summed of one month (YYYY-MM) after `with_kept`; forget months before the last one.

    `rules`: as for `with_kept`.
    """
    (first, month_before) = cursor.execute(
        f"SELECT min(period_from), min(month) FROM periods WHERE month = {text(month)} "
        f"OR month = (SELECT previous_month FROM periods WHERE month = {text(month)})"
    ).fetchall()[0]
    changed = _changed_days(cursor, month)
    for name in ("kept_days", *_OF_DAYS):
        gone = f"business_date IN ({changed}) OR business_date < DATE '{first}'"
        cursor.execute(f"DELETE FROM workbench.{name} WHERE {gone}")
    added = f"WHERE business_date IN ({changed})"
    cursor.execute(
        f"INSERT INTO workbench.kept_days SELECT business_date, content, {text(rules)} FROM day_contents {added}"
    )
    cursor.execute(f"INSERT INTO workbench.kept_levels BY NAME SELECT * EXCLUDE (is_kept) FROM delivery_levels {added}")
    figures = "SELECT business_date, metric_figures.* FROM metric_figures JOIN known_deliveries USING (delivery_id)"
    cursor.execute(f"INSERT INTO workbench.kept_metric_figures BY NAME {figures} {added}")
    known = "SELECT field FROM workbench.kept_names"
    cursor.execute(f"INSERT INTO workbench.kept_names SELECT field FROM field_names EXCEPT {known}")
    (deliveries, differing) = cursor.execute(_DIFFERING.format(month=text(month))).fetchall()[0]
    if differing * _NEW_PART <= deliveries:
        return
    for name, rows in (
        ("kept_field_months", f"SELECT * FROM field_months WHERE month = {text(month)}"),
        ("kept_field_deliveries", _MAKING.format(month=text(month))),
    ):
        cursor.execute(f"DELETE FROM workbench.{name} WHERE month = {text(month)} OR month < {text(month_before)}")
        cursor.execute(f"INSERT INTO workbench.{name} BY NAME {rows}")


def _changed_days(cursor: duckdb.DuckDBPyConnection, month: str | None = None) -> str:
    """The days whose sums are not kept, of one month or all, as literals: DuckLake then skips files of other days."""
    of_month = "" if month is None else f"WHERE month = {text(month)}"
    found = cursor.execute(
        f"SELECT business_date FROM day_contents ANTI JOIN unchanged_days USING (business_date) {of_month} ORDER BY ALL"
    ).fetchall()
    return ", ".join(f"DATE '{day}'" for (day,) in found) or "NULL"
