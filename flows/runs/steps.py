"""Carries out the steps of a run as plain calls; flows/scheduled carries them out as Prefect task runs."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

A = TypeVar("A")
T = TypeVar("T")

MAX_THREADS = 8


class Steps(Protocol):
    """Carries out named steps: one call, or one call for each of many items side by side; results keep their order."""

    def call(self, name: str, step: Callable[[], T]) -> T:
        """Carry out one step."""

    def map(self, name: str, step: Callable[[A], T], items: Sequence[A]) -> list[T]:
        """Carry out one step for each item."""


class DirectSteps:
    """Steps as plain calls; mapped steps run in threads, as they wait for files and networks."""

    def call(self, name: str, step: Callable[[], T]) -> T:
        """Carry out one step."""
        return step()

    def map(self, name: str, step: Callable[[A], T], items: Sequence[A]) -> list[T]:
        """Carry out one step for each item."""
        with ThreadPoolExecutor(MAX_THREADS) as pool:
            return list(pool.map(step, items))
