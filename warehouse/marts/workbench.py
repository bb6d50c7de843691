"""The private cache of built marts, `<home>/lake/marts.duckdb`. Computes no figure; may be deleted at any time."""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import duckdb
import polars as pl

from transforms.dictionary.columns import REFERENCE
from transforms.dictionary.table import Table
from warehouse.lake.lake import Lake
from warehouse.lake.rows import append
from warehouse.lake.schema import create_table, names, text
from warehouse.marts import kept
from warehouse.marts.catalogue import FUNCTIONS, MONTHLY, PUBLISHED, STATEMENTS
from warehouse.places.locks import PATIENCE, hold

TABLES = (*REFERENCE, *MONTHLY)
MANY_ROWS = 100_000  # of a mart, from which on its keys take longer to write than its rows

MEANINGS = pl.Schema({"table_name": pl.String, "column_name": pl.String, "meaning": pl.String})

_ATTACHED: ContextVar[Lake | None] = ContextVar("_ATTACHED", default=None)  # in this thread
SETTLED = "marts.settled-*.duckdb"  # months that warehouse/published/mart_file.py keeps ready

_BOOKS = """
-- per month: a fingerprint of what it was built from, the newest moment in that, and its control sums
CREATE TABLE workbench.built (
    month VARCHAR NOT NULL, fingerprint VARCHAR NOT NULL, known_at TIMESTAMP,
    online BIGINT NOT NULL, in_person BIGINT NOT NULL, total BIGINT NOT NULL,
    units BIGINT NOT NULL, days BIGINT NOT NULL,
    received_ytd BIGINT NOT NULL, settled_ytd BIGINT NOT NULL, settled_on_time_ytd BIGINT NOT NULL
);
-- in which sums the units of a group count, and what tables and columns mean in this workspace
CREATE TABLE workbench.group_members (unit_group VARCHAR NOT NULL, scope VARCHAR NOT NULL, member VARCHAR NOT NULL);
CREATE TABLE workbench.meanings (table_name VARCHAR NOT NULL, column_name VARCHAR NOT NULL, meaning VARCHAR NOT NULL);
-- the versions of metrics that closed months keep
CREATE TABLE workbench.signed_versions (
    month VARCHAR NOT NULL, metric_id VARCHAR NOT NULL, metric_version INTEGER NOT NULL
);
-- a fingerprint of the reference data in the tables
CREATE TABLE workbench.loaded (fingerprint VARCHAR NOT NULL);
-- the newest publication, and a fingerprint of what it holds
CREATE TABLE workbench.published (publication_id VARCHAR NOT NULL, contents VARCHAR NOT NULL);
-- a fingerprint of the statements and the dictionary that all of this was built with
CREATE TABLE workbench.layout (fingerprint VARCHAR NOT NULL);
"""


@contextmanager
def workbench(lake: Lake, timeout: float = PATIENCE) -> Iterator[None]:
    """Attach the cache as `workbench` for the block; no other process has it meanwhile. A block may hold another.

    It is made anew when other software made it or it cannot be read. Raises LockedError after `timeout` seconds.
    """
    if _ATTACHED.get() is lake:
        yield
        return
    with hold(lake.folder / "marts.lock", timeout):
        attached = _ATTACHED.set(lake)
        try:
            if not _attach(lake):
                lake.connection.execute("DETACH DATABASE IF EXISTS workbench")
                for file in lake.folder.glob("marts.duckdb*"):
                    file.unlink()
                _attach(lake)
                _create(lake)
            yield
        finally:
            _ATTACHED.reset(attached)
            lake.connection.execute("DETACH DATABASE IF EXISTS workbench")


@contextmanager
def inspected(lake: Lake, timeout: float = PATIENCE) -> Iterator[bool]:
    """Attach the cache as `workbench` as it is; no other process has it meanwhile. False: absent, old or damaged.

    Raises LockedError after `timeout` seconds.
    """
    with hold(lake.folder / "marts.lock", timeout):
        try:
            yield (lake.folder / "marts.duckdb").exists() and _attach(lake)
        finally:
            lake.connection.execute("DETACH DATABASE IF EXISTS workbench")


def throw_away(lake: Lake, timeout: float = PATIENCE) -> None:
    """Remove the cache: the next `materialise` builds it anew, the next `publish` writes a new file.

    Raises LockedError after `timeout` seconds.
    """
    with hold(lake.folder / "marts.lock", timeout):
        for file in lake.folder.glob("marts.duckdb*"):
            file.unlink()
        discard_settled(lake)


