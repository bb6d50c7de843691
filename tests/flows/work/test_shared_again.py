"""Parts of a shared export after they were stored: a name that is given to a unit, corrections, decisions, doctor."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from flows.runs.lakes import lake_of
from flows.settings.workspace import Workspace, WorkspaceError, open_workspace
from flows.work.aliases import add_alias, take_named
from flows.work.backfill import BackfillRequest, plan
from flows.work.corrections import correct
from flows.work.layouts import confirm
from flows.work.quarantine import reject, release
from flows.work.withdrawal import withdraw
from tests.flows.workspaces import MONDAY, morning_after, outcomes, put, small_workspace, to_lake
from warehouse.care.doctor.ledger import check_ledger
from warehouse.care.doctor.originals import check_originals
from warehouse.ledger.decisions import Decision
from warehouse.ledger.deliveries import counts_of, decisions, delivery, quarantined
from warehouse.ledger.layouts import Confirmation, layouts
from warehouse.places.errors import DecisionError

SETTINGS = """
[[shared]]
id = "daily"
by = "column"
"""
HEADER = "Đơn vị;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số"
NOW = morning_after(MONDAY + timedelta(days=1))


def send(workspace: Workspace, *rows: str, day: date = MONDAY, sent: date | None = None) -> None:
    put(workspace, "shared/daily", day, content="\n".join([HEADER, *rows, ""]).encode(), sent=sent)


def decision(delivery_id: str) -> Decision:
    return Decision(delivery_id, "Phòng A", "Công văn 7", NOW)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A unit under an unknown name, one with a total that does not add up, one that is right."""
    workspace = small_workspace(tmp_path_factory.mktemp("shared") / "ws", SETTINGS)
    send(workspace, "Sở Y tế;Đất đai;1;2;3", "Sở Nội vụu;Đất đai;4;5;9", "UBND huyện A;Đất đai;1;1;3")
    to_lake(workspace, MONDAY)
    return workspace.root


@pytest.fixture
def workspace(prepared: Path, tmp_path: Path) -> Workspace:
    return open_workspace(Path(shutil.copytree(prepared, tmp_path / "ws", symlinks=True)))


def test_a_name_given_to_a_unit_makes_the_held_rows_its_delivery(workspace: Workspace) -> None:
    before = (workspace.root / "reference" / "units.csv").read_text(encoding="utf-8")
    named = add_alias(workspace, "Sở Nội vụu", "Sở Nội vụ")
    after = (workspace.root / "reference" / "units.csv").read_text(encoding="utf-8")
    changed = [line for line in after.splitlines() if line not in before.splitlines()]
    assert changed == ["so-noi-vu,Sở Nội vụ,so,departments,2,2022-01-01,,pending,working_days,Sở Nội vụu,"]
    with lake_of(named) as lake:
        taken = take_named(named, lake, "Sở Nội vụu", "so-noi-vu", "Phòng A", NOW)
        assert taken.taken == (("so-noi-vu:2022-08-01:summary:v1", "accepted"),)
        assert quarantined(lake)["unit_id"].to_list() == ["ubnd-huyen-a"]
        (made,) = decisions(lake, "@daily/so-noi-vuu:2022-08-01:summary:v1").to_dicts()
        assert (made["person"], made["released_as"]) == ("Phòng A", "so-noi-vu:2022-08-01:summary:v1")
        assert counts_of(lake, "so-noi-vu:2022-08-01:summary:v1")["total"].to_list() == [9]
        again = take_named(named, lake, "Sở Nội vụu", "so-noi-vu", "Phòng A", NOW)
        assert again.taken == ()


@pytest.mark.parametrize(
    ("name", "unit", "why"),
    [
        ("Sở Y tế", "so-noi-vu", "đã là tên của so-y-te"),
        ("Tổng cộng", "so-noi-vu", "là tên của dòng tổng"),
        ("Sở, ban, ngành", "so-noi-vu", "là tên của dòng tổng"),
        ("Sở Nội vụu", "so-noi-vuu", "không có đơn vị này; gần giống: so-noi-vu"),
        ("a|b", "so-noi-vu", "không có dấu |"),
    ],
)
def test_a_name_that_could_mean_something_else_is_refused(workspace: Workspace, name: str, unit: str, why: str) -> None:
    before = (workspace.root / "reference" / "units.csv").read_bytes()
    with pytest.raises(WorkspaceError, match=why.replace("|", r"\|")):
        add_alias(workspace, name, unit)
    assert (workspace.root / "reference" / "units.csv").read_bytes() == before


