"""Three communes that receive and handle each other's cases: each case counts once, for the chosen one."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.runs.lakes import lake_of
from flows.settings.workspace import Workspace, open_workspace
from flows.work.changed_configuration import changes
from tests.flows.workspaces import MONDAY, UNITS, outcomes, put, run, small_workspace, to_lake
from tests.transforms.test_cases import GOOD
from warehouse.published.read import read_published

COMMUNES = {"xa-a": "UBND xã A", "xa-b": "UBND xã B", "xa-c": "UBND xã C"}
# handling and receiving unit of each case; both list it
CASES = [("xa-a", "xa-a"), ("xa-b", "xa-a"), ("xa-b", "xa-a"), ("xa-a", "xa-c"), ("xa-c", "xa-c"), ("xa-c", "xa-b")]
EXPECTED = {
    "handling": {"xa-a": 2, "xa-b": 2, "xa-c": 2},
    "receiving": {"xa-a": 3, "xa-b": 1, "xa-c": 2},
}


def workspace_of(root: Path, count_for: str) -> Workspace:
    settings = f'[exports]\ncontract = "cases"\ncount_for = "{count_for}"\n'
    workspace = small_workspace(root, settings)
    units = [
        f"{unit_id},{name},xa,communes,{number},2022-01-01,,pending,every_day,,"
        for number, (unit_id, name) in enumerate(COMMUNES.items(), start=1)
    ]
    (root / "reference" / "units.csv").write_text("\n".join([UNITS.splitlines()[0], *units]) + "\n", encoding="utf-8")
    return open_workspace(workspace.root)


def rows(unit_id: str, made: list[tuple[str, str]], day: date) -> list[dict[str, str]]:
    """The cases of a unit, by whichever of its two sides."""
    return [
        GOOD
        | {
            "MaHoSo": f"H55.14-220801-{number:04d}",
            "NgayTiepNhan": f"{day:%Y%m%d}081500",
            "DonViXuLy": COMMUNES[handling],
            "DonViTiepNhan": COMMUNES[receiving],
        }
        for number, (handling, receiving) in enumerate(made, start=1)
        if unit_id in (handling, receiving)
    ]


def send(workspace: Workspace, unit_id: str, made: list[tuple[str, str]], day: date = MONDAY, tag: str = "") -> None:
    put(workspace, unit_id, day, content=json.dumps(rows(unit_id, made, MONDAY)).encode(), tag=tag)


def counted(workspace: Workspace) -> dict[str, list[str]]:
    """unit_id → the cases that count now."""
    with lake_of(workspace) as lake, lake.snapshot() as cursor:
        found = cursor.execute(
            "SELECT unit_id, case_id FROM lake.cases WHERE delivery_id IN ("
            "SELECT arg_max(delivery_id, version) FROM lake.deliveries WHERE status LIKE 'accepted%' "
            "GROUP BY unit_id, business_date) ORDER BY ALL"
        ).fetchall()
    return {unit_id: [case_id for own, case_id in found if own == unit_id] for unit_id in COMMUNES}


@pytest.mark.parametrize("count_for", ["handling", pytest.param("receiving", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "order", [("xa-c", "xa-b", "xa-a"), pytest.param(("xa-a", "xa-b", "xa-c"), marks=pytest.mark.slow)]
)
def test_in_whatever_order_their_files_come(tmp_path: Path, count_for: str, order: tuple[str, ...]) -> None:
    workspace = workspace_of(tmp_path / "w", count_for)
    for number, unit_id in enumerate(order):  # each in a run of its own
        send(workspace, unit_id, CASES)
        if number < len(order) - 1:
            to_lake(workspace, MONDAY, (unit_id,))
    day = run(workspace, MONDAY)
    assert set(outcomes(day).values()) == {"accepted"}
    found = counted(workspace)
    assert {unit_id: len(ids) for unit_id, ids in found.items()} == EXPECTED[count_for]
    each_once = [f"H55.14-220801-{number:04d}" for number in range(1, 7)]
    assert sorted(one for ids in found.values() for one in ids) == each_once
    marts = read_published(workspace.published, "2022-08", only=["monthly_unit_rates", "monthly_group_rates"])
    months = marts["monthly_unit_rates"].select("unit_id", "total", "counted_for").rows()
    assert sorted(months) == [(unit_id, count, count_for) for unit_id, count in EXPECTED[count_for].items()]
    totals = marts["monthly_group_rates"].filter(unit_group="all").select("total", "counted_for").rows()
    assert totals == [(len(CASES), count_for)]


def test_a_changed_setting_says_what_becomes_of_accepted_lists(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path / "w", "handling")
    for unit_id in COMMUNES:
        send(workspace, unit_id, CASES)
    to_lake(workspace, MONDAY)
    (workspace.root / "tyle.toml").write_text('[exports]\ncontract = "cases"\ncount_for = "receiving"\n')
    with lake_of(workspace) as lake:
        assert changes(workspace, lake) == []
        (found,) = changes(open_workspace(workspace.root), lake)
    assert "count_for của 3 đơn vị (xa-a, xa-b, xa-c) từ handling thành receiving; 3 lần gửi đã nhận" in found.message


@pytest.mark.slow
@pytest.mark.parametrize("count_for", ["handling", "receiving"])
def test_restated_files_and_later_days(tmp_path: Path, count_for: str) -> None:
    workspace = workspace_of(tmp_path / "w", count_for)
    for unit_id in COMMUNES:
        send(workspace, unit_id, CASES)
    to_lake(workspace, MONDAY)
    moved = [("xa-c", "xa-a") if one == ("xa-b", "xa-a") else one for one in CASES]  # xã C handles them after all
    for unit_id in COMMUNES:
        send(workspace, unit_id, moved, tag="_lan2")
    tuesday = MONDAY + timedelta(days=1)
    to_lake(workspace, MONDAY)
    for unit_id in COMMUNES:  # the next day's files list the open cases of the day before again
        send(workspace, unit_id, moved, tuesday)
    to_lake(workspace, tuesday)
    found = counted(workspace)
    by_handling = {"xa-a": 2, "xa-b": 0, "xa-c": 4}
    expected = by_handling if count_for == "handling" else EXPECTED["receiving"]
    assert {unit_id: len(ids) for unit_id, ids in found.items()} == expected
    assert len({one for ids in found.values() for one in ids}) == len(CASES)
