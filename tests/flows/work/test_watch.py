"""Who is missing or late now: by each unit's calendar and cut-off, the worst first."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from demo.clock import VIETNAM, in_vietnam
from flows.cli import main
from flows.settings.workspace import Workspace
from flows.work.watch import watch
from tests.flows.alerts.alerting import RIGHT, alerting_workspace, evening, hook, ledger, run_with_alerts, titles
from tests.flows.workspaces import MONDAY, put, put_all, small_workspace, to_lake
from transforms.reference.clock import local_date, utc
from warehouse.lake.opening import open_lake

FRIDAY = date(2022, 8, 5)
Row = tuple[object, ...]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


def behind(workspace: Workspace, day: date, hour: int) -> list[Row]:
    """unit, problem, since, days, never at an hour in Vietnam."""
    with open_lake(workspace.root) as lake:
        units = watch(workspace, lake, in_vietnam(day, hour)).units
    return units.select("unit_id", "problem", "since", "days", "never").rows()


def test_an_empty_lake_expects_nothing(root: Path) -> None:
    assert behind(small_workspace(root), MONDAY, 18) == []


@pytest.mark.slow
def test_a_unit_is_behind_from_its_cut_off_on_by_its_calendar(root: Path) -> None:
    workspace = small_workspace(root)
    put_all(workspace, FRIDAY)
    to_lake(workspace, FRIDAY)
    saturday, monday, tuesday = (FRIDAY + timedelta(days=days) for days in (1, 3, 4))
    assert behind(workspace, saturday, 23) == []
    assert behind(workspace, monday, 16) == []
    # Saturday's and Sunday's exports were due on Monday at 17:00, by the units that send every day
    assert behind(workspace, monday, 18) == [
        ("so-y-te", "missing", saturday, 2, False),
        ("ubnd-huyen-a", "missing", saturday, 2, False),
    ]
    assert [row[:4] for row in behind(workspace, tuesday, 18)] == [
        ("so-y-te", "missing", saturday, 3),
        ("ubnd-huyen-a", "missing", saturday, 3),
        ("so-noi-vu", "missing", monday, 1),
    ]


@pytest.mark.slow
def test_a_holiday_is_no_working_day(root: Path) -> None:
    workspace = small_workspace(root)
    wednesday = date(2022, 8, 31)  # the 1st and 2nd of September are holidays, then comes a weekend
    put_all(workspace, wednesday - timedelta(days=1))
    to_lake(workspace, wednesday - timedelta(days=1))
    assert behind(workspace, date(2022, 9, 4), 18) == []
    assert ("so-noi-vu", "missing", wednesday, 1, False) in behind(workspace, date(2022, 9, 5), 18)


@pytest.mark.slow
def test_never_received_is_the_worst(root: Path, httpserver: HTTPServer) -> None:
    workspace = alerting_workspace(root, hook(httpserver))
    put(workspace, "so-noi-vu", MONDAY, RIGHT)
    put(workspace, "so-y-te", MONDAY, RIGHT)
    run_with_alerts(workspace, MONDAY)
    tuesday = MONDAY + timedelta(days=1)
    put(workspace, "so-noi-vu", tuesday, RIGHT)
    run_with_alerts(workspace, tuesday)
    rows = behind(workspace, tuesday + timedelta(days=1), 18)
    assert rows == [("ubnd-huyen-a", "missing", MONDAY, 2, True), ("so-y-te", "missing", tuesday, 1, False)]
    assert sorted(titles(httpserver)) == ["Sở Y tế: chưa gửi", "UBND huyện A: chưa từng gửi"]


@pytest.mark.slow
def test_a_unit_that_sent_late_is_named_until_it_sends_in_time(root: Path) -> None:
    workspace = small_workspace(root)
    put_all(workspace, MONDAY)
    thursday = MONDAY + timedelta(days=3)
    put(workspace, "so-y-te", MONDAY, RIGHT, sent=thursday)
    to_lake(workspace, MONDAY, now=evening(thursday))
    with open_lake(root) as lake:
        late = watch(workspace, lake, evening(thursday)).units.filter(problem="late")
    assert late.select("unit_id", "since").rows() == [("so-y-te", MONDAY)]
    put_all(workspace, thursday)
    to_lake(workspace, thursday)
    with open_lake(root) as lake:
        assert watch(workspace, lake, evening(thursday)).units.filter(problem="late").is_empty()


def test_watching_repeats_by_the_clock_and_closes(root: Path, httpserver: HTTPServer) -> None:
    workspace = alerting_workspace(root, hook(httpserver))
    put(workspace, "so-noi-vu", MONDAY, RIGHT)
    put(workspace, "so-y-te", MONDAY, RIGHT)
    run_with_alerts(workspace, MONDAY)
    tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    assert len(behind(workspace, tuesday, 18)) == len(behind(workspace, tuesday, 19)) == 1
    assert titles(httpserver) == ["UBND huyện A: chưa từng gửi"]
    put_all(workspace, tuesday)
    put(workspace, "ubnd-huyen-a", MONDAY, RIGHT)
    run_with_alerts(workspace, tuesday)
    assert titles(httpserver)[1:] == ["UBND huyện A: đã khắc phục (chưa gửi)"]
    assert behind(workspace, wednesday, 18) == []
    assert len(titles(httpserver)) == 2
    assert [alert.closed for alert in ledger(workspace)] == [in_vietnam(wednesday, 5, 30)]


@pytest.mark.slow
def test_the_command_says_so_in_its_exit_code(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from datetime import UTC, datetime

    def command(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["watch", "--workspace", str(root), *arguments])
        return int(ended.value.code or 0), capsys.readouterr().out

    workspace = small_workspace(root)
    assert command() == (0, "Không có đơn vị nào thiếu hay gửi muộn.\n")
    long_ago = local_date(utc(datetime.now(UTC)), VIETNAM) - timedelta(days=8)
    put(workspace, "so-y-te", long_ago, RIGHT)
    to_lake(workspace, long_ago)
    code, out = command()
    assert code == 2
    assert "UBND huyện A (summary): chưa từng gửi, số liệu " in out
    code, out = command("--json")
    first = json.loads(out)["units"][0]
    assert (code, first["never"], first["problem"]) == (2, True, "missing")


@pytest.mark.slow
def test_an_export_with_more_days_is_missing_after_its_own_cut_off(root: Path) -> None:
    workspace = small_workspace(root, "[run]\nlookback_days = 14\n[units.so-y-te]\ncut_off_days = 5\n")
    for unit_id in ("so-y-te", "so-noi-vu", "ubnd-huyen-a"):
        put(workspace, unit_id, MONDAY, RIGHT)
    to_lake(workspace, MONDAY)
    tuesday = MONDAY + timedelta(days=1)
    put(workspace, "so-noi-vu", tuesday, RIGHT)
    put(workspace, "ubnd-huyen-a", tuesday, RIGHT)
    to_lake(workspace, tuesday)
    fifth = MONDAY + timedelta(days=8)  # the fifth working day after Tuesday
    found = [unit for unit, *_ in behind(workspace, fifth, 16) if unit == "so-y-te"]
    assert found == []
    assert "so-y-te" in [unit for unit, *_ in behind(workspace, fifth, 18)]
