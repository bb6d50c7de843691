"""What the terminal shows, in Vietnamese. Prints what it is given; decides and computes nothing."""

import sys
from collections.abc import Iterable, Mapping, Sequence

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.alerts.step import Alerted
from flows.day import DayResult
from flows.inspect import FileVerdict
from flows.watch import Watched
from flows.workspace import Workspace
from reports import vietnamese as vn
from reports.appendices import HEADER, Appendix, appendices
from transforms.explain import Reading
from transforms.rules import severities
from transforms.rules.common import CORRECTED, CORRECTION_RULES
from transforms.rules.delivery import IS_IN_TIME
from transforms.rules.strictness import OFF
from warehouse.purge import Purged

OUTCOMES = {
    "accepted": ("chấp nhận", "green"),
    "accepted_with_warnings": ("chấp nhận, có cảnh báo", "yellow"),
    "quarantined": ("bị giữ lại", "red"),
    "missing": ("chưa gửi", "red"),
}
_STRICTNESS = ("critical", "warning", "info")
DECISIONS = {"released": "cho qua theo quyết định", "rejected": "đã loại hẳn"}
KINDS = {
    "correction": "đơn vị gửi lại",
    "release": "cho qua theo quyết định",
    "late_first": "nay mới gửi",
    "amendment": "đã sửa số liệu",
}
_OUTCOMES_EN = {
    "accepted": "accepted",
    "accepted_with_warnings": "accepted with warnings",
    "quarantined": "held back",
}
_VERDICT = {
    "vi": ": {} dòng, trực tuyến {}, trực tiếp {}, tổng số {}",
    "en": ": {} rows, online {}, in person {}, total {}",
}
_READING = {
    "vi": {
        "format": "Định dạng",
        "sheet": "Trang tính",
        "header": "Dòng tiêu đề",
        "numbers": "Kiểu số hàng nghìn",
        "rows": "Các dòng",
        "unread": "Cột không đọc",
        "column": "Cột",
        "detail": "chi tiết",
        "totals": "tổng cộng",
        "subtotal": "nhóm",
        "unknown": "không rõ",
        "hidden": "bị ẩn",
        "statement": "ghi chú đơn vị, ngày",
    },
    "en": {
        "format": "Format",
        "sheet": "Sheet",
        "header": "Header rows",
        "numbers": "Thousands written as",
        "rows": "Rows",
        "unread": "Columns not read",
        "column": "Column",
        "detail": "details",
        "totals": "totals",
        "subtotal": "groups",
        "unknown": "unknown",
        "hidden": "hidden",
        "statement": "titles on unit and date",
    },
}
MAX_FINDINGS = 3  # a day's screen shows so many rows of a file held back; `quarantine show` has them all
MAX_LINES = 10  # more first exports of earlier days, or late ones, are summed up in one line


def console(*, stderr: bool = False) -> Console:
    """A console that breaks no line where the output is not a terminal."""
    width = None if (sys.stderr if stderr else sys.stdout).isatty() else 120
    return Console(stderr=stderr, highlight=False, soft_wrap=True, width=width)


def show_day(out: Console, workspace: Workspace, result: DayResult) -> None:
    """One line for the day, then what was held back and why, what came late, what came twice."""
    counts = dict(result.states.group_by("outcome").len().iter_rows())
    parts = [
        f"[{style}]{counts[outcome]} {word}[/]" for outcome, (word, style) in OUTCOMES.items() if outcome in counts
    ]
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
            case "accepted_with_warnings" if delivery["reason"] == IS_IN_TIME.id:
                pass  # said below, with what is new of earlier days
            case "quarantined" | "accepted_with_warnings" as status:
                word, style = OUTCOMES[status]
                yield Text(f"{name}{earlier}: {word} – {delivery['file_name']}", style)
                shown = MAX_FINDINGS if status == "quarantined" else 1
                yield from _finding_lines(result.findings, delivery["delivery_id"], shown)
            case "duplicate":
                yield Text(f"{name}{earlier}: gửi trùng, bỏ qua – {delivery['file_name']}", "cyan")
            case "accepted" if delivery["version"] > 1:
                yield Text(f"{name}{earlier}: đã gửi lại, phiên bản {delivery['version']} được chấp nhận", "green")
        yield from _correction_lines(result.findings, delivery["delivery_id"], f"{name}{earlier}")
    yield from _first_exports(result, names)
    for state in result.states.filter(pl.col("outcome") == "missing").iter_rows(named=True):
        why = result.failures.get(state["unit_id"])
        yield Text(f"{names[state['unit_id']]}: chưa gửi" + (f" – {why}" if why else ""), "red")
    yield from _told(result.alerts)


