"""Validity by day: a file for a day on which its unit does not exist never counts, and nothing is expected then.

A unit that has ended is asked on, as long as its last days may still come.
"""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from demo.clock import in_vietnam
from flows.alerts.standing import current_standing
from flows.cli import main
from flows.intake.asked import ASKED, asked_between, asked_days, asked_on, units_asked, windows_of
from flows.intake.expected import expected_exports
from flows.settings.workspace import Workspace, WorkspaceError, open_workspace
from flows.work.backfill import BackfillRequest, run_backfill
from flows.work.days import check_days, check_span
from flows.work.inspect import check_file
from flows.work.quarantine import release
from tests.flows.alerts.alerting import ledger
from tests.flows.workspaces import MONDAY, LakeSteps, put, run, small_workspace, to_lake
from tests.transforms.test_cases import GOOD
from transforms.reference.units import Registry
from warehouse.lake.opening import open_lake
from warehouse.ledger.decisions import Decision
from warehouse.ledger.states import current_states
from warehouse.places.errors import DecisionError

LAST, FIRST = date(2025, 6, 30), date(2025, 7, 1)  # Monday, Tuesday
UNITS = """\
unit_id,name,unit_type,unit_group,report_order,valid_from,valid_to,code,calendar,aliases,successors
so-y-te,Sở Y tế,so,departments,1,2022-01-01,,pending,every_day,,
ubnd-huyen-phu-luong,UBND huyện Phú Lương,ubnd-huyen,districts,1,2022-01-01,2025-06-30,pending,every_day,,xa-phu-luong
xa-phu-luong,UBND xã Phú Lương,xa,communes,1,2025-07-01,,pending,every_day,,
"""
ENDED, BEGUN, OTHER = "ubnd-huyen-phu-luong", "xa-phu-luong", "so-y-te"
ROW = "Đất đai;1;2;3"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return of_2025(tmp_path_factory.mktemp("validity") / "w")


def of_2025(root: Path, lookback: int = 10, units: str = UNITS) -> Workspace:
    workspace = small_workspace(root, f"[run]\nlookback_days = {lookback}\n")
    return with_units(workspace, units)


def with_units(workspace: Workspace, units: str) -> Workspace:
    (workspace.root / "reference" / "units.csv").write_text(units, encoding="utf-8")
    return open_workspace(workspace.root)


def night_after(day: date) -> datetime:
    """05:30 of the day after, when the schedule runs a day."""
    return in_vietnam(day + timedelta(days=1), 5, 30)


def daily(workspace: Workspace, *days: date, alert: bool = False) -> list[tuple[str, date, str]]:
    """Run the days one after another; all that was stored: unit, business date, status."""
    stored = [to_lake(workspace, day, now=night_after(day), alert=alert).stored for day in days]
    return pl.concat(stored).select("unit_id", "business_date", "status").sort("unit_id", "business_date").rows()


def states(workspace: Workspace, first: date, last: date) -> dict[tuple[str, date], str]:
    with open_lake(workspace.root) as lake:
        found = current_states(lake, first, last)
    return {(row["unit_id"], row["business_date"]): row["outcome"] for row in found.iter_rows(named=True)}


def test_a_file_for_a_day_before_its_unit_begins_is_held_back_with_that_reason(tmp_path: Path) -> None:
    begins = UNITS.replace("2025-07-01", "2022-08-05")
    workspace = of_2025(tmp_path, units=begins)
    early, first = date(2022, 8, 2), date(2022, 8, 5)
    put(workspace, BEGUN, early, "Đất đai;500;0;500")
    put(workspace, BEGUN, first, ROW)
    result = run(workspace, first, now=night_after(first))
    stored = result.stored.select("business_date", "status").sort("business_date").rows()
    assert stored == [(early, "quarantined"), (first, "accepted")]
    assert result.findings["message"].item() == (
        "quy tắc unit_exists_on_day: đơn vị phải có hiệu lực vào ngày số liệu "
        "(đơn vị có hiệu lực từ 05/08/2022, tệp của ngày 02/08/2022)"
    )


