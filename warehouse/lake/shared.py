"""A lake that several machines share: its catalog in PostgreSQL, its data in a bucket or a shared folder.

Two commits never both succeed on the same snapshot. DuckLake's own retry is off: it would let the second commit through
with decisions made before the first. A writer that another one overtook decides again (warehouse.lake.lake.Lake.write).
The advisory lock only makes writers queue, so that they do not work in vain; correctness does not depend on it.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from logging import getLogger
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import duckdb

from warehouse.lake.schema import text
from warehouse.places.errors import LakeError, LockedError
from warehouse.places.locks import QUIET
from warehouse.places.stores import S3Prefix

if TYPE_CHECKING:
    import psycopg

EXTENSIONS = ("postgres_scanner", "ducklake")
_LOCK = 0x74796C65  # "tyle": the number of the writer's advisory lock in the database
_DEAD_AFTER = "-c tcp_keepalives_idle=20 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
_CONNECT_SECONDS = "10"
_CATALOG_SECRET, _DATA_SECRET = "tyle_catalog", "tyle_data"  # names of secrets that live in memory only
_SECRETS = ("password", "sslpassword")
_LOG = getLogger(__name__)
_HOLDER = """
SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = %s
    AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@dataclass(frozen=True)
class SharedLake:
    """Where a shared lake is. `catalog`: a PostgreSQL URI or connection string; raises LakeError where it is none.

    `landing`: where its originals are.
    """

    catalog: str = field(repr=False)
    data: Path | S3Prefix
    landing: Path | S3Prefix | None = None

    def __post_init__(self) -> None:
        """Raise LakeError for an address that libpq cannot read; the message does not show it."""
        self.options()

    def options(self) -> dict[str, str]:
        """The catalog's connection options, secrets included."""
        import psycopg  # noqa: PLC0415 - only where there is a shared lake
        from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

        try:
            options = {name: str(value) for name, value in conninfo_to_dict(self.catalog).items() if value is not None}
        except psycopg.Error:
            raise LakeError("lake.catalog: không đọc được địa chỉ kết nối PostgreSQL") from None
        return {"connect_timeout": _CONNECT_SECONDS, **options}

    @property
    def where(self) -> str:
        """The catalog's server and database, for messages; without secrets."""
        options = self.options()
        return f"PostgreSQL {options.get('host', 'localhost')}/{options.get('dbname', '')}"

    def extensions(self) -> tuple[str, ...]:
        """The DuckDB extensions it needs."""
        return (*EXTENSIONS, "httpfs") if isinstance(self.data, S3Prefix) else EXTENSIONS

    def attach(self, connection: duckdb.DuckDBPyConnection, root: str, *, is_new: bool = False) -> None:
        """Attach it as `lake` with its data below `root`; `is_new`: create its catalog, which is an error otherwise.

        Secrets stay in the memory of this connection's DuckDB.
        """
        from psycopg.conninfo import make_conninfo  # noqa: PLC0415

        address = self.options()
        options = [f"DATA_PATH {text(root)}", "OVERRIDE_DATA_PATH true", "DATA_INLINING_ROW_LIMIT 0"]
        options.append(f"CREATE_IF_NOT_EXISTS {is_new}")
        if password := address.pop("password", None):
            connection.execute(f"CREATE OR REPLACE SECRET {_CATALOG_SECRET} (TYPE postgres, PASSWORD {text(password)})")
            options.append(f"META_SECRET {text(_CATALOG_SECRET)}")
        if isinstance(self.data, S3Prefix):
            connection.execute(_data_secret(self.data))
            if self.data.ca_file:
                connection.execute(f"SET GLOBAL ca_cert_file = {text(str(self.data.ca_file))}")
        connection.execute("SET GLOBAL ducklake_max_retry_count = 0")
        target = f"ducklake:postgres:{make_conninfo(**address)}"
        connection.execute(f"ATTACH {text(target)} AS lake ({', '.join(options)})")

    def exists(self) -> bool:
        """Whether the catalog holds a lake. Raises LakeError when it does not answer."""
        with self._connected() as database:
            row = database.execute("SELECT to_regclass('ducklake_snapshot') IS NOT NULL").fetchone()
        return bool(row and row[0])

    @contextmanager
    def alone(self, timeout: float) -> Iterator[None]:
        """Wait until no writer of any machine is before this one, then be the only writer for the block.

        Raises LockedError that names the present writer after `timeout` seconds, LakeError when the catalog does not
        answer.
        """
        with self._connected() as database:
            if not _locked(database, min(QUIET, timeout)):
                if timeout > QUIET:
                    _LOG.warning("tyle: đang chờ %s ghi xong; không cần làm gì.", _holder(database))
                if timeout <= QUIET or not _locked(database, timeout - QUIET):
                    message = (
                        f"Kho dữ liệu đang được {_holder(database)} ghi (đã chờ {timeout:g} giây). "
                        "Hãy chờ tiến trình đó xong rồi chạy lại; chạy lại luôn an toàn."
                    )
                    raise LockedError(message)
            yield

    def vacuum(self, *tables: str) -> None:
        """Remove the deleted rows of these catalog tables at once; PostgreSQL would do so some time later."""
        with self._connected() as database:
            for table in tables:
                database.execute(f'VACUUM "{table}"'.encode())

    def report(self, error: duckdb.Error) -> LakeError | None:
        """The one-line error for a fault of catalog or data; None for any other error.

        The full text of an error may hold statements with values of rows and is left out.
        """
        if not isinstance(error, duckdb.OperationalError) and not self._shows_secrets(str(error)):
            return None
        lines = [line for line in str(error).splitlines() if line.strip()]
        reason = next((line for line in lines if "FATAL" in line or "ERROR" in line), lines[0])
        for secret in self._secret_values():
            reason = reason.replace(secret, "…")
        return LakeError(f"Kho dữ liệu {self.where}, {self.data}: {reason[:300]}. Hãy chạy lại; chạy lại luôn an toàn.")

    def _shows_secrets(self, message: str) -> bool:
        return any(secret in message for secret in self._secret_values())

    def _secret_values(self) -> list[str]:
        options = self.options()
        own = [options.get(name) for name in _SECRETS]
        return [value for value in (*own, getattr(self.data, "secret_key", None)) if value]

    @contextmanager
    def _connected(self) -> "Iterator[psycopg.Connection]":
        """A session whose name shows other machines who writes. The server notices a lost machine within a minute."""
        import psycopg  # noqa: PLC0415

        options = self.options()
        own = {
            "application_name": f"tyle {os.getpid()} {socket.gethostname()}"[:60],
            "options": f"{options.get('options', '')} {_DEAD_AFTER}".strip(),
        }
        try:
            database = psycopg.connect(**{**options, **own}, autocommit=True)  # type: ignore[arg-type]
        except psycopg.Error as error:
            why = type(error).__name__ if self._shows_secrets(str(error)) else str(error).strip().splitlines()[-1]
            raise LakeError(f"Không nối được đến kho dữ liệu {self.where}: {why}") from None
        with database:
            yield database


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove the secrets and settings of a shared lake from a DuckDB that will be used again."""
    connection.execute(f"DROP SECRET IF EXISTS {_CATALOG_SECRET}")
    connection.execute(f"DROP SECRET IF EXISTS {_DATA_SECRET}")
    connection.execute("RESET GLOBAL ducklake_max_retry_count")


def _data_secret(bucket: S3Prefix) -> str:
    address = urlsplit(bucket.endpoint)
    keys = f"KEY_ID {text(bucket.access_key)}, SECRET {text(bucket.secret_key or '')}, " if bucket.access_key else ""
    return (
        f"CREATE OR REPLACE SECRET {_DATA_SECRET} (TYPE s3, {keys}ENDPOINT {text(address.netloc)}, "
        f"USE_SSL {address.scheme == 'https'}, URL_STYLE 'path', REGION {text(bucket.region)}, "
        f"SCOPE {text(bucket.root)})"
    )


def _locked(database: "psycopg.Connection", seconds: float) -> bool:
    import psycopg  # noqa: PLC0415

    database.execute(f"SET lock_timeout = {max(1, round(seconds * 1000))}".encode())
    try:
        database.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
    except psycopg.errors.LockNotAvailable:
        return False
    return True


def _holder(database: "psycopg.Connection") -> str:
    """The process and machine that hold the lock, from the name of their session."""
    row = database.execute(_HOLDER, (_LOCK,)).fetchone()
    parts = str(row[0]).split() if row else []
    if len(parts) != 3:
        return "một tiến trình khác"
    _, number, machine = parts
    return f"tiến trình {number} trên máy {machine}"
