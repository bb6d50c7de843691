"""Creates the deployments of the deployment file on a Prefect server, and checks that it creates scheduled runs.

Prefect's own `prefect deploy` needs an existing work pool, and does not notice a server that accepts schedules but
creates no runs.
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
from flows.scheduled.server.deployment_file import SHIPPED, entries
from flows.settings.workspace import zone_of
from transforms.reference.clock import utc

TAG = "tyle"  # marks our deployments on a server that has others
_POOL_TYPE = "process"
PATIENCE = 60.0  # seconds to wait for the first runs: the server's scheduler works every few seconds
_SHOWN = 3  # next runs of a deployment
_OVERDUE = timedelta(minutes=15)


@dataclass(frozen=True)
class Deployed:
    """A deployment on the server: its schedules (cron) and its next runs (UTC without zone).

    `overdue`: the scheduled start of a run that is more than 15 minutes late, where there is one.
    """

    name: str
    crons: tuple[str, ...]
    next_runs: tuple[datetime, ...]
    paused: bool
    overdue: datetime | None = None

    @property
    def stands_still(self) -> bool:
        """Whether it has a schedule but no next run."""
        return bool(self.crons) and not self.paused and not self.next_runs

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
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
    """Create or update the deployments of `file` by name, with the work pools they need.

    A paused deployment stays paused. The hours of the shipped file are those of the workspace's time zone; a file of
    one's own names its zones itself. Raises OrchestrationError.
    """
    wanted = entries(file, "deployments")
    zone = zone_of(None).key if file.resolve() == SHIPPED.resolve() else None
    try:
        with get_client(sync_client=True) as client:
            for entry in wanted:
                _apply(client, entry, file, zone)
    except (HTTPError, PrefectException) as error:
        raise OrchestrationError(f"máy chủ Prefect không nhận deployment ({type(error).__name__})") from error


def deployed() -> list[Deployed]:
    """Our deployments on the server, sorted by name. Raises OrchestrationError."""
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
    try:
        with get_client(sync_client=True) as client:
            found = client.read_deployments(deployment_filter=ours)
            now = datetime.now(UTC)
            return sorted((_deployed(client, one, now) for one in found), key=lambda one: one.name)
    except (HTTPError, PrefectException) as error:
        raise OrchestrationError(f"không đọc được deployment của máy chủ Prefect ({type(error).__name__})") from error


def wait_for_runs(patience: float = PATIENCE) -> list[Deployed]:
    """Wait until each deployment with a schedule has next runs. Raises OrchestrationError where one gets none."""
    until = time.monotonic() + patience
    while standing_still(found := deployed()):
        if time.monotonic() > until:
            raise OrchestrationError(no_runs(found))
        time.sleep(0.5)
    return found


def standing_still(found: list[Deployed]) -> list[str]:
    """The names of the deployments that have a schedule but no next run."""
    return [one.name for one in found if one.stands_still]


def no_runs(found: list[Deployed]) -> str:
    """The error message for deployments for which the server creates no runs."""
    names = ", ".join(standing_still(found))
    return f"máy chủ Prefect không tạo lần chạy nào cho {names}: xem nhật ký máy chủ, đúng phiên bản trong requirements"


def _apply(client: SyncPrefectClient, entry: dict[str, Any], file: Path, zone: str | None) -> None:
    try:
        name, pool, entrypoint = entry["name"], entry["work_pool"], entry["entrypoint"]
        flow: Flow[..., Any] = load_flow_from_entrypoint(entrypoint)
        limit = entry.get("concurrency_limit") or {}
        schedules = [
            DeploymentScheduleCreate(
                schedule=CronSchedule(cron=one["cron"], timezone=zone or one["timezone"]),
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
            client.create_work_pool(WorkPoolCreate(name=name, type=_POOL_TYPE))
        except ObjectAlreadyExists:  # a worker that started at the same moment has made it
            return


def _ensure_queue(client: SyncPrefectClient, pool: str, name: str, limit: int | None) -> None:
    """Make or update a queue that hands out at most `limit` runs at once, the oldest first."""
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