def test_a_restated_file_without_the_unknown_name_closes_what_was_held(workspace: Workspace) -> None:
    rows = ("Sở Y tế;Đất đai;1;2;3", "Sở Nội vụ;Đất đai;4;5;9", "UBND huyện A;Đất đai;1;1;2")
    send(workspace, *rows, sent=MONDAY + timedelta(days=1))
    result = to_lake(workspace, MONDAY, now=NOW)
    assert outcomes(result) == {
        "@daily": "accepted",
        "@daily/so-noi-vuu": "accepted",
        "so-noi-vu": "accepted",
        "so-y-te": "accepted",
        "ubnd-huyen-a": "accepted",
    }
    assert sorted(result.stored["delivery_id"]) == [
        "@daily/so-noi-vuu:2022-08-01:summary:v2",
        "@daily:2022-08-01:summary:v2",
        "so-noi-vu:2022-08-01:summary:v1",
        "ubnd-huyen-a:2022-08-01:summary:v2",
    ]
    assert result.waiting.is_empty()


@pytest.mark.slow
def test_a_figure_of_a_part_is_corrected_from_the_original(workspace: Workspace) -> None:
    with lake_of(workspace) as lake:
        done = correct(workspace, lake, decision("ubnd-huyen-a:2022-08-01:summary:v1"), ["Đất đai.total=2"])
        assert (done.corrected_as, done.status) == ("ubnd-huyen-a:2022-08-01:summary:v2", "accepted")
        row, _ = delivery(lake, done.corrected_as) or pytest.fail("not stored")
    assert row["part"].item() == "UBND huyện A"


@pytest.mark.slow
def test_a_part_is_released_rejected_and_withdrawn_like_any_delivery(workspace: Workspace) -> None:
    with lake_of(workspace) as lake:
        done = release(workspace, lake, decision("ubnd-huyen-a:2022-08-01:summary:v1"))
        assert done.released_as == "ubnd-huyen-a:2022-08-01:summary:v2"
        taken = withdraw(workspace, lake, [decision("so-y-te:2022-08-01:summary:v1")])
        assert taken.withdrawn == ("so-y-te:2022-08-01:summary:v1",)
        reject(lake, decision("@daily/so-noi-vuu:2022-08-01:summary:v1"))
        assert quarantined(lake).is_empty()


def test_rows_of_nobody_known_cannot_be_released_as_they_are(workspace: Workspace) -> None:
    with lake_of(workspace) as lake, pytest.raises(DecisionError, match="đọc lại vẫn như cũ"):
        release(workspace, lake, decision("@daily/so-noi-vuu:2022-08-01:summary:v1"))


@pytest.mark.slow
def test_a_file_that_the_settings_could_not_read_is_taken_again_when_they_can(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path, SETTINGS)
    rows = "Tên đơn vị;Trực tuyến;Trực tiếp;Tổng số\nI. Khối;;;\nSở Y tế;1;2;3\nSở Nội vụ;4;5;9\nUBND huyện A;1;1;2\n"
    put(workspace, "shared/daily", MONDAY, content=rows.replace("Tên đơn vị", "Nơi nào").encode())
    assert outcomes(to_lake(workspace, MONDAY))["@daily"] == "quarantined"
    (tmp_path / "reference" / "headers.toml").write_text(
        (tmp_path / "reference" / "headers.toml")
        .read_text(encoding="utf-8")
        .replace('unit = ["Đơn vị"', 'unit = ["Nơi nào", "Đơn vị"', 1),
        encoding="utf-8",
    )
    workspace = open_workspace(tmp_path)
    with lake_of(workspace) as lake:
        release(workspace, lake, decision("@daily:2022-08-01:summary:v1"))
        assert quarantined(lake).is_empty()
        assert counts_of(lake, "so-noi-vu:2022-08-01:summary:v1")["field"].to_list() == ["Không ghi lĩnh vực"]


