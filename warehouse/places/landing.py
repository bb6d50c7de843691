"""Keeps exports as they came, byte for byte. Reads no format, judges nothing, and never replaces what it has written.

One pack per contract, business date and batch: an fsync per file costs minutes at 700 units x 31 days.
"""

import io
import re
import shutil
import zipfile
from datetime import date
from pathlib import Path

import polars as pl

from transforms.dictionary.columns import RECEIVED
from transforms.dictionary.contracts import CONTRACTS
from transforms.dictionary.frames import checked
from warehouse.places.disk import sync
from warehouse.places.errors import PurgedError
from warehouse.places.stores import S3Prefix, Store, store_of

_UNSAFE = r"[^\w.\- ]"  # separators, '#', control characters: what a name in a pack is cleaned of
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
PURGED = "purged-before"  # a file per contract with a date: packs of earlier business dates were purged
_LONGEST = 120  # characters kept of a file name, from its end, which shows the format


def land(place: Path | S3Prefix, received: pl.DataFrame, batch_id: str) -> pl.DataFrame:
    """Write the bytes of `received` (RECEIVED, a row per file) to `place/<contract>/<date>/<batch_id>.zip`.

    Returns `received` plus `landing` (String): `<pack relative to place>#<member>`. A pack gets its name when it is
    complete; where the name is taken it gets a number (`-2`), so that a retry loses no byte of the first try.
    Raises OSError where the folder cannot be written, StoreError where the bucket cannot.
    """
    checked(received, RECEIVED, "land: received")
    store = store_of(place)
    by_case = pl.col("contract").is_in([name for name, contract in CONTRACTS.items() if contract.by_case])
    short = pl.col("sha256").str.head(12)
    named = pl.format("{}/{}-{}", _safe("unit_id"), short, _safe("file_name"))
    member = pl.when(by_case).then(pl.format("{}/{}", _safe("unit_id"), short)).otherwise(named)  # files bear names
    packs = []
    for (contract, day), files in received.with_columns(landing=member).group_by("contract", "business_date"):
        pack = _write_pack(store, f"{contract}/{day}/{batch_id}", files)
        packs.append(files.with_columns(landing=pl.lit(f"{pack}#") + pl.col("landing")))
    return pl.concat(packs).sort("file") if packs else received.with_columns(landing=member)


def fetch(place: Path | S3Prefix, landing: str) -> bytes:
    """The bytes kept at `landing`, as `land` named it.

    Raises PurgedError when the pack was removed by `discard`, FileNotFoundError when it is lost, KeyError for a member
    it does not hold.
    """
    store = store_of(place)
    pack, member = landing.split("#", 1)
    try:
        with store.opened(pack) as file, zipfile.ZipFile(file) as archive:
            return archive.read(member)
    except FileNotFoundError as error:
        contract, day, _ = pack.split("/")
        if day < (before := purged_before(store, contract)):
            message = f"{landing}: bản gốc đã bị xóa vì hết thời hạn lưu (mọi tệp {contract} của ngày trước {before})"
            raise PurgedError(message) from error
        raise


def discard(place: Path | S3Prefix, contract: str, before: date) -> int:
    """Remove a contract's packs of business dates before `before`; returns how many.

    The removal is recorded first, so that `fetch` can distinguish a purged original from a lost one.
    """
    store = store_of(place)
    old = {pack: day for pack, day in _days(store, contract) if day < before.isoformat()}
    folders = [] if isinstance(place, S3Prefix) else _day_folders(place / contract, before)
    if not old and not folders:
        return 0
    until = max(before.isoformat(), purged_before(store, contract))
    store.replace(f"{contract}/{PURGED}", f"{until}\n".encode("ascii"))
    for pack in old:
        store.remove(pack)
    for folder in folders:
        shutil.rmtree(folder)
        sync(folder.parent)
    return len(old)


def discard_purged(folder: Path) -> None:
    """Remove from a copy of the landing what a purge removed from the landing itself, according to its marks."""
    store = store_of(folder)
    for mark in folder.glob(f"*/{PURGED}"):
        contract = mark.parent.name
        discard(folder, contract, date.fromisoformat(purged_before(store, contract)))


def packs(store: Store) -> list[str]:
    """Every pack, in order of their names."""
    return [entry.name for entry in store.entries() if is_pack(entry.name)]


def is_pack(name: str) -> bool:
    """Whether a file of the landing is a pack."""
    return name.count("/") == 2 and name.endswith(".zip")


def purged_before(store: Store, contract: str) -> str:
    """The day before which a contract's packs were removed; blank, which is before every day, if none were."""
    try:
        with store.opened(f"{contract}/{PURGED}") as file:
            return file.read().decode("ascii").strip()
    except FileNotFoundError:
        return ""


def _days(store: Store, contract: str) -> list[tuple[str, str]]:
    """A contract's packs with their business dates."""
    found = [entry.name for entry in store.entries(contract) if is_pack(entry.name)]
    return [(pack, day) for pack in found if _DAY.fullmatch(day := pack.split("/")[1])]


def _day_folders(home: Path, before: date) -> list[Path]:
    """The folders of old days: removing packs leaves them, with drafts of killed runs."""
    if not home.is_dir():
        return []
    return [day for day in sorted(home.iterdir()) if _DAY.fullmatch(day.name) and day.name < before.isoformat()]


def _safe(column: str) -> pl.Expr:
    """The column's text without anything that could leave the pack."""
    return pl.col(column).str.replace_all(_UNSAFE, "_").str.strip_chars_start(".").str.tail(_LONGEST)


def _write_pack(store: Store, name: str, files: pl.DataFrame) -> str:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        # equal names carry equal bytes: the same file offered at two places is kept once
        for member, data in files.unique("landing", maintain_order=True).select("landing", "content").iter_rows():
            info = zipfile.ZipInfo(member)
            info.external_attr = 0o600 << 16
            archive.writestr(info, data)
    pack, number = f"{name}.zip", 1
    while not store.add(pack, content.getvalue()):
        number += 1
        pack = f"{name}-{number}.zip"
    return pack
