"""The servers that several rooms' tests use: each is started once for all tests, on 127.0.0.1 and a free port."""

import logging
import shutil
from collections.abc import Iterator

import pytest

from tests.sources.postgres_server import Postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    server.start()
    yield server
    server.stop()
    shutil.rmtree(server.folder)


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    for noisy in ("werkzeug", "boto3", "botocore", "urllib3"):  # the test's own client and the server
        logging.getLogger(noisy).setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
