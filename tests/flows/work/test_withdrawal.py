"""An accepted delivery is taken back: from the command line to the published file, the report and the alerts."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from flows.settings.workspace import Workspace
from flows.work.close import CloseRequest, changed_since, close_month
from tests.flows.commanding import Tyle
from tests.flows.intake.test_contracts import CASES, TUESDAY, put_cases
from tests.flows.intake.test_contracts import month as published
from tests.flows.workspaces import MONDAY, copy_of, put, put_all, run, small_workspace, to_lake
from warehouse.lake.opening import open_lake
from warehouse.ledger.closings import last_closings

V1, V2 = (f"so-y-te:{MONDAY}:summary:v{version}" for version in (1, 2))
WHY = ("--reason", "gửi nhầm tệp", "--by", "Trần B")
LATER = datetime(2022, 8, 4)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published day on which every unit sent its file."""
    workspace = small_workspace(tmp_path_factory.mktemp("counting") / "w")
    put_all(workspace, MONDAY)
    run(workspace, MONDAY)
    return workspace.root


@pytest.fixture
def counting(prepared: Path, tmp_path: Path) -> Workspace:
    """A copy of it for one test."""
    return copy_of(prepared, tmp_path / "w")


def withdraw(tyle: Tyle, workspace: Workspace, *arguments: str) -> tuple[int, str, str]:
    return tyle("quarantine", "withdraw", *arguments, "--workspace", workspace.root)


def unit_of(tyle: Tyle, root: Path, *asked: str) -> dict[str, object]:
    out = tyle("marts", "--month", "2022-08", *asked, "--json", "--workspace", root)[1]
    (unit,) = [row for row in json.loads(out)["monthly_unit_rates"] if row["unit_id"] == "so-y-te"]
    return dict(unit)


def test_a_withdrawal_counts_at_once_and_shows_everywhere(tyle: Tyle, counting: Workspace) -> None:
    root = counting.root
    before = unit_of(tyle, root)
    assert (before["total"], before["is_complete"]) == (8, True)
    with open_lake(root) as lake:
        close_month(counting, lake, CloseRequest("2022-08", "Lan", datetime(2022, 8, 3)))
        (closing,) = last_closings(lake)
    code, out, err = withdraw(tyle, counting, V1, *WHY)
    assert (code, err) == (0, "")
    assert f"{V1}: đã thu hồi, không được tính nữa" in out
    assert "Sở Y tế: ngày 1/8/2022 (summary) nay là chưa gửi" in out
    after = unit_of(tyle, root)
    assert (after["total"] or 0, after["is_complete"], after["days_accepted"]) == (0, False, 0)
    code, out, _ = tyle("status", "--date", MONDAY, "--workspace", root)
    assert (code, "chưa gửi (đã thu hồi)" in out) == (2, True)
    code, out, _ = tyle("quarantine", "show", V1, "--workspace", root)
    assert "đã thu hồi – Trần B" in out
    assert "gửi nhầm tệp" in out
    known_at = closing.known_at.isoformat()
    assert unit_of(tyle, root, "--known-at", known_at) == before
    with open_lake(root) as lake:
        assert changed_since(counting, lake, closing) == ["so-y-te"]
    code, out, _ = tyle("report", "--month", "2022-08", "--compare", known_at, "--to", root / "to", "--workspace", root)
    assert code == 0
    assert f"{V1} (đã thu hồi)" in (root / "to" / "bao-cao-2022-08.html").read_text(encoding="utf-8")
    code, out, _ = tyle("marts", "--month", "2022-08", "--json", "--workspace", root)
    (row,) = json.loads(out)["restatements"]
    assert (row["kind"], row["total_before"], row["total"]) == ("withdrawal", 8, None)
    assert row["reason"] == "Thu hồi theo quyết định của Trần B: gửi nhầm tệp"


