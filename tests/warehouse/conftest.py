"""A lake per test, copied from an empty one."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from warehouse.lake.connections import connect
from warehouse.lake.lake import Lake
from warehouse.lake.opening import attach, open_lake


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("empty")
    open_lake(home).close()
    return home


@pytest.fixture
def home(empty_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(empty_home, tmp_path / "home"))


@pytest.fixture(scope="session")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect() as connection:
        connection.execute("SET threads = 1")  # frames of a few rows
        yield connection


@pytest.fixture
def lake(home: Path, connection: duckdb.DuckDBPyConnection) -> Iterator[Lake]:
    """The lake of `home` on a connection all tests share: loading the extensions takes longer than most tests."""
    lake = Lake(home.resolve(), connection)
    attach(lake, lake.catalog)
    yield lake
    connection.execute("DETACH lake")
