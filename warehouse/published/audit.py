"""Compares a marts file and its copies with what they must hold: `python -m warehouse.published.audit FILE FOLDER`.

Runs in a process of its own: reads the expectation as JSON from standard input, prints the findings as JSON, and exits
with 1 if there are any. With the other modules `audit_…` it imports nothing of the project, so that it starts fast and
cannot repeat a mistake of the builder. The form of the findings:

- `differences`: what must not be, a line each (Vietnamese).
- `falls`: cumulative figures that fall, and `lost`: deliveries that counted in the publication before and do not now.
  A decision in the ledger may explain these (warehouse/published/explained.py); the file alone cannot say.
"""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import _duckdb as duckdb  # the package around it takes longer to import than all questions about structure

from warehouse.published.audit_figures import falls, figure_differences, lost, quoted
from warehouse.published.audit_queries import answers, rows_of

# The expectation: {"publication_id": id, "tables": {name: {"rows", "comment", "key": [...], "declares_keys",
# "foreign": [[columns, table, columns], ...], "columns": {name: [type, is_nullable, comment]}}},
# "months": {month: [online, in person, total, units counted, days counted]},
# "processed": {month: [received, settled, settled on time since the year began]},
# "sums": groups made of others, "apart": groups that are no part of all units together,
# "signed": the versions that closed months keep, [[month, metric, version], ...],
# "previous": the file published before, or null}
Expectation = dict[str, Any]
Findings = dict[str, list[Any]]

# The rates: part/whole rounded half up to two decimals, in integers; null where there is none. (1) + (2) = (3) is not
# checked here: a workspace may accept exports where it does not hold.
_RATES = (
    ("online_rate_pct", "online", "total", "(1)/(3)"),
    ("on_time_pct", "settled_on_time", "settled", "đúng hạn / đã giải quyết"),
    ("on_time_ytd_pct", "settled_on_time_ytd", "settled_ytd", "đúng hạn / đã giải quyết từ đầu năm"),
)


def differences(connection: duckdb.DuckDBPyConnection, expected: Expectation) -> Iterator[str]:
    """The differences of the file from what is expected, one line each."""
    shapes = _shapes(connection)
    misshapen = False
    for name in sorted(shapes.keys() | expected["tables"].keys()):
        for difference in _shape_differences(name, expected["tables"].get(name), shapes.get(name)):
            misshapen = True
            yield difference
    if misshapen:  # the queries below need tables and columns that are there
        return
    yield from _contents(connection, expected["tables"])
    yield from figure_differences(connection, expected)
    found = rows_of(connection, "SELECT publication_id FROM marts.publication")
    if found != [(expected["publication_id"],)]:
        yield f"publication: mã lần công bố là {found}, phải là {expected['publication_id']}"


def copy_differences(connection: duckdb.DuckDBPyConnection, folder: Path, expected: Expectation) -> Iterator[str]:
    """The differences of the Parquet copies from the file, one line each."""
    names = sorted(expected["tables"])
    if (found := sorted(path.name for path in folder.iterdir())) != [f"{name}.parquet" for name in names]:
        yield f"các tệp Parquet là {found}, phải là mỗi bảng một tệp"
        return
    files = quoted(folder / "*")
    metadata = rows_of(
        connection,
        f"SELECT parse_filename(file_name), decode(key), decode(value) FROM parquet_kv_metadata({files})",
    )
    stated = {(file, key): value for file, key, value in metadata}
    types: dict[str, dict[str, str]] = {}
    schemas = f"SELECT parse_filename(file_name), name, duckdb_type FROM parquet_schema({files}) ORDER BY column_id"
    for file, column, kind in rows_of(connection, schemas):
        if kind is not None:  # null of the root
            types.setdefault(file, {})[column] = kind
    sides = {"file": "marts.{}", "copy": f"read_parquet({quoted(folder / '{}.parquet')})"}
    asked = {
        (name, side): f"SELECT count(*), sum(hash(one)) FROM {rows.replace('{}', name)} AS one"
        for name in names
        for side, rows in sides.items()
        if types.get(f"{name}.parquet") == _types(expected["tables"][name])
    }
    rows = answers(connection, asked, expected["tables"])  # how many, and a fingerprint of them in any order
    for name in names:
        table, file = expected["tables"][name], f"{name}.parquet"
        comments = {column: comment for column, (_, _, comment) in table["columns"].items()}
        if types.get(file) != _types(table):
            yield f"{file}: cột là {types.get(file)}"
        elif rows[name, "copy"] != rows[name, "file"]:
            yield f"{file}: dòng khác bảng {name}"
        if (stated.get((file, "publication_id")), stated.get((file, "comment"))) != (
            expected["publication_id"],
            table["comment"],
        ) or json.loads(stated.get((file, "columns"), "{}")) != comments:
            yield f"{file}: phần mô tả khác từ điển hoặc của lần công bố khác"


@dataclass(frozen=True)
class _Shape:
    """A table: its comment, [type, is_nullable, comment] of each column, its keys (kind, columns, other table)."""

    comment: str | None
    columns: dict[str, list[Any]] = field(default_factory=dict)
    keys: list[tuple[str, list[str], str]] = field(default_factory=list)


