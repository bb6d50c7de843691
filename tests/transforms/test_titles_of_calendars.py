"""What a title may say of the period of figures that a unit sends once a week, month, quarter or year."""

from datetime import date

import polars as pl
import pytest

from tests.reference import headers, organisation, titles
from tests.transforms.checking import CONTRACTS
from transforms.check.frames import SENT, TERMS
from transforms.check.titles import faulty_titles
from transforms.read.agreed import Agreed
from transforms.read.filings import read_filings
from transforms.reference.months import CALENDAR
from transforms.reference.unit_file import read_units
from transforms.reference.units import Registry

TABLE = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\nĐất đai;1;2;3\n"
SUMMARY = CONTRACTS["summary"]


def faults(calendar: str, day: date, title: str, year_ends: int = 12) -> list[str]:
    """The rules that a title breaks in a file of a unit with this calendar."""
    units = read_units(f"unit_id,name,calendar\na,Sở A,{calendar}\n", organisation())
    registry = Registry(units, organisation().names, week_ends=7, year_ends=year_ends)
    sent = pl.DataFrame(
        [(0, "a", day, "summary", "day", "a.csv", None, None, date(1900, 1, 1), None)], schema=SENT, orient="row"
    )
    terms = pl.DataFrame([(0, 4, 5.0, "", "handling")[: len(TERMS)]], schema=TERMS, orient="row")
    filings = read_filings({0: f"{title}\n{TABLE}".encode()}, SUMMARY, headers(), {0: Agreed(day, "day", 4)}, titles())
    assert not filings.refusals
    found = faulty_titles(filings, sent, terms, SUMMARY, registry, CALENDAR)
    return found["broken"].drop_nulls().to_list()


@pytest.mark.parametrize(
    ("calendar", "day", "title"),
    [
        ("monthly", date(2022, 8, 31), "Báo cáo tháng 8 năm 2022"),
        ("monthly", date(2022, 8, 31), "Từ ngày 01/08/2022 đến ngày 31/08/2022"),
        ("monthly", date(2022, 8, 31), "Lũy kế từ đầu tháng"),
        ("quarterly", date(2022, 9, 30), "Báo cáo quý III năm 2022"),
        ("quarterly", date(2022, 9, 30), "Từ ngày 01/07/2022 đến ngày 30/09/2022"),
        ("yearly", date(2022, 12, 31), "Báo cáo năm 2022"),
        ("yearly", date(2022, 12, 31), "Từ ngày 01/01/2022 đến ngày 31/12/2022"),
        ("weekly", date(2022, 8, 7), "Từ ngày 01/08/2022 đến ngày 07/08/2022"),
    ],
)
def test_the_period_of_its_calendar_may_stand_over_the_figures(calendar: str, day: date, title: str) -> None:
    assert faults(calendar, day, title) == []
    assert faults("every_day", day, title) == ["period_fits_basis"]


def test_a_fiscal_year_begins_after_its_end() -> None:
    title = "Từ ngày 01/04/2023 đến ngày 31/03/2024"
    assert faults("yearly", date(2024, 3, 31), title, year_ends=3) == []
    assert faults("yearly", date(2024, 3, 31), title) == ["period_fits_basis"]


@pytest.mark.parametrize(
    ("calendar", "day", "title"),
    [
        ("monthly", date(2022, 8, 31), "Từ ngày 31/08/2022 đến ngày 31/08/2022"),  # one day of it
        ("monthly", date(2022, 8, 31), "Số liệu phát sinh trong ngày"),
        ("yearly", date(2022, 12, 31), "Báo cáo tháng 12 năm 2022"),
        ("quarterly", date(2022, 9, 30), "Lũy kế từ đầu năm"),
        ("weekly", date(2022, 8, 7), "Báo cáo tháng 8 năm 2022"),
    ],
)
def test_another_period_holds_the_file_back(calendar: str, day: date, title: str) -> None:
    assert faults(calendar, day, title) == ["period_fits_basis"]
