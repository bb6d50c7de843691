"""The flow `watch`. The work itself is in flows/work/watch.py."""

from datetime import datetime, timedelta

from prefect.client.schemas.objects import State

from flows.runs.lakes import require_publisher
from flows.scheduled.artifacts import show_table
from flows.scheduled.flow import carry_out, moment_of, scheduled_moment, tyle_flow
from flows.settings.workspace import Workspace
from flows.work import watch as work
from flows.work.watch import Watched
from warehouse.lake.lake import Lake


def run_name() -> str:
    """The name of the current run: the flow, and the hour."""
    return f"watch {scheduled_moment():%Y-%m-%d %H:%M}"


@tyle_flow("watch", run_name, timedelta(minutes=15))
def watch(workspace: str | None = None, now: datetime | None = None) -> Watched | State[Watched]:
    """Find the units that are missing or late, send alerts, and close alerts of units that have recovered.

    Ends in the state `Behind` (type COMPLETED) when there are such units. Prefect's pages show the arguments below.

    Args:
        workspace: Không gian làm việc; để trống: TYLE_WORKSPACE của worker.
        now: Thời điểm xem, có múi giờ; để trống: bây giờ.
    """

    def find(where: Workspace, lake: Lake) -> Watched:
        require_publisher(where.settings, "watch")
        return work.watch(where, lake, moment_of(now))

    return carry_out(workspace, find, _show, "Behind", _behind)


def _show(_workspace: Workspace, result: Watched) -> None:
    show_table(key="watch", table=result.as_dict()["units"], description="Đơn vị đang thiếu hoặc gửi muộn")


def _behind(result: Watched) -> str:
    units = result.units["unit_id"].n_unique()
    return f"{units} đơn vị chưa gửi hoặc gửi muộn" if units else ""
