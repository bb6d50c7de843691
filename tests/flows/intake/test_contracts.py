"""Form II.06 and cases through a whole day: stored, counted once, seen in the published marts."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.intake import batch
from flows.settings.workspace import Workspace, open_workspace
from tests.flows.workspaces import MONDAY, morning_after, outcomes, put, put_all, run, small_workspace, to_lake
from tests.transforms.test_cases import GOOD
from tests.transforms.test_ii06 import HEADER

TUESDAY = MONDAY + timedelta(days=1)
CASES = '[units.so-y-te]\ncontract = "cases"\n'
RATE = "online, in_person, total"


def put_cases(workspace: Workspace, sent: date, *numbers: int, tag: str = "", **changed: str) -> Path:
    rows = [
        GOOD
        | {"MaHoSo": f"H55.14-220801-{number:04d}", "NgayTiepNhan": f"{sent:%Y%m%d}080000", "DonViXuLy": "Sở Y tế"}
        | changed
        for number in numbers
    ]
    return put(workspace, "so-y-te", sent, tag=tag, content=json.dumps(rows).encode())


def published(root: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(root / "published" / "marts.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def month(root: Path, unit_id: str = "so-y-te") -> tuple[object, ...]:
    (row,) = published(root, f"SELECT {RATE} FROM marts.monthly_unit_rates WHERE unit_id = '{unit_id}'")
    return row


def test_cases_are_counted_once_over_the_days(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", CASES)
    for sent, numbers in ((MONDAY, (1, 2, 3)), (TUESDAY, (3, 4))):
        put_all(workspace, sent)
        put_cases(workspace, sent, *numbers)
        result = (run if sent == TUESDAY else to_lake)(workspace, sent)
    assert outcomes(result)["so-y-te"] == "accepted_with_warnings"
    assert "case_not_counted_before" in result.findings["rule"].to_list()
    assert month(workspace.root) == (4, 0, 4)


@pytest.mark.slow
def test_cases_of_two_days_pulled_together_are_counted_once_too(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", CASES)
    put_cases(workspace, MONDAY, 1, 2)
    put_cases(workspace, TUESDAY, 2, 3)
    run(workspace, TUESDAY)
    assert month(workspace.root) == (3, 0, 3)


@pytest.mark.slow
def test_a_correction_replaces_its_day_and_is_no_repeat_of_it(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", CASES)
    put_cases(workspace, MONDAY, 1, 2)
    to_lake(workspace, MONDAY)
    put_cases(workspace, MONDAY, 1, tag="_lan2")
    result = run(workspace, MONDAY, now=morning_after(TUESDAY))
    assert outcomes(result)["so-y-te"] == "accepted"
    assert month(workspace.root) == (1, 0, 1)


@pytest.mark.slow
def test_too_many_faulty_cases_hold_the_delivery_back(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", CASES)
    put_cases(workspace, MONDAY, 1, 2, KenhThucHien="9")
    result = run(workspace, MONDAY)
    assert outcomes(result)["so-y-te"] == "quarantined"
    assert any("faulty_rows_few" in message for message in result.findings["message"])
    assert month(workspace.root) == (None, None, None)


def test_a_day_without_cases_is_a_day_with_zero(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", CASES)
    put_cases(workspace, MONDAY)
    assert outcomes(run(workspace, MONDAY))["so-y-te"] == "accepted"
    (row,) = published(
        workspace.root, "SELECT total, days_accepted FROM marts.monthly_unit_rates WHERE unit_id = 'so-y-te'"
    )
    assert row == (0, 1)


@pytest.mark.slow
def test_a_missing_figure_in_the_words_of_a_unit_is_blank_and_no_zero(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", '[units.so-y-te]\nnull_values = ["ND"]\n')
    header = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Bưu chính"
    put(workspace, "so-y-te", MONDAY, content=f"{header}\nĐất đai;1;2;3;ND\n".encode())
    put(workspace, "so-noi-vu", MONDAY, content=f"{header}\nĐất đai;1;2;3;ND\n".encode())
    put(workspace, "so-y-te", TUESDAY, content=f"{header}\nĐất đai;1;ND;1;0\n".encode())
    found = outcomes(to_lake(workspace, MONDAY))
    assert (found["so-y-te"], found["so-noi-vu"]) == ("accepted", "quarantined")
    assert outcomes(run(workspace, TUESDAY))["so-y-te"] == "quarantined"
    assert month(workspace.root) == (1, 2, 3)


def put_form(workspace: Workspace, sent: date) -> Path:
    return put(workspace, "so-y-te", sent, content=f"{HEADER}1;Dân số;6;1;2;3;4;1;2;1;2;1;1\n".encode())


@pytest.mark.slow
def test_form_ii06_counts_for_the_rate_only_where_its_level_was_agreed(tmp_path: Path) -> None:
    for level, expected, rules in (
        ("", (None, None, None), ["levels_told"]),
        ("service_level = 3\n", (0, 0, 0), ["level_is_rated"]),
        ("service_level = 4\n", (1, 2, 3), []),
    ):
        workspace = small_workspace(tmp_path / f"w{level[-2:-1]}", f'[units.so-y-te]\ncontract = "ii06"\n{level}')
        put_form(workspace, MONDAY)
        result = run(workspace, MONDAY)
        assert outcomes(result)["so-y-te"] == ("accepted_with_warnings" if rules else "accepted")
        assert result.findings["rule"].to_list() == rules
        assert month(workspace.root) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "rules"),
    [
        (["Đất đai;1;2;3;4", "Hộ tịch;1;2;3;"], ["levels_told"]),  # the whole file counts in no rate
        (["Đất đai;1;2;3;3", "Hộ tịch;1;2;3;2"], ["level_is_rated"]),
        (["Đất đai;1;2;3;4", "Hộ tịch;1;2;3;2"], []),
        (["Đất đai;0;0;0;3"], []),  # a day without cases
    ],
)
def test_a_table_that_counts_in_no_rate_says_so(tmp_path: Path, rows: list[str], rules: list[str]) -> None:
    workspace = small_workspace(tmp_path / "w", "[units.so-y-te]\nservice_level = 0\n")
    text = "\n".join(["Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Mức độ", *rows, ""])
    put(workspace, "so-y-te", MONDAY, content=text.encode())
    result = to_lake(workspace, MONDAY)
    assert result.findings["rule"].to_list() == rules
    assert all("tỷ lệ" in message for message in result.findings["message"])
    assert outcomes(result)["so-y-te"] == ("accepted_with_warnings" if rules else "accepted")


@pytest.mark.slow
def test_a_list_of_cases_without_one_of_level_4_says_so_and_warns_nobody(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", CASES)
    put_cases(workspace, MONDAY, 1, 2, MucDo="3")
    result = to_lake(workspace, MONDAY)
    assert outcomes(result)["so-y-te"] == "accepted"
    assert result.findings["rule"].to_list() == ["level_is_rated"]


@pytest.mark.slow
def test_a_unit_may_send_two_exports_from_two_places(tmp_path: Path) -> None:
    workspace = small_workspace(
        tmp_path / "w",
        '[[units.so-y-te]]\n[[units.so-y-te]]\ncontract = "ii06"\nsource = { path = "inbox/bieu-ii06" }\n',
    )
    put_all(workspace, MONDAY)
    form = put_form(workspace, TUESDAY)
    (workspace.root / "inbox" / "bieu-ii06").mkdir()
    form.rename(workspace.root / "inbox" / "bieu-ii06" / f"{MONDAY}.csv")
    result = run(workspace, MONDAY)
    states = result.states.filter(unit_id="so-y-te").sort("contract").select("contract", "outcome").rows()
    assert states == [("ii06", "accepted_with_warnings"), ("summary", "accepted")]
    assert month(workspace.root) == (1, 7, 8)


@pytest.mark.slow
def test_what_another_run_counted_meanwhile_is_checked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = small_workspace(tmp_path / "w", CASES)
    put_cases(workspace, MONDAY, 1, 2)
    put_cases(workspace, TUESDAY, 2, 3)
    check = batch.check_deliveries

    def slow_check(*arguments: Any, **more: Any) -> Any:
        """A check during which another run takes Monday's cases in."""
        monkeypatch.setattr(batch, "check_deliveries", check)
        checked = check(*arguments, **more)
        to_lake(workspace, MONDAY)
        return checked

    monkeypatch.setattr(batch, "check_deliveries", slow_check)
    monkeypatch.setenv("TYLE_RUN__LOOKBACK_DAYS", "0")
    result = run(open_workspace(workspace.root), TUESDAY)
    assert outcomes(result)["so-y-te"] == "accepted_with_warnings"
    assert month(workspace.root) == (3, 0, 3)
