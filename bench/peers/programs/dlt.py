"""dlt: exports as Arrow tables appended to DuckDB, then checks and marts in SQL. A day replaces its own rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dlt
import duckdb
import pyarrow as pa
from jinja2 import Environment
from pyarrow import csv

from bench.peers.programs.load import COLUMNS, SEPARATOR, Load, asked

_SQL = Path(__file__).with_name("checks.sql")


def main(load: Load) -> None:
    """Load the files, then check them and make the mart where they are."""
    pipeline = dlt.pipeline(
        "peer",
        pipelines_dir=str(load.state / "dlt"),
        destination=dlt.destinations.duckdb(str(load.warehouse)),
        dataset_name="raw",
    )
    if load.mode == "daily":
        with duckdb.connect(str(load.warehouse)) as connection:
            connection.execute(f"DELETE FROM raw.exports WHERE day = '{load.last}'")
    exports = dlt.resource(_tables(load), name="exports", write_disposition="append")
    pipeline.run(exports, loader_file_format="parquet").raise_on_failed_jobs()
    with pipeline.sql_client() as client:
        for statement in _statements(load):
            client.execute_sql(statement)


def _tables(load: Load) -> Iterator[pa.Table]:
    """A table for each file, all of it as text."""
    columns = COLUMNS[load.workload]
    layout = csv.ParseOptions(delimiter=SEPARATOR[load.workload])
    texts = csv.ConvertOptions(
        column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=True, null_values=[""]
    )
    for day in load.days:
        for file in sorted((load.data / "in" / day.isoformat()).glob("*.csv")):
            table = csv.read_csv(file, parse_options=layout, convert_options=texts)
            for name, value in (("sender", file.stem), ("day", day.isoformat())):
                table = table.append_column(name, pa.repeat(value, len(table)))
            yield table


def _statements(load: Load) -> Iterator[str]:
    sql: Any = Environment().from_string(_SQL.read_text(encoding="utf-8")).module
    first = load.mode == "full"
    exports = (
        f"(SELECT * REPLACE (day::DATE AS day) FROM raw.exports WHERE day BETWEEN '{load.begin}' AND '{load.last}')"
    )
    yield f"CREATE OR REPLACE TABLE main.units AS FROM read_csv('{load.data}/units.csv', all_varchar = true)"
    if not first:
        yield f"DELETE FROM main.checked WHERE day >= '{load.last}'"
    checked = (
        sql.checked_counts(exports)
        if load.workload == "A"
        else sql.checked_cases(exports, None if first else "main.checked")
    )
    yield ("CREATE TABLE main.checked AS " if first else "INSERT INTO main.checked ") + checked
    yield f"CREATE OR REPLACE VIEW main.held AS {sql.held(load.workload, 'main.checked')}"
    yield f"CREATE OR REPLACE TABLE main.mart AS {sql.mart(load.workload, 'main.checked', 'main.units')}"


if __name__ == "__main__":
    main(asked())
