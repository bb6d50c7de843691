"""Figures of stored deliveries are set right, by a command or by corrections.toml, and judged anew."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.runs.lakes import lake_of
from flows.runs.steps import DirectSteps
from flows.settings.workspace import Workspace, open_workspace
from flows.work.backfill import BackfillRequest, run_backfill
from flows.work.corrections import apply_reviewed
from tests.flows.commanding import Tyle
from tests.flows.intake.test_contracts import CASES, TUESDAY, put_cases
from tests.flows.intake.test_contracts import month as published
from tests.flows.workspaces import MONDAY, copy_of, put, put_all, run, small_workspace, to_lake
from warehouse.care.doctor.ledger import check_ledger
from warehouse.lake.opening import open_lake
from warehouse.ledger.deliveries import decisions

V1, V2, V3, V4 = (f"so-y-te:{MONDAY}:summary:v{version}" for version in (1, 2, 3, 4))
HELD = f"so-noi-vu:{MONDAY}:summary:v1"
WHY = ("--reason", "Công văn 12", "--by", "Trần B")
LATER = datetime(2022, 8, 4)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published day: of so-y-te 1 was meant to be 10, of so-noi-vu (1) + (2) is not (3)."""
    workspace = small_workspace(tmp_path_factory.mktemp("stored") / "w")
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, "Đất đai. v.v=2;1;2;3", "Hộ tịch;0;5;5", "Tổng cộng;1;7;8")
    put(workspace, "so-noi-vu", MONDAY, "Đất đai;4;2;7")
    run(workspace, MONDAY)
    return workspace.root


@pytest.fixture
def stored(prepared: Path, tmp_path: Path) -> Workspace:
    """A copy of it for one test."""
    return copy_of(prepared, tmp_path / "w")


def correct(tyle: Tyle, workspace: Workspace, delivery_id: str, *more: str) -> tuple[int, str, str]:
    sets = [part for one in more if not one.startswith("--") for part in ("--set", one)]
    flags = [one for one in more if one.startswith("--")]
    return tyle("correct", delivery_id, *sets, *flags, *WHY, "--workspace", workspace.root)


def entry(value: int, unit: str = "so-noi-vu", day: date = MONDAY, expect: int = 7, **other: Any) -> str:
    keys = {"field": '"Đất đai"', "column": '"total"'} | other
    more = "\n".join(f"{key} = {text}" for key, text in keys.items())
    return (
        f'[[correction]]\nunit = "{unit}"\ndate = {day}\nexpect = {expect}\nvalue = {value}\n{more}\n'
        'reason = "Công văn 15"\nby = "Phòng A"\nsince = 2022-08-03\n'
    )


def reviewed(workspace: Workspace, *entries: str) -> Workspace:
    (workspace.root / "reference" / "corrections.toml").write_text("\n".join(entries), encoding="utf-8")
    return open_workspace(workspace.root)


def test_figures_of_an_accepted_delivery_are_set_right_and_it_shows(tyle: Tyle, stored: Workspace) -> None:
    root = stored.root
    sets = ("Đất đai. v.v=2.online=10", "đất đai. v.v=2.total=12", "total.online=10", ".total=17")
    code, out, err = correct(tyle, stored, V1, *sets)
    assert (code, err) == (0, "")
    assert f"{V1}: sửa thành {V2}, đã nhận, có cảnh báo: trực tuyến 10, trực tiếp 7, tổng số 17" in out
    for change in ("1 → 10; Công văn 12 – Trần B", "3 → 12", "dòng tổng cộng, Trực tuyến (1): 1 → 10", "8 → 17"):
        assert change in out
    assert published(root) == (10, 7, 17)
    code, out, _ = tyle("quarantine", "show", V2, "--workspace", root)
    assert "đã sửa theo quyết định – Trần B" in out
    assert "quy tắc corrected" in out
    code, out, _ = tyle("marts", "--month", "2022-08", "--json", "--workspace", root)
    (row,) = json.loads(out)["restatements"]
    assert (row["kind"], row["is_amended"], row["total_before"], row["total"]) == ("amendment", True, 8, 17)
    assert row["reason"].startswith("Sửa theo quyết định của Trần B: Công văn 12 (field_is_known) | dòng 2: ")
    with open_lake(root) as lake:
        assert [finding.level for finding in check_ledger(lake)] == ["ok"]


