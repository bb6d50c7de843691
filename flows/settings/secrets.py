"""Where a secret is kept, and how it is read when it is needed. Keeps none and writes none anywhere."""

import os
from pathlib import Path
from threading import Lock
from typing import Any, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from flows.scheduled.environment import OrchestrationError, prepare
from flows.settings.section import Section
from sources.export import SourceError

_HOW = 'bí mật không được ghi trong tyle.toml; ghi { env = "TÊN_BIẾN" } hoặc { block = "tên-khối" }'

# Eight threads that ask at once would each start a server of their own where none is named.
_ONE_AT_A_TIME = Lock()


class Secret(Section):
    """A reference to a secret: a variable of the environment, or a Prefect Secret block."""

    env: str | None = None
    block: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _is_no_secret_itself(cls, value: Any) -> Any:
        if not isinstance(value, dict | Secret):
            raise PydanticCustomError("secret_in_file", _HOW)
        return value

    @model_validator(mode="after")
    def _names_one_place(self) -> Self:
        if (self.env is None) == (self.block is None):
            raise PydanticCustomError("secret_place", _HOW)
        return self

    def read(self, root: Path) -> str:
        """The secret now; `root` = the workspace. Raises SourceError, naming the place, when there is none."""
        value = _from_block(self.block, root) if self.block else os.environ.get(self.env or "")
        if not value:
            place = f"khối Prefect “{self.block}”" if self.block else f"biến môi trường {self.env}"
            raise SourceError(f"{place} chưa có giá trị")
        return value


def _from_block(name: str, root: Path) -> str:
    """The value of a Prefect Secret block; empty where there is no such block."""
    with _ONE_AT_A_TIME:
        try:
            prepare(root)
        except OrchestrationError as error:
            raise SourceError(str(error)) from None
        from httpx import HTTPError
        from prefect.blocks.system import Secret as Block
        from prefect.exceptions import PrefectException

        try:
            block = Block.load(name)
        except ValueError:  # Prefect's word for a block that does not exist
            return ""
        except (PrefectException, HTTPError, RuntimeError) as error:
            raise SourceError(f"khối Prefect “{name}”: không đọc được ({type(error).__name__})") from None
    value = block.get() if isinstance(block, Block) else ""
    return value if isinstance(value, str) else ""
