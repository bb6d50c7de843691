"""Every cell of the rate marts against the oracle, on random ledgers."""

import hashlib
import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import pytest

from tests.warehouse import oracle
from tests.warehouse.builders import Sent, Setting, Unit, at, aug, batch
from transforms.check.privacy import file_name
from transforms.dictionary.columns import LAKE
from warehouse.lake.lake import Lake
from warehouse.lake.moments import newest_moment
from warehouse.lake.rows import append
from warehouse.ledger.commit import commit
from warehouse.ledger.decisions import Decision, reject, release
from warehouse.ledger.deliveries import quarantined
from warehouse.marts.catalogue import PUBLISHED
from warehouse.marts.materialise import build_marts, materialise
from warehouse.marts.workbench import workbench

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
    Unit("rare", "communes", 2),
    Unit("centre", "centres"),
)
FIRST, LAST = date(2022, 7, 1), aug(31)
MONTHS = ["2022-07", "2022-08"]
YTD = ("received_ytd", "settled_ytd", "settled_on_time_ytd")
FROM_THE_15TH = [
    ("2022-07", date(2022, 6, 15), date(2022, 7, 14)),
    ("2022-08", date(2022, 7, 15), aug(14)),
    ("2022-09", aug(15), date(2022, 9, 14)),
]


LAND = ("đất đai", "Đất đai", "Quản lý đất đai")  # a known field
STATUS = ("hộ tịch", "HỘ TỊCH", "Hộ tịch.", "Khai sinh")  # unknown ones, until one of them is known
PROCEDURES = (
    ("full-process", "1.000123", "Cấp bản sao", FIRST, aug(10), "công văn"),
    ("full-process", "1.000123", "Cấp bản sao", aug(12), None, "công văn"),
    ("essential", "1.000123", "Cấp bản sao", aug(1), None, "chỉ thị"),
    ("essential", "2.000045", None, FIRST, aug(20), "chỉ thị"),
)
FIELDS = (
    ("dat-dai", "Đất đai", "Quản lý đất đai|Ruộng đất", None, None),
    ("khai-sinh", "Khai sinh", None, aug(10), aug(15)),
)


def calendar(unit: str) -> list[date]:
    days = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
    return [day for day in days if (unit != "working" or day.weekday() < 5) and (unit != "rare" or day.day == 3)]


def counts_of(dice: random.Random, unit: str, scale: int, levels: list[int]) -> list[tuple[object, ...]]:
    if unit == "centre":
        upper = [10 * scale + dice.randint(0, 30) for _ in range(dice.randint(1, 2))]
        return [(f"cấp {n}", 0, 0, None, 0, most, most - n, most - dice.randint(n, 9)) for n, most in enumerate(upper)]
    return [
        (
            *(name, scale * dice.randint(0, 3) * (dice.random() < 0.8), dice.randint(0, 3), dice.choice([None, 0, 2])),
            *(level, None, None, None, random.Random(f"{unit}{name}{scale}").choice([None, 0, 3])),
        )
        for name, level in zip((dice.choice(LAND), dice.choice(STATUS), dice.choice(LAND)), levels, strict=False)
        if dice.random() < 0.8
    ]


def of_procedures(dice: random.Random) -> list[tuple[object, ...]]:
    codes = dice.sample(("1.000123", "1.000123.000.00.00.H55", "2.000045", "T-TNG-123456-TT"), dice.randint(0, 3))
    return [
        (
            code,
            online,
            dice.randint(0, 3),
            dice.randint(0, 2),
            dice.choice([4, 4, 3]),
            online,
            dice.choice([None, 0, 0]),
        )
        for code in codes
        for online in [dice.randint(0, 9)]
    ]


def sent(dice: random.Random, unit: str, day: date) -> Sent:
    to_date = {"cumulative": "month_to_date", "working": "month_to_date", "centre": "year_to_date"}
    basis = to_date.get(unit, "day")
    if unit == "mixed" and dice.random() < 0.2:
        basis = "month_to_date"
    contract = dice.choice(["summary", "cases", "ii06"]) if unit == "several" else "summary"
    contract = "processing" if unit == "centre" else contract
    levels = [0] if contract == "ii06" and dice.random() < 0.5 else [4, 4, 3]
    scale = {"month_to_date": day.day, "year_to_date": (day - FIRST).days}.get(basis, 1)
    counts = counts_of(dice, unit, scale, levels)
    return Sent(
        unit,
        day,
        counts,
        status=dice.choice(["accepted", "accepted", "accepted_with_warnings", "quarantined"]),
        basis=basis,
        contract=contract,
        counted_for=dice.choice([None, "handling", "receiving"]) if contract == "cases" else None,
        procedures=of_procedures(random.Random(f"{unit}{day}{counts}")) if contract == "cases" else (),
        content=(content := f"{dice.random()}"),
        name=f"{content}.csv",
        modified_at=at(1, 0, 9) + timedelta(seconds=dice.randint(0, 10**6)),
        decided_at=at(1, 0, month=day.month) + timedelta(days=day.day, hours=dice.randint(0, 90)),
        broken=["corrected"] if dice.random() < 0.05 else [],
        eased=[("total_is_sum", dice.choice(["warning", "info"]))]
        if contract == "summary" and dice.random() < 0.1
        else [],
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
        ("mixed", "77.77", dice.choice([FIRST, aug(20)])),
    ]
    expected = [(unit.id, day) for unit in UNITS if unit.id != "centre" for day in calendar(unit.id)]
    weekly = dice.random() < 0.5
    due = [("centre", day) for day in calendar("centre") if day <= aug(19) and not (weekly and day.weekday())]
    setting = Setting(
        UNITS,
        expected,
        targets,
        baselines=[(month, scope, "48.69") for month in ("2022-06", "2022-07") for scope in ("all", "rare", "mixed")],
        baseline_month=dice.choice(["2022-06", "2022-07", "2022-08"]),
        due_processing=dice.choice([due, due, []]),
        fields=FIELDS,
        procedures=PROCEDURES,
    )
    return files, replace(setting, periods=FROM_THE_15TH) if dice.random() < 0.5 else setting, missing


