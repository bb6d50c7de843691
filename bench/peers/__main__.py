"""tyle beside what users would take in its place: `python -m bench.peers [--full] [--rounds N] [CASE …]`.

The bare DuckDB script, tyle as it is shipped (`tyle run`, `tyle backfill`, a day under `tyle up` with its server), dbt,
SQLMesh, Dagster with Polars and dlt take turns, every run in a new process with all its imports. What each publishes
and holds back is compared first: a difference makes the benchmark fail, a time never does.
"""

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

from bench.peers import table
from bench.peers.compare import compare_with_limit
from bench.peers.operated import Operated
from bench.peers.sides import NAMES, Peer
from bench.pipeline.compare import compare
from bench.pipeline.data import Size, make
from bench.pipeline.sides import ROOT, Case, Limit, Side, Taken, Tyle

SMALL = (
    Case("a26-day", "A, 26 units, a day", Size("A", 26), "day", reach=8, rounds=3),
    Case("a26-month", "A, 26 units, a month", Size("A", 26), "month", reach=7.5, rounds=3),
    Case("a700-month", "A, 700 units, a month", Size("A", 700), "month", reach=3, rounds=2),
    Case("b1m-month", "B, 1 million cases, a month", Size("B", 26, 1_000_000), "month", reach=2, rounds=3),
)
FULL = (
    Case("b1m-day", "B, 1 million cases a month, a day", Size("B", 26, 1_000_000), "day", rounds=3),
    Case("b10m-month", "B, 10 million cases, a month", Size("B", 26, 10_000_000), "month", reach=1.4, rounds=2),
    Case("a10000-day", "A, 10,000 units, a day on a loaded month", Size("A", 10_000), "day", reach=3, rounds=2),
    Case("b-day-1", "B, 100,000 cases a month, a day after 1 month", Size("B", 26, 100_000), "day", rounds=3),
    Case("b-day-36", "B, 100,000 cases a month, a day after 36 months", Size("B", 26, 100_000, 36), "day", rounds=3),
)
_UNDER_UP = {"a26-day"}  # of the others, the server would be a small part


def main() -> None:
    """Measure the cases and print the line of each as it is done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", help="only these")
    parser.add_argument("--full", action="store_true", help="the large ones too")
    parser.add_argument("--rounds", type=int, help="of each case, in place of its own number")
    parser.add_argument("--peers", nargs="*", default=NAMES, choices=NAMES, help="only these beside script and tyle")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "bench")
    given = parser.parse_args()
    known = {case.name: case for case in (*SMALL, *FULL)}
    chosen = [known[name] for name in given.cases] or [*SMALL, *(FULL if given.full else ())]
    names = (Limit.name, Tyle.name, Operated.name, *given.peers)
    print(table.header(names), flush=True)
    for case in chosen:
        data = make(case.size, given.folder / "pipeline" / "data" / case.size.name)
        sides = _sides(case, data, given.folder / "peers", given.peers)
        print(table.row(case, names, measure(case, data, sides, given.rounds or case.rounds)), flush=True)


def _sides(case: Case, data: Path, folder: Path, peers: Sequence[str]) -> list[Side]:
    shutil.rmtree(folder / "seed", ignore_errors=True)  # another state of a program would make another seed
    sides: list[Side] = [Limit(case, data, folder), Tyle(case, data, folder)]
    if case.name in _UNDER_UP:
        sides.append(Operated(case, data, folder))
    return sides + [Peer(name, case, data, folder) for name in peers]


def measure(case: Case, data: Path, sides: Sequence[Side], rounds: int) -> dict[str, list[Taken]]:
    """Run all sides in turn, round by round; after the first round, compare what they made with the script's."""
    taken: dict[str, list[Taken]] = {side.name: [] for side in sides}
    for number in range(rounds):
        for side in sides:
            taken[side.name].append(side.run())
        if number == 0:
            _compare(case, data, sides)
    return taken


def _compare(case: Case, data: Path, sides: Sequence[Side]) -> None:
    limit = next(side for side in sides if isinstance(side, Limit))
    for side in sides:
        if isinstance(side, Tyle):
            compare(case, data, limit, side)
        elif side is not limit:
            compare_with_limit(case, limit, side)


if __name__ == "__main__":
    main()