@pytest.mark.slow
def test_a_second_correction_keeps_the_first_and_withdrawing_leads_back(tyle: Tyle, stored: Workspace) -> None:
    assert correct(tyle, stored, V1, "Hộ tịch.in_person=6", "Hộ tịch.total=6", ".in_person=8", ".total=9")[0] == 0
    assert correct(tyle, stored, V2, "Hộ tịch.online=1", "Hộ tịch.total=7", ".online=2", ".total=10")[0] == 0
    assert published(stored.root) == (2, 8, 10)
    code, _, err = correct(tyle, stored, V2, "Hộ tịch.total=1")
    assert (code, f"đã có phiên bản khác được tính, {V3}" in err) == (1, True)
    tyle("quarantine", "withdraw", V3, "--previous", *WHY, "--workspace", stored.root)
    assert published(stored.root) == (1, 8, 9)
    tyle("quarantine", "withdraw", V2, "--previous", *WHY, "--workspace", stored.root)
    assert published(stored.root) == (1, 7, 8)
    code, out, _ = correct(tyle, stored, V1, "Hộ tịch.online=1", "Hộ tịch.total=6", ".online=2", ".total=9", "--json")
    assert (code, json.loads(out)["corrected_as"]) == (0, V4)
    assert published(stored.root) == (2, 7, 9)
    with open_lake(stored.root) as lake:
        assert decisions(lake, V1)["decision"].to_list() == ["corrected", "corrected"]
    put(stored, "so-y-te", MONDAY, "Đất đai;5;0;5", tag="_lan2")
    run(stored, MONDAY, now=LATER)
    assert published(stored.root) == (5, 0, 5)


@pytest.mark.slow
def test_a_held_back_delivery_counts_once_its_figure_is_right(tyle: Tyle, stored: Workspace) -> None:
    code, out, _ = correct(tyle, stored, HELD, "Đất đai.total=6")
    assert code == 0
    assert "7 → 6" in out
    assert tyle("quarantine", "list", "--workspace", stored.root)[0] == 0
    code, _, err = correct(tyle, stored, HELD, "Đất đai.total=6")
    assert (code, "phiên bản khác được tính" in err) == (1, True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("delivery_id", "sets", "message"),
    [
        ("no-such", ("x.total=1",), "không có lần gửi nào mang mã no-such"),
        (V1, ("Hộ tịch.online=50",), "sau khi sửa vẫn bị giữ lại: dòng 3"),
        (V1, ("Hộ tịch.total=5",), "Hộ tịch, Tổng số (3): tệp đã ghi như vậy"),
        (V1, ("Y tế.total=5",), "Y tế, Tổng số (3): tệp có 0 dòng như vậy"),
        (V1, ("Hộ tịch@3.total=6",), "tệp có 0 dòng như vậy"),
        (V1, ("Hộ tịch@7.total=6",), "phải là số từ 0 đến 4"),
        (V1, ("Hộ tịch.sum=6",), "phải là một trong online"),
        (V1, ("Hộ tịch.total=-6",), "không âm"),
        (V1, ("Hộ tịch.total=6,5",), "phải là số nguyên"),
        (V1, ("Hộ tịch.total=1.489.000",), "không phải số"),
        (V1, ("Hộ tịch=6",), "phải là [lĩnh vực[@mức độ]].cột=số"),
        (V1, (".total=9", "total.total=8"), "hai lần cùng một số"),
        (V1, (), "không có mục nào cho lần gửi này; hãy thêm --set"),
    ],
)
def test_what_cannot_be_corrected_is_one_line_and_nothing_is_stored(
    tyle: Tyle, stored: Workspace, delivery_id: str, sets: tuple[str, ...], message: str
) -> None:
    code, out, err = correct(tyle, stored, delivery_id, *sets)
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert message in err
    with open_lake(stored.root) as lake:
        assert decisions(lake, V1).is_empty()
        assert lake.connection.sql("SELECT count(*) FROM lake.deliveries").fetchall() == [(3,)]


