"""The landed bytes: each delivery's original is there and is what was received. Removes nothing."""

import hashlib
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from warehouse.doctor.finding import Finding, some
from warehouse.lake import Lake
from warehouse.landing import packs, purged_before

CHECK = "bản gốc"
UNNAMED = "gói bản gốc thừa"
PACK_AGE = timedelta(days=1)  # until then a run may still be about to commit what it landed
GIVEN_UP = timedelta(days=30)  # after so long a run that never committed is not coming back for its bytes
_RESTORE = "khôi phục gói từ bản sao lưu (docs/backup.md); số liệu đã tính không bị ảnh hưởng"


def check_originals(lake: Lake, landing: Path) -> list[Finding]:
    """Pack and member of every delivery exist and have the ledger's checksum, unless purged on purpose."""
    faults, purged, deliveries = [], 0, 0
    for pack, members in _named(lake).items():
        deliveries += len(members)
        if not (landing / pack).exists() and _is_purged(landing, pack):
            purged += len(members)
            continue
        faults += list(_faults(landing, pack, members))
    if faults:
        return [Finding(CHECK, "fault", f"{len(faults)} bản gốc hỏng: {some(faults)}", _RESTORE)]
    gone = f", {purged} đã xóa vì hết thời hạn lưu" if purged else ""
    return [Finding(CHECK, "ok", f"{deliveries - purged} bản gốc đúng mã SHA-256{gone}")]


def check_unnamed_packs(lake: Lake, landing: Path, now: datetime) -> Finding:
    """Packs of runs that never committed: what may go, and what is the only copy of something."""
    old = unnamed_packs(lake, landing, now - PACK_AGE)
    useless = removable_packs(lake, landing, now)
    if not old:
        return Finding(UNNAMED, "ok", "không có")
    if useless:
        message = f"{len(useless)} gói của lần chạy dở, nội dung không còn cần: {some(_names(landing, useless))}"
        return Finding(UNNAMED, "warn", message, "tyle doctor --repair", repairable=True)
    message = f"{len(old)} gói chưa lần chạy nào ghi vào sổ: {some(_names(landing, old))}"
    return Finding(UNNAMED, "warn", message, "chạy lại các ngày đó: tyle run --from … --to …")


def unnamed_packs(lake: Lake, landing: Path, before: datetime) -> list[Path]:
    """Packs that no delivery names, last written before `before` (UTC without zone)."""
    named = {landing / pack for pack in _named(lake)}
    return [pack for pack in packs(landing) if pack not in named and _written(pack) < before]


def removable_packs(lake: Lake, landing: Path, now: datetime) -> list[Path]:
    """Those of the unnamed packs whose every file the ledger has from elsewhere, or that are long given up."""
    received = {sha256 for members in _named(lake).values() for _, _, sha256 in members}
    old = unnamed_packs(lake, landing, now - PACK_AGE)
    return [pack for pack in old if _written(pack) < now - GIVEN_UP or _contents(pack) <= received]


def _named(lake: Lake) -> dict[str, list[tuple[str, str, str]]]:
    """Pack → the deliveries in it: delivery_id, member, sha256."""
    with lake.snapshot() as cursor:
        rows = cursor.execute(
            "SELECT landing, delivery_id, sha256 FROM lake.deliveries WHERE landing IS NOT NULL ORDER BY ALL"
        ).fetchall()
    found = defaultdict(list)
    for landing, delivery_id, sha256 in rows:
        pack, _, member = landing.partition("#")
        found[pack].append((delivery_id, member, sha256))
    return found


def _faults(landing: Path, pack: str, members: list[tuple[str, str, str]]) -> Iterator[str]:
    try:
        with zipfile.ZipFile(landing / pack) as archive:
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


def _is_purged(landing: Path, pack: str) -> bool:
    contract, day, _ = pack.split("/")
    return day < purged_before(landing / contract)


def _contents(pack: Path) -> set[str]:
    """The checksums of a pack's files; one that nothing has where it cannot be read."""
    try:
        with zipfile.ZipFile(pack) as archive:
            return {hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile):
        return {""}


def _written(pack: Path) -> datetime:
    return datetime.fromtimestamp(pack.stat().st_mtime, UTC).replace(tzinfo=None)


def _names(landing: Path, found: list[Path]) -> list[str]:
    return [pack.relative_to(landing).as_posix() for pack in found]
