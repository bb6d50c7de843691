"""Reads Prefect Secret blocks. Prefect is imported only when a setting names a block."""

from pathlib import Path
from threading import Lock

from flows.scheduled.environment import OrchestrationError, prepare
from sources.export import SourceError

# Without PREFECT_API_URL, each of eight threads that read at once would start its own server.
_ONE_AT_A_TIME = Lock()


def read_block(name: str, root: Path) -> str:
    """The value of a Prefect Secret block; empty where there is none. Raises SourceError, which never has the value."""
    with _ONE_AT_A_TIME:
        try:
            prepare(root)
        except OrchestrationError as error:
            raise SourceError(str(error)) from None
        from httpx import HTTPError  # noqa: PLC0415
        from prefect.blocks.system import Secret  # noqa: PLC0415
        from prefect.exceptions import PrefectException  # noqa: PLC0415

        try:
            block = Secret.load(name)
        except ValueError:  # Prefect raises this for a block that does not exist
            return ""
        except (PrefectException, HTTPError, RuntimeError) as error:
            raise SourceError(f"khối Prefect “{name}”: không đọc được ({type(error).__name__})") from None
    value = block.get() if isinstance(block, Secret) else ""
    return value if isinstance(value, str) else ""
