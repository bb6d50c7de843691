"""Writes one batch into the lake, in one transaction. Judges nothing and reads no file."""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

import duckdb
import polars as pl

from transforms.check.privacy import with_file_names
from transforms.dictionary.columns import LAKE, RECEIVED
from transforms.dictionary.frames import checked, kept
from warehouse.lake.lake import Lake, snapshot_of
from warehouse.lake.moments import after_all_known
from warehouse.lake.rows import append, create_temp
from warehouse.lake.schema import days
from warehouse.ledger.cases import find_counted
from warehouse.ledger.meanwhile import refuse_stale
from warehouse.ledger.versions import DUPLICATE, KEY, number
from warehouse.places.errors import CountedMeanwhileError
from warehouse.places.locks import PATIENCE

ACCEPTED = ("accepted", "accepted_with_warnings")
MANY_ROWS = 200_000  # from so many rows of a batch on, all threads write
_STEP = (*KEY, "step")
_OF_DELIVERY = (*KEY, "basis", "version")
_OF_HELD = ("check_results", "rejected_rows", "layouts")  # stored of deliveries that are held back, too
_CHILDREN = (
    *("daily_counts", "delivery_sums", "cases", "procedure_counts", "scores"),
    *_OF_HELD,
)

_JUDGED = pl.Schema(
    {
        **{name: dtype for name, dtype in RECEIVED.items() if name != "content"},
        **{
            name: LAKE["deliveries"].schema[name] for name in ("landing", "row_count", "status", "reason", "decided_at")
        },
    }
)


@cache
def rows_of(table: str) -> pl.Schema:
    """The columns of a lake table of rows that belong to a delivery, with `file` for what identifies the delivery."""
    known = {"delivery_id", *_OF_DELIVERY}
    return pl.Schema({"file": pl.UInt32} | {n: t for n, t in LAKE[table].schema.items() if n not in known})


def refuse_unstorable(table: str, rows: pl.DataFrame) -> None:
    """Raise ValueError or polars' InvalidOperationError where a value of `rows` (`rows_of` the table) cannot be stored.

    A batch is stored as a whole: what one file holds must be found while each file is judged.
    """
    needed = [column.name for column in LAKE[table].columns if not column.nullable and column.name in rows_of(table)]
    found = rows.select(pl.col(name).cast(dtype) for name, dtype in rows_of(table).items() if name in rows.columns)
    empty = [name for name in needed if name not in found.columns or found[name].null_count()]
    if empty:
        raise ValueError(f"{table}: {', '.join(empty)} còn trống")


@dataclass(frozen=True, eq=False)
class Batch:
    """What one run has judged; `file` (UInt32) identifies a delivery in all frames.

    `deliveries`: a row per file: RECEIVED without content, plus landing, row_count, status, reason, decided_at; more
    columns allowed. `daily_counts`, `delivery_sums`, `cases`, `procedure_counts`, `scores`, `check_results`,
    `rejected_rows`, `layouts`: `rows_of` the table of that name, more columns allowed. `outcomes`: LAKE["outcomes"],
    for what has no file, such as `missing`.
    `cases_snapshot`: the snapshot of the lake in which the cases of the batch counted nowhere else; `judged_at`: the
    newest moment that the lake knew before the batch was judged.
    """

    deliveries: pl.DataFrame
    daily_counts: pl.DataFrame
    delivery_sums: pl.DataFrame
    cases: pl.DataFrame
    check_results: pl.DataFrame
    rejected_rows: pl.DataFrame
    layouts: pl.DataFrame
    outcomes: pl.DataFrame
    procedure_counts: pl.DataFrame = field(default_factory=lambda: rows_of("procedure_counts").to_frame())
    scores: pl.DataFrame = field(default_factory=lambda: rows_of("scores").to_frame())
    cases_snapshot: int | None = None
    judged_at: datetime | None = None

    def __post_init__(self) -> None:
        """Raises ValueError where two deliveries have the same `file`, FrameError for other columns."""
        checked(self.deliveries, _JUDGED, "Batch: deliveries", more=True)
        checked(self.outcomes, LAKE["outcomes"].schema, "Batch: outcomes")
        for table in _CHILDREN:
            checked(getattr(self, table), rows_of(table), f"Batch: {table}", more=True)
        if not self.deliveries["file"].is_unique().all():
            raise ValueError("deliveries: `file` phải khác nhau")


def commit(lake: Lake, batch: Batch, timeout: float = PATIENCE) -> pl.DataFrame:
    """Store what is new in `batch`; returns the stored deliveries (LAKE["deliveries"] plus `file`), possibly none.

    Committing the same batch again changes nothing, nor does committing what another run has stored by now. What is
    stored gets a later moment (decided_at, at) than all stored before: the batch's own, or else the next microsecond.
    Raises LockedError when another writer keeps the lake for longer than `timeout` seconds, and MeanwhileError when
    another run has counted one of the cases since `cases_snapshot`, or stored deliveries of one of the units since
    `judged_at`: check again, then commit.
    """
    if batch.daily_counts.height + batch.cases.height > MANY_ROWS:
        lake.use_threads(alone=False)
    return lake.write(lambda cursor: store(cursor, batch, number), timeout)


