"""What was released, corrected or taken by a weaker rule is marked from the file to the published figures."""

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from flows.settings.workspace import Workspace, open_workspace
from tests.flows.commanding import Tyle
from tests.flows.workspaces import MONDAY, put, put_all, run, small_workspace
from tests.reports.made import tables_of_xlsx, text_of_docx, text_of_html, text_of_pdf

V1 = f"so-y-te:{MONDAY}:summary:v1"
WRONG = ("Đất đai;480;120;609", "Tổng cộng;480;120;609")
WHY = ("--reason", "Công văn 12", "--by", "Trần B")


def wrong_sum(root: Path, settings: str = "") -> Workspace:
    """A day on which (1) + (2) of so-y-te is not (3)."""
    workspace = small_workspace(root, settings)
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, *WRONG)
    run(workspace, MONDAY)
    return workspace


def tables(tyle: Tyle, workspace: Workspace, *asked: str) -> dict[str, list[dict[str, Any]]]:
    out = tyle("marts", "--month", "2022-08", *asked, "--json", "--workspace", workspace.root)[1]
    return dict(json.loads(out))


def unit_of(found: dict[str, list[dict[str, Any]]]) -> tuple[Any, ...]:
    (unit,) = [row for row in found["monthly_unit_rates"] if row["unit_id"] == "so-y-te"]
    return tuple(unit[name] for name in ("total", "has_override", "override_ids"))


@pytest.mark.slow
def test_a_released_wrong_sum_is_marked_with_its_decision(tyle: Tyle, tmp_path: Path) -> None:
    workspace = wrong_sum(tmp_path / "w")
    assert unit_of(tables(tyle, workspace)) == (None, False, None)
    assert tyle("quarantine", "release", V1, *WHY, "--workspace", workspace.root)[0] == 0
    found = tables(tyle, workspace)
    assert unit_of(found) == (609, True, f"{V1}#released")
    (override,) = found["overrides"]
    shown = ("override_id", "override_kind", "rules_broken", "person", "reason")
    assert [override[name] for name in shown] == [f"{V1}#released", "released", "total_is_sum", "Trần B", "Công văn 12"]
    groups = {row["unit_group"]: row["has_override"] for row in found["monthly_group_rates"]}
    assert groups == {"all": True, "departments": True, "districts": False}


@pytest.mark.slow
@pytest.mark.parametrize("severity", ["warning", "info", "off"])
def test_a_wrong_sum_taken_by_a_weaker_rule_is_marked(tyle: Tyle, tmp_path: Path, severity: str) -> None:
    settings = f'[units.so-y-te]\nrules = {{ total_is_sum = "{severity}" }}\n'
    found = tables(tyle, wrong_sum(tmp_path / "w", settings))
    assert unit_of(found) == (609, True, f"{V1}#total_is_sum")
    (override,) = found["overrides"]
    assert (override["override_kind"], override["rules_broken"]) == ("eased", "total_is_sum")


@pytest.mark.slow
def test_a_rule_that_is_off_and_holds_marks_nothing(tyle: Tyle, tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", '[rules.summary]\ntotal_is_sum = "off"\n')
    put_all(workspace, MONDAY)
    run(workspace, MONDAY)
    assert unit_of(tables(tyle, workspace))[1:] == (False, None)


@pytest.mark.slow
def test_corrections_are_marked(tyle: Tyle, tmp_path: Path) -> None:
    workspace = wrong_sum(tmp_path / "w")
    sets = ("--set", "Đất đai.total=600", "--set", ".total=600")
    assert tyle("correct", V1, *sets, *WHY, "--workspace", workspace.root)[0] == 0
    found = tables(tyle, workspace)
    assert unit_of(found) == (600, True, f"{V1}#corrected")
    assert "609 → 600; Công văn 12 – Trần B" in found["overrides"][0]["sample"]


@pytest.mark.slow
def test_an_entry_of_corrections_that_was_there_before_the_file_is_marked(tyle: Tyle, tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w")
    entry = f'[[correction]]\nunit = "so-y-te"\ndate = {MONDAY}\nfield = "Đất đai"\ncolumn = "total"\nexpect = 609\n'
    entry += 'value = 600\nreason = "Công văn 15"\nby = "Phòng A"\nsince = 2022-08-01\n'
    (workspace.root / "reference" / "corrections.toml").write_text(entry, encoding="utf-8")
    put(workspace, "so-y-te", MONDAY, WRONG[0])
    run(open_workspace(workspace.root), MONDAY)
    found = tables(tyle, workspace)
    assert unit_of(found) == (600, True, f"{V1}#corrected")
    assert "Công văn 15 – Phòng A" in found["overrides"][0]["sample"]


@pytest.mark.slow
def test_the_terminal_marks_the_rows_and_says_below_what_was_decided(tyle: Tyle, tmp_path: Path) -> None:
    workspace = wrong_sum(tmp_path / "w")
    clean = tyle("marts", "--month", "2022-08", "--workspace", workspace.root)[1]
    assert "[1]" not in clean
    tyle("quarantine", "release", V1, *WHY, "--workspace", workspace.root)
    out = tyle("marts", "--month", "2022-08", "--workspace", workspace.root)[1]
    assert "Sở Y tế [2]" in out
    assert (
        "[2] Sở Y tế: (1) + (2) ≠ (3): 480 + 120 = 600, không phải 609; số liệu ngày 1/8/2022 trái quy tắc “(1) + (2) "
        "= (3)”, được cho qua theo quyết định của Trần B ngày "
    ) in out


@pytest.mark.slow
def test_a_run_says_which_deliveries_count_by_a_weaker_rule(tyle: Tyle, tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", '[units.so-y-te]\nrules = { total_is_sum = "info" }\n')
    put(workspace, "so-y-te", MONDAY, *WRONG)
    put(workspace, "ubnd-huyen-a", MONDAY, "Đất đai;1;2;3")
    out = tyle("run", "--date", MONDAY, "--workspace", workspace.root)[1]
    assert out.count("†") == 1
    assert "Sở Y tế: † tính dù trái quy tắc đã hạ mức: total_is_sum; số liệu có dấu khi công bố" in out


@pytest.mark.slow
def test_the_report_of_a_released_wrong_sum_has_its_footnote_in_four_formats(tyle: Tyle, tmp_path: Path) -> None:
    workspace = wrong_sum(tmp_path / "w")
    tyle("quarantine", "release", V1, *WHY, "--workspace", workspace.root)
    assert tyle("report", "--month", "2022-08", "--to", tmp_path, "--workspace", workspace.root)[0] == 0
    files = {path.suffix: path.read_bytes() for path in tmp_path.glob("bao-cao-*")}
    word, page, pdf = text_of_docx(files[".docx"]), text_of_html(files[".html"]), text_of_pdf(files[".pdf"])
    sheet = str(tables_of_xlsx(files[".xlsx"])[1])
    for text in (word, page, pdf, sheet):
        assert "Sở Y tế [2]" in text
    book = openpyxl.load_workbook(io.BytesIO(files[".xlsx"]))["Phụ lục 02"]
    notes = " ".join(str(cell.value) for cell in book["A"])
    for text in (word, page, pdf, notes):
        assert "(1) + (2) ≠ (3): 480 + 120 = 600, không phải 609" in text
        assert "".join(f"{V1}#released".split()) in "".join(text.split())
