"""`tyle report` in a small workspace: which figures it takes, what it writes, what it refuses."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from docx import Document

from flows.cli import main
from flows.settings.workspace import Workspace, open_workspace
from flows.work.outputs.report import published_figures
from tests.flows.workspaces import MONDAY, copy_of, put, put_all, run, small_workspace, to_lake

TUESDAY = MONDAY.replace(day=2)
NAMES = [f"bao-cao-2022-08.{kind}" for kind in ("docx", "html", "pdf", "xlsx")]


@pytest.fixture(scope="module")
def two_days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Monday's exports and, on Tuesday, those of two units; published twice."""
    made = small_workspace(tmp_path_factory.mktemp("report") / "w")
    put_all(made, MONDAY)
    run(made, MONDAY)
    put_all(made, TUESDAY)
    (made.root / "inbox" / "so-noi-vu" / f"{TUESDAY}.csv").unlink()
    run(made, TUESDAY)
    return made.root


@pytest.fixture
def workspace(two_days: Path, tmp_path: Path) -> Workspace:
    """A copy of it for one test."""
    return copy_of(two_days, tmp_path / "w")


def tyle(workspace: Workspace, *arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["report", "--month", "2022-08", "--workspace", str(workspace.root), *map(str, arguments)])
    return int(ended.value.code or 0)


def row_of(folder: Path, name: str) -> list[str]:
    tables = Document(str(folder / "bao-cao-2022-08.docx")).tables
    return next(
        [cell.text for cell in row.cells]
        for table in tables
        for row in table.rows
        if len(row.cells) == 6 and row.cells[1].text.startswith(name)
    )


