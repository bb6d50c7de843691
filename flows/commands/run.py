"""`tyle demo`, `init` and `run`, and what they print of a day."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from flows.commands.shared import (
    MAX_LINES,
    OUTCOMES,
    JsonOption,
    WorkspaceOption,
    alert_lines,
    console,
    exit_code,
    opened,
    yesterday,
)

if TYPE_CHECKING:
    import polars as pl

    from flows.settings.workspace import Workspace
    from flows.work.day import DayResult


def demo(
    directory: Annotated[Path, typer.Argument(metavar="DIR")] = Path("var/demo"),
) -> int:
    """Chạy trọn tháng 8/2022 (đến ngày 19) trong một thư mục làm việc mẫu."""
    typer.echo(f"tyle demo: tháng 8/2022, 26 đơn vị, 19 ngày, trong {directory}")
    from flows.commands.demo import run_demo

    return exit_code(held_back=run_demo(directory, console()))


def init(directory: Annotated[Path, typer.Argument(metavar="DIR")]) -> None:
    """Tạo thư mục làm việc: tyle.toml, reference/, inbox/."""
    from flows.settings.workspace import create_workspace

    workspace = create_workspace(directory)
    count = workspace.registry.units.height
    typer.echo(f"Đã tạo {directory}: {count} đơn vị trong reference/units.csv; đặt tệp vào inbox/<unit_id>/<ngày>…")


def run(
    day: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Ngày số liệu.")] = None,
    first: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"])] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"])] = None,
    unit: Annotated[list[str] | None, typer.Option("--unit", help="Chỉ đơn vị này; có thể lặp lại.")] = None,
    orchestrated: Annotated[bool, typer.Option("--orchestrated", help="Chạy trong Prefect.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> int:
    """Lấy, kiểm tra, lưu, tổng hợp và công bố số liệu của một hay nhiều ngày."""
    from flows.scheduled.environment import has_api
    from flows.scheduled.orchestrated import run_orchestrated
    from flows.work.day import run_days
    from flows.work.days import check_request
    from transforms.reference.clock import utc

    days = _days(day, first, last)
    where = opened(workspace)
    check_request(where, days, unit or (), utc(datetime.now(UTC)))
    in_prefect = orchestrated or has_api()
    if not in_prefect and not as_json:
        typer.echo("Chạy trực tiếp, không qua Prefect (chưa đặt PREFECT_API_URL).", err=True)
    results: list[DayResult] = []
    show = _json_day if as_json else _screen_day(where)
    for result in (run_orchestrated if in_prefect else run_days)(where, days, tuple(unit or ())):
        show(result)
        results.append(result)
    if not as_json:
        here = where.settings.publish.here
        typer.echo(f"Tệp công bố: {where.published}" if here else "Đã ghi vào kho; máy công bố sẽ tổng hợp và công bố.")
    site_failed = bool(results and results[-1].published.site.failure)
    return exit_code(held_back=any(not result.held_back.is_empty() for result in results), site_failed=site_failed)


def _days(day: datetime | None, first: datetime | None, last: datetime | None) -> list[date]:
    """The requested days: one, or a range; default: yesterday in Vietnam."""
    if day is not None and (first or last):
        raise typer.BadParameter("chỉ dùng --date, hoặc --from cùng --to")
    if day is not None:
        return [day.date()]
    if first is None and last is None:
        return [yesterday()]
    if first is None or last is None or last < first:
        raise typer.BadParameter("--from và --to phải đi cùng nhau, --from không sau --to")
    return [first.date() + timedelta(days=offset) for offset in range((last - first).days + 1)]


def _screen_day(workspace: "Workspace") -> "Callable[[DayResult], None]":

    out = console()
    return lambda result: show_day(out, workspace, result)


def _json_day(result: "DayResult") -> None:
    typer.echo(json.dumps(result.as_dict(), ensure_ascii=False, default=str))


MAX_FINDINGS = 3  # faulty rows shown of a held back file; `tyle quarantine show` shows all


def show_day(out: Console, workspace: "Workspace", result: "DayResult") -> None:
    """Show a line for the day, then what was held back and why, what came late or twice."""
    counts = dict(result.states.group_by("outcome").len().iter_rows())
    parts = [
        f"[{style}]{counts[outcome]} {word}[/]" for outcome, (word, style) in OUTCOMES.items() if outcome in counts
    ]
    day = f"{result.business_date:%d/%m/%Y}"
    out.print(f"[bold]{day}[/]  {' · '.join(parts) or 'không có đơn vị nào phải gửi'}  ({result.seconds:.1f} s)")
    for line in day_events(workspace, result):
        out.print("  ", line, sep="")


def day_events(workspace: "Workspace", result: "DayResult") -> Iterable[Text]:
    """A line for everything of the day that its counts do not show."""
    names, good = workspace.unit_names, OUTCOMES["accepted"][0]
    import polars as pl

    from transforms.check.rules.delivery import IS_IN_TIME

    for delivery in result.stored.iter_rows(named=True):
        name, day = names[delivery["unit_id"]], f"{delivery['business_date']:%d/%m}"
        earlier = "" if delivery["business_date"] == result.business_date else f" (số liệu ngày {day})"
        match delivery["status"]:
            case "accepted_with_warnings" if delivery["reason"] == IS_IN_TIME.id:
                pass  # in _first_exports below
            case "quarantined" | "accepted_with_warnings" as status:
                word, style = OUTCOMES[status]
                yield Text(f"{name}{earlier}: {word} – {delivery['file_name']}", style)
                shown = MAX_FINDINGS if status == "quarantined" else 1
                yield from _finding_lines(result.findings, delivery["delivery_id"], shown)
            case "duplicate":
                yield Text(f"{name}{earlier}: {OUTCOMES['duplicate'][0]} – {delivery['file_name']}", "cyan")
            case "accepted" if delivery["version"] > 1:
                yield Text(f"{name}{earlier}: đã gửi lại, {good} phiên bản {delivery['version']}", "green")
        yield from _correction_lines(result.findings, delivery["delivery_id"], f"{name}{earlier}")
    yield from _first_exports(result, names)
    for state in result.states.filter(pl.col("outcome") == "missing").iter_rows(named=True):
        why = result.failures.get(state["unit_id"])
        yield Text(f"{names[state['unit_id']]}: {OUTCOMES['missing'][0]}" + (f" – {why}" if why else ""), "red")
    yield from alert_lines(result.alerts)
    if result.published.site.failure:
        yield Text(result.published.site.failure, "red")


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


def _finding_lines(findings: "pl.DataFrame", delivery_id: str, most: int) -> Iterable[Text]:
    import polars as pl

    from transforms.check.rules.common import CORRECTION_RULES

    is_correction = pl.col("rule").is_in(CORRECTION_RULES)  # shown by _correction_lines
    own = findings.filter(pl.col("delivery_id") == delivery_id, ~is_correction)["message"].to_list()
    for message in own[:most]:
        yield Text(f"  {message}")
    if len(own) > most:
        yield Text(f"  … và {len(own) - most} dòng nữa: tyle quarantine show {delivery_id}")


def _correction_lines(findings: "pl.DataFrame", delivery_id: str, name: str) -> Iterable[Text]:
    """Each corrected figure, and each correction that no longer applies; all of them are shown."""
    import polars as pl

    from transforms.check.rules.common import CORRECTED, CORRECTION_RULES

    own = findings.filter(pl.col("delivery_id") == delivery_id, pl.col("rule").is_in(CORRECTION_RULES))
    for rule, message in own.select("rule", "message").iter_rows():
        yield Text(f"{name}: {message}", "cyan" if rule == CORRECTED else "yellow")
