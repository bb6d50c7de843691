"""`tyle quarantine list`, `show`, `release`, `reject` and `withdraw`, and what they print."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from flows.commands.shared import (
    MAX_LINES,
    OUTCOMES,
    ByOption,
    JsonOption,
    ReasonOption,
    WorkspaceOption,
    decision_on,
    exit_code,
    figures_text,
    lake_of,
    opened,
    records,
)
from flows.commands.terminal import console, echo, echo_json, table
from reports import neutral
from reports import vietnamese as vn
from reports.outcomes import DECISIONS

if TYPE_CHECKING:
    import polars as pl

    from flows.settings.workspace import Workspace
    from flows.work.quarantine import Released
    from flows.work.withdrawal import TakenBack


quarantine = typer.Typer(
    help="Xem những lần gửi bị giữ lại, và quyết định: cho qua, loại hẳn, hoặc thu hồi cái đã nhận.",
    no_args_is_help=True,
)

_SIDES = {"handling": "đơn vị xử lý", "receiving": "đơn vị tiếp nhận"}
DeliveryId = Annotated[str, typer.Argument(metavar="ID", help="Mã lần gửi, xem: tyle quarantine list.")]


@quarantine.command("list")
def list_held(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> int:
    """Những lần gửi đang bị giữ lại và chờ quyết định hoặc bản gửi lại."""
    from warehouse.ledger.deliveries import quarantined

    where = opened(workspace)
    with lake_of(where) as lake:
        held = _shown(quarantined(lake))
    if as_json:
        echo_json(records(held))
    else:
        show_quarantine(console(), where, held)
    return exit_code(held_back=not held.is_empty())


@quarantine.command("show")
def show(delivery_id: DeliveryId, workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Mọi dòng sai của một lần gửi, và quyết định đã có."""
    from warehouse.ledger.deliveries import decisions, delivery

    where = opened(workspace)
    with lake_of(where) as lake:
        found = delivery(lake, delivery_id)
        decided = decisions(lake, delivery_id)
    if found is None:
        raise typer.BadParameter(f"không có lần gửi nào mang mã {delivery_id}; xem: tyle quarantine list")
    ledger, rows = _shown(found[0]), found[1]
    if as_json:
        more = {"rows": records(rows), "decisions": records(decided)}
        echo_json(records(ledger)[0] | more)
    else:
        show_delivery(console(), where, ledger.row(0, named=True), rows, decided)