def _told(alerts: Alerted) -> Iterable[Text]:
    if alerts.messages:
        yield Text(f"đã gửi {alerts.messages} tin báo", "cyan")
    for failure in alerts.failures:
        yield Text(failure, "yellow")


def _first_exports(result: DayResult, names: Mapping[str, str]) -> Iterable[Text]:
    """What is new of earlier days, and what came late but is sound; many of a kind in one line."""
    first = result.stored.filter(version=1)
    earlier = pl.col("business_date") != result.business_date
    sound = pl.col("status") == "accepted"
    late = (pl.col("status") == "accepted_with_warnings") & (pl.col("reason") == IS_IN_TIME.id)
    for what, chosen, style in (
        ("nay mới có, được chấp nhận", first.filter(sound & earlier), "green"),
        ("nay mới có, gửi muộn, được chấp nhận", first.filter(late & earlier), "yellow"),
        ("gửi muộn, được chấp nhận", first.filter(late & ~earlier), "yellow"),
    ):
        if chosen.height > MAX_LINES:
            since, until = chosen.select(since=pl.min("business_date"), until=pl.max("business_date")).row(0)
            days = f"các ngày {since:%d/%m}–{until:%d/%m}" if until > since else f"ngày {since:%d/%m}"
            yield Text(f"{chosen.height} tệp của {days} {what}", style)
            continue
        for unit_id, day in chosen.select("unit_id", "business_date").iter_rows():
            of_day = "" if day == result.business_date else f" (số liệu ngày {day:%d/%m})"
            yield Text(f"{names[unit_id]}{of_day}: {what}", style)


def _finding_lines(findings: pl.DataFrame, delivery_id: str, most: int) -> Iterable[Text]:
    told_apart = pl.col("rule").is_in(CORRECTION_RULES)
    own = findings.filter(pl.col("delivery_id") == delivery_id, ~told_apart)["message"].to_list()
    for message in own[:most]:
        yield Text(f"  {message}")
    if len(own) > most:
        yield Text(f"  … và {len(own) - most} dòng nữa: tyle quarantine show {delivery_id}")


def _correction_lines(findings: pl.DataFrame, delivery_id: str, name: str) -> Iterable[Text]:
    """Each figure corrected, and each correction that no longer applies: never cut."""
    own = findings.filter(pl.col("delivery_id") == delivery_id, pl.col("rule").is_in(CORRECTION_RULES))
    for rule, message in own.select("rule", "message").iter_rows():
        yield Text(f"{name}: {message}", "cyan" if rule == CORRECTED else "yellow")


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


def show_states(out: Console, workspace: Workspace, states: pl.DataFrame) -> None:
    """Outcomes as a table, one row per unit and day."""
    names = unit_names(workspace)
    table = Table("Ngày", "Đơn vị", "Loại", "Kết quả", "Phiên bản", "Nhận lúc (UTC)", "Quy tắc vi phạm")
    for row in states.iter_rows(named=True):
        word, style = OUTCOMES[row["outcome"]]
        late = " (muộn)" if row["is_late"] else ""
        decided = f" ({DECISIONS[row['decision']]})" if row["decision"] else ""
        received = f"{row['received_at']:%Y-%m-%d %H:%M}" if row["received_at"] else ""
        table.add_row(
            vn.day(row["business_date"]),
            names.get(row["unit_id"], row["unit_id"]),
            row["contract"],
            Text(word + late + decided, style),
            str(row["version"] or ""),
            received,
            row["rules_broken"] or "",
        )
    out.print(table)


