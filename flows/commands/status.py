"""`tyle status` and `watch`, and what they print."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from flows.commands.shared import (
    FAILED,
    OUTCOMES,
    JsonOption,
    WorkspaceOption,
    alert_lines,
    exit_code,
    lake_of,
    opened,
    records,
    set_up_line,
    yesterday,
)
from flows.commands.terminal import console, echo, echo_json, table
from reports import vietnamese as vn
from reports.outcomes import DECISIONS

if TYPE_CHECKING:
    import polars as pl

    from flows.settings.workspace import Workspace
    from flows.work.watch import Watched


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

    from flows.commands.live import failures, follow
    from flows.intake.expected import expected_exports, states_expected
    from flows.intake.set_up import not_set_up
    from flows.work.outputs.docs import with_docs

    where = opened(workspace)
    dates = (day.date(), day.date()) if day else where.months.span(f"{month:%Y-%m}") if month else None
    with lake_of(where) as lake:
        followed = follow(console(), where, lake, dates, quiet=as_json) if live else []
        if live and not followed:
            echo("Không có lần chạy nào đang diễn ra.", err=True)
        if followed and dates is None:
            dates = min(run.first for run in followed), max(run.last for run in followed)
        first, last = dates or where.months.span(where.months.of(yesterday(where)))
        states = states_expected(where, lake, first, last)
        due = expected_exports(where, where.registry.units, first, last)["unit_id"].unique(maintain_order=True)
        absent = not_set_up(where, lake, due.to_list())
    states = with_docs(where, states)
    open_states = states.filter(pl.col("outcome").is_in(["quarantined", "missing"]))
    if as_json:
        echo_json(records(states))
    elif first < last and open_states.is_empty():
        echo(f"{states.height} lần gửi, không còn gì thiếu hay bị giữ lại.")
    else:
        shown = open_states if first < last else states
        show_states(console(), where, shown)
        show_docs(console(), shown)
    if not as_json:
        if absent:
            console().print(set_up_line(where, absent))
        show_eased_rules(console(), where)
    failed = failures(followed)
    for line in failed:
        echo(f"tyle: {line}", err=True)
    return FAILED if failed else exit_code(held_back=not open_states.is_empty())


def watch(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> int:
    """Đơn vị đang thiếu hoặc gửi muộn, theo lịch và giờ chốt của từng đơn vị; gửi và đóng cảnh báo."""
    from flows.runs.lakes import require_publisher
    from flows.work import watch as work
    from transforms.reference.clock import utc

    where = opened(workspace)
    require_publisher(where.settings, "tyle watch")
    with lake_of(where) as lake:
        watched = work.watch(where, lake, utc(datetime.now(UTC)))
    if as_json:
        echo_json(watched.as_dict())
    else:
        show_watched(console(), where, watched)
    return exit_code(held_back=not watched.units.is_empty())


_STRICTNESS = ("critical", "warning", "info")


def show_states(out: Console, workspace: "Workspace", states: "pl.DataFrame") -> None:
    """Show `states` (as warehouse.ledger.states.current_states gives them), a row per unit, contract and day."""
    names = workspace.unit_names
    shown = table("Ngày", "Đơn vị", "Loại", "Kết quả", "Phiên bản", "Nhận lúc (UTC)", "Quy tắc vi phạm")
    for row in states.iter_rows(named=True):
        word, style = OUTCOMES[row["outcome"]]
        late = " (muộn)" if row["is_late"] else ""
        decided = f" ({DECISIONS[row['decision']].vi})" if row["decision"] else ""
        received = f"{row['received_at']:%Y-%m-%d %H:%M}" if row["received_at"] else ""
        shown.add_row(
            vn.day(row["business_date"]),
            names[row["unit_id"]],
            row["contract"],
            Text(word + late + decided, style),
            str(row["version"] or ""),
            received,
            row["rules_broken"] or "",
        )
    out.print(shown)


def show_docs(out: Console, states: "pl.DataFrame") -> None:
    """Show where the pages of the checks are, a line for each day; `states` has their paths in the column `docs`."""
    for page in states["docs"].drop_nulls().unique(maintain_order=True):
        out.print(Text(f"Data Docs: {page}"))


def show_eased_rules(out: Console, workspace: "Workspace") -> None:
    """Show the rules that tyle.toml turns off or gives a weaker severity, a line each."""
    from transforms.check.rules import severities
    from transforms.check.rules.strictness import OFF

    names = workspace.unit_names
    for unit_id, contract, rule, severity in workspace.settings.changed_severities():
        own = severities(contract)[rule]
        whose = f"({contract}, {names.get(unit_id, 'mọi đơn vị')})"
        if severity == OFF:
            out.print(Text.assemble("Quy tắc đã tắt: ", (rule, "yellow"), f" {whose}"))
        elif _STRICTNESS.index(severity) > _STRICTNESS.index(own):
            out.print(Text.assemble("Quy tắc hạ mức: ", (rule, "yellow"), f" {own} → {severity} {whose}"))


def show_watched(out: Console, workspace: "Workspace", watched: "Watched") -> None:
    """Show the units that are missing or late, the worst first, then what was sent."""
    names = workspace.unit_names
    if watched.units.is_empty():
        out.print("Không có đơn vị nào thiếu hay gửi muộn.")
    for row in watched.units.iter_rows(named=True):
        word = OUTCOMES["never" if row["never"] else row["problem"]][0]
        days = f"{row['days']} ngày, từ {vn.day(row['since'])}" if row["days"] > 1 else f"ngày {vn.day(row['since'])}"
        out.print(Text(f"{names[row['unit_id']]} ({row['contract']}): {word}, số liệu {days}", "red"))
    for line in alert_lines(watched.alerts):
        out.print(line)
