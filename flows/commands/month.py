"""`tyle marts`, `site` and `docs`, and what they print."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.commands.ranking import print_ranking
from flows.commands.shared import MAX_LINES, MOMENTS, JsonOption, WorkspaceOption, lake_of, opened, records
from flows.commands.terminal import console, echo, echo_json
from reports import neutral
from reports import vietnamese as vn

if TYPE_CHECKING:
    import polars as pl

    from reports.labels import Labels
    from reports.month.appendices import Appendix


def marts(
    month: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m"], metavar="YYYY-MM", show_default="bắt buộc; với --metric: tháng mới nhất"),
    ] = None,
    metric: Annotated[
        str | None, typer.Option("--metric", metavar="ID", help="Xếp hạng các đơn vị theo chỉ số này.")
    ] = None,
    group: Annotated[str | None, typer.Option("--group", metavar="ID", help="Chỉ khối này, với --metric.")] = None,
    as_of: Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"])] = None,
    known_at: Annotated[
        datetime | None, typer.Option("--known-at", formats=MOMENTS, help="UTC; như publication.known_at.")
    ] = None,
    output: Annotated[Literal["table", "csv", "json"], typer.Option("--format")] = "table",
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Bảng tháng: ba phụ lục trên màn hình, hoặc CSV/JSON. Với --metric: xếp hạng các đơn vị theo một chỉ số."""
    import polars as pl

    from flows.work.outputs.labels import labels_of
    from flows.work.outputs.marts import month_marts
    from flows.work.outputs.rankings import ranking_asked

    if group is not None and metric is None:
        raise typer.BadParameter("--group: chỉ dùng cùng với --metric")
    if month is None and metric is None:
        raise typer.BadParameter("thiếu --month YYYY-MM (hoặc --metric ID để xếp hạng)")
    name = f"{month:%Y-%m}" if month else ""
    where = opened(workspace)
    if metric is not None:
        with lake_of(where) as lake:
            day = as_of.date() if as_of else None
            asked = ranking_asked(where, lake, metric, name or None, group, day, known_at)
        print_ranking(asked, "json" if as_json else output, console(), labels_of(where.organisation))
        return
    with lake_of(where) as lake:
        tables = month_marts(where, lake, name, as_of.date() if as_of else None, known_at)
    if as_json or output == "json":
        shown = (
            *("monthly_rates", "daily_rates", "monthly_unit_rates", "monthly_group_rates", "monthly_processing"),
            *("rankings", "overrides", "restatements"),
        )
        echo_json({name: records(tables[name]) for name in shown})
    elif output == "csv":
        units = tables["monthly_unit_rates"].with_columns(
            pl.col(pl.String).map_elements(neutral.cell, return_dtype=pl.String)
        )
        echo(units.write_csv().removesuffix("\n"))
    else:
        show_month(console(), tables, name, labels_of(where.organisation))


def docs(
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="Ngày số liệu.", show_default="mọi ngày đã kiểm tra"),
    ] = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Dựng lại trang kết quả kiểm tra (Data Docs) và cho biết nằm ở đâu; mở bằng trình duyệt, không cần mạng."""
    from flows.work.outputs.docs import rebuild

    pages = rebuild(opened(workspace), day.date() if day else None)
    if as_json:
        echo_json([str(page) for page in pages])
    else:
        echo("\n".join(map(str, pages)))


def site(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Làm lại các trang của số liệu đã công bố (published/site) và cho biết nằm ở đâu; xem không cần mạng."""
    from flows.work.outputs.site import build

    page = build(opened(workspace))
    echo_json(str(page)) if as_json else echo(str(page))


_BEHIND = ("unit_name", "days_accepted", "days_expected", "is_complete")


def show_month(out: Console, marts: "Mapping[str, pl.DataFrame]", month: str, names: "Labels") -> None:
    """Show the three appendices, the units below target, notes, incomplete units and restatements.

    `marts`: the published tables by name, as flows.work.outputs.marts.month_marts gives them; `names`: of the groups.
    """
    import polars as pl

    from flows.work.outputs.report import rule_sentences
    from reports.month.appendices import appendices
    from reports.month.overrides import Decided
    from reports.month.targets import HOW_TO_ENTER, lapses_of_month, sentence

    units, groups = (marts[name].filter(month=month) for name in ("monthly_unit_rates", "monthly_group_rates"))
    processed = marts["monthly_processing"].filter(month=month)
    dated = pl.concat([frame.select("period_from", "period_to", "as_of") for frame in (units, processed)])
    if dated.is_empty():
        out.print(f"Tháng {vn.month(month)}: chưa có số liệu.")
        return
    first, last, as_of = dated.row(0)
    period = "" if first.day == 1 else f" (từ {vn.day(first)} đến {vn.day(last)})"
    out.print(f"Tháng {vn.month(month)}{period}, số liệu tính đến ngày {vn.day(as_of)}", style="bold")
    if not units.is_empty():
        decided = Decided(marts["overrides"].filter(month=month), rule_sentences(), names.zone)
        show_appendices(out, appendices(units, groups, month, decided=decided, names=names), names)
    for line in _since_baseline(groups, names.whole):
        out.print(line)
    below = units.filter(~pl.col("meets_target")).sort("unit_group", "report_order")
    for unit in below.iter_rows(named=True):
        needed = f"còn thiếu {vn.count(unit['online_needed'])} hồ sơ {names.channels[0]}"
        rate = f" {vn.percent(unit['online_rate_pct'])}%, {needed}"
        out.print(Text.assemble(f"Dưới chỉ tiêu {vn.percent(unit['target_pct'])}%: ", (unit["unit_name"], "red"), rate))
    for lapse in lapses_of_month(marts, month):
        out.print(f"{sentence(lapse, names)} {HOW_TO_ENTER}", style="yellow")
    for note in _rounded_rates(marts, units):
        out.print(f"Ghi chú: {note}")
    for unit in processed.iter_rows(named=True):
        for line in _processed(unit):
            out.print(line)
    behind = pl.concat([frame.select(_BEHIND) for frame in (units, processed)]).filter(~pl.col("is_complete"))
    silent = behind.filter(days_accepted=0)["unit_name"]
    if silent.len() > MAX_LINES:
        behind = behind.filter(pl.col("days_accepted") > 0)
        named = f"{', '.join(silent.head(3))} và {silent.len() - 3} đơn vị nữa"
        out.print(Text.assemble("Chưa có số liệu nào: ", (named, "yellow")))
    for unit in behind.iter_rows(named=True):
        days = f"{unit['days_accepted']}/{unit['days_expected']} ngày"
        out.print(Text.assemble("Chưa đủ số liệu: ", (unit["unit_name"], "yellow"), f" ({days})"))
    for line in _restatements(marts["restatements"].filter("affects_published"), marts["units"]):
        out.print(line)


