"""The dictionary as DDL: names, types, keys and comments of a table. Knows no file and no connection."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

import polars as pl

from transforms.dictionary.table import Column, ForeignKey, Table

_TYPES: dict[pl.DataType | type[pl.DataType], str] = {
    pl.String: "VARCHAR",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
    pl.Int8: "TINYINT",
    pl.Int32: "INTEGER",
    pl.Int64: "BIGINT",
    pl.Datetime("us"): "TIMESTAMP",
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


def quote(name: str) -> str:
    """An identifier in double quotes: `at` is reserved."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A string literal. Values go into statements like this: DuckDB imports pandas (0.3 s) for a parameter."""
    return "'" + value.replace("'", "''") + "'"


def days(first: date, last: date) -> str:
    """The condition on `business_date` for a range, as literals: DuckLake can then skip whole files."""
    return f"business_date BETWEEN DATE '{first}' AND DATE '{last}'"


def names(columns: Iterable[str]) -> str:
    """Quoted identifiers, separated by commas."""
    return ", ".join(quote(column) for column in columns)


def sql_type(dtype: pl.DataType | type[pl.DataType]) -> str:
    """The SQL type of a dictionary column. Raises KeyError for a type the dictionary does not use."""
    if isinstance(dtype, pl.Decimal):
        return f"DECIMAL({dtype.precision},{dtype.scale})"
    return _TYPES[dtype]


def polars_type(sql: str) -> pl.DataType | type[pl.DataType]:
    """The dictionary's type for an SQL type such as `BIGINT` or `DECIMAL(5,2)`. Raises KeyError for any other."""
    if match := _DECIMAL.fullmatch(sql):
        return pl.Decimal(int(match[1]), int(match[2]))
    return {name: dtype for dtype, name in _TYPES.items()}[sql]


def create_table(table: Table, schema: str, *, keys: bool = False, collated: Iterable[str] = ()) -> list[str]:
    """Statements that create `table` with its comments in `schema` (a qualified, quoted name).

    `keys`: with primary and foreign keys, which the lake cannot have. `collated` columns sort the Vietnamese way.
    """
    parts = [_column(column, column.name in collated) for column in table.columns]
    if keys:
        parts.append(f"PRIMARY KEY ({names(table.grain)})")
        parts.extend(_foreign_key(reference) for reference in table.references)
    target = f"{schema}.{quote(table.name)}"
    return [
        f"CREATE TABLE {target} ({', '.join(parts)})",
        f"COMMENT ON TABLE {target} IS {text(table.meaning)}",
        *(f"COMMENT ON COLUMN {target}.{quote(c.name)} IS {text(c.comment)}" for c in table.columns),
    ]


def utc(moment: datetime) -> datetime:
    """A moment as the tables keep it: UTC without a zone. One without a zone is taken to be UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _column(column: Column, collated: bool) -> str:
    collation = " COLLATE vi" if collated else ""
    return f"{quote(column.name)} {sql_type(column.dtype)}{collation}{'' if column.nullable else ' NOT NULL'}"


def _foreign_key(reference: ForeignKey) -> str:
    columns = names(reference.columns)
    return f"FOREIGN KEY ({columns}) REFERENCES {quote(reference.table)} ({columns})"
