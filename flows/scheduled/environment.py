"""Sets Prefect's environment: quiet, and without a server of its own self-contained. Does not import Prefect.

Call `prepare` before prefect is imported, which reads its environment then.
"""

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
    """Whether PREFECT_API_URL names a Prefect server."""
    return bool(os.environ.get("PREFECT_API_URL"))


def prepare(workspace: Path) -> None:
    """Set Prefect's environment: no telemetry, few log lines, and where no server is named, one in the workspace.

    Variables that are already set keep their value. Raises OrchestrationError when the named server does not answer.
    """
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    if has_api():
        _require_answer(os.environ["PREFECT_API_URL"])
    else:
        os.environ.setdefault("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "true")
        home = Path(os.environ.setdefault("PREFECT_HOME", str(workspace.resolve() / ".prefect")))
        give_database(home)


def _require_answer(api: str) -> None:
    import httpx  # noqa: PLC0415 - only needed for a named server

    try:
        httpx.get(f"{api.rstrip('/')}/health", timeout=10)  # any answer shows that the server is there
    except httpx.HTTPError as error:
        raise OrchestrationError(f"máy chủ Prefect {api} không trả lời: {error}") from error


def give_database(home: Path) -> None:
    """Copy the empty database made at installation into `home`, where there is one: creating one takes 8 seconds."""
    database = home / DATABASE.name
    if DATABASE.is_file() and not database.exists():
        with whole.draft(database, durable=False) as draft:
            shutil.copyfile(DATABASE, draft)
