"""What the terminal shows, in Vietnamese. Prints what it is given; decides and computes nothing."""

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.day import DayResult
from flows.workspace import Workspace
from reports import vietnamese as vn
from reports.appendices import HEADER, Appendix

OUTCOMES = {
    "accepted": ("chấp nhận", "green"),
    "accepted_with_warnings": ("chấp nhận, có cảnh báo", "yellow"),
    "quarantined": ("bị giữ lại", "red"),
    "missing": ("chưa gửi", "red"),
}
MAX_FINDINGS = 3  # a day's screen shows so many rows of one file; `quarantine show` has them all


def console(*, stderr: bool = False) -> Console:
    """A console that breaks no line where the output is not a terminal."""
    out = Console(stderr=stderr, highlight=False, soft_wrap=True)
    return out


def show_day(out: Console, workspace: Workspace, result: DayResult) -> None:
    """One line for the day, then what was held back and why, what came late, what came twice."""
    counts = dict(result.states.group_by("outcome").len().iter_rows())
    parts = [f"[{style}]{counts[outcome]} {word}[/]" for outcome, (word, style) in OUTCOMES.items() if outcome in counts]
    day = f"{result.business_date:%d/%m/%Y}"
    out.print(f"[bold]{day}[/]  {' · '.join(parts) or 'không có đơn vị nào phải gửi'}  ({result.seconds:.1f} s)")
    for line in day_events(workspace, result):
        out.print("  ", line, sep="")


def day_events(workspace: Workspace, result: DayResult) -> Iterable[Text]:
    """What a reader should know of the day beyond its counts, a line each."""
    names = unit_names(workspace)
    for delivery in result.stored.iter_rows(named=True):
        name, day = names[delivery["unit_id"]], f"{delivery['business_date']:%d/%m}"
        earlier = "" if delivery["business_date"] == result.business_date else f" (số liệu ngày {day})"
        match delivery["status"]:
            case "quarantined" | "accepted_with_warnings" as status:
                word, style = OUTCOMES[status]
                yield Text(f"{name}{earlier}: {word} – {delivery['file_name']}", style)
                yield from _finding_lines(result.findings, delivery["delivery_id"])
            case "duplicate":
                yield Text(f"{name}{earlier}: gửi trùng, bỏ qua – {delivery['file_name']}", "cyan")
            case "accepted" if delivery["version"] > 1:
                yield Text(f"{name}{earlier}: đã gửi lại, phiên bản {delivery['version']} được chấp nhận", "green")
            case "accepted" if earlier:
                yield Text(f"{name}{earlier}: gửi muộn, được chấp nhận", "green")
    for state in result.states.filter(pl.col("outcome") == "missing").iter_rows(named=True):
        why = result.failures.get(state["unit_id"])
        yield Text(f"{names[state['unit_id']]}: chưa gửi" + (f" – {why}" if why else ""), "red")


def _finding_lines(findings: pl.DataFrame, delivery_id: str) -> Iterable[Text]:
    own = findings.filter(pl.col("delivery_id") == delivery_id)["message"].to_list()
    for message in own[:MAX_FINDINGS]:
        yield Text(f"  {message}")
    if len(own) > MAX_FINDINGS:
        yield Text(f"  … và {len(own) - MAX_FINDINGS} dòng nữa: tyle quarantine show {delivery_id}")


def show_appendices(out: Console, appendices: Sequence[Appendix]) -> None:
    """The report's appendices as tables."""
    for appendix in appendices:
        table = Table(title=f"Phụ lục {appendix.number:02d}. {appendix.title}", title_justify="left", title_style="bold")
        for index, header in enumerate(HEADER):
            table.add_column(header, justify="left" if index == 1 else "right")
        for index, row in enumerate(appendix.rows):
            table.add_row(*row, style="bold" if index in appendix.bold else None)
        out.print(table)


def show_states(out: Console, workspace: Workspace, states: pl.DataFrame) -> None:
    """Outcomes as a table, one row per unit and day."""
    names = unit_names(workspace)
    table = Table("Ngày", "Đơn vị", "Kết quả", "Phiên bản", "Nhận lúc (UTC)", "Quy tắc vi phạm")
    for row in states.iter_rows(named=True):
        word, style = OUTCOMES[row["outcome"]]
        late = " (muộn)" if row["is_late"] else ""
        received = f"{row['received_at']:%Y-%m-%d %H:%M}" if row["received_at"] else ""
        table.add_row(
            vn.day(row["business_date"]),
            names.get(row["unit_id"], row["unit_id"]),
            Text(word + late, style),
            str(row["version"] or ""),
            received,
            row["rules_broken"] or "",
        )
    out.print(table)


def show_records(out: Console, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Any rows as a table under their Vietnamese headers."""
    table = Table(*columns)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    out.print(table)


def unit_names(workspace: Workspace) -> dict[str, str]:
    """unit_id → name."""
    return dict(workspace.registry.units.select("unit_id", "name").iter_rows())
