"""`tyle up`: a Prefect server, a worker, the deployment file's deployments and automations, stopped and begun again.

A unit's wrong export and three missing ones are told by mail (tyle's own alerts) and through the webhook (Prefect's
automations), once; so are a run that failed and the silence of a pipeline, and that the unit mended its export.
"""

import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
from pytest_httpserver import HTTPServer

from flows.clock import VIETNAM
from flows.deployment_file import deployment_file
from flows.workspace import Workspace
from tests.flows.mail_server import Mailbox, mail_server
from tests.flows.workspaces import MONDAY, UNITS, put, small_workspace

PROJECT = Path(__file__).parents[2]
HELD, MENDED = "so-y-te: bị giữ lại", "so-y-te: đã khắc phục"
MANY, SILENT = "Nhiều đơn vị chưa gửi số liệu", "Pipeline im lặng quá lâu"
FAILED, CUT = "watch: lần chạy bị lỗi", "daily: lần chạy bị lỗi"

T = TypeVar("T")


def until(found: Callable[[], T], seconds: float = 180) -> T:
    """What is found in the end."""
    for _ in range(int(seconds / 0.25)):
        if result := found():
            return result
        time.sleep(0.25)
    raise AssertionError(f"not within {seconds} s: {found}")


class Server:
    """`tyle up` in a workspace, and what its server says."""

    def __init__(self, root: Path, **environment: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "TYLE_"))}
        quick = {"PREFECT_SERVER_UI_ENABLED": "false", "PREFECT_WORKER_QUERY_SECONDS": "1", "PYTHONPATH": str(PROJECT)}
        self.environment = clean | quick | environment
        self.root = root
        self.api = httpx.Client(base_url=f"http://127.0.0.1:{self.port}/api/", timeout=120, trust_env=False)

    @contextmanager
    def up(self) -> Iterator[str]:
        """What `tyle up` says once all runs; in the end it is asked to stop, and leaves nothing running."""
        said = self.root.parent / "said.txt"
        with said.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "flows", "up", "--port", str(self.port), "--workspace", str(self.root)],
                env=self.environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=PROJECT,
            )
            try:
                until(lambda: "Giao diện" in said.read_text(encoding="utf-8") or process.poll() is not None)
                yield said.read_text(encoding="utf-8")
                process.terminate()
                assert process.wait(60) == 0
            finally:
                process.kill()
                process.wait()
        assert said.read_text(encoding="utf-8").endswith("tyle up: đã dừng\n")
        assert not processes_of(self.root)

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

    def state(self, run_id: str) -> str:
        return str(self.ask("GET", f"flow_runs/{run_id}")["state_name"])

    def artifacts(self) -> set[str]:
        return {one["key"] for one in self.ask("POST", "artifacts/filter", {})}

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


def processes_of(root: Path) -> list[str]:
    """The processes that were started for a workspace."""
    named = f"TYLE_WORKSPACE={root}\0".encode()
    found = []
    for file in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if named in file.read_bytes():
                found.append(file.with_name("cmdline").read_text())
    return found


def all_on(server: Server) -> None:
    """All automations on, and no schedule of today runs."""
    for name, automation in server.automations().items():
        assert automation["enabled"] == (name in {"tyle-daily-silent", "tyle-run-failed", "tyle-run-lost"})
        server.ask("PATCH", f"automations/{automation['id']}", {"enabled": True})
    for name in ("daily", "watch", "monthly-close", "lake-care"):
        server.ask("POST", f"deployments/{server.deployment(name)}/pause_deployment")


def test_what_is_wrong_is_told_once_by_mail_and_through_the_webhook(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook", method="POST").respond_with_data("")
    root = tmp_path / "w"
    with mail_server() as mailbox:
        mail = f"mailto://127.0.0.1:{mailbox.port}?from=tyle@example.org&to=phutrach@example.org&mode=insecure"
        workspace = five_units(root)
        text = deployment_file(root).read_text(encoding="utf-8")
        assert text.count("within: 93600") == 1
        # seconds, not 26 hours
        (root / "prefect.yaml").write_text(text.replace("within: 93600", "within: 10"), encoding="utf-8")
        server = Server(root, TYLE_MAIL=mail, TYLE_WEBHOOK=httpserver.url_for("/hook"))
        morning = datetime.combine(MONDAY + timedelta(days=1), datetime.min.time(), VIETNAM) + timedelta(hours=5.5)
        told = {"Sở Y tế: bị giữ lại": 1} | {f"UBND huyện {letter}: chưa từng gửi": 1 for letter in "ABC"}

        with server.up() as said:
            assert "Automation: 6 đã tạo" in said
            assert scheduled_times(server, "daily") == {"05:30"}
            assert scheduled_times(server, "watch") <= {f"{hour:02d}:00" for hour in range(8, 19)}
            assert re.search(r"^daily +30 5 \* \* \* +\d\d/\d\d 05:30, ", said, re.MULTILINE)
            all_on(server)
            before = {name: (one["id"], one["enabled"]) for name, one in server.automations().items()}

            # Nothing has run yet: that too is silence, and there is no last run to name.
            until(lambda: silences(httpserver) == {False})

            failing = server.begin("watch", morning, workspace=str(tmp_path / "none"))
            first = server.ended(server.begin("daily", morning))
            assert (first["name"], first["state_name"]) == ("daily 2022-08-01", "Quarantined")
            assert first["empirical_policy"]["retries"] == 2
            assert server.ended(failing)["state_name"] == "Failed"
            until(lambda: {HELD, MANY, FAILED} <= set(webhook(httpserver)))
            assert subjects(mailbox) == told
            assert server.artifacts() >= {"day-2022-08-01", "rates-2022-08", "docs-2022-08-01"}
            cut = server.begin("daily", morning)
            until(lambda: server.state(cut) == "Running")

        del server.environment["TYLE_WEBHOOK"]
        with server.up() as said:
            assert "Automation: 6 không đổi" in said
            assert {name: (one["id"], one["enabled"]) for name, one in server.automations().items()} == before
            assert "đang tạm dừng" in said
            assert server.state(cut) in {"Crashed", "Quarantined"}  # cut off, or done before it could be

            assert server.ended(server.begin("daily", morning))["state_name"] == "Quarantined"
            assert subjects(mailbox) == told

            put(workspace, "so-y-te", MONDAY, "Đất đai;1;2;3", tag="_lan2")
            server.ended(server.begin("daily", morning))
            assert subjects(mailbox) == told | {"Sở Y tế: đã khắc phục (bị giữ lại)": 1}
            until(lambda: MENDED in webhook(httpserver) and silences(httpserver) == {False, True})
            once = {title: count for title, count in webhook(httpserver).items() if title not in {SILENT, CUT}}
            assert once == {HELD: 1, MANY: 1, FAILED: 1, MENDED: 1}
            events = until(lambda: (found := server.events("tyle."))["tyle.publication.switched"] >= 2 and found)
            del events["tyle.publication.switched"]
            assert events == {"tyle.delivery.quarantined": 1, "tyle.delivery.missing": 3, "tyle.alert.closed": 1}
            # A message that cannot be written is lost without a word.
            assert server.events("prefect.automation.action.executed")
            assert not server.events("prefect.automation.action.failed")
