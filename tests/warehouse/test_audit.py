"""The last line: figures that contradict themselves, or counted days that are gone, are never published."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.warehouse.builders import Sent, Setting, Unit, at, aug, batch, every_day
from transforms.dictionary.columns import LAKE
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake
from warehouse.lake.rows import append
from warehouse.ledger.commit import commit
from warehouse.marts.materialise import materialise
from warehouse.marts.workbench import throw_away, workbench
from warehouse.places.errors import PublishError
from warehouse.published import audit
from warehouse.published.publish import Publication, expectation, publish

JULY_31 = date(2022, 7, 31)
UNITS = (Unit("a"), Unit("b", order=2), Unit("c", "districts"), Unit("centre", "centres"))
SETTING = Setting(
    UNITS,
    expected=every_day("abc", aug(1), aug(31)),
    due_processing=[("centre", JULY_31), *every_day(["centre"], aug(1), aug(31))],
)


def so_far(day: int, online: int, in_person: int = 0, **more: Any) -> Sent:
    """What unit `a` states of its month so far."""
    return Sent("a", aug(day), [("x", online, in_person)], basis="month_to_date", **more)


def processed(day: date, *figures: int, **more: Any) -> Sent:
    counts = [("x", 0, 0, None, 0, *figures)]
    return Sent("centre", day, counts, contract="processing", basis="year_to_date", **more)


def published(lake: Lake, setting: Setting = SETTING, day: int = 20) -> Publication | None:
    materialise(lake, setting.reference())
    return publish(lake, at(day), "0")


def refused(lake: Lake, setting: Setting = SETTING) -> str:
    """The line with which a publication is refused."""
    before = (lake.home / "published" / "marts.duckdb").resolve()
    with pytest.raises(PublishError, match="giữ nguyên") as raised:
        published(lake, setting)
    assert (lake.home / "published" / "marts.duckdb").resolve() == before
    head, lines = str(raised.value).split("\n", 1)
    assert re.fullmatch(r"Không công bố: bản dựng có \d+ chỗ sai\. Bản đang công bố giữ nguyên\.", head)
    return lines


def decided(lake: Lake, unit: str, day: date, decision: str, moment: datetime) -> None:
    """A decision as the ledger holds it."""
    row = {"delivery_id": f"{unit}:{day}:summary:v1", "unit_id": unit, "business_date": day, "contract": "summary"}
    row |= {"decision": decision, "reason": "x", "person": "y", "at": moment}
    with lake.writing() as cursor:
        append(cursor, "lake.decisions", LAKE["decisions"].conform(pl.DataFrame([row], infer_schema_length=None)))


@pytest.fixture(scope="module")
def good(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A good publication, and what the audit was given."""
    home = Path(shutil.copytree(empty_home, tmp_path_factory.mktemp("good") / "home"))
    with open_lake(home) as lake:
        centre = [processed(JULY_31, 10, 9, 8), processed(aug(1), 20, 19, 18)]
        days = [Sent(unit, aug(day), [("x", 3, 1)]) for unit in "ab" for day in (1, 2)]
        commit(lake, batch(*days, *centre))
        publication = published(lake)
        assert publication is not None
        with workbench(lake), lake.snapshot() as cursor:
            return publication.path, {**expectation(cursor), "publication_id": publication.publication_id}


A1, CENTRE1 = "a:2022-08-01:summary:v1", "centre:2022-08-01:processing:v1"
LONG = "monthly_rates tháng 2022-08"
RANKED = "rankings tháng 2022-08, online_rate"


def ranked(change: str, member: str) -> str:
    """The damage to one unit's row of that month."""
    return f"UPDATE marts.rankings SET {change} WHERE member = '{member}' AND month = '2022-08'"


