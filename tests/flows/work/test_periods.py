"""Months that run from the 15th to the 14th, from the settings to the published file; units that begin within one."""

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.cli import main
from flows.settings.workspace import open_workspace
from flows.work.outputs.marts import month_marts, reference
from tests.flows.workspaces import UNITS, put, put_all, run, small_workspace, to_lake
from warehouse.lake.opening import open_lake

FROM_THE_15TH = "[run]\nlookback_days = 0\n[periods]\nfirst_day = 15\n"
LAST, NEXT = date(2022, 8, 14), date(2022, 8, 15)


def asked(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    with pytest.raises(SystemExit):
        main([str(argument) for argument in arguments])
    return capsys.readouterr().out


@pytest.mark.slow
def test_every_command_and_the_file_count_by_the_period_agreed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = small_workspace(tmp_path, FROM_THE_15TH)
    put_all(workspace, LAST)
    put(workspace, "so-y-te", NEXT, "Đất đai;3;1;4")
    to_lake(workspace, LAST)
    run(workspace, NEXT)
    with duckdb.connect(str(workspace.published), read_only=True) as reader:
        rows = reader.sql(
            "SELECT month, period_from, period_to, as_of, total, previous_rate_pct::VARCHAR "
            "FROM marts.monthly_unit_rates WHERE unit_id = 'so-y-te' ORDER BY month"
        ).fetchall()
    assert rows == [
        ("2022-08", date(2022, 7, 15), LAST, LAST, 8, None),
        ("2022-09", NEXT, date(2022, 9, 14), NEXT, 4, "12.50"),
    ]
    where = ("--workspace", workspace.root)
    marts = json.loads(asked(capsys, "marts", "--month", "2022-09", "--json", *where))
    assert [row["total"] for row in marts["monthly_unit_rates"]] == [4, None, None]
    states = json.loads(asked(capsys, "status", "--month", "2022-08", "--json", *where))
    assert {row["business_date"] for row in states} == {"2022-08-14"}
    assert "(từ 15/7/2022 đến 14/8/2022)" in asked(capsys, "marts", "--month", "2022-08", *where)


@pytest.mark.slow
def test_cumulative_figures_begin_anew_with_the_period(tmp_path: Path) -> None:
    settings = f'{FROM_THE_15TH}[units.so-y-te]\nbasis = "month_to_date"\n'
    workspace = small_workspace(tmp_path, settings)
    for day, count in ((date(2022, 7, 31), 9), (date(2022, 8, 1), 5), (NEXT, 1)):
        put(workspace, "so-y-te", day, f"Đất đai;{count};0;{count}")
        result = to_lake(workspace, day, ("so-y-te",))
        falls = day == date(2022, 8, 1)  # of the same period as 31 July; the 15th begins the next one
        assert result.states["rules_broken"].to_list() == (["month_to_date_grows"] if falls else [None])


@pytest.mark.slow
def test_a_unit_that_begins_within_a_month_is_expected_from_then_on(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path)
    began = UNITS.replace(
        "1,2022-01-01,,pending,every_day,,\nso-noi-vu", "1,2022-08-03,,pending,every_day,,\nso-noi-vu"
    )
    (workspace.root / "reference" / "units.csv").write_text(began, encoding="utf-8")
    workspace = open_workspace(workspace.root)
    for day in (1, 2, 3, 4):
        put_all(workspace, date(2022, 8, day))
    (workspace.root / "inbox" / "so-y-te" / "2022-08-04.csv").unlink()
    to_lake(workspace, date(2022, 8, 4))
    with open_lake(workspace.root) as lake:
        units = month_marts(workspace, lake, "2022-08")["monthly_unit_rates"]
        early = month_marts(workspace, lake, "2022-08", as_of=date(2022, 8, 2))["monthly_unit_rates"]
    completeness = ("unit_id", "days_expected", "days_accepted", "is_complete")
    assert units.select(completeness).rows()[0] == ("so-y-te", 2, 1, False)
    assert early.select(completeness).rows()[0] == ("so-y-te", 0, 0, True)


def test_the_baseline_month_is_looked_at_wherever_it_lies(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path, '[report]\nbaseline_month = "2022-04"\n')
    with open_lake(workspace.root) as lake:
        known = reference(workspace, lake, date(2022, 7, 31), date(2022, 8, 31))
    assert known.periods["month"].to_list() == ["2022-04", "2022-07", "2022-08"]
    assert known.baselines["scope"].to_list() == ["all"]
    days = known.expected_days["business_date"]
    assert set(days.dt.month()) == {4, 7, 8}
    assert known.expected_days.is_unique().all()
