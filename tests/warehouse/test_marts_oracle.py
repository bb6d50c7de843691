"""Every cell of the rate marts against the oracle, on random ledgers."""

import random
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from tests.warehouse import oracle
from tests.warehouse.builders import Sent, Setting, Unit, at, aug, batch
from transforms.columns import LAKE, MARTS
from warehouse.commit import commit
from warehouse.decisions import Decision, reject, release
from warehouse.lake import Lake
from warehouse.ledger import quarantined
from warehouse.materialise import build_marts, materialise
from warehouse.workbench import workbench

UNITS = (
    Unit("day"),
    Unit("cumulative", order=2),
    Unit("mixed", order=3),
    Unit("several", order=4),
    Unit("working", "districts"),
    Unit("silent", "districts", 2),
    Unit("ended", "districts", 3, until=date(2022, 7, 20)),
    Unit("began", "communes", since=date(2022, 8, 10)),
    Unit("gone", until=date(2022, 6, 30)),
)
FIRST, LAST = date(2022, 7, 1), aug(31)
MONTHS = ["2022-07", "2022-08"]


def calendar(unit: str) -> list[date]:
    days = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
    return [day for day in days if unit != "working" or day.weekday() < 5]


def sent(dice: random.Random, unit: str, day: date) -> Sent:
    basis = {"cumulative": "month_to_date", "working": "month_to_date"}.get(unit, "day")
    if unit == "mixed" and dice.random() < 0.2:
        basis = "month_to_date"
    contract = dice.choice(["summary", "cases", "ii06"]) if unit == "several" else "summary"
    levels = [0] if contract == "ii06" and dice.random() < 0.5 else [4, 4, 3]
    scale = day.day if basis == "month_to_date" else 1
    counts = [
        (name, scale * dice.randint(0, 3) * (dice.random() < 0.8), dice.randint(0, 3), dice.choice([None, 0, 2]), level)
        for name, level in zip(("đất đai", "hộ tịch", "đất đai"), levels, strict=False)
        if dice.random() < 0.8
    ]
    return Sent(
        unit,
        day,
        counts,
        status=dice.choice(["accepted", "accepted", "accepted_with_warnings", "quarantined"]),
        basis=basis,
        contract=contract,
        content=(content := f"{dice.random()}"),
        name=f"{content}.csv",
        modified_at=at(1, 0, 9) + timedelta(seconds=dice.randint(0, 10**6)),
        decided_at=at(1, 0, month=day.month) + timedelta(days=day.day, hours=dice.randint(0, 90)),
    )


def random_ledger(dice: random.Random) -> tuple[list[Sent], Setting, list[tuple[object, ...]]]:
    """Files with several versions, some held back; days left out; targets that change and one that is not set."""
    last = dice.choice([LAST, aug(19), aug(3)])
    days = [(unit.id, day) for unit in UNITS if unit.id != "silent" for day in calendar(unit.id) if day <= last]
    files = [
        sent(dice, unit, day) for unit, day in days if dice.random() < 0.85 for _ in range(dice.choice([1, 1, 1, 2, 3]))
    ]
    missing = [("silent", last, "summary", "pull", "missing", at(30, 23))]
    targets = [
        ("departments", dice.choice(["55.00", "33.33", "0.00", "100.00"]), FIRST),
        ("districts", dice.choice(["50.00", "66.67"]), aug(1)),
        ("all", "55.00", FIRST),
    ]
    expected = [(unit.id, day) for unit in UNITS for day in calendar(unit.id)]
    return files, Setting(UNITS, expected, targets), missing


def decide(lake: Lake, dice: random.Random, files: list[Sent]) -> None:
    """Some of the deliveries held back are released, a few rejected, each a while after it was judged."""
    by_file = {(sent.unit, sent.day, sent.contract, sent.name): sent for sent in files}
    held = quarantined(lake)
    assert held.height > 20
    for row in dice.sample(held.to_dicts(), 12):
        sent = by_file[row["unit_id"], row["business_date"], row["contract"], row["file_name"]]
        decision = Decision(row["delivery_id"], "A", "b", sent.decided + timedelta(hours=dice.randint(1, 200)))
        if dice.random() < 0.3:
            reject(lake, decision)
        else:
            counting = replace(sent, status="accepted_with_warnings", decided_at=decision.at)
            release(lake, batch(counting), decision, "total_is_sum")


@pytest.mark.parametrize("seed", range(5))
def test_every_cell_equals_the_oracle(lake: Lake, seed: int) -> None:
    dice = random.Random(seed)
    files, setting, missing = random_ledger(dice)
    half = len(files) // 2
    commit(lake, batch(*files[:half]))
    commit(lake, batch(*files[half:], outcomes=missing))
    decide(lake, dice, files)
    with lake.snapshot() as cursor:
        ledger = {name: cursor.table(f"lake.{name}").pl() for name in LAKE}
    reference = setting.reference()
    questions = [
        (MONTHS, None, None),
        (["2022-08"], aug(dice.randint(1, 31)), None),
        (["2022-08"], None, at(dice.randint(1, 28))),
        (["2022-07"], date(2022, 7, dice.randint(1, 31)), at(dice.randint(2, 28), month=7)),
    ]
    for months, as_of, known_at in questions:
        built = build_marts(lake, reference, months, as_of, known_at)
        for name, rows in oracle.marts(ledger, reference, months, as_of, known_at).items():
            assert {key: dict(sorted(row.items())) for key, row in rows.items()} == by_key(name, built[name])
        states = oracle.states(ledger, reference, months, as_of, known_at)
        found = built["export_status"].filter(pl.col("version").is_not_null())
        assert states == {tuple(row[:3]): tuple(row[3:]) for row in found.select(*oracle.STATE).rows()}


@pytest.mark.parametrize("seed", range(5, 7))
def test_the_audit_s_control_sums_equal_the_oracle(lake: Lake, seed: int) -> None:
    files, setting, missing = random_ledger(random.Random(seed))
    commit(lake, batch(*files, outcomes=missing))
    with lake.snapshot() as cursor:
        ledger = {name: cursor.table(f"lake.{name}").pl() for name in LAKE}
    materialise(lake, setting.reference())
    groups = oracle.marts(ledger, setting.reference(), MONTHS)["monthly_group_rates"]
    with workbench(lake):
        control = lake.connection.sql("SELECT month, online, total FROM bench.built ORDER BY month").fetchall()
    assert control == [(month, groups[month, "all"]["online"], groups[month, "all"]["total"]) for month in MONTHS]


def by_key(name: str, frame: pl.DataFrame) -> oracle.Rows:
    assert dict(frame.schema) == dict(MARTS[name].schema)
    rows = {tuple(row[key] for key in MARTS[name].grain): dict(sorted(row.items())) for row in frame.to_dicts()}
    assert len(rows) == frame.height
    return rows
