"""DuckDB instances with the extensions that a lake needs, kept for the next lake of the process. Attaches nothing."""

from importlib import resources
from typing import Any

import duckdb

from warehouse.lake.schema import text
from warehouse.lake.shared import SharedLake, forget

_EXTENSIONS = ("sqlite_scanner", "ducklake")
_OFFLINE: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    # Verifying their signatures takes 0.2 s in every command. They came in wheels whose checksums the lock holds, and
    # who can change them can change this program.
    "allow_unsigned_extensions": True,
}
_IDLE: list[duckdb.DuckDBPyConnection] = []  # a new instance, with all that it loads and looks up, takes 0.05 s


def connect(shared: SharedLake | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory with the extensions from their installed wheels; nothing is downloaded."""
    connection = _IDLE.pop() if _IDLE else None
    if connection is None:
        connection = duckdb.connect(":memory:", config=_OFFLINE)
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        # DuckLake loses the smallest and largest value of a column when one commit writes several files and the column
        # is null in all rows of one of them. The optimizer would trust what is left: 2 was read as 258.
        connection.execute("SET GLOBAL disabled_optimizers = 'statistics_propagation'")
    for name in shared.extensions() if shared else _EXTENSIONS:  # one that is loaded is not loaded again
        folder = resources.files(f"duckdb_extension_{name}") / "extensions" / f"v{duckdb.__version__}"
        connection.execute(f"LOAD {text(str(folder / f'{name}.duckdb_extension'))}")
    return connection


def release(connection: duckdb.DuckDBPyConnection, shared: SharedLake | None = None) -> None:
    """Detach the lake and keep the instance for the next `connect`, without the secrets of a shared lake."""
    connection.execute("DETACH DATABASE IF EXISTS lake")
    if shared:
        forget(connection)
    if connection not in _IDLE:
        _IDLE.append(connection)


def close_idle() -> None:
    """Close the instances that wait here and the one that `import duckdb` makes, whose threads no fork survives."""
    for connection in (*_IDLE, duckdb.default_connection()):
        connection.close()
    _IDLE.clear()
