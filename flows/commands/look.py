"""`tyle check`, `status`, `marts`, `site`, `docs`: what only looks. Parses, calls and prints; does no work itself."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.commands.shared import (
    FAILED,
    MOMENTS,
    JsonOption,
    WorkspaceOption,
    exit_code,
    lake_of,
    opened,
    print_json,
    records,
    yesterday,
)


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    unit: Annotated[str, typer.Option("--unit", help="Mã hoặc tên đơn vị.")],
    day: Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="Ngày số liệu.")],
    contract: Annotated[
        Literal["summary", "ii06", "cases", "processing"] | None,
        typer.Option("--contract", help="Loại dữ liệu.", show_default="loại đơn vị gửi, theo tyle.toml"),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Cho biết tệp đã được đọc thế nào.")] = False,
    lang: Annotated[Literal["vi", "en"], typer.Option("--lang", help="Ngôn ngữ của kết luận.")] = "vi",
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Kiểm tra một tệp mà không lưu gì: đọc được không, sai ở đâu."""
    from flows.commands.screens.common import console
    from flows.commands.screens.verdict import show_reading, show_verdict
    from flows.settings.tyle_toml import FILE
    from flows.settings.workspace import built_in_workspace
    from flows.work.inspect import check_file

    where = opened(workspace) if (workspace / FILE).is_file() else built_in_workspace(workspace)
    verdict = check_file(where, file, unit, day.date(), datetime.now(UTC), contract, lang)
    if as_json:
        typer.echo(json.dumps(verdict.as_dict(), ensure_ascii=False))
    else:
        show_verdict(console(), verdict, lang)
        if explain and verdict.reading:
            show_reading(console(), verdict.reading, lang)
    return exit_code(held_back=verdict.status == "quarantined")


def status(
    day: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"])] = None,
    month: Annotated[datetime | None, typer.Option(formats=["%Y-%m"], metavar="YYYY-MM")] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Theo dõi lần chạy đang diễn ra cho đến khi xong; Ctrl-C chỉ thôi theo dõi.")
    ] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Kết quả theo đơn vị: của một ngày, hay những gì còn thiếu hoặc bị giữ lại trong một tháng."""
    import polars as pl

    from flows.commands.screens.common import console
    from flows.commands.screens.live import failures, follow
    from flows.commands.screens.states import show_docs, show_eased_rules, show_states
    from flows.work.docs import with_docs
    from warehouse.ledger.states import current_states

    where = opened(workspace)
    asked = (day.date(), day.date()) if day else where.months.span(f"{month:%Y-%m}") if month else None
    with lake_of(where) as lake:
        followed = follow(console(), where, lake, asked, quiet=as_json) if live else []
        if live and not followed:
            typer.echo("Không có lần chạy nào đang diễn ra.", err=True)
        if followed and asked is None:
            asked = min(run.first for run in followed), max(run.last for run in followed)
        first, last = asked or where.months.span(where.months.of(yesterday()))
        states = current_states(lake, first, last)
    states = with_docs(where, states)
    open_states = states.filter(pl.col("outcome").is_in(["quarantined", "missing"]))
    if as_json:
        print_json(states)
    elif first < last and open_states.is_empty():
        typer.echo(f"{states.height} lần gửi, không còn gì thiếu hay bị giữ lại.")
    else:
        shown = open_states if first < last else states
        show_states(console(), where, shown)
        show_docs(console(), shown)
    if not as_json:
        show_eased_rules(console(), where)
    failed = failures(followed)
    for line in failed:
        typer.echo(f"tyle: {line}", err=True)
    return FAILED if failed else exit_code(held_back=not open_states.is_empty())


def marts(
    month: Annotated[datetime, typer.Option(formats=["%Y-%m"], metavar="YYYY-MM")],
    as_of: Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"])] = None,
    known_at: Annotated[
        datetime | None, typer.Option("--known-at", formats=MOMENTS, help="UTC; như publication.known_at.")
    ] = None,
    output: Annotated[Literal["table", "csv", "json"], typer.Option("--format")] = "table",
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Bảng tháng: ba phụ lục trên màn hình, hoặc CSV/JSON."""
    from flows.commands.screens.common import console
    from flows.commands.screens.month import show_month
    from flows.work.marts import month_marts

    name = f"{month:%Y-%m}"
    where = opened(workspace)
    with lake_of(where) as lake:
        tables = month_marts(where, lake, name, as_of.date() if as_of else None, known_at)
    if as_json or output == "json":
        shown = ("monthly_unit_rates", "monthly_group_rates", "monthly_processing", "restatements")
        typer.echo(json.dumps({name: records(tables[name]) for name in shown}, ensure_ascii=False))
    elif output == "csv":
        typer.echo(tables["monthly_unit_rates"].write_csv(), nl=False)
    else:
        show_month(console(), tables, name)


def docs(
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="Ngày số liệu.", show_default="mọi ngày đã kiểm tra"),
    ] = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Dựng lại trang kết quả kiểm tra (Data Docs) và cho biết nằm ở đâu; mở bằng trình duyệt, không cần mạng."""
    from flows.work.docs import rebuild

    pages = rebuild(opened(workspace), day.date() if day else None)
    if as_json:
        typer.echo(json.dumps([str(page) for page in pages]))
    else:
        typer.echo("\n".join(map(str, pages)))


def site(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Làm lại các trang của số liệu đã công bố (published/site) và cho biết nằm ở đâu; xem không cần mạng."""
    from flows.work.site import build

    page = build(opened(workspace))
    typer.echo(json.dumps(str(page)) if as_json else str(page))
