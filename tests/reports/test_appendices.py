from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from reports import vietnamese as vn
from reports.month.appendices import appendices
from tests.reports.example import NAMES


@pytest.mark.parametrize(
    ("rate", "text"),
    [("78.29", "78,29"), ("82.60", "82,60"), ("100.00", "100"), ("0.00", "0,00"), ("8.70", "8,70"), (None, "")],
)
def test_rates_as_the_printed_report_writes_them(rate: str | None, text: str) -> None:
    assert vn.percent(Decimal(rate) if rate else None) == text


def test_counts_days_months_and_points() -> None:
    assert vn.count(1234567) == "1.234.567"
    assert vn.count(0) == "0"
    assert vn.day(date(2022, 8, 1)) == "1/8/2022"
    assert vn.month("2022-08") == "8/2022"


def test_appendices_follow_the_report_order_with_totals_first() -> None:
    units = pl.DataFrame(
        {
            "unit_id": ["b", "a", "c"],
            "unit_name": ["Sở B", "Sở A", "Huyện C"],
            "unit_group": ["departments", "departments", "districts"],
            "report_order": [2, 1, 1],
            "online": [1489, 0, 5],
            "in_person": [0, 0, 5],
            "total": [1489, 0, 10],
            "days_accepted": [19, 19, 19],
            "is_complete": [True, True, True],
            "online_rate_pct": [Decimal("100.00"), None, Decimal("50.00")],
        },
        schema_overrides={"online_rate_pct": pl.Decimal(5, 2)},
    )
    groups = pl.DataFrame(
        {
            "unit_group": ["all", "departments", "districts"],
            "online": [1494, 1489, 5],
            "in_person": [5, 0, 5],
            "total": [1499, 1489, 10],
            "days_accepted": [57, 38, 19],
            "is_complete": [True, True, True],
            "online_rate_pct": [Decimal("99.67"), Decimal("100.00"), Decimal("50.00")],
        },
        schema_overrides={"online_rate_pct": pl.Decimal(5, 2)},
    )
    first, second, third = appendices(units, groups, "2022-08", "tỉnh X", "trực tuyến toàn trình", names=NAMES)
    assert first.rows == (
        ("1", "Sở, ban, ngành", "1.489", "0", "1.489", "100"),
        ("2", "Huyện", "5", "5", "10", "50,00"),
        ("3", "Tổng", "1.494", "5", "1.499", "99,67"),
    )
    assert second.rows == (
        ("", "Tổng cộng", "1.489", "0", "1.489", "100"),
        ("1", "Sở A", "0", "0", "0", ""),
        ("2", "Sở B", "1.489", "0", "1.489", "100"),
    )
    assert third.number == 3
    assert first.title == "Thống kê tỷ lệ hồ sơ xử lý trực tuyến toàn trình trên địa bàn tỉnh X, tháng 8/2022"
    assert third.title.endswith("xử lý trực tuyến toàn trình tại UBND các huyện, thành phố, tháng 8/2022")
