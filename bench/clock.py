"""CPU, wall seconds and memory used by this process and the children it waited for. Runs nothing itself."""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

Figures = dict[str, float]


class Clock:
    """Adds the wall and CPU seconds of its blocks to `figures` as `<name>_wall` and `<name>_cpu`."""

    def __init__(self) -> None:
        self.figures: Figures = {}

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Time a block; several of one name are added up."""
        wall, used = time.perf_counter(), cpu()
        yield
        for kind, taken in (("wall", time.perf_counter() - wall), ("cpu", cpu() - used)):
            self.figures[f"{name}_{kind}"] = self.figures.get(f"{name}_{kind}", 0.0) + taken


def cpu() -> float:
    """CPU seconds of this process and of the children it waited for."""
    each = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in each)


def peak() -> float:
    """The most memory this process has had, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
