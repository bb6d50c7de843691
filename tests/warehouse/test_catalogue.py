"""A mart is one file: what its header says is what it reads, what it yields and what is published of it."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.warehouse.builders import Sent, Setting, aug, batch, every_day
from transforms.dictionary.columns import COLUMNS
from warehouse.lake.lake import Lake
from warehouse.lake.schema import sql_type
from warehouse.ledger.commit import commit
from warehouse.marts.catalogue import FOLDER, INPUTS, PUBLISHED, STATEMENTS, load, needed_for
from warehouse.marts.header import HeaderError, Statement
from warehouse.marts.materialise import all_periods, name_fields
from warehouse.marts.materialise import load as load_inputs
from warehouse.marts.steps import run

PROJECT = Path(__file__).parents[2]
every_statement = pytest.mark.parametrize("statement", STATEMENTS.values(), ids=lambda statement: statement.name)

MART = """\
/*
description = "Số ngày có số liệu của từng đơn vị"
grain       = ["month", "unit_id"]
order       = ["month", "days_counted", "unit_id"]
references  = ["units"]
reads       = ["monthly_unit_rates", "unit_days"]

[columns]
month        = "required"
unit_id      = "required"
unit_name    = "required"
days_counted = { type = "INTEGER", label = "Số ngày có số liệu", measure = "ngày", meaning = \"\"\"
    kể cả những ngày
    không có hồ sơ nào\"\"\" }
last_day     = { type = "DATE", nullable = true, label = "Ngày cuối" }
*/
SELECT
    rates.month,
    rates.unit_id,
    rates.unit_name,
    COUNT(days.business_date) AS days_counted,
    MAX(days.business_date) AS last_day
FROM monthly_unit_rates AS rates
LEFT JOIN unit_days AS days ON days.month = rates.month AND days.unit_id = rates.unit_id
GROUP BY rates.month, rates.unit_id, rates.unit_name
"""


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    """DuckDB with the function the statements call."""
    connection = duckdb.connect()
    run(connection, [])
    return connection


@every_statement
def test_a_header_names_exactly_the_tables_that_the_statement_reads(
    engine: duckdb.DuckDBPyConnection, statement: Statement
) -> None:
    assert sorted(engine.get_table_names(statement.sql)) == sorted(statement.reads)


def test_a_mart_yields_every_column_of_its_header_in_a_type_that_holds_no_other_kind_of_value(lake: Lake) -> None:
    commit(lake, batch(Sent("a", aug(1), [("x", 1, 1)])))
    reference = Setting(expected=every_day("abc", aug(1), aug(2))).reference()
    with lake.snapshot() as cursor:
        load_inputs(cursor, reference, all_periods(reference))
        name_fields(cursor, reference)
        run(cursor, STATEMENTS)
        for statement in STATEMENTS.values():
            if statement.table is not None:
                yielded = {name: kind for name, kind, *_ in cursor.execute(f"DESCRIBE {statement.name}").fetchall()}
                stated = {column.name: sql_type(column.dtype) for column in statement.table.columns}
                assert {name: _kind(yielded[name]) for name in stated if name in yielded} == {
                    name: _kind(kind) for name, kind in stated.items()
                }, statement.name


def _kind(sql: str) -> str:
    """Sums and counts are wider than what is kept of them."""
    return "whole number" if sql in {"TINYINT", "INTEGER", "BIGINT", "HUGEINT"} else sql


def test_statements_run_after_those_they_read_and_equals_by_name() -> None:
    names = list(STATEMENTS)
    assert names.index("valid_units") > names.index("period_as_of") > names.index("known_outcomes")
    for place, statement in enumerate(STATEMENTS.values()):
        assert set(statement.reads) <= {*names[:place], *INPUTS}
    assert names == list(load(FOLDER))


def test_of_a_statement_only_what_it_needs_is_run() -> None:
    needed = needed_for(STATEMENTS, "period_as_of")
    assert needed == ("known_deliveries", "known_outcomes", "period_as_of")


def test_a_column_of_the_common_dictionary_keeps_its_type_and_label() -> None:
    for table in PUBLISHED.values():
        for column in table.columns:
            if common := COLUMNS.get(column.name):
                kept = (common.dtype, common.label, common.measure, common.metric or column.metric)
                assert (column.dtype, column.label, column.measure, column.metric) == kept


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the marts with one more: `days_counted`."""
    copy = shutil.copytree(FOLDER, tmp_path / "marts", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (copy / "days_counted.sql").write_text(MART, encoding="utf-8")
    return copy


def replaced(old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        assert old in MART
        (folder / "days_counted.sql").write_text(MART.replace(old, new), encoding="utf-8")

    return change


def circle(folder: Path) -> None:
    for name, other in (("one", "other"), ("other", "one")):
        header = f'/*\ndescription = "x"\nreads = ["{other}"]\n*/\n'
        (folder / "intermediate" / f"{name}.sql").write_text(f"{header}SELECT * FROM {other}\n", encoding="utf-8")


def second(folder: Path) -> None:
    (folder / "twice.sql").write_text(MART, encoding="utf-8")


def taken(folder: Path) -> None:
    shutil.copyfile(folder / "days_counted.sql", folder / "units.sql")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (replaced("/*\n", ""), "marts/days_counted.sql: must begin with a header between the lines"),
        (replaced('unit_name    = "required"', 'unit_name    = "required'), "marts/days_counted.sql: .*line 10"),
        (replaced("description", "descripton"), "marts/days_counted.sql: .*descripton"),
        (replaced('reads       = ["monthly_unit_rates", "unit_days"]\n', ""), "marts/days_counted.sql: .*reads"),
        (replaced("unit_days", "unit_dayz"), "days_counted.sql: `reads` names `unit_dayz`, which is neither a file"),
        (replaced('"unit_days"]', '"unit_days", "unit_days"]'), "marts/days_counted.sql: `reads` names a table twice"),
        (replaced("month        =", "unit_id      ="), "marts/days_counted.sql: .*Cannot overwrite a value"),
        (replaced('month        = "required"\n', ""), "marts/days_counted.sql: `month` must be a required column"),
        (replaced('unit_id      = "required"', 'unit_id = "nullable"'), "`unit_id` must be a required column"),
        (replaced('unit_name    = "required"', 'unit_nmae = "required"'), "`unit_nmae` is no column of the common"),
        (replaced('unit_name    = "required"', 'unit_name = { label = "Tên" }'), "only its meaning may differ here"),
        (replaced('"INTEGER"', '"INT32"'), "`days_counted` has the unknown type `INT32`"),
        (replaced('"days_counted", "unit_id"', '"days", "unit_id"'), "`order` names `days`, which is no column"),
        (replaced('references  = ["units"]', 'references = ["unit_days"]'), "`unit_days`, which is no reference table"),
        (
            replaced('references  = ["units"]', 'references = ["targets"]'),
            "the column `metric_id, scope, valid_from` is missing",
        ),
        (circle, r"^(one.sql -> other.sql -> one.sql|other.sql -> one.sql -> other.sql): these files read each other"),
        (second, "twice.sql: `days_counted` is also defined in days_counted.sql; move it to"),
        (taken, "marts/units.sql: the name `units` is taken"),
    ],
)
def test_a_wrong_header_is_one_line_that_names_the_file(
    folder: Path, change: Callable[[Path], None], complaint: str
) -> None:
    load(folder)
    change(folder)
    with pytest.raises(HeaderError, match=complaint) as raised:
        load(folder)
    assert "\n" not in str(raised.value)


