"""A written report and its changes on the screen. Computes no figure."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.month.changes import HEADER, Changes
from reports.month.content import Report


def show_report(out: Console, report: Report, files: Sequence[Path], to_fill_in: Sequence[str]) -> None:
    """Where the files are, and what a person still has to look at."""
    for file in files:
        out.print(Text(f"Báo cáo {report.period}: {file}"))
    if report.incomplete:
        out.print(Text(report.incomplete, "yellow"))
    if to_fill_in:
        out.print(Text(f"Còn phải điền trong reference/report.toml: {', '.join(to_fill_in)}", "yellow"))


def show_changes(out: Console, changes: Changes) -> None:
    """Every figure that changed, with the deliveries behind it."""
    out.print(Text(f"{changes.title}."))
    if not changes.rows:
        return
    table = Table()
    for index, header in enumerate(HEADER):
        table.add_column(header, justify="right" if index in {2, 3} else "left", overflow="fold")
    for change in changes.rows:
        table.add_row(*(Text(cell) for cell in change.text))
    out.print(table)
