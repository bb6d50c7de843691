"""`tyle demo`, `init` and `run`. What a day prints is in day.py."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.shared import (
    JsonOption,
    WorkspaceOption,
    exit_code,
    opened,
    warn,
    yesterday,
)
from flows.commands.terminal import console, echo, echo_json

if TYPE_CHECKING:
    from flows.settings.workspace import Workspace
    from flows.work.day import DayResult


def demo(
    directory: Annotated[Path, typer.Argument(metavar="DIR")] = Path("var/demo"),
) -> int:
    """Chạy trọn tháng 8/2022 (đến ngày 19) trong một thư mục làm việc mẫu."""
    echo(f"tyle demo: tháng 8/2022, 26 đơn vị, 19 ngày, trong {directory}")
    from flows.commands.demo import run_demo

    return exit_code(held_back=run_demo(directory, console()))


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR")],
    preset: Annotated[
        str, typer.Option("--from", metavar="BỘ", help="Bắt đầu với bộ có sẵn: vn, vn-thai-nguyen-2022, …-2025.")
    ] = "",
    blank: Annotated[bool, typer.Option("--blank", help="Không đơn vị, chỉ tiêu, địa danh của ai.")] = False,
    units: Annotated[
        Path | None,
        typer.Option("--units", metavar="TỆP", help="CSV đơn vị của mình: name,unit_group hoặc unit_id,name."),
    ] = None,
) -> None:
    """Tạo thư mục làm việc: tyle.toml, reference/, inbox/."""
    from flows.settings.presets import BLANK, lacking
    from flows.settings.workspace import create_workspace
    from flows.work.targets import without_target
    from transforms.reference.clock import utc

    if blank and preset:
        raise typer.BadParameter("chỉ dùng --blank, hoặc --from")
    if units is not None and not (blank or preset):
        raise typer.BadParameter("--units đi với --blank hoặc --from")
    chosen = BLANK if blank else preset
    workspace = create_workspace(directory, preset=chosen, units=units)
    count = workspace.registry.units.height
    echo(f"Đã tạo {directory}: {count} đơn vị trong reference/units.csv; đặt tệp vào inbox/<unit_id>/<ngày>…")
    for line in lacking(chosen, with_units=units is not None):
        echo(f"  chưa có {line}")
    for line in () if chosen else without_target(workspace, utc(datetime.now(UTC))):  # a preset says it itself
        echo(f"  {line}")


def run(
    day: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Ngày số liệu.")] = None,
    first: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"])] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"])] = None,
    unit: Annotated[list[str] | None, typer.Option("--unit", help="Chỉ đơn vị này; có thể lặp lại.")] = None,
    orchestrated: Annotated[bool, typer.Option("--orchestrated", help="Chạy trong Prefect.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Lấy, kiểm tra, lưu, tổng hợp và công bố số liệu của một hay nhiều ngày."""
    from flows.scheduled.environment import has_api
    from flows.scheduled.orchestrated import run_orchestrated
    from flows.work.day import run_days
    from flows.work.days import check_days
    from transforms.reference.clock import utc

    named = _days(day, first, last)
    where = opened(workspace)
    days = named or [yesterday(where)]
    check_days(where, days, unit or (), utc(datetime.now(UTC)))
    in_prefect = orchestrated or has_api()
    if not in_prefect and not as_json:
        echo("Chạy trực tiếp, không qua Prefect (chưa đặt PREFECT_API_URL).", err=True)
    results: list[DayResult] = []
    show = _json_day if as_json else _screen_day(where)
    asked = tuple(unit or ())
    for result in run_orchestrated(where, days, asked) if in_prefect else run_days(where, days, asked, report=warn):
        show(result)
        results.append(result)
    if not as_json:
        echo(_published(where))
    site_failed = bool(results and results[-1].published.site.failure)
    return exit_code(
        held_back=any(result.is_idle or not result.held_back.is_empty() for result in results), site_failed=site_failed
    )


def _published(workspace: "Workspace") -> str:
    if not workspace.settings.publish.here:
        return "Đã ghi vào kho; máy công bố sẽ tổng hợp và công bố."
    return f"Tệp công bố: {workspace.published}" if workspace.published.exists() else "Chưa có gì để công bố."


def _days(day: datetime | None, first: datetime | None, last: datetime | None) -> list[date]:
    """The requested days: one, or a range; none where none was named."""
    if day is not None and (first or last):
        raise typer.BadParameter("chỉ dùng --date, hoặc --from cùng --to")
    if day is not None:
        return [day.date()]
    if first is None and last is None:
        return []
    if first is None or last is None or last < first:
        raise typer.BadParameter("--from và --to phải đi cùng nhau, --from không sau --to")
    return [first.date() + timedelta(days=offset) for offset in range((last - first).days + 1)]


def _screen_day(workspace: "Workspace") -> "Callable[[DayResult], None]":
    from flows.commands.day import show_day

    out = console()
    return lambda result: show_day(out, workspace, result)


def _json_day(result: "DayResult") -> None:
    echo_json(result.as_dict())
