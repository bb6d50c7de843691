"""`tyle import-report`, and what it prints."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from flows.commands.shared import (
    JsonOption,
    OptionalByOption,
    ReasonOption,
    WorkspaceOption,
    decision_on,
    exit_code,
    figures_text,
    lake_of,
    opened,
    person_or_user,
)
from flows.commands.terminal import console, echo_json

if TYPE_CHECKING:
    from flows.work.import_report import Imported


def import_report(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Phụ lục của báo cáo: docx, xlsx, HTML hoặc CSV.")],
    month: Annotated[datetime, typer.Option(formats=["%Y-%m"], metavar="YYYY-MM", help="Tháng của số liệu.")],
    as_of: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Số liệu tính đến ngày.")],
    reason: ReasonOption,
    by: OptionalByOption = "",
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="ĐƠN-VỊ", help="Đơn vị (mã hoặc tên) không nhập; ghi được nhiều lần."),
    ] = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Nhập số liệu cả tháng của một báo cáo cũ, để có năm trước mà so sánh; sai một đơn vị thì không nhập gì."""
    from flows.work import import_report as work

    where = opened(workspace)
    decision = decision_on("", reason, person_or_user(by))
    report = work.Report(file, f"{month:%Y-%m}", as_of.date(), tuple(without or ()))
    with lake_of(where) as lake:
        imported = work.import_report(where, lake, report, decision)
    if as_json:
        echo_json(imported.as_dict())
    else:
        show_imported(console(), imported)
    return exit_code(held_back=False, site_failed=bool(imported.published.site.failure))


def show_imported(out: Console, imported: "Imported") -> None:
    """Show how many units were imported with their sums, what was left out, and what the rules warn of."""
    if imported.deliveries.is_empty():
        out.print(Text(f"tháng {imported.month}: báo cáo này đã được nhập, không có gì mới", "dim"))
        return
    sums = figures_text(imported.totals)
    line = f"tháng {imported.month}, đến {imported.as_of:%d/%m/%Y}: nhập {imported.deliveries.height} đơn vị; {sums}"
    out.print(Text(line, "green"))
    if imported.left_out:
        out.print(Text(f"  không nhập: {', '.join(imported.left_out)}", "yellow"))
    for warning in imported.warnings:
        out.print(Text(f"  {warning}", "yellow"))
    if imported.published.site.failure:
        out.print(Text(f"  {imported.published.site.failure}", "red"))
