"""What a backup states about itself: its moment, rows of each table, checksum of every file. Copies nothing.

`BACKUP.json` is written before the catalog is switched, under a second name, and renamed afterwards: whenever a backup
is cut short, one of the two describes the catalog that is there.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from transforms.dictionary.columns import LAKE
from warehouse.lake.beginning import CATALOG, STATEMENT
from warehouse.lake.checksums import checksum
from warehouse.places import whole
from warehouse.places.errors import BackupError

_NEXT = "BACKUP.next.json"


@dataclass(frozen=True)
class Statement:
    """A backup: of which workspace, when it was made, the moment of its newest fact (both UTC), its rows and files.

    `rows`: table of the lake → rows; `files`: path relative to the backup → SHA-256.
    """

    home: str
    made_at: datetime
    known_at: datetime | None
    rows: Mapping[str, int]
    files: Mapping[str, str]


def rows_of(cursor: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The rows of each table of the lake."""
    counted = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM lake.{name}" for name in LAKE)  # noqa: S608
    return dict(cursor.execute(counted).fetchall())


def write_next(folder: Path, statement: Statement) -> None:
    """Write the statement that holds once the catalog is switched."""
    content = asdict(statement) | {"files": dict(statement.files), "rows": dict(statement.rows)}
    whole.write_whole(folder / _NEXT, json.dumps(content, default=str, indent=1, ensure_ascii=False), mode=0o600)


def settle(folder: Path) -> None:
    """Give the newest statement its name: the catalog has been switched."""
    (folder / _NEXT).replace(folder / STATEMENT)


def read_statement(folder: Path) -> Statement:
    """The statement of the catalog that is in the backup.

    Raises BackupError where there is none, or none describes this catalog.
    """
    found = _all(folder)
    catalog = folder / CATALOG
    if not catalog.is_file():
        raise BackupError(f"{folder}: không phải bản sao lưu của tyle, hoặc không trọn vẹn: thiếu {CATALOG}")
    if not found:
        raise BackupError(
            f"{folder}: không có bảng kê {STATEMENT}: do bản phần mềm cũ sao lưu, hoặc không phải bản sao lưu; "
            "cách khôi phục bản sao lưu cũ: docs/backup.md"
        )
    digest = checksum(catalog)
    for statement in found:
        if statement.files[CATALOG] == digest:
            return statement
    raise BackupError(f"{folder}: {CATALOG} đã đổi sau khi sao lưu: sai mã SHA-256. Hãy dùng bản sao lưu khác.")


def states(folder: Path) -> dict[str, str]:
    """The checksums that the folder's statements give; none where it is no backup yet, or the statement is damaged."""
    try:
        return {path: digest for statement in _all(folder) for path, digest in statement.files.items()}
    except BackupError:
        return {}


def changed_files(folder: Path, statement: Statement, source: Path | None = None) -> list[str]:
    """The files of the backup that are lost or differ from their checksum, each with what is wrong.

    A file that a backup cut short had already renewed may be as the other statement of `source` (default: `folder`)
    says.
    """
    others = _all(source or folder)

    def why(path: str, digest: str) -> str | None:
        try:
            found = checksum(folder / path)
        except OSError as error:
            return "không còn" if isinstance(error, FileNotFoundError) else str(error.strerror)
        known = {digest, *(other.files[path] for other in others if path in other.files)}
        return None if found in known else "sai mã SHA-256"

    return [f"{path} ({fault})" for path, digest in statement.files.items() if (fault := why(path, digest))]


def _all(folder: Path) -> list[Statement]:
    return [_read(folder / name) for name in (STATEMENT, _NEXT) if (folder / name).is_file()]


def _read(file: Path) -> Statement:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        known_at = content["known_at"]
        return Statement(
            content["home"],
            datetime.fromisoformat(content["made_at"]),
            datetime.fromisoformat(known_at) if known_at else None,
            content["rows"],
            content["files"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{file}: bảng kê của bản sao lưu bị hỏng. Hãy dùng bản sao lưu khác.") from error