def store(
    cursor: duckdb.DuckDBPyConnection, batch: Batch, numbered: Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]
) -> pl.DataFrame:
    """Store `batch` within the caller's transaction; returns and raises what `commit` does.

    `numbered` gets the batch's deliveries and the known ones (LAKE["deliveries"]), and returns those to store with
    version, delivery_id and supersedes, as warehouse.ledger.versions.number does.
    """
    refuse_stale(cursor, batch.deliveries, batch.judged_at)
    given = LAKE["outcomes"].conform(batch.outcomes)
    create_temp(cursor, "keys", pl.concat([batch.deliveries.select(KEY), given.select(KEY)]).unique())
    known = _known(cursor, "deliveries")
    stored = numbered(batch.deliveries, known)
    outcomes = _news(given, stored, known, _known(cursor, "outcomes"))
    overtaken_by = after_all_known(cursor, [*stored["decided_at"], *outcomes["at"]])
    stored = with_file_names(stored).with_columns(pl.col("decided_at") + overtaken_by)
    outcomes = outcomes.with_columns(pl.col("at") + overtaken_by)
    versions = stored.filter(pl.col("status") != DUPLICATE)
    accepted = versions.filter(pl.col("status").is_in(ACCEPTED))
    is_current = batch.cases_snapshot is not None and batch.cases_snapshot == snapshot_of(cursor)
    if batch.cases.height and not is_current:
        _refuse_counted(cursor, _children(batch.cases, accepted), accepted)
    _append(cursor, "deliveries", stored)
    for table in _CHILDREN:  # one after another: each is sorted, which copies it
        _append(cursor, table, _children(getattr(batch, table), versions if table in _OF_HELD else accepted))
    _append(cursor, "outcomes", outcomes)
    return LAKE["deliveries"].conform(stored).with_columns(stored["file"])


def _refuse_counted(cursor: duckdb.DuckDBPyConnection, cases: pl.DataFrame, accepted: pl.DataFrame) -> None:
    if cases.height and not find_counted(cursor, cases, accepted).is_empty():
        raise CountedMeanwhileError("Một lần chạy khác vừa tính cùng hồ sơ; hãy chạy lại, chạy lại luôn an toàn.")


def _append(cursor: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    append(cursor, f"lake.{table}", LAKE[table].conform(rows).sort(LAKE[table].grain))


def _known(cursor: duckdb.DuckDBPyConnection, table: str) -> pl.DataFrame:
    """The rows of a lake table for the temporary `keys`; the range lets whole files be skipped."""
    first, last = cursor.execute("SELECT min(business_date), max(business_date) FROM keys").fetchall()[0]
    if first is None:
        return LAKE[table].schema.to_frame()
    return cursor.sql(
        f"SELECT * FROM lake.{table} SEMI JOIN keys USING ({', '.join(KEY)}) WHERE {days(first, last)}"
    ).pl()


def _children(rows: pl.DataFrame, deliveries: pl.DataFrame) -> pl.DataFrame:
    """The rows of these deliveries, with the columns that identify the delivery."""
    identity = deliveries.select("file", "delivery_id", *_OF_DELIVERY)
    own = kept(rows, pl.col("file").is_in(identity["file"].implode())).drop("delivery_id", *_OF_DELIVERY, strict=False)
    return own.join(identity, on="file", how="left", maintain_order="left")  # which copies none of the long columns


def _news(given: pl.DataFrame, stored: pl.DataFrame, known: pl.DataFrame, recorded: pl.DataFrame) -> pl.DataFrame:
    """The outcomes to add: those that differ from the latest one of their unit, date, contract and step.

    Two versions judged at the same moment leave the later one's outcome; that the first file came late stays when the
    same file came once more.
    """
    delivered = pl.concat([known.select(KEY), stored.select(KEY)])
    is_missing = pl.col("outcome") == "missing"
    missing = given.filter(is_missing).join(delivered, on=KEY, how="anti")
    step = pl.when(pl.col("status") == DUPLICATE).then(pl.lit("pull")).otherwise(pl.lit("check"))
    judged = stored.select(*KEY, step=step, outcome="status", at="decided_at")
    moment = (*_STEP, "at")
    latest = recorded.sort("at").group_by(_STEP).agg(latest=pl.last("outcome"))
    return (
        pl.concat([missing, judged, given.filter(~is_missing)])
        .unique(moment, keep="last", maintain_order=True)
        .join(recorded, on=moment, how="anti", maintain_order="left")
        .sort("at", maintain_order=True)
        .join(latest, on=_STEP, how="left", maintain_order="left")
        .filter(pl.col("outcome").ne_missing(pl.col("outcome").shift().over(_STEP).fill_null(pl.col("latest"))))
    )
