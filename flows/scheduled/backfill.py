"""The flow `backfill`, and handing a run of it to the workers. The work itself is in flows/work/backfill.py."""

from datetime import date, datetime, timedelta
from typing import Any

from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.client.schemas.objects import FlowRun, State
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound
from prefect.runtime import flow_run

from flows.scheduled.artifacts import show_table
from flows.scheduled.environment import OrchestrationError
from flows.scheduled.flow import carry_out, moment_of, tyle_flow, warn
from flows.scheduled.steps import TaskSteps, task_runner
from flows.settings.workspace import Workspace, zone_of
from flows.work.backfill import BackfillRequest, BackfillResult, Progress, run_backfill
from flows.work.days import check_span
from reports import neutral
from transforms.reference.clock import local_date, utc
from warehouse.lake.lake import Lake

DEPLOYMENT = "backfill/backfill"


def run_name() -> str:
    """The name of the current run: the flow, the days and the units."""
    given = flow_run.parameters
    units = given.get("units") or []
    of = f" {len(units)} units" if len(units) > 1 else "".join(f" {neutral.value(unit)}" for unit in units)
    return f"backfill {given.get('first')}–{given.get('last')}{of}"


@tyle_flow("backfill", run_name, timedelta(days=1), task_runner=task_runner())
def backfill(
    first: date,
    last: date,
    workspace: str | None = None,
    units: list[str] | None = None,
    lacking: bool = False,
    now: datetime | None = None,
) -> BackfillResult | State[BackfillResult]:
    """Take the days of a range that are missing or changed; one publication at the end.

    Ends in the state `Quarantined` (type COMPLETED) when something is held back or missing on these days. Raises
    WorkspaceError for a day in the future and for a unit that is not valid on a day.

    Args:
        first: Từ ngày số liệu.
        last: Đến ngày số liệu.
        workspace: Không gian làm việc; để trống: TYLE_WORKSPACE của worker.
        units: Chỉ những đơn vị này; để trống: tất cả.
        lacking: Chỉ hỏi những ngày và đơn vị chưa có số liệu hợp lệ; nếu không thì hỏi lại tất cả, lấy cái mới.
        now: Thời điểm chạy, có múi giờ; để trống: bây giờ.
    """
    moment = moment_of(now)

    def run(where: Workspace, lake: Lake) -> BackfillResult:
        check_span(where, first, last, units or (), moment)
        key = f"backfill-{first}-{last}"
        artifact = create_progress_artifact(0.0, key=key, description=f"Lấy bù {first} đến {last}")

        def show_progress(progress: Progress) -> None:
            left = f"{progress.done}/{progress.total} ngày, còn khoảng {progress.seconds_left:.0f} giây"
            update_progress_artifact(artifact, 100 * progress.done / progress.total, description=left)  # type: ignore[arg-type]

        request = BackfillRequest(first, last, moment, tuple(units or ()), lacking)
        return run_backfill(where, lake, request, TaskSteps(), show_progress, warn)

    return carry_out(workspace, run, _show, "Quarantined", _held_back)


def _show(_workspace: Workspace, result: BackfillResult) -> None:
    rows = [{key: str(value) for key, value in row.items()} for row in result.held_back.to_dicts()]
    key = f"backfill-{result.first}-{result.last}-open"
    show_table(key, rows, description="Còn thiếu hoặc bị giữ lại")


def _held_back(result: BackfillResult) -> str:
    held = result.held_back.height
    return f"{held} lần gửi chưa có số liệu hợp lệ" if held else ""


def queue(request: BackfillRequest, workspace: str | None, now: datetime) -> FlowRun:
    """Hand a backfill to the workers; the same request twice in a day is one run; `now` with zone.

    Raises OrchestrationError where the server does not have the deployment.
    """
    parameters: dict[str, Any] = {
        "first": request.first.isoformat(),
        "last": request.last.isoformat(),
        "units": sorted(request.units) or None,
        "lacking": request.lacking,
        "workspace": workspace,
    }
    key = f"backfill {local_date(utc(now), zone_of(workspace))} {parameters}"
    try:
        return run_deployment(DEPLOYMENT, parameters=parameters, timeout=0, idempotency_key=key)  # type: ignore[return-value]
    except ObjectNotFound as error:
        message = f"máy chủ Prefect chưa có deployment {DEPLOYMENT}; hãy chạy: prefect deploy --all"
        raise OrchestrationError(message) from error
