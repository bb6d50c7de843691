"""Opens the lake of a workspace: begins, attaches and brings up to date. Reads and writes no fact."""

# ruff: noqa: S608 - values are quoted

from contextlib import nullcontext
from pathlib import Path

import duckdb

from warehouse.lake.beginning import has_lake, parts, published_id, remedy
from warehouse.lake.connections import connect
from warehouse.lake.lake import Lake
from warehouse.lake.moments import CATALOG
from warehouse.lake.schema import text
from warehouse.lake.shared import SharedLake
from warehouse.lake.tables import (
    SCHEMA_VERSION,
    add_what_is_lacking,
    columns_found,
    create_tables,
    is_made,
    lacking,
    version_of,
)
from warehouse.places import whole
from warehouse.places.errors import LakeError
from warehouse.places.faults import fault_of, working_in
from warehouse.places.locks import hold
from warehouse.places.stores import make_private

_NOT_OURS = "{}: đây không phải kho dữ liệu của tyle (không có bảng schema_version)."
_SIZE = f"SELECT coalesce(sum(file_size_bytes), 0) FROM {CATALOG}.ducklake_data_file WHERE end_snapshot IS NULL"
SMALL_BYTES = 50_000_000  # of Parquet: some years of a province's counts


def open_lake(home: Path, shared: SharedLake | None = None, *, to_inspect: bool = False) -> Lake:
    """Open the lake of the workspace `home`; a new workspace gets one, and a moved one opens as well.

    `shared`: where the lake is, if several machines share it; `home` then has only this machine's workbench and locks.
    `to_inspect`: for doctor and restore, which also open a lake that is older than what is published.
    The tables of an older lake are brought up to date. Raises LakeError when newer software wrote it, it is damaged,
    lacks its catalog, is older than what is published, or cannot be reached; LockedError when another process takes too
    long to create it.
    """
    is_new = not has_lake(home, shared)
    lake = Lake(home.resolve(), connect(shared), shared)
    try:
        with working_in(lake.catalog):
            if shared:
                _open_shared(lake, is_new=is_new)
            else:
                if is_new:
                    _create(lake)
                attach(lake, lake.catalog)
        _bring_up_to_date(lake)
        if not to_inspect and (newer := newer_publication(lake)):
            raise LakeError(newer)
        with lake.cursor() as cursor:
            (size,) = cursor.execute(_SIZE).fetchall()[0]
        lake.use_threads(alone=size < SMALL_BYTES)
    except BaseException as error:
        lake.close()
        if isinstance(error, duckdb.Error):
            reason = str(error).splitlines()[0]
            message = fault_of(error) or f"Không mở được kho dữ liệu {lake.where}: {reason}. {remedy(lake.home)}"
            raise LakeError(message) from error
        raise
    return lake


def newer_publication(lake: Lake) -> str | None:
    """What is wrong when readers see a publication that the lake has no record of; None when all is well.

    A publication is recorded before its links are switched. So a lake without the record is an older copy.
    """
    publication_id = published_id(lake.home)
    if publication_id is None:
        return None
    with lake.snapshot() as cursor:
        known = cursor.execute(f"SELECT 1 FROM lake.publications WHERE publication_id = {text(publication_id)}")
        if known.fetchall():
            return None
    return (
        f"{lake.home}: bản đang công bố {publication_id} không có trong kho dữ liệu {lake.where}: kho cũ hơn bản công "
        f"bố, hoặc là của nơi khác. {remedy(lake.home)} --replace; nếu kho này mới là đúng, hãy chuyển "
        "published ra nơi khác."
    )


def schema_version(lake: Lake) -> int:
    """The version of the lake's tables."""
    with lake.snapshot() as cursor:
        return version_of(cursor)


def attach(lake: Lake, catalog: Path, *, is_new: bool = False) -> None:
    """Attach the lake with this SQLite catalog to its connection; `is_new`: create it, which is an error otherwise."""
    # The catalog remembers where the data was; overriding it lets a moved or copied workspace open.
    data = f"DATA_PATH {text(lake.data.root)}, OVERRIDE_DATA_PATH true, DATA_INLINING_ROW_LIMIT 0"
    options = f"{data}, META_JOURNAL_MODE 'WAL', CREATE_IF_NOT_EXISTS {is_new}"
    lake.connection.execute(f"ATTACH {text(f'ducklake:sqlite:{catalog}')} AS lake ({options})")


def _open_shared(lake: Lake, *, is_new: bool) -> None:
    """Attach a shared lake; the first machine that comes creates the tables, all or none."""
    if lake.shared is None:
        return
    lake.folder.mkdir(parents=True, exist_ok=True)
    if isinstance(lake.shared.data, Path):
        make_private(lake.shared.data)
    with lake.reporting(), lake.alone() if is_new else nullcontext():
        # asked again under the lock, as another machine may have been first
        lake.shared.attach(lake.connection, lake.data.root, is_new=is_new and not has_lake(lake.home, lake.shared))
    with lake.snapshot() as cursor:
        if is_made(cursor):
            return

    def make(cursor: duckdb.DuckDBPyConnection) -> None:
        if is_made(cursor):
            return
        _require_nothing_else(lake, cursor)
        create_tables(cursor)

    lake.write(make)


def _create(lake: Lake) -> None:
    """Create the empty tables under another name: a catalog under its final name is complete."""
    (lake.folder / "data").mkdir(parents=True, exist_ok=True)
    with hold(lake.folder / "writer.lock"):
        if has_lake(lake.home):  # another process was first
            return
        for leftover in lake.folder.glob(f".{lake.catalog.name}.tmp*"):  # with the logs of a killed process
            leftover.unlink()
        with whole.draft(lake.catalog) as draft:
            attach(lake, draft, is_new=True)
            with lake.snapshot() as cursor:
                create_tables(cursor)
            lake.connection.execute("DETACH lake")


def _require_nothing_else(lake: Lake, cursor: duckdb.DuckDBPyConnection) -> None:
    """Raise LakeError where a catalog without our tables holds others, or parts of a lake are left without it."""
    (others,) = cursor.execute("SELECT count(*) FROM duckdb_tables() WHERE database_name = 'lake'").fetchall()[0]
    if others:
        raise LakeError(_NOT_OURS.format(lake.where))
    if left := parts(lake.home, lake.shared):
        raise LakeError(f"{lake.where}: danh mục của kho trống, nhưng còn {', '.join(left)}. {remedy(lake.home)}")


def _bring_up_to_date(lake: Lake) -> None:
    """Add the tables and columns that an older version did not have; versions only add.

    The tables themselves show what is missing, not the version's number: two changes may have been given the same one.
    """
    with lake.snapshot() as cursor:
        found = columns_found(cursor)
        if ("schema_version", "version") not in found:
            raise LakeError(f"{_NOT_OURS.format(lake.where)} {remedy(lake.home)}")
        version = version_of(cursor)
        if version > SCHEMA_VERSION:
            message = (
                f"Kho dữ liệu {lake.where} có cấu trúc phiên bản {version}, phần mềm này chỉ biết đến phiên bản "
                f"{SCHEMA_VERSION}. Hãy dùng bản phần mềm mới hơn; kho chưa bị thay đổi."
            )
            raise LakeError(message)
        if version == SCHEMA_VERSION and not lacking(found):
            return
    lake.write(add_what_is_lacking)
