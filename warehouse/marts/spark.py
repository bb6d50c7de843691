"""Runs the statements of the marts on Apache Spark instead of DuckDB: the same files, the same facts, the same rows.

DuckLake lists the Parquet files that hold a table's facts now, and Spark reads them. The derived marts are then copied
to the cursor as the tables that `steps.run` would leave. Fingerprints, audit and publication depend on no engine.
"""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from warehouse.lake.rows import create_temp
from warehouse.lake.schema import days, text
from warehouse.marts.catalogue import FACTS, FUNCTIONS, KEPT, MONTHLY, PUBLICATIONS, SMALL, STATEMENTS, UNSUMMED
from warehouse.marts.steps import spans
from warehouse.places.errors import EngineError

LEFT = ("known_deliveries", "known_outcomes", *MONTHLY)  # what the workbench reads afterwards
JAVA = "Java 17 hoặc 21"

# PySpark warns about the version of pandas, which it does not use here.
warnings.filterwarnings("ignore", category=FutureWarning, module=r"pyspark\.")

# The one difference in dialect: DuckDB writes the order inside an aggregate, the standard (and Spark) behind it.
_ORDERED = re.compile(r"STRING_AGG\(([^()]+?) ORDER BY ([^()]+?)\)")


@dataclass(frozen=True)
class Spark:
    """The engine (`steps.Engine`) that runs statements on the Spark at `master`; `conf`: settings of Spark."""

    master: str = "local[*]"
    conf: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, cursor: duckdb.DuckDBPyConnection, steps: Iterable[str]) -> None:
        """Run `steps` on what the cursor sees; leaves the tables LEFT. Raises EngineError in one line."""
        require()
        from warehouse.marts.spark_session import using  # noqa: PLC0415 - pyspark is an extra

        with tempfile.TemporaryDirectory(prefix="tyle-spark-") as scratch, using(self.master, self.conf) as session:
            _expose(cursor, session, Path(scratch))
            for one in FUNCTIONS:
                parameters = ", ".join(f"{name} {kind}" for name, kind in one.parameters)
                declared = f"{one.name}({parameters}) RETURNS {one.returns}"
                session.sql(f"CREATE OR REPLACE TEMPORARY FUNCTION {declared} RETURN {one.expression}")
            for step in steps:
                # a checkpoint is derived once; a plain view would be derived again by each statement that reads it
                session.sql(dialect(STATEMENTS[step].sql)).localCheckpoint().createOrReplaceTempView(step)
            for name in LEFT:
                create_temp(cursor, name, pl.DataFrame(pl.from_arrow(session.table(name).toArrow())))


def require() -> None:
    """Raise EngineError when PySpark or Java is missing; starts neither."""
    if find_spec("pyspark") is None:
        raise EngineError('engine = "spark": chưa cài PySpark; hãy chạy: pip install "tyle[spark]" (và cài Java 17)')
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        where = f"không có {home}/bin/java (JAVA_HOME)" if home else "không thấy lệnh java và chưa đặt JAVA_HOME"
        raise EngineError(f'engine = "spark": {where}; hãy cài {JAVA}')


def dialect(sql: str) -> str:
    """A statement of the marts in Spark's dialect."""
    return _ORDERED.sub(r"STRING_AGG(\1) WITHIN GROUP (ORDER BY \2)", sql)


def _expose(cursor: duckdb.DuckDBPyConnection, session: Any, scratch: Path) -> None:
    """Create in the Spark session the views that `materialise.load` created for the cursor."""
    asked = spans(cursor.table("periods").pl())
    for name in FACTS:
        condition = " OR ".join(days(*span) for span in asked)
        _read(cursor, session, name, scratch).where(condition).createOrReplaceTempView(name)
    _read(cursor, session, PUBLICATIONS, scratch).createOrReplaceTempView(PUBLICATIONS)
    for name, table in UNSUMMED.items():  # only DuckDB's own engine keeps sums
        session.table(table).createOrReplaceTempView(name)
    for name in (*SMALL, *KEPT):
        session.createDataFrame(cursor.table(name).to_arrow_table()).createOrReplaceTempView(name)


def _read(cursor: duckdb.DuckDBPyConnection, session: Any, name: str, scratch: Path) -> Any:
    """A table of the lake as a Spark frame; columns that older files do not have are null."""
    nothing = session.createDataFrame(cursor.sql(f"SELECT * FROM lake.{name} LIMIT 0").to_arrow_table())
    files = _files(cursor, name, scratch)
    if not files:
        return nothing
    # The workspace's path may contain characters of a glob pattern. Both options are needed: with the first alone
    # Spark searches every folder for every file, and counts its rows that many times.
    as_named = {"__globPaths__": "false", "recursiveFileLookup": "true"}
    return session.read.schema(nothing.schema).options(**as_named).parquet(*files)


def _files(cursor: duckdb.DuckDBPyConnection, name: str, scratch: Path) -> list[str]:
    """The Parquet files of a table's rows as the cursor's snapshot sees them.

    Where Spark cannot read them as they are (deleted rows, encrypted, not on this machine's disk), DuckDB copies the
    rows to a file in `scratch`.
    """
    listed = cursor.execute(
        "SELECT data_file, delete_file IS NULL AND data_file_encryption_key IS NULL "
        f"AND NOT contains(data_file, '://') FROM ducklake_list_files('lake', {text(name)}) ORDER BY data_file"
    ).fetchall()
    if all(is_plain for _, is_plain in listed):
        return [path for path, _ in listed]
    copy = scratch / f"{name}.parquet"
    cursor.execute(f"COPY (SELECT * FROM {name}) TO {text(str(copy))} (FORMAT parquet)")
    return [str(copy)]
