"""Spark in this process and in those it starts, and a lake of its own for each test."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.spark.environment import java_home, libraries
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake


@pytest.fixture(scope="session", autouse=True)
def spark_is_installed() -> None:
    folder = libraries()
    sys.path.append(str(folder))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(folder)]))
    os.environ["JAVA_HOME"] = str(java_home(folder))


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    # a name that a reader of files might take for a pattern, with letters not every locale has
    with open_lake(tmp_path / "Tỉnh [1] = 100% *") as lake:
        yield lake
