"""The common parts of the commands: options, opening workspace and lake, exit codes, words.

Holds no command. Here and in all modules of commands, heavy imports are inside functions, so that `--help` answers at
once.
"""

import getpass
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from flows.commands.terminal import echo
from reports import outcomes
from reports import vietnamese as vn

if TYPE_CHECKING:
    import polars as pl

    from flows.alerts.raising import Alerted
    from flows.settings.workspace import Workspace
    from warehouse.lake.lake import Lake
    from warehouse.ledger.decisions import Decision

WorkspaceOption = Annotated[
    Path,
    typer.Option("--workspace", envvar="TYLE_WORKSPACE", help="Thư mục làm việc.", show_default="thư mục hiện tại"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="In JSON cho máy đọc.")]
ReasonOption = Annotated[
    str, typer.Option("--reason", help="Lý do, được lưu lại; không ghi dữ liệu cá nhân của người dân.")
]
ByOption = Annotated[str, typer.Option("--by", help="Người quyết định.")]
OptionalByOption = Annotated[
    str, typer.Option("--by", "--person", help="Người quyết định.", show_default="người chạy lệnh")
]
# To the microsecond, as DuckDB and Python write moments: `known_at` must match a publication exactly.
MOMENTS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d"]
HELD_BACK = 2
FAILED = 1
NO_SITE = 3


def opened(path: Path, *, without_lake: bool = False) -> "Workspace":
    """Open the workspace at `path`; events are logged as its settings say.

    `without_lake`: for a command that reads nothing of the lake and nothing made from it.
    Raises WorkspaceError, SettingsError, or LakeError where the lake has lost its catalog; one line.
    """
    from flows.runs.lakes import require_lake_or_new
    from flows.runs.log import configure
    from flows.settings.workspace import open_workspace

    read_secret_blocks()
    workspace = open_workspace(path)
    configure(workspace.settings.log)
    if not without_lake:
        require_lake_or_new(workspace)
    return workspace


def read_secret_blocks() -> None:
    """Allow settings to name Prefect Secret blocks; Prefect is imported only when a block is read."""
    from flows.scheduled.blocks import read_block
    from flows.settings.secrets import read_blocks_with

    read_blocks_with(read_block)


@contextmanager
def lake_of(workspace: "Workspace") -> "Iterator[Lake]":
    """The workspace's lake, open for the block."""
    from flows.runs import lakes

    with lakes.lake_of(workspace) as lake:
        yield lake


def warn(line: str) -> None:
    """A line on stderr."""
    echo(line, err=True)


def filled(option: str, value: str) -> str:
    """What was given for an option, in single spaces. Raises BadParameter where it is blank."""
    if not value.strip():
        raise typer.BadParameter(f"{option}: không được để trống")
    return " ".join(value.split())


def person_or_user(by: str) -> str:
    """Who decides: who was named, else who runs the command."""
    return " ".join(by.split()) or getpass.getuser()


def exit_code(*, held_back: bool, site_failed: bool = False) -> int:
    """The exit code of a command that did its work; a failed site comes before what is held back."""
    return NO_SITE if site_failed else HELD_BACK if held_back else 0


def records(frame: "pl.DataFrame") -> list[dict[str, Any]]:
    """The rows of `frame`, whatever its columns, as JSON values: moments and dates are text."""
    rows: list[dict[str, Any]] = json.loads(frame.write_json())
    return rows


def yesterday(workspace: "Workspace") -> date:
    """Yesterday's date in the workspace's time zone: the newest business date that is over."""
    from transforms.reference.clock import day_before

    return day_before(datetime.now(UTC), workspace.zone)


_STYLES = {
    "accepted": "green",
    "accepted_with_warnings": "yellow",
    "quarantined": "red",
    "missing": "red",
    "never": "red",
    "late": "yellow",
    "waiting": "dim",
    "duplicate": "cyan",
}
OUTCOMES = {outcome: (outcomes.OUTCOMES[outcome].vi, style) for outcome, style in _STYLES.items()}
_FIGURES = {
    "online": {"vi": "trực tuyến", "en": "online"},
    "in_person": {"vi": "trực tiếp", "en": "in person"},
    "total": {"vi": "tổng số", "en": "total"},
    "received": {"vi": "tiếp nhận", "en": "received"},
    "settled": {"vi": "đã giải quyết", "en": "settled"},
    "settled_on_time": {"vi": "đúng hạn", "en": "on time"},
}
MAX_LINES = 10  # most lines of a kind; more are summed up in one line


def figures_text(totals: Mapping[str, int], lang: str = "vi") -> str:
    """Figures (cases) with their names: `trực tuyến 1.489, trực tiếp 30, tổng số 1.519`."""
    return ", ".join(f"{_FIGURES[name][lang]} {vn.count(figure)}" for name, figure in totals.items())


def set_up_line(workspace: "Workspace", units: Sequence[str]) -> Text:
    """That nobody has set up these units, the first of them by name."""
    shown = ", ".join(workspace.unit_names[unit_id] for unit_id in units[:3])
    more = f" và {len(units) - 3} đơn vị nữa" if len(units) > 3 else ""
    how = "chưa có thư mục nhận tệp, chưa có [units.<unit_id>] trong tyle.toml và chưa từng gửi"
    return Text(f"{len(units)} đơn vị chưa cấu hình nguồn: {shown}{more} ({how})", "dim")


def alert_lines(alerts: "Alerted") -> Iterable[Text]:
    """How many messages were sent, and why others could not be."""
    if alerts.messages:
        yield Text(f"đã gửi {alerts.messages} tin báo", "cyan")
    for failure in alerts.failures:
        yield Text(failure, "yellow")


def decision_on(delivery_id: str, reason: str, by: str) -> "Decision":
    """What a person decides now on a delivery. Raises typer.BadParameter where a text is empty."""
    from transforms.reference.clock import utc
    from warehouse.ledger.decisions import Decision

    return Decision(delivery_id, filled("--by", by), filled("--reason", reason), utc(datetime.now(UTC)))
