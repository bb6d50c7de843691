"""Late exports: a rule like any other, alerted once; only the first export of a day, by the file's own time."""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest
from pytest_httpserver import HTTPServer

from demo.clock import in_vietnam
from flows.commands.day import day_events
from flows.commands.shared import MAX_LINES
from flows.settings.workspace import Workspace
from flows.work.day import DayResult
from flows.work.quarantine import release
from flows.work.watch import watch
from tests.flows.alerts.alerting import RIGHT, evening, hook, ledger, posts, run_with_alerts, titles
from tests.flows.workspaces import MONDAY, morning_after, put, put_all, run, small_workspace, to_lake
from warehouse.lake.opening import open_lake
from warehouse.ledger.decisions import Decision
from warehouse.ledger.states import current_states

TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=days) for days in (1, 2, 3))
UNIT = "so-y-te"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


def late_day(
    root: Path, settings: str = "", *, take: Callable[..., DayResult] = to_lake
) -> tuple[Workspace, DayResult]:
    """Monday's exports, of which UNIT's came on Thursday; the day is run on Friday morning."""
    workspace = small_workspace(root, settings)
    put_all(workspace, MONDAY)
    put(workspace, UNIT, MONDAY, RIGHT, sent=THURSDAY)
    return workspace, take(workspace, MONDAY, now=morning_after(THURSDAY))


def state(result: DayResult, unit_id: str = UNIT) -> tuple[object, ...]:
    columns = ("outcome", "version", "is_late", "rules_broken")
    return result.states.filter(unit_id=unit_id).select(columns).row(0)


def lines(workspace: Workspace, result: DayResult) -> Sequence[str]:
    return [line.plain for line in day_events(workspace, result)]


def test_a_late_export_counts_with_a_warning_that_says_when_it_came(root: Path) -> None:
    workspace, result = late_day(root, take=run)
    assert state(result) == ("accepted_with_warnings", 1, True, "is_in_time")
    assert state(result, "so-noi-vu") == ("accepted", 1, False, None)
    assert result.findings["message"].to_list() == [
        "quy tắc is_in_time: tệp phải đến trước giờ chốt (04/08/2022 16:30 > 02/08/2022 17:00)"
    ]
    assert lines(workspace, result) == ["Sở Y tế: gửi muộn, đã nhận"]
    with duckdb.connect(str(root / "published" / "marts.duckdb"), read_only=True) as marts:
        failures = marts.sql("SELECT unit_id, rule, severity FROM marts.check_failures").fetchall()
        late = marts.sql("SELECT unit_id FROM marts.export_status WHERE is_late").fetchall()
    assert failures == [(UNIT, "is_in_time", "warning")]
    assert late == [(UNIT,)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("severity", "outcome", "rules"),
    [("critical", "quarantined", "is_in_time"), ("info", "accepted", "is_in_time"), ("off", "accepted", None)],
)
def test_it_is_taken_as_strictly_as_tyle_toml_says_and_late_stays_a_fact(
    root: Path, severity: str, outcome: str, rules: str | None
) -> None:
    _, result = late_day(root, f'[units.so-y-te]\nrules = {{ is_in_time = "{severity}" }}\n')
    assert state(result) == (outcome, 1, True, rules)


@pytest.mark.slow
def test_an_export_is_in_time_until_the_hour_agreed_with_its_unit(root: Path) -> None:
    workspace = small_workspace(root, "[run]\ncut_off_hour = 9\n[units.so-noi-vu]\ncut_off_hour = 10\n")
    put_all(workspace, MONDAY)
    for unit_id, hour, minute in ((UNIT, 9, 1), ("so-noi-vu", 10, 0), ("ubnd-huyen-a", 9, 0)):
        moment = in_vietnam(TUESDAY, hour, minute).replace(tzinfo=UTC).timestamp()
        os.utime(root / "inbox" / unit_id / f"{MONDAY}.csv", (moment, moment))
    result = to_lake(workspace, MONDAY, now=evening(MONDAY))
    assert dict(result.states.select("unit_id", "is_late").iter_rows()) == {
        UNIT: True,
        "so-noi-vu": False,
        "ubnd-huyen-a": False,
    }


