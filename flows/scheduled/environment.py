"""Sets Prefect's environment: quiet, and without a server of its own self-contained. Does not import Prefect.

Call `prepare` before prefect is imported, which reads its environment then.
"""

import base64
import os
import secrets
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

from flows.scheduled import credentials
from warehouse.places import whole

DATABASE = Path(sys.prefix) / "prefect" / "prefect.db"

_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}
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

    Variables that are already set keep their value. A server on this machine is given the workspace's password, and one
    in the workspace a password of its own. Raises OrchestrationError when the named server does not answer or does not
    accept the password, or the key of the workspace's blocks is lost.
    """
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    if has_api():
        api = os.environ["PREFECT_API_URL"]
        if urlsplit(api).hostname in _THIS_MACHINE and (known := credentials.known_password(workspace)):
            os.environ.setdefault("PREFECT_API_AUTH_STRING", known)
        _require_answer(api)
    else:
        os.environ.setdefault("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "true")
        home = Path(os.environ.setdefault("PREFECT_HOME", str(workspace.resolve() / credentials.HOME)))
        if home.resolve() == workspace.resolve() / credentials.HOME:
            credentials.only_for_owner(home)
        give_database(home)
        if key := require_key(workspace, home):
            os.environ[credentials.KEY_VARIABLES[0]] = key
        _close_own_server()


def require_key(root: Path, home: Path) -> str | None:
    """The key of the workspace's blocks, as `credentials.block_key`. Raises OrchestrationError where it is lost."""
    try:
        return credentials.block_key(root, home)
    except credentials.LostKeyError as error:
        raise OrchestrationError(str(error)) from None


def _close_own_server() -> None:
    """Give a server that Prefect starts for this process alone a password, and no pages of others access to it."""
    if not os.environ.get("PREFECT_SERVER_API_AUTH_STRING"):
        os.environ["PREFECT_SERVER_API_AUTH_STRING"] = f"tyle:{secrets.token_urlsafe(32)}"
    os.environ["PREFECT_API_AUTH_STRING"] = os.environ["PREFECT_SERVER_API_AUTH_STRING"]
    os.environ["PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS"] = "http://127.0.0.1"


def _require_answer(api: str) -> None:
    import httpx  # noqa: PLC0415 - only needed for a named server

    password = os.environ.get("PREFECT_API_AUTH_STRING", "")
    headers = {"Authorization": f"Basic {base64.b64encode(password.encode()).decode()}"} if password else {}
    try:
        answer = httpx.get(f"{api.rstrip('/')}/version", timeout=10, headers=headers)
    except httpx.HTTPError as error:
        raise OrchestrationError(f"máy chủ Prefect {api} không trả lời: {error}") from error
    # any other answer shows that the server is there
    if answer.status_code == httpx.codes.UNAUTHORIZED and not os.environ.get("PREFECT_API_KEY"):
        raise OrchestrationError(
            f"máy chủ Prefect {api} đòi mật khẩu: dùng thư mục làm việc của tyle up, hoặc đặt PREFECT_API_AUTH_STRING"
        )


def give_database(home: Path) -> None:
    """Copy the empty database made at installation into `home`, where there is one: creating one takes 8 seconds."""
    database = home / DATABASE.name
    if DATABASE.is_file() and not database.exists():
        with whole.draft(database, durable=False) as draft:
            draft.touch(mode=0o600)
            shutil.copyfile(DATABASE, draft)
