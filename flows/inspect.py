"""One file looked at as a run would, with nothing stored. Pulls nothing and opens no lake."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from flows.check import check_deliveries
from flows.clock import utc
from flows.pull import received_frame
from flows.workspace import Workspace, WorkspaceError
from sources.export import Export


@dataclass(frozen=True)
class FileVerdict:
    """A file's status, its detail rows and totals (cases), and a line for each fault."""

    file: str
    unit_id: str
    business_date: date
    status: str
    row_count: int
    totals: dict[str, int]
    faults: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        return self.__dict__ | {"business_date": self.business_date.isoformat(), "faults": list(self.faults)}


def check_file(
    workspace: Workspace, file: Path, unit_id: str, day: date, now: datetime, lang: str = "vi"
) -> FileVerdict:
    """The verdict on one file. Raises WorkspaceError when there is no such file or unit."""
    if unit_id not in set(workspace.registry.on(day)["unit_id"]):
        near = ", ".join(workspace.registry.nearest_ids(unit_id, day))
        raise WorkspaceError(f"--unit {unit_id}: không có đơn vị này ngày {day}; gần giống: {near}")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise WorkspaceError(f"{file}: {error.strerror}") from error
    export = Export(day, str(file), file.name, utc(now), content)
    received = received_frame(workspace, [(unit_id, export)], utc(now))
    checked = check_deliveries(workspace, received, workspace.settings.of_unit(unit_id).contract, "check", None, lang)
    decision = checked.decisions.row(0, named=True)
    sums = checked.counts.select(pl.col("online", "in_person", "total").sum()).row(0, named=True)
    return FileVerdict(
        file=str(file),
        unit_id=unit_id,
        business_date=day,
        status=decision["status"],
        row_count=decision["row_count"],
        totals={} if decision["status"] == "quarantined" else sums,
        faults=tuple(f"{file}: {message}" for message in checked.findings["message"]),
    )
