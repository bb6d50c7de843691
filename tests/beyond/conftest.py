"""A shared lake of its own for each test; nothing goes through a proxy."""

import pytest

from tests.beyond.sharing import Shared, new_shared
from tests.sources.postgres_server import Postgres


@pytest.fixture
def shared(postgres: Postgres, s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Shared:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    return new_shared(postgres, s3_endpoint)
