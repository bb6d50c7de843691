"""A month on the screen: the appendices of the report and what changed. Computes no figure."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.screens.common import MAX_LINES
from reports import vietnamese as vn
from reports.appendices import HEADER, Appendix, appendices
from reports.changes import KINDS


def show_month(out: Console, marts: Mapping[str, pl.DataFrame], month: str) -> None:
    """The three appendices, the units below target, and what stands behind the figures."""
    units, groups = (marts[name].filter(month=month) for name in ("monthly_unit_rates", "monthly_group_rates"))
    if units.is_empty():
        out.print(f"Tháng {vn.month(month)}: chưa có số liệu.")
        return
    first, last, as_of = units.select("period_from", "period_to", "as_of").row(0)
    period = "" if first.day == 1 else f" (từ {vn.day(first)} đến {vn.day(last)})"
    out.print(f"[bold]Tháng {vn.month(month)}{period}, số liệu tính đến ngày {vn.day(as_of)}[/]")
    show_appendices(out, appendices(units, groups, month))
    for line in _since_baseline(groups):
        out.print(line)
    below = units.filter(~pl.col("meets_target")).sort("unit_group", "report_order")
    for unit in below.iter_rows(named=True):
        out.print(
            f"Dưới chỉ tiêu {vn.percent(unit['target_pct'])}%: [red]{unit['unit_name']}[/] "
            f"{vn.percent(unit['online_rate_pct'])}%, còn thiếu {vn.count(unit['online_needed'])} hồ sơ trực tuyến"
        )
    for note in _rounded_rates(marts, units):
        out.print(f"Ghi chú: {note}")
    for unit in units.filter(~pl.col("is_complete")).iter_rows(named=True):
        days = f"{unit['days_accepted']}/{unit['days_expected']} ngày"
        out.print(f"Chưa đủ số liệu: [yellow]{unit['unit_name']}[/] ({days})")
    for line in _restatements(marts["restatements"].filter("affects_published"), units):
        out.print(line)


def show_appendices(out: Console, tables: Sequence[Appendix]) -> None:
    """The report's appendices as tables."""
    for appendix in tables:
        table = Table(
            title=f"Phụ lục {appendix.number:02d}. {appendix.title}", title_justify="left", title_style="bold"
        )
        for index, header in enumerate(HEADER):
            table.add_column(header, justify="left" if index == 1 else "right")
        for index, row in enumerate(appendix.rows):
            table.add_row(*row, style="bold" if index in appendix.bold else None)
        out.print(table)


def _since_baseline(groups: pl.DataFrame) -> Iterable[Text]:
    """How the whole's rate changed since the baseline month, where both are known."""
    everyone = groups.filter(pl.col("unit_group") == "all", pl.col("baseline_change_points").is_not_null())
    for row in everyone.iter_rows(named=True):
        change = row["baseline_change_points"]
        word = "tăng" if change > 0 else "giảm" if change < 0 else "thay đổi"
        yield Text(
            f"Toàn tỉnh {vn.percent(row['online_rate_pct'])}%, {word} {vn.percent(abs(change))} điểm phần trăm so với "
            f"tháng {vn.month(row['baseline_month'])} ({vn.percent(row['baseline_rate_pct'])}%)"
        )


def _restatements(changes: pl.DataFrame, units: pl.DataFrame) -> Iterable[Text]:
    """What of the month changed after it was published; of many only how many."""
    if changes.height > MAX_LINES:
        yield Text(f"{changes.height} thay đổi sau khi đã công bố: xem bảng restatements", "cyan")
        return
    for row in changes.join(units, on="unit_id").sort("business_date", "unit_id").iter_rows(named=True):
        figures = [vn.count(row[name]) if row[name] is not None else "–" for name in ("total_before", "total")]
        yield Text(
            f"Thay đổi sau công bố: {row['unit_name']}, ngày {vn.day(row['business_date'])}: {KINDS[row['kind']]}, "
            f"tổng số {' → '.join(figures)}",
            "cyan",
        )


def _rounded_rates(marts: Mapping[str, pl.DataFrame], units: pl.DataFrame) -> Iterable[str]:
    """Where the last export counted states a rounded rate, what it says beside what is right."""
    last_day = units.select("unit_id", "unit_name", "online_rate_pct", business_date="as_of")
    failures = marts["check_failures"].filter(rule="rate_has_decimals")
    rounded = failures.join(last_day, on=["unit_id", "business_date"])
    for row in rounded.iter_rows(named=True):
        yield f"{row['unit_name']} {vn.percent(row['online_rate_pct'])}%; tệp của đơn vị: {row['sample']}"
