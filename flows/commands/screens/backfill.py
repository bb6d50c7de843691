"""A backfill on the screen: a bar while it works, then what it brought and what is still open. Computes nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from flows.commands.screens.common import MAX_LINES, OUTCOMES, unit_names
from flows.settings.workspace import Workspace
from flows.work.backfill import BackfillResult
from flows.work.backfill import Progress as Backfilled


@contextmanager
def following(out: Console, *, quiet: bool) -> Iterator[Callable[[Backfilled], None]]:
    """Follow a backfill: a line for each span, and on a terminal a bar with the time left."""
    if quiet:
        yield lambda progress: None
        return
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("ngày, còn"), TimeRemainingColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def tell(progress: Backfilled) -> None:
            bar.update(task, total=progress.total, completed=progress.done)
            span = f"{progress.span.first:%d/%m/%Y}–{progress.span.last:%d/%m/%Y}"
            held = f", [red]{progress.held_back} bị giữ lại[/]" if progress.held_back else ""
            out.print(f"[bold]{span}[/]  {progress.stored} lần gửi mới{held}  ({progress.done}/{progress.total} ngày)")

        yield tell


def show_backfill(out: Console, workspace: Workspace, result: BackfillResult) -> None:
    """What came in, what did not and why, and whether anything was published."""
    if not result.days:
        out.print(f"{result.first:%d/%m/%Y}–{result.last:%d/%m/%Y}: không còn ngày nào thiếu.")
    names = unit_names(workspace)
    for unit_id, why in sorted(result.failures.items()):
        out.print(f"  {names[unit_id]}: {why}", style="red")
    for row in result.held_back.head(MAX_LINES).iter_rows(named=True):
        word, style = OUTCOMES[row["outcome"]]
        out.print(f"  {row['business_date']:%d/%m/%Y}  {names[row['unit_id']]}: {word}", style=style)
    if (more := result.held_back.height - MAX_LINES) > 0:
        out.print(f"  … và {more} lần gửi nữa; xem: tyle status --month YYYY-MM")
    if result.site.failure:
        out.print(f"  {result.site.failure}", style="red", markup=False)
    published = f"công bố {result.publication.publication_id}" if result.publication else "không có gì mới để công bố"
    out.print(f"{result.days} ngày, {result.stored.height} lần gửi mới; {published} ({result.seconds:.1f} s)")