def show_appendices(out: Console, tables: "Sequence[Appendix]", names: "Labels") -> None:
    """Show the report's appendices as tables, each with its footnotes on decisions."""
    channels = (f"{names.online[0]} (1)", f"{names.in_person[0]} (2)")
    headers = ("STT", "Đơn vị", *channels, "Tổng số (3) = (1) + (2)", "Tỷ lệ (%) (1) / (3)")
    for appendix in tables:
        table = Table(
            title=f"Phụ lục {appendix.number:02d}. {appendix.title}", title_justify="left", title_style="bold"
        )
        for index, header in enumerate(headers):
            table.add_column(header, justify="left" if index == 1 else "right")
        for line in appendix.lines:
            number, name, *figures = line.text
            table.add_row(
                number, Text(f"{name} {line.footnote}".rstrip()), *figures, style="bold" if line.is_total else None
            )
        out.print(table)
        for footnote in appendix.footnotes:
            out.print(Text(footnote, "yellow"))


def _since_baseline(groups: "pl.DataFrame", whole: str) -> Iterable[Text]:
    """The change since the baseline month of the rate of all units, in percentage points, where both are known."""
    import polars as pl

    everyone = groups.filter(pl.col("unit_group") == "all", pl.col("baseline_change_points").is_not_null())
    for row in everyone.iter_rows(named=True):
        change = row["baseline_change_points"]
        word = "tăng" if change > 0 else "giảm" if change < 0 else "thay đổi"
        yield Text(
            f"{whole} {vn.percent(row['online_rate_pct'])}%, {word} {vn.percent(abs(change))} điểm phần trăm so với "
            f"tháng {vn.month(row['baseline_month'])} ({vn.percent(row['baseline_rate_pct'])}%"
            + (")" if row["baseline_is_complete"] else ", tháng này chưa đủ số liệu)")
        )


def _processed(unit: Mapping[str, Any]) -> Iterable[Text]:
    """What a one-stop centre received, settled and settled on time; these are other cases than those of the rates."""
    for when, suffix, rate in (("từ đầu năm", "_ytd", "on_time_ytd_pct"), ("trong tháng", "", "on_time_pct")):
        received, settled, on_time = (unit[f"{name}{suffix}"] for name in ("received", "settled", "settled_on_time"))
        if received is None:
            continue
        percent = f" ({vn.percent(unit[rate])}%)" if unit[rate] is not None else ""
        yield Text(
            f"{unit['unit_name']}, mọi thủ tục, {when}: tiếp nhận {vn.count(received)}, đã giải quyết "
            f"{vn.count(settled)}, đúng hạn {vn.count(on_time)}{percent}"
        )


def _restatements(changes: "pl.DataFrame", units: "pl.DataFrame") -> Iterable[Text]:
    """The figures that changed after they were published; only their number where there are many."""
    from reports.month.changes import KINDS

    if changes.height > MAX_LINES:
        yield Text(f"{changes.height} thay đổi sau khi đã công bố: xem bảng restatements", "cyan")
        return
    for row in changes.join(units, on="unit_id").sort("business_date", "unit_id").iter_rows(named=True):
        totals = [row[name] for name in ("total_before", "total")]
        figures = " → ".join("–" if total is None else vn.count(total) for total in totals)
        yield Text(
            f"Thay đổi sau công bố: {row['name']}, ngày {vn.day(row['business_date'])}: {KINDS[row['kind']]}"
            + (f", tổng số {figures}" if totals != [None, None] else ""),
            "cyan",
        )


def _rounded_rates(marts: "Mapping[str, pl.DataFrame]", units: "pl.DataFrame") -> Iterable[str]:
    """The units whose newest counted export states a rounded rate, with the exact rate and the stated one."""
    last_day = units.select("unit_id", "unit_name", "online_rate_pct", business_date="as_of")
    failures = marts["check_failures"].filter(rule="rate_has_decimals")
    rounded = failures.join(last_day, on=["unit_id", "business_date"])
    for row in rounded.iter_rows(named=True):
        yield f"{row['unit_name']} {vn.percent(row['online_rate_pct'])}%; tệp của đơn vị: {row['sample']}"
