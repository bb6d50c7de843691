"""The sentences: what they say where figures are lacking, change, or fall short."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from reports.errors import ReportError
from reports.month.content import Report, write_report
from tests.reports.example import KNOWN_AT, NAMES, PROCESSING, august, marts, odd, processed, unit


def report(tables: dict[str, pl.DataFrame], month: str = "2022-08") -> Report:
    return write_report(tables, month, KNOWN_AT, "tỉnh X", "trực tuyến", names=NAMES)


def with_processing(*rows: dict[str, Any]) -> dict[str, pl.DataFrame]:
    return august() | {"monthly_processing": pl.DataFrame(list(rows), schema=PROCESSING)}


def test_without_headline_figures_none_is_made_up() -> None:
    silent = "Tình hình xử lý hồ sơ trên địa bàn tỉnh X: chưa nhận được số liệu của tháng 8/2022."
    unknown = processed(received_ytd=None, settled_ytd=None, settled_on_time_ytd=None, on_time_ytd_pct=None)
    without = {name: frame for name, frame in august().items() if name != "monthly_processing"}
    other_month = with_processing(processed(month="2022-07"))
    for tables in (with_processing(), with_processing(unknown), without, other_month):
        assert report(tables).processing == (silent,)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({"settled_ytd": 0, "on_time_ytd_pct": None}, "đúng hạn không tính được vì chưa có hồ sơ đã xử lý."),
        (
            {"settled_ytd": None, "on_time_ytd_pct": None},
            "đã xử lý chưa có số liệu; tỷ lệ hồ sơ giải quyết đúng hạn chưa",
        ),
        ({"on_time_ytd_pct": Decimal("100.00")}, "đúng hạn đạt 100%."),
        ({"is_complete": False, "days_accepted": 18}, "đạt 99,82% (mới có 18/19 ngày)."),
        ({"as_of": date(2022, 8, 17)}, "đến ngày 17/8/2022: đã tiếp nhận 627.616 hồ sơ"),
    ],
)
def test_headline_figures_say_what_they_lack(figures: dict[str, Any], expected: str) -> None:
    (sentence,) = report(with_processing(processed(**figures))).processing
    assert expected in sentence


def test_two_centres_have_a_sentence_each_and_are_not_added_up() -> None:
    tables = with_processing(processed(), processed(unit_id="so-y-te", received_ytd=5))
    first, second = report(tables).processing
    assert "(Sở Y tế)" in first + second
    assert "tiếp nhận 5 hồ sơ" in first + second


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ("29.60", "tăng 29,60 điểm phần trăm so với tháng 4/2022 (48,69%)"),
        ("-0.05", "giảm 0,05 điểm phần trăm so với"),
        ("0.00", "không thay đổi so với"),
        (None, "đạt 78,29% (19.545/24.965 hồ sơ)."),
    ],
)
def test_a_change_is_said_in_percentage_points(points: str | None, expected: str) -> None:
    value = pl.lit(None if points is None else Decimal(points), pl.Decimal(6, 2))
    tables = august()
    tables["monthly_group_rates"] = tables["monthly_group_rates"].with_columns(baseline_change_points=value)
    assert expected in report(tables).rate


def test_no_case_anywhere_has_no_rate() -> None:
    tables = marts([unit("a", "Sở A", "departments", 1, 0, 0)])
    assert report(tables).rate.endswith("cả tỉnh không tính được: chưa có hồ sơ nào.")
    assert report(tables).below.startswith("Chưa có đơn vị nào có chỉ tiêu và có hồ sơ")
    silent = marts([unit("a", "Sở A", "departments", 1, None, None, days_accepted=0, is_complete=False)])
    assert report(silent).rate.endswith("cả tỉnh không tính được: chưa có số liệu nào được chấp nhận.")


def test_a_baseline_month_that_is_not_complete_is_said_to_be_so() -> None:
    tables = august()
    assert "(48,69%)" in report(tables).rate
    lacking = tables["monthly_group_rates"].with_columns(baseline_is_complete=pl.lit(False))
    assert (
        "so với tháng 4/2022 (48,69%, tháng này chưa đủ số liệu)."
        in report(tables | {"monthly_group_rates": lacking}).rate
    )


def test_units_below_are_named_with_their_own_target_where_targets_differ() -> None:
    own = {"target_pct": Decimal("70.50"), "meets_target": False}
    rows = [
        unit("a", "Sở A", "departments", 1, 6, 4, **own),
        unit("b", "UBND xã B", "communes", 1, 1, 9, days_accepted=3, is_complete=False),
    ]
    assert report(marts(rows)).below.endswith(
        "2 đơn vị có tỷ lệ thấp hơn chỉ tiêu được giao theo Quyết định số 793/QĐ-UBND ngày 15/4/2022 của UBND tỉnh "
        "Thái Nguyên: Sở A (60,00%, chỉ tiêu 70,5%); UBND xã B (10,00%, chỉ tiêu 55%, chưa đủ số liệu)."
    )


def test_where_nobody_is_below_that_is_said() -> None:
    assert report(marts([unit("a", "Sở A", "departments", 1, 9, 1)])).below.startswith("Không có đơn vị nào")


def test_groups_stand_in_the_order_of_the_appendices() -> None:
    rows = [unit("c", "UBND xã C", "communes", 1, 0, 9), unit("d", "UBND huyện D", "districts", 1, 0, 9)]
    below = report(marts([*rows, unit("a", "Sở A", "departments", 1, 0, 9)])).below
    assert below.index("Sở A") < below.index("huyện D") < below.index("xã C")


def test_a_unit_that_began_in_the_month_is_a_row_like_any_other() -> None:
    rows = [unit("c", "UBND xã C", "communes", 1, 8, 2), unit("p", "UBND phường P", "communes", 2, 5, 5)]
    *_, communes = report(marts(rows)).appendices
    assert [line.name for line in communes.lines] == ["Tổng cộng", "UBND xã C", "UBND phường P"]
    assert communes.title.endswith("tại UBND các xã, phường, tháng 8/2022")


def test_a_period_that_is_no_calendar_month_is_named() -> None:
    tables = august()
    for name in ("monthly_unit_rates", "monthly_group_rates"):
        tables[name] = tables[name].with_columns(period_from=date(2022, 7, 15), period_to=date(2022, 8, 14))
    assert report(tables).period == "tháng 8/2022 (từ 15/7/2022 đến 14/8/2022)"


def test_a_month_without_figures_is_refused_in_a_line() -> None:
    with pytest.raises(ReportError, match="tháng 9/2022: chưa có số liệu"):
        report(august(), "2022-09")


def test_every_unit_of_an_odd_month_that_lacks_days_is_named() -> None:
    assert report(odd()).incomplete.count("(") == 2
