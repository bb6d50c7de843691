"""A source that gives one file for day after day is noticed, from day to day and within one run alike."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from flows.runs.lakes import lake_of
from tests.flows.workspaces import MONDAY, put, small_workspace, to_lake
from warehouse.ledger.deliveries import seen

ROWS = ("Đất đai;40;20;60", "Hộ tịch;0;5;5")
OTHERS = ("Đất đai;41;20;61", "Hộ tịch;0;5;5")
FEW = ("Đất đai;1;0;1",)


def taken(root: Path, *files: tuple[str, ...], runs: tuple[int, ...]) -> list[str]:
    """The status of Sở Y tế's file of each day from Monday; `runs`: the days (0 = Monday) on which a run takes them."""
    workspace = small_workspace(root)
    days = [MONDAY + timedelta(days=n) for n in range(len(files))]
    for number, (day, rows) in enumerate(zip(days, files, strict=True)):
        put(workspace, "so-y-te", day, *rows)
        if number in runs:
            to_lake(workspace, day)
    with lake_of(workspace) as lake:
        found = seen(lake, MONDAY, date(2022, 8, 31)).filter(pl.col("unit_id") == "so-y-te")
    return found.sort("business_date")["status"].to_list()


def test_the_third_same_file_in_a_row_is_held_back(tmp_path: Path) -> None:
    assert taken(tmp_path, ROWS, ROWS, ROWS, OTHERS, runs=(0, 1, 2, 3)) == [
        "accepted",
        "accepted_with_warnings",
        "quarantined",
        "accepted",
    ]


@pytest.mark.slow
def test_so_it_is_when_one_run_takes_all_of_the_days(tmp_path: Path) -> None:
    found = taken(tmp_path, ROWS, ROWS, ROWS, OTHERS, runs=(3,))
    assert [status == "quarantined" for status in found] == [False, False, True, False]


@pytest.mark.slow
def test_few_cases_may_be_the_same_for_days(tmp_path: Path) -> None:
    assert taken(tmp_path, FEW, FEW, FEW, FEW, runs=(3,)) == ["accepted"] * 4
