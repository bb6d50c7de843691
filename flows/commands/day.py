"""What a day prints: its outcomes, then what was held back, came late or was sent. Holds no command."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from flows.commands.shared import MAX_LINES, OUTCOMES, alert_lines, set_up_line
from reports import neutral

if TYPE_CHECKING:
    import polars as pl

    from flows.settings.workspace import Workspace
    from flows.work.corrections import Reviewed
    from flows.work.day import DayResult

MAX_FINDINGS = 3  # faulty rows shown of a held back file; `tyle quarantine show` shows all


def show_day(out: Console, workspace: "Workspace", result: "DayResult") -> None:
    """Show a line for the day, then what was held back and why, what came late or twice."""
    import polars as pl

    from transforms.dictionary.shared_senders import is_no_unit

    split = pl.col("outcome").str.starts_with("accepted") & is_no_unit()  # its units are counted
    counts = dict(result.states.filter(~split).group_by("outcome").len().iter_rows())
    parts = [
        Text(f"{counts[outcome]} {word}", style) for outcome, (word, style) in OUTCOMES.items() if outcome in counts
    ]
    nothing = "chưa có đơn vị nào có nguồn" if result.not_set_up else "không có đơn vị nào phải gửi"
    what = Text(" · ").join(parts) if parts else nothing
    day = (f"{result.business_date:%d/%m/%Y}", "bold")
    out.print(Text.assemble(day, "  ", what, f"  ({result.seconds:.1f} s)"))
    for line in day_events(workspace, result):
        out.print("  ", line, sep="")


def day_events(workspace: "Workspace", result: "DayResult") -> Iterable[Text]:
    """A line for everything of the day that its counts do not show."""
    names, good = workspace.unit_names, OUTCOMES["accepted"][0]
    from flows.intake.expected import missing_by_themselves
    from transforms.check.rules.delivery import IS_IN_TIME

    found = _by_delivery(result.findings)
    for delivery in result.stored.iter_rows(named=True):
        own = found.get(delivery["delivery_id"])
        name, day = names[delivery["unit_id"]], f"{delivery['business_date']:%d/%m}"
        file = neutral.value(delivery["file_name"])
        earlier = "" if delivery["business_date"] == result.business_date else f" (số liệu ngày {day})"
        match delivery["status"]:
            case "accepted_with_warnings" if delivery["reason"] == IS_IN_TIME.id:
                pass  # in _first_exports below
            case "quarantined" | "accepted_with_warnings" as status:
                word, style = OUTCOMES[status]
                yield Text(f"{name}{earlier}: {word} – {file}", style)
                shown = MAX_FINDINGS if status == "quarantined" else 1
                yield from _finding_lines(own, delivery["delivery_id"], shown)
            case "duplicate":
                yield Text(f"{name}{earlier}: {OUTCOMES['duplicate'][0]} – {file}", "cyan")
            case "accepted" if delivery["version"] > 1:
                yield Text(f"{name}{earlier}: đã gửi lại, {good} phiên bản {delivery['version']}", "green")
        yield from _correction_lines(own, f"{name}{earlier}")
        yield from _eased_lines(own, delivery, f"{name}{earlier}")
    yield from _first_exports(result, names)
    missing = missing_by_themselves(workspace, result.states)
    for state in missing.iter_rows(named=True):
        why = result.failures.get(state["unit_id"])
        yield Text(f"{names[state['unit_id']]}: {OUTCOMES['missing'][0]}" + (f" – {why}" if why else ""), "red")
    if result.not_set_up:
        yield set_up_line(workspace, result.not_set_up)
    with_export = result.states.filter(outcome="missing").height - missing.height
    if with_export:
        yield Text(f"{with_export} đơn vị {OUTCOMES['missing'][0]}, vì tệp chung của họ chưa có hoặc bị giữ lại", "red")
    yield from reviewed_lines(workspace, result.reviewed)
    yield from alert_lines(result.alerts)
    if result.published.site.failure:
        yield Text(result.published.site.failure, "red")


def reviewed_lines(workspace: "Workspace", reviewed: "Reviewed") -> Iterable[Text]:
    """What became of the entries of corrections.toml for deliveries stored before: changes, and what failed."""
    found = _by_delivery(reviewed.findings)
    for delivery in reviewed.stored.iter_rows(named=True):
        name = f"{workspace.unit_names[delivery['unit_id']]} (số liệu ngày {delivery['business_date']:%d/%m})"
        yield Text(f"{name}: đã sửa thành {delivery['delivery_id']}", "cyan")
        yield from _correction_lines(found.get(delivery["delivery_id"]), name)
    for delivery_id, why in reviewed.failures.items():
        yield Text(f"{delivery_id}: mục sửa trong reference/corrections.toml chưa áp dụng: {why}", "yellow")


def _first_exports(result: "DayResult", names: Mapping[str, str]) -> Iterable[Text]:
    """First exports of earlier days, and accepted exports that came late; one line where there are many of a kind."""
    import polars as pl

    from transforms.check.rules.delivery import IS_IN_TIME

    good, late_word = OUTCOMES["accepted"][0], OUTCOMES["late"][0]
    first = result.stored.filter(version=1)
    earlier = pl.col("business_date") != result.business_date
    sound = pl.col("status") == "accepted"
    late = (pl.col("status") == "accepted_with_warnings") & (pl.col("reason") == IS_IN_TIME.id)
    for what, chosen, style in (
        (f"nay mới có, {good}", first.filter(sound & earlier), "green"),
        (f"nay mới có, {late_word}, {good}", first.filter(late & earlier), "yellow"),
        (f"{late_word}, {good}", first.filter(late & ~earlier), "yellow"),
    ):
        if chosen.height > MAX_LINES:
            since, until = chosen.select(since=pl.min("business_date"), until=pl.max("business_date")).row(0)
            days = f"các ngày {since:%d/%m}–{until:%d/%m}" if until > since else f"ngày {since:%d/%m}"
            yield Text(f"{chosen.height} tệp của {days} {what}", style)
            continue
        for unit_id, day in chosen.select("unit_id", "business_date").iter_rows():
            of_day = "" if day == result.business_date else f" (số liệu ngày {day:%d/%m})"
            yield Text(f"{names[unit_id]}{of_day}: {what}", style)


def _by_delivery(findings: "pl.DataFrame") -> "dict[str, pl.DataFrame]":
    """The findings of each delivery that has any, as most have none; in their order."""
    if findings.is_empty():
        return {}
    return {name: own for (name,), own in findings.partition_by("delivery_id", as_dict=True).items()}


def _finding_lines(findings: "pl.DataFrame | None", delivery_id: str, most: int) -> Iterable[Text]:
    import polars as pl

    from transforms.check.messages import one_line_each
    from transforms.check.rules.common import CORRECTION_RULES

    if findings is None:
        return
    is_correction = pl.col("rule").is_in(CORRECTION_RULES)  # shown by _correction_lines
    own = one_line_each(findings.filter(~is_correction))["message"].to_list()
    for message in own[:most]:
        yield Text(f"  {message}")
    if len(own) > most:
        yield Text(f"  … và {len(own) - most} dòng nữa: tyle quarantine show {delivery_id}")


def _eased_lines(findings: "pl.DataFrame | None", delivery: Mapping[str, Any], name: str) -> Iterable[Text]:
    """The critical rules that an accepted delivery breaks, as tyle.toml makes them weaker."""
    from transforms.check.rules import severities

    if findings is None or not delivery["status"].startswith("accepted"):
        return
    severity_of = severities(delivery["contract"])
    if rules := [rule for rule in findings["rule"].unique().sort() if severity_of.get(rule) == "critical"]:
        yield Text(
            f"{name}: † tính dù trái quy tắc đã hạ mức: {', '.join(rules)}; số liệu có dấu khi công bố", "yellow"
        )


def _correction_lines(findings: "pl.DataFrame | None", name: str) -> Iterable[Text]:
    """Each corrected figure, and each correction that no longer applies; all of them are shown."""
    import polars as pl

    from transforms.check.rules.common import CORRECTED, CORRECTION_RULES

    if findings is None:
        return
    own = findings.filter(pl.col("rule").is_in(CORRECTION_RULES))
    for rule, message in own.select("rule", "message").iter_rows():
        yield Text(f"{name}: {message}", "cyan" if rule == CORRECTED else "yellow")
