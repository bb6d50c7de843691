"""A peer that makes the same as the bare script is measured; one that differs in a cell or a held row is not."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from jinja2 import Environment

from bench.peers import programs, table
from bench.peers.__main__ import measure
from bench.pipeline.data import LAST, Size, make
from bench.pipeline.sides import Case, Limit, Side, Taken

CHECKS = Path(programs.__file__).with_name("checks.sql")


class InSql(Side):
    """The SQL that dbt, SQLMesh and dlt share, by DuckDB alone."""

    name = "dbt"

    def fill(self, state: Path, until: date) -> None:
        self.made(state, self.case.size.first, until, first=True)

    def load(self) -> Taken:
        month = self.case.mode == "month"
        self.made(self.state, self.case.size.first if month else LAST, LAST, first=month)
        return Taken(2.0, 1.0, 100.0, {})

    def made(self, state: Path, begin: date, last: date, *, first: bool) -> None:
        sql: Any = Environment().from_string(CHECKS.read_text(encoding="utf-8")).module
        workload = self.case.size.workload
        exports = sql.exports(workload, self.data, begin, last)
        earlier = None if first else "checked"
        rows = sql.checked_counts(exports) if workload == "A" else sql.checked_cases(exports, earlier)
        with duckdb.connect(str(state / "warehouse.duckdb")) as connection:
            connection.execute(("CREATE TABLE checked AS " if first else "INSERT INTO checked ") + rows)
            connection.execute(f"CREATE OR REPLACE TABLE units AS FROM '{self.data}/units.csv'")
            connection.execute(f"CREATE OR REPLACE TABLE held AS {sql.held(workload, 'checked')}")
            connection.execute(f"CREATE OR REPLACE TABLE mart AS {sql.mart(workload, 'checked', 'units')}")

    def rates(self) -> pl.DataFrame:
        return self.read("mart")

    def held(self) -> pl.DataFrame:
        return self.read("held")

    def read(self, name: str) -> pl.DataFrame:
        with duckdb.connect(str(self.state / "warehouse.duckdb")) as connection:
            return connection.sql(f"FROM {name}").pl()


class WrongIn(InSql):
    """The same with something changed at the end."""

    change = ""

    def load(self) -> Taken:
        taken = super().load()
        with duckdb.connect(str(self.state / "warehouse.duckdb")) as connection:
            connection.execute(self.change)
        return taken


@pytest.mark.slow
@pytest.mark.parametrize("size", [Size("A", 6), Size("B", 9, 9 * 31 * 80)], ids=["counts", "cases"])
@pytest.mark.parametrize("mode", ["day", "month"])
def test_the_peers_sql_makes_what_the_bare_script_makes(size: Size, mode: str, tmp_path: Path) -> None:
    case = Case("small", "A small one", size, mode)
    data = make(size, tmp_path / "data")
    limit, peer = Limit(case, data, tmp_path), InSql(case, data, tmp_path)
    taken = measure(case, data, [limit, peer], 1)
    assert taken["dbt"] == [Taken(2.0, 1.0, 100.0, {})]
    assert not peer.held().filter(day=LAST).is_empty()
    _, _, *cells, _, ahead, _ = table.row(case, ["limit", "dbt", "dlt"], taken).split("|")
    assert cells[1].endswith(" · 100 ")
    assert [cells[2], ahead] == [" – ", " dbt "]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "change", "what"),
    [
        (Size("A", 3), "UPDATE mart SET on_time = on_time + 1 WHERE member = 'all'", "rates"),
        (Size("A", 3), "UPDATE mart SET rate_change = 0 WHERE member = 'U00002'", "rates"),
        (Size("A", 3), "DELETE FROM held WHERE rowid = 0", "held"),
        (Size("B", 9, 9 * 31 * 80), "UPDATE held SET case_id = case_id || '0' WHERE rowid = 3", "held"),
    ],
)
def test_one_other_cell_or_row_ends_the_benchmark(size: Size, change: str, what: str, tmp_path: Path) -> None:
    case = Case("small", "", size, "month")
    data = make(size, tmp_path / "data")
    peer = WrongIn(case, data, tmp_path)
    peer.change = change
    with pytest.raises(SystemExit, match=f"dbt and the bare script differ, {what}"):
        measure(case, data, [Limit(case, data, tmp_path), peer], 1)


def test_the_least_processor_time_is_ahead_in_the_median_of_the_rounds() -> None:
    taken = {
        "limit": [Taken(1.0, 1.0, 1.0, {})] * 3,
        "tyle": [Taken(cpu, 9.0, 1.0, {}) for cpu in (3.0, 3.0, 9.0)],
        "dlt": [Taken(cpu, 1.0, 1.0, {}) for cpu in (1.0, 4.0, 4.0)],
    }
    assert table.ranking(taken) == "tyle < dlt"
