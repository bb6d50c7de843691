"""Restores a workspace from its backup: copies, proves, publishes anew, says what came after it. Prints nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from logging import ERROR
from pathlib import Path
from typing import Any

from flows.runs.diary import runs
from flows.runs.lakes import lake_of
from flows.runs.log import log_event
from flows.settings.tyle_toml import FILE
from flows.settings.workspace import BACKED_UP, open_workspace
from flows.work.doctor import examine_all
from flows.work.outputs.publishing import publish_all
from transforms.reference.clock import local_date
from warehouse.care.doctor.finding import Finding
from warehouse.care.mend import Mended, mend
from warehouse.care.restore import (
    Plan,
    copy_out,
    discard_unplanned,
    make_plan,
    planned,
    require_no_backup,
    restoring,
    switch,
    verify,
)
from warehouse.care.statement import Statement, rows_of
from warehouse.lake.beginning import CATALOG, RESTORING, catalog_fault, published_id
from warehouse.lake.moments import newest_moment
from warehouse.lake.opening import open_lake
from warehouse.ledger.deliveries import span
from warehouse.places.errors import BackupError, LockedError, WarehouseError
from warehouse.places.faults import working_in

_REVIEWED = (FILE, "reference/")


@dataclass(frozen=True)
class Restored:
    """A restored workspace: where the old folders lie, the backup's moments (UTC), and what the doctor found.

    `first`, `last`: the business dates of which exports may have come after the backup; None: none. `differing`: files
    of settings and reference data that were other ones before; `later`: originals that only the old landing has.
    """

    root: Path
    aside: Path | None
    made_at: datetime
    known_at: datetime | None
    rows: Mapping[str, int]
    publication_id: str | None
    first: date | None
    last: date | None
    differing: list[str]
    later: int
    findings: list[Finding]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def restore(source: Path, root: Path, now: datetime, *, replace: bool = False) -> Restored:
    """Bring the workspace `root` back from the backup `source`, at `now` (UTC without zone).

    A restore that was cut short is completed. Raises BackupError, the workspace being as before, where it still has its
    lake and `replace` is not said, or the backup is damaged; LockedError while a run goes on.
    """
    source, root = source.resolve(), root.resolve()
    require_no_backup(root, source)
    discard_unplanned(root)
    statement = None if planned(root / RESTORING) else _verified(source, root, replace=replace)
    with working_in(root), restoring(root) as folder:
        _require_no_run(root)
        if statement:
            _prove(copy_out(source, statement, folder), statement, now)
            make_plan(root, source, statement, BACKED_UP, now)
        plan = planned(folder)
        if plan is None:
            raise BackupError(f"{folder}: một lần khôi phục khác vừa xong. Hãy xem: tyle doctor")
        switch(root, plan)
    (root / "inbox").mkdir(exist_ok=True)
    log_event("restore", source=plan.source, made_at=plan.made_at)
    return _result(root, plan, now)


def restore_files(source: Path, root: Path, now: datetime) -> Mended:
    """Copy only lost and damaged files back into a workspace that still has its catalog; see warehouse.care.mend."""
    with open_lake(root.resolve(), to_inspect=True) as lake:
        return mend(lake, source.resolve(), now)


def _verified(source: Path, root: Path, *, replace: bool) -> Statement:
    has_catalog = (root / CATALOG).is_file() and not catalog_fault(root / CATALOG)
    if has_catalog and not replace:
        raise BackupError(
            f"{root}: vẫn còn kho dữ liệu ({CATALOG}), có thể mới hơn bản sao lưu. Chỉ lấy lại những tệp bị mất hay bị "
            "hỏng: thêm --files; thay toàn bộ bằng bản sao lưu (bản cũ được để sang một bên): thêm --replace"
        )
    return verify(source)


def _require_no_run(root: Path) -> None:
    for run in runs(root):
        if run.ended is None:
            raise LockedError(f"{root}: lần chạy {run.first} đến {run.last} (tiến trình {run.process}) chưa xong")


def _prove(new: Path, statement: Statement, now: datetime) -> None:
    """Open the copy, compare it with the statement, and publish in it. Raises BackupError where they differ."""
    workspace = open_workspace(new)
    with lake_of(workspace) as lake:
        with lake.snapshot() as cursor:
            rows, known_at = rows_of(cursor), newest_moment(cursor)
        wrong = [name for name, count in statement.rows.items() if rows.get(name) != count]
        if wrong or known_at != statement.known_at:
            raise BackupError(f"{new}: số dòng khác bảng kê của bản sao lưu ({', '.join(wrong)}). Chưa đổi gì.")
        try:
            publish_all(workspace, lake, now)
        except WarehouseError as error:  # the facts are back; the doctor says that nothing is published
            log_event("restore.unpublished", ERROR, error=str(error))


def _result(root: Path, plan: Plan, now: datetime) -> Restored:
    workspace = open_workspace(root)
    with lake_of(workspace) as lake:
        covered = span(lake)
        with lake.snapshot() as cursor:
            rows = rows_of(cursor)
    made_at = datetime.fromisoformat(plan.made_at)
    known_at = datetime.fromisoformat(plan.known_at) if plan.known_at else None
    first = local_date(known_at or made_at, workspace.zone) - timedelta(days=workspace.settings.run.lookback_days)
    first = max(first, covered[0]) if covered else first
    last = local_date(now, workspace.zone) - timedelta(days=1)
    aside = root / plan.aside
    before = [path.relative_to(aside).as_posix() for path in sorted(aside.rglob("*")) if path.is_file()]
    return Restored(
        root=root,
        aside=aside if aside.exists() else None,
        made_at=made_at,
        known_at=known_at,
        rows=rows,
        publication_id=published_id(root),
        first=first if first <= last else None,
        last=last if first <= last else None,
        differing=[name for name in before if name.startswith(_REVIEWED) and _differs(root / name, aside / name)],
        later=sum(name.startswith("landing/") and not (root / name).exists() for name in before),
        findings=examine_all(root, now).findings,
    )


def _differs(path: Path, other: Path) -> bool:
    return not path.is_file() or path.read_bytes() != other.read_bytes()
