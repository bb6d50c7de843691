"""The demo: writes each day's exports of August 2022 into a workspace and runs the day. Computes no rate."""

from datetime import UTC, timedelta
from importlib.resources import files
from pathlib import Path

from rich.console import Console

from demo.centre import UNIT_ID as CENTRE
from demo.clock import in_vietnam
from demo.events import EVENTS
from demo.month import FIRST, LAST, plan_month, write_exports
from demo.reference import load_reference
from demo.styles import unit_bases
from flows.commands.day import show_day
from flows.commands.month import show_month
from flows.runs.diary import under_way
from flows.runs.lakes import lake_of
from flows.scheduled.orchestrated import connected, run_orchestrated
from flows.settings.reference_files import REPORT, TEMPLATE
from flows.settings.tyle_toml import FILE
from flows.settings.workspace import Workspace, create_workspace, open_workspace
from flows.work.outputs.labels import labels_of
from flows.work.outputs.marts import month_marts
from flows.work.outputs.report import content, documents, published_figures, save
from warehouse.ledger.states import current_states

MONTH = f"{FIRST:%Y-%m}"


def run_demo(directory: Path, out: Console) -> bool:
    """Run the month and show it; returns whether anything is still held back or missing at its end.

    A second run finds nothing new: no number changes, no version is added.
    """
    workspace = open_workspace(directory) if (directory / FILE).exists() else _create(directory)
    month = plan_month(load_reference())
    days = [FIRST + timedelta(days=offset) for offset in range((LAST - FIRST).days + 1)]
    with under_way(workspace.root, FIRST, LAST), connected(workspace):
        for day in days:
            write_exports(workspace.root / "inbox", day, month)
            # as scheduled: at 05:30 of the next morning in Vietnam
            moment = in_vietnam(day + timedelta(days=1), 5, 30).replace(tzinfo=UTC)
            for result in run_orchestrated(workspace, [day], now=moment):
                show_day(out, workspace, result)
    return _show_end(workspace, out)


def _show_end(workspace: Workspace, out: Console) -> bool:
    out.print()
    with lake_of(workspace) as lake:
        show_month(out, month_marts(workspace, lake, MONTH), MONTH, labels_of(workspace.organisation))
        states = current_states(lake, FIRST, LAST)
    out.print()
    out.print("Chuyện đã xảy ra trong tháng", style="bold")
    for event in EVENTS:
        out.print(f"  · {event.explanation.vi}", highlight=False)
    held = states.filter(states["outcome"].is_in(["quarantined", "missing"])).height
    out.print()
    out.print(f"{states.height} lần gửi phải có, {held} còn bị giữ lại hoặc thiếu.")
    out.print(f"Tệp công bố cho BI: {workspace.published}")
    report = content(workspace, MONTH, published_figures(workspace, MONTH))
    save(workspace.root / "report", documents(workspace, report), overwrite=True)
    out.print(f"Báo cáo (docx, xlsx, pdf, html): {workspace.root / 'report'}")
    return held > 0


def _create(directory: Path) -> Workspace:
    """Create the demo's workspace, with the office and the Word template of the real report."""
    workspace = create_workspace(directory, settings())
    for name in (REPORT, TEMPLATE):
        (workspace.root / "reference" / name).write_bytes((files("reference") / "demo" / name).read_bytes())
    return workspace


def settings() -> str:
    """The demo's part of tyle.toml: baseline month, contract of the one-stop centre, units that send cumulatively."""
    baseline = '\n[report]\nbaseline_month = "2022-04"\n'
    sections = (f'\n[units.{unit_id}]\nbasis = "{basis}"\n' for unit_id, basis in unit_bases().items())
    centre = f'\n[units.{CENTRE}]\ncontract = "processing"\n'
    return "".join((baseline, centre, *sections))
