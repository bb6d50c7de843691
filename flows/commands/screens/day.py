"""A day on the screen: one line, then what was held back, came late or was told. Decides and computes nothing."""

from collections.abc import Iterable, Mapping

import polars as pl
from rich.console import Console
from rich.text import Text

from flows.commands.screens.common import MAX_LINES, OUTCOMES, told, unit_names
from flows.settings.workspace import Workspace
from flows.work.day import DayResult
from transforms.check.rules.common import CORRECTED, CORRECTION_RULES
from transforms.check.rules.delivery import IS_IN_TIME

MAX_FINDINGS = 3  # a day's screen shows so many rows of a file held back; `quarantine show` has them all


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
    yield from told(result.alerts)
    if result.site.failure:
        yield Text(result.site.failure, "red")


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
