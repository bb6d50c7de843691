"""The weekly care of the lake: removes data past its retention, then joins small files. Changes no figure."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flows.runs.lakes import landing_of
from flows.runs.log import log_event
from flows.settings.workspace import Workspace
from flows.work.outputs.publishing import RunResult
from transforms.reference.clock import local_date
from warehouse.care.compaction import Cared, care
from warehouse.care.purge import Purged, purge
from warehouse.lake.lake import Lake

_LABELS = {
    "cases": "Mã hồ sơ quá hạn đã xóa",
    "rejected_rows": "Dòng sai quá hạn đã xóa",
    "files_before": "Tệp dữ liệu trước",
    "files_after": "Tệp dữ liệu sau",
    "snapshots": "Phiên bản cũ của kho đã bỏ",
    "removed": "Tệp đã được thay, đã xóa",
    "orphans": "Tệp do lần ghi dở để lại, đã xóa",
}


@dataclass(frozen=True)
class CareResult(RunResult):
    """What was removed because its retention had ended, and what was joined and dropped."""

    purged: Purged
    cared: Cared

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the figures of the care, and `purged`."""
        return asdict(self.cared) | {"purged": asdict(self.purged)}

    def table(self) -> list[dict[str, Any]]:
        """For Prefect's pages: a row for each figure."""
        packs = [
            {"Việc": f"Gói bản gốc quá hạn đã xóa ({contract})", "Số": n} for contract, n in self.purged.packs.items()
        ]
        figures = asdict(self.purged) | asdict(self.cared)
        waiting = {"Việc": "Tệp còn chờ người đang đọc", "Số": self.purged.waiting + self.cared.waiting}
        return [*packs, *({"Việc": label, "Số": figures[name]} for name, label in _LABELS.items()), waiting]


def care_for(workspace: Workspace, lake: Lake, now: datetime) -> CareResult:
    """Remove data past its retention, then join small files and drop old snapshots, at `now` (UTC without zone).

    Changes no figure. Raises LockedError while another writer holds the lake.
    """
    result = CareResult(purge_originals(workspace, lake, now), care(lake, now))
    log_event("care", **asdict(result.cared))
    return result


def purge_originals(workspace: Workspace, lake: Lake, now: datetime) -> Purged:
    """Remove originals, case ids and rejected rows past their retention at `now` (UTC without zone).

    Raises LockedError while another writer holds the lake.
    """
    purged = purge(lake, landing_of(workspace), workspace.settings.landing.days(), local_date(now, workspace.zone))
    log_event("purge", **asdict(purged))
    return purged