WITHDRAW = "; thu hồi lần gửi sai: tyle quarantine withdraw "


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("SELECT 1", []),
        (
            "UPDATE marts.daily_unit_rates SET in_person = -1 WHERE business_date = '2022-08-01' AND unit_id = 'a'",
            [f"daily_unit_rates.in_person: 1 dòng có số âm, từ {A1}{WITHDRAW}{A1}"],
        ),
        (
            "UPDATE marts.monthly_processing SET received = -5 WHERE month = '2022-08'",
            [f"monthly_processing.received: 1 dòng có số âm, từ {CENTRE1}{WITHDRAW}{CENTRE1}"],
        ),
        ("UPDATE marts.monthly_group_rates SET online_needed = -1", ["monthly_group_rates.online_needed: 6 dòng"]),
        ("UPDATE marts.export_status SET version = -version", ["export_status.version: 6 dòng có số âm"]),
        (
            "UPDATE marts.monthly_unit_rates SET previous_rate_pct = 100.01 WHERE unit_id = 'a' AND month = '2022-08'",
            ["monthly_unit_rates.previous_rate_pct: 1 dòng có tỷ lệ ngoài 0–100"],
        ),
        (
            "UPDATE marts.monthly_unit_rates SET baseline_rate_pct = -0.01 WHERE unit_id = 'a' AND month = '2022-08'",
            ["monthly_unit_rates.baseline_rate_pct: 1 dòng có tỷ lệ ngoài 0–100"],
        ),
        (
            "UPDATE marts.units SET valid_from = DATE '2022-08-02' WHERE unit_id = 'a'",
            [f"daily_unit_rates: tính 1 ngày ngoài thời gian hiệu lực của đơn vị: {A1}; sửa reference/units.csv, hoặc"],
        ),
        (
            "UPDATE marts.units SET valid_to = DATE '2022-07-31'",
            ["daily_unit_rates: tính 4 ngày ngoài thời gian hiệu lực"],
        ),
        (
            "UPDATE marts.monthly_field_rates SET in_person = in_person + 1 WHERE unit_id = 'a'",
            ["monthly_field_rates tháng 2022-08: trực tuyến, trực tiếp, tổng số"],
        ),
        (
            "UPDATE marts.monthly_group_rates SET in_person = in_person + 1 WHERE unit_group = 'all'",
            ["monthly_group_rates tháng 2022-08: trực tuyến, trực tiếp, tổng số"],
        ),
        (
            "UPDATE marts.monthly_group_rates SET units_counted = 1 WHERE units_counted = 2 AND unit_group <> 'all'",
            ["monthly_group_rates (các khối) tháng 2022-08: trực tuyến, trực tiếp, tổng số, đơn vị có số liệu là"],
        ),
        (
            "UPDATE marts.monthly_group_rates SET units_expected = 2 WHERE unit_group = 'all' AND month = '2022-08'",
            ["tháng 2022-08: số ngày, số đơn vị"],
        ),
        (
            "UPDATE marts.monthly_group_rates SET days_accepted = 3 WHERE days_accepted = 4 AND unit_group <> 'all'",
            ["tháng 2022-08: số ngày, số đơn vị"],
        ),
        (
            "UPDATE marts.monthly_unit_rates SET days_expected = 3 WHERE unit_id = 'c' AND month = '2022-08'",
            ["tháng 2022-08: số ngày, số đơn vị"],
        ),
        (
            "UPDATE marts.monthly_unit_rates SET online = 0, in_person = 0, total = 0 WHERE unit_id = 'c'",
            [f"monthly_unit_rates tháng 2022-0{month}: {what}" for what in ("trực", "c để trống") for month in (7, 8)],
        ),
        (
            "UPDATE marts.daily_unit_rates SET unit_id = 'c' WHERE unit_id = 'b' AND business_date = '2022-08-02'",
            ["daily_unit_rates tháng 2022-08: đơn vị, ngày có số liệu", "monthly_unit_rates tháng 2022-08: c để trống"],
        ),
        (
            "UPDATE marts.monthly_rates SET rate = 74.99 WHERE member = 'a' AND month = '2022-08'",
            ["monthly_rates: 1 dòng có rate khác tử số / mẫu số", f"{LONG}, online_rate: khác monthly_unit_rates"],
        ),
        (
            "UPDATE marts.monthly_rates SET meets_target = FALSE WHERE member = 'all' AND month = '2022-08'",
            ["monthly_rates: 1 dòng có meets_target khác", f"{LONG}, online_rate: khác monthly_group_rates"],
        ),
        (
            "UPDATE marts.monthly_rates SET needed = 1 WHERE member = 'all' AND month = '2022-08'",
            ["monthly_rates: 1 dòng có needed không phải số ít", f"{LONG}, online_rate: khác monthly_group_rates"],
        ),
        (
            "UPDATE marts.monthly_rates SET numerator = numerator - 1, rate = 62.5 WHERE member = 'b' AND rate > 0",
            [
                f"{LONG}, online_rate: các tổng của các đơn vị, của các khối và của tất cả",
                f"{LONG}, online_rate: số của tháng khác lũy kế ngày cuối",
                f"{LONG}, online_rate: khác monthly_unit_rates",
            ],
        ),
        (
            "UPDATE marts.monthly_rates SET change = 0 WHERE member = 'b' AND month = '2022-08'",
            ["monthly_rates: 1 dòng có mức tăng/giảm", f"{LONG}, online_rate: khác monthly_unit_rates"],
        ),
        (
            "UPDATE marts.monthly_rates SET override_ids = 'x' WHERE member = 'b' AND month = '2022-08'",
            [f"{LONG}, online_rate: khác monthly_unit_rates"],
        ),
        (
            "UPDATE marts.monthly_rates SET denominator = -1 WHERE member = 'c' AND month = '2022-08'",
            [
                "monthly_rates.denominator: 1 dòng có số âm",
                f"{LONG}, online_rate: các tổng",
                f"{LONG}, online_rate: số của tháng khác lũy kế ngày cuối",
                f"{LONG}, online_rate: khác monthly_unit_rates",
            ],
        ),
        (
            "UPDATE marts.metrics SET valid_to = DATE '2022-07-31' WHERE metric_id = 'online_rate'",
            [f"{LONG}, online_rate: không phải phiên bản có hiệu lực trong metrics"],
        ),
        (
            "UPDATE marts.daily_rates SET month_numerator = 5, month_rate = 62.5 WHERE business_date = '2022-08-02'",
            [
                f"{LONG}, online_rate: số của tháng khác lũy kế ngày cuối",
                "daily_rates tháng 2022-08, online_rate: khác daily_unit_rates",
            ],
        ),
        (
            "UPDATE marts.monthly_channel_counts SET cases = cases + 1 WHERE member = 'a' AND month = '2022-08'",
            ["monthly_channel_counts tháng 2022-08: a: mức độ 4 khác tỷ lệ trực tuyến"],
        ),
        (
            "DELETE FROM marts.monthly_channel_counts WHERE member = 'all' AND month = '2022-08' AND cases > 0",
            ["monthly_channel_counts: có", "monthly_channel_counts tháng 2022-08: all: mức độ 4 khác tỷ lệ trực tuyến"],
        ),
        (
            "UPDATE marts.daily_rates SET rate = NULL WHERE business_date = '2022-08-02' AND unit_id = 'a'",
            ["daily_rates: 1 dòng có rate khác tử số / mẫu số"],
        ),
        (
            ranked("rate = 74.99", "a"),
            [f"{RANKED}: khác monthly_rates", f"{RANKED}: hạng khác"],
        ),
        (ranked("has_override = TRUE", "b"), [f"{RANKED}: khác monthly_rates"]),
        (ranked("unit_group = 'x'", "c"), [f"{RANKED}: khác monthly_rates"]),
        (
            ranked("rank = 2", "b"),
            [f"{RANKED}: hạng khác số đơn vị tốt hơn"],
        ),
        (
            ranked("rank = 1, ties = 1", "c"),
            [f"{RANKED}: hạng khác số đơn vị tốt hơn", f"{RANKED}: thứ tự trong danh sách"],
        ),
        (ranked("ties = 1", "a"), [f"{RANKED}: hạng khác số đơn vị tốt hơn"]),
        (
            ranked("ranked_of = 3", "b"),
            [f"{RANKED}: hạng khác số đơn vị tốt hơn", f"{RANKED}: thứ tự trong danh sách"],
        ),
        (ranked("list_order = 9", "a"), [f"{RANKED}: thứ tự trong danh sách"]),
        (
            ranked("previous_rank = 3, rank_change = 2", "a"),
            [f"{RANKED}: hạng tháng trước khác hạng đã xếp"],
        ),
        (ranked("rank_change = 1", "a"), [f"{RANKED}: thay đổi hạng khác hiệu"]),
    ],
)  # fmt: skip
def test_a_file_that_contradicts_itself_is_found_out(
    good: tuple[Path, dict[str, Any]], tmp_path: Path, damage: str, found: list[str]
) -> None:
    file, expected = good
    damaged = shutil.copyfile(file, tmp_path / "damaged.duckdb")
    with duckdb.connect(str(damaged)) as writer:
        writer.execute(damage)
        differences = list(audit.differences(writer, expected))
    assert len(differences) == len(found), differences
    assert all(map(str.startswith, differences, found)), differences