@pytest.mark.slow
def test_what_was_decided_or_waits_in_a_newer_version_is_decided_first(tyle: Tyle, stored: Workspace) -> None:
    put(stored, "so-y-te", MONDAY, "Đất đai;1;1;3", tag="_lan2")
    to_lake(stored, MONDAY, now=LATER)
    code, _, err = correct(tyle, stored, V1, "Hộ tịch.online=1")
    assert (code, f"đang chờ quyết định, {V2}" in err) == (1, True)
    tyle("quarantine", "reject", V2, *WHY, "--workspace", stored.root)
    code, _, err = correct(tyle, stored, V2, "Hộ tịch.online=1")
    assert (code, "đã bị loại lúc" in err) == (1, True)
    assert correct(tyle, stored, V1, "Hộ tịch.online=1", "Hộ tịch.total=6", ".online=2", ".total=9")[0] == 0
    tyle("quarantine", "withdraw", V3, *WHY, "--workspace", stored.root)
    code, _, err = correct(tyle, stored, V3, "Hộ tịch.online=1")
    assert (code, "đã được thu hồi lúc" in err) == (1, True)


@pytest.mark.slow
def test_an_entry_added_after_the_day_is_applied_by_the_next_run(tyle: Tyle, stored: Workspace) -> None:
    fixed = reviewed(stored, entry(6), entry(6, "ubnd-huyen-a", expect=5), entry(12, "so-y-te", expect=99))
    out = tyle("run", "--date", TUESDAY, "--workspace", stored.root)[1]
    assert "Sở Nội vụ (số liệu ngày 01/08): đã sửa thành so-noi-vu:2022-08-01:summary:v2" in out
    assert "7 → 6; Công văn 15 – Phòng A, 03/08/2022" in out
    assert f"ubnd-huyen-a:{MONDAY}:summary:v1: mục sửa trong reference/corrections.toml chưa áp dụng" in out
    assert f"{V1}: mục sửa trong reference/corrections.toml chưa áp dụng: không sửa được Đất đai" in out
    with open_lake(stored.root) as lake:
        (row,) = decisions(lake, HELD).to_dicts()
        assert (row["decision"], row["person"], row["reason"]) == ("corrected", "Phòng A", "Công văn 15")
        count = lake.connection.sql("SELECT count(*) FROM lake.deliveries").fetchall()
    again = to_lake(fixed, TUESDAY, now=LATER)
    assert again.reviewed.stored.is_empty()
    assert sorted(again.reviewed.failures) == [V1, f"ubnd-huyen-a:{MONDAY}:summary:v1"]
    with open_lake(stored.root) as lake:
        assert lake.connection.sql("SELECT count(*) FROM lake.deliveries").fetchall() == count


@pytest.mark.slow
def test_an_accepted_delivery_is_corrected_by_an_entry_once_and_a_backfill_does_it_too(stored: Workspace) -> None:
    total = {"field": '"Hộ tịch"', "column": '"in_person"'}
    both = (
        entry(6, "ubnd-huyen-a", expect=5, **total),
        entry(6, "ubnd-huyen-a", expect=5, field='"Hộ tịch"'),
    )
    fixed = reviewed(stored, *both)
    with lake_of(fixed) as lake:
        result = run_backfill(fixed, lake, BackfillRequest(TUESDAY, TUESDAY, LATER), DirectSteps())
        assert result.reviewed.stored["delivery_id"].to_list() == [f"ubnd-huyen-a:{MONDAY}:summary:v2"]
        assert apply_reviewed(fixed, lake, LATER).stored.is_empty()
        counts = lake.connection.sql(
            "SELECT field, in_person, total FROM lake.daily_counts WHERE delivery_id LIKE 'ubnd-huyen-a%v2'"
        ).fetchall()
    assert sorted(counts) == [("Hộ tịch", 6, 6), ("Đất đai", 2, 5)]
    assert published(fixed.root)[2] == 8