@pytest.mark.slow
def test_the_same_bytes_are_not_taken_again_and_a_new_file_counts(tyle: Tyle, counting: Workspace) -> None:
    withdraw(tyle, counting, V1, *WHY)
    assert to_lake(counting, MONDAY, now=LATER).stored.is_empty()
    put(counting, "so-y-te", MONDAY, "Đất đai;1;2;3", "Hộ tịch;0;5;5", tag="_lan2")
    assert to_lake(counting, MONDAY, now=LATER).stored["status"].to_list() == ["duplicate"]
    put(counting, "so-y-te", MONDAY, "Đất đai;1;1;2", tag="_lan3")
    stored = run(counting, MONDAY, now=datetime(2022, 8, 5)).stored
    assert stored.select("delivery_id", "status").rows() == [(V2, "accepted")]
    assert unit_of(tyle, counting.root)["total"] == 2


@pytest.mark.slow
def test_the_version_before_counts_again_where_that_is_asked_for(tyle: Tyle, counting: Workspace) -> None:
    put(counting, "so-y-te", MONDAY, "Đất đai;50;1;51", tag="_lan2")
    run(counting, MONDAY, now=LATER)
    code, out, _ = withdraw(tyle, counting, V2, *WHY, "--previous", "--json")
    done = json.loads(out)
    assert (code, done["withdrawn"], done["counting"], done["missing"]) == (0, [V2], [V1], [])
    assert unit_of(tyle, counting.root)["total"] == 8
    code, out, err = withdraw(tyle, counting, V1, *WHY, "--previous")
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert "không có phiên bản trước" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((V1, "--by", "B"), "--reason"),
        ((V1, "--reason", " ", "--by", "B"), "--reason: không được để trống"),
        (("no-such", *WHY), "không có lần gửi nào mang mã no-such"),
        ((V1, "no-such", *WHY), "không có lần gửi nào mang mã no-such"),
    ],
)
def test_a_withdrawal_names_counting_deliveries_a_reason_and_a_person(
    tyle: Tyle, counting: Workspace, arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = withdraw(tyle, counting, *arguments)
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert message in err
    assert published(counting.root) == (1, 7, 8)


@pytest.mark.slow
def test_what_is_withdrawn_twice_is_refused(tyle: Tyle, counting: Workspace) -> None:
    withdraw(tyle, counting, V1, *WHY)
    code, out, err = withdraw(tyle, counting, V1, *WHY)
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert "đã được thu hồi lúc" in err


@pytest.mark.slow
def test_cases_of_a_withdrawn_list_are_counted_by_another_after_it_is_read_again(tyle: Tyle, tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", CASES)
    put_cases(workspace, MONDAY, 1, 2)
    put_cases(workspace, TUESDAY, 2, 3)
    run(workspace, TUESDAY)
    assert published(workspace.root) == (3, 0, 3)
    code, out, _ = withdraw(tyle, workspace, f"so-y-te:{MONDAY}:cases:v1", *WHY)
    left_out = f"so-y-te:{TUESDAY}:cases:v1"
    assert code == 0
    assert f"tyle correct {left_out}" in out
    assert published(workspace.root) == (1, 0, 1)


@pytest.mark.slow
def test_a_month_to_date_unit_falls_back_to_the_day_before(tyle: Tyle, tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", '[units.so-y-te]\nbasis = "month_to_date"\n')
    put(workspace, "so-y-te", MONDAY, "Đất đai;10;2;12")
    put(workspace, "so-y-te", TUESDAY, "Đất đai;900;2;902")
    run(workspace, TUESDAY, ("so-y-te",))
    assert unit_of(tyle, workspace.root)["total"] == 902
    withdraw(tyle, workspace, f"so-y-te:{TUESDAY}:summary:v1", *WHY)
    assert unit_of(tyle, workspace.root)["total"] == 12
    put(workspace, "so-y-te", TUESDAY, "Đất đai;15;2;17", tag="_lan2")
    run(workspace, TUESDAY, ("so-y-te",), now=LATER)
    assert unit_of(tyle, workspace.root)["total"] == 17