@pytest.mark.slow
def test_a_negative_count_that_was_let_through_stops_the_publication_and_is_named(lake: Lake) -> None:
    commit(
        lake, batch(Sent("a", aug(1), [("x", 5, -2)]), *(Sent("b", aug(day), [("x", -1, 2)]) for day in range(1, 9)))
    )
    lines = refused(lake)
    first, more = (
        "daily_unit_rates.in_person: 1 dòng có số âm, từ a:2022-08-01:summary:v1;",
        " và 3 nữa; thu hồi lần gửi sai",
    )
    assert first in lines
    assert more in lines
    assert "daily_unit_rates.online: 8 dòng có số âm, từ b:2022-08-01:summary:v1, b:2022-08-02" in lines


def test_a_month_to_date_that_falls_is_not_published_unless_a_person_decided(lake: Lake) -> None:
    commit(lake, batch(so_far(1, 100, 50), so_far(2, 40, 10), Sent("b", aug(1), [("x", 1, 1)])))
    assert refused(lake) == (
        "- a: lũy kế tháng (trực tuyến, tổng số) giảm từ 100, 150 (a:2022-08-01:summary:v1) xuống 40, 50 "
        "(a:2022-08-02:summary:v1), sổ không có quyết định nào giải thích; "
        "thu hồi lần gửi sai: tyle quarantine withdraw ID"
    )
    for unit, day, decision in (("a", 2, "rejected"), ("b", 2, "released"), ("a", 3, "released")):
        decided(lake, unit, aug(day), decision, at(3))
        assert refused(lake).startswith("- a: lũy kế tháng")
    decided(lake, "a", aug(1), "corrected", at(4))
    assert published(lake) is not None


