"""Months that are built with kept sums of counts equal months that are built anew, whatever changed in between."""

import random
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from tests.warehouse.builders import Sent, Setting, at, aug, batch, every_day
from tests.warehouse.test_marts_oracle import FIELDS, LAND, decide, random_ledger
from tests.warehouse.test_metrics_oracle import METRICS, with_all_counts
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake
from warehouse.ledger.commit import commit
from warehouse.ledger.decisions import Decision
from warehouse.ledger.withdrawals import withdraw
from warehouse.marts import materialise as materialising
from warehouse.marts.catalogue import KEPT, MONTHLY, PUBLISHED
from warehouse.marts.materialise import Reference, build_marts, materialise
from warehouse.marts.workbench import workbench


@pytest.fixture(autouse=True)
def _every_month_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(materialising, "MANY_DELIVERIES", 1)


def kept_rows(lake: Lake) -> dict[str, int]:
    with workbench(lake), lake.snapshot() as cursor:
        return {name: cursor.table(f"workbench.{name}").pl().height for name in KEPT}


def assert_as_anew(lake: Lake, reference: Reference) -> None:
    """Every mart of the workbench has the rows that a question to the lake gives, which knows no kept sums."""
    materialise(lake, reference)
    anew = build_marts(lake, reference, reference.periods["month"].to_list())
    with workbench(lake), lake.snapshot() as cursor:
        for name in MONTHLY:
            grain = list(PUBLISHED[name].grain)
            found = PUBLISHED[name].conform(cursor.table(f"workbench.{name}").pl()).sort(grain)
            assert_frame_equal(found, anew[name].sort(grain))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_a_month_with_kept_sums_equals_the_month_anew(lake: Lake, seed: int) -> None:
    dice = random.Random(seed)
    files, setting, missing = random_ledger(dice)
    files = with_all_counts(dice, files)
    dice.shuffle(files)  # days come late, in any order
    setting = replace(setting, metrics=METRICS)
    cuts = sorted(dice.sample(range(1, len(files) - 20), 2))
    for start, end in zip([0, *cuts], [*cuts, len(files) - 20], strict=True):
        commit(lake, batch(*files[start:end]))
        assert_as_anew(lake, setting.reference())
    for sent in files[-20:-18]:  # few at a time: the sums by field are not kept anew
        commit(lake, batch(sent))
        assert_as_anew(lake, setting.reference())
    commit(lake, batch(*files[-18:], outcomes=missing))
    decide(lake, dice, files)
    with lake.snapshot() as cursor:
        counting = cursor.sql(
            "SELECT delivery_id FROM lake.deliveries WHERE starts_with(status, 'accepted') AND contract <> 'cases' "
            "QUALIFY version = max(version) OVER (PARTITION BY unit_id, business_date, contract) ORDER BY ALL"
        ).fetchall()
    for (delivery_id,) in dice.sample(counting, 5):
        withdraw(lake, [Decision(delivery_id, "A", "b", at(30, month=9) + timedelta(hours=dice.randint(1, 9)))])
    assert_as_anew(lake, setting.reference())
    assert all(kept_rows(lake).values())
    fewer = replace(
        setting, fields=FIELDS[1:], metrics=METRICS.replace('procedures = "essential"', 'procedures = "full-process"')
    )
    assert_as_anew(lake, fewer.reference())


def test_sums_of_a_history_that_a_backup_replaced_are_not_used(tmp_path: Path) -> None:
    setting = Setting(expected=every_day("ab", aug(1), aug(3)))
    home, restored = tmp_path / "home", tmp_path / "restored"
    with open_lake(home) as lake:
        commit(lake, batch(Sent("a", aug(1), [(LAND[0], 1, 1)])))
    shutil.copytree(home, restored)
    with open_lake(home) as lake:
        commit(lake, batch(Sent("a", aug(2), [(LAND[0], 7, 1)], decided_at=at(5))))
        materialise(lake, setting.reference())
        assert all(kept_rows(lake).values())
    shutil.copyfile(home / "lake" / "marts.duckdb", restored / "lake" / "marts.duckdb")
    with open_lake(restored) as lake:
        commit(lake, batch(Sent("a", aug(2), [(LAND[0], 9, 1)], decided_at=at(6))))  # the same id as before
        assert_as_anew(lake, setting.reference())
