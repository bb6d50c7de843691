"""Prefect Secret blocks, read when a setting names one. Prefect is imported only then."""

from pathlib import Path
from threading import Lock

from flows.scheduled.environment import OrchestrationError, prepare
from sources.export import SourceError

# Eight threads that ask at once would each start a server of their own where none is named.
_ONE_AT_A_TIME = Lock()


def read_block(name: str, root: Path) -> str:
    """The value of a Prefect Secret block; empty where there is no such block. Raises SourceError without the value."""
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
