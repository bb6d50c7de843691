"""Checks the columns of a frame that crosses a room's door. The schemas stand beside the functions they are for."""

from collections.abc import Mapping

import polars as pl

Types = Mapping[str, pl.DataType]
Columns = dict[str, pl.DataType | type[pl.DataType]]  # to build a schema from


class FrameError(TypeError):
    """A frame has not the columns its door asks for: always a fault of the program, never of an export."""


def checked(frame: pl.DataFrame, schema: Types, door: str, *, more: bool = False) -> pl.DataFrame:
    """`frame` itself, if it has the columns of `schema` in any order, and no others unless `more`.

    `door`: function and parameter, for the message. Reads no row, so it costs microseconds. Raises FrameError naming
    door, column, the type expected and the type found.
    """
    found = frame.schema
    for column, dtype in schema.items():
        if column not in found:
            raise FrameError(f"{door}: no column {column} ({dtype})")
        if found[column] != dtype:
            raise FrameError(f"{door}: column {column} is {found[column]}, expected {dtype}")
    if not more and len(found) > len(schema):
        unexpected = ", ".join(column for column in found if column not in schema)
        raise FrameError(f"{door}: columns not expected: {unexpected}")
    return frame


def spared(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with each column that has nulls alone as a single null, which polars keeps so in joins and filters.

    Most columns of a contract are stated by few units; of a batch of a million rows they would take 16 bytes a row.
    """
    nothing = [name for name in frame.columns if frame[name].null_count() == frame.height]
    return frame.with_columns(pl.lit(None, frame.schema[name]).alias(name) for name in nothing)


def with_columns_of(rows: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    """`rows` with the columns that `files` has for each `file`; every file of `rows` has its row there, if any has.

    What is the same for all files is added as one value, which takes no memory; no column of `rows` is copied.
    """
    alike = [name for name in files.columns if name != "file" and files.height and files[name].n_unique() == 1]
    values = (pl.lit(files[name][0], files.schema[name]).alias(name) for name in alike)
    return rows.with_columns(values).join(files.drop(alike), on="file", how="left", maintain_order="left")


def repeated(values: pl.Series) -> pl.Series:
    """The places of the values (such as hashes) that stand more than once; quick where hardly any does."""
    ordered = values.sort()
    again = ordered.filter(ordered == ordered.shift()).unique()
    return values.is_in(again.implode()).arg_true() if len(again) else pl.Series(dtype=pl.UInt32)


def kept(frame: pl.DataFrame, condition: pl.Expr) -> pl.DataFrame:
    """The rows of `frame` for which `condition` is true, as filter; where these are all, it is not copied."""
    these = frame.select(condition).to_series()
    return frame if these.sum() == frame.height else frame.filter(these)
