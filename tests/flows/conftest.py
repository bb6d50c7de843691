"""What the tests of flows share: the Prefect server, and commands run in this process."""

from collections.abc import Iterator

import pytest

from flows.scheduled.environment import prepare
from tests.flows.commanding import Tyle


@pytest.fixture(scope="session")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    prepare(tmp_path_factory.mktemp("prefect"))
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180):
        yield


@pytest.fixture
def tyle(capsys: pytest.CaptureFixture[str]) -> Tyle:
    return Tyle(capsys)
