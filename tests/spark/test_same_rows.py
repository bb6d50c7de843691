"""Whatever is in the lake, Spark derives the rows DuckDB derives."""

import random
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from flows.work.outputs.marts import reference
from tests.beyond.sharing import new_shared
from tests.flows.workspaces import MONDAY, small_workspace
from tests.sources.postgres_server import Postgres
from tests.spark.comparing import assert_same
from tests.warehouse.builders import Sent, Setting, aug, batch
from tests.warehouse.test_marts_oracle import commit_in_runs, decide, random_ledger
from tests.warehouse.test_metrics_oracle import METRICS, targets, with_all_counts
from tests.warehouse.test_old_lakes import FIXTURES, VERSIONS
from tests.warehouse.test_scores import SETTING as SCORED
from tests.warehouse.test_scores import scored
from warehouse.care.compaction import care
from warehouse.lake.lake import Lake
from warehouse.lake.opening import open_lake
from warehouse.ledger.commit import commit
from warehouse.marts.materialise import build_marts, materialise
from warehouse.marts.spark import Spark
from warehouse.marts.workbench import MONTHLY, workbench
from warehouse.places.errors import EngineError

pytestmark = pytest.mark.nightly


@pytest.mark.parametrize("seed", range(2))
def test_a_ledger_with_everything_in_it(lake: Lake, seed: int) -> None:
    """Versions, releases, rejections, missing days, cumulative units, levels not separated, baseline, publications."""
    dice = random.Random(seed)
    files, setting, missing = random_ledger(dice)
    commit_in_runs(lake, dice, files, missing)
    decide(lake, dice, files)
    stands = setting.reference()
    months = stands.periods["month"].to_list()
    everything = assert_same(lake, stands, months)
    assert {name for name, frame in everything.items() if frame.is_empty()} == {"daily_scores", "monthly_scores"}
    assert set(everything["restatements"]["kind"]) == {"correction", "release", "late_first", "amendment"}
    moments = sorted(sent.decided for sent in files)
    assert_same(lake, stands, ["2022-08"], as_of=aug(9), known_at=moments[len(moments) // 2])
    before = _files(lake)
    care(lake, datetime(2022, 10, 1))
    assert _files(lake) < before
    assert_same(lake, stands, months)


def test_a_ledger_with_several_metrics(lake: Lake) -> None:
    dice = random.Random(2)
    files, setting, missing = random_ledger(dice)
    commit_in_runs(lake, dice, with_all_counts(dice, files), missing)
    setting = replace(setting, metrics=METRICS, targets=[*setting.targets, *targets(dice)])
    stands = setting.reference()
    marts = assert_same(lake, stands, stands.periods["month"].to_list())
    assert {*marts["monthly_rates"]["metric_id"]} == {
        *(
            "online_rate",
            "all_online",
            "post",
            "land",
            "late",
            "on_time_rate",
            "essential",
            "essential_on_time",
            "of_departments",
        )
    }
    ranks = marts["rankings"]
    assert {*ranks["metric_id"]} == {*marts["monthly_rates"]["metric_id"]}
    assert any(number and number > 1 for number in ranks["ties"])


def test_a_ledger_with_published_points(lake: Lake) -> None:
    july = date(2022, 7, 5)
    sent = [
        *(Sent(unit, july, [("x", 80, 20)]) for unit in "abc"),
        scored("a", july, ("speed", 1, 1650, 2000), ("openness", 1, 900, 1800)),
        scored("b", july, ("openness", 1, 1799, 1800), eased=[("points_within_maximum", "warning")]),
        scored("a", aug(3), ("speed", 2, 1801, 2250), ("openness", 1, 899, 1800)),
        scored("tinh", aug(9), ("openness", 1, 1700, 1800)),
    ]
    commit(lake, batch(*sent))
    commit(lake, batch(scored("a", july, ("speed", 1, 1600, 2000), decided_at=datetime(2022, 7, 6))))
    stands = replace(SCORED, due_scores=[("a", aug(3)), ("a", aug(9))], baseline_month="2022-07").reference()
    marts = assert_same(lake, stands, ["2022-07", "2022-08"])
    assert marts["monthly_scores"].height == 5
    assert set(marts["monthly_scores"]["agrees"]) == {True, None}
    assert marts["restatements"]["other_changes"].to_list() == ["openness: 9.00 → –; speed: 16.50 → 16.00"]


def test_an_empty_lake(lake: Lake) -> None:
    assert_same(lake, Setting().reference(), ["2022-08"])


def test_rates_are_rounded_half_up(lake: Lake) -> None:
    pairs = [(10_999, 9001), (109_989, 90_011), (1, 7), (1, 799), (0, 3), (2**40, 2**40 + 1)]
    commit(lake, batch(Sent("a", aug(1), [(f"x{n}", *pair) for n, pair in enumerate(pairs)])))
    rates = assert_same(lake, Setting().reference(), ["2022-08"])["monthly_field_rates"]
    assert [str(rate) for rate in rates["online_rate_pct"]] == ["55.00", "54.99", "12.50", "0.13", "0.00", "50.00"]


def test_rows_that_were_deleted_are_not_counted(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 1), ("y", 5, 5)])))
    with lake.writing() as cursor:
        cursor.execute("DELETE FROM lake.daily_counts WHERE field = 'y'")
    marts = assert_same(lake, Setting().reference(), ["2022-08"])
    assert marts["monthly_field_rates"].select("field", "total").rows() == [("x", 2)]


