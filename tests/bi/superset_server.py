"""A real Superset on 127.0.0.1 with a metadata database and a secret key of its own, for one test."""

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.bi.environments import python_of

_CONFIG = """\
import os
SECRET_KEY = os.environ["TYLE_TEST_SUPERSET_KEY"]
SQLALCHEMY_DATABASE_URI = "sqlite:///{folder}/superset.db?check_same_thread=false"
TALISMAN_ENABLED = False
"""


@contextmanager
def superset(folder: Path) -> Iterator[httpx.Client]:
    """A client that is logged in as administrator; the server stops with the block."""
    binaries = python_of("superset").parent
    config = folder / "superset_config.py"
    config.write_text(_CONFIG.format(folder=folder), encoding="utf-8")
    password = secrets.token_hex(16)
    environment = os.environ | {
        "TYLE_TEST_SUPERSET_KEY": secrets.token_hex(32),
        "SUPERSET_CONFIG_PATH": str(config),
        "SUPERSET_HOME": str(folder),
        "FLASK_APP": "superset.app:create_app()",
    }

    def run(*command: str) -> None:
        command = (str(binaries / "superset"), *command)
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]

    run("db", "upgrade")
    run(
        "fab", "create-admin", "--username", "admin", "--firstname", "a", "--lastname", "a",
        "--email", "a@example.vn", "--password", password,
    )  # fmt: skip
    run("init")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    serve = [
        str(binaries / "gunicorn"),
        "-w",
        "1",
        "-k",
        "gthread",
        "--threads",
        "4",
        "--timeout",
        "300",
        "-b",
        address,
    ]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen([*serve, "superset.app:create_app()"], env=environment, stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=f"http://{address}", timeout=60) as client:
            _wait(client, server)
            account = {"username": "admin", "password": password, "provider": "db"}
            token = client.post("/api/v1/security/login", json=account).json()["access_token"]
            client.headers["Authorization"] = f"Bearer {token}"
            client.headers["X-CSRFToken"] = client.get("/api/v1/security/csrf_token/").json()["result"]
            client.headers["Referer"] = str(client.base_url)
            yield client
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait(client: httpx.Client, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "superset ended"
        try:
            if client.get("/health").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError("superset does not answer")