@pytest.mark.slow
def test_a_file_for_a_day_after_its_unit_ended_is_held_back_and_makes_the_run_end_with_it(tmp_path: Path) -> None:
    workspace = of_2025(tmp_path)
    put(workspace, ENDED, LAST, ROW)
    put(workspace, ENDED, FIRST, "Đất đai;900;0;900")
    result = to_lake(workspace, FIRST, now=night_after(FIRST))
    stored = result.stored.select("business_date", "status").sort("business_date").rows()
    assert stored == [(LAST, "accepted"), (FIRST, "quarantined")]
    assert (ENDED, FIRST) in result.held_back.select("unit_id", "business_date").rows()
    assert "đơn vị có hiệu lực đến 30/06/2025, tệp của ngày 01/07/2025" in result.findings["message"].item()


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "UBND huyện Phú Lương;;;\nLĩnh vực;Trực tuyến;Trực tiếp;Tổng số\nĐất đai;1;2;3\n",
        "Cấp: Cấp huyện;;;\nLĩnh vực;Trực tuyến;Trực tiếp;Tổng số\nĐất đai;1;2;3\n",
        "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Đơn vị\nĐất đai;1;2;3;UBND huyện Phú Lương\n",
    ],
)
def test_what_names_its_own_sender_is_held_back_for_its_day_alone_and_stops_nobody(tmp_path: Path, text: str) -> None:
    workspace = of_2025(tmp_path)
    put(workspace, ENDED, FIRST, content=text.encode())
    put(workspace, BEGUN, FIRST, ROW)
    result = to_lake(workspace, FIRST, now=night_after(FIRST))
    assert dict(result.stored.select("unit_id", "status").iter_rows()) == {ENDED: "quarantined", BEGUN: "accepted"}
    assert set(result.findings["rule"]) == {"unit_exists_on_day"}


@pytest.mark.slow
def test_outside_of_its_life_nothing_of_a_unit_is_missing_or_late(tmp_path: Path) -> None:
    workspace = of_2025(tmp_path)
    put(workspace, BEGUN, LAST, ROW, sent=FIRST + timedelta(days=5))
    put(workspace, ENDED, FIRST, ROW, sent=FIRST + timedelta(days=5))
    for day in (LAST, FIRST, FIRST + timedelta(days=1)):
        to_lake(workspace, day, now=in_vietnam(FIRST + timedelta(days=7), 8))
    with open_lake(workspace.root) as lake:
        found = current_states(lake, LAST - timedelta(days=20), FIRST + timedelta(days=7)).filter(
            pl.col("unit_id") != OTHER
        )
    assert not found["is_late"].any()
    assert found.select("unit_id", "business_date", "outcome", "rules_broken").rows() == [
        (ENDED, LAST, "missing", None),
        (ENDED, FIRST, "quarantined", "unit_exists_on_day"),
        (BEGUN, LAST, "quarantined", "unit_exists_on_day"),
        (BEGUN, FIRST, "missing", None),
        (BEGUN, FIRST + timedelta(days=1), "missing", None),
    ]


@pytest.mark.slow
def test_it_cannot_be_released_before_units_csv_is_right(tmp_path: Path) -> None:
    workspace = of_2025(tmp_path)
    put(workspace, ENDED, FIRST, ROW)
    to_lake(workspace, FIRST, now=night_after(FIRST))
    decision = Decision(f"{ENDED}:{FIRST}:summary:v1", "đã hỏi", "A", night_after(FIRST))
    with open_lake(workspace.root) as lake, pytest.raises(DecisionError) as refused:
        release(workspace, lake, decision)
    assert "đơn vị có hiệu lực đến 30/06/2025, tệp của ngày 01/07/2025" in str(refused.value)
    assert "sửa reference/units.csv, rồi cho qua lại" in str(refused.value)
    mended = with_units(workspace, UNITS.replace("2025-06-30", "2025-07-02"))
    with open_lake(workspace.root) as lake:
        assert release(mended, lake, decision).status == "accepted"


