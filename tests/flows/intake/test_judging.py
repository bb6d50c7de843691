"""Judging a day end to end: what fails is held back and found, a broken judge gives no verdict, pages are linked."""

import json
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.cli import main
from flows.settings.workspace import open_workspace
from tests.flows.workspaces import MONDAY, UNITS, put, put_all, run, small_workspace
from warehouse.lake.opening import open_lake
from warehouse.ledger.deliveries import delivery, quarantined

if TYPE_CHECKING:
    import great_expectations as gx

MANY = 300
ROWS = 1000


def tyle(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """A command in this process: exit code, stdout, stderr."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


@pytest.fixture
def many_units(tmp_path: Path) -> Path:
    """A workspace of 300 units."""
    root = small_workspace(tmp_path / "many").root
    lines = [
        f"xa-{number:03d},Xã số {number},xa,communes,{number},2022-01-01,,pending,every_day,,"
        for number in range(1, MANY + 1)
    ]
    header = UNITS.splitlines()[0]
    (root / "reference" / "units.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return root


def test_all_failing_deliveries_and_all_failing_rows_are_found(many_units: Path) -> None:
    workspace = open_workspace(many_units)
    unit_ids = workspace.registry.units["unit_id"].to_list()
    for unit_id in unit_ids[1:]:
        put(workspace, unit_id, MONDAY, "Đất đai;1;2;4")
    put(workspace, unit_ids[0], MONDAY, *(f"Lĩnh vực số {number};1;2;4" for number in range(ROWS)))
    result = run(workspace, MONDAY)
    assert result.states["outcome"].to_list() == ["quarantined"] * MANY
    with open_lake(many_units) as lake:
        assert sorted(quarantined(lake)["unit_id"]) == unit_ids
        found = delivery(lake, f"{unit_ids[0]}:{MONDAY}:summary:v1")
    assert found
    rows = found[1].filter(rule="total_is_sum")
    assert rows["row_number"].to_list() == list(range(2, ROWS + 2))
    assert result.docs
    page = result.docs.read_text(encoding="utf-8")
    assert f"{unit_ids[0]} · inbox/{unit_ids[0]}/{MONDAY}.csv: {ROWS} dòng" in page
    assert [unit_id for unit_id in unit_ids if f"{unit_id} · " not in page] == []


def raising_suite(contract: str) -> "gx.ExpectationSuite":
    """A suite whose one expectation names a column that does not exist: Great Expectations itself raises."""
    import great_expectations as gx
    import great_expectations.expectations as gxe

    lost = gxe.ExpectColumnValuesToBeBetween(
        column="no_such_fact", min_value=0, max_value=0, meta={"rule": "total_is_sum"}
    )
    return gx.ExpectationSuite(name=contract, expectations=[lost])


@pytest.mark.slow
def test_an_expectation_that_raises_ends_the_run_in_one_line_and_stores_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import expectations.context

    workspace = small_workspace(tmp_path / "w")
    put_all(workspace, MONDAY)
    with monkeypatch.context() as broken:
        broken.setattr(expectations.context, "suite", raising_suite)
        broken.setattr(expectations.context, "_prepared", expectations.context._prepared.__wrapped__)  # no cache
        code, _, err = tyle(capsys, "run", "--date", MONDAY, "--workspace", workspace.root)
    assert code == 1
    assert err.splitlines()[-1].startswith("tyle: total_is_sum: ")
    assert "no_such_fact" in err.splitlines()[-1]
    assert "Traceback" not in err
    assert not workspace.published.exists()
    with open_lake(workspace.root) as lake, lake.snapshot() as cursor:
        assert cursor.execute("SELECT count(*) FROM lake.deliveries").fetchall() == [(0,)]
    code, _, _ = tyle(capsys, "run", "--date", MONDAY, "--workspace", workspace.root)
    assert code == 0, "once mended, the same exports are judged"


@pytest.mark.slow
def test_outcomes_lead_to_the_page_of_their_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = small_workspace(tmp_path / "w")
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, "Đất đai;1;2;4")
    page = workspace.root / "gx" / "docs" / f"{MONDAY}.html"
    on = ("--date", MONDAY, "--workspace", workspace.root)
    assert json.loads(tyle(capsys, "run", *on, "--json")[1])["docs"] == str(page)
    assert f"so-y-te · inbox/so-y-te/{MONDAY}.csv: 1 dòng" in unescape(page.read_text(encoding="utf-8"))
    assert f"Data Docs: {page}" in tyle(capsys, "status", *on)[1]
    assert {state["docs"] for state in json.loads(tyle(capsys, "status", *on, "--json")[1])} == {str(page)}
    page.unlink()
    assert {state["docs"] for state in json.loads(tyle(capsys, "status", *on, "--json")[1])} == {None}
    assert tyle(capsys, "docs", *on) == (0, f"{page}\n", "")
    assert page.is_file()
    code, _, err = tyle(capsys, "docs", "--date", "2022-08-02", "--workspace", workspace.root)
    assert (code, err) == (1, "tyle: ngày 2022-08-02: chưa kiểm tra tệp nào\n")


@pytest.mark.slow
def test_a_late_export_is_on_the_page_of_its_own_day(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w")
    put_all(workspace, MONDAY)
    run(workspace, MONDAY)
    tuesday = MONDAY.replace(day=2)
    put_all(workspace, tuesday)
    put(workspace, "so-y-te", MONDAY, "Đất đai;1;2;4", tag="_lan2")
    result = run(workspace, tuesday)
    assert result.docs
    assert "_lan2" not in result.docs.read_text(encoding="utf-8")
    assert f"{MONDAY}_lan2.csv: 1 dòng" in result.docs.with_stem(str(MONDAY)).read_text(encoding="utf-8")
    assert result.stored.filter(pl.col("business_date") == MONDAY)["status"].to_list() == ["quarantined"]
