from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from demo.fields import fields_of
from demo.figures import FIGURES, month_figures
from demo.month import FIRST, LAST
from demo.reference import load_reference

COUNTS = ["online", "in_person", "total"]


@pytest.fixture(scope="module")
def figures(reference):
    return month_figures(reference.totals, reference.units, reference.holidays, FIRST, LAST)


def test_sums_equal_the_reference_in_every_cell(figures, reference):
    sums = figures.group_by("unit_id", maintain_order=True).agg(pl.col(COUNTS).sum())
    assert sums.height == 26
    assert_frame_equal(sums, reference.totals)
    assert sums.select(COUNTS).sum().row(0) == (19545, 5420, 24965)


def test_figures_are_counts_of_the_promised_shape(figures):
    assert figures.schema == FIGURES
    assert not figures.select(["unit_id", "business_date", "field"]).is_duplicated().any()
    assert figures.select(pl.min_horizontal(pl.col(COUNTS).min())).item() == 0
    assert figures.null_count().sum_horizontal().item() == 0


def test_each_unit_sends_on_the_days_of_its_calendar(figures, reference):
    every_day = {date(2022, 8, day) for day in range(1, 20)}
    working_days = every_day - {date(2022, 8, day) for day in (6, 7, 13, 14)}
    calendars = dict(reference.units.select("unit_id", "calendar").iter_rows())
    for (unit_id,), rows in figures.group_by("unit_id"):
        expected = every_day if calendars[unit_id] == "every_day" else working_days
        assert set(rows["business_date"]) == expected


def test_working_days_leave_out_holidays(reference):
    totals = reference.totals.filter(pl.col("unit_id") == "so-noi-vu")
    figures = month_figures(
        totals, reference.units, reference.holidays, date(2022, 8, 31), date(2022, 9, 6)
    )  # 1 and 2 September are holidays, 3 and 4 a weekend
    assert figures["business_date"].unique().sort().to_list() == [
        date(2022, 8, 31),
        date(2022, 9, 5),
        date(2022, 9, 6),
    ]


def test_every_field_is_there_on_every_day(figures, reference):
    types = dict(reference.units.select("unit_id", "unit_type").iter_rows())
    for (unit_id, _), rows in figures.group_by("unit_id", "business_date"):
        fields = fields_of(unit_id, types[unit_id])
        assert tuple(rows["field"]) == fields
        assert 2 <= len(fields) <= 6


def test_a_unit_does_not_depend_on_the_others(figures, reference):
    one = reference.totals.filter(pl.col("unit_id") == "ubnd-huyen-phu-luong")
    alone = month_figures(one, reference.units.reverse(), reference.holidays, FIRST, LAST)
    assert_frame_equal(alone, figures.filter(pl.col("unit_id") == "ubnd-huyen-phu-luong"))


@pytest.mark.parametrize("unit_id", ["so-khong-co", "ubnd-tp-song-cong"])
def test_a_unit_that_sends_on_no_day_is_an_error(reference, unit_id):
    totals = pl.DataFrame({"unit_id": [unit_id], "online": [1], "in_person": [0]})
    with pytest.raises(ValueError, match=f"{unit_id}.*sends on no day"):
        month_figures(totals, reference.units, reference.holidays, date(2025, 8, 1), date(2025, 8, 31))


@settings(max_examples=30, deadline=None)
@given(
    online=st.integers(0, 3000),
    in_person=st.integers(0, 3000),
    first=st.dates(date(2022, 1, 1), date(2024, 12, 1)),
    length=st.integers(6, 40),
)
def test_sums_hold_for_any_totals_and_period(online, in_person, first, length):
    reference = load_reference()
    totals = pl.DataFrame({"unit_id": ["so-y-te"], "online": [online], "in_person": [in_person]})
    last = first + timedelta(days=length)
    figures = month_figures(totals, reference.units, reference.holidays, first, last)
    assert figures.select(COUNTS).sum().row(0) == (online, in_person, online + in_person)
    assert figures["business_date"].is_between(first, last).all()