def test_a_lake_in_a_bucket(
    tmp_path: Path, postgres: Postgres, s3_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    with open_lake(tmp_path, new_shared(postgres, s3_endpoint).lake) as lake:
        commit(lake, batch(Sent("a", aug(1), [("x", 3, 1)]), Sent("b", aug(1), broken=["r"], status="quarantined")))
        marts = assert_same(lake, Setting().reference(), ["2022-08"])
    assert marts["monthly_field_rates"].select("field", "total").rows() == [("x", 4)]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_lake_of_an_older_version(tmp_path: Path, version: str) -> None:
    workspace = small_workspace(tmp_path / "home")
    with zipfile.ZipFile(FIXTURES / f"{version}.zip") as archive:
        archive.extractall(workspace.root)
    with open_lake(workspace.root) as lake:
        rates = assert_same(lake, reference(workspace, lake, MONDAY, MONDAY), ["2022-08"])["monthly_unit_rates"]
    assert rates["total"].to_list() == [168, 20, 20]


def test_a_second_spark_with_other_settings_is_refused(lake: Lake) -> None:
    assert_same(lake, Setting().reference(), ["2022-08"])
    with pytest.raises(EngineError, match="đã chạy với"):
        build_marts(lake, Setting().reference(), ["2022-08"], engine=Spark("local[1]"))


def test_the_workbench_is_kept_up_to_date_as_by_duckdb(lake: Lake) -> None:
    files, setting, missing = random_ledger(random.Random(4))
    commit(lake, batch(*files, outcomes=missing))
    stands = setting.reference()
    built = []
    for engine in ({}, {"engine": Spark()}):
        for file in lake.folder.glob("marts.duckdb*"):
            file.unlink()
        assert materialise(lake, stands, **engine)
        assert materialise(lake, stands, **engine) == []
        with workbench(lake):
            tables = (*MONTHLY, "built")
            built.append(
                {name: lake.connection.sql(f"FROM workbench.{name} ORDER BY ALL").fetchall() for name in tables}
            )
    assert built[0] == built[1]


def _files(lake: Lake) -> int:
    (count,) = lake.connection.sql("SELECT count(*) FROM ducklake_list_files('lake', 'daily_counts')").fetchall()[0]
    return int(count)
