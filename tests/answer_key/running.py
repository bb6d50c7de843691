"""Runs a plan as users would: writes each day's exports, then runs the day as of the next morning. Judges nothing."""

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from flows.runs.steps import DirectSteps
from flows.settings.workspace import create_workspace, open_workspace
from flows.work.day import DayRequest, run_day
from tests.answer_key.comparing import Report, compare_deliveries, compare_marts, compare_states
from tests.answer_key.plan import Plan, write_exports, write_reference
from tests.flows.workspaces import morning_after
from warehouse.lake.opening import open_lake


def run_plan(root: Path, plan: Plan, notify: Callable[[date, int, float], None] = lambda *_: None) -> Report:
    """Run the plan in a new workspace `root`, compare with its key; `notify` gets each day, its files and seconds."""
    create_workspace(root)
    write_reference(root, plan)
    for cell in plan.cells:  # set up from the first day: a unit without a folder is not missed
        (root / "inbox" / cell.member.unit_id).mkdir(exist_ok=True)
    workspace = open_workspace(root)
    with open_lake(root) as lake:
        for day in plan.days:
            files = write_exports(root, plan, day)
            started = time.monotonic()
            run_day(workspace, lake, DayRequest(day, morning_after(day)), DirectSteps())
            notify(day, files, time.monotonic() - started)
        report = compare_deliveries(lake, plan)
        report.wrong += compare_states(lake, plan)
    report.wrong += compare_marts(workspace.published, plan)
    return report
