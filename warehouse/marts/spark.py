"""The statements of marts/*.sql on Apache Spark instead of DuckDB: the same files, the same facts, the same rows.

The lake stays DuckLake's. It says which Parquet files hold a table's facts now; Spark reads these, and what it derived
is put before the cursor as `steps.run` would leave it. Fingerprints, audit and publication know nothing of it.
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
from warehouse.marts.catalogue import FACTS, MONTHLY, PUBLICATIONS, SMALL, STATEMENTS
from warehouse.marts.steps import FORMULA, formula, spans
from warehouse.places.errors import EngineError

LEFT = ("known_deliveries", "known_outcomes", *MONTHLY)  # what is read after the steps
JAVA = "Java 17 hoặc 21"

_COUNTS = "(part BIGINT, whole BIGINT) RETURNS BIGINT"

# It complains of our pandas, which it is given nothing of.
warnings.filterwarnings("ignore", category=FutureWarning, module=r"pyspark\.")

# The one thing Spark says otherwise: DuckDB writes the order inside an aggregate, the standard behind it.
_ORDERED = re.compile(r"STRING_AGG\(([^()]+?) ORDER BY ([^()]+?)\)")


@dataclass(frozen=True)
class Spark:
    """Runs steps on the Spark at `master`, with settings of Spark in `conf`; see `steps.Engine`."""

    master: str = "local[*]"
    conf: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, cursor: duckdb.DuckDBPyConnection, steps: Iterable[str]) -> None:
        """Run `steps` on what the cursor sees; leaves the tables LEFT. Raises EngineError in one line."""
        require()
        from warehouse.marts.spark_session import using  # noqa: PLC0415 - pyspark is an extra

        with tempfile.TemporaryDirectory(prefix="tyle-spark-") as scratch, using(self.master, self.conf) as session:
            _expose(cursor, session, Path(scratch))
            session.sql(f"CREATE OR REPLACE TEMPORARY FUNCTION {FORMULA}{_COUNTS} RETURN {formula()}")
            for step in steps:
                # derived once and kept: a view of views would be planned and derived anew by each that reads it
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
    """A statement of marts/*.sql as Spark writes it."""
    return _ORDERED.sub(r"STRING_AGG(\1) WITHIN GROUP (ORDER BY \2)", sql)


def _expose(cursor: duckdb.DuckDBPyConnection, session: Any, scratch: Path) -> None:
    """Put before the session what `materialise.load` put before the cursor."""
    asked = spans(cursor.table("periods").pl())
    for name in FACTS:
        condition = " OR ".join(days(*span) for span in asked)
        _read(cursor, session, name, scratch).where(condition).createOrReplaceTempView(name)
    _read(cursor, session, PUBLICATIONS, scratch).createOrReplaceTempView(PUBLICATIONS)
    for name in SMALL:
        session.createDataFrame(cursor.table(name).to_arrow_table()).createOrReplaceTempView(name)


def _read(cursor: duckdb.DuckDBPyConnection, session: Any, name: str, scratch: Path) -> Any:
    """A table of the lake as a frame of Spark; columns that older files lack are null."""
    nothing = session.createDataFrame(cursor.sql(f"SELECT * FROM lake.{name} LIMIT 0").to_arrow_table())
    files = _files(cursor, name, scratch)
    if not files:
        return nothing
    # A workspace may have a name that looks like a pattern. Both are needed: with the first alone Spark looks for each
    # file in the folder of each, and counts its rows as often.
    as_named = {"__globPaths__": "false", "recursiveFileLookup": "true"}
    return session.read.schema(nothing.schema).options(**as_named).parquet(*files)


def _files(cursor: duckdb.DuckDBPyConnection, name: str, scratch: Path) -> list[str]:
    """The Parquet files of a table's rows as the cursor's snapshot sees them.

    Where Spark could not read them as they are (deleted rows, another place than this machine's disk), DuckDB writes
    the rows once more into `scratch`.
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
