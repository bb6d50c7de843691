"""Checks that the Parquet files named by the catalog exist, are whole and unchanged. Repairs nothing."""

# ruff: noqa: S608 - names are the catalog's

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from warehouse.care.compaction import ORPHAN_AGE
from warehouse.care.doctor.finding import Finding, some
from warehouse.lake.checksums import recorded
from warehouse.lake.damage import fault_in
from warehouse.lake.files import METADATA, named_files, orphans
from warehouse.lake.lake import SNAPSHOTS_KEPT, Lake

CHECK = "tệp dữ liệu"
ORPHANS = "tệp thừa"
CARE = "chăm sóc kho"
_RESTORE = "khôi phục từ bản sao lưu: tyle restore BẢN_SAO_LƯU --files (docs/backup.md)"
_MANY_FILES = 500  # of the newest snapshot, from which on reading is slow
_CARE_DUE = SNAPSHOTS_KEPT + timedelta(days=14)


def check_data_files(lake: Lake) -> list[Finding]:
    """Every named file exists, has its size and checksum, can be read to its last row, and has as many as recorded."""
    with lake.snapshot() as cursor:
        files = named_files(cursor)
    sums = recorded(lake.folder)
    with lake.cursor() as cursor:  # in a transaction, a file that cannot be read would end it, and all files after it
        faults = [
            f"{path} {why}"
            for path, rows, size in files.select("path", "rows", "bytes").iter_rows()
            if (why := fault_in(cursor, lake.data, path, rows, size, sums.get(f"data/{path}")))
        ]
    if faults:
        return [Finding(CHECK, "fault", f"{len(faults)}/{files.height} tệp hỏng: {some(faults)}", _RESTORE)]
    unsummed = files.height - len(sums.keys() & {f"data/{path}" for path in files["path"]})
    known = f", {unsummed} tệp chưa ghi mã kiểm tra" if unsummed else ""
    return [Finding(CHECK, "ok", f"{files.height} tệp đọc được trọn vẹn, đủ {files['rows'].sum()} dòng{known}")]


def check_leftovers(lake: Lake, now: datetime) -> Iterator[Finding]:
    """Files nothing names, and whether `tyle care` is due."""
    with lake.snapshot() as cursor:
        lost = orphans(lake, cursor, now - ORPHAN_AGE)
        current = int(named_files(cursor)["is_current"].sum())
        (oldest,) = cursor.execute(
            f"SELECT min(snapshot_time::TIMESTAMPTZ) AT TIME ZONE 'UTC' FROM {METADATA}.ducklake_snapshot "
            f"WHERE snapshot_id < (SELECT max(snapshot_id) FROM {METADATA}.ducklake_snapshot)"
        ).fetchall()[0]
    if lost:
        names = some([PurePosixPath(path).name for path in lost])
        message = f"{len(lost)} tệp do lần ghi dở để lại, không thuộc kho: {names}"
        yield Finding(ORPHANS, "warn", message, "tyle doctor --repair", repairable=True)
    else:
        yield Finding(ORPHANS, "ok", "không có")
    is_due = current > _MANY_FILES or (oldest is not None and oldest < now - _CARE_DUE)
    message = f"{current} tệp" + (f", phiên bản cũ nhất từ {oldest:%Y-%m-%d}" if oldest else "")
    yield Finding(CARE, "warn" if is_due else "ok", message, "tyle care (nên chạy hằng tuần)" if is_due else "")
