"""`tyle close`, `closings` and `approve`, and what they print."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.text import Text

from flows.commands.shared import (
    MAX_LINES,
    JsonOption,
    WorkspaceOption,
    exit_code,
    filled,
    lake_of,
    opened,
)
from flows.commands.terminal import console, echo, echo_json

if TYPE_CHECKING:
    from flows.settings.workspace import Workspace
    from flows.work.close import MonthState
    from warehouse.ledger.closings import Closing


ByOption = Annotated[str, typer.Option("--by", help="Người chốt; được lưu lại.")]


def close(
    month: Annotated[datetime, typer.Option(formats=["%Y-%m"], metavar="YYYY-MM")],
    by: ByOption,
    as_of: Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Tính đến ngày.")] = None,
    note: Annotated[str | None, typer.Option("--note", help="Ghi chú, ví dụ số báo cáo.")] = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Chốt số liệu một tháng: ghi lại ai chốt, tính đến ngày nào, để sau này dựng lại được đúng các con số."""
    from flows.work.close import CloseRequest, close_month
    from transforms.reference.clock import utc

    where = opened(workspace)
    now = utc(datetime.now(UTC))
    request = CloseRequest(f"{month:%Y-%m}", filled("--by", by), now, as_of.date() if as_of else None, note)
    with lake_of(where) as lake:
        closed = close_month(where, lake, request)
    closing, state, failure = closed.closing, closed.state, closed.published.site.failure
    if failure:
        echo(failure, err=True)
    if as_json:
        echo_json(state.as_dict() | {"person": closing.person, "publication_id": closing.publication_id})
    else:
        show_closed(console(), where, closing, state)
    return exit_code(held_back=not state.incomplete.is_empty(), site_failed=bool(failure))


def closings(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> int:
    """Các tháng đã chốt, và số liệu có thay đổi từ khi chốt không."""
    from flows.work.close import changed_since
    from warehouse.ledger.closings import last_closings

    where = opened(workspace)
    with lake_of(where) as lake:
        found = [(closing, changed_since(where, lake, closing)) for closing in last_closings(lake)]
    if as_json:
        rows: list[dict[str, Any]] = [vars(closing) | {"changed_since": changed} for closing, changed in found]
        echo_json(rows)
    else:
        show_closings(console(), where, found)
    return exit_code(held_back=any(changed for _, changed in found))


def approve(
    run: Annotated[UUID, typer.Argument(metavar="RUN", help="Mã lần chạy đang chờ duyệt.")],
    by: ByOption,
    reject: Annotated[bool, typer.Option("--reject", help="Không duyệt: tháng không được chốt.")] = False,
    note: Annotated[str, typer.Option("--note", help="Ghi chú.")] = "",
    workspace: WorkspaceOption = Path(),
) -> None:
    """Duyệt (hay không duyệt) một lần chốt tháng đang chờ trong Prefect."""
    from flows.scheduled.environment import OrchestrationError, has_api, prepare

    if not has_api():
        raise OrchestrationError("tyle approve cần máy chủ Prefect: đặt PREFECT_API_URL")
    prepare(workspace)
    # prefect reads its environment when it is imported
    from flows.scheduled.close import give_answer

    give_answer(run, filled("--by", by), note, approved=not reject)
    echo("Không duyệt." if reject else "Đã duyệt; worker sẽ chốt tháng trong giây lát.")


def show_closed(out: Console, workspace: "Workspace", closing: "Closing", state: "MonthState") -> None:
    """Show what was closed, which units are incomplete, and the command that reproduces the figures."""
    what = f": số liệu đến {closing.as_of:%d/%m/%Y}, {closing.person}, công bố {closing.publication_id}"
    out.print(Text.assemble((f"Đã chốt tháng {closing.month}", "bold"), what))
    if not (incomplete := state.incomplete).is_empty():
        names = "; ".join(incomplete["unit_name"].head(MAX_LINES))
        out.print(f"  {incomplete.height} đơn vị chưa đủ số liệu: {names}", style="yellow")
    from flows.work.close import report_folder

    out.print(f"  Báo cáo: {report_folder(workspace, closing)}")
    out.print(f"  Dựng lại: {_again(closing)}")


def show_closings(out: Console, workspace: "Workspace", found: "Sequence[tuple[Closing, Sequence[str]]]") -> None:
    """Show a line for each closed month, then the units whose figures changed since."""
    if not found:
        out.print("Chưa chốt tháng nào.")
    names = workspace.unit_names
    for closing, changed in found:
        moment = f"{closing.closed_at:%d/%m/%Y %H:%M} UTC"
        note = f" – {closing.note}" if closing.note else ""
        what = f"  đến {closing.as_of:%d/%m/%Y}, chốt {moment}, {closing.person}{note}"
        out.print(Text.assemble((closing.month, "bold"), what))
        if changed:
            listed = "; ".join(names.get(unit_id, unit_id) for unit_id in changed[:MAX_LINES])
            out.print(f"  {len(changed)} đơn vị đã thay đổi số liệu từ khi chốt: {listed}", style="yellow")
            out.print(f"  Như khi chốt: {_again(closing)}")


def _again(closing: "Closing") -> str:
    moments = f"--as-of {closing.as_of} --known-at {closing.known_at.isoformat()}"
    return f"tyle report --month {closing.month} {moments} --to DIR"
