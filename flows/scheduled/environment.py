"""Prefect made quiet and self-contained. Must be called before prefect is imported; imports nothing of it."""

import os
import shutil
import sys
from pathlib import Path

from warehouse.places import whole

DATABASE = Path(sys.prefix) / "prefect" / "prefect.db"

_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_CLI_COLORS": "false",
    # 20 seconds, the default, is too short for a first start on a busy machine.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
}


class OrchestrationError(Exception):
    """The Prefect server cannot be used as asked; the message is one line."""


def has_api() -> bool:
    """Whether a Prefect server was named for this process."""
    return bool(os.environ.get("PREFECT_API_URL"))


def prepare(workspace: Path) -> None:
    """Set Prefect's environment: no telemetry, little talk, and without a server an embedded one in the workspace.

    What the environment already says is left as it is. Raises OrchestrationError when a named server is out of reach.
    """
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    if has_api():
        _greet(os.environ["PREFECT_API_URL"])
    else:
        os.environ.setdefault("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "true")
        home = Path(os.environ.setdefault("PREFECT_HOME", str(workspace.resolve() / ".prefect")))
        give_database(home)


def _greet(api: str) -> None:
    import httpx  # noqa: PLC0415 - only for a server that was named

    try:
        httpx.get(f"{api.rstrip('/')}/health", timeout=10)  # any answer will do: the server is there
    except httpx.HTTPError as error:
        raise OrchestrationError(f"máy chủ Prefect {api} không trả lời: {error}") from error


def give_database(home: Path) -> None:
    """Start from the empty database made at installation, where there is one: making it anew takes 8 seconds."""
    database = home / DATABASE.name
    if DATABASE.is_file() and not database.exists():
        with whole.draft(database, durable=False) as draft:
            shutil.copyfile(DATABASE, draft)
