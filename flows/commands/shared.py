"""What the modules of commands share: options, the opened workspace and lake, exit codes, JSON. Holds no command.

Heavy imports stand inside, so that `--help` answers at once.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import polars as pl

    from flows.settings.workspace import Workspace
    from warehouse.lake.lake import Lake

WorkspaceOption = Annotated[
    Path,
    typer.Option("--workspace", envvar="TYLE_WORKSPACE", help="Thư mục làm việc.", show_default="thư mục hiện tại"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="In JSON cho máy đọc.")]
# To the microsecond, as DuckDB and Python write it: a publication is found again by its exact `known_at`.
MOMENTS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d"]
HELD_BACK = 2
FAILED = 1
NO_SITE = 3


def opened(path: Path) -> "Workspace":
    """The workspace at `path`. Raises WorkspaceError or SettingsError in one line."""
    from flows.settings.workspace import open_workspace

    return open_workspace(path)


@contextmanager
def lake_of(workspace: "Workspace") -> "Iterator[Lake]":
    """The workspace's lake, open for the block."""
    from flows.runs import lakes

    with lakes.lake_of(workspace) as lake:
        yield lake


def exit_code(*, held_back: bool, site_failed: bool = False) -> int:
    """The exit code of a command that did its work; pages that could not be made go before what is held back."""
    return NO_SITE if site_failed else HELD_BACK if held_back else 0


def print_json(frame: "pl.DataFrame") -> None:
    """A frame as a JSON list of its rows."""
    typer.echo(json.dumps(records(frame), ensure_ascii=False))


def records(frame: "pl.DataFrame") -> list[dict[str, Any]]:
    """The rows of a frame as JSON has them: moments and dates are text."""
    rows: list[dict[str, Any]] = json.loads(frame.write_json())
    return rows


def yesterday() -> date:
    """The newest business date that is over in Vietnam."""
    from transforms.reference.clock import day_before

    return day_before(datetime.now(UTC))
