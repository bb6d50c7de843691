"""One server, one worker and their database for all tests of operation."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operation.plant import Plant
from tests.sources.postgres_server import Postgres


def programs() -> Path | None:
    """Those of a PostgreSQL with pg_trgm, which Prefect's database needs and the wheel of tests/sources lacks."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if any(Path("/usr/share/postgresql").glob(f"{folder.parent.name}/extension/pg_trgm.control")):
            return folder
    return None


@pytest.fixture(scope="session")
def database() -> Iterator[Postgres]:
    """The PostgreSQL of Prefect's server, of its own: tests end it by force."""
    if not (found := programs()):
        pytest.fail("needs a PostgreSQL with pg_trgm: apt-get install postgresql")
    server = Postgres(found)
    server.start()
    server.admin("CREATE DATABASE prefect")
    yield server
    server.stop()
    shutil.rmtree(server.folder)


@pytest.fixture(scope="session")
def plant(database: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    made = Plant(tmp_path_factory.mktemp("plant"), database, "prefect")
    try:
        made.start_server()
        made.start_worker()
        made.deploy()
        yield made
    finally:
        made.stop()