def test_the_doctor_finds_nothing_wrong_with_parts(workspace: Workspace) -> None:
    with lake_of(workspace) as lake:
        findings = [*check_ledger(lake), *check_originals(lake, workspace.landing)]
    assert {finding.level for finding in findings} == {"ok"}


def test_the_original_of_a_part_must_be_what_was_received(workspace: Workspace) -> None:
    (pack,) = (workspace.root / "landing").rglob("*.zip")
    pack.write_bytes(pack.read_bytes().replace("Đất đai".encode(), "Đất đaj".encode()))
    with lake_of(workspace) as lake, pytest.raises(DecisionError):
        release(workspace, lake, decision("ubnd-huyen-a:2022-08-01:summary:v1"))


def test_units_of_a_shared_export_are_not_asked_by_themselves(workspace: Workspace) -> None:
    put(workspace, "so-y-te", MONDAY, "Đất đai;9;9;18")
    result = to_lake(workspace, MONDAY, now=NOW)
    assert result.stored.filter(pl.col("unit_id") == "so-y-te").is_empty()


@pytest.mark.slow
def test_a_question_about_the_layout_is_one_for_all_units(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path, SETTINGS)
    header = "Đơn vị;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;;Ghi chú"
    rows = [f"{name};Đất đai;1;2;3;9;" for name in ("Sở Y tế", "Sở Nội vụ", "UBND huyện A")]
    put(workspace, "shared/daily", MONDAY, content="\n".join([header, *rows, ""]).encode())
    assert set(to_lake(workspace, MONDAY).states["rules_broken"].drop_nulls()) == {"layout_is_clear"}
    with lake_of(workspace) as lake:
        (listed,) = layouts(lake).to_dicts()
        assert (listed["unit_id"], listed["deliveries"]) == ("@daily", 3)
        done = confirm(workspace, lake, Confirmation(listed["layout"], "Phòng A", "cột ghi chú", NOW))
    assert len(done.counted) == 3


@pytest.mark.slow
def test_what_a_unit_lacks_is_asked_of_its_shared_export(workspace: Workspace) -> None:
    send(workspace, "Sở Y tế;Đất đai;1;2;3", "Sở Nội vụ;Đất đai;4;5;9", sent=MONDAY + timedelta(days=1))
    with lake_of(workspace) as lake:
        (span,) = plan(workspace, lake, BackfillRequest(MONDAY, MONDAY, NOW, lacking=True))
    assert "@daily" in span.asked["unit_id"].to_list()


@pytest.mark.slow
def test_a_corrected_figure_that_makes_a_sum_right_lets_the_others_count(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path, SETTINGS)
    send(
        workspace, "Sở Y tế;Đất đai;1;2;3", "Sở Nội vụ;Đất đai;4;5;9", "UBND huyện A;Đất đai;1;1;2", "Tổng cộng;;6;9;15"
    )
    held = {unit for unit, outcome in outcomes(to_lake(workspace, MONDAY)).items() if outcome == "quarantined"}
    assert held == {"so-y-te", "so-noi-vu", "ubnd-huyen-a"}
    with lake_of(workspace) as lake:
        figures = ["Đất đai.in_person=3", "Đất đai.total=4"]
        done = correct(workspace, lake, decision("so-y-te:2022-08-01:summary:v1"), figures)
        assert done.released == ("so-noi-vu:2022-08-01:summary:v2", "ubnd-huyen-a:2022-08-01:summary:v2")
        assert quarantined(lake).is_empty()


@pytest.mark.slow
def test_where_the_sum_stays_wrong_the_others_wait(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path, SETTINGS)
    send(
        workspace,
        "Sở Y tế;Đất đai;1;2;3",
        "Sở Nội vụ;Đất đai;4;5;10",
        "UBND huyện A;Đất đai;1;1;2",
        "Tổng cộng;;9;9;18",
    )
    to_lake(workspace, MONDAY)
    with lake_of(workspace) as lake:
        with pytest.raises(DecisionError, match="group_total_is_sum"):
            correct(workspace, lake, decision("so-noi-vu:2022-08-01:summary:v1"), ["Đất đai.total=9"])
        assert quarantined(lake).height == 3
