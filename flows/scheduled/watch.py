"""The Prefect flow around `watch`: a table of who is behind, events, a final state. Does no work itself."""

from datetime import UTC, datetime

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.runs.lakes import lake_of, require_publisher
from flows.runs.log import configure
from flows.scheduled.events import emit_events
from flows.settings.workspace import folder_of, open_workspace
from flows.work.watch import Watched, watch
from transforms.reference.clock import VIETNAM, utc


def run_name() -> str:
    """The name of the run under way: the flow's and its hour in Vietnam."""
    return f"watch {datetime.fromtimestamp(flow_run.scheduled_start_time.timestamp(), VIETNAM):%Y-%m-%d %H:%M}"


@flow(name="watch", flow_run_name=run_name, timeout_seconds=15 * 60, validate_parameters=True, persist_result=False)
def watching(workspace: str | None = None, now: datetime | None = None) -> Watched | State[Watched]:
    """Look who is missing or late, tell it, and close what has recovered.

    Ends in the state `Behind` (of type COMPLETED) when a unit is. What follows is shown in Prefect's pages.

    Args:
        workspace: Không gian làm việc; để trống: TYLE_WORKSPACE của worker.
        now: Thời điểm xem, có múi giờ; để trống: bây giờ.
    """
    where = open_workspace(folder_of(workspace))
    configure(where.settings.log)
    require_publisher(where.settings, "watch")
    with lake_of(where) as lake:
        watched = watch(where, lake, utc(now or datetime.now(UTC)))
    create_table_artifact(key="watch", table=watched.as_dict()["units"], description="Đơn vị đang thiếu hoặc gửi muộn")
    emit_events(watched.alerts, None)
    behind = watched.units["unit_id"].n_unique()
    if behind:
        return Completed(name="Behind", message=f"{behind} đơn vị chưa gửi hoặc gửi muộn", data=watched)
    return watched
