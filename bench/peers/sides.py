"""A peer as a side of the benchmark: its program, run in its environment, and what it made."""

from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from bench.peers.environments import python_of, variables
from bench.pipeline.data import LAST
from bench.pipeline.sides import Case, Side, Taken, timed

# Where each keeps its mart and what it holds back: in its DuckDB file, or in files of its state.
_RELATIONS = {
    "dbt": "main.{what}_{workload}",
    "sqlmesh": "peer.{what}_{workload}",
    "dlt": "main.{what}",
}
_FILES = {"dagster": {"mart": "mart.parquet", "held": "held/*.parquet"}}
NAMES = ("dbt", "sqlmesh", "dagster", "dlt")


class Peer(Side):
    """One of NAMES."""

    def __init__(self, name: str, case: Case, data: Path, folder: Path) -> None:
        self.name = name
        super().__init__(case, data.resolve(), folder)
        self._python = python_of(name)
        self._variables = variables(folder / "home")

    def fill(self, state: Path, until: date) -> None:
        """Load all days up to `until` in one go."""
        timed(self._command("full", state, until), self._variables)

    def load(self) -> Taken:
        """Run its program in a process of its own."""
        mode = "full" if self.case.mode == "month" else "daily"
        return timed(self._command(mode, self.state, LAST), self._variables)

    def _command(self, mode: str, state: Path, until: date) -> list[str]:
        size = self.case.size
        words = (size.workload, mode, str(self.data), str(state.resolve()), size.first.isoformat(), until.isoformat())
        return [str(self._python), "-m", f"bench.peers.programs.{self.name}", *words]

    def rates(self) -> pl.DataFrame:
        """Its mart."""
        return self._made("mart")

    def held(self) -> pl.DataFrame:
        """What it holds back of all loaded days, one by one: sender, day, rule; of B also case_id."""
        return self._made("held")

    def _made(self, what: str) -> pl.DataFrame:
        if self.name in _FILES:
            return pl.read_parquet(self.state / _FILES[self.name][what])
        relation = _RELATIONS[self.name].format(what=what, workload=self.case.size.workload.lower())
        with duckdb.connect(str(self.state / "warehouse.duckdb"), read_only=True) as connection:
            return connection.sql(f"FROM {relation}").pl()
