"""A Prefect server, a worker, and the deployment file's deployments and automations, as the documentation sets them up.

A unit's wrong export and three missing ones are told by mail (tyle's own alerts) and through the webhook (Prefect's
automations), once; so are a run that failed and the silence of a pipeline, and that the unit mended its export.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
from pytest_httpserver import HTTPServer

from flows.clock import VIETNAM
from flows.orchestration import give_database
from flows.workspace import Workspace
from tests.flows.mail_server import Mailbox, mail_server
from tests.flows.workspaces import MONDAY, UNITS, put, small_workspace

PROJECT = Path(__file__).parents[2]
HELD, MENDED = "so-y-te: bị giữ lại", "so-y-te: đã khắc phục"
MANY, FAILED, SILENT = "Nhiều đơn vị chưa gửi số liệu", "watch: lần chạy bị lỗi", "Pipeline im lặng quá lâu"

T = TypeVar("T")


def until(found: Callable[[], T], seconds: float = 180) -> T:
    """What is found in the end."""
    for _ in range(int(seconds / 0.25)):
        if result := found():
            return result
        time.sleep(0.25)
    raise AssertionError(f"not within {seconds} s: {found}")


@contextmanager
def running(environment: dict[str, str], log: Path, *command: str) -> Iterator[None]:
    """A program in a session of its own, which ends with all it started."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            [Path(sys.executable).with_name(command[0]), *command[1:]],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            start_new_session=True,
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(15)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


