"""Runs everything scheduled on one machine: Prefect's server, a worker, deployments, automations; until a signal.

Does not import Prefect: each part is a program of its own, which this one starts, watches and ends.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import httpx
from filelock import FileLock, Timeout

from flows.scheduled.environment import OrchestrationError, give_database
from flows.scheduled.server import children
from flows.scheduled.server.children import Child
from flows.scheduled.server.deployment_file import deployment_file

HOST = "127.0.0.1"  # the pages ask for no password
POOL = "process"
_START = 180.0  # seconds a server may need to start on a busy machine
_END = 20.0  # seconds for a run under way to report that it was cut off, and for a part to end


@dataclass(frozen=True)
class Setup:
    """The workspace and the port of the server, and the addresses and folders that follow from them."""

    root: Path
    port: int

    @property
    def api(self) -> str:
        """The URL of the server's API."""
        return f"http://{HOST}:{self.port}/api"

    @property
    def pages(self) -> str:
        """The URL of the server's pages."""
        return f"http://{HOST}:{self.port}"

    @property
    def home(self) -> Path:
        """The folder of Prefect's own files, such as its database."""
        return self.root / ".prefect"

    @property
    def logs(self) -> Path:
        """The folder of the logs of all parts."""
        return self.root / "logs"

    def environment(self) -> dict[str, str]:
        """The environment of every part; variables already set replace our defaults, but not what is fixed here."""
        defaults = {
            "PREFECT_HOME": str(self.home),
            "PREFECT_LOGGING_LEVEL": "INFO",
            "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
            "PREFECT_LOGGING_EXTRA_LOGGERS": "tyle",
            # By default, in memory: after a restart the slot of a run stays taken, and no run ever starts again.
            "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        }
        fixed = {
            "PREFECT_API_URL": self.api,
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_CLI_COLORS": "false",
            "TYLE_WORKSPACE": str(self.root),
            "PYTHONUNBUFFERED": "1",
        }
        return defaults | os.environ | fixed


@dataclass(frozen=True)
class Running:
    """The running server and worker; `stop` is set when a signal asks this process to end."""

    server: Child
    worker: Child
    stop: Event

    def wait(self) -> None:
        """Return when a signal asks this process to end. Raises OrchestrationError when a part ended by itself."""
        while not self.stop.wait(0.5):
            for child in (self.server, self.worker):
                if child.ended:
                    raise OrchestrationError(_ended(child))


@contextmanager
def up(setup: Setup) -> Iterator[Running | None]:
    """Start all parts for the block, and end them after it; None where a signal came while they started.

    Prints what `tyle deploy` prints. Raises OrchestrationError where the port is taken, another `tyle up` works in the
    workspace, or a part does not start.
    """
    with _alone(setup), children.adopting() as adopting:
        _refuse_taken_port(setup.port)
        give_database(setup.home)
        started: list[Child] = []
        try:
            yield _start(setup, started, adopting.stop)
        finally:
            for child in reversed(started):  # the server last, as runs that are cut off report to it
                children.end_started_by(child, _END)
                children.end(child, _END)
                children.end_orphans(adopting, (other for other in started if not other.ended))


def _start(setup: Setup, started: list[Child], stop: Event) -> Running | None:
    environment = setup.environment()
    prefect = [sys.executable, "-m", "prefect"]

    def part(name: str, *command: str) -> Child:
        child = children.start(name, [*prefect, *command], environment, setup.logs / f"prefect-{name}.log")
        started.append(child)
        return child

    server = part("server", "server", "start", "--host", HOST, "--port", str(setup.port))
    if not children.wait_until(lambda: _answers(setup), server, stop, _START):
        if stop.is_set():
            return None
        raise OrchestrationError(_ended(server) if server.ended else f"máy chủ Prefect không trả lời, xem {server.log}")
    worker = part("worker", "worker", "start", "--pool", POOL, "--type", "process", "--name", "tyle")
    _deploy(setup, environment, stop)
    return None if stop.is_set() else Running(server, worker, stop)


def _deploy(setup: Setup, environment: dict[str, str], stop: Event) -> None:
    """Run `tyle deploy` in a process of its own, as Prefect's client would stay in memory here."""
    command = [sys.executable, "-m", "flows", "deploy", "--file", str(deployment_file(setup.root))]
    with subprocess.Popen(command, env=environment, start_new_session=True) as process:  # noqa: S603
        while process.poll() is None:
            if stop.wait(0.2):
                process.terminate()
    if process.returncode and not stop.is_set():
        raise OrchestrationError("chưa đưa được deployment lên máy chủ Prefect (xem dòng trên)")


@contextmanager
def _alone(setup: Setup) -> Iterator[None]:
    setup.home.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(setup.home / "up.lock", timeout=0):
            yield
    except Timeout:
        raise OrchestrationError(f"tyle up đang chạy trong {setup.root}: dừng nó trước, hoặc cứ để nó chạy") from None


def _refuse_taken_port(port: int) -> None:
    try:
        with socket.create_server((HOST, port)):
            return
    except OverflowError:
        raise OrchestrationError(f"--port {port}: phải từ 1 đến 65535") from None
    except OSError as error:
        raise OrchestrationError(
            f"cổng {port} không dùng được ({error.strerror}): chọn cổng khác, ví dụ --port {port + 1}"
        ) from None


def _answers(setup: Setup) -> bool:
    try:
        return httpx.get(f"{setup.api}/health", timeout=5, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _ended(child: Child) -> str:
    reason = f": {line}" if (line := child.last_line()) else ""
    return f"prefect {child.name} đã dừng (mã {child.process.returncode}){reason}; nhật ký: {child.log}"
