"""Opens the lake of a workspace: creates, attaches and brings up to date. Reads and writes no fact."""

from contextlib import nullcontext
from pathlib import Path

import duckdb

from warehouse.lake.connections import connect
from warehouse.lake.lake import Lake
from warehouse.lake.schema import text
from warehouse.lake.shared import SharedLake
from warehouse.lake.tables import SCHEMA_VERSION, add_what_is_lacking, create_tables, is_made, lacking, version_of
from warehouse.places import whole
from warehouse.places.errors import LakeError
from warehouse.places.faults import fault_of, working_in
from warehouse.places.locks import hold
from warehouse.places.stores import make_private

SMALL_BYTES = 50_000_000  # of Parquet: some years of a province's counts


def open_lake(home: Path, shared: SharedLake | None = None) -> Lake:
    """Open the lake of the workspace `home`; an absent one is created, and a moved workspace opens as well.

    `shared`: where the lake is, if several machines share it; `home` then has only this machine's workbench and locks.
    The tables of an older lake are brought up to date. Raises LakeError when newer software wrote it, or it is damaged
    or cannot be reached; LockedError when another process takes too long to create it.
    """
    lake = Lake(home.resolve(), connect(shared), shared)
    try:
        with working_in(lake.catalog):
            if shared:
                _open_shared(lake)
            else:
                if not lake.catalog.exists():
                    _create(lake)
                attach(lake, lake.catalog)
        _bring_up_to_date(lake)
        with lake.cursor() as cursor:
            (size,) = cursor.execute(
                "SELECT coalesce(sum(file_size_bytes), 0) FROM ducklake_table_info('lake')"
            ).fetchall()[0]
        lake.use_threads(alone=size < SMALL_BYTES)
    except BaseException as error:
        lake.close()
        if isinstance(error, duckdb.Error):
            message = fault_of(error) or f"Không mở được kho dữ liệu {lake.where}: {str(error).splitlines()[0]}"
            raise LakeError(message) from error
        raise
    return lake


def has_lake(home: Path, shared: SharedLake | None = None) -> bool:
    """Whether the workspace `home` has a lake. `open_lake` would create one."""
    return shared.exists() if shared else (home / "lake" / "catalog.sqlite").exists()


def schema_version(lake: Lake) -> int:
    """The version of the lake's tables."""
    with lake.snapshot() as cursor:
        return version_of(cursor)


def attach(lake: Lake, catalog: Path) -> None:
    """Attach the lake with this SQLite catalog to its connection."""
    # The catalog remembers where the data was; overriding it lets a moved or copied workspace open.
    data = f"DATA_PATH {text(lake.data.root)}, OVERRIDE_DATA_PATH true, DATA_INLINING_ROW_LIMIT 0"
    lake.connection.execute(f"ATTACH {text(f'ducklake:sqlite:{catalog}')} AS lake ({data}, META_JOURNAL_MODE 'WAL')")


def _open_shared(lake: Lake) -> None:
    """Attach a shared lake; the first machine that comes creates the tables, all or none."""
    if lake.shared is None:
        return
    lake.folder.mkdir(parents=True, exist_ok=True)
    if isinstance(lake.shared.data, Path):
        make_private(lake.shared.data)
    with lake.reporting(), nullcontext() if lake.shared.exists() else lake.alone():
        lake.shared.attach(lake.connection, lake.data.root)
    with lake.snapshot() as cursor:
        if is_made(cursor):
            return

    def make(cursor: duckdb.DuckDBPyConnection) -> None:
        if not is_made(cursor):
            create_tables(cursor)

    lake.write(make)


def _create(lake: Lake) -> None:
    """Create the empty tables under another name: a catalog under its final name is complete."""
    (lake.folder / "data").mkdir(parents=True, exist_ok=True)
    with hold(lake.folder / "writer.lock"):
        if lake.catalog.exists():  # another process was first
            return
        for leftover in lake.folder.glob(f".{lake.catalog.name}.tmp*"):  # with the logs of a killed process
            leftover.unlink()
        with whole.draft(lake.catalog) as draft:
            attach(lake, draft)
            with lake.snapshot() as cursor:
                create_tables(cursor)
            lake.connection.execute("DETACH lake")


def _bring_up_to_date(lake: Lake) -> None:
    """Add the tables and columns that an older version did not have; versions only add.

    The tables themselves show what is missing, not the version's number: two changes may have been given the same one.
    """
    with lake.snapshot() as cursor:
        version = version_of(cursor)
        if version > SCHEMA_VERSION:
            message = (
                f"Kho dữ liệu {lake.where} có cấu trúc phiên bản {version}, phần mềm này chỉ biết đến phiên bản "
                f"{SCHEMA_VERSION}. Hãy dùng bản phần mềm mới hơn; kho chưa bị thay đổi."
            )
            raise LakeError(message)
        if version == SCHEMA_VERSION and not lacking(cursor):
            return
    lake.write(add_what_is_lacking)
