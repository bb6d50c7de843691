"""`tyle backfill`, and what it prints."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from flows.commands.day import reviewed_lines
from flows.commands.shared import (
    MAX_LINES,
    OUTCOMES,
    JsonOption,
    WorkspaceOption,
    exit_code,
    lake_of,
    opened,
    set_up_line,
    warn,
)
from flows.commands.terminal import console, echo, echo_json

if TYPE_CHECKING:
    from flows.settings.workspace import Workspace
    from flows.work.backfill import BackfillRequest, BackfillResult
    from flows.work.backfill import Progress as Backfilled


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
    from flows.runs.steps import DirectSteps
    from flows.work.backfill import BackfillRequest, run_backfill
    from flows.work.days import check_span
    from transforms.reference.clock import utc

    if last < first:
        raise typer.BadParameter("--from không được sau --to")
    now = datetime.now(UTC)
    where = opened(workspace)
    check_span(where, first.date(), last.date(), unit or (), utc(now))
    request = BackfillRequest(first.date(), last.date(), utc(now), tuple(unit or ()), lacking)
    if queued:
        return _queue(request, where.root, now, as_json=as_json)
    with lake_of(where) as lake, show_progress(console(), quiet=as_json) as on_progress:
        result = run_backfill(where, lake, request, DirectSteps(), on_progress, warn)
    if as_json:
        echo_json(result.as_dict())
    else:
        show_backfill(console(), where, result)
    return exit_code(held_back=not result.held_back.is_empty(), site_failed=bool(result.published.site.failure))


def _queue(request: "BackfillRequest", root: Path, now: datetime, *, as_json: bool) -> int:
    from flows.scheduled.environment import OrchestrationError, has_api, prepare

    if not has_api():
        raise OrchestrationError("--queue cần máy chủ Prefect: đặt PREFECT_API_URL")
    prepare(root)
    # prefect reads its environment when it is imported
    from flows.scheduled.backfill import queue

    run = queue(request, str(root), now)
    echo(json.dumps({"flow_run_id": str(run.id), "name": run.name}) if as_json else f"Đã giao cho worker: {run.name}")
    return 0


@contextmanager
def show_progress(out: Console, *, quiet: bool) -> "Iterator[Callable[[Backfilled], None]]":
    """A function that shows each progress: a line for each span, and on a terminal a bar with the time left."""
    if quiet:
        yield lambda progress: None
        return
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("ngày, còn"), TimeRemainingColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def show(progress: "Backfilled") -> None:
            bar.update(task, total=progress.total, completed=progress.done)
            span = f"{progress.first:%d/%m/%Y}–{progress.last:%d/%m/%Y}"
            line = Text.assemble((span, "bold"), f"  {progress.stored} lần gửi mới")
            if progress.held_back:
                line.append(", ").append(f"{progress.held_back} bị giữ lại", "red")
            out.print(line.append(f"  ({progress.done}/{progress.total} ngày)"))

        yield show


def show_backfill(out: Console, workspace: "Workspace", result: "BackfillResult") -> None:
    """Show why sources failed, what is held back or missing, what was stored, and whether anything was published."""
    if not result.days:
        out.print(f"{result.first:%d/%m/%Y}–{result.last:%d/%m/%Y}: không còn ngày nào thiếu.")
    names = workspace.unit_names
    for unit_id, why in sorted(result.failures.items()):
        out.print(f"  {names[unit_id]}: {why}", style="red")
    for row in result.held_back.head(MAX_LINES).iter_rows(named=True):
        word, style = OUTCOMES[row["outcome"]]
        out.print(f"  {row['business_date']:%d/%m/%Y}  {names[row['unit_id']]}: {word}", style=style)
    if (more := result.held_back.height - MAX_LINES) > 0:
        out.print(f"  … và {more} lần gửi nữa; xem: tyle status --month YYYY-MM")
    if result.not_set_up:
        out.print("  ", set_up_line(workspace, result.not_set_up), sep="")
    for line in reviewed_lines(workspace, result.reviewed):
        out.print("  ", line, sep="")
    if result.published.site.failure:
        out.print(f"  {result.published.site.failure}", style="red")
    published = f"công bố {new}" if (new := result.published.publication_id) else "không có gì mới để công bố"
    out.print(f"{result.days} ngày, {result.stored.height} lần gửi mới; {published} ({result.seconds:.1f} s)")
