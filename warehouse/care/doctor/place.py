"""Checks the folder of the warehouse: free space, rights, locks, unfinished files. Reads no content."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from warehouse.care.doctor.finding import Finding, some
from warehouse.places.locks import is_held
from warehouse.places.permissions import too_open

DISK = "chỗ trống trên đĩa"
RIGHTS = "quyền ghi"
PRIVACY = "quyền đọc"
LOCKS = "khóa"
DRAFTS = "tệp nháp"
DRAFT_AGE = timedelta(hours=1)  # a draft in use is seconds old
_LOCKS = ("writer.lock", "marts.lock", "alerts.lock")
_MB = 1024 * 1024
_FULL, _TIGHT = 100, 1024  # MB
# Where unfinished files lie, and what they are called.
_DRAFTS = (
    ("published", ".marts-*.tmp*"),
    ("published", ".marts.*.link"),
    ("published", ".site-*.tmp"),
    ("published", ".site.link"),
    ("lake", ".*.tmp*"),  # DuckDB and SQLite add names of their logs
    ("landing", "*/.*.tmp"),
    ("landing", "*/*/.*.tmp"),
)


def check_place(home: Path, now: datetime) -> Iterator[Finding]:
    """Room on the disk, folders that can be written, who may read, locks held now, drafts of runs that were killed."""
    yield _disk(home)
    closed = [name for name in ("lake", "landing", "published") if not _is_writable(home / name)]
    if closed:
        yield Finding(RIGHTS, "fault", f"không ghi được vào: {some(closed)}", "trả lại quyền ghi cho người chạy tyle")
    else:
        yield Finding(RIGHTS, "ok", "ghi được")
    if readable := [path.name for path in too_open(home)]:
        message = f"người dùng khác của máy này đọc được: {some(readable)}"
        yield Finding(PRIVACY, "warn", message, "tyle doctor --repair", repairable=True)
    else:
        yield Finding(PRIVACY, "ok", "chỉ người chạy tyle đọc được, trừ published/")
    held = [name for name in _LOCKS if is_held(home / "lake" / name)]
    if held:
        yield Finding(LOCKS, "warn", f"một tiến trình khác đang ghi ({some(held)})", "chờ xong rồi xem lại")
    else:
        yield Finding(LOCKS, "ok", "không tiến trình nào đang giữ")
    if found := [path.name for path in drafts(home, now)]:
        message = f"{len(found)} tệp nháp do lần chạy dở để lại: {some(found)}"
        yield Finding(DRAFTS, "warn", message, "tyle doctor --repair", repairable=True)
    else:
        yield Finding(DRAFTS, "ok", "không có")


def drafts(home: Path, now: datetime) -> list[Path]:
    """Unfinished files older than DRAFT_AGE at `now` (UTC without zone)."""
    moment = (now - DRAFT_AGE - datetime(1970, 1, 1)).total_seconds()  # noqa: DTZ001 - both in UTC, without a zone
    found = {path for folder, pattern in _DRAFTS for path in (home / folder).glob(pattern)}
    return sorted(path for path in found if path.lstat().st_mtime < moment)


def _disk(home: Path) -> Finding:
    free = shutil.disk_usage(home).free // _MB
    if free < _FULL:
        return Finding(DISK, "fault", f"chỉ còn {free} MB", "giải phóng đĩa trước khi chạy tiếp; chưa có gì bị mất")
    if free < _TIGHT:
        return Finding(DISK, "warn", f"còn {free} MB", "giải phóng đĩa; tyle care bỏ bớt tệp cũ")
    return Finding(DISK, "ok", f"còn {free / 1024:.1f} GB")


def _is_writable(folder: Path) -> bool:
    return not folder.exists() or (os.access(folder, os.W_OK | os.X_OK) and not _is_read_only(folder))


def _is_read_only(folder: Path) -> bool:
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
