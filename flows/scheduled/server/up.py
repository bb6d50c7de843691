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

from flows.scheduled import credentials
from flows.scheduled.environment import OrchestrationError, give_database, require_key
from flows.scheduled.server import children
from flows.scheduled.server.children import Child
from flows.scheduled.server.deployment_file import deployment_file

HOST = "127.0.0.1"
POOL = "process"
_START = 180.0  # seconds a server may need to start on a busy machine
_END = 20.0  # seconds for a run under way to report that it was cut off, and for a part to end


# What would open the server or hand its secrets to another process is never taken from the environment.
_NOT_TAKEN = (
    "PREFECT_API_KEY",
    "PREFECT_SERVER_API_AUTH_STRING",
    "PREFECT_SERVER_API_BASE_PATH",
    *credentials.KEY_VARIABLES,
)


@dataclass(frozen=True)
class Setup:
    """The workspace, the port of the server, and what follows from them.

    `address`: where browsers find the server if that is a proxy's, such as `https://tyle.example.vn`.
    """

    root: Path
    port: int
    address: str | None = None

    @property
    def api(self) -> str:
        """The URL of the server's API on this machine."""
        return f"http://{HOST}:{self.port}/api"

    @property
    def pages(self) -> str:
        """The URL of the server's pages."""
        return self.address or f"http://{HOST}:{self.port}"

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses under which the server answers."""
        own = (f"http://{HOST}:{self.port}", f"http://localhost:{self.port}")
        return (*own, self.address) if self.address else own

    @property
    def home(self) -> Path:
        """The folder of Prefect's own files, such as its database."""
        return self.root / credentials.HOME

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
            "PREFECT_UI_URL": self.pages,  # of the links in messages
            # By default, in memory: after a restart the slot of a run stays taken, and no run ever starts again.
            "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        }
        fixed = {
            "PREFECT_API_URL": self.api,
            "PREFECT_API_AUTH_STRING": credentials.password(self.root),
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_CLI_COLORS": "false",
            "TYLE_WORKSPACE": str(self.root),
            "PYTHONUNBUFFERED": "1",
        }
        taken = {name: value for name, value in os.environ.items() if name not in _NOT_TAKEN}
        return defaults | taken | fixed

    def server_environment(self) -> dict[str, str]:
        """The environment of the server, which alone has the key of the blocks. Raises OrchestrationError."""
        environment = self.environment()
        key = require_key(self.root, Path(environment["PREFECT_HOME"]))
        fixed = {
            "PREFECT_SERVER_API_HOST": HOST,
            "PREFECT_SERVER_API_AUTH_STRING": environment["PREFECT_API_AUTH_STRING"],
            "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": ",".join(self.addresses),
            "PREFECT_SERVER_UI_API_URL": f"{self.pages}/api",  # the pages send the password there
        }
        return environment | fixed | ({credentials.KEY_VARIABLES[0]: key} if key else {})


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
        credentials.only_for_owner(setup.logs)
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

    def part(name: str, variables: dict[str, str], *command: str) -> Child:
        log = setup.logs / f"prefect-{name}.log"
        child = children.start(name, [sys.executable, "-m", *command], variables, log)
        started.append(child)
        return child

    serving = ("flows.scheduled.server.serve", str(setup.port), *setup.addresses)
    server = part("server", setup.server_environment(), *serving)
    if not children.wait_until(lambda: _answers(setup), server, stop, _START):
        if stop.is_set():
            return None
        raise OrchestrationError(_ended(server) if server.ended else f"máy chủ Prefect không trả lời, xem {server.log}")
    working = ("flows.scheduled.server.worker", "--pool", POOL, "--name", "tyle")
    worker = part("worker", environment, *working)
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
    credentials.only_for_owner(setup.home)
    try:
        with FileLock(setup.home / "up.lock", timeout=0, mode=0o600):
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
