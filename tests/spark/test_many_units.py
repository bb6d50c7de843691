"""A month of 10,000 units, every shipped ratio: each cell against sums in plain Python, from DuckDB and from Spark."""

import random
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.spark.comparing import assert_same
from tests.warehouse.builders import Count, Sent, Setting, Unit, aug, batch
from tests.warehouse.test_shipped_metrics import all_ratios, with_every_count
from warehouse.lake.lake import Lake
from warehouse.ledger.commit import commit

UNITS = 10_000
DAYS = (aug(1), aug(2))
CONTRACTS = ("summary", "cases", "ii06")

GROUPS = ("departments", "districts")
Key = tuple[str, str]  # scope, member

pytestmark = pytest.mark.nightly


def name(number: int) -> str:
    return f"unit-{number:05d}"


def files(dice: random.Random) -> Iterator[Sent]:
    """One contract a unit; some days are missing, some rows are not level 4."""
    for number in range(UNITS):
        for day in DAYS:
            counts = [
                Count(field, dice.randint(0, 9), dice.randint(0, 9), dice.choice([0, 1]), dice.choice([4, 4, 3]))
                for field in ("Đất đai", "Hộ tịch", "Xây dựng")[: dice.randint(1, 3)]
            ]
            if dice.random() < 0.95:
                yield Sent(name(number), day, counts, contract=CONTRACTS[number % len(CONTRACTS)])


def pair(sent: Sent, metric: dict[str, Any]) -> tuple[int, int] | None:
    """Numerator and denominator of a file; None where it does not state a count."""
    sums = []
    for part in ("numerator", "denominator"):
        amount = 0
        for term in metric[part]:
            rows = [row for row in sent.counts if isinstance(row, Count)]
            taken = [row for row in rows if row.level in term.get("levels", [row.level])]
            values = [value(row, term["count"]) for row in taken or rows]
            if None in values:
                return None
            amount += sum(one or 0 for one in values) if taken else 0
        sums.append(amount)
    return sums[0], sums[1]


def value(row: Count, count: str) -> int | None:
    if count == "total":
        return row.online + row.in_person + (row.postal or 0)
    found: int | None = getattr(row, count)
    return found


def expected(sent: list[Sent], metrics: list[dict[str, Any]]) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    """(metric, scope, member) → numerator, denominator, rate, units counted."""
    found: dict[tuple[str, str, str], tuple[Any, ...]] = {}
    group = {name(number): GROUPS[number % 2] for number in range(UNITS)}
    for metric in metrics:
        sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
        counted: dict[Key, set[str]] = defaultdict(set)
        for one in sent:
            own = pair(one, metric) if one.contract in contracts(metric) else None
            for key in (("unit", one.unit), ("group", group[one.unit]), ("all", "all")) if own else ():
                assert own
                sums[key] = [sums[key][0] + own[0], sums[key][1] + own[1]]
                counted[key].add(one.unit)
        members = [*(("unit", unit) for unit in group), *(("group", one) for one in GROUPS), ("all", "all")]
        for key in members:
            part, whole = sums[key] if key in counted else (None, None)
            found[metric["id"], *key] = (part, whole, rate(part, whole), len(counted[key]))
    return found


def contracts(metric: dict[str, Any]) -> list[str]:
    return list(metric.get("contracts", CONTRACTS))


def rate(part: int | None, whole: int | None) -> Decimal | None:
    if part is None or not whole or part > whole:
        return None
    exact = Fraction(part * 100, whole)
    return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_every_cell_of_ten_thousand_units(lake: Lake) -> None:
    dice = random.Random(10_000)
    sent = with_every_count(dice, list(files(dice)))
    commit(lake, batch(*sent))
    units = [Unit(name(number), GROUPS[number % 2], number + 1) for number in range(UNITS)]
    ratios = all_ratios()
    metrics = [one for one in tomllib.loads(ratios)["metric"] if one.get("contracts") != ["processing"]]
    stands = Setting(units, metrics=ratios).reference()
    rows = assert_same(lake, stands, ["2022-08"])["monthly_rates"].iter_rows(named=True)
    names = ("numerator", "denominator", "rate", "units_counted")
    built = {(row["metric_id"], row["scope"], row["member"]): tuple(row[one] for one in names) for row in rows}
    wanted = expected(sent, metrics)
    assert len(metrics) == 8
    assert built.keys() == wanted.keys()
    assert [key for key, cells in wanted.items() if built[key] != cells] == []
    assert sum(cells[2] is not None for cells in wanted.values()) > 20_000
