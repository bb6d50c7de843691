"""Runs all checks of the warehouse, in the order of the report. Holds no check itself."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path

import duckdb

from warehouse.care.doctor.data_files import CHECK as DATA_FILES
from warehouse.care.doctor.data_files import ORPHANS, check_data_files, check_leftovers
from warehouse.care.doctor.finding import Finding
from warehouse.care.doctor.ledger import CHECK as LEDGER
from warehouse.care.doctor.ledger import check_ledger
from warehouse.care.doctor.originals import CHECK as ORIGINALS
from warehouse.care.doctor.originals import check_originals, check_unnamed_packs
from warehouse.care.doctor.published import CHECK as PUBLISHED
from warehouse.care.doctor.published import check_published
from warehouse.lake.lake import Lake
from warehouse.ledger.deliveries import span
from warehouse.marts.materialise import Reference
from warehouse.places.errors import LakeError, WarehouseError
from warehouse.places.stores import S3Prefix

_UNREADABLE = "sửa lỗi ở tệp dữ liệu trước"


def examine(
    lake: Lake, landing: Path | S3Prefix, reference_of: Callable[[date, date], Reference] | None, now: datetime
) -> list[Finding]:
    """Files, ledger, originals and publication of an open lake; `now` in UTC without zone.

    `reference_of`: the reference data for the months of two dates; without it (it could not be read) the published
    file is not checked.
    """
    checks: list[tuple[str, Callable[[], Iterable[Finding]]]] = [
        (DATA_FILES, lambda: check_data_files(lake)),
        (LEDGER, lambda: check_ledger(lake)),
        (ORIGINALS, lambda: check_originals(lake, landing)),
        (ORIGINALS, lambda: [check_unnamed_packs(lake, landing, now)]),
        (ORPHANS, lambda: check_leftovers(lake, now)),
    ]
    if reference_of is not None:
        checks.append((PUBLISHED, lambda: _published(lake, reference_of)))
    return [finding for name, check in checks for finding in sound(name, check)]


def _published(lake: Lake, reference_of: Callable[[date, date], Reference]) -> Iterable[Finding]:
    covered = span(lake)
    return check_published(lake, reference_of(*covered)) if covered else []


def sound(name: str, check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """The check's findings, or that it could not be done: one damaged file must not end the examination."""
    try:
        return list(check())
    except (duckdb.Error, OSError) as error:
        return [Finding(name, "fault", f"không xem được: {str(error).splitlines()[0]}", _UNREADABLE)]
    except LakeError as error:
        return [Finding(name, "fault", str(error))]
    except WarehouseError as error:
        return [Finding(name, "warn", str(error), "chờ xong rồi xem lại")]
