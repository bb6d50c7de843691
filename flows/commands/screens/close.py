"""Closed months on the screen. Decides and computes nothing."""

from collections.abc import Sequence

from rich.console import Console

from flows.commands.screens.common import MAX_LINES, unit_names
from flows.settings.workspace import Workspace
from flows.work.close import MonthState, report_folder
from warehouse.ledger.closings import Closing


def show_closed(out: Console, workspace: Workspace, closing: Closing, state: MonthState) -> None:
    """What was closed, what it lacks, and how to have the same figures again."""
    out.print(
        f"[bold]Đã chốt tháng {closing.month}[/]: số liệu đến {closing.as_of:%d/%m/%Y}, {closing.person}, "
        f"công bố {closing.publication_id}"
    )
    if not (incomplete := state.incomplete).is_empty():
        names = "; ".join(incomplete["unit_name"].head(MAX_LINES))
        out.print(f"  {incomplete.height} đơn vị chưa đủ số liệu: {names}", style="yellow")
    out.print(f"  Báo cáo: {report_folder(workspace, closing)}")
    out.print(f"  Dựng lại: {_again(closing)}")


def show_closings(out: Console, workspace: Workspace, found: Sequence[tuple[Closing, Sequence[str]]]) -> None:
    """A line for each closed month, then the units that restated it since."""
    if not found:
        out.print("Chưa chốt tháng nào.")
    names = unit_names(workspace)
    for closing, changed in found:
        moment = f"{closing.closed_at:%d/%m/%Y %H:%M} UTC"
        note = f" – {closing.note}" if closing.note else ""
        out.print(f"[bold]{closing.month}[/]  đến {closing.as_of:%d/%m/%Y}, chốt {moment}, {closing.person}{note}")
        if changed:
            listed = "; ".join(names.get(unit_id, unit_id) for unit_id in changed[:MAX_LINES])
            out.print(f"  {len(changed)} đơn vị đã thay đổi số liệu từ khi chốt: {listed}", style="yellow")
            out.print(f"  Như khi chốt: {_again(closing)}")


def _again(closing: Closing) -> str:
    moments = f"--as-of {closing.as_of} --known-at {closing.known_at.isoformat()}"
    return f"tyle report --month {closing.month} {moments} --to DIR"
