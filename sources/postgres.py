"""Exports as the result of a query on PostgreSQL, by psycopg. Knows no table and no meaning of a column."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import psycopg

from sources.export import Export, ExportError, Faults, SourceError, UnreachableError, Window
from sources.patience import Patience, retrying
from sources.templates import NO_CODE, UnitAddress

_ROWS_AT_A_TIME = 1000
_QUERY_IS_WRONG = "42"  # classes of SQLSTATE
_MAY_ANSWER_LATER = ("08", "53", "57")  # lost, full, shutting down
_TIMED_OUT = "57014"


@dataclass(frozen=True)
class Database:
    """A database, how to log in, and the query; `sslmode` and `ca_file` as libpq has them.

    `time_zone`: the IANA name of the zone in which the server writes moments. `empty_is_none`: a result without rows
    means that there were no cases, not that nothing was sent.
    """

    host: str
    port: int
    name: str
    user: str
    query: str
    sslmode: str
    time_zone: str
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    empty_is_none: bool = False

    def uri(self, unit: UnitAddress, day: date) -> str:
        """The lasting name of a result."""
        return f"{self}?unit={unit.unit_id}&date={day}"

    def __str__(self) -> str:
        return f"postgresql://{self.host}:{self.port}/{self.name}"


def pull_postgres(database: Database, unit: UnitAddress, window: Window, patience: Patience) -> Iterator[Export]:
    """The result of the query for each day of the window, as a JSON array of records in UTF-8.

    The parameters `%(date)s`, `%(unit)s` and `%(code)s` are bound, never written into the query. Numbers are as exact
    as the database has them, dates in ISO form, moments in `time_zone`; records are in the order of their text, so that
    the same rows are the same bytes. The transaction is read only. A result without rows is no export, or an empty
    array where `empty_is_none`.

    Raises SourceError when the database refuses, does not answer after all attempts or finds the query wrong, and
    at the end for single days whose result is too large.
    """
    if "%(code)s" in database.query and unit.code is None:
        raise SourceError(f"{database}: {NO_CODE.format(unit.unit_id, '%(code)s')}")
    faults, exports = retrying(patience)(lambda: asyncio.run(_pull(database, unit, window, patience)))
    yield from exports
    faults.report()


async def _pull(
    database: Database, unit: UnitAddress, window: Window, patience: Patience
) -> tuple[Faults, list[Export]]:
    """All days over one connection."""
    faults, exports = Faults(), []
    connection = await _connect(database, patience)
    try:
        async with connection:
            await connection.set_read_only(True)
            for day in window.days():
                with faults.of_one_export():
                    # The server ends a query in time; ours ends the waiting for a server that is no more.
                    async with asyncio.timeout(patience.total_seconds + patience.read_seconds):
                        content = await _result(connection, database, unit, day, patience)
                    if content:
                        uri = database.uri(unit, day)
                        exports.append(Export(day, uri, f"{unit.unit_id}-{day}.json", None, content))
    except psycopg.Error as error:
        raise _said(database, error) from None
    except TimeoutError:
        raise UnreachableError(f"{database}: máy chủ không trả lời trong thời gian chờ") from None
    return faults, exports


async def _connect(database: Database, patience: Patience) -> psycopg.AsyncConnection:
    try:
        return await psycopg.AsyncConnection.connect(
            host=database.host,
            port=database.port,
            dbname=database.name,
            user=database.user,
            password=database.password,
            sslmode=database.sslmode,
            sslrootcert=str(database.ca_file) if database.ca_file else None,
            connect_timeout=max(2, round(patience.connect_seconds)),
            application_name="tyle",
            client_encoding="UTF8",
        )
    except psycopg.Error as error:
        raise _no_connection(database, error) from None


async def _result(
    connection: psycopg.AsyncConnection, database: Database, unit: UnitAddress, day: date, patience: Patience
) -> bytes | None:
    """The records of a day; the server writes them as JSON, so that no number passes through a float."""
    records: list[bytes] = []
    size = 0
    query = f"SELECT to_json(export)::text FROM (\n{database.query}\n) AS export".encode()  # noqa: S608 - the user's own
    parameters = {"date": day, "unit": unit.unit_id, "code": unit.code}
    async with connection.transaction(), connection.cursor() as cursor:
        await cursor.execute(
            "SELECT set_config('statement_timeout', %s, true), set_config('TimeZone', %s, true)",
            (f"{patience.total_seconds * 1000:.0f}", database.time_zone),
        )
        async for (record,) in cursor.stream(query, parameters, size=_ROWS_AT_A_TIME):
            records.append(record.encode())
            size += len(records[-1]) + 2
            if size > patience.max_bytes:
                raise ExportError(f"{database.uri(unit, day)}: kết quả {patience.too_large()}")
    if not records:
        return b"[]\n" if database.empty_is_none else None
    _refuse_doubled_names(records[0], database)
    return b"[\n" + b",\n".join(sorted(records)) + b"\n]\n"


def _refuse_doubled_names(record: bytes, database: Database) -> None:
    names = [name for name, _ in json.loads(record, object_pairs_hook=list)]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise SourceError(f"{database}: câu truy vấn trả hai cột cùng tên “{doubled[0]}”")


def _said(database: Database, error: psycopg.Error) -> SourceError:
    """The database's error. Its own text is shown only where it can hold nothing but the query's words."""
    state = error.sqlstate or ""
    if state.startswith(_QUERY_IS_WRONG):
        line = (error.diag.message_primary or "").splitlines()[0]
        return SourceError(f"{database}: câu truy vấn sai: {line}")
    if state == _TIMED_OUT:
        return SourceError(f"{database}: truy vấn quá lâu, máy chủ đã dừng")
    if state and not state.startswith(_MAY_ANSWER_LATER):
        return SourceError(f"{database}: máy chủ báo lỗi {state} ({type(error).__name__})")
    return UnreachableError(f"{database}: mất kết nối với máy chủ ({type(error).__name__})")


def _no_connection(database: Database, error: psycopg.Error) -> SourceError:
    """Why there is no connection. libpq gives no code for it; its line names places and users, and no password."""
    line = str(error).splitlines()[0].rpartition("failed: ")[2]
    if database.password:
        line = line.replace(database.password, "***")
    asked = error.pgconn is not None and (error.pgconn.used_password or error.pgconn.needs_password)
    if asked or re.search(r"SSL|certificate", line):
        return SourceError(f"{database}: máy chủ từ chối ({line})")
    return UnreachableError(f"{database}: không kết nối được ({line})")
