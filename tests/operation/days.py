"""Days of a small province for its workers to run, and the end to expect: that of runs without a server."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from flows.settings.workspace import Workspace
from tests.flows.workspaces import morning_after, put, put_all, run, small_workspace
from tests.torture.ending import ending

# An alert names the day whose run sent it: with fewer runs it is sent later.
ALERTS = frozenset({"lake.alerts"})
# A day that came in after it was shown as missing: its arrival is recorded and changes no figure.
LATE = ALERTS | {"lake.outcomes", "marts.restatements"}


def province(root: Path, days: Sequence[date], settings: str = "") -> Workspace:
    """Three units' exports of these days; of the first day one is wrong."""
    workspace = small_workspace(root, settings)
    for day in days:
        put_all(workspace, day)
    put(workspace, "so-y-te", days[0], "Đất đai;1;2;4")
    return workspace


def asked(workspace: Workspace, day: date) -> dict[str, str]:
    """The parameters of a run of `daily` for a day, as of the next morning."""
    return {
        "business_date": day.isoformat(),
        "workspace": str(workspace.root),
        "now": f"{morning_after(day).isoformat()}Z",
    }


def usual(root: Path, days: Sequence[date]) -> Workspace:
    """The same days run one by one without any fault."""
    made = province(root, days)
    for day in days:
        run(made, day)
    return made


def differences(workspace: Workspace, expected: Workspace, but: frozenset[str] = frozenset()) -> list[str]:
    """What lake, marts and pages hold otherwise than expected, `but` for these tables."""
    found, wanted = ending(workspace.root), ending(expected.root)
    kept = {name: rows for name, rows in wanted.tables.items() if name not in but}
    return found.differences(replace(wanted, tables=kept))
