"""Carries out the steps of a run as Prefect task runs. Prefect caches and stores no result, as the lake has it."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ThreadPoolTaskRunner

from flows.runs.steps import MAX_THREADS

_NOT_STORED: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}

A = TypeVar("A")
T = TypeVar("T")


class TaskSteps:
    """Steps as Prefect task runs."""

    def call(self, name: str, step: Callable[[], T]) -> T:
        """Carry out one step as a task run of this name."""
        return task(name=name, **_NOT_STORED)(step)()

    def map(self, name: str, step: Callable[[A], T], items: Sequence[A]) -> list[T]:
        """Carry out one step for each item, each as a task run, side by side."""
        each = task(name=name, **_NOT_STORED)(lambda index: step(items[index]))
        return [future.result() for future in each.map(list(range(len(items))))]


def task_runner() -> Any:
    """The task runner for mapped steps: as many threads as in a direct run."""
    return ThreadPoolTaskRunner(max_workers=MAX_THREADS)
