"""How the steps of a run are carried out: here as plain calls; flows/scheduled carries them out as task runs."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

A = TypeVar("A")
T = TypeVar("T")

MAX_THREADS = 8


class Steps(Protocol):
    """Carries out named steps: one call, or the same call for many items side by side, results in their order."""

    def call(self, name: str, step: Callable[[], T]) -> T:
        """Carry out one step."""

    def map(self, name: str, step: Callable[[A], T], items: Sequence[A]) -> list[T]:
        """Carry out one step for each item."""


class DirectSteps:
    """Steps as plain calls; side by side means threads, as the steps mapped wait for files and networks."""

    def call(self, name: str, step: Callable[[], T]) -> T:
        """Carry out one step."""
        return step()

    def map(self, name: str, step: Callable[[A], T], items: Sequence[A]) -> list[T]:
        """Carry out one step for each item."""
        with ThreadPoolExecutor(MAX_THREADS) as pool:
            return list(pool.map(step, items))
