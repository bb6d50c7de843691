"""Stories of the marts of metrics; every cell of them on random ledgers is in test_metrics_oracle.py."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.warehouse.builders import ONLINE_RATE, Sent, Setting, Unit, aug, batch
from warehouse.lake.lake import Lake
from warehouse.ledger.commit import commit
from warehouse.marts.materialise import build_marts

JULY_31 = date(2022, 7, 31)


def metric(numerator: str, denominator: str, more: str = "", id_: str = "own", version: int = 1) -> str:
    """An entry of metrics.toml."""
    return f"""
[[metric]]
id = "{id_}"
version = {version}
name = "Chỉ số"
definition = "của phép thử"
kind = "ratio"
numerator = [{numerator}]
denominator = [{denominator}]
{more}
"""


ONLINE, TOTAL, POSTAL = '{ count = "online" }', '{ count = "total" }', '{ count = "postal" }'


def rows(lake: Lake, setting: Setting, *columns: str, id_: str = "own", month: str = "2022-08") -> dict[str, Any]:
    """The columns of each member."""
    rates = build_marts(lake, setting.reference(), [month])["monthly_rates"].filter(metric_id=id_)
    return {row[0]: row[1:] for row in rates.select("member", *columns).rows()}


FIGURES = ("numerator", "denominator", "rate")


def shown(found: dict[str, Any], *members: str) -> list[tuple[Any, ...]]:
    """The figures of the members; rates as texts."""
    return [tuple(str(one) if isinstance(one, Decimal) else one for one in found[member]) for member in members]


def test_what_a_unit_does_not_send_is_null_and_the_sum_is_over_those_that_send_it(lake: Lake) -> None:
    setting = Setting(expected=[(unit, aug(1)) for unit in "abc"], metrics=metric(POSTAL, TOTAL))
    commit(lake, batch(Sent("a", aug(1), [("x", 3, 1, 2)]), Sent("b", aug(1), [("x", 3, 1)])))
    found = rows(lake, setting, *FIGURES, "units_counted", "units_expected", "is_complete")
    assert shown(found, "a", "b", "departments", "all") == [
        (2, 6, "33.33", 1, 1, True),
        (None, None, None, 0, 1, False),
        (2, 6, "33.33", 1, 2, False),
        (2, 6, "33.33", 1, 3, False),
    ]


def test_a_delivery_without_levels_counts_for_metrics_of_all_levels_only(lake: Lake) -> None:
    of_four = metric('{ count = "online", levels = [4] }', '{ count = "total", levels = [4] }', id_="four")
    setting = Setting(metrics=metric(ONLINE, TOTAL) + of_four)
    commit(
        lake, batch(Sent("a", aug(1), [("x", 3, 1, None, 0)]), Sent("b", aug(1), [("x", 1, 1), ("y", 2, 0, None, 3)]))
    )
    assert shown(rows(lake, setting, *FIGURES), "a", "b", "all") == [(3, 4, "75.00"), (3, 4, "75.00"), (6, 8, "75.00")]
    of_level = rows(lake, setting, *FIGURES, id_="four")
    assert shown(of_level, "a", "b", "all") == [(None, None, None), (1, 2, "50.00"), (1, 2, "50.00")]


def test_channels_stand_apart(lake: Lake) -> None:
    entries = [metric(f'{{ count = "{one}" }}', TOTAL, id_=one) for one in ("online", "in_person", "postal")]
    commit(lake, batch(Sent("a", aug(1), [("x", 5, 3, 2)])))
    setting = Setting(metrics="".join(entries))
    assert [shown(rows(lake, setting, *FIGURES, id_=one), "a")[0] for one in ("online", "in_person", "postal")] == [
        (5, 10, "50.00"),
        (3, 10, "30.00"),
        (2, 10, "20.00"),
    ]


def test_a_field_is_meant_by_any_of_its_names_and_a_file_without_fields_does_not_count(lake: Lake) -> None:
    land = 'fields = ["dat-dai"]'
    setting = Setting(
        fields=[("dat-dai", "Đất đai", "Ruộng đất", None, None)],
        metrics=metric(f'{{ count = "online", {land} }}', f'{{ count = "total", {land} }}'),
    )
    counts = [("ĐẤT ĐAI", 1, 0), ("ruộng đất", 0, 1), ("Hộ tịch", 9, 0)]
    commit(lake, batch(Sent("a", aug(1), counts), Sent("b", aug(1), [("Không ghi lĩnh vực", 4, 0)])))
    assert shown(rows(lake, setting, *FIGURES), "a", "b") == [(1, 2, "50.00"), (None, None, None)]


def test_of_several_contracts_the_first_that_gives_the_metric_counts(lake: Lake) -> None:
    summary = Sent("a", aug(1), [("x", 6, 4)])
    cases = Sent("a", aug(1), [("x", 5, 4, 1)], contract="cases", content="c")
    commit(lake, batch(summary))
    commit(lake, batch(cases))
    first = 'contracts = ["summary", "cases"]'
    setting = Setting(metrics=metric(POSTAL, TOTAL, first, "post") + metric(ONLINE, TOTAL, first, "online"))
    assert shown(rows(lake, setting, *FIGURES, id_="post"), "a") == [(1, 10, "10.00")]  # the summary states no post
    assert shown(rows(lake, setting, *FIGURES, id_="online"), "a") == [(6, 10, "60.00")]


@pytest.mark.parametrize(
    ("more", "target", "rate", "meets", "needed"),
    [
        ('direction = "up"', "70.00", "66.67", False, 1),
        ('direction = "down"', "70.00", "66.67", True, 0),
        ('direction = "down"', "50.00", "66.67", False, 1),
        ('direction = "down"', "0.00", "66.67", False, 4),
        ("decimals = 0", "67.00", "67.00", True, 0),
        ("decimals = 1", "66.70", "66.70", True, 0),
        ("decimals = 0", "66.50", "67.00", True, 0),
        ('decimals = 0\ndirection = "down"', "66.90", "67.00", False, 1),
    ],
)
def test_a_target_is_met_by_direction_and_rounding(
    lake: Lake, more: str, target: str, rate: str, meets: bool, needed: int
) -> None:
    setting = Setting(metrics=metric(ONLINE, TOTAL, more), targets=[("all", target, aug(1), "own")])
    commit(lake, batch(Sent("a", aug(1), [("x", 4, 2)])))
    found = shown(rows(lake, setting, "rate", "target", "meets_target", "needed"), "all", "a")
    assert found == [(rate, target, meets, needed), (rate, None, None, None)]


def test_few_cases_are_marked(lake: Lake) -> None:
    setting = Setting(metrics=metric(ONLINE, TOTAL, "min_denominator = 10"))
    commit(lake, batch(Sent("a", aug(1), [("x", 9, 0)]), Sent("b", aug(1), [("x", 9, 1)])))
    found = rows(lake, setting, "is_small")
    assert [found[name] for name in ("a", "b", "c", "all")] == [(True,), (False,), (None,), (False,)]


def test_a_new_version_changes_no_month_before_it(lake: Lake) -> None:
    new = metric('{ count = "in_person" }', TOTAL, "valid_from = 2022-08-01", version=2)
    commit(lake, batch(*(Sent("a", day, [("x", 3, 1)]) for day in (JULY_31, aug(1)))))
    before, after = (Setting(metrics=metric(ONLINE, TOTAL) + more) for more in ("", new))
    july, august = (
        [rows(lake, setting, "metric_version", "rate", "change", month=month)["a"] for setting in (before, after)]
        for month in ("2022-07", "2022-08")
    )
    assert july[0] == july[1]
    assert [row[0] for row in august] == [1, 2]
    assert [str(row[1]) for row in august] == ["75.00", "25.00"]
    assert august[0][2] == 0
    assert august[1][2] is None  # not compared with what was computed otherwise


def test_a_version_that_begins_within_a_month_holds_from_the_next(lake: Lake) -> None:
    new = metric('{ count = "in_person" }', TOTAL, "valid_from = 2022-08-02", version=2)
    commit(lake, batch(Sent("a", aug(1), [("x", 3, 1)])))
    assert rows(lake, Setting(metrics=metric(ONLINE, TOTAL) + new), "metric_version")["a"] == (1,)


def test_a_target_is_one_of_its_metric_only(lake: Lake) -> None:
    setting = Setting(metrics=ONLINE_RATE + metric(ONLINE, TOTAL), targets=[("a", "10.00", aug(1), "own")])
    commit(lake, batch(Sent("a", aug(1), [("x", 3, 1)])))
    assert shown(rows(lake, setting, "target"), "a") == [("10.00",)]
    assert shown(rows(lake, setting, "target", id_="online_rate"), "a") == [(None,)]
    wide = build_marts(lake, setting.reference(), ["2022-08"])["monthly_unit_rates"]
    assert wide.filter(unit_id="a")["target_pct"].to_list() == [None]


def test_a_metric_of_the_year_is_the_difference_to_the_end_of_the_month_before(lake: Lake) -> None:
    entry = metric('{ count = "settled_on_time" }', '{ count = "settled" }', 'contracts = ["processing"]')
    units = (Unit("a"), Unit("centre", "centres"))
    setting = Setting(units, due_processing=[("centre", JULY_31), ("centre", aug(1))], metrics=entry)

    def stated(day: date, *figures: int) -> Sent:
        return Sent("centre", day, [("x", 0, 0, None, 0, *figures)], contract="processing", basis="year_to_date")

    commit(lake, batch(stated(JULY_31, 100, 90, 80), stated(aug(1), 150, 110, 98)))
    marts = build_marts(lake, setting.reference(), ["2022-08"])
    assert shown(rows(lake, setting, *FIGURES, "is_complete"), "centre") == [(18, 20, "90.00", True)]
    assert marts["monthly_processing"]["on_time_pct"].to_list() == marts["monthly_rates"]["rate"].to_list()
    assert marts["daily_rates"].is_empty()


def test_a_day_stands_beside_the_month_so_far(lake: Lake) -> None:
    sent = [Sent("a", aug(day), [("x", 2 * day, day)], basis="month_to_date") for day in (1, 2, 3)]
    commit(lake, batch(*sent))
    setting = Setting(expected=[("a", aug(day)) for day in (1, 2, 3)], metrics=metric(ONLINE, TOTAL))
    daily = build_marts(lake, setting.reference(), ["2022-08"])["daily_rates"]
    assert daily.select("numerator", "denominator", "month_numerator", "month_denominator").rows() == [
        (2, 3, 2, 3),
        (2, 3, 4, 6),
        (2, 3, 6, 9),
    ]
    assert {str(rate) for rate in pl.concat([daily["rate"], daily["month_rate"]])} == {"66.67"}
