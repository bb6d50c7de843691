"""Reads the tables of the published file, for a month. Opens no lake, changes nothing."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from warehouse.lake.schema import quote, text
from warehouse.places.errors import PublishError

_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def read_newest(
    file: Path, whole: Collection[str] = (), only: Collection[str] | None = None
) -> tuple[str | None, dict[str, pl.DataFrame]]:
    """The newest month (YYYY-MM) with published rates, and its tables; None and no table where no month has rates.

    `whole`, `only`: as for `read_published`. Raises PublishError as it does.
    """
    with _reading(file) as connection:
        found = connection.execute("SELECT max(month) FROM marts.monthly_group_rates").fetchone()
        month: str | None = found[0] if found else None
        return month, {} if month is None else _tables(connection, month, whole, only)


def read_published(
    file: Path, month: str, whole: Collection[str] = (), only: Collection[str] | None = None
) -> dict[str, pl.DataFrame]:
    """The published tables by name, in their columns; `only`: these tables.

    Of a table with a column `month` the rows of `month` (YYYY-MM), unless it is one of `whole`; of any other all rows.

    Raises PublishError in a line where nothing is published or the file cannot be read.
    """
    with _reading(file) as connection:
        return _tables(connection, month, whole, only)


def _tables(
    connection: duckdb.DuckDBPyConnection, month: str, whole: Collection[str], only: Collection[str] | None
) -> dict[str, pl.DataFrame]:
    tables = connection.execute(
        "SELECT table_name, bool_or(column_name = 'month') FROM duckdb_columns() "
        "WHERE schema_name = 'marts' GROUP BY ALL"
    ).fetchall()
    return {
        name: connection.execute(f"FROM marts.{quote(name)}" + (f" WHERE month = {text(month)}" if is_cut else "")).pl()
        for name, has_month in tables
        if only is None or name in only
        for is_cut in [has_month and name not in whole]
    }


@contextmanager
def _reading(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    if not file.exists():
        raise PublishError(f"{file}: chưa công bố gì; hãy chạy tyle run trước")
    try:
        # the link is resolved first: DuckDB identifies a file by its path and would show the one it opened before
        with duckdb.connect(str(file.resolve()), read_only=True, config=_OFFLINE) as connection:
            yield connection
    except duckdb.Error as error:
        raise PublishError(f"{file}: không đọc được: {str(error).splitlines()[0]}") from error