def show_docs(out: Console, states: pl.DataFrame) -> None:
    """Where the pages on what was checked lie, a line each day."""
    for page in states["docs"].drop_nulls().unique(maintain_order=True):
        out.print(Text(f"Data Docs: {page}"))


def show_eased_rules(out: Console, workspace: Workspace) -> None:
    """The rules that tyle.toml switches off or takes less strictly than they are meant, a line each."""
    names = unit_names(workspace)
    for unit_id, contract, rule, severity in workspace.settings.taken_otherwise():
        own = severities(contract)[rule]
        whose = f"({contract}, {names.get(unit_id, 'mọi đơn vị')})"
        if severity == OFF:
            out.print(f"Quy tắc đã tắt: [yellow]{rule}[/] {whose}")
        elif _STRICTNESS.index(severity) > _STRICTNESS.index(own):
            out.print(f"Quy tắc hạ mức: [yellow]{rule}[/] {own} → {severity} {whose}")


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


def show_verdict(out: Console, verdict: FileVerdict, lang: str = "vi") -> None:
    """A file's faults, a line each, then whether it would be accepted."""
    for fault in verdict.faults:
        out.print(Text(fault))
    figures = ""
    if verdict.totals:
        online, in_person, total = (vn.count(verdict.totals[c]) for c in ("online", "in_person", "total"))
        figures = _VERDICT[lang].format(verdict.row_count, online, in_person, total)
    word, style = OUTCOMES[verdict.status]
    out.print(Text(f"{verdict.file}: {word if lang == 'vi' else _OUTCOMES_EN[verdict.status]}{figures}", style))


def show_reading(out: Console, reading: Reading, lang: str = "vi") -> None:
    """How a file was read: format, sheet, header rows, which column became what, the style of numbers, the rows."""
    words = _READING[lang]
    first, last = reading.header_rows
    kind = ", ".join(filter(None, (reading.format, reading.encoding, reading.separator and repr(reading.separator))))
    facts = {
        "format": kind,
        "sheet": reading.sheet,
        "header": str(first) if first == last else f"{first}–{last}",
        "numbers": reading.numbers,
        "rows": ", ".join(f"{words[kind]} {count}" for kind, count in reading.kinds.items()),
        "unread": ", ".join(f"“{name}”" for name in reading.unread),
    }
    for name, value in facts.items():
        if value:
            out.print(Text(f"  {words[name]}: {value}"))
    for column, label, header, place in reading.columns:
        out.print(Text(f"  {words['column']} {place} “{header}” → {label if lang == 'vi' else column}"))


def show_purged(out: Console, purged: Purged) -> None:
    """What a purge removed, and what waits for the next one."""
    for contract, packs in purged.packs.items():
        out.print(f"{contract}: đã xóa {packs} gói bản gốc quá hạn")
    out.print(f"Kho dữ liệu: đã xóa {purged.cases} mã hồ sơ và {purged.rejected_rows} dòng sai quá hạn")
    if purged.waiting:
        out.print(f"{purged.waiting} tệp cũ còn chờ người đang đọc; lần xóa sau sẽ bỏ nốt")


def show_watched(out: Console, workspace: Workspace, watched: Watched) -> None:
    """The units that are behind, the worst first, then what was told."""
    names = unit_names(workspace)
    if watched.units.is_empty():
        out.print("Không có đơn vị nào thiếu hay gửi muộn.")
    for row in watched.units.iter_rows(named=True):
        word = "chưa từng gửi" if row["never"] else {"missing": "chưa gửi", "late": "gửi muộn"}[row["problem"]]
        days = f"{row['days']} ngày, từ {vn.day(row['since'])}" if row["days"] > 1 else f"ngày {vn.day(row['since'])}"
        out.print(Text(f"{names[row['unit_id']]} ({row['contract']}): {word}, số liệu {days}", "red"))
    for line in _told(watched.alerts):
        out.print(line)


def unit_names(workspace: Workspace) -> dict[str, str]:
    """unit_id → name."""
    return dict(workspace.registry.units.select("unit_id", "name").iter_rows())
