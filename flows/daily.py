"""The Prefect flow around a day: task runs, run names, a table of outcomes, a final state. Does no work itself."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.alerts.events import emit_events
from flows.clock import utc
from flows.day import DayRequest, DayResult, run_day
from flows.steps import MAX_THREADS
from flows.workspace import open_workspace
from warehouse.lake import open_lake

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


@flow(
    name="daily",
    flow_run_name="daily {business_date}",
    task_runner=ThreadPoolTaskRunner(max_workers=MAX_THREADS),  # type: ignore[arg-type]
    validate_parameters=True,
    persist_result=False,
)
def daily(
    business_date: date,
    workspace: str = ".",
    units: list[str] | None = None,
    now: datetime | None = None,
    alert: bool = True,
) -> DayResult | State[DayResult]:
    """Run one business date of a workspace: pull, check, commit, materialise, publish.

    `units` restricts the run to some units; `now` is the moment of the run (with zone), default the clock's; `alert`:
    whether it sends alerts and emits events.
    Ends in the state `Quarantined` (of type COMPLETED) when something of the day is held back or missing.
    """
    moment = utc(now or datetime.now(UTC))
    with open_lake(Path(workspace).resolve()) as lake:
        request = DayRequest(business_date, moment, tuple(units or ()), alert)
        result = run_day(open_workspace(Path(workspace)), lake, request, TaskSteps())
    create_table_artifact(key=f"day-{business_date}", table=day_table(result), description=day_description(result))
    emit_events(result.alerts, result.publication)
    held = result.held_back.height
    if held:
        return Completed(name="Quarantined", message=f"{held} đơn vị chưa có số liệu hợp lệ", data=result)
    return result


def without_heartbeat() -> AbstractContextManager[Any]:
    """Runs without a heartbeat: its thread costs each a second, and an embedded server ends with its process."""
    return temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None})


def day_description(result: DayResult) -> str:
    """What the artifact is, and where the page on the day's checks lies."""
    page = f" – [Data Docs]({result.docs.as_uri()})" if result.docs else ""
    return f"Kết quả ngày {result.business_date:%d/%m/%Y}{page}"


def day_table(result: DayResult) -> list[dict[str, Any]]:
    """The day's outcomes as rows of an artifact."""
    shown = result.states.select("unit_id", "outcome", "version", "is_late", "rules_broken")
    return [{key: "" if value is None else value for key, value in row.items()} for row in shown.to_dicts()]
