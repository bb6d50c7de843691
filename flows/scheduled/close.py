"""The flow `monthly-close`, which may wait until a person approves. The work itself is in flows/work/close.py."""

from datetime import date, datetime, timedelta
from uuid import UUID

from prefect.client.schemas.objects import State
from prefect.exceptions import NotPausedError, ObjectNotFound
from prefect.flow_runs import resume_flow_run, suspend_flow_run
from prefect.input import RunInput
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.scheduled.artifacts import show_lines
from flows.scheduled.environment import OrchestrationError
from flows.scheduled.flow import carry_out, moment_of, opened, scheduled_day, tyle_flow
from flows.settings.workspace import Workspace
from flows.work.close import Closed, CloseRequest, MonthState, close_month, month_state, report_folder
from reports import neutral
from warehouse.lake.lake import Lake

SCHEDULED = "theo lịch"  # recorded as the person where no approval is needed


class Approval(RunInput):
    """A person's decision about a month, from a form in Prefect's pages or from `tyle approve`."""

    by: str
    approved: bool = True
    note: str = ""


def run_name() -> str:
    """The name of the current run: the flow and the month."""
    return f"monthly-close {flow_run.parameters.get('month') or ''}".strip()


@tyle_flow("monthly-close", run_name, timedelta(hours=2))  # the time it waits for a person does not count
def monthly_close(
    month: str | None = None,
    as_of: date | None = None,
    workspace: str | None = None,
    approval: bool | None = None,
    by: str = SCHEDULED,
    now: datetime | None = None,
) -> Closed | State[Closed]:
    """Close a month: record (as_of, known_at) and the person; with `approval` only after a person has approved.

    Ends in the state `Rejected` (type COMPLETED) when that person rejects. Raises WorkspaceError where the month has no
    figures.

    Args:
        month: Tháng cần chốt, YYYY-MM; để trống: tháng trước của giờ chạy theo lịch.
        as_of: Tính đến ngày số liệu này; để trống: mọi ngày đã có.
        workspace: Không gian làm việc; để trống: TYLE_WORKSPACE của worker.
        approval: Chờ một người duyệt (trang Prefect hoặc tyle approve); để trống: theo [close] approval.
        by: Người chốt, khi không cần duyệt.
        now: Thời điểm chạy, có múi giờ; để trống: bây giờ.
    """
    note: str | None = None
    with opened(workspace) as (where, lake):
        which = month or _month_before(where)
        must_be_approved = where.settings.close.approval if approval is None else approval
        if must_be_approved:
            _show(month_state(where, lake, which, as_of), f"Duyệt: tyle approve {flow_run.id} --by …")
    if must_be_approved:
        answer = suspend_flow_run(wait_for_input=Approval, timeout=where.settings.close.wait_hours * 3600)
        if not answer.approved:
            return Completed(name="Rejected", message=neutral.message(f"{answer.by} không duyệt: {answer.note}"))
        by, note = answer.by, answer.note or None

    def close(where: Workspace, lake: Lake) -> Closed:
        return close_month(where, lake, CloseRequest(which, by, moment_of(now), as_of, note))

    return carry_out(workspace, close, _show_closed)


def give_answer(run: UUID, by: str, note: str, *, approved: bool) -> None:
    """Approve or reject a waiting run. Raises OrchestrationError when it does not wait or does not exist."""
    try:
        resume_flow_run(run, run_input={"by": by, "approved": approved, "note": note})
    except (NotPausedError, ObjectNotFound) as error:
        raise OrchestrationError(f"lần chạy {run} không có, hoặc không chờ duyệt") from error


def _month_before(workspace: Workspace) -> str:
    """The reporting month before that of the scheduled day."""
    today = scheduled_day() + timedelta(days=1)
    first, _ = workspace.months.span(workspace.months.of(today))
    return workspace.months.of(first - timedelta(days=1))


def _show_closed(workspace: Workspace, result: Closed) -> None:
    _show(result.state, f"Báo cáo: {report_folder(workspace, result.closing)}", result.published.site.failure)


def _show(state: MonthState, what_next: str, site_failure: str | None = None) -> None:
    figures = state.as_dict()
    lines = [
        f"Tổng số hồ sơ {figures['total']}, tỷ lệ trực tuyến {figures['online_rate_pct']} %",
        f"Chưa đủ số liệu: {', '.join(state.incomplete['unit_name']) or 'không có'}",
        f"Dưới chỉ tiêu: {', '.join(state.below_target['unit_name']) or 'không có'}",
        what_next,
    ]
    lines += [site_failure] if site_failure else []
    title = f"Tháng {state.month}, đến {state.as_of:%d/%m/%Y}"
    show_lines(f"month-{state.month}", title, lines, "Số liệu tháng để chốt")
