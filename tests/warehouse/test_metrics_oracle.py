"""Every cell of the marts of metrics against an independent computation, on random ledgers with several metrics."""

import random
from dataclasses import replace
from datetime import date, datetime

import pytest

from tests.warehouse.builders import Sent, Setting, aug
from tests.warehouse.metric_oracle import Metric, daily_rates, metrics_of, monthly_rates
from tests.warehouse.oracle import DAY, Month, Row, Rows
from tests.warehouse.ranking_oracle import rankings
from tests.warehouse.test_marts_oracle import by_key, commit_in_runs, decide, random_ledger
from transforms.dictionary.columns import LAKE
from transforms.reference.metrics import MetricBook
from warehouse.lake.lake import Lake
from warehouse.marts.materialise import build_marts

METRICS = """
[[metric]]
id = "online_rate"
version = 1
name = "Tỷ lệ trực tuyến"
definition = "(1)/(3)"

[[metric]]
id = "online_rate"
version = 2
name = "Tỷ lệ trực tuyến"
definition = "mức độ 3 và 4"
kind = "ratio"
numerator = [{ count = "online", levels = [3, 4] }]
denominator = [{ count = "total", levels = [3, 4] }]
valid_from = 2022-08-01

[[metric]]
id = "all_online"
version = 1
name = "Mọi hồ sơ trực tuyến"
definition = "không tách mức độ"
kind = "ratio"
numerator = [{ count = "online" }]
denominator = [{ count = "online" }, { count = "in_person" }]
decimals = 1
min_denominator = 120

[[metric]]
id = "post"
version = 1
name = "Bưu chính"
definition = "càng ít càng tốt"
kind = "ratio"
numerator = [{ count = "postal" }]
denominator = [{ count = "total" }]
contracts = ["cases", "summary"]
direction = "down"
decimals = 0

[[metric]]
id = "of_departments"
version = 1
name = "Trực tuyến của các sở"
definition = "chỉ các sở"
kind = "ratio"
numerator = [{ count = "online" }]
denominator = [{ count = "total" }]
groups = ["departments"]

[[metric]]
id = "land"
version = 1
name = "Đất đai trực tuyến"
definition = "hai lĩnh vực"
kind = "ratio"
numerator = [{ count = "online", fields = ["dat-dai", "khai-sinh"] }]
denominator = [{ count = "total", fields = ["dat-dai", "khai-sinh"], levels = [3, 4] }]
contracts = ["ii06", "summary"]

[[metric]]
id = "late"
version = 1
name = "Quá hạn"
definition = "không đúng hạn"
kind = "ratio"
numerator = [{ count = "settled_on_time", levels = [4] }]
denominator = [{ count = "settled", levels = [4] }]
valid_from = 2022-07-20

[[metric]]
id = "on_time_rate"
version = 1
name = "Đúng hạn"
definition = "lũy kế từ đầu năm"
kind = "ratio"
numerator = [{ count = "settled_on_time" }]
denominator = [{ count = "settled" }]
contracts = ["processing"]

[[metric]]
id = "essential"
version = 1
name = "Thiết yếu trực tuyến"
definition = "theo danh mục"
kind = "ratio"
numerator = [{ count = "online", procedures = "essential" }]
denominator = [{ count = "total", procedures = "essential" }]

[[metric]]
id = "essential_on_time"
version = 1
name = "Thiết yếu đúng hạn"
definition = "theo danh mục, mức độ 4"
kind = "ratio"
numerator = [{ count = "settled_on_time", procedures = "essential", levels = [4] }]
denominator = [{ count = "settled", procedures = "essential", levels = [4] }]

[[metric]]
id = "off"
version = 1
name = "Chưa kiểm chứng"
definition = "không tính"
kind = "ratio"
numerator = [{ count = "online" }]
denominator = [{ count = "total" }]
verified = false
"""
LISTS = ("essential", "full-process")
FIELDS = {"dat-dai": "Đất đai", "khai-sinh": "Khai sinh"}