def commit_in_runs(lake: Lake, dice: random.Random, files: list[Sent], missing: list[tuple[object, ...]]) -> None:
    """The files as they were decided, in some runs, each published or not."""
    files = sorted(files, key=lambda sent: sent.decided)
    cuts = [0, *sorted(dice.sample(range(1, len(files)), 7)), len(files)]
    for number, (start, end) in enumerate(pairwise(cuts)):
        commit(lake, batch(*files[start:end], outcomes=missing if end == len(files) else ()))
        if dice.random() < 0.6:
            publish_record(lake, number)


def publish_record(lake: Lake, number: int) -> None:
    with lake.writing() as cursor:
        known_at = newest_moment(cursor)
        row = {"publication_id": f"p{number}", "built_at": known_at, "known_at": known_at, "code_version": "0"}
        append(cursor, "lake.publications", LAKE["publications"].conform(pl.DataFrame([row])))


def shown_name(sent: Sent) -> str:
    return file_name(sent.contract, sent.name, hashlib.sha256(sent.bytes).hexdigest())


def decide(lake: Lake, dice: random.Random, files: list[Sent]) -> None:
    """Some of the deliveries held back are released, a few rejected, each a while after it was judged."""
    by_file = {(sent.unit, sent.day, sent.contract, shown_name(sent)): sent for sent in files}
    held = quarantined(lake)
    assert held.height > 20
    for row in dice.sample(held.to_dicts(), 12):
        sent = by_file[row["unit_id"], row["business_date"], row["contract"], row["file_name"]]
        decision = Decision(row["delivery_id"], "A", "b", sent.decided + timedelta(hours=dice.randint(1, 200)))
        if dice.random() < 0.3:
            reject(lake, decision)
        else:
            counting = replace(sent, status="accepted_with_warnings", decided_at=decision.at, reason="cho qua")
            release(lake, batch(counting), decision, "total_is_sum")


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 5))])
def test_every_cell_equals_the_oracle(lake: Lake, seed: int) -> None:
    dice = random.Random(seed)
    files, setting, missing = random_ledger(dice)
    commit_in_runs(lake, dice, files, missing)
    decide(lake, dice, files)
    with lake.snapshot() as cursor:
        ledger = {name: cursor.table(f"lake.{name}").pl() for name in LAKE}
    reference = setting.reference()
    moments = sorted({*ledger["deliveries"]["decided_at"], *ledger["decisions"]["at"]})
    questions = [
        (reference.periods["month"].to_list(), None, None),
        (["2022-08"], aug(dice.randint(1, 31)), None),
        (["2022-08"], None, dice.choice(moments[len(moments) // 2 :])),
        (["2022-07"], date(2022, 7, dice.randint(1, 31)), dice.choice(moments[: len(moments) // 2])),
        (["2022-08"], aug(dice.randint(1, 31)), dice.choice(moments[-12:])),
    ]
    for months, as_of, known_at in questions:
        built = build_marts(lake, reference, months, as_of, known_at)
        for name, rows in oracle.marts(ledger, reference, months, as_of, known_at).items():
            assert {key: dict(sorted(row.items())) for key, row in rows.items()} == by_key(name, built[name])
        states = oracle.states(ledger, reference, months, as_of, known_at)
        if known_at is None and as_of is None:
            assert set(built["restatements"]["kind"]) == {"correction", "release", "late_first", "amendment"}
        found = built["export_status"].filter(pl.col("version").is_not_null())
        assert states == {tuple(row[:3]): tuple(row[3:]) for row in found.select(*oracle.STATE).rows()}


@pytest.mark.parametrize("seed", [5, pytest.param(6, marks=pytest.mark.slow)])
def test_the_audit_s_control_sums_equal_the_oracle(lake: Lake, seed: int) -> None:
    files, setting, missing = random_ledger(random.Random(seed))
    commit(lake, batch(*files, outcomes=missing))
    with lake.snapshot() as cursor:
        ledger = {name: cursor.table(f"lake.{name}").pl() for name in LAKE}
    materialise(lake, setting.reference())
    months = sorted(setting.reference().periods["month"])
    marts = oracle.marts(ledger, setting.reference(), months)
    groups, processed = marts["monthly_group_rates"], marts["monthly_processing"]
    with workbench(lake):
        control = lake.connection.sql("SELECT month, online, total FROM workbench.built ORDER BY month").fetchall()
        year = lake.connection.sql(
            "SELECT month, received_ytd, settled_ytd, settled_on_time_ytd FROM workbench.built "
            "WHERE received_ytd > 0 ORDER BY month"
        ).fetchall()
    assert len(year) > 1
    assert year == [tuple(row[name] for name in ("month", *YTD)) for _, row in sorted(processed.items()) if row[YTD[0]]]
    everyone = [row for (_, group), row in sorted(groups.items()) if group == "all"]
    held = [row for row in control if row[1:] != (0, 0)]
    assert held == [(row["month"], row["online"], row["total"]) for row in everyone]


def by_key(name: str, frame: pl.DataFrame) -> oracle.Rows:
    assert dict(frame.schema) == dict(PUBLISHED[name].schema)
    rows = {tuple(row[key] for key in PUBLISHED[name].grain): dict(sorted(row.items())) for row in frame.to_dicts()}
    assert len(rows) == frame.height
    return rows