@pytest.mark.parametrize("severity", ["warning", "info", "off"])
def test_the_rule_cannot_be_eased(tmp_path: Path, severity: str) -> None:
    with pytest.raises(WorkspaceError, match="unit_exists_on_day: không hạ mức được"):
        small_workspace(tmp_path, f'[rules.summary]\nunit_exists_on_day = "{severity}"\n')


@pytest.mark.slow
@pytest.mark.parametrize("name", [ENDED, "UBND huyện Phú Lương"])
def test_check_says_what_a_run_says(tmp_path: Path, name: str) -> None:
    workspace = of_2025(tmp_path)
    file = put(workspace, ENDED, FIRST, ROW)
    verdict = check_file(workspace, file, name, FIRST, datetime.fromisoformat("2025-07-02T00:00:00+00:00"))
    result = to_lake(workspace, FIRST, now=night_after(FIRST))
    assert verdict.status == "quarantined"
    assert [fault.removeprefix(f"{file}: ") for fault in verdict.faults] == result.findings["message"].to_list()
    with pytest.raises(WorkspaceError, match="không có đơn vị này ngày 2025-07-01"):
        check_file(workspace, file, "ubnd-huyen-khac", FIRST, datetime.fromisoformat("2025-07-02T00:00:00+00:00"))


@pytest.mark.slow
@pytest.mark.parametrize("lookback", [0, 7])
def test_on_the_first_of_july_the_last_day_of_the_districts_is_still_taken(tmp_path: Path, lookback: int) -> None:
    """It came in the afternoon of 1 July, before the cut-off at 17:00; the runs are at 05:30."""
    workspace = of_2025(tmp_path, lookback)
    (workspace.root / "inbox" / ENDED).mkdir()  # set up: a unit without a folder is not missed
    put(workspace, OTHER, LAST, ROW)
    assert daily(workspace, LAST) == [(OTHER, LAST, "accepted")]
    assert states(workspace, LAST, LAST)[ENDED, LAST] == "missing"
    put(workspace, ENDED, LAST, ROW, sent=FIRST)
    put(workspace, BEGUN, FIRST, ROW)
    assert daily(workspace, FIRST) == [(ENDED, LAST, "accepted"), (BEGUN, FIRST, "accepted")]
    assert (ENDED, FIRST) not in states(workspace, LAST, FIRST)


@pytest.mark.slow
def test_late_corrections_of_an_ended_unit_are_taken_within_the_look_back_and_not_after(tmp_path: Path) -> None:
    workspace = of_2025(tmp_path, lookback=3)
    put(workspace, ENDED, LAST, ROW)
    daily(workspace, LAST)
    put(workspace, ENDED, LAST, "Đất đai;2;2;4", tag="_lan2", sent=LAST + timedelta(days=2))
    assert (ENDED, LAST, "accepted") in daily(workspace, LAST + timedelta(days=3))
    put(workspace, ENDED, LAST, "Đất đai;3;2;5", tag="_lan3", sent=LAST + timedelta(days=3))
    assert daily(workspace, LAST + timedelta(days=4)) == []


def test_without_a_look_back_an_ended_unit_is_asked_until_its_cut_off_and_no_longer(tmp_path: Path) -> None:
    """It ended on a Friday: the cut-off is on Monday, and the run of Monday is the first after it."""
    friday = date(2025, 6, 27)
    workspace = of_2025(tmp_path, 0, UNITS.replace("2025-06-30", f"{friday}"))
    asked = {day: set(asked_on(workspace, friday + timedelta(days=day))["unit_id"]) for day in range(5)}
    assert [ENDED in asked[day] for day in range(5)] == [True, True, True, True, False]
    on_monday = asked_on(workspace, friday + timedelta(days=3)).filter(unit_id=ENDED)
    assert on_monday.rows() == [(ENDED, "summary", friday, friday + timedelta(days=3))]


