"""A verdict does not depend on how days are split into runs; cumulative figures agree with the days on both sides."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.intake import batch
from flows.runs.lakes import lake_of
from flows.settings.workspace import Workspace, open_workspace
from tests.flows.intake.histories import CENTRE, NOW, File, judged_by_facts, messages, send, take, taken, verdicts
from warehouse.ledger.decisions import Decision
from warehouse.ledger.withdrawals import withdraw

TABLE = "Lĩnh vực;Mức độ;Trực tuyến;Trực tiếp;Tổng số"
CUMULATIVE = '[units.so-y-te]\nbasis = "month_to_date"\n'
DAY_BY_DAY = [(0, 0), (1, 1), (2, 2)]
AT_ONCE = [(0, 2)]
HELD = ("quarantined", "month_to_date_grows")


@pytest.fixture(autouse=True)
def quickly() -> Iterator[None]:
    """Great Expectations finds what the facts say; it takes most of the time."""
    with judged_by_facts():
        yield


def stated(day: int, *rows: tuple[int, int, int], version: int = 0) -> File:
    """Sở Y tế's figures of a day, rows of level, online, in person."""
    fields = ("Đất đai", "Hộ tịch")
    lines = [f"{name};{level};{on};{off};{on + off}" for name, (level, on, off) in zip(fields, rows, strict=False)]
    return File("so-y-te", day, (TABLE, *lines), version)


def processed(day: int, received: int, settled: int, on_time: int, version: int = 0) -> File:
    return File(CENTRE, day, ("Tiếp nhận;Đã giải quyết;Đúng hạn", f"{received};{settled};{on_time}"), version)


def later(workspace_root: Path, before: list[File], after: list[File], settings: str = CUMULATIVE) -> Workspace:
    """Days taken, then these files for the same days taken by another run."""
    workspace = taken(workspace_root, before, AT_ONCE, settings)
    for file in after:
        send(workspace, file)
    with lake_of(workspace) as lake:
        take(workspace, lake, 0, 2)
    return workspace


@pytest.mark.slow
@pytest.mark.parametrize("spans", [DAY_BY_DAY, AT_ONCE, [(0, 1), (1, 2)]])
def test_a_fall_of_the_month_is_held_back_however_the_days_are_run(
    tmp_path: Path, spans: list[tuple[int, int]]
) -> None:
    files = [stated(0, (4, 100, 50)), stated(1, (4, 40, 10)), stated(2, (4, 110, 50))]
    workspace = taken(tmp_path, files, spans, CUMULATIVE)
    assert [(day, status, reason) for day, status, reason in verdicts(workspace) if status == "quarantined"] == [
        (2, *HELD)
    ]
    assert messages(workspace, "month_to_date_grows") == [
        (
            "dòng 2: quy tắc month_to_date_grows: số lũy kế trong tháng không giảm (trực tuyến trước 100, nay 40; "
            "trực tiếp trước 50, nay 10; tổng số trước 150, nay 50)"
        )
    ]


@pytest.mark.slow
@pytest.mark.parametrize("spans", [DAY_BY_DAY, AT_ONCE])
def test_what_is_held_back_is_no_past_of_the_days_after(tmp_path: Path, spans: list[tuple[int, int]]) -> None:
    """The second day breaks a sum; the third is above the first, but below the second."""
    wrong = File("so-y-te", 1, (TABLE, "Đất đai;4;900;50;960"))
    workspace = taken(tmp_path, [stated(0, (4, 100, 50)), wrong, stated(2, (4, 110, 50))], spans, CUMULATIVE)
    assert [status == "quarantined" for _, status, _ in verdicts(workspace)] == [False, True, False]


CASE = "Mã hồ sơ;Lĩnh vực;Hình thức nộp;Trạng thái;Mức độ;Ngày tiếp nhận;Ngày hẹn trả;Ngày trả kết quả"


def listed(day: int, *numbers: int, version: int = 0) -> File:
    """Sở Y tế's list of cases of a day."""
    of_case = "H55.14-220801-{:04};Dược;Trực tuyến;Đang xử lý;Toàn trình;01/08/2022;30/08/2022;"
    return File("so-y-te", day, (CASE, *(of_case.format(number) for number in numbers)), version)