@pytest.mark.slow
def test_of_units_asked_for_only_theirs_are_corrected(stored: Workspace) -> None:
    fixed = reviewed(stored, entry(6))
    assert to_lake(fixed, TUESDAY, ("so-y-te",)).reviewed.stored.is_empty()
    assert to_lake(fixed, TUESDAY, ("so-noi-vu",)).reviewed.stored.height == 1


@pytest.mark.slow
def test_a_figure_set_by_hand_goes_before_the_file_and_the_rest_of_the_file_is_added(
    tyle: Tyle, stored: Workspace
) -> None:
    assert correct(tyle, stored, HELD, "Đất đai.total=6")[0] == 0
    by_hand = reviewed(stored, entry(8))
    assert to_lake(by_hand, TUESDAY).reviewed.as_dict() == {"corrected": [], "not_corrected": {}}
    more = reviewed(stored, entry(8), entry(5, expect=4, column='"online"'), entry(1, expect=2, column='"in_person"'))
    assert to_lake(more, TUESDAY, now=LATER).reviewed.as_dict()["not_corrected"] == {}
    with open_lake(stored.root) as lake:
        rows = lake.connection.sql(
            "SELECT online, in_person, total FROM lake.daily_counts WHERE delivery_id LIKE 'so-noi-vu%v3'"
        ).fetchall()
    assert rows == [(5, 1, 6)]


@pytest.mark.slow
def test_a_command_without_figures_applies_the_file(tyle: Tyle, stored: Workspace) -> None:
    reviewed(stored, entry(6))
    code, out, _ = correct(tyle, stored, HELD)
    assert (code, "7 → 6" in out) == (0, True)
    code, _, err = correct(tyle, stored, f"so-noi-vu:{MONDAY}:summary:v2")
    assert (code, "đọc lại không thay đổi gì" in err) == (1, True)


@pytest.mark.slow
def test_a_list_of_cases_is_read_again_after_another_was_withdrawn(tyle: Tyle, tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", CASES)
    put_cases(workspace, MONDAY, 1, 2)
    put_cases(workspace, TUESDAY, 2, 3)
    run(workspace, TUESDAY)
    left_out = f"so-y-te:{TUESDAY}:cases:v1"
    assert "đọc lại không thay đổi gì" in correct(tyle, workspace, left_out)[2]
    assert "không có số để sửa" in correct(tyle, workspace, left_out, "x.total=1")[2]
    tyle("quarantine", "withdraw", f"so-y-te:{MONDAY}:cases:v1", *WHY, "--workspace", workspace.root)
    assert correct(tyle, workspace, left_out)[0] == 0
    assert published(workspace.root) == (2, 0, 2)


@pytest.mark.slow
def test_an_original_that_is_lost_stops_no_other_entry(stored: Workspace) -> None:
    with open_lake(stored.root) as lake:
        lake.connection.execute("UPDATE lake.deliveries SET sha256 = 'other' WHERE unit_id = 'ubnd-huyen-a'")
    (stored.root / "inbox" / "ubnd-huyen-a" / f"{MONDAY}.csv").unlink()
    fixed = reviewed(stored, entry(6), entry(6, "ubnd-huyen-a", expect=5, field='"Hộ tịch"'))
    done = to_lake(fixed, TUESDAY).reviewed
    assert done.stored["unit_id"].to_list() == ["so-noi-vu"]
    assert "không còn đúng mã SHA-256" in done.failures[f"ubnd-huyen-a:{MONDAY}:summary:v1"]
