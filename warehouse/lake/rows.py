"""Frames into tables of a cursor. Knows no table by name."""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import polars as pl

from warehouse.lake.schema import names


def create_temp(cursor: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Create a temporary table of the cursor with the columns and rows of `frame`, whatever they are."""
    with _incoming(cursor, frame):
        cursor.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM incoming")


def append(cursor: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """Insert `frame` (any columns of `table`) by name into the qualified `table`; an empty frame writes nothing."""
    if frame.height:
        columns = names(frame.columns)
        with _incoming(cursor, frame):
            cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM incoming")


@contextmanager
def _incoming(cursor: duckdb.DuckDBPyConnection, frame: pl.DataFrame) -> Iterator[None]:
    """For the block, `incoming` are the rows of `frame`, to be read once.

    As an Arrow stream: of a frame itself DuckDB makes a data set of PyArrow, which is slower and imports pandas.
    """
    cursor.register("incoming", frame.__arrow_c_stream__())
    yield
    cursor.unregister("incoming")
