"""One entry of metrics.toml is all that a metric needs: it is in the marts, the dictionary, the ranking, on the site,
in the report and in the terminal."""

import io
import json
from pathlib import Path

import pytest
from docx import Document

from flows.settings.workspace import open_workspace
from tests.flows.commanding import Tyle
from tests.flows.workspaces import MONDAY, put_all, run, small_workspace
from warehouse.published.dictionary import page
from warehouse.published.read import read_published

ENTRY = """
[[metric]]
id = "in_person_share"
version = 1
name = "Tỷ lệ nộp trực tiếp"
name_en = "Share filed in person"
definition = "Hồ sơ nộp trực tiếp chia cho tổng số hồ sơ, càng thấp càng tốt."
definition_en = "Cases filed in person divided by all cases; lower is better."
kind = "ratio"
numerator = [{ count = "in_person", levels = [4] }]
denominator = [{ count = "total", levels = [4] }]
contracts = ["summary"]
direction = "down"
min_denominator = 9
"""
NAME, METRIC = "Tỷ lệ nộp trực tiếp", "in_person_share"


@pytest.fixture
def tyle(capsys: pytest.CaptureFixture[str]) -> Tyle:
    return Tyle(capsys)


def test_one_entry_is_enough(tmp_path: Path, tyle: Tyle) -> None:
    root = small_workspace(tmp_path / "workspace").root
    for name, old, new in (("metrics.toml", "", ENTRY), ("report.toml", "rankings = []", f'rankings = ["{METRIC}"]')):
        file = root / "reference" / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new) if old else text + new, encoding="utf-8")
    workspace = open_workspace(root)
    put_all(workspace, MONDAY)
    run(workspace, MONDAY)

    marts = read_published(workspace.published, "2022-08")
    rates = marts["monthly_rates"].filter(metric_id=METRIC, scope="unit").select("member", "numerator", "denominator")
    assert sorted(rates.rows()) == [("so-noi-vu", 7, 9), ("so-y-te", 7, 8), ("ubnd-huyen-a", 7, 10)]
    assert set(marts["daily_rates"].filter(metric_id=METRIC)["numerator"]) == {7}
    assert marts["metrics"].filter(metric_id=METRIC)["name_en"].to_list() == ["Share filed in person"]
    ranks = marts["rankings"].filter(metric_id=METRIC).select("member", "rank", "is_small").rows()
    assert sorted(ranks) == [("so-noi-vu", 1, False), ("so-y-te", None, True), ("ubnd-huyen-a", 1, False)]

    own = (root / "reference" / "metrics.toml").read_text(encoding="utf-8")
    assert f"| `{METRIC}` v1 | {NAME} | yes | in_person[level 4] | total[level 4] | summary | down |" in page(own)

    site = workspace.published.parent / "site"
    assert f"xep-hang/{METRIC}/index.html" in (site / "xep-hang.html").read_text(encoding="utf-8")
    assert "77,78%" in (site / "xep-hang" / METRIC / "index.html").read_text(encoding="utf-8")
    assert "Share filed in person" in (site / "en" / "xep-hang" / METRIC / "index.html").read_text(encoding="utf-8")

    code, _, _ = tyle("report", "--month", "2022-08", "--to", tmp_path / "report", "--workspace", root)
    assert code == 0
    word = Document(io.BytesIO((tmp_path / "report" / "bao-cao-2022-08.docx").read_bytes()))
    assert any(NAME.upper() in paragraph.text for paragraph in word.paragraphs)
    cells = [[cell.text for cell in row.cells] for table in word.tables for row in table.rows]
    assert ["1", "Sở Nội vụ", "7", "9", "77,78", "–", "–"] in cells
    assert ["–", "Sở Y tế (***)", "7", "8", "87,50", "–", "–"] in cells

    code, out, _ = tyle("marts", "--metric", METRIC, "--json", "--workspace", root)
    assert code == 0
    assert {row["member"]: row["rate"] for row in json.loads(out)["rankings"]}["so-noi-vu"] == "77.78"


BOARD = """
[[shared]]
id = "board"
contract = "scores"
units = ["so-y-te", "so-noi-vu", "ubnd-huyen-a"]
"""
POINTS = (
    "Đơn vị;Nhóm chỉ số;Điểm\nSở Y tế;Số hóa hồ sơ;11,2\nSở Nội vụ;Số hóa hồ sơ;22\nUBND huyện A;Số hóa hồ sơ;16,5\n"
)


@pytest.mark.slow
def test_published_points_are_ranked_as_any_metric(tmp_path: Path, tyle: Tyle) -> None:
    workspace = small_workspace(tmp_path / "workspace", BOARD)
    root = workspace.root
    report = root / "reference" / "report.toml"
    text = report.read_text(encoding="utf-8").replace("rankings = []", 'rankings = ["qd766_digitisation"]')
    report.write_text(text, encoding="utf-8")
    put_all(workspace, MONDAY)
    board = root / "inbox" / "shared" / "board" / f"{MONDAY}.csv"
    board.parent.mkdir(parents=True)
    board.write_text(POINTS, encoding="utf-8")
    run(workspace, MONDAY)
    ranks = read_published(workspace.published, "2022-08")["rankings"].filter(metric_id="qd766_digitisation")
    found = {row["member"]: (row["rank"], row["ranked_of"]) for row in ranks.to_dicts()}
    assert found == {"so-noi-vu": (1, 2), "so-y-te": (2, 2), "ubnd-huyen-a": (1, 1)}
    page_of = (workspace.published.parent / "site" / "xep-hang" / "qd766_digitisation" / "index.html").read_text(
        "utf-8"
    )
    assert "Điểm tối đa" in page_of
    assert "11,20" in page_of
    code, out, _ = tyle("marts", "--metric", "qd766_digitisation", "--workspace", root)
    assert code == 0
    assert "11,20/22,00" in out
    code, _, err = tyle("report", "--month", "2022-08", "--to", tmp_path / "report", "--workspace", root)
    assert (code, err) == (0, "")
    word = Document(io.BytesIO((tmp_path / "report" / "bao-cao-2022-08.docx").read_bytes()))
    cells = [[cell.text for cell in row.cells] for table in word.tables for row in table.rows]
    assert ["2", "Sở Y tế", "11,20", "22,00", "50,91", "–", "–"] in cells
