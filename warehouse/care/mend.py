"""Copies lost and damaged files of a workspace back from its backup, file by file. Changes no catalog and no figure."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from warehouse.care.doctor.originals import damaged_packs
from warehouse.care.restore import ASIDE
from warehouse.care.statement import read_statement
from warehouse.lake.checksums import checksum, recorded
from warehouse.lake.damage import fault_in
from warehouse.lake.files import named_files
from warehouse.lake.lake import Lake
from warehouse.places import whole
from warehouse.places.locks import PATIENCE
from warehouse.places.stores import make_private


@dataclass(frozen=True)
class Mended:
    """Files (relative to the workspace) that were copied back, and those of which the backup has no sound copy."""

    copied: list[str]
    left: list[str]


def mend(lake: Lake, source: Path, now: datetime, timeout: float = PATIENCE) -> Mended:
    """Copy back the data files and packs that are lost or damaged, where the backup has them as they were.

    A damaged file is laid aside under `before-restore-…` (`now`: UTC without zone). Raises BackupError where `source`
    is no backup, LockedError while another process writes.
    """
    sums = read_statement(source).files
    aside = lake.home / f"{ASIDE}-{now:%Y%m%dT%H%M%SZ}"
    copied: list[str] = []
    left: list[str] = []
    with lake.alone(timeout):
        # the ledger that names the packs is in data files: those come first
        for damaged in (_damaged_data, _damaged_packs):
            for path in damaged(lake, sums):
                is_back = _bring_back(source, lake.home, aside, path, sums.get(path))
                (copied if is_back else left).append(path)
            _forget_contents(lake)
            if left:
                break
    return Mended(copied, left)


def _bring_back(source: Path, home: Path, aside: Path, path: str, expected: str | None) -> bool:
    """Copy a file from the backup; False where the backup does not have it as it was."""
    copy = source / path
    if expected is None or not copy.is_file() or checksum(copy) != expected:
        return False
    if (home / path).exists():
        make_private((aside / path).parent)
        (home / path).rename(aside / path)
    make_private((home / path).parent)
    with whole.draft(home / path) as draft:
        shutil.copyfile(copy, draft)
    return True


def _forget_contents(lake: Lake) -> None:
    """Have DuckDB forget what it read of files: it takes one changed within the same second for the old one."""
    for is_kept in (False, True):
        lake.connection.execute(f"SET GLOBAL enable_external_file_cache = {is_kept}")


def _damaged_data(lake: Lake, sums: Mapping[str, str]) -> list[str]:
    known = recorded(lake.folder)
    with lake.cursor() as cursor:  # in a transaction, a file that cannot be read would end it, and all files after it
        return [
            f"lake/data/{path}"
            for path, rows, size in named_files(cursor).select("path", "rows", "bytes").iter_rows()
            for expected in [known.get(f"data/{path}") or sums.get(f"lake/data/{path}")]
            if fault_in(cursor, lake.data, path, rows, size, expected)
        ]


def _damaged_packs(lake: Lake, _: Mapping[str, str]) -> list[str]:
    return [f"landing/{pack}" for pack in damaged_packs(lake, lake.home / "landing")]