@pytest.mark.slow
def test_a_unit_is_not_missed_before_the_hour_agreed_with_it(root: Path) -> None:
    workspace = small_workspace(root, "[units.so-y-te]\ncut_off_hour = 20\n")
    put(workspace, "ubnd-huyen-a", MONDAY, RIGHT)
    to_lake(workspace, MONDAY)
    with open_lake(root) as lake:
        behind = [watch(workspace, lake, in_vietnam(TUESDAY, hour)).units["unit_id"].to_list() for hour in (19, 21)]
    assert [sorted(units) for units in behind] == [["so-noi-vu"], ["so-noi-vu", UNIT]]


@pytest.mark.slow
@pytest.mark.parametrize("together", [False, True])
def test_a_correction_sent_later_is_not_late(root: Path, together: bool) -> None:
    workspace = small_workspace(root)
    put_all(workspace, MONDAY)
    if not together:
        to_lake(workspace, MONDAY)
    put(workspace, UNIT, MONDAY, "Đất đai;2;2;4", tag="_lan2", sent=THURSDAY)
    assert state(to_lake(workspace, MONDAY, now=morning_after(THURSDAY)))[:3] == ("accepted", 2, False)


@pytest.mark.slow
def test_a_correction_does_not_undo_that_the_day_came_late(root: Path) -> None:
    workspace, _ = late_day(root)
    put(workspace, UNIT, MONDAY, "Đất đai;2;2;4", tag="_lan2", sent=THURSDAY + timedelta(days=1))
    result = to_lake(workspace, MONDAY, now=morning_after(THURSDAY + timedelta(days=1)))
    assert state(result) == ("accepted", 2, True, "is_not_restated")


@pytest.mark.slow
def test_the_same_late_file_under_two_names_is_late(root: Path) -> None:
    workspace = small_workspace(root)
    for tag in ("", "_lan2"):
        put(workspace, UNIT, MONDAY, RIGHT, tag=tag, sent=THURSDAY)
    result = to_lake(workspace, MONDAY, (UNIT,), now=morning_after(THURSDAY))
    assert result.stored["status"].to_list() == ["accepted_with_warnings", "duplicate"]
    assert state(result) == ("accepted_with_warnings", 1, True, "is_in_time")


def test_an_export_that_cannot_be_read_may_be_late_too(root: Path) -> None:
    workspace = small_workspace(root)
    put(workspace, UNIT, MONDAY, sent=THURSDAY, content=b"\x89PNG\r\n")
    result = to_lake(workspace, MONDAY, (UNIT,), now=morning_after(THURSDAY))
    assert state(result) == ("quarantined", 1, True, "is_in_time,readable")


@pytest.mark.slow
def test_what_was_held_back_for_its_time_is_released_by_name(root: Path) -> None:
    workspace, result = late_day(root, '[rules.summary]\nis_in_time = "critical"\n')
    held = result.stored.filter(unit_id=UNIT)["delivery_id"].item()
    moment = morning_after(THURSDAY) + timedelta(hours=1)
    with open_lake(root) as lake:
        released = release(workspace, lake, Decision(held, "Trần B", "Mất điện cả huyện", moment))
        (now,) = current_states(lake, MONDAY, MONDAY).filter(unit_id=UNIT).to_dicts()
    assert released.overridden == ("is_in_time",)
    assert (now["outcome"], now["version"], now["is_late"]) == ("accepted_with_warnings", 2, True)


@pytest.mark.slow
def test_what_was_in_time_is_not_late_by_its_release(root: Path) -> None:
    workspace = small_workspace(root)
    put_all(workspace, MONDAY)
    put(workspace, UNIT, MONDAY, "Đất đai;1;2;4")
    to_lake(workspace, MONDAY)
    with open_lake(root) as lake:
        decision = Decision(f"{UNIT}:{MONDAY}:summary:v1", "Trần B", "Đã gọi", morning_after(THURSDAY))
        assert release(workspace, lake, decision).overridden == ("total_is_sum",)
        states = current_states(lake, MONDAY, MONDAY).filter(unit_id=UNIT)
    assert states.select("is_late", "rules_broken").row(0) == (False, "total_is_sum")


