"""The rules and the same by hand in SQL count alike: what the benchmark rests on, and a second opinion on the rules."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.clock import Clock
from bench.deliveries import Load
from bench.once import by_project, by_sql, in_order
from bench.prepared import make, read
from transforms.check.rules.more_counts import more_counts_rules
from transforms.dictionary.contracts import SUMMARY

SMALL = {"summary": Load.of("summary", 56_000), "cases": replace(Load.of("cases", 30_000), units=60, days=16, rows=100)}
_OF_MORE_COUNTS = {rule.id for rule in more_counts_rules(SUMMARY, "total", "settled")}  # which they do not have
# The made-up deliveries break all rules but these.
NEVER = {
    "summary": {
        *("corrected", "correction_is_current", "levels_told", "level_is_rated"),
        *("month_to_date_grows", "agrees_with_later_days", "group_total_is_sum", "group_total_is_compared"),
        *_OF_MORE_COUNTS,
    },
    "cases": {
        *("cases_are_own", "some_cases_are_own"),
        "unit_is_sender",
        "date_is_business_date",
        "levels_told",
        "level_is_rated",
        "case_not_counted_before",
        "month_to_date_grows",
        "marks_known",
        "paid_case_was_to_pay",
    },
}
UNKNOWN = {"summary": {"total_is_sum", "totals_row_is_sum", "rate_is_right"}, "cases": set[str]()}


@pytest.mark.slow
@pytest.mark.parametrize("contract", list(SMALL))
def test_validation_and_raw_sql_count_the_same(contract: str, tmp_path: Path) -> None:
    prepared = read(make(SMALL[contract], tmp_path))
    mine = in_order(by_project(prepared, Clock()), contract)
    assert mine.equals(in_order(by_sql(prepared, Clock()), contract))
    sums = mine.drop("file", "row_count").sum().row(0, named=True)
    unknown = {
        column.removesuffix("__unknown") for column, count in sums.items() if column.endswith("__unknown") and count
    }
    assert unknown == UNKNOWN[contract]
    assert {column for column, count in sums.items() if not column.endswith("__unknown") and not count} == NEVER[
        contract
    ]
