"""The workbench: rebuilt where something changed, and nowhere else."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.warehouse.builders import Sent, Setting, at, aug, batch, every_day
from warehouse.lake.lake import Lake
from warehouse.ledger.commit import commit
from warehouse.marts.catalogue import PUBLISHED
from warehouse.marts.materialise import build_marts, materialise
from warehouse.marts.workbench import MONTHLY, TABLES, workbench

PERIODS = [(f"2022-{m:02}", date(2022, m, 1), date(2022, m, 28)) for m in (6, 7, 8)]
MONTHS = [month for month, _, _ in PERIODS]
SETTING = Setting(expected=every_day("abc", date(2022, 6, 1), aug(28)), periods=PERIODS)


def sent(month: int, online: int = 1, day: int = 1) -> Sent:
    return Sent("a", date(2022, month, day), [("x", online, 1)])


def kept(lake: Lake) -> dict[str, pl.DataFrame]:
    with workbench(lake), lake.snapshot() as cursor:
        return {name: cursor.table(f"workbench.{name}").pl().sort(PUBLISHED[name].grain) for name in TABLES}


@pytest.mark.slow
def test_the_workbench_holds_what_a_question_to_the_lake_gives(lake: Lake) -> None:
    commit(lake, batch(*(sent(month, month) for month in (6, 8)), Sent("b", aug(2), broken=["dates"])))
    reference = SETTING.reference()
    assert materialise(lake, reference) == MONTHS
    asked = build_marts(lake, reference, MONTHS)
    for name, frame in kept(lake).items():
        assert_frame_equal(frame, asked[name].sort(PUBLISHED[name].grain))


@pytest.mark.slow
def test_nothing_changed_nothing_is_rebuilt(lake: Lake) -> None:
    commit(lake, batch(sent(6)))
    materialise(lake, SETTING.reference())
    assert materialise(lake, SETTING.reference()) == []


@pytest.mark.parametrize(
    ("changed", "rebuilt"), [(6, ["2022-06", "2022-07"]), pytest.param(8, ["2022-08"], marks=pytest.mark.slow)]
)
def test_a_delivery_rebuilds_its_month_and_the_one_after(lake: Lake, changed: int, rebuilt: list[str]) -> None:
    commit(lake, batch(*(sent(month) for month in (6, 7, 8))))
    materialise(lake, SETTING.reference())
    commit(lake, batch(sent(changed, 9)))
    assert materialise(lake, SETTING.reference()) == rebuilt
    with workbench(lake):
        assert lake.connection.sql("SELECT month FROM workbench.built ORDER BY month").fetchall() == [
            (m,) for m in MONTHS
        ]
    asked = build_marts(lake, SETTING.reference(), MONTHS)
    for name in MONTHLY:
        assert_frame_equal(kept(lake)[name], asked[name].sort(PUBLISHED[name].grain))


@pytest.mark.slow
def test_an_outcome_alone_moves_the_month(lake: Lake) -> None:
    commit(lake, batch(sent(8)))
    materialise(lake, SETTING.reference())
    commit(lake, batch(outcomes=[("b", aug(2), "summary", "pull", "missing", at(2))]))
    assert materialise(lake, SETTING.reference()) == ["2022-08"]
    assert kept(lake)["monthly_unit_rates"]["as_of"].unique().to_list() == [aug(2)]


@pytest.mark.slow
def test_reference_data_that_changed_rebuilds_what_it_touches(lake: Lake) -> None:
    commit(lake, batch(sent(8)))
    reference = SETTING.reference()
    materialise(lake, reference)
    renamed = replace(reference, units=reference.units.with_columns(name=pl.col("name") + " mới"))
    assert materialise(lake, renamed) == MONTHS
    assert kept(lake)["monthly_unit_rates"]["unit_name"].str.ends_with("mới").all()
    fewer = replace(renamed, expected_days=renamed.expected_days.filter(pl.col("business_date") != aug(1)))
    assert materialise(lake, fewer) == ["2022-08"]
    defined = replace(fewer, metrics=fewer.metrics.with_columns(definition=pl.lit("khác")))
    assert materialise(lake, defined) == []
    assert kept(lake)["metrics"]["definition"].to_list() == ["khác"]


@pytest.mark.slow
def test_a_field_that_becomes_known_has_one_name_in_every_month(lake: Lake) -> None:
    commit(
        lake, batch(Sent("a", date(2022, 6, 1), [("đất đai", 1, 1)]), Sent("a", aug(1), [("Quản lý đất đai", 1, 1)]))
    )
    materialise(lake, SETTING.reference())
    assert kept(lake)["monthly_field_rates"]["field"].to_list() == ["đất đai", "Quản lý đất đai"]
    known = replace(SETTING, fields=[("dat-dai", "Đất đai", "Quản lý đất đai", None, None)])
    assert materialise(lake, known.reference()) == MONTHS
    assert kept(lake)["monthly_field_rates"].select("field", "field_id").rows() == [("Đất đai", "dat-dai")] * 2
    assert kept(lake)["fields"]["field_id"].to_list() == ["dat-dai"]


@pytest.mark.slow
def test_the_baseline_month_rebuilds_the_months_compared_with_it(lake: Lake) -> None:
    commit(lake, batch(*(sent(month) for month in (6, 7, 8))))
    reference = replace(SETTING, baseline_month="2022-06").reference()
    materialise(lake, reference)
    assert materialise(lake, SETTING.reference()) == ["2022-07", "2022-08"]
    materialise(lake, reference)
    commit(lake, batch(sent(6, 9)))
    assert materialise(lake, reference) == MONTHS
    reviewed = replace(SETTING, baseline_month="2022-06", baselines=[("2022-06", "all", "48.69")]).reference()
    assert materialise(lake, reviewed) == MONTHS
    asked = build_marts(lake, reviewed, MONTHS)
    for name in TABLES:
        assert_frame_equal(kept(lake)[name], asked[name].sort(PUBLISHED[name].grain))


@pytest.mark.slow
def test_a_month_that_is_no_period_any_more_goes(lake: Lake) -> None:
    commit(lake, batch(sent(6), sent(8)))
    reference = SETTING.reference()
    materialise(lake, reference)
    assert materialise(lake, replace(reference, periods=reference.periods.filter(pl.col("month") > "2022-06"))) == [
        "2022-07"
    ]
    assert kept(lake)["monthly_unit_rates"]["month"].unique().to_list() == ["2022-08"]


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["deleted", "unreadable", "old layout"])
def test_the_workbench_is_only_a_cache(lake: Lake, damage: str) -> None:
    commit(lake, batch(sent(8)))
    materialise(lake, SETTING.reference())
    before = kept(lake)
    if damage == "deleted":
        (lake.folder / "marts.duckdb").unlink()
    elif damage == "unreadable":
        (lake.folder / "marts.duckdb").write_bytes(b"x" * 10_000)
    else:
        with workbench(lake):
            lake.connection.execute("UPDATE workbench.layout SET fingerprint = 'older'")
    assert materialise(lake, SETTING.reference()) == MONTHS
    assert all(frame.equals(before[name]) for name, frame in kept(lake).items())


def test_a_lake_without_periods_builds_nothing(lake: Lake) -> None:
    assert materialise(lake, replace(SETTING.reference(), periods=SETTING.reference().periods.clear())) == []
