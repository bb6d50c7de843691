"""Copies the workbench into a DuckDB file with keys and comments. Derives no figure, switches no link.

All months but the newest two hardly change. They are kept, with the reference data, in a cache file of the same form,
`lake/marts.settled-<fingerprint>.duckdb`. A publication starts as a copy of it: its cost does not grow with the years.
"""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

import hashlib
import shutil
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import duckdb
import polars as pl

from transforms.dictionary.columns import REFERENCE
from transforms.dictionary.table import Table
from warehouse.lake.lake import Lake
from warehouse.lake.rows import append
from warehouse.lake.schema import create_table, names, text
from warehouse.marts.catalogue import MONTHLY, PUBLISHED
from warehouse.marts.workbench import SETTLED, discard_settled, published_tables, tables_with_keys
from warehouse.places import whole
from warehouse.places.disk import sync
from warehouse.places.faults import working_in
from warehouse.published.copies import write_copies

_RECENT = 2  # months: the one under way, and the one that late exports still change
_COLLATED = ("name", "unit_name")  # sorted the Vietnamese way, by a rule (ICU) that DuckDB's clients bring along
# With blocks of the usual 256 KiB a province's file is eight times as large.
_OPTIONS = "STORAGE_VERSION 'v1.0.0', BLOCK_SIZE 16384"


def write_file(lake: Lake, file: Path, copies: Path, publication: pl.DataFrame) -> None:
    """Write `file` and the folder `copies` of Parquet files completely; the workbench must be attached.

    `publication`: the one row of that table, in its columns. Raises duckdb.ConstraintException where rows break a key.
    """
    with lake.snapshot() as cursor:
        months = [month for (month,) in cursor.execute("SELECT month FROM workbench.built ORDER BY month").fetchall()]
        settled = months[:-_RECENT]
        tables = published_tables(cursor)
        statements = _statements(tables.values(), tables_with_keys(cursor))
        ready = _ready(lake, cursor, statements, settled)
    with working_in(file.parent):
        shutil.copyfile(ready, file)
    with _open(lake, file) as cursor:
        _fill(cursor, months[len(settled) :])
        append(cursor, "draft.marts.publication", publication)
        write_copies(cursor, "draft.marts", tables, publication.item(0, "publication_id"), copies)
    sync(file)


def _ready(lake: Lake, cursor: duckdb.DuckDBPyConnection, statements: Sequence[str], settled: Sequence[str]) -> Path:
    """The file that holds the reference tables and these months as they are; written where there is none yet."""
    listed = ", ".join(map(text, settled)) or "NULL"
    parts = cursor.execute(
        "SELECT fingerprint FROM workbench.layout UNION ALL SELECT fingerprint FROM workbench.loaded UNION ALL "
        f"(SELECT fingerprint FROM workbench.built WHERE month IN ({listed}) ORDER BY month)"
    ).fetchall()
    form = [duckdb.__version__, _OPTIONS, *statements]
    fingerprint = hashlib.sha256("\0".join([*form, *(part for (part,) in parts)]).encode()).hexdigest()
    file = lake.folder / SETTLED.replace("*", fingerprint[:16])
    if not file.exists():
        discard_settled(lake)
        with whole.draft(file) as draft, _open(lake, draft) as writer:
            _create(writer, statements)
            _fill(writer, settled)
    return file


@contextmanager
def _open(lake: Lake, file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor in one transaction with `file` attached as `draft`; afterwards the file is whole and closed."""
    lake.connection.execute(f"ATTACH {text(str(file))} AS draft ({_OPTIONS})")
    try:
        with lake.snapshot() as cursor:
            yield cursor
        lake.connection.execute("CHECKPOINT draft")
    finally:
        lake.connection.execute("DETACH draft")


def _statements(tables: Iterable[Table], with_keys: Container[str]) -> list[str]:
    """What creates the tables; those `with_keys` declare them."""
    created = (create_table(one, "draft.marts", keys=one.name in with_keys, collated=_COLLATED) for one in tables)
    return list(chain.from_iterable(created))


def _create(cursor: duckdb.DuckDBPyConnection, statements: Iterable[str]) -> None:
    """The tables: those of the reference data filled, the others empty."""
    cursor.execute("CREATE SCHEMA draft.marts")
    cursor.execute("USE draft.marts")  # foreign keys can only be declared inside the file
    for statement in statements:
        cursor.execute(statement)
    for name in REFERENCE:
        _copy(cursor, name, "")


def _fill(cursor: duckdb.DuckDBPyConnection, months: Sequence[str]) -> None:
    listed = ", ".join(map(text, months)) or "NULL"
    for name in MONTHLY:
        _copy(cursor, name, f"WHERE month IN ({listed})")


def _copy(cursor: duckdb.DuckDBPyConnection, table: str, where: str) -> None:
    columns = names(PUBLISHED[table].names)
    rows = f"SELECT {columns} FROM workbench.main.{table} {where} ORDER BY {names(PUBLISHED[table].row_order)}"
    cursor.execute(f"INSERT INTO draft.marts.{table} ({columns}) {rows}")