def alert_settings(server: HTTPServer, severity: str = "") -> str:
    """Warnings and critical alerts go to the hook."""
    rules = f'[rules.summary]\nis_in_time = "{severity}"\n' if severity else ""
    return f'{rules}[alerts]\n[[alerts.routes]]\nseverities = ["critical", "warning"]\nurls = ["{hook(server)}"]\n'


@pytest.mark.slow
def test_late_is_told_once_and_closes_with_the_next_export_in_time(root: Path, httpserver: HTTPServer) -> None:
    workspace, _ = late_day(root, alert_settings(httpserver), take=run_with_alerts)
    assert titles(httpserver) == ["Sở Y tế: gửi muộn"]
    assert "Quy tắc: is_in_time: tệp phải đến trước giờ chốt" in posts(httpserver)[0]["message"]
    (alert,) = ledger(workspace)
    assert (alert.rule, alert.severity, alert.days) == ("is_in_time", "warning", [MONDAY])
    put_all(workspace, THURSDAY)
    run_with_alerts(workspace, THURSDAY, now=morning_after(THURSDAY) + timedelta(hours=1))
    closed = [title for title in titles(httpserver) if "đã khắc phục" in title]
    assert closed == ["Sở Y tế: đã khắc phục (gửi muộn)"]
    assert not [title for title in titles(httpserver) if "có cảnh báo" in title]


@pytest.mark.slow
def test_a_day_that_comes_after_newer_ones_is_no_more_to_be_told(root: Path, httpserver: HTTPServer) -> None:
    workspace = small_workspace(root, alert_settings(httpserver))
    for day in (MONDAY, TUESDAY):
        put_all(workspace, day)
    put(workspace, UNIT, MONDAY, RIGHT, sent=THURSDAY)
    run_with_alerts(workspace, TUESDAY, now=morning_after(THURSDAY))
    assert titles(httpserver) == []


@pytest.mark.slow
def test_held_back_for_its_time_it_is_told_as_held_back(root: Path, httpserver: HTTPServer) -> None:
    workspace, _ = late_day(root, alert_settings(httpserver, "critical"), take=run_with_alerts)
    assert titles(httpserver) == ["Sở Y tế: bị giữ lại"]
    with open_lake(root) as lake:
        late = watch(workspace, lake, evening(THURSDAY)).units.filter(problem="late")
    assert late["unit_id"].to_list() == [UNIT]


@pytest.mark.slow
@pytest.mark.parametrize("severity", ["info", "off"])
def test_where_it_is_no_warning_nobody_is_told(root: Path, httpserver: HTTPServer, severity: str) -> None:
    late_day(root, alert_settings(httpserver, severity), take=run_with_alerts)
    assert titles(httpserver) == []


@pytest.mark.slow
def test_many_late_exports_are_one_line(root: Path) -> None:
    workspace = small_workspace(root)
    days = [MONDAY + timedelta(days=n) for n in range(5)]
    for day in days:
        put_all(workspace, day)
        for unit_id in (UNIT, "so-noi-vu", "ubnd-huyen-a"):
            put(workspace, unit_id, day, RIGHT, sent=MONDAY + timedelta(days=20))
    result = to_lake(workspace, days[-1], now=morning_after(MONDAY + timedelta(days=20)))
    assert result.stored.filter(pl.col("business_date") < days[-1]).height > MAX_LINES
    late = [line for line in lines(workspace, result) if "muộn" in line]
    assert late[0] == "12 tệp của các ngày 01/08–04/08 nay mới có, gửi muộn, đã nhận"
    assert sorted(late[1:]) == [f"{name}: gửi muộn, đã nhận" for name in ("Sở Nội vụ", "Sở Y tế", "UBND huyện A")]
