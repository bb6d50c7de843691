"""Writes the marts as Parquet files, one per table, for tools that do not read DuckDB. Computes nothing."""

import json
from collections.abc import Mapping
from pathlib import Path

import duckdb

from transforms.dictionary.table import Table
from warehouse.lake.schema import text
from warehouse.places.disk import sync


def write_copies(
    cursor: duckdb.DuckDBPyConnection, schema: str, tables: Mapping[str, Table], publication_id: str, folder: Path
) -> None:
    """Write each of `tables` in `schema`, in the order of its rows, to `folder`/<table>.parquet (zstd).

    The metadata of each file name its publication, its primary key, and the meaning of table and columns.
    """
    folder.mkdir()
    for name, table in tables.items():
        file = folder / f"{name}.parquet"
        metadata = ", ".join(f"{key}: {text(value)}" for key, value in _metadata(table, publication_id).items())
        cursor.execute(
            f"COPY {schema}.{name} TO {text(str(file))} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{metadata}}})"
        )
    for file in folder.iterdir():  # together: the first takes most of the others' work to the disk with it
        sync(file)
    sync(folder)


def _metadata(table: Table, publication_id: str) -> dict[str, str]:
    return {
        "publication_id": publication_id,
        "comment": table.meaning,
        "primary_key": json.dumps(table.grain),
        "columns": json.dumps({column.name: column.comment for column in table.columns}, ensure_ascii=False),
    }
