"""Checks that each delivery's original exists and is what was received. Removes nothing."""

import hashlib
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from warehouse.care.doctor.finding import Finding, some
from warehouse.lake.lake import Lake
from warehouse.places.landing import is_pack, purged_before
from warehouse.places.stores import Entry, S3Prefix, Store, store_of

CHECK = "bản gốc"
UNNAMED = "gói bản gốc thừa"
PACK_AGE = timedelta(days=1)  # until then a run may still be about to commit what it landed
GIVEN_UP = timedelta(days=30)  # after so long a run that never committed is not coming back for its bytes
_RESTORE = "khôi phục gói: tyle restore BẢN_SAO_LƯU --files; số liệu đã tính không bị ảnh hưởng"


def check_originals(lake: Lake, landing: Path | S3Prefix) -> list[Finding]:
    """Pack and member of every delivery exist and have the ledger's checksum, unless purged on purpose."""
    store = store_of(landing)
    there = {entry.name for entry in store.entries()}
    faults, purged, deliveries = [], 0, 0
    for pack, members in _named(lake).items():
        deliveries += len(members)
        if pack not in there and _is_purged(store, pack):
            purged += len(members)
            continue
        faults += list(_faults(store, pack, members))
    if faults:
        return [Finding(CHECK, "fault", f"{len(faults)} bản gốc hỏng: {some(faults)}", _RESTORE)]
    gone = f", {purged} đã xóa vì hết thời hạn lưu" if purged else ""
    return [Finding(CHECK, "ok", f"{deliveries - purged} bản gốc đúng mã SHA-256{gone}")]


def damaged_packs(lake: Lake, landing: Path | S3Prefix) -> list[str]:
    """The packs of deliveries that are lost or damaged, unless purged on purpose."""
    store = store_of(landing)
    return [
        pack
        for pack, members in _named(lake).items()
        if any(_faults(store, pack, members)) and not _is_purged(store, pack)
    ]


def check_unnamed_packs(lake: Lake, landing: Path | S3Prefix, now: datetime) -> Finding:
    """Packs of runs that never committed: what may go, and what is the only copy of something."""
    old = unnamed_packs(lake, landing, now - PACK_AGE)
    useless = removable_packs(lake, landing, now)
    if not old:
        return Finding(UNNAMED, "ok", "không có")
    if useless:
        message = f"{len(useless)} gói của lần chạy dở, nội dung không còn cần: {some(useless)}"
        return Finding(UNNAMED, "warn", message, "tyle doctor --repair", repairable=True)
    message = f"{len(old)} gói chưa lần chạy nào ghi vào sổ: {some([pack.name for pack in old])}"
    return Finding(UNNAMED, "warn", message, "chạy lại các ngày đó: tyle run --from … --to …")


def unnamed_packs(lake: Lake, landing: Path | S3Prefix, before: datetime) -> list[Entry]:
    """Packs that no delivery names, last written before `before` (UTC without zone)."""
    named = _named(lake)
    entries = store_of(landing).entries()
    return [entry for entry in entries if is_pack(entry.name) and entry.name not in named and entry.written < before]


def removable_packs(lake: Lake, landing: Path | S3Prefix, now: datetime) -> list[str]:
    """Those of the unnamed packs whose every file the ledger has from elsewhere, or that are long given up."""
    received = {sha256 for members in _named(lake).values() for _, _, sha256 in members}
    old = unnamed_packs(lake, landing, now - PACK_AGE)
    store = store_of(landing)
    return [pack for pack, written in old if written < now - GIVEN_UP or _contents(store, pack) <= received]


def _named(lake: Lake) -> dict[str, list[tuple[str, str, str]]]:
    """Pack → the deliveries in it: delivery_id, member, sha256."""
    with lake.snapshot() as cursor:
        rows = cursor.execute(
            "SELECT landing, delivery_id, sha256 FROM lake.deliveries "
            "WHERE landing IS NOT NULL AND part IS NULL ORDER BY ALL"  # a part's sum is of its own rows
        ).fetchall()
    found = defaultdict(list)
    for landing, delivery_id, sha256 in rows:
        pack, _, member = landing.partition("#")
        found[pack].append((delivery_id, member, sha256))
    return found


def _faults(store: Store, pack: str, members: list[tuple[str, str, str]]) -> Iterator[str]:
    try:
        with store.opened(pack) as file, zipfile.ZipFile(file) as archive:
            for delivery_id, member, sha256 in members:
                try:
                    if hashlib.sha256(archive.read(member)).hexdigest() != sha256:
                        yield f"{delivery_id} (sai mã SHA-256)"
                except (KeyError, zipfile.BadZipFile, ValueError, NotImplementedError):
                    yield f"{delivery_id} (không đọc được trong {pack})"
    except FileNotFoundError:
        yield f"{pack} (không còn)"
    except (OSError, zipfile.BadZipFile):
        yield f"{pack} (không mở được)"


def _is_purged(store: Store, pack: str) -> bool:
    contract, day, _ = pack.split("/")
    return day < purged_before(store, contract)


def _contents(store: Store, pack: str) -> set[str]:
    """The checksums of a pack's files; one that nothing has where it cannot be read."""
    try:
        with store.opened(pack) as file, zipfile.ZipFile(file) as archive:
            return {hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile):
        return {""}
