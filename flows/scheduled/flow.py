"""What all flows do alike: open the workspace and its lake, log, emit events, name the final state. Does no work."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.runs.lakes import lake_of
from flows.runs.log import configure
from flows.scheduled.blocks import read_block
from flows.scheduled.events import emit_events
from flows.settings.secrets import read_blocks_with
from flows.settings.workspace import Workspace, folder_of, open_workspace
from flows.work.publishing import RunResult
from transforms.reference.clock import VIETNAM, day_before, utc
from warehouse.lake.lake import Lake

R = TypeVar("R", bound=RunResult)


def tyle_flow(name: str, run_name: Callable[[], str], timeout: timedelta, **options: Any) -> Callable[..., Any]:
    """A Prefect flow as all of ours are: parameters are checked, no result is kept, since the lake is the record.

    `timeout`: sources time out by themselves; this is for what nobody thought of.
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
    """The workspace that a run was given (default: TYLE_WORKSPACE) and its lake; events are logged as its settings say.

    Raises WorkspaceError, SettingsError, LakeError and LockedError in one line.
    """
    where = open_workspace(folder_of(workspace))
    configure(where.settings.log)
    read_blocks_with(read_block)
    with lake_of(where) as lake:
        yield where, lake


def carry_out(
    workspace: str | None,
    work: Callable[[Workspace, Lake], R],
    show: Callable[[Workspace, R], None],
    state: str = "Completed",
    held: Callable[[R], str] = lambda result: "",
) -> R | State[R]:
    """Do the `work` of a flow; leave what `show` leaves in Prefect's pages; emit events for automations.

    Where `held` says what is still open, the run ends in `state` (of type COMPLETED) with that message.
    """
    with opened(workspace) as (where, lake):
        result = work(where, lake)
        show(where, result)
    emit_events(result.alerts, result.published.publication)
    message = held(result)
    return Completed(name=state, message=message, data=result) if message else result


def moment_of(given: datetime | None) -> datetime:
    """The moment of a run as the tables keep it (UTC without zone): the one given with its zone, or the clock's."""
    return utc(given or datetime.now(UTC))


def scheduled_day() -> date:
    """The business date that was over when the run was to start: a run that starts late is still about its own day."""
    return day_before(flow_run.scheduled_start_time)


def scheduled_moment() -> datetime:
    """When the run was to start, in Vietnam's time.

    By way of the timestamp: Prefect's moments are of a class whose own conversion has named a day too early.
    """
    return datetime.fromtimestamp(flow_run.scheduled_start_time.timestamp(), VIETNAM)
