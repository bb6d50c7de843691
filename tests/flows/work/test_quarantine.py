"""Held back, inspected, decided: from the run through the command line to the published file."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.settings.workspace import Workspace, WorkspaceError, open_workspace
from tests.flows.commanding import Tyle
from tests.flows.intake.test_contracts import CASES, TUESDAY, put_cases
from tests.flows.intake.test_contracts import month as published
from tests.flows.workspaces import (
    CORRECTION,
    HEADER,
    MONDAY,
    copy_of,
    outcomes,
    put,
    put_all,
    run,
    small_workspace,
    to_lake,
)

V1, V2, V3 = (f"so-y-te:{MONDAY}:summary:v{version}" for version in (1, 2, 3))
WHY = ("--reason", "Đơn vị xác nhận", "--by", "Trần B")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published day with one delivery held back: (1) + (2) is not (3)."""
    workspace = small_workspace(tmp_path_factory.mktemp("held") / "w")
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, "Đất đai;120;30;159")
    run(workspace, MONDAY)
    return workspace.root


@pytest.fixture
def held(prepared: Path, tmp_path: Path) -> Workspace:
    """A copy of it for one test."""
    return copy_of(prepared, tmp_path / "w")


def decide(tyle: Tyle, workspace: Workspace, what: str, delivery_id: str, *more: str) -> tuple[int, str, str]:
    return tyle("quarantine", what, delivery_id, *(more or WHY), "--workspace", workspace.root)


def correct(workspace: Workspace, text: str) -> Workspace:
    (workspace.root / "reference" / "corrections.toml").write_text(text, encoding="utf-8")
    return open_workspace(workspace.root)


def test_a_release_counts_at_once_and_is_told_everywhere(tyle: Tyle, held: Workspace) -> None:
    root = held.root
    assert published(root) == (None, None, None)
    code, out, err = decide(tyle, held, "release", V1)
    assert (code, err) == (0, "")
    assert f"{V1}: cho qua thành {V2}, đã nhận, có cảnh báo: trực tuyến 120, trực tiếp 30, tổng số 159" in out
    assert "Trái quy tắc: total_is_sum" in out
    assert published(root) == (120, 30, 159)
    assert tyle("quarantine", "list", "--workspace", root)[:2] == (0, "Không có lần gửi nào bị giữ lại.\n")
    for shown in (V1, V2):
        code, out, _ = tyle("quarantine", "show", shown, "--workspace", root)
        assert "cho qua theo quyết định – Trần B" in out
        assert "Đơn vị xác nhận" in out
    code, out, _ = tyle("quarantine", "show", V1, "--workspace", root, "--json")
    assert json.loads(out)["decisions"][0]["rules_broken"] == "total_is_sum"
    code, out, _ = tyle("status", "--date", MONDAY, "--workspace", root)
    assert code == 0
    assert "cho qua" in out
    known_at = f"{datetime.now(UTC) - timedelta(hours=1):%Y-%m-%dT%H:%M:%S}"
    asked = ("marts", "--month", "2022-08", "--known-at", known_at, "--json", "--workspace", root)
    (unit,) = [row for row in json.loads(tyle(*asked)[1])["monthly_unit_rates"] if row["unit_id"] == "so-y-te"]
    assert (unit["total"], unit["is_complete"]) == (None, False)


@pytest.mark.slow
def test_what_was_released_is_replaced_by_what_the_unit_sends_later(tyle: Tyle, held: Workspace) -> None:
    decide(tyle, held, "release", V1)
    assert to_lake(held, MONDAY, now=datetime(2030, 1, 1)).stored.is_empty()
    put(held, "so-y-te", MONDAY, "Đất đai;1;2;3", tag="_lan2")
    stored = run(held, MONDAY, now=datetime(2030, 1, 2)).stored
    assert stored.select("delivery_id", "status", "supersedes").rows() == [(V3, "accepted", V2)]
    assert published(held.root) == (1, 2, 3)
    assert decide(tyle, held, "release", V1)[0] == 1


