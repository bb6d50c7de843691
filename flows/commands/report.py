"""`tyle report`: the month as documents, and what changed since an earlier report. Parses, calls and prints."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.shared import MOMENTS, JsonOption, WorkspaceOption, opened


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
    from flows.commands.screens.common import console
    from flows.commands.screens.report import show_changes, show_report
    from flows.work import report as reports
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
        said = {"files": [str(file) for file in files], "changes": changes.as_dict() if changes else None}
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    if changes:
        show_changes(console(), changes)
    if content:
        show_report(console(), content, files, reports.office_of(where).to_fill_in)
