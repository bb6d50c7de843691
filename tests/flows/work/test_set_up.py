"""A unit that nobody has set up is no fault; one that is, or that ever sent, is missing where it sends nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.runs.lakes import lake_of
from flows.settings.workspace import Workspace, create_workspace, open_workspace
from flows.work.day import DayResult, run_days
from flows.work.outputs.marts import month_marts
from tests.flows.alerts.alerting import ledger
from tests.flows.commanding import Tyle
from tests.flows.workspaces import MONDAY, put

RIGHT = "Đất đai;1;2;3"
TUESDAY = MONDAY + timedelta(days=1)
NOW = datetime(2022, 8, 20, tzinfo=UTC)
ALL = 26  # departments, districts and cities of August 2022


@pytest.fixture
def fresh(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "w")


def run(workspace: Workspace, *days: object) -> DayResult:
    return list(run_days(workspace, list(days), now=NOW))[-1]  # type: ignore[arg-type]


def missing(result: DayResult) -> list[str]:
    return result.states.filter(outcome="missing")["unit_id"].to_list()


def test_a_new_workspace_says_in_a_line_that_nothing_is_set_up(fresh: Workspace, tyle: Tyle) -> None:
    code, out, _ = tyle("run", "--date", MONDAY, "--workspace", fresh.root)
    assert code == 2
    assert out.splitlines()[0].startswith("01/08/2022  chưa có đơn vị nào có nguồn")
    assert out.count("\n") == 3
    assert "26 đơn vị chưa cấu hình nguồn: Sở Ngoại vụ, Sở Tài chính, " in out
    assert "Chưa có gì để công bố." in out
    assert ledger(fresh) == []


def test_only_the_unit_with_a_folder_is_missing(fresh: Workspace, tyle: Tyle) -> None:
    (fresh.root / "inbox/so-y-te").mkdir()
    result = run(fresh, MONDAY)
    assert missing(result) == ["so-y-te"]
    assert len(result.not_set_up) == ALL - 1
    assert [alert.unit_id for alert in ledger(fresh)] == ["so-y-te"]
    code, out, _ = tyle("status", "--date", MONDAY, "--workspace", fresh.root)
    assert code == 2
    assert "Sở Y tế" in out
    assert "25 đơn vị chưa cấu hình nguồn" in out


@pytest.mark.slow
def test_one_that_sent_once_is_missing_even_without_its_folder(fresh: Workspace) -> None:
    file = put(fresh, "so-y-te", MONDAY, RIGHT)
    assert missing(run(fresh, MONDAY)) == []
    file.unlink()
    file.parent.rmdir()
    assert missing(run(fresh, TUESDAY)) == ["so-y-te"]


@pytest.mark.slow
def test_a_section_of_its_own_sets_a_unit_up(fresh: Workspace) -> None:
    with (fresh.root / "tyle.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[units.so-y-te]\nbasis = "month_to_date"\n')
    assert missing(run(open_workspace(fresh.root), MONDAY)) == ["so-y-te"]


@pytest.mark.slow
def test_a_source_for_all_units_that_is_no_folder_sets_all_up(fresh: Workspace) -> None:
    text = (fresh.root / "tyle.toml").read_text(encoding="utf-8")
    source = (
        '\nsource = { kind = "http", url = "http://127.0.0.1:9/{unit_id}/{date}", connect_seconds = 1, attempts = 1 }'
    )
    (fresh.root / "tyle.toml").write_text(text.replace("[exports] ", f"[exports]{source}\n#", 1), encoding="utf-8")
    result = run(open_workspace(fresh.root), MONDAY)
    assert (len(missing(result)), result.not_set_up) == (ALL, ())


@pytest.mark.slow
def test_the_marts_expect_and_do_not_count_it(fresh: Workspace) -> None:
    put(fresh, "so-y-te", MONDAY, RIGHT)
    run(fresh, MONDAY)
    with lake_of(fresh) as lake:
        marts = month_marts(fresh, lake, "2022-08")
    (row,) = marts["monthly_unit_rates"].filter(unit_id="so-tai-chinh").to_dicts()
    assert (row["days_expected"], row["days_accepted"], row["is_complete"], row["total"]) == (1, 0, False, None)
    (whole,) = marts["monthly_group_rates"].filter(unit_group="all").to_dicts()
    assert (whole["units_expected"], whole["units_counted"], whole["is_complete"]) == (ALL, 1, False)
    assert marts["export_status"]["unit_id"].to_list() == ["so-y-te"]


@pytest.mark.slow
def test_the_month_on_the_screen_sums_up_units_without_figures(fresh: Workspace, tyle: Tyle) -> None:
    put(fresh, "so-y-te", MONDAY, RIGHT)
    run(fresh, MONDAY)
    _, out, _ = tyle("marts", "--month", "2022-08", "--workspace", fresh.root)
    assert "Chưa có số liệu nào: Sở Ngoại vụ, Sở Tài chính, " in out
    assert "Chưa đủ số liệu: " not in out


@pytest.mark.slow
def test_days_before_a_unit_is_set_up_stay_without_alert(fresh: Workspace) -> None:
    (fresh.root / "inbox/so-noi-vu").mkdir()
    run(fresh, MONDAY)
    put(fresh, "so-y-te", TUESDAY, RIGHT)
    result = run(fresh, TUESDAY)
    assert "so-y-te" not in missing(result)
    assert [alert.unit_id for alert in ledger(fresh)] == ["so-noi-vu"]


@pytest.mark.slow
def test_a_backfill_of_what_is_lacking_passes_over_it_and_says_so(fresh: Workspace, tyle: Tyle) -> None:
    put(fresh, "so-y-te", MONDAY, RIGHT)
    run(fresh, MONDAY)
    span = ("backfill", "--from", MONDAY, "--to", MONDAY, "--workspace", fresh.root)
    code, out, _ = tyle(*span, "--lacking")
    assert code == 0
    assert "không còn ngày nào thiếu" in out
    assert "25 đơn vị chưa cấu hình nguồn" in out
