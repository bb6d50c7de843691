"""A lake that several machines share: its catalog in PostgreSQL, its data in a bucket or a shared folder.

Two commits never both succeed on the same snapshot: DuckLake's own retry, which would let a second one through with
what it had decided before the first, is off, and who was overtaken decides anew (warehouse.lake.lake.Lake.write). The
advisory lock makes writers queue instead of working in vain; nothing depends on it.
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
_LOCK = 0x74796C65  # "tyle": of all advisory locks in the database the writer's
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
    """Where a shared lake is. `catalog`: a PostgreSQL URI or connection string; raises LakeError where it is none."""

    catalog: str = field(repr=False)
    data: Path | S3Prefix

    def __post_init__(self) -> None:
        """Refuse what libpq cannot read, without showing it."""
        self.options()

    def options(self) -> dict[str, str]:
        """The catalog's connection options, secrets included."""
        import psycopg  # noqa: PLC0415 - only where there is a shared lake
        from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

        try:
            said = {name: str(value) for name, value in conninfo_to_dict(self.catalog).items() if value is not None}
        except psycopg.Error:
            raise LakeError("lake.catalog: không đọc được địa chỉ kết nối PostgreSQL") from None
        return {"connect_timeout": _CONNECT_SECONDS, **said}

    @property
    def where(self) -> str:
        """The catalog in words, without secrets."""
        said = self.options()
        return f"PostgreSQL {said.get('host', 'localhost')}/{said.get('dbname', '')}"

    def extensions(self) -> tuple[str, ...]:
        """The DuckDB extensions it needs."""
        return (*EXTENSIONS, "httpfs") if isinstance(self.data, S3Prefix) else EXTENSIONS

    def attach(self, connection: duckdb.DuckDBPyConnection, root: str) -> None:
        """Attach it as `lake`, its data below `root`; secrets are known to this connection's DuckDB only."""
        from psycopg.conninfo import make_conninfo  # noqa: PLC0415

        said = self.options()
        options = [f"DATA_PATH {text(root)}", "OVERRIDE_DATA_PATH true", "DATA_INLINING_ROW_LIMIT 0"]
        if password := said.pop("password", None):
            connection.execute(f"CREATE OR REPLACE SECRET {_CATALOG_SECRET} (TYPE postgres, PASSWORD {text(password)})")
            options.append(f"META_SECRET {text(_CATALOG_SECRET)}")
        if isinstance(self.data, S3Prefix):
            connection.execute(_data_secret(self.data))
            if self.data.ca_file:
                connection.execute(f"SET GLOBAL ca_cert_file = {text(str(self.data.ca_file))}")
        connection.execute("SET GLOBAL ducklake_max_retry_count = 0")
        target = f"ducklake:postgres:{make_conninfo(**said)}"
        connection.execute(f"ATTACH {text(target)} AS lake ({', '.join(options)})")

    def exists(self) -> bool:
        """Whether the catalog holds a lake. Raises LakeError when it does not answer."""
        with self._connected() as database:
            row = database.execute("SELECT to_regclass('ducklake_snapshot') IS NOT NULL").fetchone()
        return bool(row and row[0])

    @contextmanager
    def alone(self, timeout: float) -> Iterator[None]:
        """Queue with the other writers, of whatever machine, and be the only one for the block.

        Raises LockedError naming who writes after `timeout` seconds, LakeError when the catalog does not answer.
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
        """Have PostgreSQL forget the deleted rows of these catalog tables now and not some day."""
        with self._connected() as database:
            for table in tables:
                database.execute(f'VACUUM "{table}"'.encode())

    def told(self, error: duckdb.Error) -> LakeError | None:
        """What is to be said when catalog or data do not do as they are told; None for any other error.

        The full text of an error may hold statements, values of rows among them, and is left out.
        """
        if not isinstance(error, duckdb.OperationalError) and not self._shows_secrets(str(error)):
            return None
        lines = [line for line in str(error).splitlines() if line.strip()]
        said = next((line for line in lines if "FATAL" in line or "ERROR" in line), lines[0])
        for secret in self._secret_values():
            said = said.replace(secret, "…")
        return LakeError(f"Kho dữ liệu {self.where}, {self.data}: {said[:300]}. Hãy chạy lại; chạy lại luôn an toàn.")

    def _shows_secrets(self, said: str) -> bool:
        return any(secret in said for secret in self._secret_values())

    def _secret_values(self) -> list[str]:
        said = self.options()
        own = [said.get(name) for name in _SECRETS]
        return [value for value in (*own, getattr(self.data, "secret_key", None)) if value]

    @contextmanager
    def _connected(self) -> "Iterator[psycopg.Connection]":
        """A session of our own, by whose name others see who writes; a machine that is gone is noticed in a minute."""
        import psycopg  # noqa: PLC0415

        said = self.options()
        own = {
            "application_name": f"tyle {os.getpid()} {socket.gethostname()}"[:60],
            "options": f"{said.get('options', '')} {_DEAD_AFTER}".strip(),
        }
        try:
            database = psycopg.connect(**{**said, **own}, autocommit=True)  # type: ignore[arg-type]
        except psycopg.Error as error:
            why = type(error).__name__ if self._shows_secrets(str(error)) else str(error).strip().splitlines()[-1]
            raise LakeError(f"Không nối được đến kho dữ liệu {self.where}: {why}") from None
        with database:
            yield database


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Let a DuckDB that goes on know nothing of the secrets, nor of what is particular to a shared lake."""
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
    """Who writes, as its session says."""
    row = database.execute(_HOLDER, (_LOCK,)).fetchone()
    parts = str(row[0]).split() if row else []
    if len(parts) != 3:
        return "một tiến trình khác"
    _, number, machine = parts
    return f"tiến trình {number} trên máy {machine}"
