"""`tyle up` is closed: a page of another origin, in a real browser, reads nothing and changes nothing.

The same requests work from its own pages with the password, which a person types into Prefect's own form. Each attack
here succeeded on a server started by `prefect server start` without a password.
"""

import json
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from flows.scheduled.credentials import key_file, password_file
from tests.browser import Browser
from tests.end_to_end.attacking import SOCKETS, UNREAD, Answer, attacked, script
from tests.end_to_end.server import Server, processes_of
from tests.flows.workspaces import small_workspace

pytestmark = pytest.mark.slow

SECRET = "mat-khau-cua-so-y-te"
# What the API's own commands would open if they came from the environment.
OPENERS = {
    "PREFECT_SERVER_API_HOST": "0.0.0.0",
    "PREFECT_SERVER_API_AUTH_STRING": "",
    "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": "*",
    "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": "*",
}

LOGIN = """(async () => {
  const until = async found => {
    for (let i = 0; i < 240; i++) { if (found()) return found(); await new Promise(done => setTimeout(done, 250)) }
  }
  const field = await until(() => document.querySelector("input[type=password]"))
  const before = document.body.innerText
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, PASSWORD)
  field.dispatchEvent(new Event("input", {bubbles: true}))
  await new Promise(done => setTimeout(done, 250))
  field.form ? field.form.requestSubmit() : document.querySelector("button").click()
  await until(() => !document.querySelector("input[type=password]"))
  await until(() => document.body.innerText.includes("Deployments"))
  return [before, document.body.innerText]
})()"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_workspace(tmp_path_factory.mktemp("closed") / "w").root


@pytest.fixture(scope="module")
def server(root: Path) -> Iterator[Server]:
    found = Server(root, **OPENERS, PREFECT_SERVER_UI_ENABLED="true")
    with found.up() as printed:
        assert f"mật khẩu trong {password_file(root)}" in printed
        assert found.password() not in printed
        keep_secret(found)
        yield found


def keep_secret(server: Server) -> None:
    """Store a secret block, as the pages do."""
    kind = server.ask("GET", "block_types/slug/secret")["id"]
    (schema,) = server.ask("POST", "block_schemas/filter", {"block_schemas": {"block_type_id": {"any_": [kind]}}})[:1]
    block = {"name": "syt-sftp", "data": {"value": SECRET}, "block_schema_id": schema["id"], "block_type_id": kind}
    server.ask("POST", "block_documents/", block)


def read_secret(server: Server) -> str:
    asked = "block_types/slug/secret/block_documents/name/syt-sftp?include_secrets=true"
    return str(server.ask("GET", asked)["data"]["value"])


def attack(browser: Browser, server: Server, address: str, password: str | None = None) -> dict[str, Answer]:
    daily = server.ask("GET", "deployments/name/daily/daily")
    return attacked(browser, address, f"{server.address}/api/", daily["id"], daily["flow_id"], password)


def changed(server: Server) -> bool:
    """Whether a deployment pulls anything, or there is a new one."""
    deployments = server.ask("POST", "deployments/filter", {})
    return any(one["pull_steps"] or one["name"] == "evil" for one in deployments)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_page_of_another_origin_reads_and_changes_nothing(
    browser: Browser, server: Server, httpserver: HTTPServer, host: str
) -> None:
    httpserver.expect_request("/").respond_with_data("<title>evil</title>", content_type="text/html")
    found = attack(browser, server, f"http://{host}:{httpserver.port}/")
    assert {name: answer for name, answer in found.items() if answer[0] not in UNREAD or answer[2]} == {}
    assert not changed(server)


def test_a_page_of_its_own_origin_needs_the_password(browser: Browser, server: Server) -> None:
    without = attack(browser, server, f"{server.address}/ui-settings")
    assert {name: status for name, (_, status, _) in without.items() if name in {"read", "patch"}} == {
        "read": 401,
        "patch": 401,
    }
    assert not changed(server)
    assert not any(SECRET in text for _, _, text in without.values())
    assert not any("auth_success" in text for _, _, text in without.values())
    found = attack(browser, server, f"{server.address}/ui-settings", server.password())
    assert SECRET in found["read"][2]
    assert found["patch"][1] == 204
    assert changed(server)
    assert {found[f"socket {path} prefect"][0] for path in SOCKETS} == {"message"}
    server.ask("PATCH", f"deployments/{server.deployment('daily')}", {"pull_steps": []})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_person_types_the_password_into_the_pages(browser: Browser, server: Server, host: str) -> None:
    before, after = browser.run(f"http://{host}:{server.port}/", script(LOGIN, PASSWORD=server.password()))
    assert "Deployments" not in before
    assert "Deployments" in after


def test_another_name_for_the_machine_is_refused_even_with_the_password(server: Server) -> None:
    own = f"127.0.0.1:{server.port}"
    hosts = {"evil.example": 421, f"evil.example:{server.port}": 421, "127.0.0.1": 421, own: 200}
    assert {host: server.api.get("version", headers={"Host": host}).status_code for host in hosts} == hosts
    for origin in ("null", "https://evil.example", f"https://{own}", "http://127.0.0.1:1"):
        assert server.api.get("version", headers={"Origin": origin}).status_code == 403
        with pytest.raises(WebSocketException):
            connect(
                f"ws://{own}/api/events/out",
                origin=Origin(origin),
                subprotocols=[Subprotocol("prefect")],
                proxy=None,
            )
    assert server.api.get("version", headers={"Origin": server.address}).status_code == 200


def test_it_listens_on_this_machine_only_whatever_the_environment_says(server: Server) -> None:
    port = f":{server.port:04X}"
    listening = [line.split()[1] for file in ("tcp", "tcp6") for line in open_ports(file) if port in line.split()[1]]
    assert listening == [f"0100007F{port}"]


def open_ports(file: str) -> list[str]:
    lines = Path("/proc/net", file).read_text(encoding="ascii").splitlines()[1:]
    return [line for line in lines if line.split()[3] == "0A"]


def test_password_and_key_are_nowhere_but_in_their_files(server: Server, root: Path) -> None:
    password, key = (file(root).read_text(encoding="utf-8").strip() for file in (password_file, key_file))
    assert password == server.password()
    for word in (password.split(":")[1], key, SECRET):
        assert not any(word in command for command in processes_of(root))
        assert not [path for folder in (".prefect", "logs") for path in files(root / folder) if holds(path, word)]
    modes = {
        path: stat.S_IMODE(path.stat().st_mode)
        for name in (".prefect", "logs", "secrets")
        for path in files(root / name)
    }
    assert {path: oct(mode) for path, mode in modes.items() if mode & 0o077} == {}
    having = [file for file in Path("/proc").glob("[0-9]*/environ") if started_for(file, root) and holds(file, key)]
    assert [b"flows.scheduled.server.serve" in file.with_name("cmdline").read_bytes() for file in having] == [True]


def files(folder: Path) -> list[Path]:
    return [folder, *folder.rglob("*")]


def holds(path: Path, word: str) -> bool:
    return path.is_file() and word.encode() in path.read_bytes()


def started_for(environ: Path, root: Path) -> bool:
    try:
        return f"TYLE_WORKSPACE={root}\0".encode() in environ.read_bytes()
    except OSError:
        return False


def test_a_workspace_whose_database_holds_the_key_goes_on_without_it(
    server: Server, root: Path, tmp_path: Path
) -> None:
    """A workspace of an older tyle: Prefect's key stands in the database, which all can read."""
    older = tmp_path / "w"
    old_key = key_file(root).read_text(encoding="utf-8").strip()
    small_workspace(older)
    (older / ".prefect").mkdir()
    database = older / ".prefect" / "prefect.db"
    with closing(sqlite3.connect(root / ".prefect" / "prefect.db")) as now, closing(sqlite3.connect(database)) as copy:
        now.backup(copy)
        row = ["ENCRYPTION_KEY", json.dumps({"fernet_key": old_key})]
        copy.execute("INSERT INTO configuration (key, value) VALUES (?, ?)", row)
        copy.commit()
    database.chmod(0o644)
    (older / ".prefect").chmod(0o755)
    again = Server(older)
    with again.up():
        assert read_secret(again) == SECRET
        assert again.password() != server.password()
        assert key_file(older).read_text(encoding="utf-8").strip() != old_key
        assert not [path for path in files(older) if holds(path, old_key)]
        assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in files(older / ".prefect")} == {0}
    shutil.rmtree(older)
