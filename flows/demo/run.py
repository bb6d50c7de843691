"""The demo: August 2022 in a workspace, each day's exports put down, then run as a schedule would. Computes no rate."""

from datetime import UTC, timedelta
from pathlib import Path

from rich.console import Console

from flows.clock import in_vietnam
from flows.demo.events import EVENTS
from flows.demo.month import FIRST, LAST, plan_month, write_exports
from flows.demo.reference import load_reference
from flows.demo.styles import unit_bases
from flows.marts import month_marts
from flows.run import run_orchestrated
from flows.screens.day import show_day
from flows.screens.month import show_month
from flows.settings import FILE
from flows.workspace import Workspace, create_workspace, open_workspace
from warehouse.lake import current_states, open_lake

MONTH = f"{FIRST:%Y-%m}"


def run_demo(directory: Path, out: Console) -> bool:
    """Run the month and show it; whether anything is still held back or missing at its end.

    Running it again finds nothing new: no number changes, no version is added.
    """
    workspace = open_workspace(directory) if (directory / FILE).exists() else create_workspace(directory, settings())
    month = plan_month(load_reference())
    days = [FIRST + timedelta(days=offset) for offset in range((LAST - FIRST).days + 1)]
    for day in days:
        write_exports(workspace.root / "inbox", day, month)
        # As scheduled: at 05:30 of the following morning in Vietnam.
        moment = in_vietnam(day + timedelta(days=1), 5, 30).replace(tzinfo=UTC)
        for result in run_orchestrated(workspace, [day], now=moment):
            show_day(out, workspace, result)
    return _show_end(workspace, out)


def _show_end(workspace: Workspace, out: Console) -> bool:
    out.print()
    with open_lake(workspace.root) as lake:
        show_month(out, month_marts(workspace, lake, MONTH), MONTH)
        states = current_states(lake, FIRST, LAST)
    out.print("\n[bold]Chuyện đã xảy ra trong tháng[/]")
    for event in EVENTS:
        out.print(f"  · {event.explanation.vi}", highlight=False)
    held = states.filter(states["outcome"].is_in(["quarantined", "missing"])).height
    out.print(f"\n{states.height} lần gửi phải có, {held} còn bị giữ lại hoặc thiếu.")
    out.print(f"Tệp công bố cho BI: {workspace.published}")
    return held > 0


def settings() -> str:
    """The report's baseline month and the units of the demo that send cumulative figures, as tyle.toml states it."""
    baseline = '\n[report]\nbaseline_month = "2022-04"\n'
    sections = (f'\n[units.{unit_id}]\nbasis = "{basis}"\n' for unit_id, basis in unit_bases().items())
    return "".join((baseline, *sections))
