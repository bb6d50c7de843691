"""What periods are called, and the columns of periods: which one is the delivery's, and that totals are sums."""

from datetime import date

import pytest

from tests.transforms.layouts.reading import DAY, Keys, figures, read, refusal
from transforms.read.layouts.periods import is_business_date, read_period
from transforms.read.shape import DateKind

IN_MARCH = date(2024, 3, 31)


@pytest.mark.parametrize(
    ("text", "kind", "last"),
    [
        ("2024-02-05", "day", date(2024, 2, 5)),
        ("2024-02-05 00:00:00", "day", date(2024, 2, 5)),
        ("5/2/2024", "day", date(2024, 2, 5)),
        ("Ngày 05.02.2024", "day", date(2024, 2, 5)),
        ("ngày 5 tháng 2 năm 2024", "day", date(2024, 2, 5)),
        ("05/02", "day", date(2024, 2, 5)),
        ("31", "day", date(2024, 3, 31)),
        ("20240205", "day", date(2024, 2, 5)),
        ("Tháng 2", "month", date(2024, 2, 29)),
        ("T2/2023", "month", date(2023, 2, 28)),
        ("02/2024", "month", date(2024, 2, 29)),
        ("tháng 02 năm 2024", "month", date(2024, 2, 29)),
        ("2024-02", "month", date(2024, 2, 29)),
        ("2024 M02", "month", date(2024, 2, 29)),
        ("2024 January", "month", date(2024, 1, 31)),
        ("Sept 2023", "month", date(2023, 9, 30)),
        ("Jan-24", "month", date(2024, 1, 31)),
        ("2024-02-01", "month", date(2024, 2, 29)),
        ("Quý I/2024", "quarter", date(2024, 3, 31)),
        ("2024 Q4", "quarter", date(2024, 12, 31)),
        ("Năm 2023", "year", date(2023, 12, 31)),
        ("2023-24", "year", date(2024, 3, 31)),
        ("2023/2024", "year", date(2024, 3, 31)),
        ("1999-00", "year", date(2000, 3, 31)),
    ],
)
def test_a_period_is_known_by_its_last_day(text: str, kind: DateKind, last: date) -> None:
    ends = (3, 31) if kind == "year" and "Năm" not in text else (12, 31)
    period = read_period(text, kind, DAY, ends)
    assert period
    assert period.last == last
    assert is_business_date(period, last, "day")
    assert not is_business_date(period, period.first, "day") or kind == "day"


@pytest.mark.parametrize(
    ("text", "kind", "ends"),
    [
        ("Tháng 13", "month", (12, 31)),
        ("30/2/2024", "day", (12, 31)),
        ("2024", "year", (3, 31)),
        ("2023-24", "year", (12, 31)),
        ("2023-25", "year", (3, 31)),
        ("Đất đai", "month", (12, 31)),
        ("Q5", "quarter", (12, 31)),
        ("Tổng", "month", (12, 31)),
        ("", "day", (12, 31)),
    ],
)
def test_what_is_no_period_is_none(text: str, kind: DateKind, ends: tuple[int, int]) -> None:
    assert read_period(text, kind, DAY, ends) is None


def test_without_a_day_a_period_states_its_year() -> None:
    assert read_period("Tháng 2", "month") is None
    assert read_period("2/2024", "month") is not None


MONTHS = (
    "Lĩnh vực;Tháng 1;;;Tháng 2;;;Tháng 3;;;Cộng;;\n"
    ";TT;TTiếp;Tổng;TT;TTiếp;Tổng;TT;TTiếp;Tổng;TT;TTiếp;Tổng\n"
    "Đất đai;1;2;3;4;5;9;10;20;30;15;27;42\n"
    "Hộ tịch;0;1;1;0;1;1;7;1;8;7;3;10\n"
)
ACROSS: Keys = {
    "periods": "across",
    "columns": {"field": "Lĩnh vực", "online": "TT", "in_person": "TTiếp", "total": "Tổng"},
}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 1, 31), [("Đất đai", 1, 2, 3), ("Hộ tịch", 0, 1, 1)]),
        (date(2024, 3, 31), [("Đất đai", 10, 20, 30), ("Hộ tịch", 7, 1, 8)]),
    ],
)
def test_the_business_date_chooses_the_columns(day: date, expected: list[tuple[object, ...]]) -> None:
    found = read(MONTHS, {**ACROSS, "header_rows": [1, 2]}, day=day)
    assert figures(found) == expected
    assert set(found.rows["date"]) == {day}
    assert found.rows["row"].to_list() == [3, 4]


