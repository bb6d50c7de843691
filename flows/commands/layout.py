"""`tyle layout list`, `show`, `confirm` and `try`, and what they print."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.text import Text

from flows.commands.shared import JsonOption, WorkspaceOption, exit_code, filled, lake_of, opened, records
from flows.commands.terminal import console, echo, echo_json, table
from reports import vietnamese as vn

if TYPE_CHECKING:
    import polars as pl

    from flows.settings.workspace import Workspace
    from flows.work.layout_try import LayoutTried
    from flows.work.layouts import Confirmed

_MAX_ROWS = 40
_MAX_NAMED = 10
_KINDS = {"detail": "chi tiết", "totals": "tổng cộng", "subtotal": "nhóm", "unknown": "chưa rõ"}
layout = typer.Typer(
    help="Bố cục tệp của từng đơn vị (tiêu đề, cột, trang tính): xem, và xác nhận bố cục còn câu hỏi.",
    no_args_is_help=True,
)
LayoutId = Annotated[str, typer.Argument(metavar="ID", help="Mã bố cục, xem: tyle layout list.")]


@layout.command("list")
def list_layouts(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> int:
    """Mọi bố cục đã gặp; bố cục còn câu hỏi chưa trả lời đứng trước."""
    from warehouse.ledger.layouts import layouts

    where = opened(workspace)
    with lake_of(where) as lake:
        found = _shown(where, layouts(lake))
    if as_json:
        echo_json(records(found))
    else:
        show_layouts(console(), where, found)
    return exit_code(held_back=not _open(found).is_empty())


@layout.command("show")
def show(layout_id: LayoutId, workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Một bố cục: trang tính, tiêu đề nào là cột nào, cột không đọc, câu hỏi, ai đã xác nhận."""
    from warehouse.ledger.layouts import layouts

    where = opened(workspace)
    with lake_of(where) as lake:
        found = _shown(where, layouts(lake).filter(layout=layout_id))
    if found.is_empty():
        raise typer.BadParameter(f"không có bố cục nào mang mã {layout_id}; xem: tyle layout list")
    if as_json:
        echo_json(records(found))
    else:
        show_layout(console(), where, found.row(0, named=True))


