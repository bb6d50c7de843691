"""References to secrets, and reading a secret when it is needed. Stores no secret and writes none anywhere."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from flows.settings.section import Section
from sources.export import SourceError

_HOW = 'bí mật không được ghi trong tyle.toml; ghi { env = "TÊN_BIẾN" } hoặc { block = "tên-khối" }'

# (name of a Prefect Secret block, the workspace's folder) -> the block's value, empty where there is no such block.
BlockReader = Callable[[str, Path], str]


class Secret(Section):
    """A reference to a secret: an environment variable or a Prefect Secret block."""

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
        """The secret's value; `root`: the workspace. Raises SourceError, which names the place, when it has none."""
        value = _block_reader(self.block, root) if self.block else os.environ.get(self.env or "")
        if not value:
            place = f"khối Prefect “{self.block}”" if self.block else f"biến môi trường {self.env}"
            raise SourceError(f"{place} chưa có giá trị")
        return value


def read_blocks_with(reader: BlockReader) -> None:
    """Use `reader` for Prefect Secret blocks from now on: only flows/scheduled may import Prefect."""
    global _block_reader  # noqa: PLW0603 - set once, when a command or a flow starts
    _block_reader = reader


def _no_reader(name: str, _root: Path) -> str:
    raise SourceError(f"khối Prefect “{name}”: chương trình này không đọc được khối của Prefect")


_block_reader: BlockReader = _no_reader
