"""A scoreboard on its way from the inbox to marts and pages; one board of all units, and the points of the whole."""

from pathlib import Path

import pytest

from flows.settings.workspace import Workspace, WorkspaceError, open_workspace
from tests.flows.workspaces import MONDAY, UNITS, put, run, small_workspace
from warehouse.published.read import read_published

SETTINGS = """
[[units.so-y-te]]
[[units.so-y-te]]
contract = "scores"
source = { kind = "folder", path = "inbox/scores/so-y-te" }

[[shared]]
id = "board"
contract = "scores"
units = ["so-noi-vu", "ubnd-huyen-a"]

[units.tinh]
contract = "scores"
"""
GROUP = """
[[group]]
id = "province"
name = "Tỉnh"
has_rate = false

# Types of units."""
WHOLE = "tinh,Tỉnh Thái Nguyên,so,province,1,2022-01-01,,pending,working_days,,\n"
OWN = "STT;Nhóm chỉ số;Điểm tối đa;Điểm\n1;Số hóa hồ sơ;22;{}\n2;Cung cấp dịch vụ trực tuyến;22;16,5\n"
SHARED = "Đơn vị;Nhóm chỉ số;Điểm\nSở Nội vụ;Số hóa hồ sơ;22\nUBND huyện A;Số hóa hồ sơ;22,5\n"


def workspace_of(root: Path) -> Workspace:
    workspace = small_workspace(root)
    reference = workspace.root / "reference"
    (reference / "units.csv").write_text(UNITS + WHOLE, encoding="utf-8")
    file = reference / "organisation.toml"
    text = file.read_text(encoding="utf-8").replace("# Types of units.", GROUP.lstrip(), 1)
    file.write_text(text.replace('# unit = "tinh-thai-nguyen"', 'unit = "tinh"'), encoding="utf-8")
    (workspace.root / "tyle.toml").write_text(SETTINGS, encoding="utf-8")
    return open_workspace(root)


def place(workspace: Workspace, folder: str, content: str, tag: str = "") -> None:
    path = workspace.root / "inbox" / folder / f"{MONDAY}{tag}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def test_a_board_becomes_rows_of_marts_and_pages_and_a_wrong_one_is_held_back(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path / "w")
    put(workspace, "so-y-te", MONDAY, "Y tế;75;25;100")
    place(workspace, "scores/so-y-te", OWN.format("11,2"))
    place(workspace, "shared/board", SHARED)
    place(workspace, "tinh", "Chỉ số;Điểm\nTổng điểm;86,97\n")
    result = run(workspace, MONDAY)
    scores = result.states.filter(contract="scores").sort("unit_id")
    assert scores.select("unit_id", "outcome").rows() == [
        ("@board", "accepted"),
        ("so-noi-vu", "accepted"),
        ("so-y-te", "accepted"),  # in time whenever it comes: nobody expects it on a day
        ("tinh", "accepted"),
        ("ubnd-huyen-a", "quarantined"),
    ]
    marts = read_published(workspace.published, "2022-08", only=["monthly_rates", "monthly_scores", "export_status"])
    rates = marts["monthly_rates"].filter(marts["monthly_rates"]["points"].is_not_null())
    assert rates.select("metric_id", "scope", "member", "points").cast({"points": float}).rows() == [
        ("qd766_digitisation", "unit", "so-noi-vu", 22.0),
        ("qd766_digitisation", "unit", "so-y-te", 11.2),
        ("qd766_online", "unit", "so-y-te", 16.5),
        ("qd766_total", "all", "all", 86.97),
    ]
    beside = marts["monthly_scores"].filter(metric_id="qd766_online")
    assert beside.select("own_rate", "difference").cast(float).rows() == [(75.0, 0.0)]
    assert marts["export_status"].filter(contract="scores", outcome="missing").is_empty()
    page = (workspace.published.parent / "site" / "don-vi" / "so-y-te.html").read_text(encoding="utf-8")
    assert "Điểm đã công bố" in page
    assert "16,50" in page


@pytest.mark.slow
def test_a_later_version_of_a_day_counts_and_the_same_file_is_nothing_new(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path / "w")
    put(workspace, "so-y-te", MONDAY, "Y tế;75;25;100")
    place(workspace, "scores/so-y-te", OWN.format("11,2"))
    run(workspace, MONDAY)
    run(workspace, MONDAY)
    place(workspace, "scores/so-y-te", OWN.format("12"), tag="-2")
    run(workspace, MONDAY)
    points = read_published(workspace.published, "2022-08", only=["daily_scores"])["daily_scores"]
    found = points.cast({"points": float}).filter(metric_id="qd766_digitisation")
    assert found.select("delivery_id", "points").rows() == [("so-y-te:2022-08-01:scores:v2", 12.0)]


def test_the_unit_that_stands_for_all_must_exist(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path / "w")
    (workspace.root / "reference" / "units.csv").write_text(UNITS, encoding="utf-8")
    (workspace.root / "tyle.toml").write_text("", encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"whole.unit “tinh”: không có trong units.csv"):
        open_workspace(workspace.root)


def test_a_workspace_of_an_older_version_knows_the_shipped_headers_of_boards(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path / "w")
    file = workspace.root / "reference" / "headers.toml"
    before, _, after = file.read_text(encoding="utf-8").partition("[scores]\n")
    file.write_text(before + after[after.index("[cases]") :], encoding="utf-8")
    older = open_workspace(workspace.root)
    assert older.headers.names["scores"] == workspace.headers.names["scores"]
