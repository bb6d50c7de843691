"""The flow `lake-care`. The work itself is in flows/work/care.py."""

from datetime import datetime, timedelta

from prefect.client.schemas.objects import State

from flows.scheduled.artifacts import show_table
from flows.scheduled.flow import carry_out, moment_of, scheduled_moment, tyle_flow
from flows.settings.workspace import Workspace
from flows.work.care import CareResult, care_for


def run_name() -> str:
    """The name of the current run: the flow, and the day."""
    return f"lake-care {scheduled_moment():%Y-%m-%d}"


@tyle_flow("lake-care", run_name, timedelta(hours=2))
def lake_care(workspace: str | None = None, now: datetime | None = None) -> CareResult | State[CareResult]:
    """Join small files of the lake, and remove data past its retention.

    Prefect's pages show the arguments below.

    Args:
        workspace: Không gian làm việc; để trống: TYLE_WORKSPACE của worker.
        now: Thời điểm chạy, có múi giờ; để trống: bây giờ.
    """
    return carry_out(workspace, lambda where, lake: care_for(where, lake, moment_of(now)), _show)


def _show(_workspace: Workspace, result: CareResult) -> None:
    show_table(key="lake-care", table=result.table(), description="Chăm sóc kho: những gì đã gộp và xóa")
