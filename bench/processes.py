"""What other running processes have used, from /proc. Starts and ends none."""

import os
import re
from contextlib import suppress
from pathlib import Path

from flows.scheduled.server.children import children_of

_TICK = os.sysconf("SC_CLK_TCK")


def tree(process: int) -> frozenset[int]:
    """A process and all that it has started and that still run."""
    return frozenset({process}).union(*map(tree, children_of(process)))


def cpu_of(process: int) -> float:
    """CPU seconds of a process and of the children it has waited for; 0 where it is gone."""
    with suppress(OSError):
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return sum(map(int, fields[11:15])) / _TICK
    return 0.0


def memory_of(process: int) -> float:
    """Its memory, MiB; of what several processes share, its share. 0 where it is gone."""
    with suppress(OSError):
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
        if found := re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE):
            return int(found[1]) / 1024
    return 0.0