@pytest.mark.slow
def test_a_person_may_ask_an_ended_unit_as_long_as_runs_do(tmp_path: Path) -> None:
    workspace = of_2025(tmp_path, lookback=3)
    put(workspace, ENDED, LAST, ROW)
    day, now = LAST + timedelta(days=3), night_after(LAST + timedelta(days=3))
    check_days(workspace, [day], (ENDED,), now)
    result = to_lake(workspace, day, (ENDED,), now)
    assert result.stored.select("unit_id", "business_date", "status").rows() == [(ENDED, LAST, "accepted")]
    assert result.held_back.is_empty()
    later = LAST + timedelta(days=4)
    with pytest.raises(WorkspaceError, match=f"không có đơn vị này ngày {later}"):
        check_days(workspace, [later], (ENDED,), night_after(later))
    with pytest.raises(WorkspaceError, match=f"không có đơn vị này ngày {LAST}"):
        check_days(workspace, [LAST], (BEGUN,), night_after(later))
    check_span(workspace, date(2025, 6, 1), later, (ENDED, BEGUN), night_after(later))
    with pytest.raises(WorkspaceError, match="không có đơn vị này ngày 2025-07-04;"):
        check_span(workspace, later, later, (ENDED,), night_after(later))


@pytest.mark.slow
def test_a_backfill_takes_what_the_days_would_have_taken(tmp_path: Path) -> None:
    """Also where a unit begins or ends in the middle, and however the days are put into spans."""
    days = [LAST + timedelta(days=number) for number in range(-4, 6)]

    def filled(name: str, settings: str = "") -> Workspace:
        workspace = of_2025(tmp_path / name, lookback=3)
        (workspace.root / "tyle.toml").write_text(f"[run]\nlookback_days = 3\n{settings}", encoding="utf-8")
        for number, day in enumerate(days):
            for unit_id in (OTHER, ENDED, BEGUN):
                put(workspace, unit_id, day, f"Đất đai;{number};{len(unit_id)};{number + len(unit_id)}")
        return open_workspace(workspace.root)

    by_day = filled("days")
    daily(by_day, *days)
    expected = states(by_day, days[0], days[-1])
    assert expected[ENDED, days[7]] == "quarantined"
    assert (ENDED, days[8]) not in expected
    for size in (3, 14):
        spans = filled(f"spans{size}", f"backfill_days = {size}\n")
        with open_lake(spans.root) as lake:
            run_backfill(spans, lake, BackfillRequest(days[0], days[-1], night_after(days[-1])), LakeSteps())
        assert states(spans, days[0], days[-1]) == expected


@pytest.mark.slow
def test_the_missing_last_day_of_an_ended_unit_stays_open_until_it_is_there(tmp_path: Path) -> None:
    workspace = of_2025(tmp_path, lookback=2)
    put(workspace, ENDED, LAST - timedelta(days=1), ROW)
    put(workspace, ENDED, FIRST, ROW)  # after its end: says nothing of the last day
    days = [LAST + timedelta(days=number) for number in range(-1, 6)]
    daily(workspace, *days, alert=True)
    (alert,) = (alert for alert in ledger(workspace) if (alert.unit_id, alert.rule) == (ENDED, "missing"))
    assert (alert.closed, alert.days) == (None, [LAST])
    put(workspace, ENDED, LAST, ROW)
    with open_lake(workspace.root) as lake:
        run_backfill(workspace, lake, BackfillRequest(LAST, LAST, night_after(days[-1])), LakeSteps())
    daily(workspace, days[-1] + timedelta(days=1), alert=True)
    (alert,) = (alert for alert in ledger(workspace) if (alert.unit_id, alert.rule) == (ENDED, "missing"))
    assert alert.closed is not None


@pytest.mark.slow
def test_an_end_that_is_written_down_later_takes_back_what_was_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = of_2025(tmp_path, units=UNITS.replace("2025-06-30", ""))
    put(workspace, ENDED, LAST, ROW)
    daily(workspace, LAST, FIRST, alert=True)
    assert states(workspace, FIRST, FIRST)[ENDED, FIRST] == "missing"
    workspace = with_units(workspace, UNITS)
    again = to_lake(workspace, FIRST, now=night_after(FIRST + timedelta(days=1)), alert=True)
    assert ENDED not in again.states["unit_id"].to_list()
    with open_lake(workspace.root) as lake:
        standing = current_standing(workspace, lake, FIRST, night_after(FIRST + timedelta(days=3)))
    assert standing is not None
    assert ENDED not in {fault.unit_id for fault in standing.faults}
    with pytest.raises(SystemExit):
        main(("status", "--date", f"{FIRST}", "--json", "--workspace", str(workspace.root)))
    assert ENDED not in {row["unit_id"] for row in json.loads(capsys.readouterr().out)}


