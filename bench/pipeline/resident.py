"""Runs a day or a month in a process that has imported everything; prints what each part took as JSON.

`python -m bench.pipeline.resident WORKSPACE FIRST LAST [WARM_UP]`. First a day in the
workspace WARM_UP is run and not counted: the day before FIRST where it is the same workspace, else LAST.
"""

import json
import sys
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from bench.clock import Clock, peak
from bench.pipeline.ours import morning_after
from flows.runs.lakes import lake_of
from flows.settings.workspace import open_workspace
from flows.work.backfill import BackfillRequest, run_backfill
from flows.work.day import DayRequest, run_day

T = TypeVar("T")
R = TypeVar("R")


class TimedSteps:
    """Carries steps out directly; `clock` has the seconds of each."""

    def __init__(self) -> None:
        self.clock = Clock()

    def call(self, name: str, step: Callable[[], R]) -> R:
        """Call it."""
        with self.clock.timed(name):
            return step()

    def map(self, name: str, step: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """Call it for each."""
        with self.clock.timed(name):
            return [step(item) for item in items]


def load(root: Path, first: date, last: date) -> TimedSteps:
    """Load the days into a workspace, as of the morning after the last; one day as `tyle run`, more as a backfill."""
    steps = TimedSteps()
    now = morning_after(last)
    workspace = open_workspace(root)
    with lake_of(workspace) as lake:
        if first == last:
            run_day(workspace, lake, DayRequest(first, now), steps)
        else:
            run_backfill(workspace, lake, BackfillRequest(first, last, now), steps)
    return steps


def main(root: Path, first: date, last: date, warm_up: Path | None) -> None:
    """Warm up, then run and print what it took."""
    if warm_up:
        day = first - timedelta(days=1) if warm_up == root else last
        load(warm_up, day, day)
    whole = Clock()
    with whole.timed("whole"):
        steps = load(root, first, last)
    print(json.dumps(whole.figures | {"peak": peak(), "parts": steps.clock.figures}))


if __name__ == "__main__":
    given = sys.argv[1:]
    main(
        Path(given[0]),
        date.fromisoformat(given[1]),
        date.fromisoformat(given[2]),
        Path(given[3]) if len(given) > 3 else None,
    )
