"""A day under `tyle up`: server, worker and run together, less what they use while nothing runs.

The run is created as a person does in Prefect's pages. Its wall time begins when the worker takes it, because until
then it waits for the worker to ask.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx

from bench.pipeline.data import LAST
from bench.pipeline.sides import ENVIRONMENT, ROOT, Case, Taken, Tyle
from bench.processes import cpu_of, memory_of, tree
from flows.scheduled.credentials import known_password

_SCHEDULED = ("daily", "watch", "monthly-close", "lake-care")  # paused: none of them may begin beside the run
_ENDS = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
_QUIET = 10.0  # seconds in which the parts are watched while nothing runs
_EVERY = 0.25


class Operated(Tyle):
    """The project under `tyle up`, on the state that the command line's day begins with."""

    name = "tyle-up"

    def __init__(self, case: Case, data: Path, folder: Path) -> None:
        super().__init__(case, data, folder)
        self.seed = self.seed.with_name(f"{Tyle.name}-{case.name}")

    def load(self) -> Taken:
        """Start all parts, untimed, then have the worker run the day."""
        with _up(self.state) as parts:
            for name in _SCHEDULED:
                parts.ask("POST", f"deployments/{parts.deployment(name)}/pause_deployment")
            time.sleep(_QUIET)  # what they do once after they have started
            began, before = time.monotonic(), parts.cpu()
            time.sleep(_QUIET)
            idling = (parts.cpu() - before) / (time.monotonic() - began)
            return parts.run(LAST, idling)


class _Parts:
    """The processes of a running `tyle up`, and its server."""

    def __init__(self, process: int, port: int, root: Path) -> None:
        user, password = (known_password(root) or ":").split(":", 1)
        self._process = process
        self._api = httpx.Client(
            base_url=f"http://127.0.0.1:{port}/api/", auth=(user, password), timeout=60, trust_env=False
        )

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The server's answer."""
        answer = self._api.request(method, path, json=body).raise_for_status()
        return answer.json() if answer.content else None

    def deployment(self, name: str) -> str:
        """Its id."""
        return str(self.ask("GET", f"deployments/name/{name}/{name}")["id"])

    def cpu(self) -> float:
        """CPU seconds of all processes, those that have ended included."""
        return sum(map(cpu_of, tree(self._process)))

    def run(self, day: date, idling: float) -> Taken:
        """Run a day and wait until its process is gone. `idling`: CPU seconds a second while nothing runs."""
        before, began, used = tree(self._process), time.monotonic(), self.cpu()
        body = {"state": {"type": "SCHEDULED"}, "parameters": {"business_date": day.isoformat()}}
        run_id = self.ask("POST", f"deployments/{self.deployment('daily')}/create_flow_run", body)["id"]
        peak = 0.0

        def ended() -> bool:
            nonlocal peak
            peak = max(peak, sum(map(memory_of, tree(self._process))))
            state = str(self.ask("GET", f"flow_runs/{run_id}")["state_type"])
            return state in _ENDS and tree(self._process) <= before

        _until(ended)
        cpu = self.cpu() - used - idling * (time.monotonic() - began)
        states = self.ask("GET", f"flow_run_states/?flow_run_id={run_id}")
        if states[-1]["type"] != "COMPLETED":
            sys.exit(f"the run under tyle up ended as {states[-1]['type']}: {states[-1]['message']}")
        taken_at = next(state["timestamp"] for state in states if state["type"] == "PENDING")
        wall = datetime.fromisoformat(states[-1]["timestamp"]) - datetime.fromisoformat(taken_at)
        return Taken(cpu, wall.total_seconds(), peak, {})


@contextmanager
def _up(root: Path) -> Iterator[_Parts]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = root.with_suffix(".log")
    with log.open("wb") as out:
        command = [sys.executable, "-m", "flows", "up", "--port", str(port), "--workspace", str(root)]
        process = subprocess.Popen(command, env=ENVIRONMENT, stdout=out, stderr=subprocess.STDOUT, cwd=ROOT)
    try:
        _until(lambda: "Giao diện" in log.read_text(encoding="utf-8") or process.poll() is not None)
        if process.poll() is not None:
            sys.exit(f"tyle up has ended: {log.read_text(encoding='utf-8')}")
        yield _Parts(process.pid, port, root)
    finally:
        process.terminate()
        process.wait(120)


def _until(condition: Callable[[], bool], seconds: float = 600) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"not within {seconds:.0f} s")
        time.sleep(_EVERY)
