"""What the terminal shows of deliveries held back and decided about, in Vietnamese. Decides nothing."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.commands.screens.common import DECISIONS, OUTCOMES, figures_text, unit_names
from flows.settings.workspace import Workspace
from flows.work.quarantine import Released
from reports import vietnamese as vn


def show_quarantine(out: Console, workspace: Workspace, held: pl.DataFrame) -> None:
    """The deliveries held back, one row each."""
    if held.is_empty():
        out.print("Không có lần gửi nào bị giữ lại.")
        return
    names = unit_names(workspace)
    table = Table("Mã", "Đơn vị", "Ngày số liệu", "Tệp", "Lý do")
    for row in held.iter_rows(named=True):
        day = vn.day(row["business_date"])
        table.add_row(row["delivery_id"], names[row["unit_id"]], day, row["file_name"], row["reason"])
    out.print(table)


def show_delivery(
    out: Console, workspace: Workspace, ledger: Mapping[str, Any], rows: pl.DataFrame, decided: pl.DataFrame
) -> None:
    """What is known of one delivery, what was decided about it, and each of its faulty rows."""
    facts = {
        "Đơn vị": unit_names(workspace)[ledger["unit_id"]],
        "Ngày số liệu": vn.day(ledger["business_date"]),
        "Phiên bản": ledger["version"],
        "Tệp": ledger["source_uri"],
        "Bản gốc": ledger["landing"],
        "SHA-256": ledger["sha256"],
        "Nhận lúc (UTC)": f"{ledger['received_at']:%Y-%m-%d %H:%M:%S}",
        "Kết luận": OUTCOMES[ledger["status"]][0] if ledger["status"] in OUTCOMES else ledger["status"],
    }
    out.print(f"[bold]{ledger['delivery_id']}[/]")
    for name, value in facts.items():
        out.print(f"  {name}: {value}")
    for decision in decided.iter_rows(named=True):
        show_decision(out, decision)
    for message in rows["message"]:
        out.print(Text(f"  {message}", "red"))


def show_decision(out: Console, decided: Mapping[str, Any]) -> None:
    """Who decided what about a delivery, when and why."""
    words = f"{DECISIONS[decided['decision']]} – {decided['person']}, {decided['at']:%Y-%m-%d %H:%M} UTC"
    into = f"; được tính là {decided['released_as']}" if decided["released_as"] else ""
    out.print(Text(f"  Quyết định: {words}: {decided['reason']}{into}", "cyan"))


def show_released(out: Console, released: Released) -> None:
    """What counts now, and which rules were overridden, with their rows."""
    word, style = OUTCOMES[released.status]
    figures = figures_text(released.totals)
    out.print(Text(f"{released.delivery_id}: cho qua thành {released.released_as}, {word}: {figures}", style))
    if released.overridden:
        out.print(Text(f"  Trái quy tắc: {', '.join(released.overridden)}", "yellow"))
    for message in released.messages:
        out.print(Text(f"  {message}", "yellow"))
    if released.site.failure:
        out.print(Text(f"  {released.site.failure}", "red"))
