"""`tyle quarantine …`: look into what was held back, and decide. Parses, calls and prints; does no work itself."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.shared import JsonOption, WorkspaceOption, exit_code, lake_of, opened, print_json, records

if TYPE_CHECKING:
    from warehouse.ledger.decisions import Decision

quarantine = typer.Typer(
    help="Xem những lần gửi bị giữ lại, và quyết định: cho qua hoặc loại hẳn.", no_args_is_help=True
)

DeliveryId = Annotated[str, typer.Argument(metavar="ID", help="Mã lần gửi, xem: tyle quarantine list.")]
ReasonOption = Annotated[
    str,
    typer.Option("--reason", help="Lý do, được lưu lại; không ghi dữ liệu cá nhân của người dân."),
]
ByOption = Annotated[str, typer.Option("--by", help="Người quyết định.")]


@quarantine.command("list")
def list_held(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> int:
    """Những lần gửi đang bị giữ lại và chờ quyết định hoặc bản gửi lại."""
    from flows.commands.screens.common import console
    from flows.commands.screens.quarantine import show_quarantine
    from warehouse.ledger.deliveries import quarantined

    where = opened(workspace)
    with lake_of(where) as lake:
        held = quarantined(lake)
    if as_json:
        print_json(held)
    else:
        show_quarantine(console(), where, held)
    return exit_code(held_back=not held.is_empty())


@quarantine.command("show")
def show(delivery_id: DeliveryId, workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Mọi dòng sai của một lần gửi, và quyết định đã có."""
    from flows.commands.screens.common import console
    from flows.commands.screens.quarantine import show_delivery
    from warehouse.ledger.deliveries import decisions, delivery

    where = opened(workspace)
    with lake_of(where) as lake:
        found = delivery(lake, delivery_id)
        decided = decisions(lake, delivery_id)
    if found is None:
        raise typer.BadParameter(f"không có lần gửi nào mang mã {delivery_id}; xem: tyle quarantine list")
    ledger, rows = found
    if as_json:
        more = {"rows": records(rows), "decisions": records(decided)}
        typer.echo(json.dumps(records(ledger)[0] | more, ensure_ascii=False))
    else:
        show_delivery(console(), where, ledger.row(0, named=True), rows, decided)


@quarantine.command("release")
def release(
    delivery_id: DeliveryId,
    reason: ReasonOption,
    by: ByOption,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Cho một lần gửi được tính dù trái quy tắc: đọc lại bản gốc, kiểm tra lại, ghi quyết định, công bố lại."""
    from flows.commands.screens.common import console
    from flows.commands.screens.quarantine import show_released
    from flows.work.quarantine import release as let_count

    where = opened(workspace)
    decision = _decision(delivery_id, reason, by)
    with lake_of(where) as lake:
        released = let_count(where, lake, decision)
    if as_json:
        typer.echo(json.dumps(released.as_dict(), ensure_ascii=False))
    else:
        show_released(console(), released)
    return exit_code(held_back=False, site_failed=bool(released.site.failure))


@quarantine.command("reject")
def reject(
    delivery_id: DeliveryId,
    reason: ReasonOption,
    by: ByOption,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Loại hẳn một lần gửi: không được tính, không còn trong danh sách chờ; đơn vị vẫn có thể gửi lại bản khác."""
    from flows.work.quarantine import reject as keep_out

    where = opened(workspace)
    decision = _decision(delivery_id, reason, by)
    with lake_of(where) as lake:
        keep_out(lake, decision)
    if as_json:
        typer.echo(json.dumps({"delivery_id": delivery_id, "decision": "rejected"}, ensure_ascii=False))
    else:
        typer.echo(f"{delivery_id}: đã loại hẳn")


def _decision(delivery_id: str, reason: str, by: str) -> "Decision":
    from transforms.reference.clock import utc
    from warehouse.ledger.decisions import Decision

    for option, value in (("--reason", reason), ("--by", by)):
        if not value.strip():
            raise typer.BadParameter(f"{option}: không được để trống")
    return Decision(delivery_id, " ".join(by.split()), " ".join(reason.split()), utc(datetime.now(UTC)))
