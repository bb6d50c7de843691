"""The Prefect flow around a day: task runs, run names, a final state. Does no work itself."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.runs.lakes import lake_of
from flows.runs.log import configure
from flows.runs.steps import MAX_THREADS
from flows.scheduled.artifacts import show_day
from flows.scheduled.events import emit_events
from flows.settings.workspace import folder_of, open_workspace
from flows.work.day import DayRequest, DayResult, run_day
from flows.work.run import check_request
from transforms.reference.clock import day_before, utc

_NAMED = 3  # units in the name of a run
_UNKEPT: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}

A = TypeVar("A")
T = TypeVar("T")


class TaskSteps:
    """Steps as Prefect task runs. Nothing is cached or persisted: the lake is the record."""

    def call(self, name: str, step: Callable[[], T]) -> T:
        """Carry out one step as a task run of this name."""
        return task(name=name, **_UNKEPT)(step)()

    def map(self, name: str, step: Callable[[A], T], items: Sequence[A]) -> list[T]:
        """Carry out one step for each item, each as a task run, side by side."""
        each = task(name=name, **_UNKEPT)(lambda index: step(items[index]))
        return [future.result() for future in each.map(list(range(len(items))))]


def run_name() -> str:
    """The name of the run under way: the flow's, the business date's, and the units' where it is not all."""
    units = flow_run.parameters.get("units") or ()
    more = f" +{len(units) - _NAMED}" if len(units) > _NAMED else ""
    only = f" ({', '.join(units[:_NAMED])}{more})" if units else ""
    return f"daily {_business_date(flow_run.parameters.get('business_date'))}{only}"


def _business_date(given: date | None) -> date:
    """The day asked for, or the one that was over when the run was to start: a run that comes late is about its own."""
    return given or day_before(flow_run.scheduled_start_time)


@flow(
    name="daily",
    flow_run_name=run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=MAX_THREADS),  # type: ignore[arg-type]
    timeout_seconds=2 * 60 * 60,  # sources time out by themselves: this is for what nobody thought of
    validate_parameters=True,
    persist_result=False,
)
def daily(
    business_date: date | None = None,
    workspace: str | None = None,
    units: list[str] | None = None,
    now: datetime | None = None,
    alert: bool = True,
) -> DayResult | State[DayResult]:
    """Run one business date of a workspace: pull, check, commit, materialise, publish.

    Ends in the state `Quarantined` (of type COMPLETED) when something of the day is held back or missing. Raises
    WorkspaceError for a day that has not come yet and for a unit that is not valid then. What follows is shown to who
    starts a run in Prefect's pages.

    Args:
        business_date: Ngày số liệu; để trống: hôm trước của giờ chạy theo lịch, ở Việt Nam.
        workspace: Không gian làm việc; để trống: TYLE_WORKSPACE của worker.
        units: Chỉ những đơn vị này; để trống: tất cả.
        now: Thời điểm chạy, có múi giờ; để trống: bây giờ.
        alert: Gửi cảnh báo và phát sự kiện về đơn vị.
    """
    day, moment = _business_date(business_date), now or datetime.now(UTC)
    where = open_workspace(folder_of(workspace))
    configure(where.settings.log)
    check_request(where, [day], units or (), moment)
    with lake_of(where) as lake:
        result = run_day(where, lake, DayRequest(day, utc(moment), tuple(units or ()), alert), TaskSteps())
        show_day(where, result)
    emit_events(result.alerts, result.publication)
    held = result.held_back.height
    if held:
        return Completed(name="Quarantined", message=f"{held} đơn vị chưa có số liệu hợp lệ", data=result)
    return result


def without_heartbeat() -> AbstractContextManager[Any]:
    """Runs without a heartbeat: its thread costs each a second, and an embedded server ends with its process."""
    return temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None})