@pytest.mark.slow
def test_a_rejected_delivery_leaves_the_list_and_is_decided_once(tyle: Tyle, held: Workspace) -> None:
    code, out, _ = decide(tyle, held, "reject", V1)
    assert (code, out) == (0, f"{V1}: đã loại hẳn\n")
    assert tyle("quarantine", "list", "--workspace", held.root)[0] == 0
    code, out, _ = tyle("status", "--date", MONDAY, "--workspace", held.root)
    assert (code, "đã loại" in out) == (2, True)
    for what in ("release", "reject"):
        code, _, err = decide(tyle, held, what, V1)
        assert (code, len(err.splitlines())) == (1, 1)
        assert "đã bị loại lúc" in err
    assert published(held.root) == (None, None, None)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Đất đai;120;;120", "values_stated"),
        ("Đất đai;120;x;120", "numbers_readable"),
        ("Đất đai;120;-1;119", "numbers_not_negative"),
        (";120;1;121", "values_stated"),
    ],
)
def test_what_has_no_figures_cannot_be_released(tyle: Tyle, held: Workspace, row: str, message: str) -> None:
    put(held, "so-y-te", MONDAY, "Dân số;1;1;3", row, tag="_lan2")
    to_lake(held, MONDAY, now=datetime(2022, 8, 3))
    code, out, err = decide(tyle, held, "release", V2)
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    for part in (V2, "không thể cho qua", "dòng 3", message):
        assert part in err
    assert tyle("quarantine", "list", "--workspace", held.root)[0] == 2


@pytest.mark.slow
def test_what_cannot_be_read_cannot_be_released(tyle: Tyle, held: Workspace) -> None:
    put(held, "so-y-te", MONDAY, tag="_lan2", content=b"\x89PNG\r\n")
    to_lake(held, MONDAY, now=datetime(2022, 8, 3))
    code, _, err = decide(tyle, held, "release", V2)
    assert (code, len(err.splitlines())) == (1, 1)
    assert "PNG" in err


