"""The lake: DuckLake tables of facts, attached offline. Computes no rate and decides no version.

SQLite catalog in WAL mode: readers never wait; writers hold `writer.lock`, one at a time. A lake that several machines
share has its catalog in PostgreSQL (warehouse/lake/shared.py).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import duckdb

from warehouse.lake.schema import text
from warehouse.lake.shared import SharedLake, forget
from warehouse.lake.tables import SCHEMA_VERSION, add_what_is_lacking, create_tables, is_made, lacking, version_of
from warehouse.places import whole
from warehouse.places.errors import LakeError, LockedError, OvertakenError
from warehouse.places.faults import fault_of, working_in
from warehouse.places.locks import PATIENCE, hold
from warehouse.places.stores import Store, make_private, sha256, store_of

SNAPSHOTS_KEPT = timedelta(days=7)  # for how long a reader may go on with files that were compacted since

SMALL_BYTES = 50_000_000  # of Parquet: some years of a province's counts
_EXTENSIONS = ("sqlite_scanner", "ducklake")
_FIRST_WAIT, _LONGEST_WAIT = 0.05, 2.0  # seconds, chosen by chance up to twice as long each time
_IDLE: list[duckdb.DuckDBPyConnection] = []  # loading the extensions, whose signatures are verified, takes 0.14 s

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Lake:
    """An open lake; a context manager. Each read or write takes a cursor of its own, so threads may share it."""

    home: Path
    connection: duckdb.DuckDBPyConnection
    shared: SharedLake | None = None

    @property
    def folder(self) -> Path:
        """Where catalog, data, locks and the workbench are; of a shared lake what is this machine's own."""
        return self.home / "lake"

    @property
    def catalog(self) -> Path:
        """The list of tables, files and snapshots, of a lake that is not shared."""
        return self.folder / "catalog.sqlite"

    @property
    def where(self) -> str:
        """The lake in words."""
        return self.shared.where if self.shared else str(self.folder)

    @property
    def data(self) -> Store:
        """The Parquet files."""
        return store_of(self.shared.data if self.shared else self.folder / "data")

    def checksum(self, path: str) -> str:
        """SHA-256 of a data file, `data/…`. Raises OSError."""
        return sha256(self.data, path.removeprefix("data/"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the catalog; the DuckDB instance waits for the next lake that this process opens."""
        self.connection.execute("DETACH DATABASE IF EXISTS lake")
        if self.shared:
            forget(self.connection)
        if self.connection not in _IDLE:
            _IDLE.append(self.connection)

    def use_threads(self, *, alone: bool) -> None:
        """Work in one thread, or in all: on little data waking the others takes longer than the work."""
        self.connection.execute("SET GLOBAL threads = 1" if alone else "RESET GLOBAL threads")

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor whose statements are each a transaction of their own."""
        with self._told(), working_in(self.catalog), self.connection.cursor() as cursor:
            yield cursor

    @contextmanager
    def snapshot(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor in one transaction: all reads see one state; what it writes is kept whole or not at all."""
        with self.cursor() as cursor:
            cursor.begin()
            try:
                yield cursor
            except BaseException:
                cursor.rollback()
                raise
            cursor.commit()

    @contextmanager
    def alone(self, timeout: float = PATIENCE) -> Iterator[None]:
        """No other process writes during the block. Raises LockedError after `timeout` seconds."""
        with self.shared.alone(timeout) if self.shared else hold(self.folder / "writer.lock", timeout):
            yield

    @contextmanager
    def writing(self, timeout: float = PATIENCE) -> Iterator[duckdb.DuckDBPyConnection]:
        """A snapshot that may write, alone among all processes. Raises LockedError after `timeout` seconds.

        Of a shared lake it raises OvertakenError, having stored nothing, when another machine committed after all;
        `write` tries again.
        """
        with self.alone(timeout), self.snapshot() if self.shared is None else self._pinned() as cursor:
            yield cursor

    def write(self, work: Callable[[duckdb.DuckDBPyConnection], T], timeout: float = PATIENCE) -> T:
        """Do `work` in a snapshot that may write; all of it anew, decisions included, as often as others commit first.

        What an attempt stored without its being acknowledged is there for the next one, so `work` looks before it
        writes. Raises LockedError after `timeout` seconds.
        """
        if self.shared is None:
            with self.writing(timeout) as cursor:
                return work(cursor)
        from tenacity import (  # noqa: PLC0415 - only where there is a shared lake
            Retrying,
            retry_if_exception_type,
            stop_after_delay,
            wait_random_exponential,
        )

        attempts = Retrying(
            retry=retry_if_exception_type(OvertakenError),
            stop=stop_after_delay(timeout),
            wait=wait_random_exponential(_FIRST_WAIT, max=_LONGEST_WAIT),
            reraise=True,
        )

        def attempt() -> T:
            with self.writing(timeout) as cursor:
                return work(cursor)

        try:
            return attempts(attempt)
        except OvertakenError as error:
            message = f"{error} Đã thử lại trong {timeout:g} giây; hãy chạy lại sau, chạy lại luôn an toàn."
            raise LockedError(message) from error

    @contextmanager
    def _pinned(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A snapshot that is committed only if no other was since its first moment."""
        base = None
        try:
            with self.snapshot() as cursor:
                base = snapshot_of(cursor)
                yield cursor
        except LakeError as error:
            # whether somebody was first is asked, not read from the error: servers say it in their own language
            if base is None or self._newest() == base:
                raise
            raise OvertakenError(f"Một máy khác vừa ghi vào kho dữ liệu {self.where}.") from error

    def _newest(self) -> int:
        with self.cursor() as cursor:
            return snapshot_of(cursor)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """For the block, faults of a shared lake's catalog and data are one line, without secrets."""
        try:
            yield
        except duckdb.Error as error:
            message = self.shared and not fault_of(error) and self.shared.told(error)
            if message:
                raise message from None
            raise


def snapshot_of(cursor: duckdb.DuckDBPyConnection) -> int:
    """The number of the state that the cursor's transaction sees; all that follows in it stands on it."""
    return int(cursor.execute("SELECT id FROM ducklake_current_snapshot('lake')").fetchall()[0][0])


def open_lake(home: Path, shared: SharedLake | None = None) -> Lake:
    """Open the lake of the workspace `home`, creating it when absent; a moved workspace opens as well.

    `shared`: the lake lies there, and only what is this machine's own in `home`. What an older version wrote is brought
    up to date. Raises LakeError when newer software wrote it or it is damaged or out of reach, LockedError when another
    process takes too long to create it.
    """
    lake = Lake(home.resolve(), _connect(shared), shared)
    try:
        with working_in(lake.catalog):
            if shared:
                _open_shared(lake)
            else:
                if not lake.catalog.exists():
                    _create(lake)
                _attach(lake, lake.catalog)
        _bring_up_to_date(lake)
        with lake.cursor() as cursor:
            (size,) = cursor.execute(
                "SELECT coalesce(sum(file_size_bytes), 0) FROM ducklake_table_info('lake')"
            ).fetchall()[0]
        lake.use_threads(alone=size < SMALL_BYTES)
    except BaseException as error:
        lake.close()
        if isinstance(error, duckdb.Error):
            message = fault_of(error) or f"Không mở được kho dữ liệu {lake.where}: {str(error).splitlines()[0]}"
            raise LakeError(message) from error
        raise
    return lake


def has_lake(home: Path, shared: SharedLake | None = None) -> bool:
    """Whether the workspace `home` has a lake; opening it would create one."""
    return shared.exists() if shared else (home / "lake" / "catalog.sqlite").exists()


def schema_version(lake: Lake) -> int:
    """The version of the lake's tables."""
    with lake.snapshot() as cursor:
        return version_of(cursor)


def _connect(shared: SharedLake | None = None) -> duckdb.DuckDBPyConnection:
    """DuckDB with the extensions from their installed wheels; nothing is looked for on the network."""
    connection = _IDLE.pop() if _IDLE else None
    if connection is None:
        connection = duckdb.connect(
            ":memory:", config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        )
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
    for name in shared.extensions() if shared else _EXTENSIONS:  # one that is loaded is not loaded again
        folder = resources.files(f"duckdb_extension_{name}") / "extensions" / f"v{duckdb.__version__}"
        connection.execute(f"LOAD {text(str(folder / f'{name}.duckdb_extension'))}")
    return connection


def _attach(lake: Lake, catalog: Path) -> None:
    # The catalog remembers where the data was; overriding it lets a moved or copied workspace open.
    data = f"DATA_PATH {text(lake.data.root)}, OVERRIDE_DATA_PATH true, DATA_INLINING_ROW_LIMIT 0"
    lake.connection.execute(f"ATTACH {text(f'ducklake:sqlite:{catalog}')} AS lake ({data}, META_JOURNAL_MODE 'WAL')")


def _open_shared(lake: Lake) -> None:
    """Attach a shared lake; the first to come makes it, whole or not at all."""
    if lake.shared is None:
        return
    lake.folder.mkdir(parents=True, exist_ok=True)
    if isinstance(lake.shared.data, Path):
        make_private(lake.shared.data)
    with lake._told(), nullcontext() if lake.shared.exists() else lake.alone():
        lake.shared.attach(lake.connection, lake.data.root)
    with lake.snapshot() as cursor:
        if is_made(cursor):
            return

    def make(cursor: duckdb.DuckDBPyConnection) -> None:
        if not is_made(cursor):
            create_tables(cursor)

    lake.write(make)


def _create(lake: Lake) -> None:
    """Make the empty tables under another name: a catalog that has its name is complete."""
    (lake.folder / "data").mkdir(parents=True, exist_ok=True)
    with hold(lake.folder / "writer.lock"):
        if lake.catalog.exists():  # another process was first
            return
        for leftover in lake.folder.glob(f".{lake.catalog.name}.tmp*"):  # with the logs of a killed process
            leftover.unlink()
        with whole.draft(lake.catalog) as draft:
            _attach(lake, draft)
            with lake.snapshot() as cursor:
                create_tables(cursor)
            lake.connection.execute("DETACH lake")


def _bring_up_to_date(lake: Lake) -> None:
    """Add the tables and columns that an older version did not know; they only ever come in addition.

    What is lacking is looked for, not concluded from the number: two changes may have been given the same one.
    """
    with lake.snapshot() as cursor:
        version = version_of(cursor)
        if version > SCHEMA_VERSION:
            message = (
                f"Kho dữ liệu {lake.where} có cấu trúc phiên bản {version}, phần mềm này chỉ biết đến phiên bản "
                f"{SCHEMA_VERSION}. Hãy dùng bản phần mềm mới hơn; kho chưa bị thay đổi."
            )
            raise LakeError(message)
        if version == SCHEMA_VERSION and not lacking(cursor):
            return
    lake.write(add_what_is_lacking)
