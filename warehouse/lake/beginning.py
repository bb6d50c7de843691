"""Whether a workspace has a lake, or is new and may begin one. Opens no lake and creates nothing.

A lake begins once. Where anything is left of a lake but its catalog is not, nothing may begin: a new catalog would hide
all earlier figures.
"""

from collections.abc import Iterator
from pathlib import Path

from warehouse.lake.shared import SharedLake
from warehouse.places.errors import LakeError
from warehouse.places.landing import is_pack
from warehouse.places.stores import store_of

CATALOG = "lake/catalog.sqlite"
RESTORING = ".restore"  # the folder of a restore under way, or of one that was cut short
STATEMENT = "BACKUP.json"  # what makes a folder a backup, see warehouse/care/statement.py
_SQLITE = b"SQLite format 3\0"
_HEADER = 100  # bytes
# What only a workspace with a lake has: where it is, and what it is for a person. Locks and drafts are no such thing.
_PARTS = (
    ("lake/data/**/*.parquet", "tệp dữ liệu (lake/data)"),
    ("lake/marts.duckdb", "bộ đệm bảng tháng (lake/marts.duckdb)"),
    ("lake/marts.settled-*", "bộ đệm bảng tháng (lake/marts.settled-…)"),
    ("lake/SHA256SUMS", "mã kiểm tra của tệp dữ liệu (lake/SHA256SUMS)"),
    ("lake/catalog.sqlite-wal", "nhật ký của danh mục (lake/catalog.sqlite-wal)"),
    ("landing/*/*/*.zip", "bản gốc (landing)"),
    ("published/marts*", "số liệu đã công bố (published)"),
    ("published/site*", "trang đã công bố (published/site)"),
    ("reports/*/*/*", "báo cáo của tháng đã chốt (reports)"),
)
_OWN_FIRST = "main/schema_version/"  # a creation that was cut short leaves the first file of this table; it has no fact


def has_lake(home: Path, shared: SharedLake | None = None) -> bool:
    """Whether the workspace `home` has a lake; if not, it is new and `open_lake` begins one.

    Raises LakeError where it is neither: parts of a lake without a catalog, a file that is no catalog, a restore that
    was cut short, a backup.
    """
    if (home / RESTORING).exists():
        raise LakeError(
            f"{home}: đang khôi phục, hoặc lần khôi phục trước bị ngắt giữa chừng ({RESTORING}). "
            f"Hãy chạy lại: tyle restore BẢN_SAO_LƯU --into {home}"
        )
    if (home / STATEMENT).exists():
        raise LakeError(
            f"{home}: đây là bản sao lưu ({STATEMENT}), không phải nơi làm việc. "
            f"Hãy khôi phục sang thư mục khác: tyle restore {home} --into THƯ_MỤC"
        )
    if shared.exists() if shared else (home / CATALOG).exists():
        if shared is None and (fault := catalog_fault(home / CATALOG)):
            raise LakeError(f"{home / CATALOG}: {fault}. {remedy(home)}")
        return True
    if left := parts(home, shared):
        raise LakeError(
            f"{home}: còn {', '.join(left)} nhưng {_lacking(shared)}. Kho không được tạo lại từ đầu, vì mọi số liệu "
            f"trước đó sẽ mất dấu. {remedy(home)}, hoặc chuyển những phần còn lại ra nơi khác để bắt đầu kho mới."
        )
    return False


def parts(home: Path, shared: SharedLake | None = None) -> list[str]:
    """What is left of a lake in the workspace, and in the places that machines share; in the words of a message."""
    found = [words for pattern, words in _PARTS if any(map(_counts, home.glob(pattern)))]
    return found + (list(_shared_parts(shared)) if shared else [])


def remedy(home: Path) -> str:
    """What to do where a lake is damaged or lost."""
    return f"Hãy khôi phục: tyle restore BẢN_SAO_LƯU --into {home} (docs/backup.md)"


def published_id(home: Path) -> str | None:
    """The publication that readers of the workspace see, by the name of its file; None where there is none."""
    link = home / "published" / "marts.duckdb"
    return link.readlink().stem.removeprefix("marts-") if link.is_symlink() else None


def catalog_fault(catalog: Path) -> str | None:
    """Why the file is no catalog; None where its first page says that it is a whole SQLite file.

    One with a log beside it may be shorter than it says: the log has the rest.
    """
    with catalog.open("rb") as file:
        header = file.read(_HEADER)
    size = catalog.stat().st_size
    if len(header) < _HEADER or not header.startswith(_SQLITE):
        return "danh mục của kho trống" if not size else "không phải danh mục của kho (không phải tệp SQLite)"
    page = int.from_bytes(header[16:18], "big")
    page = 65536 if page == 1 else page
    log = catalog.with_name(f"{catalog.name}-wal")
    if (size % page or size < page * int.from_bytes(header[28:32], "big")) and not (
        log.exists() and log.stat().st_size
    ):
        return f"danh mục của kho bị cụt ({size} byte)"
    return None


def _shared_parts(shared: SharedLake) -> Iterator[str]:
    if any(
        name.endswith(".parquet") and not name.startswith(_OWN_FIRST) for name, _ in store_of(shared.data).entries()
    ):
        yield f"tệp dữ liệu ({shared.data})"
    if shared.landing is not None and any(is_pack(name) for name, _ in store_of(shared.landing).entries()):
        yield f"bản gốc ({shared.landing})"


def _counts(path: Path) -> bool:
    return f"/data/{_OWN_FIRST}" not in path.as_posix()


def _lacking(shared: SharedLake | None) -> str:
    return f"danh mục của kho dùng chung ({shared.where}) trống" if shared else f"không có danh mục của kho ({CATALOG})"
