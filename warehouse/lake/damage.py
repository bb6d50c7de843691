"""Which data file is lost or changed, also behind an error of DuckDB, and what to do. Repairs nothing."""

# ruff: noqa: S608 - paths are the catalog's, and quoted

import re
from typing import TYPE_CHECKING

import duckdb

from warehouse.lake.checksums import recorded
from warehouse.lake.files import named_files
from warehouse.lake.schema import text
from warehouse.places.errors import LakeError
from warehouse.places.faults import fault_of
from warehouse.places.stores import Store, sha256, without_patterns

if TYPE_CHECKING:
    from warehouse.lake.lake import Lake

LOST = "(không còn)"
_PATH = re.compile(r"[^\s'\"]*\.parquet")
_DO = "Xem tất cả: tyle doctor; khôi phục từ bản sao lưu: tyle restore BẢN_SAO_LƯU --files (docs/backup.md)."
# Errors of a statement, of a constraint or of another writer, which no file can cause.
_OTHERS = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ConstraintException,
    duckdb.ConversionException,
    duckdb.InterruptException,
    duckdb.ParserException,
    duckdb.TransactionException,
)


def fault_in(
    cursor: duckdb.DuckDBPyConnection, data: Store, path: str, rows: int, size: int, expected: str | None
) -> str | None:
    """What is wrong with a data file, in brackets; None when it has its size, checksum and rows.

    `rows`, `size` (bytes): as the catalog says; `expected`: its SHA-256, None where it is not recorded.
    """
    try:
        if (found_size := data.size(path)) != size:
            return f"(có {found_size} byte, phải là {size})"
        if expected and sha256(data, path) != expected:
            return "(nội dung đã đổi: sai mã SHA-256)"
        # every column of every row is unpacked, which a count alone would not do
        file = text(without_patterns(data.root + path))
        found, _ = cursor.execute(
            f"SELECT count(*), bit_xor(hash(t)) FROM read_parquet({file}, hive_partitioning = false) AS t"
        ).fetchall()[0]
    except FileNotFoundError:
        return LOST
    except OSError as error:
        return f"({error.strerror})"
    except duckdb.Error:
        return "(không đọc được)"
    return None if found == rows else f"(có {found} dòng, phải là {rows})"


def damage_behind(error: duckdb.Error, lake: "Lake") -> LakeError | None:
    """The error that names the lost or changed data file which DuckDB met; None where no file is the cause.

    DuckDB names the file, except when it meets a changed byte: then all files are examined, once. The files of a bucket
    are only examined where DuckDB names them.
    """
    if isinstance(error, _OTHERS) or fault_of(error):
        return None
    try:
        with lake.connection.cursor() as cursor:
            files = list(named_files(cursor).select("path", "rows", "bytes").iter_rows())
            found = _PATH.findall(str(error))
            suspects = [file for file in files if any(path.endswith(file[0]) for path in found)]
            sums = recorded(lake.folder)
            for path, rows, size in suspects or ([] if lake.shared else files):
                if why := fault_in(cursor, lake.data, path, rows, size, sums.get(f"data/{path}")):
                    if why == LOST and _has_none(lake, [file[0] for file in files]):
                        why = "cùng mọi tệp mà danh mục nêu (không còn): data/ đã mất, hoặc danh mục là của kho khác"
                    return LakeError(f"{lake.where}: tệp dữ liệu hỏng: data/{path} {why}. {_DO}")
    except duckdb.Error:
        return None
    return None


def _has_none(lake: "Lake", paths: list[str]) -> bool:
    there = {name for name, _ in lake.data.entries()}
    return there.isdisjoint(paths)
