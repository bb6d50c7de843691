"""Repairs what can be repaired without changing a fact. Removes nothing that the ledger or the catalog names."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from warehouse.care.compaction import remove_orphans
from warehouse.care.doctor.data_files import check_data_files
from warehouse.care.doctor.finding import some
from warehouse.care.doctor.originals import removable_packs
from warehouse.care.doctor.place import drafts
from warehouse.lake.checksums import record
from warehouse.lake.files import named_files
from warehouse.lake.lake import Lake
from warehouse.marts.workbench import throw_away
from warehouse.places.locks import PATIENCE, hold
from warehouse.places.permissions import close, too_open
from warehouse.places.stores import S3Prefix, store_of
from warehouse.published import shelf


def tidy(lake: Lake, landing: Path | S3Prefix, now: datetime, timeout: float = PATIENCE) -> Iterator[str]:
    """Remove orphaned data files, useless packs and drafts, alone among all writers; a line on each kind removed.

    Writes down the checksums of files that have none, if all are sound. Raises LockedError after `timeout` seconds.
    """
    if readable := list(too_open(lake.home)):
        for path in readable:
            close(path)
        yield f"đã thu hồi quyền đọc của người dùng khác: {some([path.name for path in readable])}"
    with lake.alone(timeout):
        with lake.cursor() as cursor:
            if lost := remove_orphans(lake, cursor, now):
                yield f"đã bỏ {lost} tệp dữ liệu do lần ghi dở để lại"
        useless = removable_packs(lake, landing, now)
        for pack in useless:
            store_of(landing).remove(pack)
        if useless:
            yield f"đã bỏ {len(useless)} gói bản gốc thừa"
        with hold(lake.folder / "marts.lock", timeout):
            unfinished = drafts(lake.home, now)
            for draft in unfinished:
                shelf.remove(draft)
        if unfinished:
            yield f"đã bỏ {len(unfinished)} tệp nháp"
        if all(finding.level == "ok" for finding in check_data_files(lake)):
            with lake.snapshot() as cursor:
                paths = [f"data/{path}" for path in named_files(cursor)["path"]]
            record(lake.folder, paths, lake.checksum)


def rebuild(lake: Lake, publish: Callable[[], object], timeout: float = PATIENCE) -> str:
    """Throw the workbench away and have `publish` build it anew from the facts and publish it; says so.

    Raises what `publish` raises; what was published before stays.
    """
    throw_away(lake, timeout)
    publish()
    return "đã dựng lại bảng tháng từ kho dữ liệu và công bố lại"
