"""The flow `daily`. The work itself is in flows/work/day.py."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from prefect.client.schemas.objects import State
from prefect.context import SyncClientContext
from prefect.runtime import flow_run
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from flows.scheduled.artifacts import show_day
from flows.scheduled.flow import carry_out, moment_of, scheduled_day, tyle_flow, warn
from flows.scheduled.steps import TaskSteps, task_runner
from flows.settings.workspace import Workspace
from flows.work.day import DayRequest, DayResult, run_day
from flows.work.days import check_days
from reports import neutral
from warehouse.lake.lake import Lake

_NAMED = 3  # most units in the name of a run


def run_name() -> str:
    """The name of the current run: the flow, the business date, and the units where they are named."""
    units = flow_run.parameters.get("units") or ()
    more = f" +{len(units) - _NAMED}" if len(units) > _NAMED else ""
    only = f" ({', '.join(map(neutral.value, units[:_NAMED]))}{more})" if units else ""
    return f"daily {flow_run.parameters.get('business_date') or scheduled_day()}{only}"


@tyle_flow("daily", run_name, timedelta(hours=2), task_runner=task_runner())
def daily(
    business_date: date | None = None,
    workspace: str | None = None,
    units: list[str] | None = None,
    now: datetime | None = None,
    alert: bool = True,
) -> DayResult | State[DayResult]:
    """Run one business date of a workspace: pull, check, commit, materialise, publish.

    Ends in the state `Quarantined` (type COMPLETED) when something is held back or missing on that day. Raises
    WorkspaceError for a day in the future and for a unit that is not valid on that day. Prefect's pages show the
    arguments below to a person who starts a run there.

    Args:
        business_date: Ngày số liệu; để trống: hôm trước của giờ chạy theo lịch, theo múi giờ của không gian làm việc.
        workspace: Không gian làm việc; để trống: TYLE_WORKSPACE của worker.
        units: Chỉ những đơn vị này; để trống: tất cả.
        now: Thời điểm chạy, có múi giờ; để trống: bây giờ.
        alert: Gửi cảnh báo và phát sự kiện về đơn vị.
    """
    day, moment = business_date or scheduled_day(), moment_of(now)

    def run(where: Workspace, lake: Lake) -> DayResult:
        check_days(where, [day], units or (), moment)
        return run_day(where, lake, DayRequest(day, moment, tuple(units or ()), alert), TaskSteps(), warn)

    return carry_out(workspace, run, show_day, "Quarantined", _held_back)


def _held_back(result: DayResult) -> str:
    held = result.held_back.height
    return f"{held} đơn vị chưa có số liệu hợp lệ" if held else ""


@contextmanager
def connected(*, embedded: bool) -> Iterator[None]:
    """In this block all runs share settings and a connection to the server, which take 0.1 s to make. May be nested.

    `embedded`: on a server that ends with its process; runs send it no heartbeats, which cost a second a run.
    """
    if SyncClientContext.get():
        yield
        return
    changed = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None} if embedded else {}
    with temporary_settings(changed), SyncClientContext.get_or_create():
        yield
