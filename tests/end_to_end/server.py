"""`tyle up` for tests: a server and a worker of their own, and queries to the server."""

import base64
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx

from flows.scheduled.credentials import known_password

PROJECT = Path(__file__).parents[2]

T = TypeVar("T")


def until(found: Callable[[], T], seconds: float = 300) -> T:
    """Wait until `found` gives something, and return it; a busy machine may need long."""
    for _ in range(int(seconds / 0.25)):
        if result := found():
            return result
        time.sleep(0.25)
    raise AssertionError(f"not within {seconds} s: {found}")


class Server:
    """`tyle up` in a workspace, and queries to its server."""

    def __init__(self, root: Path, **environment: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "TYLE_"))}
        quick = {"PREFECT_SERVER_UI_ENABLED": "false", "PREFECT_WORKER_QUERY_SECONDS": "1", "PYTHONPATH": str(PROJECT)}
        self.environment = clean | quick | environment
        self.root = root
        self.address = f"http://127.0.0.1:{self.port}"
        self.api = httpx.Client(base_url=f"{self.address}/api/", timeout=120, trust_env=False, auth=self._sign)

    def password(self) -> str:
        """What the server asks for: given in the environment, or made by `tyle up`."""
        return self.environment.get("PREFECT_API_AUTH_STRING") or known_password(self.root) or ""

    def logged_in(self) -> str:
        """A script that leaves a page as Prefect's own does once a person has typed the password."""
        kept = base64.b64encode(self.password().encode()).decode()
        return f"localStorage.setItem('prefect-password', '{kept}')"

    def _sign(self, request: httpx.Request) -> httpx.Request:
        if password := self.password():
            request.headers["Authorization"] = f"Basic {base64.b64encode(password.encode()).decode()}"
        return request

    @contextmanager
    def up(self) -> Iterator[str]:
        """What `tyle up` prints once everything runs; at the end it is stopped and must leave nothing running."""
        printed = self.root.parent / "printed.txt"
        with printed.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "flows", "up", "--port", str(self.port), "--workspace", str(self.root)],
                env=self.environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=PROJECT,
            )
            try:
                until(lambda: "Giao diện" in printed.read_text(encoding="utf-8") or process.poll() is not None)
                yield printed.read_text(encoding="utf-8")
                process.terminate()
                assert process.wait(60) == 0
            finally:
                process.kill()
                process.wait()
        assert printed.read_text(encoding="utf-8").endswith("tyle up: đã dừng\n")
        assert not processes_of(self.root)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        for _ in range(20):
            response = self.api.request(method, path, json=body)
            if response.status_code != 503:  # while its database is busy; Prefect's clients ask again too
                break
            time.sleep(0.25)
        assert response.is_success, response.text
        return response.json() if response.content else None

    def deployment(self, name: str) -> str:
        return str(self.ask("GET", f"deployments/name/{name}/{name}")["id"])

    def begin(self, name: str, scheduled: datetime, **parameters: str) -> str:
        """Create a run of a deployment as its schedule would have at that time; returns its id."""
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

    def failed(self, name: str) -> int:
        """How many runs of a deployment failed; its schedule may add runs while a test lasts."""
        asked = {
            "flow_runs": {"state": {"name": {"any_": ["Failed"]}}},
            "deployments": {"id": {"any_": [self.deployment(name)]}},
        }
        return int(self.ask("POST", "flow_runs/count", asked))

    def artifacts(self) -> set[str]:
        return {one["key"] for one in self.ask("POST", "artifacts/filter", {})}

    def automations(self) -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in self.ask("POST", "automations/filter", {})}

    def events(self, prefix: str) -> Counter[str]:
        """How many of each of these events there are."""
        answer = self.ask("POST", "events/filter", {"filter": {"event": {"prefix": [prefix]}}, "limit": 50})
        return Counter(event["event"] for event in answer["events"])


def processes_of(root: Path) -> list[str]:
    """The processes that were started for a workspace."""
    named = f"TYLE_WORKSPACE={root}\0".encode()
    found = []
    for file in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if named in file.read_bytes():
                found.append(file.with_name("cmdline").read_text())
    return found
