"""`tyle backfill`: days that were missed or changed. Parses, calls and prints; does no work itself."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.shared import JsonOption, WorkspaceOption, exit_code, lake_of, opened

if TYPE_CHECKING:
    from flows.work.backfill import BackfillRequest


def backfill(
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="Từ ngày số liệu.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Đến ngày số liệu.")],
    unit: Annotated[list[str] | None, typer.Option("--unit", help="Chỉ đơn vị này; có thể lặp lại.")] = None,
    lacking: Annotated[bool, typer.Option("--lacking", help="Chỉ hỏi những ngày chưa có số liệu hợp lệ.")] = False,
    queued: Annotated[
        bool, typer.Option("--queue", help="Giao cho worker của Prefect; gọi lại không chạy hai lần.")
    ] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Lấy bù nhiều ngày: chỉ lấy cái còn thiếu hoặc đã thay đổi, công bố một lần ở cuối; ngắt rồi chạy lại được."""
    from flows.commands.screens.backfill import following, show_backfill
    from flows.commands.screens.common import console
    from flows.runs.steps import DirectSteps
    from flows.work.backfill import BackfillRequest, run_backfill
    from flows.work.run import check_request
    from transforms.reference.clock import utc

    if last < first:
        raise typer.BadParameter("--from không được sau --to")
    now = datetime.now(UTC)
    where = opened(workspace)
    check_request(where, [first.date(), last.date()], unit or (), now)
    request = BackfillRequest(first.date(), last.date(), utc(now), tuple(unit or ()), lacking)
    if queued:
        return _queue(request, where.root, now, as_json=as_json)
    with lake_of(where) as lake, following(console(), quiet=as_json) as tell:
        result = run_backfill(where, lake, request, DirectSteps(), tell)
    if as_json:
        typer.echo(json.dumps(result.as_dict(), ensure_ascii=False))
    else:
        show_backfill(console(), where, result)
    return exit_code(held_back=not result.held_back.is_empty(), site_failed=bool(result.site.failure))


def _queue(request: "BackfillRequest", root: Path, now: datetime, *, as_json: bool) -> int:
    from flows.scheduled.environment import OrchestrationError, has_api, prepare

    if not has_api():
        raise OrchestrationError("--queue cần máy chủ Prefect: đặt PREFECT_API_URL")
    prepare(root)
    # prefect reads its environment when it is imported
    from prefect.exceptions import ObjectNotFound

    from flows.scheduled.backfill import DEPLOYMENT, queue

    try:
        run = queue(request, str(root), now)
    except ObjectNotFound as error:
        raise OrchestrationError(
            f"máy chủ Prefect chưa có deployment {DEPLOYMENT}; hãy chạy: prefect deploy --all"
        ) from error
    typer.echo(
        json.dumps({"flow_run_id": str(run.id), "name": run.name}) if as_json else f"Đã giao cho worker: {run.name}"
    )
    return 0
