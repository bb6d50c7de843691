"""The whole way beside a bare DuckDB script: `python -m bench.pipeline [--full] [CASE …]`.

Each case is run in turn with the script (A B A B), every run a process of its own. What both publish and hold back is
compared first, with each other and with what was put into the exports: a difference fails the run, a time never does.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import duckdb
import polars as pl

from bench.pipeline import ours
from bench.pipeline.data import LAST, Size, make

_ROOT = Path(__file__).parent.parent.parent
_RATES = ("month", "scope", "member", "online", "in_person", "total", "rate", "meets_target", "rate_change")
_HELD = ("unit_code", "day", "rule", "rows")


@dataclass(frozen=True)
class Case:
    """What is measured: a `mode` (month: all days into an empty state; day: the last one into a loaded one).

    `resident`: in a process that has paid its imports. `reach`: the ratio of CPU and wall aimed at, where there is one.
    """

    name: str
    said: str
    size: Size
    mode: str
    resident: bool = False
    reach: float | None = None
    rounds: int = 5


SMALL = (
    Case("a26-day", "A, 26 units, a day, fresh process", Size("A", 26), "day"),
    Case("a26-day-resident", "A, 26 units, a day, resident", Size("A", 26), "day", True, 3),
    Case("a26-month-resident", "A, 26 units, a month, resident", Size("A", 26), "month", True, 3),
    Case("a700-month", "A, 700 units, a month", Size("A", 700), "month", False, 2.5, 3),
    Case("b1m-month", "B, 1 million cases, a month", Size("B", 26, 1_000_000), "month", False, 2, 3),
    Case("b1m-day-resident", "B, 1 million cases, a day, resident", Size("B", 26, 1_000_000), "day", True),
)
FULL = (
    Case("a10000-day", "A, 10,000 units, a day on a loaded month", Size("A", 10_000), "day", False, 2.5, 3),
    Case("b10m-month", "B, 10 million cases, a month", Size("B", 26, 10_000_000), "month", False, 1.5, 3),
    Case("b1m-day-36", "B, a day after 36 months, resident", Size("B", 26, 1_000_000, 36), "day", True, None, 5),
)


@dataclass(frozen=True)
class Taken:
    """CPU and wall seconds and peak memory (MiB) of a run; `parts`: step → CPU seconds."""

    cpu: float
    wall: float
    peak: float
    parts: dict[str, float]


def main() -> None:
    """Measure the cases and print the table as each is done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", help="only these")
    parser.add_argument("--full", action="store_true", help="the large ones too")
    parser.add_argument("--folder", type=Path, default=_ROOT / "var" / "bench" / "pipeline")
    given = parser.parse_args()
    known = {case.name: case for case in (*SMALL, *FULL)}
    chosen = [known[name] for name in given.cases] or [*SMALL, *(FULL if given.full else ())]
    print("| | limit, s CPU / wall | tyle, s CPU / wall | ratio CPU | ratio wall | reach | peak MiB, tyle / limit |")
    print("|---|---|---|---|---|---|---|", flush=True)
    profiles = []
    for case in chosen:
        limit, tyle = _measure(case, given.folder)
        print(_row(case, limit, tyle), flush=True)
        profiles.append(_profile(case, tyle))
    print("\n| s CPU, median | of which |\n|---|---|")
    print("\n".join(profiles))


def _measure(case: Case, folder: Path) -> tuple[list[Taken], list[Taken]]:
    data = make(case.size, folder / "data" / case.size.name)
    sides = (Limit(case, data, folder), Tyle(case, data, folder))
    taken: tuple[list[Taken], list[Taken]] = ([], [])
    for number in range(case.rounds):
        for side, runs in zip(sides, taken, strict=True):
            runs.append(side.run())
        if number == 0:
            compare(case, data, *sides)
    return taken


class Side:
    """One of the two: a state that is put back before each run."""

    name = ""

    def __init__(self, case: Case, data: Path, folder: Path) -> None:
        self.case, self.data = case, data
        self.state = folder / "state" / f"{self.name}-{case.name}"
        self.loaded_until = LAST - timedelta(days=1)
        self.seed = folder / "seed" / f"{self.name}-{case.name}"

    def run(self) -> Taken:
        """Put the state back, untimed, then load and time."""
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
        """An empty state."""

    def fill(self, state: Path, until: date) -> None:
        """All days until then."""
        raise NotImplementedError

    def load(self) -> Taken:
        """What is measured."""
        raise NotImplementedError


class Limit(Side):
    name = "limit"

    def fill(self, state: Path, until: date) -> None:
        _timed(self._command("full", state, until))

    def load(self) -> Taken:
        return _timed(self._command("full" if self.case.mode == "month" else "daily", self.state, LAST))

    def _command(self, mode: str, state: Path, until: date) -> list[str]:
        script = str(Path(__file__).with_name("limit.py"))
        first = self.case.size.first.isoformat()
        size = self.case.size
        return [sys.executable, script, size.workload, mode, str(self.data), str(state), first, until.isoformat()]

    def rates(self) -> pl.DataFrame:
        return pl.read_parquet(self.state / "mart.parquet")

    def held(self) -> pl.DataFrame:
        """Of a day only that day's."""
        found = duckdb.sql(f"SELECT sender AS unit_code, day, rule FROM '{self.state}/held-*.parquet'").pl()
        counted = found.group_by("unit_code", "day", "rule").agg(rows=pl.len())
        return counted.with_columns(pl.col("day").cast(pl.String))


