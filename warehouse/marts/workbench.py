"""The private cache of built marts, `<home>/lake/marts.duckdb`. Computes nothing; may be deleted at any time."""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import polars as pl

from transforms.dictionary.columns import MARTS
from warehouse.lake.lake import Lake
from warehouse.lake.rows import append
from warehouse.lake.schema import create_table, names, text
from warehouse.marts.steps import FORMULA, sql_of
from warehouse.marts.steps import MARTS as STEPS
from warehouse.places.locks import PATIENCE, hold

REFERENCE = ("units", "targets", "baselines", "metrics")
MONTHLY = tuple(name for name in MARTS if name not in {*REFERENCE, "publication"})
TABLES = (*REFERENCE, *MONTHLY)

SETTLED = "marts.settled-*.duckdb"  # what warehouse/published/mart_file.py keeps of it

# The order rows are kept in: by months, so that a new one comes last; in a month that of the report, or of the key.
ORDER = {
    **{name: MARTS[name].grain for name in REFERENCE},
    **{name: ("month", *(column for column in MARTS[name].grain if column != "month")) for name in MONTHLY},
    "units": ("unit_group", "report_order", "unit_id"),
    "monthly_unit_rates": ("month", "unit_group", "report_order", "unit_id"),
}

_BOOKS = """
-- what each month was built from, and its control sums (cases) at that moment
CREATE TABLE bench.built (
    month VARCHAR NOT NULL, fingerprint VARCHAR NOT NULL, known_at TIMESTAMP,
    online BIGINT NOT NULL, total BIGINT NOT NULL,
    received_ytd BIGINT NOT NULL, settled_ytd BIGINT NOT NULL, settled_on_time_ytd BIGINT NOT NULL
);
-- the reference data in the tables
CREATE TABLE bench.loaded (fingerprint VARCHAR NOT NULL);
-- what the newest publication holds
CREATE TABLE bench.published (publication_id VARCHAR NOT NULL, contents VARCHAR NOT NULL);
-- the statements and the dictionary all of this came from
CREATE TABLE bench.layout (fingerprint VARCHAR NOT NULL);
"""


@contextmanager
def workbench(lake: Lake, timeout: float = PATIENCE) -> Iterator[None]:
    """Attach the cache as `bench` for the block, alone among all processes.

    It is made anew when its layout is old or it cannot be read. Raises LockedError after `timeout` seconds.
    """
    with hold(lake.folder / "marts.lock", timeout):
        try:
            if not _attach(lake):
                lake.connection.execute("DETACH DATABASE IF EXISTS bench")
                for file in lake.folder.glob("marts.duckdb*"):
                    file.unlink()
                _attach(lake)
                _create(lake)
            yield
        finally:
            lake.connection.execute("DETACH DATABASE IF EXISTS bench")


@contextmanager
def looked_into(lake: Lake, timeout: float = PATIENCE) -> Iterator[bool]:
    """Attach the cache as `bench` as it is, alone among all processes; false where it is absent, old or damaged."""
    with hold(lake.folder / "marts.lock", timeout):
        try:
            yield (lake.folder / "marts.duckdb").exists() and _attach(lake)
        finally:
            lake.connection.execute("DETACH DATABASE IF EXISTS bench")


def throw_away(lake: Lake, timeout: float = PATIENCE) -> None:
    """Remove the cache; the next `materialise` builds it anew, the next `publish` writes a new file."""
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
    """Replace the reference tables when they changed; `frames`: name → rows in the columns of the mart."""
    fingerprint = digest(*frames.values())
    if cursor.execute("SELECT fingerprint FROM bench.loaded").fetchall() == [(fingerprint,)]:
        return
    for name, frame in frames.items():
        cursor.execute(f"DELETE FROM bench.{name}")
        append(cursor, f"bench.{name}", frame)
    cursor.execute("DELETE FROM bench.loaded")
    cursor.execute(f"INSERT INTO bench.loaded VALUES ({text(fingerprint)})")


def keep_month(cursor: duckdb.DuckDBPyConnection, month: str, fingerprint: str, sums: Sequence[int]) -> None:
    """Add one month's rows of the marts the cursor has derived, what they were built from and the control sums.

    `sums`: as in the columns of `built`.
    """
    for table in MONTHLY:
        columns = names(MARTS[table].names)
        rows = f"SELECT {columns} FROM {table} WHERE month = {text(month)}"
        cursor.execute(f"INSERT INTO bench.{table} ({columns}) {rows}")
    cursor.execute(f"""
        INSERT INTO bench.built
        SELECT {text(month)}, {text(fingerprint)}, max(moment), {", ".join(map(str, sums))}
        FROM (SELECT month, decided_at AS moment FROM known_deliveries UNION ALL SELECT month, "at" FROM known_outcomes)
        WHERE month = {text(month)}
    """)


def remove(cursor: duckdb.DuckDBPyConnection, months: Sequence[str]) -> None:
    """Remove all rows of these months."""
    gone = ", ".join(text(month) for month in months) or "NULL"
    for table in (*MONTHLY, "built"):
        cursor.execute(f"DELETE FROM bench.{table} WHERE month IN ({gone})")


def digest(*frames: pl.DataFrame) -> str:
    """A fingerprint of the frames' contents."""
    return hashlib.sha256("\0".join(frame.write_csv() for frame in frames).encode()).hexdigest()


def _attach(lake: Lake) -> bool:
    """Attach the file, which may be new; tells whether it is readable and has the layout of this software."""
    try:
        lake.connection.execute(f"ATTACH {text(str(lake.folder / 'marts.duckdb'))} AS bench")
        return lake.connection.execute("SELECT fingerprint FROM bench.layout").fetchall() == [(_layout(),)]
    except duckdb.Error:
        return False


def _create(lake: Lake) -> None:
    with lake.snapshot() as cursor:
        for name in TABLES:
            for statement in create_table(MARTS[name], "bench.main"):
                cursor.execute(statement)
        cursor.execute(_BOOKS)
        cursor.execute(f"INSERT INTO bench.layout VALUES ({text(_layout())})")


def _layout() -> str:
    parts = [repr(MARTS), *(sql_of(step) for step in (FORMULA, *STEPS))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
