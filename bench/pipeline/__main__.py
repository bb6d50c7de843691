"""The whole pipeline beside a bare DuckDB script: `python -m bench.pipeline [--full] [CASE …]`.

Script and project take turns (A B A B), every run in a process of its own. The project's time starts after its imports,
which a worker pays once (the first case includes them). What both publish and hold back is compared first, with each
other and with the faults put into the exports: a difference makes the benchmark fail, a time never does.
"""

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench.pipeline.compare import compare
from bench.pipeline.data import Size, make
from bench.pipeline.sides import Case, Limit, Taken, Tyle

_ROOT = Path(__file__).parent.parent.parent

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
    shutil.rmtree(given.folder / "seed", ignore_errors=True)  # another state of a program would make another seed
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
