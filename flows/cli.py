"""The command line. Parses, calls, prints, and says in the exit code how it ended; does no work itself.

Exit codes: 0 all good, 2 finished but something is quarantined or missing, 1 the pipeline failed (wrong use of
a command included). Heavy imports stand in the commands that need them, so that `--help` answers at once.
"""

import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from flows.command import FAILED, JsonOption, WorkspaceOption
from flows.command import exit_code as _code
from flows.command import lake_of as _lake
from flows.command import opened as _open
from flows.command import print_json as _print_json
from flows.command import records as _records
from flows.quarantine_commands import quarantine

if TYPE_CHECKING:
    from flows.day import DayResult
    from flows.workspace import Workspace

app = typer.Typer(
    help="Tỷ lệ hồ sơ trực tuyến: từ tệp của từng đơn vị đến bảng tháng đã kiểm tra.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(quarantine, name="quarantine")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit; known errors are one line on stderr, unknown ones keep their traceback."""
    try:
        code = app(args=list(arguments) if arguments is not None else None, standalone_mode=False)
    except typer.TyperException as error:
        print(f"tyle: {error.format_message()}", file=sys.stderr)  # noqa: T201
        code = FAILED
    except typer.Abort:
        code = FAILED
    except _expected_errors() as error:
        print(f"tyle: {error}", file=sys.stderr)  # noqa: T201
        code = FAILED
    sys.exit(code if isinstance(code, int) else 0)


def _expected_errors() -> tuple[type[Exception], ...]:
    """The errors whose message says all a user needs; imported only once something went wrong."""
    from expectations.judge import JudgeError
    from flows.orchestration import OrchestrationError
    from flows.settings import SettingsError
    from flows.workspace import WorkspaceError
    from warehouse.errors import WarehouseError

    return (WorkspaceError, SettingsError, OrchestrationError, JudgeError, WarehouseError)


@app.command()
def demo(
    directory: Annotated[Path, typer.Argument(metavar="DIR")] = Path("var/demo"),
) -> int:
    """Chạy trọn tháng 8/2022 (đến ngày 19) trong một thư mục làm việc mẫu."""
    typer.echo(f"tyle demo: tháng 8/2022, 26 đơn vị, 19 ngày, trong {directory}")
    from flows.demo.run import run_demo
    from flows.screen import console

    return _code(held_back=run_demo(directory, console()))


@app.command()
def init(directory: Annotated[Path, typer.Argument(metavar="DIR")]) -> None:
    """Tạo thư mục làm việc: tyle.toml, reference/, inbox/."""
    from flows.workspace import create_workspace

    workspace = create_workspace(directory)
    count = workspace.registry.units.height
    typer.echo(f"Đã tạo {directory}: {count} đơn vị trong reference/units.csv; đặt tệp vào inbox/<unit_id>/<ngày>…")


@app.command()
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
    from flows.orchestration import has_api
    from flows.run import check_request, run_direct, run_orchestrated

    days = _days(day, first, last)
    opened = _open(workspace)
    check_request(opened, days, unit or (), datetime.now(UTC))
    in_prefect = orchestrated or has_api()
    if not in_prefect and not as_json:
        typer.echo("Chạy trực tiếp, không qua Prefect (chưa đặt PREFECT_API_URL).", err=True)
    results: list[DayResult] = []
    show = _json_day if as_json else _screen_day(opened)
    for result in (run_orchestrated if in_prefect else run_direct)(opened, days, tuple(unit or ())):
        show(result)
        results.append(result)
    if not as_json:
        typer.echo(f"Tệp công bố: {opened.published}")
    return _code(held_back=any(not result.held_back.is_empty() for result in results))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    unit: Annotated[str, typer.Option("--unit", help="Mã hoặc tên đơn vị.")],
    day: Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="Ngày số liệu.")],
    contract: Annotated[
        Literal["summary", "ii06", "cases"] | None,
        typer.Option("--contract", help="Loại dữ liệu.", show_default="loại đơn vị gửi, theo tyle.toml"),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Cho biết tệp đã được đọc thế nào.")] = False,
    lang: Annotated[Literal["vi", "en"], typer.Option("--lang", help="Ngôn ngữ của kết luận.")] = "vi",
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Kiểm tra một tệp mà không lưu gì: đọc được không, sai ở đâu."""
    from flows.inspect import check_file
    from flows.screen import console, show_reading, show_verdict
    from flows.settings import FILE
    from flows.workspace import built_in_workspace

    opened = _open(workspace) if (workspace / FILE).is_file() else built_in_workspace(workspace)
    verdict = check_file(opened, file, unit, day.date(), datetime.now(UTC), contract, lang)
    if as_json:
        typer.echo(json.dumps(verdict.as_dict(), ensure_ascii=False))
    else:
        show_verdict(console(), verdict, lang)
        if explain and verdict.reading:
            show_reading(console(), verdict.reading, lang)
    return _code(held_back=verdict.status == "quarantined")


@app.command()
def status(
    day: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"])] = None,
    month: Annotated[datetime | None, typer.Option(formats=["%Y-%m"], metavar="YYYY-MM")] = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Kết quả theo đơn vị: của một ngày, hay những gì còn thiếu hoặc bị giữ lại trong một tháng."""
    import polars as pl

    from flows.docs import with_docs
    from flows.marts import month_range
    from flows.screen import console, show_docs, show_states, show_switched_off
    from warehouse.lake import current_states

    opened = _open(workspace)
    with _lake(opened) as lake:
        if day is not None:
            states = current_states(lake, day.date(), day.date())
        else:
            states = current_states(lake, *month_range(f"{month or _yesterday():%Y-%m}"))
    states = with_docs(opened, states)
    open_states = states.filter(pl.col("outcome").is_in(["quarantined", "missing"]))
    if as_json:
        _print_json(states)
    elif day is None and open_states.is_empty():
        typer.echo(f"{states.height} lần gửi, không còn gì thiếu hay bị giữ lại.")
    else:
        shown = states if day is not None else open_states
        show_states(console(), opened, shown)
        show_docs(console(), shown)
    if not as_json:
        show_switched_off(console(), opened)
    return _code(held_back=not open_states.is_empty())


@app.command()
def watch(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> int:
    """Đơn vị đang thiếu hoặc gửi muộn, theo lịch và giờ chốt của từng đơn vị; gửi và đóng cảnh báo."""
    from flows.clock import utc
    from flows.screen import console, show_watched
    from flows.watch import watch as look

    opened = _open(workspace)
    with _lake(opened) as lake:
        watched = look(opened, lake, utc(datetime.now(UTC)))
    if as_json:
        typer.echo(json.dumps(watched.as_dict(), ensure_ascii=False))
    else:
        show_watched(console(), opened, watched)
    return _code(held_back=not watched.units.is_empty())


@app.command()
def marts(
    month: Annotated[datetime, typer.Option(formats=["%Y-%m"], metavar="YYYY-MM")],
    as_of: Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"])] = None,
    known_at: Annotated[
        datetime | None, typer.Option("--known-at", formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"], help="UTC.")
    ] = None,
    output: Annotated[Literal["table", "csv", "json"], typer.Option("--format")] = "table",
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Bảng tháng: ba phụ lục trên màn hình, hoặc CSV/JSON."""
    from flows.marts import month_marts
    from flows.screen import console, show_month

    name = f"{month:%Y-%m}"
    opened = _open(workspace)
    with _lake(opened) as lake:
        tables = month_marts(opened, lake, name, as_of.date() if as_of else None, known_at)
    if as_json or output == "json":
        shown = ("monthly_unit_rates", "monthly_group_rates")
        typer.echo(json.dumps({name: _records(tables[name]) for name in shown}, ensure_ascii=False))
    elif output == "csv":
        typer.echo(tables["monthly_unit_rates"].write_csv(), nl=False)
    else:
        show_month(console(), tables, name)


@app.command()
def docs(
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="Ngày số liệu.", show_default="mọi ngày đã kiểm tra"),
    ] = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Dựng lại trang kết quả kiểm tra (Data Docs) và cho biết nằm ở đâu; mở bằng trình duyệt, không cần mạng."""
    from flows.docs import rebuild

    pages = rebuild(_open(workspace), day.date() if day else None)
    if as_json:
        typer.echo(json.dumps([str(page) for page in pages]))
    else:
        typer.echo("\n".join(map(str, pages)))


@app.command()
def purge(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Xóa bản gốc và mã hồ sơ đã quá thời hạn lưu ([landing] retention_days); số liệu và bảng tháng giữ nguyên."""
    from dataclasses import asdict

    from flows.clock import local_date, utc
    from flows.screen import console, show_purged
    from warehouse.purge import purge as purge_lake

    opened = _open(workspace)
    today = local_date(utc(datetime.now(UTC)))
    with _lake(opened) as lake:
        purged = purge_lake(lake, opened.landing, opened.settings.landing.days(), today)
    if as_json:
        typer.echo(json.dumps(asdict(purged), ensure_ascii=False))
    else:
        show_purged(console(), purged)


def _days(day: datetime | None, first: datetime | None, last: datetime | None) -> list[date]:
    """The days asked for: one, or a range; yesterday in Vietnam by default."""
    if day is not None and (first or last):
        raise typer.BadParameter("chỉ dùng --date, hoặc --from cùng --to")
    if day is not None:
        return [day.date()]
    if first is None and last is None:
        return [_yesterday()]
    if first is None or last is None or last < first:
        raise typer.BadParameter("--from và --to phải đi cùng nhau, --from không sau --to")
    return [first.date() + timedelta(days=offset) for offset in range((last - first).days + 1)]


def _yesterday() -> date:
    from flows.clock import local_date, utc

    return local_date(utc(datetime.now(UTC))) - timedelta(days=1)


def _screen_day(workspace: "Workspace") -> "Callable[[DayResult], None]":
    from flows.screen import console, show_day

    out = console()
    return lambda result: show_day(out, workspace, result)


def _json_day(result: "DayResult") -> None:
    typer.echo(json.dumps(result.as_dict(), ensure_ascii=False, default=str))