def test_the_rows_of_the_header_are_found_by_the_periods_over_it() -> None:
    below = MONTHS.replace("Lĩnh vực;Tháng", ";Tháng").replace("\n;TT", "\nLĩnh vực;TT")
    assert figures(read(f"SỐ LIỆU THEO THÁNG\n\n{below}", ACROSS))[0] == ("Đất đai", 10, 20, 30)


def test_cumulative_figures_of_a_month_are_as_of_any_day_of_it() -> None:
    layout = {**ACROSS, "header_rows": [1, 2]}
    assert figures(read(MONTHS, layout, day=date(2024, 3, 14), basis="month_to_date"))[0] == ("Đất đai", 10, 20, 30)
    assert "không có cột nào của kỳ kết thúc ngày 14/03/2024" in refusal(read(MONTHS, layout, day=date(2024, 3, 14)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MONTHS.replace("15;27;42", "16;27;43"), "dòng 3, cột “Cộng / TT”, giá trị “16 (K3)”: cột tổng không bằng"),
        (MONTHS.replace("Tháng 2", "Tháng 3"), "dòng 2, cột “Tháng 3 / TT”: hai cột cùng một kỳ (E2, H2)"),
        (MONTHS.replace("Cộng", "Kế hoạch"), "cột có số liệu (ô K3) mà bố cục trong tyle.toml không nêu"),
        (MONTHS.replace("Cộng", "Quý 1").replace("Tháng 1", "Tháng 4"), "cột tổng không kiểm tra được vì thiếu kỳ"),
        (MONTHS.replace("Tháng 2", "Đợt 2"), "không nêu: “Đợt 2 / TT”"),
    ],
    ids=["total", "twice", "unknown", "part of a quarter", "no period"],
)
def test_columns_across_that_do_not_fit_are_refused(text: str, said: str) -> None:
    assert said in refusal(read(text, {**ACROSS, "header_rows": [1, 2], "ignore": []}))


def test_a_quarter_among_months_is_their_sum_and_ignored_columns_are_not_read() -> None:
    layout = {**ACROSS, "header_rows": [1, 2]}
    assert figures(read(MONTHS.replace("Cộng", "Quý I"), layout))[1] == ("Hộ tịch", 7, 1, 8)
    plan = MONTHS.replace("Cộng", "Kế hoạch").replace("15;27;42", "99;1;7")
    ignored = {**layout, "ignore": [f"Kế hoạch / {name}" for name in ("TT", "TTiếp", "Tổng")]}
    assert figures(read(plan, ignored))[1] == ("Hộ tịch", 7, 1, 8)


def test_without_a_business_date_each_period_has_its_rows() -> None:
    assert "không tiêu đề nào là kỳ" in refusal(read(MONTHS, {**ACROSS, "header_rows": [1, 2]}, day=None))
    dated = MONTHS.replace("Tháng 1", "1/2024").replace("Tháng 2", "2/2024").replace("Tháng 3", "3/2024")
    rows = read(dated, {**ACROSS, "header_rows": [1, 2]}, day=None).rows
    assert rows.select("date", "field", "total").rows()[:3] == [
        (date(2024, 1, 31), "Đất đai", 3),
        (date(2024, 1, 31), "Hộ tịch", 1),
        (date(2024, 2, 29), "Đất đai", 9),
    ]