@pytest.mark.slow
def test_cases_of_a_list_that_is_held_back_for_its_day_count_for_nobody(tmp_path: Path) -> None:
    workspace = of_2025(tmp_path)
    (workspace.root / "tyle.toml").write_text('[exports]\ncontract = "cases"\n', encoding="utf-8")
    workspace = open_workspace(workspace.root)
    case = GOOD | {"MaHoSo": "H55.14-250630-0001", "NgayTiepNhan": "20250630080000", "DonViXuLy": ""}
    case |= {name: "20250701080000" for name in ("NgayHenTra", "NgayKetThucXuLy", "NgayTra") if case.get(name)}
    put(workspace, BEGUN, LAST, content=json.dumps([case]).encode())
    put(workspace, BEGUN, FIRST, content=json.dumps([case]).encode())
    result = to_lake(workspace, FIRST, now=night_after(FIRST))
    assert dict(result.stored.select("business_date", "status").iter_rows()) == {LAST: "quarantined", FIRST: "accepted"}


DAYS = st.integers(0, 20).map(lambda number: date(2025, 6, 20) + timedelta(days=number))


@given(
    begin=DAYS, end=st.none() | DAYS, first=DAYS, length=st.integers(0, 12), lookback=st.integers(0, 8), cut=st.data()
)
def test_a_backfill_asks_for_what_the_runs_of_its_days_ask_for(
    empty: Workspace, begin: date, end: date | None, first: date, length: int, lookback: int, cut: st.DataObject
) -> None:
    assume(end is None or end >= begin)
    last = first + timedelta(days=length)
    unit = empty.registry.units.head(1).with_columns(valid_from=pl.lit(begin), valid_to=pl.lit(end, pl.Date))
    run_settings = empty.settings.run.model_copy(update={"lookback_days": lookback})
    settings = empty.settings.model_copy(update={"run": run_settings})
    workspace = replace(empty, registry=Registry(unit), settings=settings)
    span = pl.date_range(first, last, eager=True).to_list()

    def days(*asked: pl.DataFrame) -> set[date]:
        windows = [window for frame in asked for window in windows_of(frame, night_after(last)).values()]
        return {day for window in windows for day in window.days() if first <= day <= last}

    by_day = days(*(asked_on(workspace, day) for day in span))
    units = units_asked(workspace, first, last)
    at = cut.draw(st.integers(0, length))
    parts = [part for part in (span[:at], span[at:]) if part]
    in_spans = days(*(asked_between(workspace, units, part[0], part[-1]) for part in parts))
    assert in_spans == by_day
    expected = set(expected_exports(workspace, unit, first, last)["business_date"])
    assert expected <= by_day
    assert all(begin <= day and (end is None or day <= end) for day in expected)


def test_days_that_are_asked_for_are_put_together() -> None:
    days = [MONDAY + timedelta(days=number) for number in (0, 1, 4)]
    rows = [("b", "summary", day) for day in days] + [("a", "summary", MONDAY), ("a", "cases", days[1])]
    asked = asked_days(
        pl.DataFrame(rows, schema={"unit_id": pl.String, "contract": pl.String, "business_date": pl.Date}, orient="row")
    )
    assert asked.schema == ASKED
    assert sorted(asked.rows()) == [
        ("a", "cases", days[1], days[1]),
        ("a", "summary", MONDAY, MONDAY),
        ("b", "summary", days[0], days[1]),
        ("b", "summary", days[2], days[2]),
    ]
    windows = windows_of(asked, night_after(MONDAY))
    assert {sender: list(window.days()) for sender, window in windows.items()} == {
        ("a", "cases"): [days[1]],
        ("a", "summary"): [MONDAY],
        ("b", "summary"): days,
    }
    assert not windows["b", "summary"].holds(days[1] + timedelta(days=1))
