"""Frames into tables of a cursor. Knows no table by name."""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

import duckdb
import polars as pl

from warehouse.lake.schema import names


def create_temp(cursor: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Create a temporary table of the cursor with the columns and rows of `frame`, whatever they are."""
    cursor.register("incoming", frame)
    cursor.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM incoming")
    cursor.unregister("incoming")


def append(cursor: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """Insert `frame` (any columns of `table`) by name into the qualified `table`; an empty frame writes nothing."""
    if frame.height:
        cursor.register("incoming", frame)
        columns = names(frame.columns)
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM incoming")
        cursor.unregister("incoming")
