"""`tyle report`, and what it prints."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.commands.shared import MOMENTS, JsonOption, WorkspaceOption, opened
from flows.commands.terminal import console, echo_json

if TYPE_CHECKING:
    from reports.month.changes import Changes
    from reports.month.content import Report


def report(
    month: Annotated[datetime, typer.Option(formats=["%Y-%m"], metavar="YYYY-MM")],
    directory: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="Thư mục ghi báo cáo: docx, xlsx, pdf, html.")
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Chỉ tính đến ngày số liệu này.")
    ] = None,
    known_at: Annotated[
        datetime | None, typer.Option("--known-at", formats=MOMENTS, help="UTC; như publication.known_at.")
    ] = None,
    compare: Annotated[
        datetime | None,
        typer.Option(
            "--compare", formats=MOMENTS, help="Số nào đã đổi so với báo cáo biết đến lúc này (UTC), và vì sao."
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Ghi đè báo cáo đã có trong DIR.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Báo cáo tháng từ số liệu đã công bố; với --as-of, --known-at: từ kho, như đã biết lúc ấy."""
    from flows.work.outputs import report as reports
    from transforms.reference.clock import utc

    if directory is None and compare is None:
        raise typer.BadParameter("cần --to DIR để ghi báo cáo, hoặc --compare để xem thay đổi")
    name, day = f"{month:%Y-%m}", as_of.date() if as_of else None
    where = opened(workspace)
    changes = reports.changes_since(where, name, compare, day, known_at) if compare else None
    files, content = [], None
    if directory is not None:
        source = reports.figures(where, name, day, known_at, utc(datetime.now(UTC)))
        content = reports.content(where, name, source, changes)
        files = reports.save(directory, reports.documents(where, content), overwrite=overwrite)
    if as_json:
        answer = {"files": [str(file) for file in files], "changes": changes.as_dict() if changes else None}
        echo_json(answer)
        return
    if changes:
        show_changes(console(), changes)
    if content:
        show_report(console(), content, files, reports.office_of(where).to_fill_in)


def show_report(out: Console, report: "Report", files: Sequence[Path], to_fill_in: Sequence[str]) -> None:
    """Show where the files are, which units are incomplete, and what a person still has to fill in."""
    for file in files:
        out.print(Text(f"Báo cáo {report.period}: {file}"))
    if report.incomplete:
        out.print(Text(report.incomplete, "yellow"))
    if to_fill_in:
        out.print(Text(f"Còn phải điền trong reference/report.toml: {', '.join(to_fill_in)}", "yellow"))


def show_changes(out: Console, changes: "Changes") -> None:
    """Show every figure that changed, with the deliveries that changed it."""
    from reports.month.changes import HEADER

    out.print(Text(f"{changes.title}."))
    if not changes.rows:
        return
    table = Table()
    for index, header in enumerate(HEADER):
        table.add_column(header, justify="right" if index in {2, 3} else "left", overflow="fold")
    for change in changes.rows:
        table.add_row(*(Text(cell) for cell in change.text))
    out.print(table)
