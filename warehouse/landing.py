"""Untouched bytes, as they came. Reads no format, judges nothing, and never replaces what it has written.

One pack per contract, business date and batch: an fsync per file costs minutes at 700 units x 31 days.
"""

import os
import re
import shutil
import zipfile
from datetime import date
from pathlib import Path

import polars as pl

from warehouse.disk import sync
from warehouse.errors import PurgedError

_UNSAFE = r"[^\w.\- ]"  # separators, '#', control characters: what a name in a pack is cleaned of
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
PURGED = "purged-before"  # per contract a file with a date: packs of earlier business dates were removed on purpose
_LONGEST = 120  # characters of a file name kept; its end tells the format


def land(folder: Path, received: pl.DataFrame, batch_id: str) -> pl.DataFrame:
    """Write the bytes of a RECEIVED frame to `folder/<contract>/<date>/<batch_id>.zip`.

    Returns `received` plus `landing` (String): `<pack relative to folder>#<member>`. A pack is on disk, complete,
    before it has its name; a taken name gets a number (`-2`), so that a retry loses no byte of the first try.
    Raises OSError where the folder cannot be written.
    """
    member = pl.format("{}/{}-{}", _safe("unit_id"), pl.col("sha256").str.head(12), _safe("file_name"))
    packs = []
    for (contract, day), files in received.with_columns(landing=member).group_by("contract", "business_date"):
        pack = _write_pack(folder / str(contract) / str(day), batch_id, files)
        prefix = pl.lit(f"{pack.relative_to(folder).as_posix()}#")
        packs.append(files.with_columns(landing=prefix + pl.col("landing")))
    return pl.concat(packs).sort("file") if packs else received.with_columns(landing=member)


def fetch(folder: Path, landing: str) -> bytes:
    """The bytes kept at `landing`, as `land` named it.

    Raises PurgedError when the pack was removed by `discard`, FileNotFoundError when it is lost, KeyError for a member
    it does not hold.
    """
    pack, member = landing.split("#", 1)
    try:
        with zipfile.ZipFile(folder / pack) as archive:
            return archive.read(member)
    except FileNotFoundError as error:
        contract, day, _ = pack.split("/")
        if day < (before := purged_before(folder / contract)):
            message = f"{landing}: bản gốc đã bị xóa vì hết thời hạn lưu (mọi tệp {contract} của ngày trước {before})"
            raise PurgedError(message) from error
        raise


def discard(folder: Path, contract: str, before: date) -> int:
    """Remove a contract's packs of business dates before `before`; returns how many.

    That they are removed is written down first, so that `fetch` can tell a purged original from a lost one.
    """
    home = folder / contract
    if not home.is_dir():
        return 0
    old = [day for day in sorted(home.iterdir()) if _DAY.fullmatch(day.name) and day.name < before.isoformat()]
    if not old:
        return 0
    _write_purged_before(home, max(before.isoformat(), purged_before(home)))
    packs = 0
    for day in old:
        packs += len(list(day.glob("*.zip")))
        shutil.rmtree(day)
    sync(home)
    return packs


def discard_purged(folder: Path) -> None:
    """Remove from a copy of the landing what a purge removed from the landing itself, by the mark it left."""
    for mark in folder.glob(f"*/{PURGED}"):
        discard(folder, mark.parent.name, date.fromisoformat(purged_before(mark.parent)))


def packs(folder: Path) -> list[Path]:
    """Every pack in the landing `folder`, in order of their paths."""
    return sorted(folder.glob("*/*/*.zip"))


def purged_before(home: Path) -> str:
    """The day before which a contract's packs were removed; blank, which is before every day, if none were."""
    try:
        return (home / PURGED).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def _write_purged_before(home: Path, day: str) -> None:
    draft = home / f".{PURGED}.tmp"
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(day + "\n")
    sync(draft)
    draft.replace(home / PURGED)
    sync(home)


def _safe(column: str) -> pl.Expr:
    """The column's text without anything that could leave the pack."""
    return pl.col(column).str.replace_all(_UNSAFE, "_").str.strip_chars_start(".").str.tail(_LONGEST)


def _write_pack(target: Path, batch_id: str, files: pl.DataFrame) -> Path:
    make_private(target)
    pack, number = target / f"{batch_id}.zip", 1
    while pack.exists():
        number += 1
        pack = target / f"{batch_id}-{number}.zip"
    unfinished = target / f".{pack.name}.tmp"
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            # equal names carry equal bytes: the same file offered at two places is kept once
            for name, content in files.unique("landing", maintain_order=True).select("landing", "content").iter_rows():
                member = zipfile.ZipInfo(name)
                member.external_attr = 0o600 << 16
                archive.writestr(member, content)
        sync(unfinished)
        unfinished.replace(pack)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync(target)
    return pack


def make_private(folder: Path) -> None:
    """Create `folder` and its missing parents for the owner only, and make the new entries durable."""
    if folder.exists():
        return
    make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync(folder.parent)