def discard_settled(lake: Lake) -> None:
    """Remove the months kept ready by warehouse/published/mart_file.py; the next publication writes them anew."""
    for pattern in (f"{SETTLED}*", f".{SETTLED}.tmp*"):  # with the drafts and logs of a killed process
        for file in lake.folder.glob(pattern):
            file.unlink()


def keep_reference(cursor: duckdb.DuckDBPyConnection, frames: dict[str, pl.DataFrame]) -> None:
    """Replace the reference tables when their rows changed.

    `frames`: name → rows in the columns of REFERENCE; also `group_members`, `signed_versions` and `meanings`.
    """
    fingerprint = digest(*frames.values())
    if cursor.execute("SELECT fingerprint FROM workbench.loaded").fetchall() == [(fingerprint,)]:
        return
    for name, frame in frames.items():
        cursor.execute(f"DELETE FROM workbench.{name}")
        append(cursor, f"workbench.{name}", frame)
    cursor.execute("DELETE FROM workbench.loaded")
    cursor.execute(f"INSERT INTO workbench.loaded VALUES ({text(fingerprint)})")


def published_tables(cursor: duckdb.DuckDBPyConnection) -> dict[str, Table]:
    """PUBLISHED, with the meanings that the workspace gives its tables and columns."""
    rows = cursor.execute("SELECT table_name, column_name, meaning FROM workbench.meanings").fetchall()
    meanings = {(table, column): meaning for table, column, meaning in rows}
    return {name: table.with_meanings(meanings) for name, table in PUBLISHED.items()}


def tables_with_keys(cursor: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The published tables that declare their keys: all but marts of many rows, where the audit alone proves them."""
    # no other table refers to a mart
    large = (name for name in MONTHLY if rows_in(cursor, name) > MANY_ROWS)
    return frozenset(PUBLISHED) - frozenset(large)


def rows_in(cursor: duckdb.DuckDBPyConnection, table: str) -> int:
    """The number of rows of a table of the workbench."""
    (rows,) = cursor.execute(f"SELECT count(*) FROM workbench.{table}").fetchall()[0]
    return int(rows)


def keep_month(cursor: duckdb.DuckDBPyConnection, month: str, fingerprint: str, sums: Sequence[int]) -> None:
    """Copy one month's rows of the marts that the cursor derived, and note their fingerprint and control sums.

    `sums`: those of control.month_sums, then those of control.processed_sums.
    """
    for table in MONTHLY:
        columns = names(PUBLISHED[table].names)
        rows = f"SELECT {columns} FROM {table} WHERE month = {text(month)}"
        cursor.execute(f"INSERT INTO workbench.{table} ({columns}) {rows}")
    cursor.execute(f"""
        INSERT INTO workbench.built
        SELECT {text(month)}, {text(fingerprint)}, max(moment), {", ".join(map(str, sums))}
        FROM (SELECT month, decided_at AS moment FROM known_deliveries UNION ALL SELECT month, "at" FROM known_outcomes)
        WHERE month = {text(month)}
    """)


def remove(cursor: duckdb.DuckDBPyConnection, months: Sequence[str]) -> None:
    """Remove all rows of these months (YYYY-MM)."""
    gone = ", ".join(text(month) for month in months) or "NULL"
    for table in (*MONTHLY, "built"):
        cursor.execute(f"DELETE FROM workbench.{table} WHERE month IN ({gone})")


def digest(*frames: pl.DataFrame) -> str:
    """A fingerprint of the frames' contents."""
    return hashlib.sha256("\0".join(frame.write_csv() for frame in frames).encode()).hexdigest()


def _attach(lake: Lake) -> bool:
    """Attach the file, which may be new; returns whether it is readable and was made by this software."""
    try:
        lake.connection.execute(f"ATTACH {text(str(lake.folder / 'marts.duckdb'))} AS workbench")
        return lake.connection.execute("SELECT fingerprint FROM workbench.layout").fetchall() == [(_layout(),)]
    except duckdb.Error:
        return False


def _create(lake: Lake) -> None:
    with lake.snapshot() as cursor:
        for name in TABLES:
            for statement in create_table(PUBLISHED[name], "workbench.main"):
                cursor.execute(statement)
        cursor.execute(_BOOKS + kept.BOOKS)
        cursor.execute(f"INSERT INTO workbench.layout VALUES ({text(_layout())})")


def _layout() -> str:
    parts = [
        _BOOKS,
        kept.BOOKS,
        repr(PUBLISHED),
        *map(repr, FUNCTIONS),
        *(statement.sql for statement in STATEMENTS.values()),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