class Tyle(Side):
    name = "tyle"

    def __init__(self, case: Case, data: Path, folder: Path) -> None:
        super().__init__(case, data, folder)
        if case.resident:  # it warms up on the day before the one that counts
            self.loaded_until -= timedelta(days=1)

    def begin(self, state: Path) -> None:
        ours.workspace(self.case.size, self.data, state)

    def fill(self, state: Path, until: date) -> None:
        _timed(self._backfill(state, until))

    def load(self) -> Taken:
        if self.case.resident:
            return self._resident()
        if self.case.mode == "month":
            return _timed(self._backfill(self.state, LAST))
        day = ["run", "--workspace", str(self.state), "--date", LAST.isoformat()]
        return _timed([sys.executable, "-m", "flows", *day])

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
            [sys.executable, *command], cwd=_ROOT, env=_ENVIRONMENT, stdout=subprocess.PIPE, text=True, check=True
        )
        told = json.loads(done.stdout.splitlines()[-1])
        parts = {name: part["cpu"] for name, part in told["parts"].items()}
        return Taken(told["cpu"], told["wall"], told["peak"], parts)

    def rates(self) -> pl.DataFrame:
        return ours.mart(self.state)

    def held(self) -> pl.DataFrame:
        return ours.held(self.state, self.case.size)


_ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("TYLE_", "PREFECT_"))} | {
    "PYTHONPATH": str(_ROOT)
}


def _timed(command: Sequence[str]) -> Taken:
    """A whole process with all it waits for; exit code 2 (something is held back) is fine."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=_ROOT, env=_ENVIRONMENT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if process.returncode not in {0, 2}:
        sys.exit(f"exit code {process.returncode}: {' '.join(command)}")
    return Taken(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, {})


def compare(case: Case, data: Path, limit: Limit, tyle: Tyle) -> None:
    """Rates cell by cell, and what was held back with what was put in."""
    rates = [side.rates().select(_in_one_form()).sort("month", "scope", "member") for side in (limit, tyle)]
    if not rates[0].equals(rates[1]):
        sys.exit(f"{case.name}: the rates differ: {pl.concat(rates).unique(keep='none')}")
    key = pl.read_csv(data / "key.csv")
    key = key.group_by("unit_code", "day", "rule").agg(pl.col("rows").sum())
    for side in (limit, tyle):
        held = (
            side.held()
            .filter(pl.col("day").is_in(key["day"].implode()))
            .select(*_HELD[:3], pl.col("rows").cast(pl.Int64))
        )
        expected = key
        if case.mode == "day" and side is limit:
            held, expected = (frame.filter(day=LAST.isoformat()) for frame in (held, key))
        if not held.sort(_HELD).equals(expected.select(_HELD).sort(_HELD)):
            differing = pl.concat([held, expected.select(_HELD)]).unique(keep="none")
            sys.exit(f"{case.name}: {side.name} holds back otherwise than was put in: {differing}")


def _in_one_form() -> list[pl.Expr]:
    whole = (pl.col(name).cast(pl.Int64) for name in ("online", "in_person", "total"))
    rates = (pl.col(name).cast(pl.Decimal(9, 2)) for name in ("rate", "rate_change"))
    names = (pl.col(name).cast(pl.String) for name in ("month", "scope", "member"))
    return [*names, *whole, *rates, pl.col("meets_target").cast(pl.Boolean)]


def _row(case: Case, limit: Sequence[Taken], tyle: Sequence[Taken]) -> str:
    cells = [case.said]
    cells += [f"{_middle(runs, 'cpu'):.2f} / {_middle(runs, 'wall'):.2f}" for runs in (limit, tyle)]
    for kind in ("cpu", "wall"):
        ratios = sorted(getattr(b, kind) / getattr(a, kind) for a, b in zip(limit, tyle, strict=True))
        cells.append(f"**{median(ratios):.1f}** [{ratios[0]:.1f}–{ratios[-1]:.1f}]")
    cells += [
        f"≤ {case.reach:g}" if case.reach else "",
        f"{_middle(tyle, 'peak'):,.0f} / {_middle(limit, 'peak'):,.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def _profile(case: Case, runs: Sequence[Taken]) -> str:
    names = list(runs[0].parts)
    parts = {name: median(run.parts.get(name, 0.0) for run in runs) for name in names}
    said = ", ".join(f"{name} {seconds:.2f}" for name, seconds in parts.items())
    return f"| {case.said} | {said or '(fresh process: see its resident case)'} |"


def _middle(runs: Sequence[Taken], kind: str) -> float:
    return float(median(getattr(run, kind) for run in runs))


if __name__ == "__main__":
    main()
