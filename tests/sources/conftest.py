"""The servers: each is started once for all tests, on 127.0.0.1 and a free port, and stopped at the end."""

import logging
import shutil
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from pytest_httpserver import HTTPServer

from tests.sources.pulling import SECRET
from tests.sources.sftp_server import SftpServer


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The secret of all sources, which is in no log whatever happens; and no proxy on the way to them."""
    monkeypatch.setenv("TEST_SECRET", SECRET)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    with caplog.at_level(logging.DEBUG):
        yield
    assert SECRET not in caplog.text


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    return "127.0.0.1", 0


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A certificate authority that nothing trusts yet."""
    return trustme.CA()


@pytest.fixture
def tls_server(authority: trustme.CA) -> Iterator[HTTPServer]:
    """An HTTP server with a certificate of that authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with HTTPServer("127.0.0.1", 0, ssl_context=context) as server:
        yield server


@pytest.fixture(scope="session")
def sftp_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    server = SftpServer(tmp_path_factory.mktemp("sftp"), SECRET)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        held: list[socket.socket] = []

        def hold() -> None:
            while True:
                try:
                    held.append(listener.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=hold, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)
        for connection in held:
            connection.close()


@pytest.fixture
def closed_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def sftp_folder(sftp_server: SftpServer, tmp_path: Path) -> Iterator[Path]:
    """The folder `xuat` of the SFTP server, empty; the workspace `tmp_path` knows the server's key."""
    (tmp_path / "known_hosts").write_text(sftp_server.known_hosts_line, encoding="utf-8")
    folder = sftp_server.folder / "xuat"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)
