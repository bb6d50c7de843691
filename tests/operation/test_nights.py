"""A database that is down, a source that hangs or fails for a week, missed schedules, two workers, the year's end."""

import socket
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from demo.clock import VIETNAM
from flows.runs.lakes import lake_of
from flows.settings.workspace import Workspace
from tests.flows.workspaces import MONDAY, morning_after, put_all, run, small_workspace
from tests.operation.days import LATE, asked, differences, province, usual
from tests.operation.plant import Plant
from tests.sources.postgres_server import Postgres
from warehouse.ledger.closings import closings

pytestmark = pytest.mark.nightly

WEEK = [MONDAY + timedelta(days=number) for number in range(7)]
TUESDAY = WEEK[1]
UNREACHABLE = """
[run]
pull_attempts = 1
[units.so-noi-vu.source]
kind = "http"
url = "http://127.0.0.1:{port}/{{date:%Y-%m-%d}}"
connect_seconds = 1
read_seconds = 1
attempts = 1
"""


def unreachable(workspace: Workspace, port: int) -> None:
    (workspace.root / "tyle.toml").write_text(UNREACHABLE.format(port=port), encoding="utf-8")


def mended(workspace: Workspace) -> None:
    (workspace.root / "tyle.toml").write_text("", encoding="utf-8")


def done(plant: Plant, run_id: str) -> str:
    """The day of a run, which must have completed."""
    ended = plant.ended(run_id)
    assert ended["state_type"] == "COMPLETED", ended["state"]
    return str(ended["name"]).removeprefix("daily ")


def test_a_source_that_hangs_holds_up_nobody_and_comes_in_later(plant: Plant, tmp_path: Path) -> None:
    workspace = province(tmp_path / "w", WEEK[:2])
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts the connection and never answers
        unreachable(workspace, silent.getsockname()[1])
        done(plant, plant.run("daily", **asked(workspace, MONDAY)))
    mended(workspace)
    done(plant, plant.run("daily", **asked(workspace, TUESDAY)))
    assert differences(workspace, usual(tmp_path / "usual", WEEK[:2]), LATE) == []


def test_a_source_that_fails_for_a_week_comes_in_whole(plant: Plant, tmp_path: Path) -> None:
    days = [*WEEK, WEEK[-1] + timedelta(days=1)]
    workspace = province(tmp_path / "w", days)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    unreachable(workspace, port)
    for day in WEEK:
        done(plant, plant.run("daily", **asked(workspace, day)))
    mended(workspace)
    done(plant, plant.run("daily", **asked(workspace, days[-1])))
    assert differences(workspace, usual(tmp_path / "usual", days), LATE) == []


def test_schedules_missed_for_three_days_run_oldest_first(plant: Plant, tmp_path: Path) -> None:
    workspace = province(tmp_path / "w", WEEK[:3])
    plant.kill_worker()
    waiting = [
        plant.begin(
            "daily",
            morning_after(day).replace(tzinfo=UTC),
            workspace=str(workspace.root),
            now=f"{morning_after(day).isoformat()}Z",
        )
        for day in WEEK[:3]
    ]
    plant.start_worker()
    assert [done(plant, run_id) for run_id in waiting] == [str(day) for day in WEEK[:3]]
    began = [plant.ask("GET", f"flow_runs/{run_id}")["start_time"] for run_id in waiting]
    assert began == sorted(began)
    assert differences(workspace, usual(tmp_path / "usual", WEEK[:3])) == []


def test_two_workers_and_three_runs_of_the_same_day(plant: Plant, tmp_path: Path) -> None:
    workspace = province(tmp_path / "w", [MONDAY])
    first = plant.worker
    plant.start_worker()
    try:
        daily = [plant.run("daily", **asked(workspace, MONDAY)) for _ in range(2)]
        given = asked(workspace, MONDAY)
        day = given.pop("business_date")
        backfill = plant.run("backfill", first=day, last=day, **given)
        for run_id in (*daily, backfill):
            done(plant, run_id)
    finally:
        plant.kill_worker()
        plant.worker = first
    assert differences(workspace, usual(tmp_path / "usual", [MONDAY])) == []


def test_a_database_that_is_down_when_the_server_starts(plant: Plant, database: Postgres, tmp_path: Path) -> None:
    workspace = province(tmp_path / "w", [MONDAY])
    plant.kill_worker()
    waiting = plant.run("daily", **asked(workspace, MONDAY))
    plant.kill(plant.server)
    database.stop()
    down = plant.part("server", *plant.serving)
    assert down.process.wait(120) != 0  # it logs the error and ends: the service starts it again
    database.start()
    plant.start_server()
    plant.start_worker()
    done(plant, waiting)
    assert differences(workspace, usual(tmp_path / "usual", [MONDAY])) == []


@pytest.mark.parametrize(
    ("scheduled", "day"),
    [
        (datetime(2022, 9, 1, 5, 30, tzinfo=VIETNAM), date(2022, 8, 31)),
        (datetime(2023, 1, 1, 0, 30, tzinfo=VIETNAM), date(2022, 12, 31)),
        (datetime(2023, 1, 1, 23, 30, tzinfo=VIETNAM), date(2022, 12, 31)),
    ],
)
def test_the_day_before_at_the_end_of_a_month_and_of_a_year(
    plant: Plant, tmp_path: Path, scheduled: datetime, day: date
) -> None:
    workspace = province(tmp_path / "w", [day])
    moment = f"{morning_after(day).isoformat()}Z"
    begun = plant.begin("daily", scheduled, workspace=str(workspace.root), now=moment)
    assert done(plant, begun) == str(day)
    assert differences(workspace, usual(tmp_path / "usual", [day])) == []


def test_the_month_before_at_the_end_of_a_year(plant: Plant, tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w")
    put_all(workspace, date(2022, 12, 31))
    run(workspace, date(2022, 12, 31))
    fifth = datetime(2023, 1, 5, 7, tzinfo=VIETNAM)
    done(plant, plant.begin("monthly-close", fifth, workspace=str(workspace.root)))
    with lake_of(workspace) as lake:
        assert [closing.month for closing in closings(lake)] == ["2022-12"]
