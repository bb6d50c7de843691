"""The common part of all flows: open workspace and lake, log, emit events, name the final state. Does no work."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.runs.lakes import lake_of
from flows.runs.log import configure
from flows.scheduled.blocks import read_block
from flows.scheduled.events import emit_events
from flows.settings.secrets import read_blocks_with
from flows.settings.workspace import Workspace, folder_of, open_workspace, zone_of
from flows.work.outputs.publishing import RunResult
from reports import neutral
from transforms.reference.clock import day_before, utc
from warehouse.lake.lake import Lake
from warehouse.places.faults import signal_behind
from warehouse.places.permissions import owner_only

R = TypeVar("R", bound=RunResult)


def tyle_flow(name: str, run_name: Callable[[], str], timeout: timedelta, **options: Any) -> Callable[..., Any]:
    """A Prefect flow that checks its parameters and stores no result, as the lake has it.

    `timeout`: ends a run that hangs for an unknown reason; sources have time limits of their own.
    """
    return flow(
        name=name,
        flow_run_name=run_name,
        timeout_seconds=timeout.total_seconds(),
        validate_parameters=True,
        persist_result=False,
        **options,
    )


@contextmanager
def opened(workspace: str | None) -> Iterator[tuple[Workspace, Lake]]:
    """Open the workspace of a run (default: TYLE_WORKSPACE) and its lake; events are logged as its settings say.

    A run that is cut off raises Prefect's signal, whatever error a statement of DuckDB has made of it: as an error,
    Prefect would let the run wait for a retry. Raises WorkspaceError, SettingsError, LakeError and LockedError in one
    line.
    """
    owner_only()
    where = open_workspace(folder_of(workspace))
    configure(where.settings.log)
    read_blocks_with(read_block)
    try:
        with lake_of(where) as lake:
            yield where, lake
    except RuntimeError as error:
        if cut_off := signal_behind(error):
            raise cut_off from None
        raise


def carry_out(
    workspace: str | None,
    work: Callable[[Workspace, Lake], R],
    show: Callable[[Workspace, R], None],
    state: str = "Completed",
    held: Callable[[R], str] = lambda result: "",
) -> R | State[R]:
    """Do the `work` of a flow, create artifacts with `show`, and emit events for automations.

    Where `held` returns a message, the run ends in `state` (type COMPLETED) with that message.
    """
    with opened(workspace) as (where, lake):
        result = work(where, lake)
        show(where, result)
    emit_events(result.alerts, result.published.publication)
    message = held(result)
    return Completed(name=state, message=message, data=result) if message else result


def warn(line: str) -> None:
    """A warning in the log of the current run, which Prefect's pages show."""
    get_run_logger().warning(neutral.line(line))


def moment_of(given: datetime | None) -> datetime:
    """The moment of a run in UTC without zone, as the lake stores it: the given one (with zone), or now."""
    return utc(given or datetime.now(UTC))


def scheduled_day() -> date:
    """The last business date before the scheduled start: a run that starts late still takes its own day."""
    return day_before(flow_run.scheduled_start_time, zone_of(flow_run.parameters.get("workspace")))


def scheduled_moment() -> datetime:
    """The scheduled start of the run, as clocks of the workspace show it.

    Converted through the timestamp: the conversion of Prefect's own class has returned a day too early.
    """
    return datetime.fromtimestamp(
        flow_run.scheduled_start_time.timestamp(), zone_of(flow_run.parameters.get("workspace"))
    )
