"""A published workspace for the clients, and its lake to publish more from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warehouse.reading import publish_once
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    with open_lake(tmp_path_factory.mktemp("bi")) as lake:
        publish_once(lake, 0)
        yield lake


@pytest.fixture(scope="session")
def published(lake: Lake) -> Path:
    return lake.home / "published"
