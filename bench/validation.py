"""What validation costs beside the same checks as raw DuckDB SQL: `python -m bench.validation --rows 1000000`.

Fails when the two count differently, never because of the time. Each run is a process of its own; the two take turns.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

import polars as pl

from bench.clock import Figures
from bench.deliveries import Load
from bench.prepared import make

_ROOT = Path(__file__).parent.parent
CONTRACTS = ("summary", "cases")


def main() -> None:
    """Measure and print; the prepared rows stay in `var/bench` for the next time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--contract", choices=CONTRACTS, action="append")
    parser.add_argument("--folder", type=Path, default=_ROOT / "var" / "bench")
    given = parser.parse_args()
    for contract in given.contract or CONTRACTS:
        folder = make(Load.of(contract, given.rows), given.folder / f"{contract}-{given.rows}")
        _show(contract, *_measure(folder, given.rounds))


def _measure(folder: Path, rounds: int) -> tuple[list[Figures], list[Figures]]:
    """The figures of both sides, round by round; the first round's counts are compared, and it is not counted."""
    project, sql = [], []
    for number in range(rounds + 1):
        mine, theirs = _run("project", folder), _run("sql", folder)
        if number == 0:
            _compare(folder)
            continue
        project.append(mine)
        sql.append(theirs)
    return project, sql


def _run(side: str, folder: Path) -> Figures:
    done = subprocess.run(
        [sys.executable, "-m", "bench.once", side, folder, folder / f"{side}.parquet"],
        cwd=_ROOT,
        env=os.environ | {"PYTHONPATH": str(_ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    figures: Figures = json.loads(done.stdout)
    return figures


def _compare(folder: Path) -> None:
    mine, theirs = (pl.read_parquet(folder / f"{side}.parquet") for side in ("project", "sql"))
    if differ := [column for column in mine.columns if not mine[column].equals(theirs[column])]:
        sys.exit(f"{folder.name}: the counts differ: {', '.join(differ)}")


def _show(contract: str, project: list[Figures], sql: list[Figures]) -> None:
    one = project[0]
    print(f"\n{contract}: {one['rows']:,.0f} rows in {one['files']:,.0f} deliveries, {one['findings']:,.0f} findings;")
    print(f"  the counts are the same; {len(project)} runs each, in turn: median [least most]")
    for unit in ("cpu", "wall"):
        validation = [run[f"check_{unit}"] + run[f"judge_{unit}"] for run in project]
        raw = [run[f"sql_{unit}"] for run in sql]
        ratios = [mine / theirs for mine, theirs in zip(validation, raw, strict=True)]
        parts = ", ".join(f"{part} {_middle(project, f'{part}_{unit}'):.2f}" for part in ("check", "judge"))
        print(f"  {unit} s".ljust(14) + f"validation {_spread(validation)} ({parts}), raw SQL {_spread(raw)}")
        print(f"  {unit} ratio".ljust(14) + _spread(ratios))
    peak, raw_peak, loaded = _middle(project, "peak"), _middle(sql, "peak"), _middle(project, "loaded")
    print(f"  memory MiB  validation {peak:,.0f}, raw SQL {raw_peak:,.0f}, the rows alone {loaded:,.0f}")
    for part, label in _APART.items():
        print(f"  apart       {label}: {_middle(project, f'{part}_cpu'):.2f} s CPU")


_APART = {
    "import": "importing Great Expectations, once a process",
    "kept": "judging one business date whose results are kept",
}


def _middle(runs: list[Figures], figure: str) -> float:
    return median(run[figure] for run in runs)


def _spread(values: list[float]) -> str:
    return f"{median(values):.2f} [{min(values):.2f} {max(values):.2f}]"


if __name__ == "__main__":
    main()
