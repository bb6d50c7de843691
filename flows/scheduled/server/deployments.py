"""The deployments of the deployment file, brought to a Prefect server; and whether their runs are really to come.

Prefect's own `prefect deploy` asks for a work pool that is there already, and says nothing where a server accepts
schedules and creates no run: that is looked at here.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from httpx import HTTPError
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import ConcurrencyOptions, StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, PrefectException
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema
from pydantic import ValidationError

from flows.scheduled.environment import OrchestrationError
from flows.scheduled.server.deployment_file import entries
from transforms.reference.clock import utc

TAG = "tyle"  # what is ours on a server that has others
POOL_TYPE = "process"
PATIENCE = 60.0  # seconds for the first runs: the server's scheduler looks every few
_SHOWN = 3
_OVERDUE = timedelta(minutes=15)


@dataclass(frozen=True)
class Deployed:
    """A deployment as the server has it: its schedules (cron) and when it will run next (UTC without zone).

    `overdue`: the run that should have begun a while ago and has not, where there is one.
    """

    name: str
    crons: tuple[str, ...]
    next_runs: tuple[datetime, ...]
    paused: bool
    overdue: datetime | None = None

    @property
    def stands_still(self) -> bool:
        """Whether it has a schedule and yet no run to come."""
        return bool(self.crons) and not self.paused and not self.next_runs

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        runs = [f"{moment.isoformat()}Z" for moment in self.next_runs]
        late = f"{self.overdue.isoformat()}Z" if self.overdue else None
        return {
            "name": self.name,
            "crons": list(self.crons),
            "paused": self.paused,
            "next_runs": runs,
            "overdue": late,
        }


def apply_deployments(file: Path) -> None:
    """Bring the deployments of `file` to the server by their names, and make the work pools they lack.

    One that was paused there stays so. Raises OrchestrationError.
    """
    wanted = entries(file, "deployments")
    try:
        with get_client(sync_client=True) as client:
            for entry in wanted:
                _apply(client, entry, file)
    except (HTTPError, PrefectException) as error:
        raise OrchestrationError(f"máy chủ Prefect không nhận deployment ({type(error).__name__})") from error


def deployed() -> list[Deployed]:
    """The server's deployments that are ours, by name. Raises OrchestrationError."""
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
    try:
        with get_client(sync_client=True) as client:
            found = client.read_deployments(deployment_filter=ours)
            now = datetime.now(UTC)
            return sorted((_deployed(client, one, now) for one in found), key=lambda one: one.name)
    except (HTTPError, PrefectException) as error:
        raise OrchestrationError(f"không đọc được deployment của máy chủ Prefect ({type(error).__name__})") from error


def wait_for_runs(patience: float = PATIENCE) -> list[Deployed]:
    """The deployments once each that has a schedule has runs to come. Raises OrchestrationError where one gets none."""
    until = time.monotonic() + patience
    while standing_still(found := deployed()):
        if time.monotonic() > until:
            raise OrchestrationError(no_runs(found))
        time.sleep(0.5)
    return found


def standing_still(found: list[Deployed]) -> list[str]:
    """The names of those that have a schedule and yet no run to come."""
    return [one.name for one in found if one.stands_still]


def no_runs(found: list[Deployed]) -> str:
    """What to say of deployments for which the server creates no runs."""
    names = ", ".join(standing_still(found))
    return f"máy chủ Prefect không tạo lần chạy nào cho {names}: xem nhật ký máy chủ, đúng phiên bản trong requirements"


def _apply(client: SyncPrefectClient, entry: dict[str, Any], file: Path) -> None:
    try:
        name, pool, entrypoint = entry["name"], entry["work_pool"], entry["entrypoint"]
        flow: Flow[..., Any] = load_flow_from_entrypoint(entrypoint)
        limit = entry.get("concurrency_limit") or {}
        schedules = [
            DeploymentScheduleCreate(
                schedule=CronSchedule(cron=one["cron"], timezone=one["timezone"]),
                active=one.get("active", True),
                parameters=one.get("parameters", {}),
            )
            for one in entry.get("schedules", ())
        ]
        options = ConcurrencyOptions(collision_strategy=limit["collision_strategy"]) if limit else None
        tags, given = list(entry.get("tags", ())), dict(entry.get("parameters", {}))
    except (KeyError, TypeError, AttributeError, ImportError, ValidationError) as error:
        raise OrchestrationError(f"{file}: deployments: {entry.get('name', '?')}: {_line(error)}") from error
    _ensure_pool(client, pool["name"])
    if queue := pool.get("work_queue_name"):
        _ensure_queue(client, pool["name"], queue, limit.get("limit"))
    client.create_deployment(
        flow_id=client.create_flow(flow),
        name=name,
        entrypoint=entrypoint,
        description=entry.get("description"),
        tags=tags,
        parameters=given,
        schedules=schedules,
        concurrency_limit=limit.get("limit"),
        concurrency_options=options,
        work_pool_name=pool["name"],
        work_queue_name=pool.get("work_queue_name"),
        job_variables=pool.get("job_variables", {}),
        parameter_openapi_schema=parameter_schema(flow).model_dump(exclude_unset=True),
        enforce_parameter_schema=True,
        pull_steps=[],
        paused=entry.get("paused"),
    )


def _line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return str(error.errors()[0]["msg"])
    return f"thiếu {error}" if isinstance(error, KeyError) else " ".join(str(error).split())


def _ensure_pool(client: SyncPrefectClient, name: str) -> None:
    try:
        client.read_work_pool(name)
    except ObjectNotFound:
        try:
            client.create_work_pool(WorkPoolCreate(name=name, type=POOL_TYPE))
        except ObjectAlreadyExists:  # a worker that starts at the same moment makes it too
            return


def _ensure_queue(client: SyncPrefectClient, pool: str, name: str, limit: int | None) -> None:
    """A queue that hands out as many runs at once as the deployment may have under way, first those due first."""
    try:
        found = client.read_work_queue_by_name(name, work_pool_name=pool)
    except ObjectNotFound:
        client.create_work_queue(name, concurrency_limit=limit, work_pool_name=pool)
    else:
        client.update_work_queue(found.id, concurrency_limit=limit)


def _deployed(client: SyncPrefectClient, one: DeploymentResponse, now: datetime) -> Deployed:
    def scheduled(when: FlowRunFilterExpectedStartTime, limit: int) -> tuple[datetime, ...]:
        runs = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                deployment_id=FlowRunFilterDeploymentId(any_=[one.id]),
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
                expected_start_time=when,
            ),
            sort=FlowRunSort.EXPECTED_START_TIME_ASC,
            limit=limit,
        )
        return tuple(utc(run.expected_start_time) for run in runs if run.expected_start_time)

    crons = tuple(
        schedule.schedule.cron
        for schedule in one.schedules
        if schedule.active and isinstance(schedule.schedule, CronSchedule)
    )
    late = scheduled(FlowRunFilterExpectedStartTime(before_=now - _OVERDUE), 1)
    to_come = scheduled(FlowRunFilterExpectedStartTime(after_=now), _SHOWN)
    return Deployed(one.name, crons, to_come, one.paused, late[0] if late else None)
