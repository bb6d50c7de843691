"""A day or a month in a process that has paid its imports: what it took, part by part, onto the output as JSON.

`python -m bench.pipeline.resident WORKSPACE FIRST LAST [WARM_UP]`. First a day of WARM_UP is run, which is not counted:
of another workspace the last day, of the same one the day before FIRST.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from flows.backfill import BackfillRequest, run_backfill
from flows.clock import utc
from flows.day import DayRequest, run_day
from flows.lakes import lake_of
from flows.workspace import open_workspace

T = TypeVar("T")
R = TypeVar("R")


class TimedSteps:
    """Carries steps out at once and adds up what each took: CPU s of this process and its children, wall s."""

    def __init__(self) -> None:
        self.parts: dict[str, dict[str, float]] = {}

    def call(self, name: str, step: Callable[[], R]) -> R:
        """Call it."""
        with self._timed(name):
            return step()

    def map(self, name: str, step: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """Call it for each."""
        with self._timed(name):
            return [step(item) for item in items]

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        part = self.parts.setdefault(name, {"cpu": 0.0, "wall": 0.0})
        wall, used = time.perf_counter(), cpu()
        yield
        part["wall"] += time.perf_counter() - wall
        part["cpu"] += cpu() - used


def load(root: Path, first: date, last: date) -> TimedSteps:
    """Load the days into a workspace, as of the morning after the last; one day as `tyle run`, more as a backfill."""
    steps = TimedSteps()
    now = utc(datetime(last.year, last.month, last.day, 22, 30, tzinfo=UTC))
    workspace = open_workspace(root)
    with lake_of(workspace) as lake:
        if first == last:
            run_day(workspace, lake, DayRequest(first, now), steps)
        else:
            run_backfill(workspace, lake, BackfillRequest(first, last, now), steps)
    return steps


def cpu() -> float:
    """CPU seconds of this process and of what it started and waited for."""
    each = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in each)


def main(root: Path, first: date, last: date, warm_up: Path | None) -> None:
    """Warm up, then run and tell."""
    if warm_up:
        day = first - timedelta(days=1) if warm_up == root else last
        load(warm_up, day, day)
    wall, used = time.perf_counter(), cpu()
    steps = load(root, first, last)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    taken = {"cpu": cpu() - used, "wall": time.perf_counter() - wall, "peak": peak}
    print(json.dumps(taken | {"parts": steps.parts}))


if __name__ == "__main__":
    given = sys.argv[1:]
    main(
        Path(given[0]),
        date.fromisoformat(given[1]),
        date.fromisoformat(given[2]),
        Path(given[3]) if len(given) > 3 else None,
    )