def with_all_counts(dice: random.Random, files: list[Sent]) -> list[Sent]:
    """The files of units that may state what was settled: some say it in all rows, some in a few, some never."""
    found = []
    for sent in files:
        if sent.contract == "processing":
            found.append(sent)
            continue
        often = dice.choice([0.0, 1.0, 1.0, 0.7])
        counts = []
        for name, online, in_person, postal, level, *_ in sent.counts:
            settled = dice.randint(0, 9) if dice.random() < often else None
            on_time = None if settled is None else dice.randint(0, settled)
            of = "Không ghi lĩnh vực" if dice.random() < 0.05 and not counts else name
            counts.append((of, online, in_person, postal, level, settled, settled, on_time))
        found.append(replace(sent, counts=counts))
    return found


def targets(dice: random.Random) -> list[tuple[str, str, date, str]]:
    return [
        (scope, dice.choice(["0.00", "5.50", "33.33", "66.67", "99.50", "100.00"]), date(2022, 7, 1), metric)
        for metric in ("all_online", "post", "land", "late", "on_time_rate", "essential")
        for scope in ("departments", "districts", "all", "mixed", "centre")
        if dice.random() < 0.8
    ]


def expected_rates(
    ledger: dict[str, list[Row]], setting: Setting, months: list[str], as_of: date | None, known_at: datetime | None
) -> dict[str, Rows]:
    """The rows of the marts of metrics."""
    reference = setting.reference()
    metrics = [Metric("online_rate", 1, *ONLINE_RATE), *metrics_of(setting.metrics)]
    known = reference.periods["month"].to_list()

    def one(name: str | None, limit: date | None) -> Month | None:
        return Month(ledger, reference, name, limit, known_at) if name in known else None

    monthly: Rows = {}
    daily: Rows = {}
    ranked: Rows = {}
    order = dict(reference.units.select("unit_id", "report_order").rows())
    for month in months:
        base = reference.baseline_month if (reference.baseline_month or month) < month else None
        this = one(month, as_of)
        assert this
        before = one(f"{date.fromisoformat(f'{month}-01') - DAY:%Y-%m}", None)
        rates = monthly_rates(this, before, one(base, None), metrics)
        monthly |= rates
        daily |= daily_rates(this, metrics)
        ranked |= rankings(rates, monthly_rates(before, None, None, metrics) if before else {}, metrics, order)
    return {"monthly_rates": monthly, "daily_rates": daily, "rankings": ranked}


ONLINE_RATE = ([{"count": "online", "levels": [4]}], [{"count": "total", "levels": [4]}])


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))])
def test_every_cell_of_every_metric(lake: Lake, seed: int) -> None:
    dice = random.Random(seed)
    files, setting, missing = random_ledger(dice)
    files = with_all_counts(dice, files)
    setting = replace(setting, metrics=METRICS, targets=[*setting.targets, *targets(dice)])
    commit_in_runs(lake, dice, files, missing)
    decide(lake, dice, files)
    with lake.snapshot() as cursor:
        ledger = {name: cursor.table(f"lake.{name}").pl().to_dicts() for name in LAKE}
    moments = sorted({*(row["decided_at"] for row in ledger["deliveries"])})
    reference = setting.reference()
    metrics = MetricBook.from_toml(METRICS, FIELDS, LISTS, ("departments", "districts"))
    assert metrics.computed == [
        "all_online",
        "essential",
        "essential_on_time",
        "land",
        "late",
        "of_departments",
        "on_time_rate",
        "online_rate",
        "post",
    ]
    for months, as_of, known_at in (
        (reference.periods["month"].to_list(), None, None),
        (["2022-08"], aug(dice.randint(1, 31)), dice.choice(moments[len(moments) // 2 :])),
    ):
        built = build_marts(lake, reference, months, as_of, known_at)
        for name, rows in expected_rates(ledger, setting, months, as_of, known_at).items():
            found = by_key(name, built[name])
            assert found.keys() == rows.keys()
            assert [key for key, row in rows.items() if found[key] != dict(sorted(row.items()))] == []
