"""Lakes that older versions really wrote (fixtures/README.md): they open, keep their figures, and go on."""

import re
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows.settings.workspace import Workspace
from flows.work.outputs.marts import month_marts
from tests.flows.workspaces import MONDAY, outcomes, put_all, run, small_workspace
from transforms.check.history.past import sums_of
from warehouse.care.compaction import care
from warehouse.lake.opening import open_lake

FIXTURES = Path(__file__).parent / "fixtures"
VERSIONS = ("lake-v1", "lake-v3")
WRITTEN = {"so-y-te": (128, 40, 168, 3), "so-noi-vu": (5, 15, 20, 3), "ubnd-huyen-a": (6, 14, 20, 2)}
GROWN = {"so-y-te": (129, 47, 176, 4), "so-noi-vu": (7, 22, 29, 4), "ubnd-huyen-a": (9, 21, 30, 3)}


@pytest.fixture(params=[VERSIONS[0], *(pytest.param(one, marks=pytest.mark.slow) for one in VERSIONS[1:])])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Workspace:
    made = small_workspace(tmp_path / "home")
    with zipfile.ZipFile(FIXTURES / f"{request.param}.zip") as archive:
        archive.extractall(made.root)
    return made


def figures(workspace: Workspace) -> dict[str, tuple[int, ...]]:
    with open_lake(workspace.root) as lake:
        rates = month_marts(workspace, lake, "2022-08")["monthly_unit_rates"]
    rows = rates.select("unit_id", "online", "in_person", "total", "days_accepted").iter_rows()
    return {unit_id: tuple(numbers) for unit_id, *numbers in rows}


def test_an_old_lake_opens_with_its_figures_and_takes_a_new_day(workspace: Workspace) -> None:
    assert figures(workspace) == WRITTEN
    thursday = MONDAY + timedelta(days=3)
    put_all(workspace, thursday)
    result = run(workspace, thursday)
    assert set(outcomes(result).values()) == {"accepted"}
    assert result.published.publication is not None
    assert figures(workspace) == GROWN


@pytest.mark.slow
def test_what_deliveries_state_in_all_is_made_up_for_an_old_lake(workspace: Workspace) -> None:
    """Old deliveries and the new one have the sums and signatures that the check works out of their counts."""
    thursday = MONDAY + timedelta(days=3)
    put_all(workspace, thursday)
    run(workspace, thursday)
    with open_lake(workspace.root) as lake, lake.snapshot() as cursor:
        kept = cursor.sql("SELECT * EXCLUDE (unit_id, business_date, basis, version) FROM lake.delivery_sums").pl()
        counts = cursor.sql("FROM lake.daily_counts JOIN lake.deliveries USING (delivery_id)").pl()
    assert kept["delivery_id"].n_unique() == counts["delivery_id"].n_unique() == kept.height
    numbered = counts.with_columns(file=pl.col("delivery_id").rank("dense"))
    ids = numbered.unique("file")
    again = sums_of(numbered.drop("contract"), ids).join(ids.select("file", "delivery_id"), on="file").drop("file")
    assert_frame_equal(kept.select(again.columns), again, check_row_order=False)


@pytest.mark.slow
def test_files_of_before_and_after_a_change_of_tables_are_cared_for(workspace: Workspace) -> None:
    thursday = MONDAY + timedelta(days=3)
    put_all(workspace, thursday)
    run(workspace, thursday)
    with open_lake(workspace.root) as lake:
        cared = care(lake, datetime(2030, 1, 1))
    assert cared.files_after < cared.files_before
    assert figures(workspace) == GROWN


def test_the_fixtures_name_no_place_of_this_machine(workspace: Workspace) -> None:
    catalog = (workspace.root / "lake" / "catalog.sqlite").read_bytes()
    assert set(re.findall(rb"/[\w/.-]+/lake/", catalog)) == {b"/srv/tyle/lake/"}
