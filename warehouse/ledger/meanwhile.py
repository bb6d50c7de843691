"""Notices that another run stored, since a batch was checked, what its verdicts rest on. Judges and stores nothing."""

from datetime import UTC, datetime

import duckdb
import polars as pl

from warehouse.lake.lake import Lake
from warehouse.lake.moments import newest_moment
from warehouse.lake.rows import create_temp
from warehouse.places.errors import JudgedMeanwhileError

_BEFORE_ALL = datetime.fromtimestamp(0, UTC).replace(tzinfo=None)
_FILE = ("unit_id", "business_date", "contract", "sha256")
# The same file, which both runs pulled, is no news: the later of the two stores it no second time.
_NEWS = """
SELECT DISTINCT unit_id FROM (
    SELECT unit_id, contract
    FROM lake.deliveries ANTI JOIN judged_files USING (unit_id, business_date, contract, sha256)
    WHERE decided_at > $judged_at AND status IN ('accepted', 'accepted_with_warnings')
    UNION ALL
    SELECT unit_id, contract FROM lake.decisions WHERE "at" > $judged_at
)
SEMI JOIN judged_files USING (unit_id, contract)
ORDER BY unit_id
"""


def known_now(lake: Lake) -> datetime:
    """The moment (UTC) of the newest fact in the lake; all that is stored from now on has a later one."""
    with lake.snapshot() as cursor:
        return newest_moment(cursor) or _BEFORE_ALL


def refuse_stale(cursor: duckdb.DuckDBPyConnection, deliveries: pl.DataFrame, judged_at: datetime | None) -> None:
    """Raise JudgedMeanwhileError where a unit of `deliveries` has accepted deliveries or decisions after `judged_at`.

    `deliveries`: at least unit_id, business_date, contract, sha256. `judged_at`: `known_now` before the check.
    """
    if judged_at is None or deliveries.is_empty() or (newest_moment(cursor) or _BEFORE_ALL) <= judged_at:
        return
    create_temp(cursor, "judged_files", deliveries.select(_FILE).unique())
    units = cursor.execute(_NEWS, {"judged_at": judged_at}).fetchall()
    if units:
        named = ", ".join(unit_id for (unit_id,) in units[:3])
        raise JudgedMeanwhileError(
            f"Một lần chạy khác vừa ghi số liệu của {named}; hãy chạy lại, chạy lại luôn an toàn."
        )