def _shapes(connection: duckdb.DuckDBPyConnection) -> dict[str, _Shape]:
    """The tables of the file by name; asked for all at once, as each question of the catalog goes over all tables."""
    found = {
        name: _Shape(comment)
        for name, comment in rows_of(connection, "SELECT table_name, comment FROM duckdb_tables()")
    }
    in_marts = "WHERE schema_name = 'marts'"
    columns = f"SELECT table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns() {in_marts}"
    for table, column, *description in rows_of(connection, columns):
        if table in found:  # and no view
            found[table].columns[column] = description
    keys = (
        "SELECT table_name, constraint_type, constraint_column_names, coalesce(referenced_table, '') "
        f"FROM duckdb_constraints() {in_marts} AND constraint_type LIKE '%KEY'"
    )
    for table, *key in rows_of(connection, keys):
        found[table].keys.append(tuple(key))
    return found


def _shape_differences(name: str, table: Expectation | None, found: _Shape | None) -> Iterator[str]:
    if found is None:
        yield f"thiếu bảng {name}"
        return
    if table is None:
        yield f"thừa bảng {name}, không có trong từ điển"
        return
    if found.comment != table["comment"]:
        yield f"{name}: chú thích bảng khác từ điển"
    for column in sorted(found.columns.keys() ^ table["columns"].keys()):
        yield f"{name}.{column}: {'không có trong từ điển' if column in found.columns else 'thiếu cột'}"
    for column in sorted(found.columns.keys() & table["columns"].keys()):
        if found.columns[column] != table["columns"][column]:
            yield f"{name}.{column}: {found.columns[column]}, phải là {table['columns'][column]}"
        elif not found.columns[column][2]:
            yield f"{name}.{column}: chưa có chú thích"
    keys = [("FOREIGN KEY", list(columns), target) for columns, target, _ in table["foreign"]]
    keys.append(("PRIMARY KEY", list(table["key"]), ""))
    declared = sorted(found.keys)
    if declared != (sorted(keys) if table["declares_keys"] else []):
        yield f"{name}: các khóa khai báo là {declared}"


def _types(table: Expectation) -> dict[str, str]:
    """The type of each column."""
    return {column: kind for column, (kind, _, _) in table["columns"].items()}


def _contents(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Expectation]) -> Iterator[str]:
    """Rows and keys of each table, references to others, rates."""
    counted = {
        name: f"SELECT count(*), count(DISTINCT row({', '.join(table['key'])})) FROM marts.{name}"
        for name, table in tables.items()
    }
    references = {
        (name, number): _orphans(name, *reference)
        for name, table in tables.items()
        for number, reference in enumerate(table["foreign"])
    }
    rates = {
        (name, rate): f"SELECT count(*) FROM marts.{name} WHERE {_wrong(rate, part, whole)}"
        for name, table in tables.items()
        for rate, part, whole, _ in _RATES
        if {rate, part, whole} <= table["columns"].keys()
    }
    found = answers(connection, counted, tables)
    orphans = answers(connection, references, tables)
    wrong_rates = answers(connection, rates, tables)
    for name, table in tables.items():
        rows, keys = found[name]
        if rows != table["rows"]:
            yield f"{name}: có {rows} dòng, phải là {table['rows']}"
        if keys != rows:
            yield f"{name}: khóa ({', '.join(table['key'])}) bị trùng ở {rows - keys} dòng"
        for number, (_, target, _) in enumerate(table["foreign"]):
            if orphans[name, number][0]:
                yield f"{name}: {orphans[name, number][0]} dòng không có trong {target}"
        for rate, _, _, words in _RATES:
            if wrong_rates.get((name, rate), (0,))[0]:
                yield f"{name}: {wrong_rates[name, rate][0]} dòng có tỷ lệ khác {words}"


def _orphans(name: str, columns: list[str], target: str, target_columns: list[str]) -> str:
    pairs = " AND ".join(f"a.{one} = b.{other}" for one, other in zip(columns, target_columns, strict=True))
    stated = " AND ".join(f"a.{one} IS NOT NULL" for one in columns)
    return f"SELECT count(*) FROM marts.{name} a ANTI JOIN marts.{target} b ON {pairs} WHERE {stated}"


def _wrong(rate: str, part: str, whole: str) -> str:
    right = f"(CAST({part} AS HUGEINT) * 20000 + {whole}) // (CAST({whole} AS HUGEINT) * 2)"
    known = f"{whole} > 0 AND {part} BETWEEN 0 AND {whole}"
    return f"{rate} * 100 IS DISTINCT FROM CASE WHEN {known} THEN {right} END"


def findings(connection: duckdb.DuckDBPyConnection, folder: Path, expected: Expectation) -> Findings:
    """All that is found, as it is printed; falls and losses only in a file that is as it must be otherwise."""
    found = list(differences(connection, expected)) or list(copy_differences(connection, folder, expected))
    if found:
        return {"differences": found, "falls": [], "lost": []}
    return {"differences": [], "falls": falls(connection), "lost": lost(connection, expected.get("previous"))}


def main(file: str, folder: str) -> int:
    """Print the findings in file and copies against the expectation on standard input; 1 if there are any."""
    expected = json.load(sys.stdin)
    offline: dict[str, Any] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "threads": 1,
    }
    with duckdb.connect(file, read_only=True, config=offline) as connection:
        found = findings(connection, Path(folder), expected)
    json.dump(found, sys.stdout)
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
