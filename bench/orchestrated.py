"""Runs some days of a workspace in a process of its own, directly or through Prefect; prints what each took.

The first day includes all imports; for the others the process is warm.
"""

import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.clock import cpu as used
from flows.scheduled.orchestrated import run_orchestrated
from flows.settings.workspace import open_workspace
from flows.work.day import run_days


def main(side: str, root: Path, days: Sequence[date]) -> None:
    """Run the days, each as of its next morning."""
    tasks = [0]
    if side == "orchestrated":
        _count_tasks(tasks)
    taken: list[dict[str, float]] = []
    wall, cpu = time.perf_counter(), 0.0
    workspace = open_workspace(root)
    for day in days:
        if side == "direct":
            workspace = open_workspace(root)  # as each run of the flow does
        now = datetime(day.year, day.month, day.day, 22, 30, tzinfo=UTC)
        (result,) = (run_orchestrated if side == "orchestrated" else run_days)(workspace, [day], now=now)
        assert result.held_back.is_empty(), result.held_back
        taken.append({"wall": time.perf_counter() - wall, "cpu": used() - cpu})
        wall, cpu = time.perf_counter(), used()
    print(json.dumps({"days": taken, "tasks": tasks[0]}))


def _count_tasks(tasks: list[int]) -> None:
    """Count the tasks that are started, independently of Prefect."""
    from flows.scheduled.environment import prepare  # noqa: PLC0415

    prepare(Path())
    # prefect reads its environment when it is imported
    from flows.scheduled import daily, steps  # noqa: PLC0415

    class Counted(steps.TaskSteps):
        def call(self, name: str, step: Any) -> Any:
            tasks[0] += 1
            return super().call(name, step)

        def map(self, name: str, step: Any, items: Any) -> Any:
            tasks[0] += len(items)
            return super().map(name, step, items)

    daily.TaskSteps = Counted  # type: ignore[attr-defined]


if __name__ == "__main__":
    first = date.fromisoformat(sys.argv[3])
    main(sys.argv[1], Path(sys.argv[2]), [first + timedelta(days=number) for number in range(int(sys.argv[4]))])
