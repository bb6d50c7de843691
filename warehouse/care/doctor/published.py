"""Checks the published file against the facts, and the workbench it is built in. Publishes nothing."""

import duckdb

from warehouse.care.doctor.finding import Finding
from warehouse.lake.lake import Lake
from warehouse.marts.control import month_sums, processed_sums
from warehouse.marts.materialise import Reference, all_periods, load
from warehouse.marts.workbench import inspected
from warehouse.published import shelf
from warehouse.published.publish import audit_published, expectation

WORKBENCH = "bộ đệm bảng tháng"
CHECK = "tệp công bố"
_REPAIR = "tyle doctor --repair"


def check_published(lake: Lake, reference: Reference) -> list[Finding]:
    """The link leads to a file that opens, is built as the dictionary says, and has the sums of the lake's facts.

    The sums are computed by warehouse.marts.control, not by the marts' statements, from the facts as they are now.
    Raises LockedError when another process keeps the workbench.
    """
    folder = lake.home / "published"
    for kind in shelf.KINDS:
        link = folder / f"marts.{kind}"
        if link.exists() and not link.is_symlink():
            return [_fault(f"{link.name} không phải là liên kết đến một bản công bố")]
        if not link.exists():
            return [_fault(f"{link.name}: chưa có, hoặc liên kết trỏ vào tệp không còn")]
    publication_id = shelf.current_id(folder)
    if publication_id is None:
        return [_fault("các liên kết không cùng trỏ vào một bản công bố")]
    with inspected(lake) as is_readable:
        if not is_readable:
            message = "không đọc được, hoặc do bản phần mềm khác dựng"
            return [Finding(WORKBENCH, "warn", message, _REPAIR, repairable=True)]
        with lake.snapshot() as cursor:
            try:
                expected = expectation(cursor)
            except duckdb.Error:
                return [Finding(WORKBENCH, "warn", "nội dung hỏng", _REPAIR, repairable=True)]
            load(cursor, reference, all_periods(reference))
            months = reference.periods["month"]
            expected["months"] = {month: list(month_sums(cursor, month)) for month in months}
            expected["processed"] = {month: list(processed_sums(cursor, month)) for month in months}
    found = audit_published(lake, publication_id, expected)
    if found:
        more = f" (và {len(found) - 1} chỗ nữa)" if len(found) > 1 else ""
        return [_fault(f"{publication_id} khác kho dữ liệu: {found[0]}{more}")]
    return [
        Finding(WORKBENCH, "ok", "đọc được"),
        Finding(CHECK, "ok", f"{publication_id}: đúng cấu trúc, tổng của {len(months)} tháng khớp với kho dữ liệu"),
    ]


def _fault(message: str) -> Finding:
    return Finding(CHECK, "fault", message, _REPAIR, repairable=True)
