"""The Prefect flow around closing a month: it may wait for a person's word. Does no work itself."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.exceptions import NotPausedError, ObjectNotFound
from prefect.flow_runs import resume_flow_run, suspend_flow_run
from prefect.input import RunInput
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.runs.lakes import lake_of
from flows.scheduled.environment import OrchestrationError
from flows.settings.workspace import Workspace, folder_of, open_workspace
from flows.work.close import CloseRequest, MonthState, close_month, month_state, report_folder
from transforms.reference.clock import day_before, utc
from warehouse.ledger.closings import Closing

SCHEDULED = "theo lịch"  # who closes a month nobody was asked about


class Approval(RunInput):
    """A person's word on a month: shown as a form in Prefect's pages, given by `tyle approve` in a terminal."""

    by: str
    approved: bool = True
    note: str = ""


def run_name() -> str:
    """The name of the run under way: the flow's and the month's."""
    return f"monthly-close {flow_run.parameters.get('month') or ''}".strip()


@flow(
    name="monthly-close",
    flow_run_name=run_name,
    timeout_seconds=2 * 60 * 60,  # while it waits for a person it does not run
    validate_parameters=True,
    persist_result=False,
)
def closing(
    month: str | None = None,
    as_of: date | None = None,
    workspace: str | None = None,
    approval: bool | None = None,
    by: str = SCHEDULED,
    now: datetime | None = None,
) -> Closing | State[None]:
    """Close a month: freeze (as_of, known_at), record who did it; with `approval` only after a person's word.

    Ends in the state `Rejected` (of type COMPLETED) when that person says no. Raises WorkspaceError where the month has
    no figures.

    Args:
        month: Tháng cần chốt, YYYY-MM; để trống: tháng trước của giờ chạy theo lịch.
        as_of: Tính đến ngày số liệu này; để trống: mọi ngày đã có.
        workspace: Không gian làm việc; để trống: TYLE_WORKSPACE của worker.
        approval: Chờ một người duyệt (trang Prefect hoặc tyle approve); để trống: theo [close] approval.
        by: Người chốt, khi không cần duyệt.
        now: Thời điểm chạy, có múi giờ; để trống: bây giờ.
    """
    where = open_workspace(folder_of(workspace))
    which = month or _month_before(where)
    note: str | None = None
    if where.settings.close.approval if approval is None else approval:
        with lake_of(where) as lake:
            _show(month_state(where, lake, which, as_of), f"Duyệt: `tyle approve {flow_run.id} --by …`")
        word = suspend_flow_run(wait_for_input=Approval, timeout=where.settings.close.wait_hours * 3600)
        if not word.approved:
            return Completed(name="Rejected", message=f"{word.by} không duyệt: {word.note}")
        by, note = word.by, word.note or None
    moment = utc(now or datetime.now(UTC))
    with lake_of(where) as lake:
        closed = close_month(where, lake, CloseRequest(which, by, moment, as_of, note))
    _show(closed.state, f"Báo cáo: {report_folder(where, closed.closing)}", closed.site.failure)
    return closed.closing


def answer(run: UUID, by: str, note: str, *, approved: bool) -> None:
    """Give a run that waits its word. Raises OrchestrationError when it does not wait, or there is none."""
    try:
        resume_flow_run(run, run_input={"by": by, "approved": approved, "note": note})
    except (NotPausedError, ObjectNotFound) as error:
        raise OrchestrationError(f"lần chạy {run} không có, hoặc không chờ duyệt") from error


def _month_before(workspace: Workspace) -> str:
    """The reporting month before the one of the scheduled day."""
    today = day_before(flow_run.scheduled_start_time) + timedelta(days=1)
    first, _ = workspace.months.span(workspace.months.of(today))
    return workspace.months.of(first - timedelta(days=1))


def _show(state: MonthState, what_next: str, site_failure: str | None = None) -> None:
    figures = state.as_dict()
    lines = [
        f"# Tháng {state.month}, đến {state.as_of:%d/%m/%Y}",
        f"- Tổng số hồ sơ {figures['total']}, tỷ lệ trực tuyến {figures['online_rate_pct']} %",
        f"- Chưa đủ số liệu: {', '.join(state.incomplete['unit_name']) or 'không có'}",
        f"- Dưới chỉ tiêu: {', '.join(state.below_target['unit_name']) or 'không có'}",
        f"- {what_next}",
    ]
    lines += [f"- {site_failure}"] if site_failure else []
    create_markdown_artifact("\n".join(lines), key=f"month-{state.month}", description="Số liệu tháng để chốt")
