"""One extract of a province: 120 units in one file, each judged by itself. Recipe (a) of docs/shared-exports.md."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from flows.runs.lakes import lake_of
from flows.settings.workspace import Workspace, open_workspace
from flows.work.day import DayResult
from tests.flows.workspaces import MONDAY, morning_after, put, run, small_workspace, to_lake
from warehouse.ledger.deliveries import delivery, quarantined, seen

TUESDAY = MONDAY + timedelta(days=1)
UNITS = 120
SHARED = """
[[shared]]
id = "daily"
source = {{ kind = "folder", path = "inbox/shared/{{unit_id}}" }}
by = "{by}"
"""
FIELDS = ("Đất đai", "Hộ tịch")


def name(number: int) -> str:
    return f"Xã Số {number:03d}" if number > 20 else f"Sở Việc {number:03d}"


def unit(number: int) -> str:
    return f"xa-{number:03d}" if number > 20 else f"so-{number:03d}"


def province(root: Path, by: str = "column") -> Workspace:
    """A workspace of 20 departments and 100 communes that one file holds."""
    small_workspace(root, SHARED.format(by=by))
    lines = ["unit_id,name,unit_type,unit_group,report_order,valid_from,valid_to,code,calendar,aliases,successors"]
    for number in range(1, UNITS + 1):
        kind, group = ("so", "departments") if number <= 20 else ("xa", "communes")
        lines.append(f"{unit(number)},{name(number)},{kind},{group},{number},2022-01-01,,pending,every_day,,")
    (root / "reference" / "units.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return open_workspace(root)


def figures(number: int, field: int = 0) -> tuple[int, int, int]:
    online, in_person = 10 + number % 7 + field, 3 + number % 5
    return online, in_person, online + in_person


def rows(names: Mapping[int, str] = {}, wrong: int = 0) -> list[str]:
    """The rows of all units, with other names for some, and a row that does not add up."""
    found = []
    for number in range(1, UNITS + 1):
        for at, field in enumerate(FIELDS):
            online, in_person, total = figures(number, at)
            total += number == wrong and at == 1
            found.append(f"{names.get(number, name(number))};{field};{online};{in_person};{total}")
    return found


def totals(departments_off: int = 0, province_off: int = 0) -> list[str]:
    """The sums of the departments and of the province, right or not."""
    every = [figures(number, at) for number in range(1, UNITS + 1) for at in range(len(FIELDS))]
    own = every[: 20 * len(FIELDS)]
    of_departments = [sum(column) for column in zip(*own, strict=True)]
    of_all = [sum(column) for column in zip(*every, strict=True)]
    of_departments[2] += departments_off
    of_all[2] += province_off
    return [
        f"Sở, ban, ngành;;{';'.join(map(str, of_departments))}",
        f"Tổng cộng;;{';'.join(map(str, of_all))}",
    ]


def send(workspace: Workspace, day: date, *lines: str, tag: str = "", sent: date | None = None) -> None:
    text = "\n".join(["Đơn vị;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số", *lines]) + "\n"
    put(workspace, "shared/daily", day, content=text.encode(), tag=tag, sent=sent)


def outcomes(result: DayResult) -> dict[str, int]:
    units = result.states.filter(~pl.col("unit_id").str.starts_with("@"))
    return dict(units["outcome"].value_counts().iter_rows())


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, DayResult]:
    workspace = province(tmp_path_factory.mktemp("province"))
    send(workspace, MONDAY, *rows(), *totals())
    return workspace, run(workspace, MONDAY)


def test_one_file_is_a_delivery_of_each_unit_and_lands_once(good: tuple[Workspace, DayResult]) -> None:
    workspace, result = good
    assert outcomes(result) == {"accepted": UNITS}
    with lake_of(workspace) as lake:
        row, _ = delivery(lake, "xa-077:2022-08-01:summary:v1") or pytest.fail("not stored")
        stored = seen(lake, MONDAY, MONDAY)
    assert row["part"].item() == "Xã Số 077"
    assert row["row_count"].item() == len(FIELDS)
    assert stored.filter(pl.col("unit_id") == "@daily").height == 1
    packs = list((workspace.root / "landing").rglob("*.zip"))
    assert len(packs) == 1


def test_the_published_marts_hold_the_units_and_not_the_export(good: tuple[Workspace, DayResult]) -> None:
    import duckdb

    workspace, _ = good
    with duckdb.connect(str(workspace.root / "published" / "marts.duckdb"), read_only=True) as marts:
        status = marts.sql("SELECT unit_id, outcome FROM marts.export_status").pl()
        rates = marts.sql("SELECT unit_id, online, total FROM marts.daily_unit_rates WHERE unit_id = 'xa-077'").pl()
    assert status.height == UNITS
    assert set(status["outcome"]) == {"accepted"}
    assert rates.row(0) == ("xa-077", *(sum(figures(77, at)[place] for at in range(2)) for place in (0, 2)))


def test_the_same_file_again_is_nothing_new(good: tuple[Workspace, DayResult]) -> None:
    workspace, _ = good
    assert run(workspace, MONDAY).stored.is_empty()


def test_a_faulty_row_an_unknown_unit_and_a_missing_one_concern_themselves_alone(tmp_path: Path) -> None:
    workspace = province(tmp_path)
    lines = [line for line in rows({5: "Sở Viêc 005x"}, wrong=30) if not line.startswith("Xã Số 040")]
    send(workspace, MONDAY, *lines)
    result = to_lake(workspace, MONDAY)
    assert outcomes(result) == {"accepted": UNITS - 3, "quarantined": 1, "missing": 2}
    with lake_of(workspace) as lake:
        held = {row["unit_id"]: row["reason"] for row in quarantined(lake).iter_rows(named=True)}
        _, found = delivery(lake, "@daily/so-viec-005x:2022-08-01:summary:v1") or pytest.fail("not stored")
    assert held == {"xa-030": "total_is_sum", "@daily/so-viec-005x": "readable"}
    (message,) = found["message"].to_list()
    assert message.startswith("dòng 10: không biết đơn vị “Sở Viêc 005x” (dòng 10, 11); gần giống: Sở Việc 005")
    assert message.endswith('tyle units alias "Sở Viêc 005x" so-005')


def test_a_wrong_sum_of_a_group_holds_back_that_group_until_the_file_is_right(tmp_path: Path) -> None:
    workspace = province(tmp_path)
    send(workspace, MONDAY, *rows(), *totals(departments_off=1))
    result = to_lake(workspace, MONDAY)
    assert outcomes(result) == {"quarantined": 20, "accepted": 100}
    held = result.states.filter(outcome="quarantined")
    assert set(held["rules_broken"]) == {"group_total_is_sum"}
    message = result.findings.filter(rule="group_total_is_sum")["message"][0]
    assert "dòng 242 “Sở, ban, ngành”: Tổng số (3): ghi" in message
    send(workspace, MONDAY, *rows(), *totals(), sent=TUESDAY)
    restated = to_lake(workspace, MONDAY)
    assert outcomes(restated) == {"accepted": UNITS}
    # what did not change is no new version
    assert restated.stored.filter(pl.col("unit_id").str.starts_with("xa-")).is_empty()


@pytest.mark.slow
def test_a_wrong_sum_of_the_province_holds_back_all_and_says_that_the_groups_are_right(tmp_path: Path) -> None:
    workspace = province(tmp_path)
    send(workspace, MONDAY, *rows(), *totals(province_off=1))
    result = to_lake(workspace, MONDAY)
    assert outcomes(result) == {"quarantined": UNITS}
    messages = result.findings.filter(rule="group_total_is_sum")["message"]
    assert messages.str.contains("dòng tổng của các khối đều đúng").all()


def test_the_next_day_restates_one_unit_alone(good: tuple[Workspace, DayResult]) -> None:
    workspace, _ = good
    online, in_person, total = figures(33)
    changed = [
        f"Xã Số 033;Đất đai;{online + 1};{in_person};{total + 1}" if line.startswith("Xã Số 033;Đất đai") else line
        for line in rows()
    ]
    send(workspace, TUESDAY, *rows())
    send(workspace, MONDAY, *changed, sent=TUESDAY)
    stored = to_lake(workspace, TUESDAY).stored.filter(business_date=MONDAY)
    assert sorted(stored["delivery_id"]) == ["@daily:2022-08-01:summary:v2", "xa-033:2022-08-01:summary:v2"]


@pytest.mark.slow
def test_a_file_that_does_not_come_is_one_alert_and_not_one_of_each_unit(tmp_path: Path) -> None:
    workspace = province(tmp_path)
    send(workspace, MONDAY, *rows())
    to_lake(workspace, MONDAY)
    result = to_lake(workspace, TUESDAY, now=morning_after(TUESDAY + timedelta(days=1)), alert=True)
    assert outcomes(result) == {"missing": UNITS}
    opened = [(alert.unit_id, alert.rule) for alert in result.alerts.opened]
    assert ("@daily", "missing") in opened
    assert not [one for one in opened if not one[0].startswith("@")]


@pytest.mark.slow
def test_a_file_that_cannot_be_read_is_held_back_by_its_own_name(tmp_path: Path) -> None:
    workspace = province(tmp_path)
    put(workspace, "shared/daily", MONDAY, content=b"%PDF-1.4 not a table")
    result = to_lake(workspace, MONDAY)
    assert result.states.filter(unit_id="@daily")["outcome"].item() == "quarantined"
    assert outcomes(result) == {"missing": UNITS}
    assert "PDF" in result.findings["message"].item()
