"""The Prefect flow around a backfill: task runs, progress, what is left open, a final state. Does no work itself."""

from datetime import UTC, date, datetime
from typing import Any

from prefect import flow
from prefect.artifacts import create_progress_artifact, create_table_artifact, update_progress_artifact
from prefect.client.schemas.objects import FlowRun, State
from prefect.deployments import run_deployment
from prefect.runtime import flow_run
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.runs.lakes import lake_of
from flows.runs.steps import MAX_THREADS
from flows.scheduled.daily import TaskSteps
from flows.settings.workspace import folder_of, open_workspace
from flows.work.backfill import BackfillRequest, BackfillResult, Progress, run_backfill
from flows.work.run import check_request
from transforms.reference.clock import local_date, utc

DEPLOYMENT = "backfill/backfill"


def run_name() -> str:
    """The name of the run under way: the flow's, the days' and how many units it is about."""
    given = flow_run.parameters
    units = given.get("units") or []
    of = f" {len(units)} units" if len(units) > 1 else "".join(f" {unit}" for unit in units)
    return f"backfill {given.get('first')}–{given.get('last')}{of}"


@flow(
    name="backfill",
    flow_run_name=run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=MAX_THREADS),  # type: ignore[arg-type]
    timeout_seconds=24 * 60 * 60,
    validate_parameters=True,
    persist_result=False,
)
def backfill(
    first: date,
    last: date,
    workspace: str | None = None,
    units: list[str] | None = None,
    lacking: bool = False,
    now: datetime | None = None,
) -> BackfillResult | State[BackfillResult]:
    """Take the days of a range that are missing or changed; one publication at the end.

    Ends in the state `Quarantined` (of type COMPLETED) when something of these days is held back or missing. Raises
    WorkspaceError for a day that has not come yet and for a unit that is not valid then.

    Args:
        first: Từ ngày số liệu.
        last: Đến ngày số liệu.
        workspace: Không gian làm việc; để trống: TYLE_WORKSPACE của worker.
        units: Chỉ những đơn vị này; để trống: tất cả.
        lacking: Chỉ hỏi những ngày và đơn vị chưa có số liệu hợp lệ; nếu không thì hỏi lại tất cả, lấy cái mới.
        now: Thời điểm chạy, có múi giờ; để trống: bây giờ.
    """
    moment = now or datetime.now(UTC)
    where = open_workspace(folder_of(workspace))
    check_request(where, [first, last], units or (), moment)
    artifact = create_progress_artifact(0.0, key=f"backfill-{first}-{last}", description=f"Lấy bù {first} đến {last}")

    def tell(progress: Progress) -> None:
        left = f"{progress.done}/{progress.total} ngày, còn khoảng {progress.seconds_left:.0f} giây"
        update_progress_artifact(artifact, 100 * progress.done / progress.total, description=left)  # type: ignore[arg-type]

    request = BackfillRequest(first, last, utc(moment), tuple(units or ()), lacking)
    with lake_of(where) as lake:
        result = run_backfill(where, lake, request, TaskSteps(), tell)
    rows = [{key: str(value) for key, value in row.items()} for row in result.held_back.to_dicts()]
    create_table_artifact(rows, key=f"backfill-{first}-{last}-open", description="Còn thiếu hoặc bị giữ lại")
    if rows:
        return Completed(name="Quarantined", message=f"{len(rows)} lần gửi chưa có số liệu hợp lệ", data=result)
    return result


def queue(request: BackfillRequest, workspace: str | None, now: datetime) -> FlowRun:
    """Hand a backfill to the workers; the same one asked for twice in a day is one run."""
    asked: dict[str, Any] = {
        "first": request.first.isoformat(),
        "last": request.last.isoformat(),
        "units": sorted(request.units) or None,
        "lacking": request.lacking,
        "workspace": workspace,
    }
    key = f"backfill {local_date(utc(now))} {asked}"
    return run_deployment(DEPLOYMENT, parameters=asked, timeout=0, idempotency_key=key)  # type: ignore[return-value]
