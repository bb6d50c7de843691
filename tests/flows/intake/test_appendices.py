"""The appendices of August 2022 as one shared export, in four formats: they give the marts of the report."""

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.settings.workspace import Workspace, create_workspace, open_workspace
from flows.work.day import DayResult
from tests.flows.intake.appendices import ALL, FORMATS, SUMS, Table, tables
from tests.flows.workspaces import outcomes, put, run, to_lake
from warehouse.places.permissions import owner_only

DAY = date(2022, 8, 25)
SETTINGS = """
[[shared]]
id = "bao-cao"
by = "row"
basis = "month_to_date"
source = { kind = "folder", path = "inbox/shared/{unit_id}" }
"""


def workspace_with(root: Path, kind: str, given: list[Table]) -> Workspace:
    owner_only()
    create_workspace(root)
    (root / "tyle.toml").write_text(SETTINGS, encoding="utf-8")
    workspace = open_workspace(root)
    put(workspace, "shared/bao-cao", DAY, content=FORMATS[kind](given))
    return workspace


def held(result: DayResult) -> dict[str, str]:
    return {unit: outcome for unit, outcome in outcomes(result).items() if outcome in ("quarantined", "missing")}


@pytest.mark.parametrize(
    "kind", ["docx", *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("csv", "html", "xlsx"))]
)
def test_the_appendices_are_a_delivery_of_each_unit(kind: str, tmp_path: Path) -> None:
    result = to_lake(workspace_with(tmp_path, kind, tables()), DAY)
    assert held(result) == {}
    assert result.states.height == 26 + 1
    # UBND TP Thái Nguyên prints 42 where 41,85 is exact
    warned = result.findings.filter(rule="rate_has_decimals")["delivery_id"].to_list()
    assert [id_.split(":")[0] for id_ in warned] == ["ubnd-tp-thai-nguyen"]


def test_they_give_the_rates_of_the_report(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, "docx", tables())
    run(workspace, DAY)
    with duckdb.connect(str(workspace.root / "published" / "marts.duckdb"), read_only=True) as marts:
        found = marts.sql(
            "SELECT unit_group, online, in_person, total, online_rate_pct FROM marts.monthly_group_rates "
            "WHERE month = '2022-08' AND unit_group <> 'communes'"
        ).pl()
        units = marts.sql("SELECT count(*) FROM marts.monthly_unit_rates WHERE total IS NOT NULL").fetchall()
    rates = {group: tuple(map(float, row)) for group, *row in found.iter_rows()}
    assert rates == {
        group: (*map(float, row[:3]), float(row[3].replace(",", "."))) for group, row in {**SUMS, "all": ALL}.items()
    }
    assert units == [(26,)]


@pytest.mark.slow
def test_a_wrong_sum_of_one_appendix_holds_back_its_units_alone(tmp_path: Path) -> None:
    whole, departments, districts = tables()
    departments[1][0][4] = "18.858"
    result = to_lake(workspace_with(tmp_path, "xlsx", [whole, departments, districts]), DAY)
    assert {unit.split("-")[0] for unit in held(result)} == {"so", "ban"}
    assert len(held(result)) == 17


@pytest.mark.slow
def test_a_unit_that_stands_in_two_appendices_is_refused_by_name(tmp_path: Path) -> None:
    _, departments, districts = tables(ubnd_huyen_phu_binh="Sở Y tế")
    result = to_lake(workspace_with(tmp_path, "csv", [departments, districts]), DAY)
    assert held(result) == {"so-y-te": "quarantined", "ubnd-huyen-phu-binh": "missing"}
    assert "so-y-te có hai lần trong tệp" in result.findings.filter(rule="readable")["message"].item()


def test_a_figure_that_is_no_number_holds_back_its_unit_and_is_said_of_the_sums(tmp_path: Path) -> None:
    whole, departments, districts = tables()
    departments[1][16][2] = "85 hồ sơ"
    result = to_lake(workspace_with(tmp_path, "docx", [whole, departments, districts]), DAY)
    assert held(result) == {"so-y-te": "quarantined"}
    said = result.findings.filter(rule="group_total_is_compared")["message"]
    assert said.str.contains("số của “Sở Y tế” không đọc được").all()
    assert said.len() > 20
    assert set(result.stored.filter(pl.col("unit_id").str.starts_with("ubnd"))["status"]) == {"accepted_with_warnings"}