class Server:
    """A Prefect server with a database of its own, and its commands."""

    def __init__(self, home: Path, **environment: str) -> None:
        give_database(home)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "TYLE_"))}
        quiet = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PREFECT_SERVER_UI_ENABLED": "false"}
        self.environment = clean | quiet | environment
        self.environment |= {
            "PREFECT_HOME": str(home),
            "PREFECT_API_URL": f"http://127.0.0.1:{self.port}/api",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "PYTHONPATH": str(PROJECT),
        }
        self.home = home
        self.api = httpx.Client(base_url=f"{self.environment['PREFECT_API_URL']}/", timeout=30, trust_env=False)

    def start(self, name: str, *command: str) -> AbstractContextManager[None]:
        return running(self.environment, self.home / f"{name}.log", *command)

    def answers(self, path: str) -> bool:
        try:
            return self.api.get(path).status_code == 200
        except httpx.TransportError:
            return False

    def command(self, *command: str) -> str:
        """What a command prints, given in the project's folder."""
        run = subprocess.run(
            [Path(sys.executable).with_name(command[0]), *command[1:]],
            env=self.environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def ask(self, method: str, path: str, body: object = None) -> Any:
        for _ in range(20):
            response = self.api.request(method, path, json=body)
            if response.status_code != 503:  # its word for a database that is busy: Prefect's clients ask again too
                break
            time.sleep(0.25)
        assert response.is_success, response.text
        return response.json() if response.content else None

    def deployment(self, name: str) -> str:
        return str(self.ask("GET", f"deployments/name/{name}/{name}")["id"])

    def begin(self, name: str, scheduled: datetime, **parameters: str) -> str:
        """A run of a deployment that the schedule would have begun then: its id."""
        when = {"type": "SCHEDULED", "state_details": {"scheduled_time": scheduled.isoformat()}}
        body = {"state": when, "parameters": parameters}
        return str(self.ask("POST", f"deployments/{self.deployment(name)}/create_flow_run", body)["id"])

    def ended(self, run_id: str) -> dict[str, Any]:
        def found() -> dict[str, Any] | None:
            run: dict[str, Any] = self.ask("GET", f"flow_runs/{run_id}")
            return run if run["state_type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} else None

        return until(found)

    def automations(self) -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in self.ask("POST", "automations/filter", {})}

    def events(self, prefix: str) -> Counter[str]:
        """How many of each of these events there are."""
        answer = self.ask("POST", "events/filter", {"filter": {"event": {"prefix": [prefix]}}, "limit": 50})
        return Counter(event["event"] for event in answer["events"])


def five_units(root: Path) -> Workspace:
    """One unit's export breaks a rule, one's is right, three are missing; alerts go by mail."""
    workspace = small_workspace(root, '[alerts]\nurls = [{ env = "TYLE_MAIL" }]\n')
    more = [line for line in UNITS.splitlines() if line.startswith("ubnd-huyen-a")]
    more = [
        more[0].replace("huyen-a", f"huyen-{letter}").replace("huyện A", f"huyện {letter.upper()}") for letter in "bc"
    ]
    (root / "reference" / "units.csv").write_text(UNITS + "\n".join(more) + "\n", encoding="utf-8")
    put(workspace, "so-y-te", MONDAY, "Đất đai;1;2;4")
    put(workspace, "so-noi-vu", MONDAY, "Đất đai;1;2;3")
    return workspace


def webhook(httpserver: HTTPServer) -> Counter[str]:
    """The titles that were posted, and how often."""
    return Counter(request.get_json()["title"].removeprefix("[tyle] ") for request, _ in httpserver.log)


def silences(httpserver: HTTPServer) -> set[bool]:
    """Of the messages about silence: whether they name a last sign of life."""
    posts = (request.get_json() for request, _ in httpserver.log)
    return {"Lần cuối: " in post["message"] for post in posts if post["title"].endswith(SILENT)}


def subjects(mailbox: Mailbox) -> Counter[str]:
    return Counter(str(mail["subject"]).removeprefix("[tyle] ") for mail in mailbox.mails)


def scheduled_times(server: Server, name: str) -> set[str]:
    """Local hours at which runs of a deployment are scheduled."""
    wanted = {"deployments": {"id": {"any_": [server.deployment(name)]}}}
    moments = (run["expected_start_time"] for run in server.ask("POST", "flow_runs/filter", wanted))
    return {f"{datetime.fromisoformat(moment).astimezone(VIETNAM):%H:%M}" for moment in moments}


def set_up(server: Server, tmp_path: Path) -> None:
    """The commands of the documentation; while the worker has nothing to do, no schedule of today runs."""
    until(lambda: server.answers("work_pools/process"))
    server.ask("PATCH", "work_pools/process", {"is_paused": True})
    server.command("prefect", "deploy", "--all")
    file = tmp_path / "prefect.yaml"
    text = (PROJECT / "prefect.yaml").read_text(encoding="utf-8")
    assert text.count("within: 93600") == 1
    file.write_text(text.replace("within: 93600", "within: 10"), encoding="utf-8")  # seconds, not 26 hours
    assert server.command("tyle", "automations", "--file", str(file)).count("đã tạo") == 5
    for name, automation in server.automations().items():
        assert automation["enabled"] == (name in {"tyle-daily-silent", "tyle-run-failed"})
        server.ask("PATCH", f"automations/{automation['id']}", {"enabled": True})
    before = server.automations()
    del server.environment["TYLE_WEBHOOK"]
    assert server.command("tyle", "automations", "--file", str(file)).count("không đổi") == 5
    assert server.automations() == before
    assert until(lambda: scheduled_times(server, "daily")) == {"05:30"}
    assert until(lambda: scheduled_times(server, "watch")) <= {f"{hour:02d}:00" for hour in range(8, 19)}
    for name in ("daily", "watch"):
        server.ask("POST", f"deployments/{server.deployment(name)}/pause_deployment")
    server.ask("PATCH", "work_pools/process", {"is_paused": False})


def test_what_is_wrong_is_told_once_by_mail_and_through_the_webhook(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook", method="POST").respond_with_data("")
    with ExitStack() as stack:
        mailbox = stack.enter_context(mail_server())
        mail = f"mailto://127.0.0.1:{mailbox.port}?from=tyle@example.org&to=phutrach@example.org&mode=insecure"
        workspace = five_units(tmp_path / "w")
        server = Server(
            tmp_path / "prefect",
            TYLE_MAIL=mail,
            TYLE_WEBHOOK=httpserver.url_for("/hook"),
            TYLE_WORKSPACE=str(workspace.root),
        )
        stack.enter_context(server.start("server", "prefect", "server", "start", "--port", str(server.port)))
        until(lambda: server.answers("health"))
        stack.enter_context(server.start("worker", "prefect", "worker", "start", "-p", "process", "-t", "process"))
        set_up(server, tmp_path)

        # Nothing has run yet: that too is silence, and there is no last run to name.
        until(lambda: silences(httpserver) == {False})

        morning = datetime.combine(MONDAY + timedelta(days=1), datetime.min.time(), VIETNAM) + timedelta(hours=5.5)
        failing = server.begin("watch", morning, workspace=str(tmp_path / "none"))
        first = server.ended(server.begin("daily", morning))
        assert (first["name"], first["state_name"]) == ("daily 2022-08-01", "Quarantined")
        assert server.ended(failing)["state_name"] == "Failed"
        until(lambda: {HELD, MANY, FAILED} <= set(webhook(httpserver)))
        told = {"Sở Y tế: bị giữ lại": 1} | {f"UBND huyện {letter}: chưa từng gửi": 1 for letter in "ABC"}
        assert subjects(mailbox) == told

        assert server.ended(server.begin("daily", morning))["state_name"] == "Quarantined"
        assert subjects(mailbox) == told

        put(workspace, "so-y-te", MONDAY, "Đất đai;1;2;3", tag="_lan2")
        server.ended(server.begin("daily", morning))
        assert subjects(mailbox) == told | {"Sở Y tế: đã khắc phục (bị giữ lại)": 1}
        until(lambda: MENDED in webhook(httpserver) and silences(httpserver) == {False, True})
        once = {title: count for title, count in webhook(httpserver).items() if title != SILENT}
        assert once == {HELD: 1, MANY: 1, FAILED: 1, MENDED: 1}
        events = until(lambda: (found := server.events("tyle."))["tyle.alert.closed"] and found)
        assert events.pop("tyle.publication.switched") >= 2
        assert events == {"tyle.delivery.quarantined": 1, "tyle.delivery.missing": 3, "tyle.alert.closed": 1}
        # A message that cannot be written is lost without a word.
        assert server.events("prefect.automation.action.executed")
        assert not server.events("prefect.automation.action.failed")
