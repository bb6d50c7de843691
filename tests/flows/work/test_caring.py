"""The lake's weekly care as a whole: what is past its retention goes, small files are joined, no figure changes."""

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from flows.settings.workspace import Workspace
from flows.work.care import care_for
from flows.work.outputs.marts import month_marts
from tests.flows.workspaces import MONDAY, morning_after, put_all, small_workspace, to_lake
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake
from warehouse.places.errors import LockedError
from warehouse.places.locks import hold

DAYS = 3


def rates(workspace: Workspace, lake: Lake) -> pl.DataFrame:
    return month_marts(workspace, lake, "2022-08")["monthly_unit_rates"]


@pytest.mark.slow
def test_originals_past_their_retention_go_files_are_joined_and_no_figure_changes(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w", "[landing]\nretention_days = { summary = 1 }\n")
    for day in (MONDAY + timedelta(days=offset) for offset in range(DAYS)):
        put_all(workspace, day)
        to_lake(workspace, day)
    now = morning_after(day)
    with open_lake(workspace.root) as lake:
        before = rates(workspace, lake)
        done = care_for(workspace, lake, now)
        assert rates(workspace, lake).equals(before)
        again = care_for(workspace, lake, now)
    assert done.purged.packs["summary"] == 2
    assert done.cared.files_after < done.cared.files_before
    assert (again.purged.packs["summary"], again.cared.files_before) == (0, done.cared.files_after)
    numbers = {row["Việc"]: row["Số"] for row in done.table()}
    assert numbers["Gói bản gốc quá hạn đã xóa (summary)"] == 2
    assert numbers["Tệp dữ liệu sau"] == done.cared.files_after


def test_while_another_writes_it_is_left_for_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = small_workspace(tmp_path / "w")
    monkeypatch.setattr("warehouse.care.purge.purge.__defaults__", (1, 0.1))
    with (
        open_lake(workspace.root) as lake,
        hold(lake.folder / "writer.lock"),
        pytest.raises(LockedError, match="Kho dữ liệu đang được tiến trình"),
    ):
        care_for(workspace, lake, morning_after(MONDAY))
