"""Days one after another: through the Prefect flow, or as plain calls without a server. Same work, same results."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, date, datetime
from threading import Thread

from expectations.judge import warm_up
from flows.runs.diary import under_way
from flows.runs.lakes import lake_of
from flows.runs.log import configure
from flows.runs.steps import DirectSteps
from flows.scheduled.environment import has_api, prepare
from flows.settings.workspace import Workspace, WorkspaceError
from flows.work.day import DayRequest, DayResult, run_day
from flows.work.marts import engine_of
from transforms.reference.clock import local_date, utc


def check_request(workspace: Workspace, days: Sequence[date], units: Sequence[str], now: datetime) -> None:
    """Raise WorkspaceError for a day that has not come yet or a unit that is not valid then.

    Raises EngineError where the marts are to be built here and could not be.
    """
    if workspace.settings.publish.here:
        engine_of(workspace)
    today = local_date(utc(now))
    for day in days:
        if day > today:
            raise WorkspaceError(f"ngày {day}: chưa đến (hôm nay là {today})")
        valid = set(workspace.registry.on(day)["unit_id"])
        for unit in units:
            if unit not in valid:
                near = ", ".join(workspace.registry.nearest_ids(unit, day))
                raise WorkspaceError(f"--unit {unit}: không có đơn vị này ngày {day}; gần giống: {near}")


def run_direct(
    workspace: Workspace, days: Sequence[date], units: tuple[str, ...] = (), now: datetime | None = None
) -> Iterator[DayResult]:
    """Each day as plain calls in this process; `now` with zone, default the clock's. The last day sends the alerts."""
    configure(workspace.settings.log)
    with _under_way(workspace, days), lake_of(workspace) as lake:
        for day in days:
            request = DayRequest(day, utc(now or datetime.now(UTC)), units, alert=day == days[-1])
            yield run_day(workspace, lake, request, DirectSteps())


def run_orchestrated(
    workspace: Workspace, days: Sequence[date], units: tuple[str, ...] = (), now: datetime | None = None
) -> Iterator[DayResult]:
    """Each day as a run of the Prefect flow `daily`, on the server named or else on an embedded one."""
    prepare(workspace.root)
    # prefect reads its environment when it is imported
    from flows.scheduled.daily import daily, without_heartbeat  # noqa: PLC0415

    # Seconds of imports pass while the embedded server starts; an error in them shows again where they are used.
    Thread(target=warm_up, daemon=True).start()
    with _under_way(workspace, days):
        for day in days:
            with nullcontext() if has_api() else without_heartbeat():
                state = daily(
                    business_date=day,
                    workspace=str(workspace.root),
                    units=list(units) or None,
                    now=now or datetime.now(UTC),
                    alert=day == days[-1],
                    return_state=True,
                )
            result: DayResult = state.result()  # type: ignore[assignment]
            yield result


def _under_way(workspace: Workspace, days: Sequence[date]) -> AbstractContextManager[object]:
    """Who looks on sees several days as one run, also between two of them."""
    return under_way(workspace.root, days[0], days[-1]) if len(days) > 1 else nullcontext()
