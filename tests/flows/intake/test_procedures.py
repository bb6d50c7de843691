"""Cases by procedure on their way from a list to the published mart, for the unit for which each case counts."""

import json
from pathlib import Path

import pytest

from flows.settings.workspace import open_workspace
from tests.flows.intake.test_sides import CASES, rows, workspace_of
from tests.flows.workspaces import MONDAY, outcomes, put, run
from warehouse.published.read import read_published

LISTED = "code,list,name,valid_from,valid_to,source\n1.000123,full-process,Cấp bản sao,2022-01-01,,tự đặt\n"


@pytest.mark.parametrize(
    ("count_for", "expected"),
    [
        ("handling", {"xa-a": 2, "xa-b": 2, "xa-c": 1}),
        pytest.param("receiving", {"xa-a": 3, "xa-b": 1}, marks=pytest.mark.slow),
    ],
)
def test_each_case_counts_for_one_unit_and_a_name_for_no_procedure(
    tmp_path: Path, count_for: str, expected: dict[str, int]
) -> None:
    workspace = workspace_of(tmp_path / "w", count_for)
    (workspace.root / "reference" / "procedures.csv").write_text(LISTED, encoding="utf-8")
    workspace = open_workspace(workspace.root)
    for unit_id in ("xa-a", "xa-b", "xa-c"):
        listed = rows(unit_id, CASES, MONDAY)
        for row in listed:
            if row["DonViXuLy"] == row["DonViTiepNhan"] == "UBND xã C":
                row["MaTTHC"] = "Nguyễn Văn A"
            if row["DonViTiepNhan"] == "UBND xã C" and row["DonViXuLy"] == "UBND xã A":
                row["MaTTHC"] = "1.000123" if count_for == "handling" else "không rõ"
        put(workspace, unit_id, MONDAY, content=json.dumps(listed).encode())
    assert set(outcomes(run(workspace, MONDAY)).values()) == {"accepted"}
    marts = read_published(workspace.published, "2022-08", only=["monthly_procedure_rates", "procedures"])
    mart = marts["monthly_procedure_rates"]
    assert dict(mart.select("unit_id", "total").iter_rows()) == expected
    assert mart.select("procedure", "procedure_name", "procedure_lists").unique().rows() == [
        ("1.000123", "Cấp bản sao", "full-process")
    ]
    assert marts["procedures"]["procedure"].to_list() == ["1.000123"]
