"""The lake: DuckLake tables of facts, attached offline. Computes no rate and decides no version.

SQLite catalog in WAL mode: readers never wait; writers hold `writer.lock`, one at a time.
"""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import polars as pl

from transforms.columns import LAKE
from transforms.dictionary import Column, Table
from warehouse.disk import sync
from warehouse.errors import LakeError
from warehouse.faults import fault_of, working_in
from warehouse.locks import PATIENCE, hold
from warehouse.schema import create_table, days, quote, sql_type, text
from warehouse.steps import STATES, expose, run

SCHEMA_VERSION = 5  # raise it with every change of the LAKE tables
SNAPSHOTS_KEPT = timedelta(days=7)  # for how long a reader may go on with files that were compacted since

SMALL_BYTES = 50_000_000  # of Parquet: some years of a province's counts
_EXTENSIONS = ("sqlite_scanner", "ducklake")
_IDLE: list[duckdb.DuckDBPyConnection] = []  # loading the extensions, whose signatures are verified, takes 0.14 s


@dataclass(frozen=True, eq=False)
class Lake:
    """An open lake; a context manager. Each read or write takes a cursor of its own, so threads may share it."""

    home: Path
    connection: duckdb.DuckDBPyConnection

    @property
    def folder(self) -> Path:
        """Where catalog, data, locks and the workbench are."""
        return self.home / "lake"

    @property
    def catalog(self) -> Path:
        """The list of tables, files and snapshots."""
        return self.folder / "catalog.sqlite"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the catalog; the DuckDB instance waits for the next lake that this process opens."""
        self.connection.execute("DETACH DATABASE IF EXISTS lake")
        if self.connection not in _IDLE:
            _IDLE.append(self.connection)

    def use_threads(self, *, alone: bool) -> None:
        """Work in one thread, or in all: on little data waking the others takes longer than the work."""
        self.connection.execute("SET GLOBAL threads = 1" if alone else "RESET GLOBAL threads")

    @contextmanager
    def snapshot(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor in one transaction: all reads see one state; what it writes is kept whole or not at all."""
        with working_in(self.catalog), self.connection.cursor() as cursor:
            cursor.begin()
            try:
                yield cursor
            except BaseException:
                cursor.rollback()
                raise
            cursor.commit()

    @contextmanager
    def writing(self, timeout: float = PATIENCE) -> Iterator[duckdb.DuckDBPyConnection]:
        """A snapshot that may write, alone among all processes. Raises LockedError after `timeout` seconds."""
        with hold(self.folder / "writer.lock", timeout), self.snapshot() as cursor:
            yield cursor


def open_lake(home: Path) -> Lake:
    """Open the lake of the workspace `home`, creating it when absent; a moved workspace opens as well.

    What an older version wrote is brought up to date. Raises LakeError when newer software wrote it or it is damaged,
    LockedError when another process takes too long to create it.
    """
    lake = Lake(home.resolve(), _connect())
    try:
        with working_in(lake.catalog):
            if not lake.catalog.exists():
                _create(lake)
            _attach(lake, lake.catalog)
        _bring_up_to_date(lake)
        (size,) = lake.connection.execute(
            "SELECT coalesce(sum(file_size_bytes), 0) FROM ducklake_table_info('lake')"
        ).fetchall()[0]
        lake.use_threads(alone=size < SMALL_BYTES)
    except BaseException as error:
        lake.close()
        if isinstance(error, duckdb.Error):
            message = fault_of(error) or f"Không mở được kho dữ liệu {lake.folder}: {str(error).splitlines()[0]}"
            raise LakeError(message) from error
        raise
    return lake


def has_lake(home: Path) -> bool:
    """Whether the workspace `home` has a lake; opening it would create one."""
    return (home / "lake" / "catalog.sqlite").exists()


def schema_version(lake: Lake) -> int:
    """The version of the lake's tables."""
    with lake.snapshot() as cursor:
        return _version(cursor)


def seen(lake: Lake, first: date, last: date) -> pl.DataFrame:
    """The deliveries recorded for the business dates `first` to `last`, duplicates included."""
    with lake.snapshot() as cursor:
        return cursor.sql(
            "SELECT delivery_id, unit_id, business_date, contract, version, source_uri, sha256, etag, status, "
            f"received_at FROM lake.deliveries WHERE {days(first, last)} ORDER BY delivery_id"
        ).pl()


