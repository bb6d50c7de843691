"""Does a marts file hold what it must? Run as `python -m warehouse.audit FILE`, not in the builder's process.

Reads the expectation as JSON from standard input, prints the differences (Vietnamese) as a JSON list, and exits with 1
if there are any. Imports nothing of the project, so that it starts fast and shares no mistake with the builder.
"""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

import json
import sys
from collections.abc import Iterator
from typing import Any

import duckdb

# The expectation: {"tables": {name: {"rows", "comment", "key": [...], "foreign": [[columns, table, columns], ...],
# "columns": {name: [type, is_nullable, comment]}}}, "months": {month: [online, total]}}
Expectation = dict[str, Any]


def differences(connection: duckdb.DuckDBPyConnection, expected: Expectation) -> Iterator[str]:
    """What is not as expected, one line each."""
    comments = dict(_rows(connection, "SELECT table_name, comment FROM duckdb_tables() WHERE schema_name = 'marts'"))
    for name in sorted(comments.keys() | expected["tables"].keys()):
        table = expected["tables"].get(name)
        if name not in comments:
            yield f"thiếu bảng {name}"
        elif table is None:
            yield f"thừa bảng {name}, không có trong từ điển"
        else:
            wrong = list(_shape(connection, name, table, comments[name]))
            yield from wrong or _contents(connection, name, table)
    if not {"monthly_unit_rates", "monthly_group_rates"} - comments.keys():
        yield from _sums(connection, expected["months"])


def _shape(connection: duckdb.DuckDBPyConnection, name: str, table: Expectation, comment: str) -> Iterator[str]:
    if comment != table["comment"]:
        yield f"{name}: chú thích bảng khác từ điển"
    described = _rows(
        connection,
        "SELECT column_name, data_type, is_nullable, comment FROM duckdb_columns() "
        f"WHERE schema_name = 'marts' AND table_name = '{name}'",
    )
    found = {column: description for column, *description in described}
    for column in sorted(found.keys() ^ table["columns"].keys()):
        yield f"{name}.{column}: {'không có trong từ điển' if column in found else 'thiếu cột'}"
    for column in sorted(found.keys() & table["columns"].keys()):
        if found[column] != table["columns"][column]:
            yield f"{name}.{column}: {found[column]}, phải là {table['columns'][column]}"


def _contents(connection: duckdb.DuckDBPyConnection, name: str, table: Expectation) -> Iterator[str]:
    key = ", ".join(table["key"])
    rows, keys = _rows(
        connection,
        f"SELECT count(*), count(DISTINCT row({key})) FROM marts.{name}",
    )[0]
    if rows != table["rows"]:
        yield f"{name}: có {rows} dòng, phải là {table['rows']}"
    if keys != rows:
        yield f"{name}: khóa ({key}) bị trùng ở {rows - keys} dòng"
    for columns, target, target_columns in table["foreign"]:
        pairs = " AND ".join(f"a.{one} = b.{other}" for one, other in zip(columns, target_columns, strict=True))
        stated = " AND ".join(f"a.{one} IS NOT NULL" for one in columns)
        query = f"SELECT count(*) FROM marts.{name} a ANTI JOIN marts.{target} b ON {pairs} WHERE {stated}"
        orphans = _rows(connection, query)[0][0]
        if orphans:
            yield f"{name}: {orphans} dòng không có trong {target}"


def _sums(connection: duckdb.DuckDBPyConnection, months: dict[str, list[int]]) -> Iterator[str]:
    """The units' sums and the row for all of them, against the lake's."""
    for source, query in (
        (
            "monthly_unit_rates",
            "SELECT month, sum(online), sum(total) FROM marts.monthly_unit_rates GROUP BY month",
        ),
        (
            "monthly_group_rates",
            "SELECT month, online, total FROM marts.monthly_group_rates WHERE unit_group = 'all'",
        ),
    ):
        found = {month: [int(online), int(total)] for month, online, total in _rows(connection, query)}
        for month in sorted(found.keys() | months.keys()):
            want, have = months.get(month, [0, 0]), found.get(month, [0, 0])
            if want != have:
                yield f"{source} tháng {month}: trực tuyến, tổng số là {have}, theo kho dữ liệu là {want}"


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def main(path: str) -> int:
    """Print the differences between the file and the expectation on standard input; 1 if there are any."""
    expected = json.load(sys.stdin)
    offline: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    with duckdb.connect(path, read_only=True, config=offline) as connection:
        found = list(differences(connection, expected))
    json.dump(found, sys.stdout)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
