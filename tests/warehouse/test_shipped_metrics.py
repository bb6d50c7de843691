"""A month with all metrics: each ratio of the shipped file, also those that are off, as computed by hand."""

import random
from dataclasses import replace

import pytest

from tests.reference import text
from tests.warehouse.builders import Count, Sent, aug
from tests.warehouse.test_marts_oracle import by_key, commit_in_runs, decide, random_ledger
from tests.warehouse.test_metrics_oracle import expected_rates
from transforms.dictionary.columns import LAKE
from transforms.reference.metrics import MetricBook
from warehouse.lake.lake import Lake
from warehouse.marts.materialise import build_marts

OFF = "verified = false\nenabled = false\n"
RATIOS = {
    *("online_rate", "full_process_rate", "all_online_rate", "on_time_rate", "settled_on_time_rate"),
    *("online_payment_rate", "digitised_files_rate", "digitised_results_rate", "electronic_results_rate"),
}


def all_ratios() -> str:
    """The entries of the shipped file that the marts compute of counts, all of them on."""
    entries = text("metrics.toml").split("[[metric]]")[1:]
    return "".join(f"[[metric]]{entry.replace(OFF, '')}" for entry in entries if 'kind = "ratio"' in entry)


def with_every_count(dice: random.Random, files: list[Sent]) -> list[Sent]:
    """The files, with each further count stated in all rows, in some, or in none of a unit's file."""
    return [sent if sent.contract == "processing" else replace(sent, counts=[*_counts(dice, sent)]) for sent in files]


def _counts(dice: random.Random, sent: Sent) -> list[Count]:
    often = {name: dice.choice([0.0, 1.0, 1.0, 0.8]) for name in ("settled", "result", "file", "fee")}

    def stated(of: str, most: int | None) -> int | None:
        return None if most is None or dice.random() >= often[of] else dice.randint(0, most)

    rows = []
    for count in (Count(*given) for given in sent.counts):
        total = count.online + count.in_person + (count.postal or 0)
        settled = stated("settled", total)
        to_pay = stated("fee", total)
        rows.append(
            count._replace(
                received=None if settled is None else total,
                settled=settled,
                settled_on_time=None if settled is None else dice.randint(0, settled),
                digitised_files=stated("file", total),
                digitised_results=stated("result", settled),
                electronic_results=stated("result", settled),
                to_pay=to_pay,
                paid_online=None if to_pay is None else dice.randint(0, to_pay),
            )
        )
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("seed", [10, pytest.param(11, marks=pytest.mark.slow)])
def test_every_cell_of_every_shipped_ratio(lake: Lake, seed: int) -> None:
    dice = random.Random(seed)
    files, setting, missing = random_ledger(dice)
    files = with_every_count(dice, files)
    setting = replace(setting, metrics=all_ratios())
    assert {*MetricBook.from_toml(setting.metrics).computed} == RATIOS
    commit_in_runs(lake, dice, files, missing)
    decide(lake, dice, files)
    with lake.snapshot() as cursor:
        ledger = {name: cursor.table(f"lake.{name}").pl().to_dicts() for name in LAKE}
    months = setting.reference().periods["month"].to_list()
    for asked, as_of in ((months, None), (["2022-08"], aug(dice.randint(2, 31)))):
        built = build_marts(lake, setting.reference(), asked, as_of)
        # the cumulative one is only known where the month before ended with a delivery
        assert {*built["monthly_rates"].drop_nulls("rate")["metric_id"], "on_time_rate"} == RATIOS
        for name, rows in expected_rates(ledger, setting, asked, as_of, None).items():
            found = by_key(name, built[name])
            assert found.keys() == rows.keys()
            assert [key for key, row in rows.items() if found[key] != dict(sorted(row.items()))] == []