def current_states(lake: Lake, first: date, last: date) -> pl.DataFrame:
    """The state, now, of each unit, business date and contract that has a delivery or an outcome.

    Columns: unit_id, business_date, contract, outcome, version, delivery_id, received_at, is_late, rules_broken,
    reason, decision (released, rejected or null); what they mean says marts/states.sql. An accepted version counts
    even when a later one was quarantined; of a rejected one the outcome stays `quarantined`, its figures are not there.
    """
    period = f"'' AS month, DATE '{first}' AS period_from, DATE '{last}' AS period_to, NULL AS as_of, NULL AS known_at"
    with lake.snapshot() as cursor:
        expose(cursor, (first, last))
        cursor.execute(f"CREATE TEMP VIEW periods AS SELECT {period}")
        run(cursor, STATES)
        return cursor.sql("SELECT * EXCLUDE (month) FROM states ORDER BY unit_id, business_date, contract").pl()


def _connect() -> duckdb.DuckDBPyConnection:
    """DuckDB with the extensions from their installed wheels; nothing is looked for on the network."""
    if _IDLE:
        return _IDLE.pop()
    connection = duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    for name in _EXTENSIONS:
        folder = resources.files(f"duckdb_extension_{name}") / "extensions" / f"v{duckdb.__version__}"
        connection.execute(f"LOAD {text(str(folder / f'{name}.duckdb_extension'))}")
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    return connection


def _attach(lake: Lake, catalog: Path) -> None:
    # The catalog remembers where the data was; overriding it lets a moved or copied workspace open.
    data = f"DATA_PATH {text(f'{lake.folder}/data/')}, OVERRIDE_DATA_PATH true, DATA_INLINING_ROW_LIMIT 0"
    lake.connection.execute(f"ATTACH {text(f'ducklake:sqlite:{catalog}')} AS lake ({data}, META_JOURNAL_MODE 'WAL')")


def _create(lake: Lake) -> None:
    """Make the empty tables under another name: a catalog that has its name is complete."""
    (lake.folder / "data").mkdir(parents=True, exist_ok=True)
    with hold(lake.folder / "writer.lock"):
        if lake.catalog.exists():  # another process was first
            return
        for leftover in lake.folder.glob("catalog.new*"):
            leftover.unlink()
        draft = lake.folder / "catalog.new"
        _attach(lake, draft)
        with lake.snapshot() as cursor:
            for table in LAKE.values():
                _create_table(cursor, table)
            cursor.execute("CREATE TABLE lake.schema_version (version INTEGER NOT NULL, since TIMESTAMP NOT NULL)")
            cursor.execute(f"INSERT INTO lake.schema_version VALUES ({SCHEMA_VERSION}, now() AT TIME ZONE 'UTC')")
        lake.connection.execute("DETACH lake")
        sync(draft)
        draft.rename(lake.catalog)
        sync(lake.folder)


def _create_table(cursor: duckdb.DuckDBPyConnection, table: Table) -> None:
    for statement in create_table(table, "lake.main"):
        cursor.execute(statement)
    month = quote(table.month_column)
    cursor.execute(f"ALTER TABLE lake.{table.name} SET PARTITIONED BY (year({month}), month({month}))")


def _version(cursor: duckdb.DuckDBPyConnection) -> int:
    (version,) = cursor.execute("SELECT max(version) FROM lake.schema_version").fetchall()[0]
    return int(version)


def _bring_up_to_date(lake: Lake) -> None:
    """Add the tables and columns that an older version did not know; they only ever come in addition.

    What is lacking is looked for, not concluded from the number: two changes may have been given the same one.
    """
    with lake.snapshot() as cursor:
        version = _version(cursor)
        if version > SCHEMA_VERSION:
            message = (
                f"Kho dữ liệu {lake.folder} có cấu trúc phiên bản {version}, phần mềm này chỉ biết đến phiên bản "
                f"{SCHEMA_VERSION}. Hãy dùng bản phần mềm mới hơn; kho chưa bị thay đổi."
            )
            raise LakeError(message)
        if version == SCHEMA_VERSION and not _lacking(cursor):
            return
    with lake.writing() as cursor:
        for table, columns in _lacking(cursor):
            if len(columns) == len(table.columns):
                _create_table(cursor, table)
                continue
            for column in columns:
                target = f"lake.{table.name}"
                cursor.execute(f"ALTER TABLE {target} ADD COLUMN {quote(column.name)} {sql_type(column.dtype)}")
                cursor.execute(f"COMMENT ON COLUMN {target}.{quote(column.name)} IS {text(column.comment)}")
        if _version(cursor) < SCHEMA_VERSION:
            cursor.execute(f"INSERT INTO lake.schema_version VALUES ({SCHEMA_VERSION}, now() AT TIME ZONE 'UTC')")


def _lacking(cursor: duckdb.DuckDBPyConnection) -> list[tuple[Table, list[Column]]]:
    """The columns of the dictionary that the lake does not have, by table; all of a table it does not have."""
    found = set(
        cursor.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'lake'").fetchall()
    )
    absent = [(table, [c for c in table.columns if (table.name, c.name) not in found]) for table in LAKE.values()]
    return [(table, columns) for table, columns in absent if columns]