PROGRAM = """
import sys
from pathlib import Path
from tests.warehouse.builders import Sent, Setting, at, aug, batch
from warehouse.lake.opening import open_lake
from warehouse.ledger.commit import commit
from warehouse.marts.materialise import materialise
from warehouse.published.dictionary import page
from warehouse.marts.workbench import workbench
from warehouse.published.publish import expectation, publish

with open_lake(Path(sys.argv[1])) as lake:
    commit(lake, batch(Sent("b", aug(1), [("x", 1, 1)]), Sent("b", aug(2))))
    materialise(lake, Setting().reference())
    with workbench(lake), lake.snapshot() as cursor:
        assert expectation(cursor)["tables"]["days_counted"]["rows"] == 3
    assert publish(lake, at(2), "0") is not None  # what the audit compared was as expected
Path(sys.argv[2]).write_text(page(), encoding="utf-8")
"""


def test_one_more_file_is_built_published_documented_and_audited(empty_home: Path, tmp_path: Path) -> None:
    for package in ("transforms", "warehouse", "tests/warehouse"):
        copy = tmp_path / "project" / package
        shutil.copytree(PROJECT / package, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "project/tests/__init__.py").touch()
    (tmp_path / "project/warehouse/marts/days_counted.sql").write_text(MART, encoding="utf-8")
    home = Path(shutil.copytree(empty_home, tmp_path / "home"))
    page = tmp_path / "dictionary.md"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(home), str(page)],
        cwd=tmp_path / "project",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr

    comment = "Số ngày có số liệu: kể cả những ngày không có hồ sơ nào (ngày)"
    with duckdb.connect(str((home / "published/marts.duckdb").resolve()), read_only=True) as reader:
        rows = reader.sql("SELECT unit_id, days_counted, last_day FROM marts.days_counted").fetchall()
        assert rows == [("a", 0, None), ("c", 0, None), ("b", 2, aug(2))]  # in the order of the header
        described = reader.sql("SELECT comment FROM duckdb_tables() WHERE table_name = 'days_counted'").fetchall()
        assert described == [("Số ngày có số liệu của từng đơn vị",)]
        columns = reader.sql(
            "SELECT column_name, data_type, is_nullable, comment FROM duckdb_columns() "
            "WHERE table_name = 'days_counted' ORDER BY column_index"
        ).fetchall()
        assert columns[3:] == [("days_counted", "INTEGER", False, comment), ("last_day", "DATE", True, "Ngày cuối")]
        keys = reader.sql(
            "SELECT constraint_type, constraint_column_names, referenced_table FROM duckdb_constraints() "
            "WHERE table_name = 'days_counted' AND constraint_type LIKE '%KEY' ORDER BY ALL"
        ).fetchall()
        assert keys == [("FOREIGN KEY", ["unit_id"], "units"), ("PRIMARY KEY", ["month", "unit_id"], None)]
    copy = home / "published/marts.parquet/days_counted.parquet"
    assert pl.read_parquet(copy)["days_counted"].to_list() == [0, 0, 2]
    section = page.read_text(encoding="utf-8").split("### days_counted\n")[1].split("\n### ")[0]
    assert "One row per `month`, `unit_id` (the primary key). `unit_id` refers to `units`." in section
    assert (
        "| days_counted | integer (32) | Số ngày có số liệu | kể cả những ngày không có hồ sơ nào | ngày |  |"
        in section
    )
