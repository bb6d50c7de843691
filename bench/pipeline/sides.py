"""The two sides measured, script and project; each with a state restored before a run. Compares and prints nothing."""

import json
import os
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl

from bench.pipeline import ours
from bench.pipeline.data import LAST, Size

ROOT = Path(__file__).parent.parent.parent
_NOT_TAKEN = ("TYLE_", "PREFECT_", "PYTHONDONTWRITEBYTECODE")  # without its byte code a program starts twice as slowly
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_TAKEN)} | {
    "PYTHONPATH": str(ROOT)
}

_HELD_OR_NOT = (0, 2)  # exit codes of a run that went well; 2: something is held back


@dataclass(frozen=True)
class Case:
    """What is measured: a `mode` (month: all days into an empty state; day: the last one into a loaded one).

    `resident`: in a process that has imported everything. `reach`: the ratio of CPU time aimed at, if any.
    """

    name: str
    title: str
    size: Size
    mode: str
    resident: bool = False
    reach: float | None = None
    rounds: int = 5


@dataclass(frozen=True)
class Taken:
    """CPU and wall seconds and peak memory (MiB) of a run; `parts`: step → CPU seconds."""

    cpu: float
    wall: float
    peak: float
    parts: dict[str, float]


class Side(ABC):
    """One of the two sides, with a state that is restored before each run."""

    name = ""

    def __init__(self, case: Case, data: Path, folder: Path) -> None:
        self.case, self.data = case, data
        self.state = folder / "state" / f"{self.name}-{case.name}"
        self.loaded_until = LAST - timedelta(days=1)
        self.seed = folder / "seed" / f"{self.name}-{case.name}"

    def run(self) -> Taken:
        """Restore the state, untimed, then load, timed."""
        shutil.rmtree(self.state, ignore_errors=True)
        if self.case.mode == "day":
            if not self.seed.exists():
                unfinished = self.seed.with_suffix(".part")
                shutil.rmtree(unfinished, ignore_errors=True)
                self.begin(unfinished)
                self.fill(unfinished, self.loaded_until)
                unfinished.rename(self.seed)
            shutil.copytree(self.seed, self.state, symlinks=True)
        else:
            self.begin(self.state)
        return self.load()

    def begin(self, state: Path) -> None:
        """Make an empty state."""
        state.mkdir(parents=True)

    @abstractmethod
    def fill(self, state: Path, until: date) -> None:
        """Load all days up to `until`."""

    @abstractmethod
    def load(self) -> Taken:
        """Carry out the load that is measured."""

    @abstractmethod
    def rates(self) -> pl.DataFrame:
        """What was published, in the columns of the limit's mart."""

    @abstractmethod
    def held(self) -> pl.DataFrame:
        """What was held back: unit_code, day, rule, rows."""


class Limit(Side):
    """The bare script."""

    name = "limit"

    def fill(self, state: Path, until: date) -> None:
        """Load all days up to `until` in one go."""
        timed(self._command("full", state, until))

    def load(self) -> Taken:
        """Run the script in a process of its own."""
        return timed(self._command("full" if self.case.mode == "month" else "daily", self.state, LAST))

    def _command(self, mode: str, state: Path, until: date) -> list[str]:
        script = str(Path(__file__).with_name("limit.py"))
        first = self.case.size.first.isoformat()
        size = self.case.size
        return [sys.executable, script, size.workload, mode, str(self.data), str(state), first, until.isoformat()]

    def rates(self) -> pl.DataFrame:
        """Its mart."""
        return pl.read_parquet(self.state / "mart.parquet")

    def held(self) -> pl.DataFrame:
        """What it held back; of a day only that day's."""
        counted = self.held_rows().group_by(pl.col("sender").alias("unit_code"), "day", "rule").agg(rows=pl.len())
        return counted.with_columns(pl.col("day").cast(pl.String))

    def held_rows(self) -> pl.DataFrame:
        """The same one by one: sender, day, rule; of B also case_id."""
        return duckdb.sql(f"FROM '{self.state}/held-*.parquet'").pl()


class Tyle(Side):
    """The project: its commands in a process of their own, or a process that has imported everything."""

    name = "tyle"

    def __init__(self, case: Case, data: Path, folder: Path) -> None:
        super().__init__(case, data, folder)
        if case.resident:  # it warms up on the day before the measured one
            self.loaded_until -= timedelta(days=1)

    def begin(self, state: Path) -> None:
        """A new workspace."""
        ours.workspace(self.case.size, self.data, state)

    def fill(self, state: Path, until: date) -> None:
        """A backfill, then the care that a lake of several years would have had."""
        timed(self._backfill(state, until), good=_HELD_OR_NOT)
        ours.care_for_it(state, until)

    def load(self) -> Taken:
        """`tyle run` for a day, `tyle backfill` for a month."""
        if self.case.resident:
            return self._resident()
        if self.case.mode == "month":
            return timed(self._backfill(self.state, LAST), good=_HELD_OR_NOT)
        day = ["run", "--workspace", str(self.state), "--date", LAST.isoformat()]
        return timed([sys.executable, "-m", "flows", *day], good=_HELD_OR_NOT)

    def _backfill(self, state: Path, until: date) -> list[str]:
        span = ["--from", self.case.size.first.isoformat(), "--to", until.isoformat()]
        return [sys.executable, "-m", "flows", "backfill", "--workspace", str(state), *span]

    def _resident(self) -> Taken:
        first, warm_up = LAST, self.state
        if self.case.mode == "month":
            first, warm_up = self.case.size.first, self.state.with_name("warm-up")
            shutil.rmtree(warm_up, ignore_errors=True)
            self.begin(warm_up)
        command = ["-m", "bench.pipeline.resident", str(self.state), first.isoformat(), LAST.isoformat(), str(warm_up)]
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, check=True
        )
        taken = json.loads(done.stdout.splitlines()[-1])
        parts = {name.removesuffix("_cpu"): used for name, used in taken["parts"].items() if name.endswith("_cpu")}
        return Taken(taken["whole_cpu"], taken["whole_wall"], taken["peak"], parts)

    def rates(self) -> pl.DataFrame:
        """From the published file."""
        return ours.mart(self.state)

    def held(self) -> pl.DataFrame:
        """From the lake."""
        return ours.held(self.state, self.case.size)


def timed(command: Sequence[str], environment: Mapping[str, str] = ENVIRONMENT, good: Container[int] = (0,)) -> Taken:
    """Run a command and time it with the children it waits for; ends this program where the exit code is not `good`."""
    small = [sys.executable, "-I", "-S", str(ROOT / "bench" / "child.py")]
    done = subprocess.run([*small, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    if found["code"] not in good:
        sys.exit(f"exit code {found['code']}: {' '.join(command)}\n{done.stderr}")
    return Taken(found["cpu"], found["wall"], found["peak"], {})
