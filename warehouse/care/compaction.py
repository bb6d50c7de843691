"""Keeps a lake small and fast, beside the daily run: compaction, expiry, cleaning up. Changes no fact.

Each step is a transaction of its own, or only removes what nothing names: a care cut short is done by the next.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from warehouse.lake.checksums import record
from warehouse.lake.files import METADATA, named_files, orphans
from warehouse.lake.lake import SNAPSHOTS_KEPT, Lake
from warehouse.places.locks import PATIENCE

ORPHAN_AGE = timedelta(days=1)  # a younger file that nothing names may belong to a commit in progress


@dataclass(frozen=True)
class Cared:
    """What a care did: data files before and after, snapshots dropped, old and orphaned files removed.

    `waiting`: files that were replaced but may still be being read; a later care removes them.
    """

    files_before: int
    files_after: int
    snapshots: int
    removed: int
    orphans: int
    waiting: int


def care(lake: Lake, now: datetime, kept: timedelta = SNAPSHOTS_KEPT, timeout: float = PATIENCE) -> Cared:
    """Join the small files daily commits leave, drop snapshots and replaced files older than `kept` at `now` (UTC).

    Running readers are safe: replaced files stay for `kept`. DuckLake knows ages to the day. Records the checksums of
    the data files. Raises LockedError when another writer keeps the lake for longer than `timeout` seconds.
    """
    older = f"older_than => TIMESTAMPTZ '{now - kept}+00'"
    with lake.alone(timeout), lake.cursor() as cursor:
        before = _count(cursor)
        cursor.execute("CALL ducklake_merge_adjacent_files('lake')")
        snapshots = len(cursor.execute(f"CALL ducklake_expire_snapshots('lake', {older})").fetchall())
        removed = len(cursor.execute(f"CALL ducklake_cleanup_old_files('lake', {older})").fetchall())
        lost = remove_orphans(lake, cursor, now)
        record(lake.folder, [f"data/{path}" for path in named_files(cursor)["path"]], lake.checksum)
        (waiting,) = cursor.execute(
            f"SELECT count(*) FROM {METADATA}.ducklake_files_scheduled_for_deletion"  # noqa: S608
        ).fetchall()[0]
        return Cared(before, _count(cursor), snapshots, removed, lost, waiting)


def remove_orphans(lake: Lake, cursor: duckdb.DuckDBPyConnection, now: datetime) -> int:
    """Remove what interrupted writes left behind, older than ORPHAN_AGE; the caller holds the writer's lock."""
    lost = orphans(lake, cursor, now - ORPHAN_AGE)
    for path in lost:
        lake.data.remove(path)
    return len(lost)


def _count(cursor: duckdb.DuckDBPyConnection) -> int:
    return int(named_files(cursor)["is_current"].sum())
