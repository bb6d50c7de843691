"""A workspace that says `engine = "spark"`, as its users meet it."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from polars.testing import assert_frame_equal

from flows.commands.demo import MONTH
from flows.settings.workspace import open_workspace
from flows.work.outputs.marts import month_marts
from tests.flows.workspaces import MONDAY, put_all, small_workspace
from warehouse.lake.opening import open_lake

pytestmark = pytest.mark.nightly

ENGINE = '[marts]\nengine = "spark"\n'
CONF = 'spark_conf = { "spark.sql.shuffle.partitions" = "1" }\n'


def tyle(*arguments: object) -> tuple[int, str, str]:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("tyle")), *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"},
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    """The same day run with each engine: workspace and what the terminal showed on stderr."""
    made = {}
    for engine, settings in (("duckdb", ""), ("spark", ENGINE + CONF)):
        workspace = small_workspace(tmp_path_factory.mktemp(engine) / "home", settings)
        put_all(workspace, MONDAY)
        code, out, err = tyle("run", "--date", MONDAY, "--workspace", workspace.root)
        assert code == 0, err
        assert "3 đã nhận" in out
        made[engine] = workspace.root, err
    return made


def test_the_same_is_published_and_the_terminal_shows_nothing_of_spark(
    published: dict[str, tuple[Path, str]],
) -> None:
    marts = []
    for root, _ in published.values():
        with duckdb.connect(root / "published" / "marts.duckdb", read_only=True) as file:
            names = [name for (name,) in file.sql("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
            marts.append({name: file.sql(f"FROM marts.{name}").fetchall() for name in names if name != "publication"})
    ours, sparks = marts
    assert ours["monthly_unit_rates"]
    moments = ("export_status", "restatements")  # each run has its own
    assert {n: len(rows) for n, rows in sparks.items()} == {n: len(rows) for n, rows in ours.items()}
    assert {n: r for n, r in sparks.items() if n not in moments} == {n: r for n, r in ours.items() if n not in moments}
    direct = "Chạy trực tiếp, không qua Prefect (chưa đặt PREFECT_API_URL).\n"
    assert [err for _, err in published.values()] == [direct, direct]


def test_a_spark_that_does_not_start_is_one_line(published: dict[str, tuple[Path, str]]) -> None:
    root, _ = published["spark"]
    (root / "tyle.toml").write_text(ENGINE + 'spark_master = "nowhere"\n', encoding="utf-8")
    code, out, err = tyle("marts", "--month", MONTH, "--workspace", root)
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "Không khởi động được Spark (nowhere): " in err


def test_the_demo_s_month(tmp_path: Path) -> None:
    code, _, err = tyle("demo", tmp_path / "demo")
    assert code in {0, 2}, err
    shown = []
    for settings in ("", ENGINE):
        file = tmp_path / "demo" / "tyle.toml"
        file.write_text(file.read_text(encoding="utf-8") + settings, encoding="utf-8")
        workspace = open_workspace(tmp_path / "demo")
        with open_lake(workspace.root) as lake:
            shown.append(month_marts(workspace, lake, MONTH))
    ours, sparks = shown
    assert ours["monthly_unit_rates"].height == 26
    for name, frame in ours.items():
        assert_frame_equal(sparks[name], frame, check_exact=True)
