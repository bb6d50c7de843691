"""How units stand on the screen: outcomes, who is missing or late, which rules are eased. Decides nothing."""

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.commands.screens.common import DECISIONS, OUTCOMES, told, unit_names
from flows.settings.workspace import Workspace
from flows.work.watch import Watched
from reports import vietnamese as vn
from transforms.check.rules import severities
from transforms.check.rules.strictness import OFF

_STRICTNESS = ("critical", "warning", "info")


def show_states(out: Console, workspace: Workspace, states: pl.DataFrame) -> None:
    """Outcomes as a table, one row per unit and day."""
    names = unit_names(workspace)
    table = Table("Ngày", "Đơn vị", "Loại", "Kết quả", "Phiên bản", "Nhận lúc (UTC)", "Quy tắc vi phạm")
    for row in states.iter_rows(named=True):
        word, style = OUTCOMES[row["outcome"]]
        late = " (muộn)" if row["is_late"] else ""
        decided = f" ({DECISIONS[row['decision']]})" if row["decision"] else ""
        received = f"{row['received_at']:%Y-%m-%d %H:%M}" if row["received_at"] else ""
        table.add_row(
            vn.day(row["business_date"]),
            names.get(row["unit_id"], row["unit_id"]),
            row["contract"],
            Text(word + late + decided, style),
            str(row["version"] or ""),
            received,
            row["rules_broken"] or "",
        )
    out.print(table)


def show_docs(out: Console, states: pl.DataFrame) -> None:
    """Where the pages on what was checked lie, a line each day."""
    for page in states["docs"].drop_nulls().unique(maintain_order=True):
        out.print(Text(f"Data Docs: {page}"))


def show_eased_rules(out: Console, workspace: Workspace) -> None:
    """The rules that tyle.toml switches off or takes less strictly than they are meant, a line each."""
    names = unit_names(workspace)
    for unit_id, contract, rule, severity in workspace.settings.taken_otherwise():
        own = severities(contract)[rule]
        whose = f"({contract}, {names.get(unit_id, 'mọi đơn vị')})"
        if severity == OFF:
            out.print(f"Quy tắc đã tắt: [yellow]{rule}[/] {whose}")
        elif _STRICTNESS.index(severity) > _STRICTNESS.index(own):
            out.print(f"Quy tắc hạ mức: [yellow]{rule}[/] {own} → {severity} {whose}")


def show_watched(out: Console, workspace: Workspace, watched: Watched) -> None:
    """The units that are behind, the worst first, then what was told."""
    names = unit_names(workspace)
    if watched.units.is_empty():
        out.print("Không có đơn vị nào thiếu hay gửi muộn.")
    for row in watched.units.iter_rows(named=True):
        word = "chưa từng gửi" if row["never"] else {"missing": "chưa gửi", "late": "gửi muộn"}[row["problem"]]
        days = f"{row['days']} ngày, từ {vn.day(row['since'])}" if row["days"] > 1 else f"ngày {vn.day(row['since'])}"
        out.print(Text(f"{names[row['unit_id']]} ({row['contract']}): {word}, số liệu {days}", "red"))
    for line in told(watched.alerts):
        out.print(line)
