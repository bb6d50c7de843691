"""Password and key of a workspace's server: made once, for the owner only, and where the key was before."""

import json
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pytest_httpserver import HTTPServer

from flows.cli import main
from flows.scheduled.credentials import block_key, key_file, known_password, only_for_owner, password, password_file
from flows.scheduled.environment import OrchestrationError, prepare
from flows.scheduled.server.health import examine_password
from flows.scheduled.server.up import Setup

TABLES = """
CREATE TABLE configuration (key TEXT UNIQUE, value JSON);
CREATE TABLE block_document (id TEXT, data JSON);
"""


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of Prefect is set, and what a test sets is gone after it."""
    for name in {name for name in os.environ if name.startswith(("PREFECT_", "ORION_"))}:
        monkeypatch.delenv(name)
    monkeypatch.setattr(os, "environ", os.environ.copy())


def prefect_database(root: Path, key: str, *values: str) -> sqlite3.Connection:
    """A database as an older tyle left it: the key beside the blocks, and all can read it."""
    (root / ".prefect").mkdir(parents=True)
    connection = sqlite3.connect(root / ".prefect" / "prefect.db")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(TABLES)
    connection.execute("INSERT INTO configuration VALUES ('ENCRYPTION_KEY', ?)", [json.dumps({"fernet_key": key})])
    for value in values:
        add_block(connection, key, value)
    connection.commit()
    return connection


def add_block(connection: sqlite3.Connection, key: str, value: str) -> None:
    encrypted = Fernet(key).encrypt(json.dumps({"value": value}).encode()).decode()
    connection.execute("INSERT INTO block_document VALUES (?, ?)", [value, json.dumps(encrypted)])


def blocks(root: Path, key: str) -> list[str]:
    with closing(sqlite3.connect(root / ".prefect" / "prefect.db")) as connection:
        found = connection.execute("SELECT data FROM block_document").fetchall()
    return [json.loads(Fernet(key).decrypt(json.loads(data)))["value"] for (data,) in found]


def test_a_password_is_made_once_for_the_owner_only_and_anew_when_its_file_is_gone(tmp_path: Path) -> None:
    assert known_password(tmp_path) is None
    first = password(tmp_path)
    assert first.startswith("tyle:")
    assert len(first) > 40
    assert [password(tmp_path), known_password(tmp_path)] == [first, first]
    file = password_file(tmp_path)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent)] == [0o600, 0o700]
    file.chmod(0o644)
    assert password(tmp_path) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("\n", encoding="utf-8")  # an empty password would be none
    second = password(tmp_path)
    file.unlink()
    assert len({first, second, password(tmp_path), ""}) == 4


def test_the_key_leaves_the_database_and_the_blocks_stay_readable(tmp_path: Path) -> None:
    old = Fernet.generate_key().decode()
    prefect_database(tmp_path, old, "one", "two").close()
    home = tmp_path / ".prefect"
    key = block_key(tmp_path, home)
    assert key
    assert key != old
    assert blocks(tmp_path, key) == ["one", "two"]
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and old.encode() in path.read_bytes()]
    assert block_key(tmp_path, home) == key
    only_for_owner(home)
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (home, *home.iterdir())} == {0}


def test_blocks_that_prefect_encrypted_by_itself_later_follow(tmp_path: Path) -> None:
    """Somebody runs `prefect` in the workspace without the key: Prefect makes another and keeps it in the database."""
    prefect_database(tmp_path, Fernet.generate_key().decode(), "one").close()
    key = block_key(tmp_path, tmp_path / ".prefect")
    other = Fernet.generate_key().decode()
    with closing(sqlite3.connect(tmp_path / ".prefect" / "prefect.db")) as connection:
        value = json.dumps({"fernet_key": other})
        connection.execute("INSERT INTO configuration VALUES ('ENCRYPTION_KEY', ?)", [value])
        add_block(connection, other, "two")
        connection.commit()
    assert block_key(tmp_path, tmp_path / ".prefect") == key
    assert key
    assert blocks(tmp_path, key) == ["one", "two"]


def test_a_lost_key_is_a_line_and_changes_nothing(tmp_path: Path) -> None:
    prefect_database(tmp_path, Fernet.generate_key().decode(), "one").close()
    key = block_key(tmp_path, tmp_path / ".prefect")
    kept = key_file(tmp_path).read_text(encoding="utf-8")
    key_file(tmp_path).unlink()
    with pytest.raises(OrchestrationError, match=r"^mất khóa của các khối Prefect .*prefect-key"):
        prepare(tmp_path)
    assert not key_file(tmp_path).exists()
    key_file(tmp_path).write_text(kept, encoding="utf-8")
    assert block_key(tmp_path, tmp_path / ".prefect") == key


def test_a_key_of_the_environment_or_another_database_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Fernet.generate_key().decode()
    prefect_database(tmp_path, old, "one").close()
    home = tmp_path / ".prefect"
    with monkeypatch.context() as given:
        given.setenv("ORION_ENCRYPTION_KEY", "given")
        assert block_key(tmp_path, home) == "given"
    with monkeypatch.context() as given:
        given.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", "postgresql+asyncpg://db/prefect")
        assert block_key(tmp_path, home) is None
    assert block_key(tmp_path, tmp_path / "other") is None
    assert blocks(tmp_path, old) == ["one"]
    assert not key_file(tmp_path).exists()


def test_the_environment_cannot_open_the_server_and_only_the_server_has_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = {
        "PREFECT_SERVER_API_AUTH_STRING": "",
        "PREFECT_API_AUTH_STRING": "mine:1",
        "PREFECT_API_KEY": "mine",
        "PREFECT_SERVER_API_HOST": "0.0.0.0",
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": "*",
        "PREFECT_SERVER_UI_API_URL": "https://evil.example/api",
        "PREFECT_LOGGING_LEVEL": "DEBUG",
    }
    for name, value in opening.items():
        monkeypatch.setenv(name, value)
    setup = Setup(tmp_path, 4200, "https://tyle.example.vn")
    (tmp_path / ".prefect").mkdir()
    server, worker = setup.server_environment(), setup.environment()
    own = password(tmp_path)
    assert {name: server.get(name) for name in opening} == {
        "PREFECT_SERVER_API_AUTH_STRING": own,
        "PREFECT_API_AUTH_STRING": own,
        "PREFECT_API_KEY": None,
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": "http://127.0.0.1:4200,http://localhost:4200,https://tyle.example.vn",
        "PREFECT_SERVER_UI_API_URL": "https://tyle.example.vn/api",
        "PREFECT_LOGGING_LEVEL": "DEBUG",
    }
    key = key_file(tmp_path).read_text(encoding="utf-8").strip()
    assert server["PREFECT_SERVER_ENCRYPTION_KEY"] == key
    assert key not in worker.values()
    assert worker["PREFECT_API_AUTH_STRING"] == own
    assert "PREFECT_SERVER_API_AUTH_STRING" not in worker


def test_a_command_in_the_workspace_finds_the_password_and_sends_it_to_this_machine_only(
    tmp_path: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = password(tmp_path)
    httpserver.expect_request("/api/version").respond_with_json("0.8.4")
    monkeypatch.setenv("PREFECT_API_URL", httpserver.url_for("/api"))
    prepare(tmp_path)
    assert os.environ["PREFECT_API_AUTH_STRING"] == own
    ((request, _),) = httpserver.log
    assert request.authorization
    assert f"{request.authorization.username}:{request.authorization.password}" == own
    del os.environ["PREFECT_API_AUTH_STRING"]
    monkeypatch.setenv("PREFECT_API_URL", "http://tyle.invalid/api")
    with pytest.raises(OrchestrationError, match="không trả lời"):
        prepare(tmp_path)
    assert "PREFECT_API_AUTH_STRING" not in os.environ


def test_without_the_password_a_command_says_so_in_a_line(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    httpserver.expect_request("/api/version").respond_with_json({}, 401)
    monkeypatch.setenv("PREFECT_API_URL", httpserver.url_for("/api"))
    with pytest.raises(SystemExit):
        main(["automations"])
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"tyle: máy chủ Prefect {httpserver.url_for('/api')} đòi mật khẩu: ")


@pytest.mark.parametrize(("status", "level"), [(200, "warn"), (401, "ok")])
def test_the_doctor_sees_a_server_without_a_password(
    status: int, level: str, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    httpserver.expect_request("/api/admin/version").respond_with_json("3.9.1", status)
    monkeypatch.setenv("PREFECT_API_URL", httpserver.url_for("/api"))
    assert examine_password().level == level


def test_a_server_that_prefect_starts_for_one_process_has_a_password_too(tmp_path: Path) -> None:
    prepare(tmp_path)
    first = os.environ["PREFECT_SERVER_API_AUTH_STRING"]
    assert len(first) > 40
    assert os.environ["PREFECT_API_AUTH_STRING"] == first
    assert os.environ["PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS"] != "*"
    assert os.environ["PREFECT_SERVER_ENCRYPTION_KEY"] == key_file(tmp_path).read_text(encoding="utf-8").strip()
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (tmp_path / ".prefect").rglob("*")} == {0}
    prepare(tmp_path)
    assert os.environ["PREFECT_SERVER_API_AUTH_STRING"] == first


@pytest.mark.parametrize("address", ["tyle.example.vn", "ftp://tyle.example.vn", "https://tyle.example.vn/prefect"])
def test_an_address_that_is_none_of_a_proxy_is_refused(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tyle.toml").touch()
    with pytest.raises(SystemExit):
        main(["up", "--workspace", str(tmp_path), "--address", address])
    assert "--address: cần dạng" in capsys.readouterr().err
