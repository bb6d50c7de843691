"""An open lake, DuckLake tables of facts: cursors that read it and write to it. Opens none (warehouse/lake/opening.py).

The catalog is SQLite in WAL mode: readers never wait, writers hold `writer.lock`, one at a time. A lake that several
machines share has its catalog in PostgreSQL (warehouse/lake/shared.py).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import duckdb

from warehouse.lake.connections import release
from warehouse.lake.damage import damage_behind
from warehouse.lake.shared import SharedLake
from warehouse.places.errors import LakeError, LockedError, OvertakenError
from warehouse.places.faults import fault_of, working_in
from warehouse.places.locks import PATIENCE, hold
from warehouse.places.stores import Store, sha256, store_of

SNAPSHOTS_KEPT = timedelta(days=7)  # so long a reader may go on with files that were compacted since
_FIRST_WAIT, _LONGEST_WAIT = 0.05, 2.0  # seconds, chosen by chance up to twice as long each time

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Lake:
    """An open lake; a context manager. Each read or write takes a cursor of its own, so threads may share it."""

    home: Path
    connection: duckdb.DuckDBPyConnection
    shared: SharedLake | None = None

    @property
    def folder(self) -> Path:
        """The folder of catalog, data, locks and workbench; beside a shared lake only of the last two."""
        return self.home / "lake"

    @property
    def catalog(self) -> Path:
        """The SQLite file that lists tables, files and snapshots; a shared lake has none."""
        return self.folder / "catalog.sqlite"

    @property
    def where(self) -> str:
        """The lake's place, for messages."""
        return self.shared.where if self.shared else str(self.folder)

    @property
    def data(self) -> Store:
        """The Parquet files."""
        return store_of(self.shared.data if self.shared else self.folder / "data")

    def checksum(self, path: str) -> str:
        """SHA-256 of a data file; `path`: `data/…`. Raises OSError."""
        return sha256(self.data, path.removeprefix("data/"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the catalog; the next lake that this process opens uses the DuckDB instance again."""
        release(self.connection, self.shared)

    def use_threads(self, *, alone: bool) -> None:
        """Work in one thread (`alone`), or in all: with little data, waking the others takes longer than the work."""
        self.connection.execute("SET GLOBAL threads = 1" if alone else "RESET GLOBAL threads")

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor whose statements are each a transaction of their own."""
        with self.reporting(), working_in(self.catalog), self.connection.cursor() as cursor:
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
        """A snapshot that may write while no other process does. Raises LockedError after `timeout` seconds.

        On a shared lake it raises OvertakenError and stores nothing when another machine committed first after all;
        `write` tries again.
        """
        with self.alone(timeout), self.snapshot() if self.shared is None else self._pinned() as cursor:
            yield cursor

    def write(self, work: Callable[[duckdb.DuckDBPyConnection], T], timeout: float = PATIENCE) -> T:
        """Do `work` in a snapshot that may write. When another machine commits first, all of `work` is done again.

        An attempt may have been stored although it failed (its acknowledgement was lost), so `work` reads what is there
        before it writes. Raises LockedError after `timeout` seconds.
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
        """A snapshot that is committed only if nobody else committed since it began."""
        base = None
        try:
            with self.snapshot() as cursor:
                base = snapshot_of(cursor)
                yield cursor
        except LakeError as error:
            # the catalog is asked whether somebody was first: servers word the error in their own language
            if base is None or self._newest() == base:
                raise
            raise OvertakenError(f"Một máy khác vừa ghi vào kho dữ liệu {self.where}.") from error

    def _newest(self) -> int:
        with self.cursor() as cursor:
            return snapshot_of(cursor)

    @contextmanager
    def reporting(self) -> Iterator[None]:
        """Report damaged data files, and faults of a shared lake's catalog and data, as one line without secrets."""
        try:
            yield
        except duckdb.Error as error:
            if damaged := damage_behind(error, self):
                raise damaged from error
            message = self.shared and not fault_of(error) and self.shared.report(error)
            if message:
                raise message from None
            raise


def snapshot_of(cursor: duckdb.DuckDBPyConnection) -> int:
    """The number of the state that the cursor's transaction sees; all that follows in it stands on it."""
    return int(cursor.execute("SELECT id FROM ducklake_current_snapshot('lake')").fetchall()[0][0])
