"""The Prefect server of a command for which no server is named; ends with it. Does not import Prefect at its door.

Prefect starts such a server itself, but only after this process has imported all of the server's code too. Here the
server (`python -m flows.scheduled.embedded SOCKET PARENT`) starts while this process imports Prefect.
"""

import atexit
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.runs.garbage import search_seldom
from flows.scheduled.environment import OrchestrationError, has_api
from flows.scheduled.server.children import end_with_parent

_API = "PREFECT_API_URL"
_PATIENCE = 180  # seconds until it answers: a first start on a busy machine
_END = 5  # seconds for it to end


@contextmanager
def started() -> Iterator[None]:
    """Start the server while the block imports Prefect, which from then on knows it; it runs until this process ends.

    Does nothing where a server is named, where profiles of Prefect may name one, or where Prefect was imported before
    and so has one. Raises OrchestrationError where the server does not start. `flows.scheduled.environment.prepare`
    comes first.
    """
    if has_api() or "prefect" in sys.modules or Path(os.environ["PREFECT_HOME"], "profiles.toml").exists():
        yield
        return
    with socket.create_server(("127.0.0.1", 0)) as listener:
        own = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "flows.scheduled.embedded", str(listener.fileno()), str(os.getpid())],
            env={**os.environ, **own, "PYTHONPATH": os.pathsep.join(sys.path)},
            pass_fds=[listener.fileno()],
        )
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/api"
    atexit.register(_end, process)
    os.environ[_API] = address
    try:
        yield
    finally:
        del os.environ[_API]  # Prefect has read it; for anybody else no server is named
    _require_start(address)


def _require_start(address: str) -> None:
    import httpx  # noqa: PLC0415 - only needed here

    try:
        httpx.get(f"{address}/health", timeout=_PATIENCE).raise_for_status()
    except httpx.HTTPError as error:
        raise OrchestrationError(f"máy chủ Prefect của lệnh này không khởi động được: {error}") from error


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _serve(listener: int, parent: int) -> None:
    """Serve on this socket until a signal, or until the command ends, also where it is killed."""
    end_with_parent(parent)
    search_seldom()  # also while it imports, which takes most of its start
    import uvicorn  # noqa: PLC0415 - only in the server's own process
    from prefect.server.api.server import create_app  # noqa: PLC0415

    config = uvicorn.Config(create_app(), log_level="error", lifespan="on")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=listener)])


if __name__ == "__main__":
    _serve(int(sys.argv[1]), int(sys.argv[2]))
