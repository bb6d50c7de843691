"""Copies lake and landing so that a workspace can be restored. Does not decide what is kept for how long.

The copy is laid out like a workspace. Data files and packs never change, so existing ones are not copied again; the
catalog is replaced last and as a whole: after an interrupted backup the previous one is still valid. `BACKUP.json`
states what the copy holds (warehouse/care/statement.py); warehouse/care/restore.py brings it back.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse.care.statement import Statement, rows_of, settle, states, write_next
from warehouse.lake.beginning import CATALOG
from warehouse.lake.checksums import NAME, checksum, record, recorded
from warehouse.lake.files import named_files
from warehouse.lake.lake import Lake
from warehouse.lake.moments import newest_moment
from warehouse.places import whole
from warehouse.places.disk import sync
from warehouse.places.errors import BackupError
from warehouse.places.landing import PURGED, discard_purged, packs, purged_before
from warehouse.places.locks import PATIENCE
from warehouse.places.stores import make_private, store_of


@dataclass(frozen=True)
class BackedUp:
    """What a backup did: files and bytes copied, files that were there, data files whose checksum was compared."""

    target: Path
    copied: int
    bytes: int
    kept: int
    checked: int

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self) | {"target": str(self.target)}


def back_up(lake: Lake, target: Path, beside: Sequence[str] = (), timeout: float = PATIENCE) -> BackedUp:
    """Bring the copy in the folder `target` up to the lake's newest commit; `beside`: more of the workspace.

    Most is copied while others may write, the rest and the catalog under the writer's lock. What a purge removed here
    is removed there; a pack lost here stays there. Raises BackupError, the copy being as before, when a data file is
    lost or differs from its checksum, or the target is no place for a backup; LockedError after `timeout` seconds.
    """
    if lake.shared:
        raise BackupError(
            f"Kho dữ liệu dùng chung ({lake.where}, {lake.shared.data}) được sao lưu bằng công cụ của chính nó: "
            "pg_dump và phiên bản (versioning) của bucket, hoặc bản sao của thư mục; xem docs/beyond.md."
        )
    target = target.resolve()
    if target.is_relative_to(lake.home) or lake.home.is_relative_to(target):
        raise BackupError(f"{target}: bản sao lưu phải nằm ngoài không gian làm việc {lake.home}")
    try:
        make_private(target)
        copier = _Copier(lake.home, target)
        before = recorded(lake.folder)
        there = _copy_immutable(lake, copier, may_vanish=True)
        compared = _compare(copier, {path: before[path] for path in there if path in before})
        with lake.alone(timeout):
            paths = _copy_immutable(lake, copier, may_vanish=False)
            sums = record(lake.folder, paths, lake.checksum)
            _compare(copier, {path: digest for path, digest in sums.items() if path not in compared})
            rest = _rest(lake, beside)
            with _new_catalog(lake, target) as catalog:
                _state(lake, target, catalog, [f"lake/{path}" for path in paths], rest)
                for name in rest:
                    copier.update(name)
            settle(target)
            _forget(target, set(paths))
    except OSError as error:
        raise BackupError(f"Không sao lưu được: {error.filename or target}: {error.strerror or error}") from error
    return BackedUp(target, copier.copied, copier.bytes, copier.kept, len(sums))


class _Copier:
    """Copies files below one folder to the same places below another, each whole or not at all; counts them."""

    def __init__(self, home: Path, target: Path) -> None:
        self.home, self.target = home, target
        self.copied = self.bytes = self.kept = 0
        self._seen: set[str] = set()

    def add(self, path: str) -> None:
        """A file that never changes: not copied where one of its size is."""
        source, copy = self.home / path, self.target / path
        size = source.stat().st_size
        if path in self._seen:
            return
        self._seen.add(path)
        if copy.exists() and copy.stat().st_size == size:
            self.kept += 1
            return
        self.renew(path)

    def update(self, path: str) -> None:
        """A file that may have changed: copied unless size and time are the same."""
        here, there = (self.home / path).stat(), self.target / path
        if there.exists() and (there.stat().st_size, there.stat().st_mtime_ns) == (here.st_size, here.st_mtime_ns):
            self.kept += 1
        else:
            self.renew(path)

    def renew(self, path: str) -> None:
        """Copy the file, whatever is there."""
        source, copy = self.home / path, self.target / path
        make_private(copy.parent)
        with whole.draft(copy) as draft:
            shutil.copy2(source, draft)
        self.copied += 1
        self.bytes += copy.stat().st_size


def _copy_immutable(lake: Lake, copier: _Copier, *, may_vanish: bool) -> list[str]:
    """Packs and data files; returns the latter, relative to lake/."""
    with lake.snapshot() as cursor:
        data = [f"data/{path}" for path in named_files(cursor)["path"]]
    landed = [f"landing/{pack}" for pack in packs(store_of(lake.home / "landing"))]
    for path in (*landed, *(f"lake/{path}" for path in data)):
        try:
            copier.add(path)
        except FileNotFoundError as error:
            if not may_vanish:  # nobody else writes now: it is lost
                message = f"{path}: không còn; xem: tyle doctor. Bản sao lưu cũ giữ nguyên."
                raise BackupError(message) from error
    return data


def _compare(copier: _Copier, sums: Mapping[str, str]) -> set[str]:
    """Read the copies again; one that differs from its checksum is copied once more. Returns what was compared.

    Raises BackupError when it still differs: then it is the lake's own file that has changed.
    """
    for path, digest in sums.items():
        copy = copier.target / "lake" / path
        if not copy.exists():  # vanished meanwhile, which the copy under the lock sorts out
            continue
        if checksum(copy) != digest:
            copier.renew(f"lake/{path}")
        if checksum(copy) != digest:
            copy.unlink()
            message = f"lake/{path}: nội dung đã đổi, sai mã SHA-256 đã ghi; xem: tyle doctor. Bản sao lưu chưa đổi."
            raise BackupError(message)
    return set(sums)


def _rest(lake: Lake, beside: Sequence[str]) -> list[str]:
    """What is small and may have changed, relative to the workspace."""
    marks = [mark.relative_to(lake.home).as_posix() for mark in (lake.home / "landing").glob(f"*/{PURGED}")]
    found = []
    for name in (*marks, f"lake/{NAME}", *beside):
        source = lake.home / name
        files = sorted(path for path in source.rglob("*") if path.is_file()) if source.is_dir() else [source]
        found += [file.relative_to(lake.home).as_posix() for file in files if file.exists()]
    return found


def _state(lake: Lake, target: Path, catalog: Path, data: Sequence[str], rest: Sequence[str]) -> None:
    """Write down what the backup holds with its new catalog. Packs that are known are not read again."""
    known = states(target)
    sums = {f"lake/{path}": digest for path, digest in recorded(lake.folder).items()}
    files = {path: sums[path] for path in data} | {CATALOG: checksum(catalog)}
    files |= {path: checksum(lake.home / path) for path in rest}
    own, copy = store_of(lake.home / "landing"), store_of(target / "landing")
    for pack in packs(copy):  # also those that the workspace has lost, but none that it has purged
        contract, day, _ = pack.split("/")
        if day >= purged_before(own, contract):
            path = f"landing/{pack}"
            files[path] = known.get(path) or checksum(target / path)
    with lake.snapshot() as cursor:
        rows, known_at = rows_of(cursor), newest_moment(cursor)
    made_at = datetime.now(UTC).replace(tzinfo=None)
    write_next(target, Statement(str(lake.home), made_at, known_at, rows, files))


@contextmanager
def _new_catalog(lake: Lake, target: Path) -> Iterator[Path]:
    """A copy of the catalog, which takes the place of the old one at the end of the block."""
    catalog = target / CATALOG
    make_private(catalog.parent)
    with whole.draft(catalog) as draft:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "warehouse.care.copy_catalog", str(lake.catalog), str(draft)],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        if done.returncode:
            why = (done.stderr.strip() or done.stdout.strip() or "lỗi").splitlines()[-1]
            raise BackupError(f"Không chép được {lake.catalog}: {why}. Bản sao lưu cũ giữ nguyên.")
        yield draft
        sync(draft)  # before the old catalog loses its logs
        for log in ("-wal", "-shm"):  # of a workspace that was opened in the copy
            catalog.with_name(catalog.name + log).unlink(missing_ok=True)


def _forget(target: Path, named: set[str]) -> None:
    """Remove from the copy the data files its catalog does not name any more, and packs that were purged."""
    for file in sorted((target / "lake" / "data").rglob("*.parquet")):
        if file.relative_to(target / "lake").as_posix() not in named:
            file.unlink()
    discard_purged(target / "landing")