@quarantine.command("release")
def release(
    delivery_id: DeliveryId,
    reason: ReasonOption,
    by: ByOption,
    override: Annotated[
        bool, typer.Option("--override", help="Cả khi trước đây chưa đọc được, nên chưa ai thấy nó trái quy tắc nào.")
    ] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Cho một lần gửi được tính dù trái quy tắc: đọc lại bản gốc, kiểm tra lại, ghi quyết định, công bố lại."""
    from flows.work.quarantine import release as let_count

    where = opened(workspace)
    decision = decision_on(delivery_id, reason, by)
    with lake_of(where) as lake:
        released = let_count(where, lake, decision, override=override)
    if as_json:
        echo_json(released.as_dict())
    else:
        show_released(console(), released)
    return exit_code(held_back=False, site_failed=bool(released.published.site.failure))


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
    decision = decision_on(delivery_id, reason, by)
    with lake_of(where) as lake:
        keep_out(lake, decision)
    if as_json:
        echo_json({"delivery_id": delivery_id, "decision": "rejected"})
    else:
        echo(f"{delivery_id}: đã loại hẳn")


@quarantine.command("withdraw")
def withdraw(
    delivery_ids: Annotated[
        list[str],
        typer.Argument(metavar="ID", help="Mã các lần gửi đang được tính; thu hồi tất cả hoặc không cái nào."),
    ],
    reason: ReasonOption,
    by: ByOption,
    previous: Annotated[
        bool, typer.Option("--previous", help="Tính lại phiên bản trước; không có thì ngày đó thành chưa gửi.")
    ] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Thu hồi lần gửi đã nhận: không được tính nữa, ngày đó thành chưa gửi cho đến khi đơn vị gửi bản khác."""
    from flows.work.withdrawal import withdraw as take_back

    where = opened(workspace)
    decisions = [decision_on(delivery_id, reason, by) for delivery_id in dict.fromkeys(delivery_ids)]
    with lake_of(where) as lake:
        taken = take_back(where, lake, decisions, previous=previous)
    if as_json:
        echo_json(taken.as_dict())
    else:
        show_taken_back(console(), where, taken)
    return exit_code(held_back=False, site_failed=bool(taken.published.site.failure))


def _shown(deliveries: "pl.DataFrame") -> "pl.DataFrame":
    """Deliveries of the ledger without the places and names of lists of cases: files may bear persons' names."""
    import polars as pl

    from transforms.check.privacy import hides_its_name, with_file_names

    shown = with_file_names(deliveries)
    if "source_uri" not in shown.columns:
        return shown
    named = shown.select("contract", "file_name").iter_rows()
    by_case = pl.Series([hides_its_name(contract, name) for contract, name in named], dtype=pl.Boolean)
    pack = pl.concat_str(pl.col("landing").str.extract(r"^([^#]*#[^/]*/)"), pl.col("sha256").str.head(12))
    return shown.with_columns(
        source_uri=pl.when(by_case).then("file_name").otherwise("source_uri"),
        landing=pl.when(by_case).then(pack).otherwise("landing"),
    )


def show_quarantine(out: Console, workspace: "Workspace", held: "pl.DataFrame") -> None:
    """Show the held back deliveries, a row each; `held` as warehouse.ledger.deliveries.quarantined gives it."""
    if held.is_empty():
        out.print("Không có lần gửi nào bị giữ lại.")
        return
    names = workspace.unit_names
    shown = table("Mã", "Đơn vị", "Ngày số liệu", "Tệp", "Lý do", ids=["Mã"])
    for row in held.iter_rows(named=True):
        day = vn.day(row["business_date"])
        shown.add_row(row["delivery_id"], names[row["unit_id"]], day, neutral.value(row["file_name"]), row["reason"])
    out.print(shown)


def show_delivery(
    out: Console, workspace: "Workspace", ledger: Mapping[str, Any], rows: "pl.DataFrame", decided: "pl.DataFrame"
) -> None:
    """Show one delivery: its facts (`ledger`), the decisions about it, and each of its faulty rows.

    `rows`: its rejected rows, a row per row and rule; `decided`: LAKE["decisions"].
    """
    facts = {
        "Đơn vị": workspace.unit_names[ledger["unit_id"]],
        "Ngày số liệu": vn.day(ledger["business_date"]),
        "Phiên bản": ledger["version"],
        "Tệp": ledger["source_uri"],
        "Bản gốc": ledger["landing"],
        "SHA-256": ledger["sha256"],
        "Nhận lúc (UTC)": f"{ledger['received_at']:%Y-%m-%d %H:%M:%S}",
        "Kết luận": OUTCOMES[ledger["status"]][0],
    }
    if ledger["counted_for"]:
        facts["Hồ sơ tính cho"] = _SIDES[ledger["counted_for"]]
    out.print(ledger["delivery_id"], style="bold")
    for name, value in facts.items():
        out.print(f"  {name}: {value}")
    for decision in decided.iter_rows(named=True):
        show_decision(out, decision)
    for message in rows["message"]:
        out.print(Text(f"  {message}", "red"))


def show_decision(out: Console, decided: Mapping[str, Any]) -> None:
    """Show a decision about a delivery: what, by whom, when and why."""
    words = f"{DECISIONS[decided['decision']].vi} – {decided['person']}, {decided['at']:%Y-%m-%d %H:%M} UTC"
    into = f"; được tính là {decided['released_as']}" if decided["released_as"] else ""
    out.print(Text(f"  Quyết định: {words}: {decided['reason']}{into}", "cyan"))


def show_taken_back(out: Console, workspace: "Workspace", taken: "TakenBack") -> None:
    """Show what counts no more, what counts instead, and which lists of cases to read again."""
    names = workspace.unit_names
    for delivery_id in taken.withdrawn:
        out.print(Text(f"{delivery_id}: đã thu hồi, không được tính nữa", "green"))
    for row in taken.missing:
        day = f"ngày {vn.day(row['business_date'])} ({row['contract']})"
        out.print(Text(f"  {names[row['unit_id']]}: {day} nay là {OUTCOMES['missing'][0]}", "yellow"))
    for delivery_id in taken.counting:
        out.print(Text(f"  {delivery_id}: được tính lại", "green"))
    if taken.left_out:
        out.print(Text("  Có thể đã bỏ qua hồ sơ vì bản bị thu hồi đã tính; đọc lại bằng:", "yellow"))
    for delivery_id in taken.left_out[:MAX_LINES]:
        out.print(Text(f"    tyle correct {delivery_id} --reason … --by …", "yellow"))
    if (more := len(taken.left_out) - MAX_LINES) > 0:
        out.print(Text(f"    … và {more} lần gửi nữa; xem với --json", "yellow"))
    if taken.published.site.failure:
        out.print(Text(f"  {taken.published.site.failure}", "red"))


def show_released(out: Console, released: "Released") -> None:
    """Show what counts now, and which rules were overridden, with their rows."""
    word, style = OUTCOMES[released.status]
    figures = figures_text(released.totals)
    out.print(Text(f"{released.delivery_id}: cho qua thành {released.released_as}, {word}: {figures}", style))
    if released.overridden:
        out.print(Text(f"  Trái quy tắc: {', '.join(released.overridden)}", "yellow"))
    for message in released.messages:
        out.print(Text(f"  {message}", "yellow"))
    if released.published.site.failure:
        out.print(Text(f"  {released.published.site.failure}", "red"))