@pytest.mark.slow
def test_an_original_that_is_gone_or_changed_is_not_released(tyle: Tyle, held: Workspace) -> None:
    (pack,) = held.landing.rglob("*.zip")
    content = pack.read_bytes()
    with zipfile.ZipFile(pack) as archive:
        names = archive.namelist()
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        for name in names:
            archive.writestr(name, HEADER + "\nĐất đai;120;30;150\n")
    for damaged, message in (
        (b"no zip", "không còn đọc được bản gốc"),
        (content.replace(b"120;30;159", b"120;30;150"), "không còn đọc được bản gốc"),
        (other.getvalue(), "không còn đúng mã SHA-256"),
    ):
        pack.write_bytes(damaged)
        code, _, err = decide(tyle, held, "release", V1)
        assert (code, message in err, len(err.splitlines())) == (1, True, 1)
    pack.unlink()
    assert "không còn đọc được bản gốc" in decide(tyle, held, "release", V1)[2]
    (held.root / "tyle.toml").write_text("[landing]\nretention_days = { summary = 30 }\n", encoding="utf-8")
    tyle("purge", "--workspace", held.root)
    code, _, err = decide(tyle, held, "release", V1)
    assert (code, "hết thời hạn lưu" in err, len(err.splitlines())) == (1, True, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((V1, "--by", "B"), "--reason"),
        ((V1, "--reason", "vì"), "--by"),
        ((V1, "--reason", " ", "--by", "B"), "--reason: không được để trống"),
        ((V1, "--reason", "vì", "--by", " "), "--by: không được để trống"),
        (("no-such", *WHY), "no-such"),
        ((f"so-noi-vu:{MONDAY}:summary:v1", *WHY), "không bị giữ lại"),
    ],
)
@pytest.mark.parametrize("what", ["release", "reject"])
def test_a_decision_names_a_held_delivery_a_reason_and_a_person(
    tyle: Tyle, held: Workspace, what: str, arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = decide(tyle, held, what, *arguments)
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert message in err


@pytest.mark.slow
def test_after_the_configuration_changed_a_release_overrides_nothing(tyle: Tyle, tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", CASES)
    file = put_cases(workspace, MONDAY, 1, 2, 3)
    first, *others = json.loads(file.read_bytes())
    file.write_text(json.dumps([first | {"KenhThucHien": "9"}, *others]), encoding="utf-8")
    run(workspace, MONDAY)
    assert published(workspace.root) == (None, None, None)
    (workspace.root / "tyle.toml").write_text(f"{CASES}max_faulty_rows_pct = 40\n", encoding="utf-8")
    code, out, _ = decide(tyle, workspace, "release", f"so-y-te:{MONDAY}:cases:v1", *WHY, "--json")
    assert code == 0
    assert json.loads(out)["overridden"] == []
    assert published(workspace.root) == (2, 0, 2)


@pytest.mark.slow
def test_cases_of_a_released_delivery_are_counted_once(tyle: Tyle, tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", CASES)
    put_cases(workspace, MONDAY, 1, 2, DonViXuLy="Sở Nội vụ")
    put_cases(workspace, TUESDAY, 2, 3)
    run(workspace, TUESDAY)
    assert published(workspace.root) == (2, 0, 2)
    file = put_cases(workspace, MONDAY, 1, 2, tag="_lan2")
    rows = json.loads(file.read_bytes())
    file.write_text(json.dumps([*rows, rows[0] | {"KenhThucHien": "9"}]), encoding="utf-8")
    run(workspace, TUESDAY, now=datetime(2022, 8, 4))
    assert published(workspace.root) == (2, 0, 2)
    code, out, _ = decide(tyle, workspace, "release", f"so-y-te:{MONDAY}:cases:v2", *WHY, "--json")
    assert code == 0
    assert json.loads(out)["overridden"] == ["faulty_rows_few"]
    assert json.loads(out)["totals"]["total"] == 1  # case 2 counts on Tuesday, the faulty row nowhere
    assert published(workspace.root) == (3, 0, 3)


@pytest.mark.slow
def test_a_correction_makes_a_day_right_and_says_so(tyle: Tyle, tmp_path: Path) -> None:
    workspace = correct(small_workspace(tmp_path / "w"), CORRECTION)
    put(workspace, "so-y-te", MONDAY, "Đất đai;120;30;159")
    code, out, _ = tyle("run", "--date", MONDAY, "--unit", "so-y-te", "--workspace", workspace.root)
    assert code == 0
    assert "Sở Y tế: dòng 2: quy tắc corrected" in out
    assert "159 → 150; Công văn 12 – Phòng A, 03/08/2022" in out
    assert published(workspace.root) == (120, 30, 150)
    put(workspace, "so-y-te", MONDAY, "Đất đai;120;30;150", tag="_lan2")
    code, out, _ = tyle("run", "--date", MONDAY, "--unit", "so-y-te", "--workspace", workspace.root)
    assert code == 0
    assert "quy tắc correction_is_current" in out
    assert "cần sửa khi tệp ghi 159, nay tệp ghi 150" in out
    code, out, _ = tyle("status", "--date", MONDAY, "--workspace", workspace.root, "--json")
    (state,) = json.loads(out)
    assert (state["outcome"], state["rules_broken"]) == ("accepted_with_warnings", "correction_is_current")


@pytest.mark.slow
def test_a_delivery_held_back_is_released_with_its_correction(tyle: Tyle, held: Workspace) -> None:
    correct(held, CORRECTION)
    code, out, _ = decide(tyle, held, "release", V1, *WHY, "--json")
    released = json.loads(out)
    assert (code, released["status"], released["overridden"]) == (0, "accepted", [])
    assert published(held.root) == (120, 30, 150)


def test_a_workspace_without_corrections_opens_and_a_wrong_one_is_one_line(tyle: Tyle, held: Workspace) -> None:
    (held.root / "reference" / "corrections.toml").unlink()
    assert outcomes(to_lake(open_workspace(held.root), MONDAY))["so-y-te"] == "quarantined"
    with pytest.raises(
        WorkspaceError, match=r"^reference/corrections.toml: dòng \d+: correction\[1\].value: thiếu khóa này$"
    ):
        correct(held, CORRECTION.replace("value = 150\n", ""))
    code, _, err = tyle("status", "--workspace", held.root)
    assert (code, len(err.splitlines())) == (1, 1)