@pytest.mark.slow
@pytest.mark.parametrize(("day", "rule"), [(2, "month_to_date_grows"), (1, "agrees_with_later_days")])
def test_a_fall_that_the_workspace_only_warns_of_is_published(lake: Lake, day: int, rule: str) -> None:
    warned = {"broken": [rule], "status": "accepted_with_warnings"}
    commit(lake, batch(*(so_far(one, 60 - 10 * one, **(warned if one == day else {})) for one in (1, 2))))
    assert published(lake) is not None


@pytest.mark.slow
def test_a_case_that_moves_to_another_level_of_service_is_no_fall(lake: Lake) -> None:
    second = Sent("a", aug(2), [("x", 40, 0), ("x", 15, 0, None, 3)], basis="month_to_date")
    commit(lake, batch(so_far(1, 50), second))
    assert published(lake) is not None


@pytest.mark.slow
def test_in_person_may_fall_while_the_total_does_not(lake: Lake) -> None:
    commit(lake, batch(so_far(1, 50, 5), so_far(2, 52, 4)))
    assert published(lake) is not None


@pytest.mark.slow
def test_a_month_with_counted_days_and_no_field_of_level_4_is_published(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 5, 5, None, 3)]), Sent("b", aug(1))))
    assert published(lake) is not None


@pytest.mark.slow
def test_a_new_month_and_a_unit_that_turns_to_month_to_date_begin_anew(lake: Lake) -> None:
    july = Sent("a", JULY_31, [("x", 900, 0)], basis="month_to_date")
    commit(lake, batch(july, so_far(1, 5), Sent("b", aug(1), [("x", 9, 0)])))
    commit(lake, batch(Sent("b", aug(2), [("x", 7, 0)], basis="month_to_date")))
    assert published(lake) is not None


@pytest.mark.slow
def test_a_year_to_date_that_falls_between_two_months_is_not_published(lake: Lake) -> None:
    commit(lake, batch(processed(JULY_31, 1000, 900, 880), processed(aug(1), 950, 910, 890)))
    assert refused(lake) == (
        "- centre: lũy kế từ đầu năm (tiếp nhận, đã giải quyết, đúng hạn) giảm từ 1000, 900, 880 "
        "(centre:2022-07-31:processing:v1) xuống 950, 910, 890 (centre:2022-08-01:processing:v1), sổ không có quyết "
        "định nào giải thích; thu hồi lần gửi sai: tyle quarantine withdraw ID"
    )
    decided(lake, "centre", aug(1), "released", at(3))
    assert published(lake) is not None


def with_units(units: Sequence[Unit]) -> Setting:
    return replace(SETTING, units=units)


