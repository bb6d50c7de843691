"""The lake's weekly care: a plain function, and the Prefect flow around it. Removes and joins nothing itself."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.runtime import flow_run

from flows.runs.lakes import lake_of, landing_of
from flows.runs.log import configure
from flows.settings.workspace import Workspace, folder_of, open_workspace
from transforms.reference.clock import local_date, utc
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
class LookedAfter:
    """What was past its retention and is gone, and what was joined and dropped."""

    purged: Purged
    cared: Cared

    def table(self) -> list[dict[str, Any]]:
        """For people: a row for each figure."""
        packs = [
            {"Việc": f"Gói bản gốc quá hạn đã xóa ({contract})", "Số": n} for contract, n in self.purged.packs.items()
        ]
        figures = asdict(self.purged) | asdict(self.cared)
        waiting = {"Việc": "Tệp còn chờ người đang đọc", "Số": self.purged.waiting + self.cared.waiting}
        return [*packs, *({"Việc": label, "Số": figures[name]} for name, label in _LABELS.items()), waiting]


def look_after(workspace: Workspace, lake: Lake, now: datetime) -> LookedAfter:
    """Remove what is past its retention, then join small files and drop old snapshots, at `now` (UTC without zone).

    No figure changes. Raises LockedError while another writer keeps the lake.
    """
    purged = purge(lake, landing_of(workspace), workspace.settings.landing.days(), local_date(now))
    return LookedAfter(purged, care(lake, now))


def run_name() -> str:
    """The name of the run under way: the flow's and the day's in Vietnam."""
    return f"lake-care {local_date(utc(flow_run.scheduled_start_time))}"


@flow(
    name="lake-care",
    flow_run_name=run_name,
    timeout_seconds=2 * 60 * 60,
    validate_parameters=True,
    persist_result=False,
)
def caring(workspace: str | None = None, now: datetime | None = None) -> LookedAfter:
    """Keep the lake small and fast, and nothing in it for longer than agreed.

    What follows is shown in Prefect's pages.

    Args:
        workspace: Không gian làm việc; để trống: TYLE_WORKSPACE của worker.
        now: Thời điểm chạy, có múi giờ; để trống: bây giờ.
    """
    where = open_workspace(folder_of(workspace))
    configure(where.settings.log)
    with lake_of(where) as lake:
        done = look_after(where, lake, utc(now or datetime.now(UTC)))
    create_table_artifact(key="lake-care", table=done.table(), description="Chăm sóc kho: những gì đã gộp và xóa")
    return done