@pytest.mark.slow
@pytest.mark.parametrize("spans", [DAY_BY_DAY, AT_ONCE])
@pytest.mark.parametrize(
    ("first", "again", "then", "settings"),
    [
        (stated(0, (4, 100, 0)), stated(0, (4, 100, 0), version=1), stated(1, (4, 50, 0)), CUMULATIVE),
        (listed(0, 1, 2), listed(0, 1, 2, version=1), listed(1, 2, 3), '[units.so-y-te]\ncontract = "cases"\n'),
    ],
    ids=["month to date", "cases"],
)
def test_a_file_that_repeats_a_withdrawn_delivery_is_no_past(
    tmp_path: Path, spans: list[tuple[int, int]], first: File, again: File, then: File, settings: str
) -> None:
    workspace = taken(tmp_path, [first], AT_ONCE, settings)
    with lake_of(workspace) as lake:
        with lake.snapshot() as cursor:
            (delivery_id,) = cursor.execute("SELECT delivery_id FROM lake.deliveries").fetchall()[0]
        withdraw(lake, [Decision(delivery_id, "Trần B", "gửi nhầm", NOW + timedelta(hours=1))])
        for file in (again, then):
            send(workspace, file)
        for number, (first_day, last_day) in enumerate(spans):
            take(workspace, lake, first_day, last_day, NOW + timedelta(hours=2, minutes=number))
        with lake.snapshot() as cursor:
            rows = "SELECT sum(row_count) FROM lake.deliveries WHERE business_date > '2022-08-01'"
            counted = cursor.execute("SELECT count(*) FROM lake.cases WHERE business_date > '2022-08-01'").fetchall()
            assert cursor.execute(rows).fetchall() == [(len(then.lines) - 1,)]
    assert [status for _, status, _ in verdicts(workspace)] == ["accepted", "duplicate", "accepted"]
    assert counted == [(2,) if then.lines[0] == CASE else (0,)]


def test_an_earlier_day_that_exceeds_an_accepted_later_one_is_held_back(tmp_path: Path) -> None:
    before = [stated(0, (4, 50, 50)), stated(1, (4, 100, 60)), stated(2, (4, 120, 70))]
    workspace = later(tmp_path, before, [stated(0, (4, 101, 50), version=1)])
    assert verdicts(workspace)[1] == (1, "quarantined", "agrees_with_later_days")
    assert messages(workspace, "agrees_with_later_days") == [
        (
            "dòng 2: quy tắc agrees_with_later_days: số lũy kế không vượt số của ngày sau đã nhận "
            "(mâu thuẫn với ngày 02/08/2022: trực tuyến đến ngày đó 100, nay 101)"
        )
    ]
    assert verdicts(later(tmp_path / "as much", before, [stated(0, (4, 100, 60), version=1)]))[1][1] != "quarantined"


@pytest.mark.slow
def test_a_day_that_came_last_is_compared_with_both_sides(tmp_path: Path) -> None:
    sides = [stated(0, (4, 50, 50)), stated(2, (4, 70, 50))]
    for name, own, held in (
        ("low", 49, "month_to_date_grows"),
        ("high", 71, "agrees_with_later_days"),
        ("in", 60, None),
    ):
        reason = {day: why for day, _, why in verdicts(later(tmp_path / name, sides, [stated(1, (4, own, 50))]))}
        assert (reason[2] == held) if held else ("grows" not in str(reason[2]))


@pytest.mark.slow
def test_a_new_version_below_the_day_before_is_held_back(tmp_path: Path) -> None:
    workspace = later(tmp_path, [stated(0, (4, 50, 50)), stated(1, (4, 60, 50))], [stated(1, (4, 40, 50), version=1)])
    assert verdicts(workspace)[2] == (2, *HELD)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (((4, 50, 50),), ((4, 70, 49),), "trực tiếp trước 50, nay 49"),
        (((4, 50, 50), (2, 10, 0)), ((4, 49, 50), (2, 30, 0)), "trực tuyến mức độ 4 trước 50, nay 49; "),
        (((4, 50, 50), (2, 0, 9)), ((4, 50, 45), (2, 0, 20)), "trực tiếp mức độ 4 trước 50, nay 45; "),
        (((4, 50, 50),), ((4, 50, 50),), None),
    ],
)
def test_no_published_figure_of_a_month_falls(
    tmp_path: Path, first: tuple[tuple[int, int, int], ...], second: tuple[tuple[int, int, int], ...], said: str | None
) -> None:
    workspace = taken(tmp_path, [stated(0, *first), stated(1, *second)], AT_ONCE, CUMULATIVE)
    found = messages(workspace, "month_to_date_grows")
    assert [said in message for message in found] == [True] if said else found == []


