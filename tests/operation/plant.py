"""Server and workers apart, as docs/runbook.md sets them up: PostgreSQL, Prefect's server, a worker, all deployments.

Each part can be ended by force and started again while the others go on.
"""

import base64
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from flows.scheduled.server import children
from flows.scheduled.server.children import Child
from flows.scheduled.server.deployment_file import deployment_file
from tests.end_to_end.server import PROJECT, Server, until
from tests.sources.postgres_server import ADMIN, Postgres

_LISTENS = "00010000"  # the flag of a socket in /proc/net/unix
_LOST, _SOON = "within: 600", "within: 60"


class Plant(Server):
    """The running parts and their addresses; `root`: their logs and Prefect's own files. Runs name their workspace."""

    def __init__(self, root: Path, postgres: Postgres, database: str) -> None:
        lease = "prefect.server.concurrency.lease_storage.filesystem"
        super().__init__(
            root,
            PREFECT_SERVER_DATABASE_CONNECTION_URL=f"postgresql+asyncpg://{ADMIN}@127.0.0.1:{postgres.port}/{database}",
            PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE=lease,
            PREFECT_HOME=str(root / ".prefect"),
            PREFECT_SERVER_ANALYTICS_ENABLED="false",
            PREFECT_SERVER_LOGGING_LEVEL="WARNING",
            PREFECT_CLI_COLORS="false",
            PREFECT_SERVER_API_AUTH_STRING="tyle:secret",
            PREFECT_API_AUTH_STRING="tyle:secret",
            PREFECT_SERVER_ENCRYPTION_KEY=base64.urlsafe_b64encode(bytes(32)).decode(),
            DO_NOT_TRACK="1",
            NO_PROXY="127.0.0.1,localhost",
        )
        self.environment |= {
            "PREFECT_API_URL": f"http://127.0.0.1:{self.port}/api",
            "PREFECT_LOGGING_EXTRA_LOGGERS": "tyle",
            "TYLE_WORKSPACE": str(root),
        }
        self.serving = ("flows.scheduled.server.serve", str(self.port), self.address)
        self.server: Child | None = None
        self.worker: Child | None = None

    def start_server(self) -> None:
        """Start Prefect's server and wait until it answers."""
        self.server = self.part("server", *self.serving)
        until(lambda: self.answers() or self.ended_by_itself(self.server))

    def start_worker(self) -> None:
        """Start a worker and wait until it forks its runs."""
        self.worker = self.part("worker", "flows.scheduled.server.worker", "--pool", "process")
        until(lambda: self.resident() or self.ended_by_itself(self.worker))

    def resident(self) -> int | None:
        """The resident process of the worker, once it takes runs."""
        assert self.worker
        sockets = Path("/proc/net/unix").read_text(encoding="utf-8").splitlines()
        if not any(f" @tyle-{self.worker.process.pid}-" in line and line.split()[3] == _LISTENS for line in sockets):
            return None
        return next((one for one in children.children_of(self.worker.process.pid) if _is_resident(one)), None)

    def part(self, name: str, *command: str) -> Child:
        return children.start(name, [sys.executable, "-m", *command], self.environment, self.root / f"{name}.log")

    def ended_by_itself(self, child: Child | None) -> None:
        if child and child.ended:
            raise AssertionError(f"{child.name} ended: {child.log.read_text(encoding='utf-8')[-2000:]}")

    def answers(self) -> bool:
        with suppress(httpx.HTTPError):
            return self.api.get("health").is_success
        return False

    def deploy(self) -> None:
        """Make all deployments and automations; no schedule is active, and a lost run is given up in a minute."""
        text = deployment_file(PROJECT / "tests").read_text(encoding="utf-8")
        assert text.count(_LOST) == 1
        file = self.root / "prefect.yaml"
        file.write_text(text.replace(_LOST, _SOON), encoding="utf-8")
        self.tyle("deploy", "--file", str(file))
        for name in ("daily", "watch", "monthly-close", "lake-care"):
            self.ask("POST", f"deployments/{self.deployment(name)}/pause_deployment")

    def tyle(self, *arguments: str, code: int = 0) -> str:
        """Run a command; returns what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "flows", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            cwd=PROJECT,
            timeout=300,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def run(self, name: str, job_variables: dict[str, Any] | None = None, **parameters: Any) -> str:
        """Create a run of a deployment for now; returns its id."""
        body = {"state": {"type": "SCHEDULED"}, "parameters": parameters, "job_variables": job_variables or {}}
        return str(self.ask("POST", f"deployments/{self.deployment(name)}/create_flow_run", body)["id"])

    def give_up(self, run_id: str) -> None:
        """Mark a run as lost, as a person may in Prefect's pages before the automation does."""
        answer = self.ask("POST", f"flow_runs/{run_id}/set_state", {"state": {"type": "CRASHED"}})
        assert answer["status"] == "ACCEPT", answer

    def kill_worker(self) -> None:
        """End the worker and the runs it has under way, as a machine that loses its power would."""
        assert self.worker
        under_way = list(_started_by(self.worker.process.pid))
        self.kill(self.worker)
        for process in under_way:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def kill(self, child: Child | None) -> None:
        """End a part by force, but nothing that it started in sessions of its own."""
        assert child
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()

    def stop(self) -> None:
        for child in (self.worker, self.server):
            if child:
                children.end_started_by(child, 10)
                children.end(child, 10)


def _is_resident(process: int) -> bool:
    return "flows.scheduled.server.resident" in Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8").split("\0")


def _started_by(process: int) -> Iterator[int]:
    """All processes that a process started, and those they started."""
    for child in children.children_of(process):
        yield child
        yield from _started_by(child)