def test_the_published_month_in_four_formats(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    folder = workspace.root / "out"
    assert tyle(workspace, "--to", folder) == 0
    output = capsys.readouterr().out
    assert sorted(path.name for path in folder.iterdir()) == NAMES
    assert row_of(folder, "Sở Y tế") == ["1", "Sở Y tế", "2", "14", "16", "12,50"]
    assert row_of(folder, "Sở Nội vụ") == ["2", "Sở Nội vụ (*)", "2", "7", "9", "22,22"]
    assert "Chưa đủ số liệu đến ngày 2/8/2022: Sở Nội vụ (mới có 1/2 ngày)." in output
    assert "Còn phải điền trong reference/report.toml: parent_agency, agency" in output
    assert tyle(workspace, "--to", folder) == 0  # the same again is the same bytes


@pytest.mark.slow
def test_an_earlier_day_or_moment_is_answered_from_the_lake(workspace: Workspace) -> None:
    assert tyle(workspace, "--to", workspace.root / "a", "--as-of", MONDAY) == 0
    assert tyle(workspace, "--to", workspace.root / "b", "--known-at", f"{TUESDAY}T00:00:00") == 0
    for folder in ("a", "b"):
        assert row_of(workspace.root / folder, "Sở Y tế")[4] == "8"


@pytest.mark.slow
def test_charts_of_an_earlier_moment_are_those_that_were_published_then(workspace: Workspace) -> None:
    """Trend and calendar too: from the published file, and later from the lake."""
    (workspace.root / "tyle.toml").write_text("[report]\ncharts = true\n", encoding="utf-8")
    workspace = open_workspace(workspace.root)
    july = date(2022, 7, 31)
    put_all(workspace, july)
    run(workspace, july, now=datetime(2022, 8, 3, 22, 30))
    known_at = published_figures(workspace, "2022-08").known_at
    assert tyle(workspace, "--to", workspace.root / "then") == 0
    (workspace.root / "inbox" / "ubnd-huyen-a" / f"{july}.csv").unlink()
    put(workspace, "ubnd-huyen-a", july, "Đất đai;500;2;502", tag="_lai", sent=date(2022, 8, 4))
    put(workspace, "so-noi-vu", TUESDAY, "Đất đai;20;1;21")
    for day in (july, TUESDAY):
        run(workspace, day, now=datetime(2022, 8, 4, 22, 30))
    assert tyle(workspace, "--to", workspace.root / "now") == 0
    assert tyle(workspace, "--to", workspace.root / "again", "--known-at", known_at.isoformat()) == 0
    then, now, again = ((workspace.root / name / NAMES[1]).read_bytes() for name in ("then", "now", "again"))
    assert b"7/22: 22,22%; 8/22: " in then
    assert b"7/22: 96,92%; 8/22: " in now
    assert "Biểu đồ 5. ".encode() in then
    assert again == then


@pytest.mark.slow
def test_what_is_not_published_yet_is_not_reported(workspace: Workspace) -> None:
    put(workspace, "so-y-te", TUESDAY, "Đất đai;500;2;502", tag="_lai")
    to_lake(workspace, TUESDAY, now=datetime(2022, 8, 4, 22, 30))
    assert tyle(workspace, "--to", workspace.root / "published figures") == 0
    assert row_of(workspace.root / "published figures", "Sở Y tế")[4] == "16"
    assert tyle(workspace, "--to", workspace.root / "all", "--known-at", "2022-08-05T00:00:00") == 0
    assert row_of(workspace.root / "all", "Sở Y tế")[4] == "510"


@pytest.mark.slow
def test_what_a_person_wrote_into_a_report_is_not_overwritten(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = workspace.root / "out"
    tyle(workspace, "--to", folder)
    edited = folder / "bao-cao-2022-08.docx"
    document = Document(str(edited))
    document.add_paragraph("Viết thêm")
    document.save(str(edited))
    kept = edited.read_bytes()
    assert tyle(workspace, "--to", folder) == 1
    assert edited.read_bytes() == kept
    assert "bao-cao-2022-08.docx: đã có và khác bản này; thêm --overwrite" in capsys.readouterr().err
    assert tyle(workspace, "--to", folder, "--overwrite") == 0
    assert edited.read_bytes() != kept


@pytest.mark.slow
def test_each_changed_figure_comes_with_its_delivery(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    put(workspace, "so-noi-vu", TUESDAY, "Đất đai;20;1;21")
    put(workspace, "so-y-te", MONDAY, "Đất đai;7;2;9", tag="_lai")
    run(workspace, TUESDAY, now=datetime(2022, 8, 4, 22, 30))
    capsys.readouterr()
    assert tyle(workspace, "--compare", f"{TUESDAY}T23:00:00", "--json", "--to", workspace.root / "out") == 0
    answer = json.loads(capsys.readouterr().out)
    assert len(answer["files"]) == 4
    figures = {(row["scope"], row["measure"]): row for row in answer["changes"]["figures"]}
    assert {scope for scope, _ in figures} == {"so-y-te", "so-noi-vu", "departments", "all"}
    changed = figures["so-y-te", "total"]
    assert (changed["before"], changed["after"]) == (16, 17)
    assert changed["deliveries"] == [{"delivery_id": "so-y-te:2022-08-01:summary:v2", "kind": "correction"}]
    late = figures["so-noi-vu", "online_rate_pct"]
    assert (late["before"], late["after"]) == ("22.22", "73.33")
    assert late["deliveries"] == [{"delivery_id": "so-noi-vu:2022-08-02:summary:v1", "kind": "late_first"}]
    assert len(figures["all", "total"]["deliveries"]) == 2


@pytest.mark.slow
def test_the_comparison_on_the_screen(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert tyle(workspace, "--compare", "2022-08-02T23:00:00") == 0
    assert "Không số nào thay đổi so với báo cáo" in capsys.readouterr().out
    put(workspace, "so-noi-vu", TUESDAY, "Đất đai;20;1;21")
    run(workspace, TUESDAY, now=datetime(2022, 8, 4, 22, 30))
    assert tyle(workspace, "--compare", "2022-08-02T23:00:00") == 0
    output = capsys.readouterr().out
    assert "so-noi-vu:2022-08-02" in output
    assert "nay mới gửi" in output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "cần --to DIR"),
        (("--to", "{out}", "--as-of", "2022-07-01"), "tháng 8/2022: chưa có số liệu để làm báo cáo"),
        (("--compare", "2021-01-01"), "lúc 2021-01-01 00:00:00 (UTC) chưa có số liệu của tháng 2022-08 để so sánh"),
    ],
)
def test_a_wrong_question_is_one_line(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    out = workspace.root / "out"
    assert tyle(workspace, *(argument.format(out=out) for argument in arguments)) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not out.exists()


@pytest.mark.slow
def test_nothing_published_and_a_wrong_office_are_one_line_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = small_workspace(tmp_path / "w")
    assert tyle(empty, "--to", tmp_path / "out") == 1
    assert "chưa công bố gì; hãy chạy tyle run trước" in capsys.readouterr().err
    put_all(empty, MONDAY)
    run(empty, MONDAY)
    (empty.root / "reference" / "report.toml").write_text("place = 1", encoding="utf-8")
    assert tyle(empty, "--to", tmp_path / "out") == 1
    assert "reference/report.toml: " in capsys.readouterr().err
    (empty.root / "reference" / "report.toml").unlink()
    (empty.root / "reference" / "report.docx").write_bytes(b"not a document")
    assert tyle(empty, "--to", tmp_path / "out") == 1
    assert "report.docx: không phải tệp Word" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_new_workspace_has_a_template_that_its_office_can_edit(workspace: Workspace) -> None:
    path = workspace.root / "reference" / "report.docx"
    document = Document(str(path))
    prompts = [paragraph for paragraph in document.paragraphs if "viết tại đây" in paragraph.text]
    assert len(prompts) == 3
    prompts[0].text = "Chúng tôi đã triển khai."
    document.save(str(path))
    assert tyle(workspace, "--to", workspace.root / "out") == 0
    assert "Chúng tôi đã triển khai." in (workspace.root / "out" / "bao-cao-2022-08.html").read_text(encoding="utf-8")
