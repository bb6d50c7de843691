"""What every peer's program is asked to do: `python -m bench.peers.programs.NAME A|B full|daily DATA STATE FIRST LAST`.

The same words as bench/pipeline/limit.py takes. Imports the standard library only, as peers have no other in common.
"""

import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

COLUMNS = {
    "A": ("report_date", "unit_code", "field", "online", "in_person", "total", "processed", "on_time", "stated_rate"),
    "B": (
        *("case_id", "unit_code", "procedure_code", "channel", "level"),
        *("received_at", "due_at", "finished_at", "status"),
    ),
}
SEPARATOR = {"A": ";", "B": ","}


@dataclass(frozen=True)
class Load:
    """`full` loads all days from `first` into an empty `state`, `daily` only `last` into one with the days before."""

    workload: str
    mode: str
    data: Path
    state: Path
    first: date
    last: date

    @property
    def begin(self) -> date:
        """The first day to load."""
        return self.first if self.mode == "full" else self.last

    @property
    def days(self) -> list[date]:
        """The days to load."""
        return [self.begin + timedelta(days=n) for n in range((self.last - self.begin).days + 1)]

    @property
    def warehouse(self) -> Path:
        """The DuckDB file of peers that have one."""
        return self.state / "warehouse.duckdb"


def asked() -> Load:
    """The load of the command line."""
    workload, mode, data, state, first, last = sys.argv[1:]
    Path(state).mkdir(parents=True, exist_ok=True)
    return Load(workload, mode, Path(data), Path(state), date.fromisoformat(first), date.fromisoformat(last))
