"""Shows the runs under way until they end: their steps, and the outcomes of their days. Stops no run."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from flows.commands.shared import OUTCOMES
from flows.commands.terminal import table
from flows.intake.expected import expected_exports
from flows.intake.set_up import not_set_up
from flows.runs.diary import RunRecord, Step, runs
from flows.settings.workspace import Workspace
from reports.month.completeness import worst_first
from warehouse.lake.lake import Lake
from warehouse.ledger.states import current_states

WAITING = "waiting"
_INTERVAL = 0.25  # seconds between two readings
_STEPS = 10  # newest steps of a run on the screen: a backfill of a year has hundreds
_AROUND = 4  # lines of the screen besides steps and units: counts, the table's head, the line on further rows

Show = Callable[[list[RunRecord]], None]


def follow(
    out: Console, workspace: Workspace, lake: Lake, within: tuple[date, date] | None, *, quiet: bool
) -> list[RunRecord]:
    """Show the runs under way until all have ended, and return them; `within`: only runs of these business dates.

    On a terminal the screen is redrawn; otherwise there is a line for each step that ended.
    """
    followed: dict[str, RunRecord] = {}
    with _screen(out, workspace, lake, quiet=quiet) as show:
        while True:
            seen = [run for run in runs(workspace.root) if within is None or _concerns(run, *within)]
            followed |= {run.run_id: run for run in seen if run.ended is None or run.run_id in followed}
            show([run for run in seen if run.run_id in followed])
            if all(run.ended for run in seen):
                return list(followed.values())
            time.sleep(_INTERVAL)


def failures(followed: list[RunRecord]) -> list[str]:
    """A line for each of these runs that failed or was cut off."""
    reasons = {"failed": "lần chạy bị lỗi", "cut off": "lần chạy bị cắt ngang"}
    return [
        f"{_days(run)}: {reasons[run.ended]}" + "".join(f", bước {step.name} ({step.error})" for step in _failed(run))
        for run in followed
        if run.ended in reasons
    ]


@contextmanager
def _screen(out: Console, workspace: Workspace, lake: Lake, *, quiet: bool) -> Iterator[Show]:
    if quiet:
        yield lambda found: None
    elif out.is_terminal:
        with Live(console=out, screen=True, auto_refresh=False) as live:
            view = _LiveView(out, workspace, lake)
            yield lambda found: live.update(view.of(found), refresh=True)
    else:
        yield _Lines(out, workspace.zone).show


class _Lines:
    """Prints a line for each run, and one for each of its steps that ended."""

    def __init__(self, out: Console, zone: ZoneInfo) -> None:
        self._out, self._zone = out, zone
        self._shown: Counter[str] = Counter()

    def show(self, found: list[RunRecord]) -> None:
        for run in found:
            if run.run_id not in self._shown:
                self._out.print(_heading(run, datetime.now(UTC), self._zone))
            ended = [step for step in run.steps if step.seconds is not None]
            for step in ended[self._shown[run.run_id] :]:
                self._out.print(Text(f"{_days(run)}  ").append(_step(step, run.began)))
            self._shown[run.run_id] = len(ended)


class _LiveView:
    """Draws the screen; reads the lake only after a step has ended, as nothing changes there before."""

    def __init__(self, out: Console, workspace: Workspace, lake: Lake) -> None:
        self._out, self._workspace, self._lake = out, workspace, lake
        self._read_at: tuple[object, ...] = ()
        self._states = pl.DataFrame()

    def of(self, found: list[RunRecord]) -> RenderableType:
        if not found:
            return Text("")
        now = datetime.now(UTC)
        lines = [line for run in found if not run.ended for line in _lines(run, now, self._workspace.zone)]
        newest = found[-1]
        at = (newest.run_id, sum(step.seconds is not None for step in newest.steps))
        if at != self._read_at:
            self._read_at, self._states = at, outcomes(self._workspace, self._lake, newest.first, newest.last)
        parts: list[RenderableType] = [*lines, _counts(self._states)]
        if newest.first == newest.last:
            taken = sum(len(line.wrap(self._out, self._out.width)) for line in lines)
            room = max(self._out.height - taken - _AROUND, 1)
            parts.append(_table(self._workspace, self._states.head(room)))
            if (more := self._states.height - room) > 0:
                parts.append(Text(f"… và {more} dòng nữa", "dim"))
        return Group(*parts)


def outcomes(workspace: Workspace, lake: Lake, first: date, last: date) -> pl.DataFrame:
    """The exports of these business dates, the worst first (columns of warehouse.ledger.states.current_states).

    Expected exports without an outcome have the outcome `waiting`.
    """
    states = current_states(lake, first, last)
    units = workspace.registry.on(last)
    expected = expected_exports(workspace, units, first, last).join(
        states, on=["unit_id", "business_date", "contract"], how="anti"
    )
    absent = not_set_up(workspace, lake, expected["unit_id"].unique().to_list())
    expected = expected.filter(~pl.col("unit_id").is_in(absent))
    return worst_first(pl.concat([states, expected.with_columns(outcome=pl.lit(WAITING))], how="diagonal_relaxed"))


def _concerns(run: RunRecord, first: date, last: date) -> bool:
    return run.first <= last and run.last >= first


def _days(run: RunRecord) -> str:
    return f"{run.first:%d/%m/%Y}" + (f"–{run.last:%d/%m/%Y}" if run.last > run.first else "")


def _lines(run: RunRecord, now: datetime, zone: ZoneInfo) -> Iterator[Text]:
    yield _heading(run, now, zone)
    if run.steps:
        earlier = "… · " if len(run.steps) > _STEPS else ""
        steps = Text(" · ").join(_step(step, now) for step in run.steps[-_STEPS:])
        yield Text(f"  {earlier}", no_wrap=False, overflow="fold").append(steps)


def _heading(run: RunRecord, now: datetime, zone: ZoneInfo) -> Text:
    began, seconds = run.began.astimezone(zone), (now - run.began).total_seconds()
    since = f"chạy từ {began:%H:%M:%S}, {seconds:.0f} s, tiến trình {run.process}"
    return Text(f"{_days(run)}  ").append(since, "dim")


def _step(step: Step, now: datetime) -> Text:
    """A step in a few words; `now` is used only where the step is still running."""
    items = f" {step.done}/{step.of}" if step.of > 1 else ""
    if step.error:
        return Text(f"{step.name}{items}: {step.error}", "red")
    if step.seconds is None:
        return Text(f"▸ {step.name}{items} {(now - step.began).total_seconds():.0f} s", "yellow")
    return Text(f"{step.name}{items} {step.seconds:.1f} s", "green")


def _failed(run: RunRecord) -> list[Step]:
    return [step for step in run.steps if step.error]


def _table(workspace: Workspace, states: pl.DataFrame) -> RenderableType:
    names = workspace.unit_names
    shown = table("Đơn vị", "Loại", "Kết quả", "Quy tắc vi phạm", box=None)
    for column in shown.columns:
        column.no_wrap = True
    for unit_id, contract, outcome, rules in states.select(
        "unit_id", "contract", "outcome", "rules_broken"
    ).iter_rows():
        shown.add_row(names.get(unit_id, unit_id), contract, Text(*OUTCOMES[outcome]), rules or "")
    return shown


def _counts(states: pl.DataFrame) -> Text:
    counts = dict(states.group_by("outcome").len().iter_rows())
    return Text(" · ").join(
        Text(f"{counts[outcome]} {word}", style) for outcome, (word, style) in OUTCOMES.items() if outcome in counts
    )
