"""What the tests of alerts share: a workspace that sends to a webhook, days that end with alerts, the ledger."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from pytest_httpserver import HTTPServer

from demo.clock import in_vietnam
from flows.alerts.decide import Alert, from_frame
from flows.settings.workspace import Workspace
from flows.work.day import DayResult
from tests.flows.workspaces import MONDAY, put_all, small_workspace, to_lake
from warehouse.lake.opening import open_lake
from warehouse.ledger.alerts import alerts_since

WRONG = "Đất đai;1;2;4"
RIGHT = "Đất đai;1;2;3"


def hook(server: HTTPServer, path: str = "/hook") -> str:
    """An apprise URL of the loopback server, which takes what is posted there."""
    server.expect_request(path, method="POST").respond_with_data("")
    return url(server, path)


def url(server: HTTPServer, path: str) -> str:
    return f"json://{server.host}:{server.port}{path}"


def posts(server: HTTPServer, path: str = "/hook") -> list[dict[str, Any]]:
    """What was posted to `path`, in order."""
    return [request.get_json() for request, _ in server.log if request.path == path]


def titles(server: HTTPServer, path: str = "/hook") -> list[str]:
    return [post["title"].removeprefix("[tyle] ") for post in posts(server, path)]


def alerting_workspace(root: Path, *urls: str, more: str = "") -> Workspace:
    """The three units; what is critical goes to `urls`."""
    listed = ", ".join(f'"{one}"' for one in urls)
    return small_workspace(root, f"[alerts]\nurls = [{listed}]\n{more}")


def evening(day: date, hour: int = 20) -> datetime:
    """The evening of the day after, past the cut-off where that is a working day; UTC."""
    return in_vietnam(day + timedelta(days=1), hour)


def run_with_alerts(
    workspace: Workspace, day: date, units: tuple[str, ...] = (), now: datetime | None = None
) -> DayResult:
    """A day with its alerts, which follow the lake: nothing is published and no page is made."""
    return to_lake(workspace, day, units, now, alert=True)


def good_day(workspace: Workspace, day: date = MONDAY) -> DayResult:
    put_all(workspace, day)
    return run_with_alerts(workspace, day)


def ledger(workspace: Workspace) -> list[Alert]:
    with open_lake(workspace.root) as lake:
        return from_frame(alerts_since(lake, date.min))
