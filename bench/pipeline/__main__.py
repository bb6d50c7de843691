"""The whole pipeline beside a bare DuckDB script: `python -m bench.pipeline [--full] [CASE …]`.

Script and project take turns (A B A B), every run in a process of its own. The project's time starts after its imports,
which a worker pays once (the first case includes them). What both publish and hold back is compared first, with each
other and with the faults put into the exports: a difference makes the benchmark fail, a time never does.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import polars as pl

from bench.pipeline.data import LAST, Size, make
from bench.pipeline.metrics import of_limit, of_tyle
from bench.pipeline.sides import Case, Limit, Taken, Tyle

_ROOT = Path(__file__).parent.parent.parent
_HELD = ("unit_code", "day", "rule", "rows")


SMALL = (
    Case("a26-day-fresh", "A, 26 units, a day, fresh process with its imports", Size("A", 26), "day"),
    Case("a26-day", "A, 26 units, a day", Size("A", 26), "day", True, 3),
    Case("a26-month", "A, 26 units, a month", Size("A", 26), "month", True, 3),
    Case("a700-month", "A, 700 units, a month", Size("A", 700), "month", True, 2.5, 3),
    Case("b1m-day", "B, 1 million cases, a day", Size("B", 26, 1_000_000), "day", True),
    Case("b1m-month", "B, 1 million cases, a month", Size("B", 26, 1_000_000), "month", True, 2, 3),
)
FULL = (
    Case("a10000-day", "A, 10,000 units, a day on a loaded month", Size("A", 10_000), "day", True, 2.5, 3),
    Case("b10m-month", "B, 10 million cases, a month", Size("B", 26, 10_000_000), "month", True, 1.5, 3),
    Case("b-day-36", "B, 100,000 cases a month, a day after 36 months", Size("B", 26, 100_000, 36), "day", True),
    Case("b-day-1", "B, 100,000 cases a month, a day after 1 month", Size("B", 26, 100_000), "day", True),
)


def main() -> None:
    """Measure the cases and print the table as each is done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", help="only these")
    parser.add_argument("--full", action="store_true", help="the large ones too")
    parser.add_argument("--folder", type=Path, default=_ROOT / "var" / "bench" / "pipeline")
    parser.add_argument("--rounds", type=int, help="of each case, in place of its own number")
    given = parser.parse_args()
    known = {case.name: case for case in (*SMALL, *FULL)}
    chosen = [known[name] for name in given.cases] or [*SMALL, *(FULL if given.full else ())]
    print("| | limit, s CPU / wall | tyle, s CPU / wall | ratio CPU | ratio wall | reach | peak MiB, tyle / limit |")
    print("|---|---|---|---|---|---|---|", flush=True)
    profiles = []
    for case in chosen:
        limit, tyle = _measure(case, given.folder, given.rounds or case.rounds)
        print(_row(case, limit, tyle), flush=True)
        profiles.append(_profile(case, tyle))
    print("\n| s CPU, median | of which |\n|---|---|")
    print("\n".join(profiles))


def _measure(case: Case, folder: Path, rounds: int) -> tuple[list[Taken], list[Taken]]:
    data = make(case.size, folder / "data" / case.size.name)
    sides = (Limit(case, data, folder), Tyle(case, data, folder))
    taken: tuple[list[Taken], list[Taken]] = ([], [])
    for number in range(rounds):
        for side, runs in zip(sides, taken, strict=True):
            runs.append(side.run())
        if number == 0:
            compare(case, data, *sides)
    return taken


def compare(case: Case, data: Path, limit: Limit, tyle: Tyle) -> None:
    """Compare rates and metrics of both cell by cell, and what each held back with the faults put in."""
    rates = [side.rates().select(_in_one_form()).sort("month", "scope", "member") for side in (limit, tyle)]
    if not rates[0].equals(rates[1]):
        sys.exit(f"{case.name}: the rates differ: {pl.concat(rates).unique(keep='none')}")
    computed = [of_limit(limit.state, data, case.size, tyle.state), of_tyle(tyle.state)]
    if not computed[0].equals(computed[1]):
        sys.exit(f"{case.name}: the metrics differ: {pl.concat(computed).unique(keep='none')}")
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
    cells = [case.title]
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
    steps = ", ".join(f"{name} {seconds:.2f}" for name, seconds in parts.items())
    return f"| {case.title} | {steps or '(fresh process: see its resident case)'} |"


def _middle(runs: Sequence[Taken], kind: str) -> float:
    return float(median(getattr(run, kind) for run in runs))


if __name__ == "__main__":
    main()
