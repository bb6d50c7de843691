"""The marts on small ledgers one can check by hand: input rows, output rows."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.warehouse.builders import Sent, Setting, Unit, at, aug, batch, every_day
from warehouse.lake.lake import Lake
from warehouse.ledger.commit import commit
from warehouse.marts.catalogue import PUBLISHED
from warehouse.marts.materialise import build_marts
from warehouse.marts.steps import run


def month(lake: Lake, setting: Setting | None = None, **asked: Any) -> dict[str, pl.DataFrame]:
    return build_marts(lake, (setting or Setting()).reference(), ["2022-08"], **asked)


def unit(marts: dict[str, pl.DataFrame], name: str, *columns: str) -> tuple[Any, ...]:
    return marts["monthly_unit_rates"].filter(pl.col("unit_id") == name).select(columns).row(0)


RATE = ("online", "in_person", "total", "online_rate_pct")


def test_every_mart_has_the_columns_of_the_dictionary(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)], broken=["total_is_sum"])))
    marts = month(lake)
    assert set(marts) == set(PUBLISHED) - {"publication"}
    assert all(dict(frame.schema) == dict(PUBLISHED[name].schema) for name, frame in marts.items())
    assert not any(
        frame[c.name].has_nulls() for n, frame in marts.items() for c in PUBLISHED[n].columns if not c.nullable
    )


def test_a_month_adds_its_days_and_post_counts_as_in_person(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 3, 1, 1), ("y", 1, 0)]), Sent("a", aug(2), [("x", 2, 1)])))
    marts = month(lake)
    assert unit(marts, "a", *RATE) == (6, 3, 9, Decimal("66.67"))
    assert marts["monthly_field_rates"].select("field", *RATE).rows() == [
        ("x", 5, 3, 8, Decimal("62.50")),
        ("y", 1, 0, 1, Decimal("100.00")),
    ]


def test_only_procedures_handled_fully_online_count(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 3, 1, None, 4), ("x", 100, 100, None, 3)])))
    assert unit(month(lake), "a", *RATE) == (3, 1, 4, Decimal("75.00"))


def test_a_unit_that_sent_nothing_has_its_row_and_no_rate(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(2), [("x", 1, 0)])))
    marts = month(lake, Setting(expected=every_day("ab", aug(1), aug(31))))
    columns = (*RATE, "meets_target", "online_needed", "days_expected", "days_accepted", "is_complete")
    assert unit(marts, "b", *columns) == (None, None, None, None, None, None, 2, 0, False)


def test_sums_are_those_of_the_units_that_have_figures_and_say_of_how_many(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(2), [("x", 3, 1)])))
    later = Unit("later", "districts", since=aug(20))
    units = [Unit("a"), Unit("b"), Unit("c", "districts"), later]
    marts = month(lake, Setting(units, expected=every_day(["a", "b", "c", "later"], aug(1), aug(31))))
    columns = (*RATE, "units_expected", "units_counted", "days_expected", "days_accepted")
    assert marts["monthly_group_rates"].select("unit_group", *columns).rows() == [
        ("all", 3, 1, 4, Decimal("75.00"), 3, 1, 6, 1),
        ("departments", 3, 1, 4, Decimal("75.00"), 2, 1, 4, 1),
        ("districts", None, None, None, None, 1, 0, 2, 0),
    ]
    assert unit(marts, "later", *RATE, "days_expected") == (None, None, None, None, 0)


def test_a_unit_that_sent_zeros_has_no_rate_but_is_complete(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 0, 0)]), Sent("b", aug(1))))
    marts = month(lake, Setting(expected=every_day("ab", aug(1), aug(31))))
    for name in "ab":  # b: an accepted file without any row
        assert unit(marts, name, *RATE, "days_accepted", "is_complete") == (0, 0, 0, None, 1, True)
    assert marts["daily_unit_rates"].select("unit_id", "total", "month_total").rows() == [("a", 0, 0), ("b", 0, 0)]


def test_days_are_expected_up_to_the_last_day_that_happened(lake: Lake) -> None:
    expected = every_day("ab", aug(1), aug(31))
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 0)]), outcomes=[("b", aug(3), "summary", "pull", "missing", at(3))]))
    marts = month(lake, Setting(expected=expected))
    assert unit(marts, "a", "as_of", "days_expected", "days_accepted", "is_complete") == (aug(3), 3, 1, False)
    assert marts["export_status"].filter(unit_id="b")["outcome"].to_list() == ["missing"] * 3


def test_a_delivery_on_an_unexpected_day_counts_but_completes_nothing(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 0)]), Sent("a", aug(2), [("x", 1, 0)])))
    marts = month(lake, Setting(expected=[("a", aug(1))]))
    assert unit(marts, "a", "total", "days_expected", "days_accepted", "is_complete") == (2, 1, 1, True)


def test_groups_are_weighted_and_days_are_summed(lake: Lake) -> None:
    files = [Sent("a", aug(1), [("x", 1, 0)]), Sent("b", aug(1), [("x", 0, 3)]), Sent("c", aug(1), [("x", 4, 0)])]
    commit(lake, batch(*files))
    groups = month(lake, Setting(expected=every_day("abc", aug(1), aug(1))))["monthly_group_rates"]
    assert groups.select("unit_group", *RATE, "days_expected", "days_accepted").rows() == [
        ("all", 5, 3, 8, Decimal("62.50"), 3, 3),
        ("departments", 1, 3, 4, Decimal("25.00"), 2, 2),
        ("districts", 4, 0, 4, Decimal("100.00"), 1, 1),
    ]


def test_the_rounded_rate_meets_the_target(lake: Lake) -> None:
    expected = {
        (5499, 4501): ("54.99", False, 1),
        (5500, 4500): ("55.00", True, 0),
        (10_999, 9001): ("55.00", True, 0),  # 54.995 is rounded up before it is compared
        (109_989, 90_011): ("54.99", False, 1),  # 54.9945, and one more makes 54.995
        (0, 3): ("0.00", False, 2),
        (1, 0): ("100.00", True, 0),
    }
    files = [Sent(f"u{number}", aug(1), [("x", *counts)]) for number, counts in enumerate(expected)]
    commit(lake, batch(*files))
    marts = month(lake, Setting([Unit(sent.unit) for sent in files]))
    for sent, (rate, meets, missing) in zip(files, expected.values(), strict=True):
        found = unit(marts, sent.unit, "online_rate_pct", "meets_target", "online_needed")
        assert found == (Decimal(rate), meets, missing)


def test_the_target_is_the_one_in_force_at_the_end_of_the_figures(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 6, 4)]), Sent("c", aug(15), [("x", 6, 4)])))
    targets = [("departments", "55.00", aug(1)), ("districts", "60.00", aug(16)), ("all", "60.00", aug(15))]
    reference = Setting(targets=targets).reference()
    ends = pl.when(pl.col("unit_group") == "departments").then(pl.lit(aug(15)))
    marts = build_marts(lake, replace(reference, targets=reference.targets.with_columns(valid_to=ends)), ["2022-08"])
    assert unit(marts, "a", "target_pct", "meets_target", "online_needed") == (Decimal("55.00"), True, 0)
    assert unit(marts, "c", "target_pct", "meets_target", "online_needed") == (None, None, None)
    assert marts["monthly_group_rates"].select("unit_group", "target_pct").rows() == [
        ("all", Decimal("60.00")), ("departments", Decimal("55.00")), ("districts", None)
    ]  # fmt: skip


def test_a_unit_s_own_target_goes_before_its_group_s_while_it_is_in_force(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 6, 4)]), Sent("b", aug(1), [("x", 6, 4)])))
    targets = [("departments", "55.00", aug(1)), ("a", "70.00", aug(1)), ("b", "70.00", aug(2))]
    marts = month(lake, Setting(targets=targets))
    columns = ("target_pct", "meets_target", "online_needed")
    assert unit(marts, "a", *columns) == (Decimal("70.00"), False, 1)
    assert unit(marts, "b", *columns) == (Decimal("55.00"), True, 0)
    groups = marts["monthly_group_rates"].select("unit_group", "target_pct").rows()
    assert groups == [("all", None), ("departments", Decimal("55.00")), ("districts", None)]


BASELINE = ("baseline_month", "baseline_rate_pct", "baseline_change_points")
APRIL = [("2022-04", "all", "48.69"), ("2022-04", "a", "20.00")]


def everyone(marts: dict[str, pl.DataFrame], *columns: str) -> tuple[Any, ...]:
    return marts["monthly_group_rates"].filter(unit_group="all").select(columns).row(0)


def test_the_baseline_of_a_month_the_lake_does_not_hold_is_the_reviewed_one(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)]), Sent("b", aug(1), [("x", 78, 22)])))
    marts = month(lake, Setting(baseline_month="2022-04", baselines=APRIL))
    assert everyone(marts, "online_rate_pct", *BASELINE) == (
        Decimal("77.45"), "2022-04", Decimal("48.69"), Decimal("28.76")
    )  # fmt: skip
    assert unit(marts, "a", *BASELINE) == ("2022-04", Decimal("20.00"), Decimal("30.00"))
    assert unit(marts, "b", *BASELINE) == ("2022-04", None, None)
    assert unit(month(lake, Setting(baselines=APRIL)), "a", *BASELINE) == (None, None, None)


@pytest.mark.parametrize(
    ("expected", "baseline"),
    [
        ([("a", date(2022, 4, 5))], "33.33"),  # the lake has the month whole
        ([("a", date(2022, 4, 5)), ("a", date(2022, 4, 4))], "20.00"),  # a day of it is missing
    ],
)
def test_the_lake_s_own_baseline_month_goes_first_once_it_is_complete(
    lake: Lake, expected: list[tuple[str, date]], baseline: str
) -> None:
    commit(lake, batch(Sent("a", date(2022, 4, 5), [("x", 1, 2)]), Sent("a", aug(1), [("x", 1, 1)])))
    months = [("2022-04", date(2022, 4, 1), date(2022, 4, 30)), ("2022-08", aug(1), aug(31))]
    marts = month(lake, Setting(expected=expected, periods=months, baseline_month="2022-04", baselines=APRIL))
    assert unit(marts, "a", "baseline_rate_pct")[0] == Decimal(baseline)
    assert unit(marts, "a", "previous_rate_pct") == (None,)
    assert set(marts["daily_unit_rates"]["month"]) == {"2022-08"}


def test_a_month_not_after_the_baseline_month_is_not_compared_with_it(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)])))
    for baseline in ("2022-08", "2022-09"):
        setting = Setting(baseline_month=baseline, baselines=[(baseline, "a", "20.00")])
        assert unit(month(lake, setting), "a", *BASELINE) == (None, None, None)


def test_the_change_is_that_of_the_rounded_rates(lake: Lake) -> None:
    july = [Sent("a", date(2022, 7, 31), [("x", 1, 2)])]
    commit(lake, batch(*july, Sent("a", aug(1), [("x", 2, 1)]), Sent("b", aug(1), [("x", 1, 0)])))
    marts = month(lake, as_of=aug(1))
    assert unit(marts, "a", "previous_rate_pct", "change_points") == (Decimal("33.33"), Decimal("33.34"))
    assert unit(marts, "b", "previous_rate_pct", "change_points") == (None, None)
    everyone = marts["monthly_group_rates"].filter(unit_group="all").select("previous_rate_pct", "change_points")
    assert everyone.row(0) == (Decimal("33.33"), Decimal("41.67"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("days", "outcomes", "complete"),
    [
        (range(1, 32), [], True),
        (range(1, 31), [], False),
        ([31], [], False),
        ([1], [], False),  # of a month that breaks off after its first day, too
        ([1], [("a", date(2022, 7, 31), "summary", "pull", "missing", at(1))], False),
    ],
)
def test_a_change_says_whether_the_month_before_is_complete(
    lake: Lake, days: Any, outcomes: list[tuple[object, ...]], complete: bool
) -> None:
    july = [Sent("a", date(2022, 7, day), [("x", 1, 2)]) for day in days]
    commit(lake, batch(*july, Sent("a", aug(1), [("x", 2, 1)]), Sent("b", aug(1), [("x", 1, 0)]), outcomes=outcomes))
    units = [Unit("a"), Unit("b", since=aug(1)), Unit("c", "districts", since=aug(1))]
    expected = every_day("a", date(2022, 7, 1), aug(31))
    marts = month(lake, Setting(units, expected=expected, baseline_month="2022-07"))
    columns = (
        "previous_rate_pct",
        "change_points",
        "previous_is_complete",
        "baseline_rate_pct",
        "baseline_is_complete",
    )
    assert unit(marts, "a", *columns) == (Decimal("33.33"), Decimal("33.34"), complete, Decimal("33.33"), complete)
    assert unit(marts, "b", *columns) == (None, None, None, None, None)
    assert everyone(marts, *columns)[2:] == (complete, Decimal("33.33"), complete)
    reviewed = Setting(units, expected=expected, baseline_month="2022-07", baselines=[("2022-07", "a", "20.00")])
    rate = Decimal("33.33") if complete else Decimal("20.00")
    assert unit(month(lake, reviewed), "a", "baseline_rate_pct", "baseline_is_complete") == (rate, True)


def test_the_latest_accepted_version_counts(lake: Lake) -> None:
    for hour, (count, status) in enumerate([(1, "accepted"), (2, "accepted_with_warnings"), (3, "quarantined")]):
        commit(lake, batch(Sent("a", aug(1), [("x", count, 0)], status, decided_at=at(2, hour))))
    assert unit(month(lake), "a", "online")[0] == 2


@pytest.mark.slow
def test_the_question_can_be_as_of_a_date_and_as_known_at_a_moment(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 0)]), Sent("a", aug(2), [("x", 10, 0)])))
    commit(lake, batch(Sent("a", aug(1), [("x", 100, 0)], decided_at=at(5))))
    assert unit(month(lake), "a", "online", "as_of") == (110, aug(2))
    assert unit(month(lake, as_of=aug(1)), "a", "online", "as_of") == (100, aug(1))
    assert unit(month(lake, known_at=at(4)), "a", "online", "as_of") == (11, aug(2))
    assert unit(month(lake, known_at=at(1)), "a", "online", "as_of") == (1, aug(1))
    assert month(lake, known_at=at(1, 19))["monthly_unit_rates"].is_empty()


def test_a_month_of_which_nothing_is_known_has_no_rows(lake: Lake) -> None:
    marts = month(lake, Setting(expected=every_day("a", aug(1), aug(31))))
    named = ["groups", "channels", "levels", "contracts", "units", "targets", "metrics"]
    assert [name for name, frame in marts.items() if frame.height] == named


def test_a_month_without_period_is_an_error(lake: Lake) -> None:
    with pytest.raises(ValueError, match="2022-09"):
        build_marts(lake, Setting().reference(), ["2022-09"])


def test_units_are_those_valid_in_the_period(lake: Lake) -> None:
    units = [
        Unit("ended", until=date(2022, 7, 31)),
        Unit("ends", until=aug(1)),
        Unit("begins", since=aug(31)),
        Unit("later", since=date(2022, 9, 1)),
    ]
    commit(lake, batch(*(Sent(unit.id, aug(1), [("x", 1, 0)]) for unit in units)))
    marts = month(lake, Setting(units))
    assert sorted(marts["monthly_unit_rates"]["unit_id"]) == ["begins", "ends"]
    assert sorted(marts["daily_unit_rates"]["unit_id"]) == ["ends"]
    assert marts["monthly_group_rates"].filter(unit_group="all")["total"].to_list() == [1]


def test_a_day_on_which_its_unit_is_not_valid_counts_nowhere(lake: Lake) -> None:
    """A unit that begins on the 5th with a file for the 2nd, one that ended on the 6th with a file for the 7th."""
    units = [Unit("new", since=aug(5)), Unit("old", until=aug(6))]
    files = [Sent("new", aug(2), [("x", 400, 100)]), Sent("new", aug(5), [("x", 1, 0)])]
    files += [Sent("old", aug(6), [("x", 1, 1)]), Sent("old", aug(7), [("x", 900, 0)], basis="month_to_date")]
    files += [Sent("old", aug(8), broken=["unit_is_sender"], status="quarantined")]
    commit(lake, batch(*files, outcomes=[("new", aug(8), "summary", "pull", "missing", at(9))]))
    marts = month(lake, Setting(units, expected=every_day(["new", "old"], aug(1), aug(31))))
    columns = ("online", "total", "days_expected", "days_accepted", "is_complete")
    assert unit(marts, "new", *columns) == (1, 1, 4, 1, False)
    assert unit(marts, "old", *columns) == (1, 2, 6, 1, False)
    assert marts["monthly_field_rates"].select("unit_id", "total").rows() == [("new", 1), ("old", 2)]
    assert marts["daily_unit_rates"].select("unit_id", "business_date", "month_total").rows() == [
        ("new", aug(5), 1), ("old", aug(6), 2)
    ]  # fmt: skip
    status = marts["export_status"].filter(pl.col("outcome") != "missing").select("unit_id", "business_date", "outcome")
    assert status.rows() == [
        ("new", aug(5), "accepted"), ("old", aug(6), "accepted"), ("old", aug(8), "quarantined")
    ]  # fmt: skip
    assert marts["export_status"].filter(outcome="missing", unit_id="new")["business_date"].to_list() == [
        aug(6), aug(7), aug(8)
    ]  # fmt: skip


def test_a_period_may_run_from_the_middle_of_a_month(lake: Lake) -> None:
    periods = [("2022-07", date(2022, 6, 15), date(2022, 7, 14)), ("2022-08", date(2022, 7, 15), aug(14))]
    files = [Sent("a", day, [("x", 1, 1)]) for day in (date(2022, 7, 14), date(2022, 7, 15), aug(14), aug(15))]
    commit(lake, batch(*files))
    marts = month(lake, Setting(periods=periods))
    assert unit(marts, "a", "total", "as_of", "previous_rate_pct") == (4, aug(14), Decimal("50.00"))


def cumulative(day: int, online: int, in_person: int = 0) -> Sent:
    return Sent("a", aug(day), [("x", online, in_person)], basis="month_to_date")


def days(marts: dict[str, pl.DataFrame]) -> list[tuple[Any, ...]]:
    return marts["daily_unit_rates"].select(pl.col("business_date").dt.day(), "online", "month_online").rows()


def test_a_month_to_date_unit_s_month_is_its_last_delivery(lake: Lake) -> None:
    commit(lake, batch(cumulative(1, 5), cumulative(2, 7), cumulative(3, 12)))
    marts = month(lake, Setting(expected=every_day("a", aug(1), aug(31))))
    assert unit(marts, "a", "online", "days_accepted")[0] == 12
    assert days(marts) == [(1, 5, 5), (2, 2, 7), (3, 5, 12)]


def test_a_day_after_a_gap_is_not_guessed(lake: Lake) -> None:
    commit(lake, batch(cumulative(2, 5), cumulative(3, 7), cumulative(5, 12)))
    marts = month(lake, Setting(expected=every_day("a", aug(1), aug(31))))
    assert days(marts) == [(2, None, 5), (3, 2, 7), (5, None, 12)]


def test_days_on_which_nothing_was_expected_are_no_gap(lake: Lake) -> None:
    commit(lake, batch(cumulative(3, 5), cumulative(5, 7), cumulative(8, 12)))
    marts = month(lake, Setting(expected=[("a", aug(day)) for day in (3, 5, 8)]))
    assert days(marts) == [(3, 5, 5), (5, 2, 7), (8, 5, 12)]


@pytest.mark.parametrize("second", [(49, 7), (51, 4)])
def test_a_day_whose_difference_would_be_negative_is_unknown(lake: Lake, second: tuple[int, int]) -> None:
    commit(lake, batch(cumulative(1, 50, 5), cumulative(2, *second), cumulative(3, 60, 7)))
    rows = month(lake)["daily_unit_rates"].sort("business_date")
    assert rows.select("online", "in_person", "total", "online_rate_pct").row(1) == (None, None, None, None)
    assert rows["month_online"].to_list() == [50, second[0], 60]
    assert rows["online"].to_list() == [50, None, 60 - second[0]]


def test_a_unit_that_turns_to_month_to_date_is_counted_once(lake: Lake) -> None:
    files = [Sent("a", aug(1), [("x", 5, 0)]), cumulative(2, 9), Sent("a", aug(3), [("x", 1, 0)])]
    commit(lake, batch(*files))
    marts = month(lake)
    assert unit(marts, "a", "online")[0] == 10
    assert days(marts) == [(1, 5, 5), (2, None, 9), (3, 1, 10)]


def test_export_status_shows_what_is_there(lake: Lake) -> None:
    late = ("a", aug(1), "summary", "pull", "late", at(2))
    held = Sent("b", aug(1), [("x", 1, 0)], "quarantined", broken=["total_is_sum", "dates"])
    missing = ("c", aug(1), "summary", "pull", "missing", at(2))
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 0)]), held, outcomes=[late, missing]))
    status = month(lake, Setting(expected=every_day("abc", aug(1), aug(31))))["export_status"]
    assert status.select("unit_id", "outcome", "is_late", "version", "received_at", "rules_broken").rows() == [
        ("a", "accepted", True, 1, at(1), None),
        ("b", "quarantined", False, 1, at(1), "dates,total_is_sum"),
        ("c", "missing", False, None, None, None),
    ]


def test_export_status_says_nothing_of_days_for_which_a_unit_was_not_asked(lake: Lake) -> None:
    missing = ("b", aug(2), "summary", "pull", "missing", at(2))
    commit(lake, batch(Sent("a", aug(3), [("x", 1, 0)]), outcomes=[missing]))  # the run of 3 August asked a alone
    marts = month(lake, Setting(expected=every_day("abc", aug(1), aug(31))))
    assert marts["export_status"].select("unit_id", "business_date", "outcome").rows() == [
        *(("a", aug(day), "missing") for day in (1, 2)),
        ("a", aug(3), "accepted"),
        *(("b", aug(day), "missing") for day in (1, 2)),
    ]
    assert unit(marts, "b", "as_of", "days_expected", "is_complete") == (aug(3), 3, False)


def test_check_failures_name_unit_day_and_version(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), status="quarantined", broken=["dates"])))
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 0)], decided_at=at(2))))
    failures = month(lake)["check_failures"]
    assert failures.select("delivery_id", "rule", "unit_id", "business_date", "version", "failing").rows() == [
        ("a:2022-08-01:summary:v1", "dates", "a", aug(1), 1, 1)
    ]


def test_a_unit_nobody_knows_appears_nowhere(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 0)]), Sent("stranger", aug(1), [("x", 9, 0)], broken=["dates"])))
    marts = month(lake, Setting(expected=[("stranger", aug(1))]))
    for name, frame in marts.items():
        assert "stranger" not in frame.get_column("unit_id", default=pl.Series(dtype=pl.String)), name
    assert marts["monthly_group_rates"].filter(unit_group="all")["total"].to_list() == [1]


@pytest.mark.parametrize(
    ("sent", "online"),
    [
        (["summary", "cases", "ii06"], 1),
        (["cases", "ii06"], 2),
        (["ii06"], 3),
        (["processing"], None),
    ],
)
def test_of_several_contracts_one_gives_the_rate(lake: Lake, sent: list[str], online: int | None) -> None:
    counts = {"summary": 1, "cases": 2, "ii06": 3, "processing": 9}
    commit(lake, batch(*(Sent("a", aug(1), [("x", counts[contract], 0)], contract=contract) for contract in sent)))
    marts = month(lake, Setting(expected=[("a", aug(1))], contract=sent[0]))
    assert unit(marts, "a", "online", "days_accepted") == (online, int(sent != ["processing"]))


def test_counts_of_all_levels_together_are_no_part_of_the_rate(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 5, 0, None, 0)], contract="ii06")))
    marts = month(lake, Setting(expected=[("a", aug(1))], contract="ii06"))
    assert unit(marts, "a", "online", "days_expected", "days_accepted") == (None, 1, 0)


def test_other_contracts_have_a_status_but_do_not_touch_the_rate(lake: Lake) -> None:
    missing = ("a", aug(2), "processing", "pull", "missing", at(2))
    files = [Sent("a", aug(1), [("x", 1, 0)]), Sent("a", aug(1), [("x", 9, 0)], contract="ii06")]
    commit(lake, batch(*files, outcomes=[missing]))
    reference = Setting(expected=[("a", aug(1)), ("a", aug(2))]).reference()
    contract = pl.when(pl.col("business_date") == aug(1)).then(pl.lit("summary")).otherwise(pl.lit("processing"))
    expected = reference.expected_days.with_columns(contract=contract)
    marts = build_marts(lake, replace(reference, expected_days=expected), ["2022-08"])
    assert unit(marts, "a", "online", "days_expected", "days_accepted") == (1, 1, 1)
    assert marts["export_status"].select("business_date", "contract", "outcome").rows() == [
        (aug(1), "ii06", "accepted"), (aug(1), "summary", "accepted"), (aug(2), "processing", "missing")
    ]  # fmt: skip


def test_the_formula_is_exact_for_every_small_pair_and_for_huge_ones() -> None:
    pairs = [(online, total) for total in range(251) for online in range(total + 1)]
    large = (10**6 + 1, *range(10**11 - 3, 10**11 + 3), 10**12 + 7, 10**15 + 3)  # 10**11: where decimals begin
    pairs += [(total // 2 + step, total) for total in large for step in range(-50, 50)]
    # on each side of a half, where only whole numbers tell which way to round
    pairs += [
        (total * (2 * n + 1) // 20_000 + step, total) for total in large for n in (0, 6748, 9999) for step in (0, 1)
    ]
    half_up = [floor(Fraction(online * 10_000, total) + Fraction(1, 2)) if total else None for online, total in pairs]
    pairs += [(-1, 5), (6, 5), (0, -1), (None, 5), (5, None)]
    half_up += [None] * 5
    with duckdb.connect() as connection:
        run(connection, [])
        connection.register("pairs", pl.DataFrame(pairs, schema=["online", "total"], orient="row"))
        found = connection.execute("SELECT rate_hundredths(online, total) FROM pairs").fetchall()
        same = connection.execute("SELECT rate_rounded(online, total, 1) FROM pairs").fetchall()
    assert [hundredths for (hundredths,) in found] == half_up
    assert same == found


def test_online_needed_is_the_least_number_that_reaches_the_target(lake: Lake) -> None:
    files = [Sent(f"u{total}", aug(1), [("x", total // 5, total - total // 5)]) for total in range(1, 120)]
    commit(lake, batch(*files))
    setting = Setting([Unit(sent.unit) for sent in files], targets=[("departments", "66.67", aug(1))])
    for row in month(lake, setting)["monthly_unit_rates"].to_dicts():
        reached = [n for n in range(row["total"] + 1) if _percent(row["online"] + n, row["total"]) >= Decimal("66.67")]
        assert row["online_needed"] == reached[0], row


def _percent(online: int, total: int) -> Decimal:
    return Decimal(floor(Fraction(online * 10_000, total) + Fraction(1, 2))) / 100


def test_last_day_of_the_daily_mart_equals_the_month(lake: Lake) -> None:
    start = date(2022, 8, 1)
    files = [
        Sent(name, start + timedelta(n), [("x", n * 7 % 5, n % 3)], basis=basis)
        for name, basis in (("a", "day"), ("b", "month_to_date"))
        for n in range(0, 20, 2)
    ]
    commit(lake, batch(*files))
    marts = month(lake)
    last = marts["daily_unit_rates"].sort("business_date").group_by("unit_id").last().sort("unit_id")
    for row in last.to_dicts():
        months = (row["month_online"], row["month_in_person"], row["month_total"], row["month_rate_pct"])
        assert months == unit(marts, row["unit_id"], *RATE)


def fields_of(marts: dict[str, pl.DataFrame]) -> list[tuple[Any, ...]]:
    return marts["monthly_field_rates"].select("unit_id", "field", "field_id", "online", "total").rows()


def test_a_known_field_is_one_row_under_its_name_however_it_is_spelled(lake: Lake) -> None:
    names = ("Hoà giải cơ sở", "HÒA GIẢI CƠ SỞ", "Hòa giải ở cơ sở", "1. hòa giải cơ sở")
    commit(lake, batch(*(Sent("a", aug(day), [(name, 1, 2)]) for day, name in enumerate(names, start=1))))
    known = [("hoa-giai", "Hòa giải cơ sở", "Hòa giải ở cơ sở", None, None)]
    assert fields_of(month(lake, Setting(fields=known))) == [("a", "Hòa giải cơ sở", "hoa-giai", 4, 12)]


def test_an_unknown_field_is_one_row_as_it_was_spelled_last(lake: Lake) -> None:
    sent = [(1, "Sao Y"), (3, "SAO Y"), (2, "sao  y")]
    commit(lake, batch(*(Sent("a", aug(day), [(name, 1, 0)]) for day, name in sent)))
    commit(lake, batch(Sent("b", aug(3), [("Sao y", 1, 0)])))
    marts = month(lake)
    assert fields_of(marts) == [("a", "SAO Y", None, 3, 3), ("b", "Sao y", None, 1, 1)]
    assert fields_of(month(lake, as_of=aug(2))) == [("a", "sao  y", None, 2, 2)]


def test_two_spellings_that_a_person_let_pass_in_one_file_are_added(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("Đất đai", 1, 2), ("ĐẤT ĐAI", 3, 4), ("Hộ tịch", 1, 1)])))
    assert fields_of(month(lake)) == [("a", "Hộ tịch", None, 1, 2), ("a", "ĐẤT ĐAI", None, 4, 10)]


def test_a_field_that_ended_gives_way_to_the_one_that_has_its_name_now(lake: Lake) -> None:
    known = [
        ("dang-ky", "Đăng ký giao dịch bảo đảm", None, None, aug(10)),
        ("bien-phap", "Đăng ký biện pháp bảo đảm", "Đăng ký giao dịch bảo đảm", aug(11), None),
    ]
    commit(lake, batch(*(Sent(u, aug(day), [(known[0][1], 1, 0)]) for u, day in (("a", 1), ("a", 9), ("b", 12)))))
    assert fields_of(month(lake, Setting(fields=known))) == [
        ("a", "Đăng ký giao dịch bảo đảm", "dang-ky", 2, 2),
        ("b", "Đăng ký biện pháp bảo đảm", "bien-phap", 1, 1),
    ]