@layout.command("confirm")
def confirm(
    layout_id: LayoutId,
    by: Annotated[str, typer.Option("--by", help="Người xác nhận; được lưu lại.")],
    reason: Annotated[str, typer.Option("--reason", help="Vì sao đọc như vậy là đúng; được lưu lại.")],
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Xác nhận một bố cục được đọc đúng: tệp đang bị giữ vì câu hỏi này, và các tệp sau, được tính."""
    from flows.work.layouts import confirm as accept
    from transforms.reference.clock import utc
    from warehouse.ledger.layouts import Confirmation

    where = opened(workspace)
    answer = Confirmation(layout_id, filled("--by", by), filled("--reason", reason), utc(datetime.now(UTC)))
    with lake_of(where) as lake:
        confirmed = accept(where, lake, answer)
    if as_json:
        echo_json(confirmed.as_dict())
    else:
        show_confirmed(console(), where, confirmed)
    return exit_code(held_back=bool(confirmed.still_held), site_failed=bool(confirmed.published.site.failure))


@layout.command("try")
def try_file(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    unit: Annotated[str | None, typer.Option("--unit", help="Mã hoặc tên đơn vị.")] = None,
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="Ngày số liệu.", show_default="kỳ mới nhất trong tệp"),
    ] = None,
    contract: Annotated[
        Literal["summary", "ii06", "processing", "scores"] | None,
        typer.Option("--contract", help="Loại dữ liệu.", show_default="loại đơn vị gửi, theo tyle.toml"),
    ] = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Đề xuất phần bố cục cho một tệp để sửa rồi dán vào tyle.toml, và cho thấy phần đó đọc được gì; không lưu gì.

    Đơn vị đã có phần bố cục trong tyle.toml: cho thấy phần đó đọc được gì.
    """
    from flows.settings.tyle_toml import FILE
    from flows.settings.workspace import built_in_workspace
    from flows.work.layout_try import try_layout

    where = opened(workspace, without_lake=True) if (workspace / FILE).is_file() else built_in_workspace(workspace)
    tried = try_layout(where, file, unit, day.date() if day else None, contract)
    if as_json:
        echo_json(tried.as_dict())
    else:
        show_tried(console(stderr=True), tried)
    return exit_code(held_back=bool(tried.refusal or tried.lacking))


def show_tried(beside: Console, tried: "LayoutTried") -> None:
    """Show the proposed section, alone on stdout so that it can be put into a file; beside it what it reads."""
    from transforms.dictionary.labels import label

    if tried.section:
        echo(tried.section.rstrip())
    for what in tried.lacking:
        beside.print(Text(f"Còn phải điền: {what}", "yellow"))
    if tried.refusal:
        beside.print(Text(f"Chưa đọc được: {tried.refusal}", "red"))
    if tried.lacking or tried.refusal:
        return
    day = f" của ngày {vn.day(tried.business_date)}" if tried.business_date else ""
    beside.print(f"Đọc được{day}, chưa lưu gì:")
    has_units = any(row["unit"] for row in tried.rows)
    counts = list(tried.totals)
    headers = ["Dòng", *(["Đơn vị"] if has_units else []), "Lĩnh vực", *map(label, counts), "Là"]
    shown = table(*headers)
    for row in tried.rows[:_MAX_ROWS]:
        figures = ("?" if row[column] is None else str(row[column]) for column in counts)
        unit = [row["unit"] or ""] if has_units else []
        shown.add_row(str(row["row"]), *unit, row["field"] or "", *figures, _KINDS.get(row["kind"], row["kind"]))
    total = [str(tried.totals[column]) for column in counts]
    shown.add_row("", *([""] if has_units else []), "Cộng các dòng chi tiết", *total, "")
    beside.print(shown)
    if len(tried.rows) > _MAX_ROWS:
        beside.print(f"… và {len(tried.rows) - _MAX_ROWS} dòng nữa")
    if tried.wrong:
        rows = ", ".join(map(str, tried.wrong[:_MAX_NAMED])) + (", …" if len(tried.wrong) > _MAX_NAMED else "")
        beside.print(Text(f"(1) + (2) khác (3) ở dòng {rows}: có cột đặt sai chỗ?", "yellow"))
    if tried.unread:
        beside.print(Text("Cột không đọc: " + ", ".join(f"“{name}”" for name in tried.unread)))


def _shown(workspace: "Workspace", found: "pl.DataFrame") -> "pl.DataFrame":
    """Layouts, of lists of cases with known headers only; there are some that were stored with all of them."""
    import polars as pl

    from transforms.check.privacy import KnownHeaders
    from transforms.dictionary.contracts import CASES, CONTRACTS

    by_case = pl.col("contract").is_in([name for name, contract in CONTRACTS.items() if contract.by_case])
    known = KnownHeaders.of(CASES, workspace.headers).description
    text = pl.col("layout_description")
    return found.with_columns(pl.when(by_case).then(text.map_elements(known, return_dtype=pl.String)).otherwise(text))


def show_layouts(out: Console, workspace: "Workspace", found: "pl.DataFrame") -> None:
    """Show the layouts, a row each; `found` as warehouse.ledger.layouts.layouts gives it."""
    if found.is_empty():
        out.print("Chưa có tệp nào được đọc.")
        return
    names = workspace.unit_names
    shown = table("Mã", "Đơn vị", "Từ ngày", "Đến ngày", "Số lần", "Câu hỏi", ids=["Mã"])
    for row in found.iter_rows(named=True):
        answered = f"{row['person']} đã xác nhận" if row["person"] else row["layout_question"] or ""
        days = (vn.day(row["first"]), vn.day(row["last"]))
        shown.add_row(row["layout"], names[row["unit_id"]], *days, str(row["deliveries"]), answered)
    out.print(shown)


def show_layout(out: Console, workspace: "Workspace", row: dict[str, Any]) -> None:
    """Show one layout: which header is which column, what is not read, and its question."""
    from transforms.dictionary.labels import label

    content = json.loads(row["layout_description"])
    out.print(row["layout"], style="bold")
    out.print(f"  Đơn vị: {workspace.unit_names[row['unit_id']]} ({row['contract']})")
    out.print(f"  Ngày số liệu: {vn.day(row['first'])} – {vn.day(row['last'])}, {row['deliveries']} lần gửi")
    if content["sheet"]:
        out.print(f"  Trang tính: {content['sheet']}")
    for column, header in content["columns"].items():
        out.print(Text(f"  “{header}” → {label(column)}"))
    if content.get("configured"):
        out.print("  Bố cục do người dùng ghi trong tyle.toml, không tự nhận")
    if content["unread"]:
        out.print(Text("  Cột không đọc: " + ", ".join(f"“{name}”" for name in content["unread"])))
    if row["layout_question"]:
        out.print(Text(f"  Câu hỏi: {row['layout_question']}", "yellow"))
    if row["person"]:
        out.print(Text(f"  Đã xác nhận – {row['person']}: {row['reason']}", "cyan"))


def show_confirmed(out: Console, workspace: "Workspace", confirmed: "Confirmed") -> None:
    """Show which held deliveries count now, and which are held back for another reason."""
    out.print(f"{confirmed.layout}: đã xác nhận bố cục của {workspace.unit_names[confirmed.unit_id]}")
    for held, stored in confirmed.counted.items():
        out.print(Text(f"  {held}: được tính thành {stored}", "green"))
    for held in confirmed.still_held:
        out.print(Text(f"  {held}: vẫn bị giữ lại vì lý do khác: tyle quarantine show {held}", "yellow"))
    if confirmed.published.site.failure:
        out.print(Text(f"  {confirmed.published.site.failure}", "red"))


def _open(found: "pl.DataFrame") -> "pl.DataFrame":
    import polars as pl

    return found.filter(pl.col("layout_question").is_not_null() & pl.col("person").is_null())
