"""The one-stop centre's export: each rule just inside, just outside, with a blank and with zero; and how it is read."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from tests.transforms.checking import DAY, Sender, broken, checked, signed
from tests.transforms.test_corrections import corrections
from transforms.check.facts import Facts
from transforms.check.history.past import PAST
from transforms.check.tables import daily_counts, stated_sums
from transforms.dictionary.contracts import NO_FIELD, PROCESSING
from transforms.reference.months import Months

HEADER = "STT;Cấp giải quyết;Tiếp nhận;Đã giải quyết;Giải quyết đúng hạn;Tỷ lệ đúng hạn\n"
CENTRE = Sender("trung-tam-phuc-vu-hanh-chinh-cong", level=0, basis="year_to_date")
YESTERDAY = DAY - timedelta(days=1)
BREAKS, UNKNOWN = (1, 0), (0, 1)


def of(text: str, **checked_with: Any) -> dict[str, tuple[int, int]]:
    found, filings = checked("processing", text, **{"sender": CENTRE} | checked_with)
    assert filings.refusals == {}
    return broken(found, "processing")


def test_what_would_be_right_is_told() -> None:
    found, _ = checked("processing", f"{HEADER}1;Cấp tỉnh;6;7;5;71,43\n", sender=CENTRE)
    assert dict(found.findings.select("rule", "expected").iter_rows())["settled_within_received"] == "≤ 6"


def so_far(
    *rows: tuple[date, int, int, int], basis: str = "year_to_date", unit_id: str = CENTRE.unit_id
) -> pl.DataFrame:
    """Earlier figures of a unit, of one row without a name."""
    full = [
        (unit_id, day, "processing", basis, 0, 0, *figures, signed("|".join(map(str, (NO_FIELD, *figures)))))
        for day, *figures in rows
    ]
    return pl.DataFrame(full, schema=PAST, orient="row")


def one_row(received: int, settled: int, on_time: int) -> str:
    return f"Tiếp nhận;Đã giải quyết;Đúng hạn\n{received};{settled};{on_time}\n"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # on time ≤ settled ≤ received
        ("1;Cấp tỉnh;10;10;10;100", {}),
        ("1;Cấp tỉnh;10;11;10", {"settled_within_received": BREAKS}),
        ("1;Cấp tỉnh;10;9;9", {}),
        ("1;Cấp tỉnh;10;9;10", {"on_time_within_settled": BREAKS}),
        ("1;Cấp tỉnh;0;0;0", {}),
        ("1;Cấp tỉnh;-;-;-", {}),
        ("1;Cấp tỉnh;0;1;0", {"settled_within_received": BREAKS}),
        ("1;Cấp tỉnh;0;0;1", {"on_time_within_settled": BREAKS}),
        # what is not stated is not zero
        ("1;Cấp tỉnh;;9;9", {"values_stated": BREAKS, "settled_within_received": UNKNOWN}),
        ("1;Cấp tỉnh;10;9;", {"values_stated": BREAKS, "on_time_within_settled": UNKNOWN}),
        (
            "1;Cấp tỉnh;10;;9",
            {"values_stated": BREAKS, "settled_within_received": UNKNOWN, "on_time_within_settled": UNKNOWN},
        ),
        # whole numbers, not negative
        ("1;Cấp tỉnh;10;9;x", {"numbers_readable": BREAKS, "on_time_within_settled": UNKNOWN}),
        (
            "1;Cấp tỉnh;10;9,5;9",
            {"numbers_readable": BREAKS, "settled_within_received": UNKNOWN, "on_time_within_settled": UNKNOWN},
        ),
        ("1;Cấp tỉnh;10;9;-1", {"numbers_not_negative": BREAKS}),
        # the stated rate: 612.911 settled, 611.808 of them on time = 99,8200 %; half up
        ("1;Cấp tỉnh;627616;612911;611808;99,82", {}),
        ("1;Cấp tỉnh;627616;612911;611808;99.82%", {}),
        ("1;Cấp tỉnh;627616;612911;611808;99,81", {"rate_is_right": BREAKS}),
        ("1;Cấp tỉnh;627616;612911;611808;99,83", {"rate_is_right": BREAKS}),
        ("1;Cấp tỉnh;627616;612911;611808;97,48", {"rate_is_right": BREAKS}),  # of what was received
        ("1;Cấp tỉnh;627616;612911;611808;100", {"rate_has_decimals": BREAKS}),
        ("1;Cấp tỉnh;627616;612911;611808;", {}),
        ("1;Cấp tỉnh;80;80;1;1,25", {}),
        ("1;Cấp tỉnh;800;800;1;0,13", {}),  # 0,125
        ("1;Cấp tỉnh;800;800;1;0,12", {"rate_is_right": BREAKS}),
        ("1;Cấp tỉnh;10;0;0;0", {}),
        ("1;Cấp tỉnh;10;0;0;100", {"rate_is_right": BREAKS}),
        ("1;Cấp tỉnh;10;9;9;x", {"numbers_readable": BREAKS}),
        # between the rows
        ("1;Cấp tỉnh;4;3;2;\n2;Cấp xã;6;5;4;\n;Tổng cộng;10;8;6;75", {}),
        ("1;Cấp tỉnh;4;3;2\n2;Cấp xã;6;5;4\n;Tổng cộng;10;8;5", {"totals_row_is_sum": BREAKS}),
        ("1;Cấp tỉnh;4;3;2\n2;Cấp xã;6;5;4\n;Tổng cộng;11;8;6", {"totals_row_is_sum": BREAKS}),
        ("I;Huyện;4;3;1\n1;Đại Từ;4;3;2", {"subtotals_are_sums": BREAKS}),
        ("1;Cấp tỉnh;4;3;2\n;Khác;6;5;4", {"rows_are_known": BREAKS}),
        ("1;Cấp xã;4;3;2\n2;CẤP XÃ;6;5;4", {"field_once": (2, 0)}),
        ("1;12;4;3;2", {"field_is_named": BREAKS}),
        ("1;;4;3;2", {}),  # one row needs no name
        ("1;;4;3;2\n2;Cấp xã;6;5;4", {"rows_are_named": BREAKS}),
    ],
)
def test_one_rule_each(row: str, expected: dict[str, tuple[int, int]]) -> None:
    assert of(f"{HEADER}{row}\n") == expected


@pytest.mark.parametrize(
    "text",
    [
        one_row(627616, 612911, 611808),
        "Nội dung;Tiếp nhận;Đã giải quyết;Đúng hạn\nTổng cộng;627.616;612.911;611.808\n",
        (
            "Đơn vị báo cáo: Trung tâm PVHCC;;;;;\nTừ ngày 01/01/2022 đến ngày 05/08/2022;;;;;\n"
            f"{HEADER}1;Sở Y tế;27.616;12.911;11.808;91,46\n2;Sở Nội vụ;600.000;600.000;600.000;100\n"
            ";Tổng cộng;627.616;612.911;611.808;99,82\n"
        ),
        '{"data": [{"received": 627616, "settled": 612911, "on_time": 611808}]}',
        (
            "<table><tr><th>Đơn vị<th>Tiếp nhận<th>Đã giải quyết<th>Đúng hạn"
            "<tr><td>Cấp tỉnh<td>600,000<td>600,000<td>600,000<tr><td>Cấp xã<td>27,616<td>12,911<td>11,808</table>"
        ),
    ],
    ids=["one row", "a totals row alone", "by unit", "json", "html"],
)
def test_one_row_or_many_in_any_format_give_the_same_sums_and_no_part_of_a_rate(text: str) -> None:
    facts, _ = checked("processing", text, sender=CENTRE)
    assert broken(facts, "processing") == {}
    counts = daily_counts(facts.rows, PROCESSING)
    assert stated_sums(counts, "processing") == {"received": 627616, "settled": 612911, "settled_on_time": 611808}
    assert counts.select("online", "in_person", "total", "service_level").unique().rows() == [(0, 0, 0, 0)]
    assert counts["field"].null_count() == 0


def test_details_that_state_nothing_under_a_totals_row_are_not_passed_over() -> None:
    assert of(f"{HEADER}1;Cấp tỉnh;;;\n2;Cấp xã;;;\n;Tổng cộng;10;9;8\n")["values_stated"] == (2, 0)
    unnumbered = "Nội dung;Tiếp nhận;Đã giải quyết;Đúng hạn\nCấp tỉnh;;;\nTổng cộng;10;9;8\n"
    assert of(unnumbered)["values_stated"] == (1, 0)


def test_the_sender_and_the_day_in_the_title_are_compared_and_a_unit_in_a_row_is_not() -> None:
    table = f"{HEADER}1;Sở Y tế;10;9;8\n"
    assert of(f"Đơn vị báo cáo: Trung tâm Phục vụ hành chính công tỉnh Thái Nguyên;;;;;\n{table}") == {}
    assert of(f"Đơn vị báo cáo: Sở Y tế;;;;;\n{table}") == {"unit_is_sender": BREAKS}
    assert of(f"Từ ngày 01/01/2022 đến ngày 04/08/2022;;;;;\n{table}") == {"date_is_business_date": BREAKS}


@pytest.mark.parametrize(
    ("figures", "falls"),
    [
        ((100, 90, 80), False),
        ((101, 91, 81), False),
        ((99, 90, 80), True),
        ((100, 89, 80), True),
        ((100, 90, 79), True),
        ((0, 0, 0), True),
    ],
)
def test_what_was_reached_in_a_year_does_not_fall(figures: tuple[int, int, int], falls: bool) -> None:
    before = so_far((DAY - timedelta(days=40), 110, 100, 90), (YESTERDAY, 100, 90, 80))
    for past in (before, before.reverse()):
        assert ("year_to_date_grows" in of(one_row(*figures), past=past)) is falls


def test_a_new_year_begins_at_nothing_and_another_basis_is_no_history() -> None:
    new_year = Sender(CENTRE.unit_id, date(2022, 1, 1), 0, "year_to_date")
    assert of(one_row(0, 0, 0), past=so_far((date(2021, 12, 31), 9, 9, 9)), sender=new_year) == {}
    assert of(one_row(1, 1, 1), past=so_far((YESTERDAY, 9, 9, 9), basis="day")) == {}
    assert of(one_row(1, 1, 1), past=so_far((DAY, 9, 9, 9))) == {"is_not_restated": BREAKS}


def test_the_year_is_that_of_the_reporting_months() -> None:
    """Where months run from the 15th, 15 December belongs to January of the next year."""
    days = pl.DataFrame({"day": [date(2021, 12, 14), date(2021, 12, 15), date(2022, 12, 14)]})
    assert days.select(Months(15).begins(pl.col("day")).dt.year()).to_series().to_list() == [2021, 2022, 2022]


def test_the_same_figures_again_are_a_warning_on_a_working_day() -> None:
    friday = so_far((YESTERDAY, 100, 90, 80))
    assert of(one_row(100, 90, 80), past=friday) == {"is_no_copy": BREAKS}
    assert of(one_row(100, 90, 81), past=friday) == {}
    saturday = Sender(CENTRE.unit_id, DAY + timedelta(days=1), 0, "year_to_date")
    assert of(one_row(100, 90, 80), past=friday, sender=saturday) == {}
    holiday = Sender(CENTRE.unit_id, date(2022, 9, 2), 0, "year_to_date")
    assert of(one_row(100, 90, 80), past=friday, sender=holiday) == {}
    assert of(one_row(0, 0, 0), past=so_far((YESTERDAY, 0, 0, 0))) == {}
    assert of(one_row(29, 9, 8), past=so_far((YESTERDAY, 29, 9, 8))) == {}  # so few may well be the same
    assert of(one_row(30, 9, 8), past=so_far((YESTERDAY, 30, 9, 8))) == {"is_no_copy": BREAKS}


def test_each_rule_says_what_it_compared_with() -> None:
    def notes(figures: tuple[int, int, int], past: pl.DataFrame) -> dict[str, str]:
        facts, _ = checked("processing", one_row(*figures), sender=CENTRE, past=past)
        return dict(facts.findings.select("rule", "note").iter_rows())

    assert notes((99, 90, 80), so_far((YESTERDAY, 100, 90, 80))) == {
        "year_to_date_grows": "tiếp nhận trước 100, nay 99"
    }
    assert notes((12, 11, 10), so_far((DAY, 11, 11, 10))) == {"is_not_restated": "tiếp nhận trước 11, nay 12"}


def test_a_single_figure_may_be_corrected_in_a_row_with_and_without_a_name() -> None:
    entry = {
        "field": None,
        "contract": '"processing"',
        "column": '"settled_on_time"',
        "expect": "99",
        "value": "9",
    }

    def corrected(text: str, **more: Any) -> Facts:
        return checked("processing", text, sender=Sender(level=0), corrections=corrections(entry | more))[0]

    facts = corrected(one_row(10, 9, 99))
    assert broken(facts, "processing") == {"corrected": BREAKS}
    assert daily_counts(facts.rows, PROCESSING)["settled_on_time"].to_list() == [9]
    assert broken(corrected(f"{HEADER}1;Cấp xã;10;9;99\n", field='"Cấp xã"'), "processing") == {"corrected": BREAKS}
    assert broken(corrected(one_row(10, 9, 8)), "processing") == {"correction_is_current": BREAKS}