@pytest.mark.slow
@pytest.mark.parametrize(
    "units",
    [
        (Unit("a", until=aug(1)), *UNITS[1:]),
        (Unit("a", since=aug(5)), *UNITS[1:]),
        (replace(UNITS[0], group="centres"), *UNITS[1:]),
        UNITS[1:],
    ],
)
def test_units_csv_takes_no_published_day_away_without_a_decision(lake: Lake, units: Sequence[Unit]) -> None:
    commit(lake, batch(*(Sent(unit, aug(day), [("x", 1, 1)]) for unit in "ab" for day in (1, 2, 3, 4))))
    assert published(lake) is not None
    gone = 3 if units[0].until else 4
    first = "a:2022-08-02:summary:v1" if gone == 3 else "a:2022-08-01:summary:v1"
    line = refused(lake, with_units(units))
    assert line.startswith(f"- a: {gone} ngày đã công bố nay không được tính ({first}, a:2022-08-0")
    assert (" và 1 nữa), sổ không có" in line) == (gone == 4)
    assert line.endswith(
        "trả lại reference/units.csv như trước (đơn vị đã kết thúc: ghi valid_to, không xóa dòng), "
        f"hoặc thu hồi từng lần gửi: tyle quarantine withdraw {first}"
    )
    for day in (1, 2, 3, 4):
        decided(lake, "a", aug(day), "withdrawn", at(21))
    assert published(lake, with_units(units)) is not None


@pytest.mark.slow
def test_a_decision_from_before_the_last_publication_takes_nothing_away(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)]), Sent("b", aug(2), [("x", 1, 1)])))
    decided(lake, "a", aug(1), "released", at(1))
    assert published(lake) is not None
    assert "a: 1 ngày đã công bố" in refused(lake, with_units(UNITS[1:]))


@pytest.mark.slow
def test_a_ledger_that_lost_deliveries_is_not_published(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)]), Sent("b", aug(2), [("x", 1, 1)]), processed(aug(1), 3, 2, 1)))
    assert published(lake) is not None
    with lake.writing() as cursor:
        cursor.execute("DELETE FROM lake.deliveries WHERE unit_id IN ('a', 'centre')")
    lines = refused(lake).splitlines()
    assert [line.split(" nay ")[0] for line in lines] == ["- a: 1 ngày đã công bố", "- centre: 1 ngày đã công bố"]
    assert "centre:2022-08-01:processing:v1" in lines[1]


@pytest.mark.slow
def test_a_unit_that_sends_a_day_anew_without_levels_takes_its_own_day_away(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)], contract="ii06"), Sent("b", aug(2), [("x", 1, 1)])))
    assert published(lake) is not None
    commit(lake, batch(Sent("a", aug(1), [("x", 9, 9, None, 0)], contract="ii06", decided_at=at(5))))
    assert published(lake) is not None


@pytest.mark.slow
def test_targets_expected_days_and_periods_may_change(lake: Lake) -> None:
    commit(lake, batch(Sent("a", JULY_31, [("x", 1, 1)]), Sent("b", aug(2), [("x", 1, 1)])))
    assert published(lake) is not None
    other = replace(SETTING, expected=[], targets=[("departments", "10.00", aug(1))], due_processing=[])
    periods = [("2022-08", date(2022, 7, 15), aug(14)), ("2022-09", aug(15), date(2022, 9, 14))]
    for setting in (other, replace(other, periods=periods)):
        assert published(lake, setting) is not None


@pytest.mark.slow
@pytest.mark.parametrize("older", ["other columns", "unreadable"])
def test_a_publication_that_cannot_be_compared_with_is_no_fault(lake: Lake, older: str) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)]), Sent("b", aug(2), [("x", 1, 1)])))
    publication = published(lake)
    assert publication is not None
    publication.path.chmod(0o644)
    if older == "unreadable":
        publication.path.write_bytes(b"x" * 5000)
    else:
        with duckdb.connect(str(publication.path)) as writer:
            writer.execute("CREATE TABLE kept AS FROM marts.daily_unit_rates")
            writer.execute("DROP TABLE marts.daily_unit_rates")
            writer.execute("CREATE TABLE marts.daily_unit_rates AS SELECT * EXCLUDE (delivery_id) FROM kept")
    assert published(lake, with_units(UNITS[1:])) is not None


@pytest.mark.slow
def test_after_a_refusal_a_right_build_is_published(lake: Lake) -> None:
    commit(lake, batch(so_far(1, 100), so_far(2, 40)))
    refused(lake)
    commit(lake, batch(so_far(2, 140, decided_at=at(2) + timedelta(hours=1))))
    assert published(lake) is not None
    throw_away(lake)
    assert published(lake, day=21) is not None
