"""Removes what may not be kept any longer: landing packs, case ids, rejected rows. Counts and marts stay as they are.

Deleted rows are gone from every answer at once. They are gone from the disk when the Parquet files that held them are
removed, which waits for readers, and the catalog has forgotten their smallest and largest values.
"""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from warehouse.lake.files import orphans
from warehouse.lake.lake import Lake
from warehouse.lake.moments import CATALOG
from warehouse.places.errors import WarehouseError
from warehouse.places.landing import discard
from warehouse.places.locks import PATIENCE
from warehouse.places.stores import S3Prefix

CASES = "cases"  # the contract whose rows name cases
GRACE_DAYS = 1  # for how long a reader may go on with files that were replaced since
_IN_USE = timedelta(days=1)  # of a shared lake: until then a file nothing names may be about to be committed
_EXPIRING = ("cases", "rejected_rows")


@dataclass(frozen=True)
class Purged:
    """What a purge removed: landing packs per contract, and rows of the lake.

    `waiting`: files that may still hold removed rows, because a reader may be using them; a later purge removes them.
    """

    packs: Mapping[str, int]
    cases: int
    rejected_rows: int
    waiting: int


def purge(
    lake: Lake,
    landing: Path | S3Prefix,
    retention: Mapping[str, int],
    today: date,
    grace_days: int = GRACE_DAYS,
    timeout: float = PATIENCE,
) -> Purged:
    """Remove what is older than its contract's `retention` (days; a contract without is kept for good).

    Age is counted from the business date to `today`. Of `cases` the case ids and rejected rows are removed as well,
    and the lake's earlier snapshots with them; files replaced less than `grace_days` days ago stay for readers until a
    later purge (0: none stays). An interrupted purge is completed by the next one. Raises LockedError when another
    writer keeps the lake for longer than `timeout` seconds.
    """
    with lake.alone(timeout):
        packs = {
            contract: discard(landing, contract, today - timedelta(days=days)) for contract, days in retention.items()
        }
        if CASES not in retention:
            return Purged(packs, 0, 0, 0)
        before = today - timedelta(days=retention[CASES])
        with lake.snapshot() as cursor:
            cases, rejected_rows = _delete_rows(cursor, before)
        with lake.cursor() as cursor:
            waiting = _remove_files(lake, cursor, grace_days)
        with lake.snapshot() as cursor:
            _forget_values(cursor)
        return Purged(packs, cases, rejected_rows, waiting + _shrink(lake))


def _delete_rows(cursor: duckdb.DuckDBPyConnection, before: date) -> tuple[int, int]:
    old = f"business_date < DATE '{before}'"
    deliveries = f"SELECT delivery_id FROM lake.deliveries WHERE {old} AND contract = '{CASES}'"
    (cases,) = cursor.execute(f"DELETE FROM lake.cases WHERE {old}").fetchall()[0]
    (rejected,) = cursor.execute(
        f"DELETE FROM lake.rejected_rows WHERE {old} AND delivery_id IN ({deliveries})"
    ).fetchall()[0]
    return cases, rejected


def _remove_files(lake: Lake, cursor: duckdb.DuckDBPyConnection, grace_days: int) -> int:
    """Rewrite the files without the deleted rows and remove the old ones; returns how many have to wait.

    No earlier snapshot is kept, through which the rows could be read again; a running reader has its own copy of the
    list of files and needs only the files. Their age is known to the day: in a SQLite catalog DuckLake compares it as
    text. Leftovers of interrupted writes are removed as well, since nobody else writes now; in a shared lake only those
    a day old.
    """
    for table in _EXPIRING:
        cursor.execute(f"CALL ducklake_rewrite_data_files('lake', '{table}', delete_threshold => 0)")
    cursor.execute("CALL ducklake_expire_snapshots('lake', older_than => now())")
    replaced = f"older_than => now() - INTERVAL {grace_days} DAY" if grace_days else "cleanup_all => true"
    cursor.execute(f"CALL ducklake_cleanup_old_files('lake', {replaced})")
    of_any_age = datetime.max  # noqa: DTZ901
    for lost in orphans(lake, cursor, datetime.now(UTC).replace(tzinfo=None) - _IN_USE if lake.shared else of_any_age):
        lake.data.remove(lost)
    return len(
        cursor.execute("CALL ducklake_cleanup_old_files('lake', dry_run => true, cleanup_all => true)").fetchall()
    )


def _forget_values(cursor: duckdb.DuckDBPyConnection) -> None:
    """Set the smallest and largest text of each column to those of the files that are left.

    DuckLake only ever widens them; it keeps them in its catalog in plain text.
    """
    tables = ", ".join(f"'{table}'" for table in _EXPIRING)
    cursor.execute(f"""
        UPDATE {CATALOG}.ducklake_table_column_stats AS kept
        SET
            min_value = (
                SELECT min(min_value) FROM {CATALOG}.ducklake_file_column_stats AS file
                WHERE file.table_id = kept.table_id AND file.column_id = kept.column_id
            ),
            max_value = (
                SELECT max(max_value) FROM {CATALOG}.ducklake_file_column_stats AS file
                WHERE file.table_id = kept.table_id AND file.column_id = kept.column_id
            )
        FROM {CATALOG}.ducklake_table AS named JOIN {CATALOG}.ducklake_column AS typed USING (table_id)
        WHERE named.table_name IN ({tables}) AND typed.column_type = 'varchar'
            AND kept.table_id = named.table_id AND kept.column_id = typed.column_id
    """)


def _shrink(lake: Lake) -> int:
    """Rewrite the catalog without its deleted entries; 1 when a reader stands in the way, else 0."""
    if lake.shared:
        lake.shared.vacuum("ducklake_table_column_stats", "ducklake_file_column_stats", "ducklake_data_file")
        return 0
    catalog = lake.catalog
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "warehouse.care.shrink", str(catalog)],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    if done.returncode not in {0, 1} or done.stderr:
        message = f"Không dọn được {catalog} sau khi xóa: {(done.stderr.strip() or 'lỗi').splitlines()[-1]}"
        raise WarehouseError(message)
    return done.returncode