@pytest.mark.slow
def test_days_without_levels_are_no_past_of_the_figures_at_level_4(tmp_path: Path) -> None:
    untold = File("so-y-te", 1, ("Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số", "Đất đai;60;60;120"))
    settings = f"{CUMULATIVE}service_level = 0\n"
    workspace = taken(tmp_path, [stated(0, (4, 50, 50)), untold, stated(2, (4, 60, 60))], AT_ONCE, settings)
    assert "quarantined" not in {status for _, status, _ in verdicts(workspace)}
    fallen = [stated(0, (4, 50, 50)), untold, stated(2, (4, 49, 60), (2, 20, 20))]
    assert verdicts(taken(tmp_path / "fallen", fallen, AT_ONCE, settings))[2] == (3, *HELD)


@pytest.mark.slow
@pytest.mark.parametrize("spans", [DAY_BY_DAY, AT_ONCE])
def test_single_days_before_a_cumulative_figure_are_part_of_it(tmp_path: Path, spans: list[tuple[int, int]]) -> None:
    """The unit sends single days at first, then cumulative figures: the third day states less than the first two."""
    days = [stated(0, (4, 50, 50)), stated(1, (4, 50, 40))]
    workspace = taken(tmp_path, days, spans)
    (workspace.root / "tyle.toml").write_text(CUMULATIVE, encoding="utf-8")
    for version, online, held in ((0, 99, True), (1, 100, False)):
        send(workspace, stated(2, (4, online, 90), version=version))
        workspace = open_workspace(workspace.root)
        with lake_of(workspace) as lake:
            take(workspace, lake, 2, 2)
        assert (verdicts(workspace)[-1][1] == "quarantined") is held


@pytest.mark.slow
def test_a_single_day_that_came_late_may_not_exceed_the_cumulative_figure_after_it(tmp_path: Path) -> None:
    workspace = taken(tmp_path, [stated(2, (4, 100, 90))], AT_ONCE, CUMULATIVE)
    (workspace.root / "tyle.toml").write_text("", encoding="utf-8")
    workspace = open_workspace(workspace.root)
    send(workspace, stated(0, (4, 60, 50)))
    send(workspace, stated(1, (4, 41, 40)))
    with lake_of(workspace) as lake:
        take(workspace, lake, 0, 1)
    assert [reason for _, status, reason in verdicts(workspace) if status == "quarantined"] == [
        "agrees_with_later_days"
    ]
    assert "trực tuyến đến ngày đó 100, nay 101" in messages(workspace, "agrees_with_later_days")[0]


@pytest.mark.slow
@pytest.mark.parametrize("spans", [DAY_BY_DAY, AT_ONCE])
def test_what_the_centre_handled_in_a_year_does_not_fall(tmp_path: Path, spans: list[tuple[int, int]]) -> None:
    files = [processed(0, 900, 800, 700), processed(1, 800, 800, 700), processed(2, 901, 800, 699)]
    workspace = taken(tmp_path, files, spans, f"[units.{CENTRE}]\n")
    assert [reason for *_, reason in verdicts(workspace, CENTRE)] == [None, "year_to_date_grows", "year_to_date_grows"]
    assert [message.split("(")[1].rstrip(")") for message in messages(workspace, "year_to_date_grows")] == [
        "tiếp nhận trước 900, nay 800",
        "đúng hạn trước 700, nay 699",
    ]


@pytest.mark.slow
def test_a_year_restated_above_a_later_day_is_held_back(tmp_path: Path) -> None:
    before = [processed(0, 900, 800, 700), processed(30, 950, 850, 750)]
    workspace = taken(tmp_path, before, [(0, 30)], f"[units.{CENTRE}]\n")
    send(workspace, processed(0, 1050, 850, 750, version=1))
    with lake_of(workspace) as lake:
        take(workspace, lake, 0, 0)
    assert verdicts(workspace, CENTRE)[1] == (1, "quarantined", "agrees_with_later_days")
    assert "tiếp nhận đến ngày đó 950, nay 1050" in messages(workspace, "agrees_with_later_days")[0]


@pytest.mark.slow
def test_what_another_run_stored_meanwhile_is_judged_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one run checks the second day, another stores the first: the fall is held back, as if taken in order."""
    workspace = taken(tmp_path, [], [], CUMULATIVE)
    check = batch.check_deliveries

    def slow_check(*terms: Any, **more: Any) -> Any:
        monkeypatch.setattr(batch, "check_deliveries", check)
        checked = check(*terms, **more)
        send(workspace, stated(0, (4, 100, 50)))
        with lake_of(workspace) as other:
            take(workspace, other, 0, 0)
        return checked

    monkeypatch.setattr(batch, "check_deliveries", slow_check)
    send(workspace, stated(1, (4, 40, 10)))
    with lake_of(workspace) as lake:
        take(workspace, lake, 1, 1)
    assert [(day, status, reason) for day, status, reason in verdicts(workspace)][-1] == (2, *HELD)
