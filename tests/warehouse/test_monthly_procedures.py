"""Rates by procedure: from the lists of cases that count, level 4, by code; names and lists from the reference data."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.warehouse.builders import Sent, Setting, Unit, at, aug, batch
from warehouse.care.doctor.ledger import check_ledger
from warehouse.lake.lake import Lake
from warehouse.ledger.commit import commit
from warehouse.ledger.decisions import Decision
from warehouse.ledger.withdrawals import withdraw
from warehouse.marts.materialise import build_marts

CODE, OTHER = "1.000123", "2.000045"
LISTS = [
    ("full-process", CODE, "Cấp bản sao", date(2022, 1, 1), None, "nguồn"),
    ("essential", CODE, "Cấp bản sao", aug(10), None, "nguồn"),
]


def of_cases(day: date, *procedures: tuple[Any, ...], **more: Any) -> Sent:
    """A list of cases with these counts by procedure, and as many by field."""
    total = [sum(given[1:4]) for given in procedures]
    counts = [("đất đai", sum(total), 0)]
    return Sent("a", day, counts, contract="cases", procedures=procedures, **{"content": f"{day}{procedures}"} | more)


def rows(lake: Lake, **asked: Any) -> list[dict[str, Any]]:
    reference = Setting([Unit("a", until=aug(20))], procedures=LISTS).reference()
    return build_marts(lake, reference, ["2022-08"], **asked)["monthly_procedure_rates"].to_dicts()


def figures(lake: Lake, **asked: Any) -> dict[str, tuple[Any, ...]]:
    names = ("online", "in_person", "total", "online_rate_pct", "settled", "settled_on_time", "on_time_pct")
    return {row["procedure"]: tuple(row[name] for name in names) for row in rows(lake, **asked)}


def test_days_add_up_and_other_levels_are_left_out(lake: Lake) -> None:
    one = of_cases(aug(1), (CODE, 2, 1, 0, 4, 2, 1), (OTHER, 1, 0, 0, 3, 1, 1))
    two = of_cases(aug(2), (CODE, 1, 0, 2, 4, 1, 1), (OTHER, 0, 3, 0, 4, 0, 0))
    commit(lake, batch(one, two))
    assert figures(lake) == {
        CODE: (3, 3, 6, Decimal("50.00"), 3, 2, Decimal("66.67")),
        OTHER: (0, 3, 3, Decimal("0.00"), 0, 0, None),
    }
    assert check_ledger(lake)[0].level == "ok"


def test_what_is_not_known_of_one_day_is_not_known_of_the_month(lake: Lake) -> None:
    commit(lake, batch(of_cases(aug(1), (CODE, 1, 0, 0, 4, 1, None)), of_cases(aug(2), (CODE, 1, 0, 0, 4, 1, 1))))
    assert figures(lake)[CODE][4:] == (2, None, None)


def test_only_what_counts_is_there(lake: Lake) -> None:
    """A newer version replaces, a withdrawn one goes, a day after the unit's last one never counts."""
    first = of_cases(aug(1), (CODE, 1, 0))
    commit(lake, batch(first, of_cases(aug(21), (CODE, 5, 5)), of_cases(aug(2), (OTHER, 9, 0), status="quarantined")))
    assert figures(lake)[CODE][:3] == (1, 0, 1)
    commit(lake, batch(of_cases(aug(1), (CODE, 0, 4), decided_at=at(3))))
    assert figures(lake)[CODE][:3] == (0, 4, 4)
    assert figures(lake, known_at=at(2))[CODE][:3] == (1, 0, 1)
    withdraw(lake, [Decision("a:2022-08-01:cases:v2", "Lan", "gửi nhầm", at(5))], previous=True)
    assert figures(lake)[CODE][:3] == (1, 0, 1)


def test_lists_of_cases_count_also_beside_a_summary(lake: Lake) -> None:
    commit(lake, batch(of_cases(aug(1), (CODE, 1, 0)), Sent("a", aug(1), [("đất đai", 7, 7)])))
    assert figures(lake)[CODE][:3] == (1, 0, 1)


def test_names_and_lists_are_those_of_the_reference_data_on_the_last_day(lake: Lake) -> None:
    commit(lake, batch(of_cases(aug(1), (CODE, 1, 0), (OTHER, 1, 0))))
    said = {row["procedure"]: (row["procedure_name"], row["procedure_lists"]) for row in rows(lake)}
    assert said == {CODE: ("Cấp bản sao", "full-process"), OTHER: (None, None)}
    commit(lake, batch(of_cases(aug(12), (CODE, 1, 0))))
    assert {row["procedure_lists"] for row in rows(lake)} == {"essential,full-process", None}
