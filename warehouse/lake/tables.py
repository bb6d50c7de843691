"""The lake's tables: made, and brought up to date where an older version made them. Attaches nothing."""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

from collections.abc import Container

import duckdb

from transforms.dictionary.columns import LAKE
from transforms.dictionary.table import Column, Table
from warehouse.lake.schema import create_table, quote, sql_type, text
from warehouse.lake.sums import add_sums

SCHEMA_VERSION = 11  # raise it with every change of the LAKE tables


def is_made(cursor: duckdb.DuckDBPyConnection) -> bool:
    """Whether the lake has its tables; they are created all at once."""
    return ("schema_version", "version") in columns_found(cursor)


def columns_found(cursor: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """Table and name of each column of the lake."""
    # duckdb_tables() would also count the rows of each table, which takes longer than the rest of opening a lake
    columns = "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'lake'"
    return set(cursor.execute(columns).fetchall())


def create_tables(cursor: duckdb.DuckDBPyConnection) -> None:
    """Create all tables of a new lake."""
    for table in LAKE.values():
        _create_table(cursor, table)
    cursor.execute("CREATE TABLE lake.schema_version (version INTEGER NOT NULL, since TIMESTAMP NOT NULL)")
    cursor.execute(f"INSERT INTO lake.schema_version VALUES ({SCHEMA_VERSION}, now() AT TIME ZONE 'UTC')")


def _create_table(cursor: duckdb.DuckDBPyConnection, table: Table) -> None:
    for statement in create_table(table, "lake.main"):
        cursor.execute(statement)
    month = quote(table.month_column)
    cursor.execute(f"ALTER TABLE lake.{table.name} SET PARTITIONED BY (year({month}), month({month}))")


def version_of(cursor: duckdb.DuckDBPyConnection) -> int:
    """The version of the lake's tables."""
    (version,) = cursor.execute("SELECT max(version) FROM lake.schema_version").fetchall()[0]
    return int(version)


def add_what_is_lacking(cursor: duckdb.DuckDBPyConnection) -> None:
    """Add the tables and columns that the lake does not have; versions only add."""
    for table, columns in lacking(columns_found(cursor)):
        if len(columns) == len(table.columns):
            _create_table(cursor, table)
            if table.name == "delivery_sums":
                add_sums(cursor)
            continue
        for column in columns:
            target = f"lake.{table.name}"
            cursor.execute(f"ALTER TABLE {target} ADD COLUMN {quote(column.name)} {sql_type(column.dtype)}")
            cursor.execute(f"COMMENT ON COLUMN {target}.{quote(column.name)} IS {text(column.comment)}")
    if version_of(cursor) < SCHEMA_VERSION:
        cursor.execute(f"INSERT INTO lake.schema_version VALUES ({SCHEMA_VERSION}, now() AT TIME ZONE 'UTC')")


def lacking(found: Container[tuple[str, str]]) -> list[tuple[Table, list[Column]]]:
    """The columns of the dictionary that are not `found` in the lake, by table; all of a table it does not have."""
    absent = [(table, [c for c in table.columns if (table.name, c.name) not in found]) for table in LAKE.values()]
    return [(table, columns) for table, columns in absent if columns]
