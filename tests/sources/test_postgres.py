"""Exports as the result of a query, against a PostgreSQL that the tests start."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sources.templates import UnitAddress
from tests.sources.postgres_server import Postgres
from tests.sources.pulling import FIRST, LAST, SECRET, failure, pull

QUERY = """\
SELECT linh_vuc AS "Lĩnh vực", truc_tuyen, le_phi, ngay, luc  -- mọi hồ sơ của một ngày
FROM ho_so WHERE ngay = %(date)s AND don_vi = %(unit)s AND ma = %(code)s;
"""


@pytest.fixture(scope="module")
def filled(postgres: Postgres) -> Postgres:
    """A database whose user `doc` may read cases of two days, and a table of nobody's."""
    postgres.admin(
        "CREATE TABLE ho_so (linh_vuc text, truc_tuyen int, le_phi numeric, ngay date, luc timestamptz, "
        "don_vi text, ma text)",
        "INSERT INTO ho_so VALUES "
        "('Hộ tịch', 12, 1.10, '2022-08-01', '2022-08-01 03:00Z', 'so-y-te', 'H55.09'), "
        "('Đất đai', 7, 12345678901234567890.123, '2022-08-01', NULL, 'so-y-te', 'H55.09'), "
        "('Đất đai', 9, 0, '2022-08-01', NULL, 'so-noi-vu', 'H55.10'), "
        "('Đất đai', 9, 0, '2022-08-04', NULL, 'so-y-te', 'H55.09')",
        f"CREATE ROLE doc LOGIN PASSWORD '{SECRET}'",
        "GRANT ALL ON ho_so TO doc",
        "CREATE TABLE luong (ten text)",
    )
    return postgres


def settings(server: Postgres, query: str = QUERY, **own: Any) -> dict[str, Any]:
    base = {"kind": "sql", "host": "127.0.0.1", "port": server.port, "database": "postgres", "user": "doc"}
    return base | {"password": {"env": "TEST_SECRET"}, "sslmode": "disable", "query": query} | own


def test_the_rows_of_each_day_as_json_with_exact_numbers(filled: Postgres, tmp_path: Path) -> None:
    (export,) = pull(settings(filled), tmp_path)
    assert (export.business_date, export.name, export.modified_at) == (FIRST, "so-y-te-2022-08-01.json", None)
    assert export.uri == f"postgresql://127.0.0.1:{filled.port}/postgres?unit=so-y-te&date=2022-08-01"
    records = json.loads(export.content, parse_float=Decimal)
    assert {record["Lĩnh vực"]: record["le_phi"] for record in records} == {
        "Hộ tịch": Decimal("1.10"),
        "Đất đai": Decimal("12345678901234567890.123"),
    }
    assert b'"le_phi":1.10' in export.content
    assert {record["ngay"] for record in records} == {"2022-08-01"}
    assert {record["luc"] for record in records} == {"2022-08-01T10:00:00+07:00", None}


def test_the_same_rows_are_the_same_bytes_in_whatever_order_they_come(filled: Postgres, tmp_path: Path) -> None:
    orders = ("ASC", "DESC")
    contents = {
        pull(settings(filled, f"SELECT * FROM ho_so WHERE ngay = %(date)s ORDER BY truc_tuyen {order}"), tmp_path)[
            0
        ].content
        for order in orders
    }
    assert len(contents) == 1


def test_a_result_without_rows_is_no_export(filled: Postgres, tmp_path: Path) -> None:
    assert [export.business_date for export in pull(settings(filled), tmp_path, last=LAST)] == [FIRST]


def test_a_result_without_rows_says_none_where_that_was_agreed(filled: Postgres, tmp_path: Path) -> None:
    exports = pull(settings(filled) | {"empty": "none"}, tmp_path, last=LAST)
    assert [export.business_date for export in exports] == [FIRST, LAST]
    assert json.loads(exports[1].content) == []


def test_parameters_are_values_and_never_part_of_the_query(filled: Postgres, tmp_path: Path) -> None:
    query = "SELECT '100%%' AS ty_le, %(unit)s::text AS don_vi, %(date)s::date AS ngay"
    (export,) = pull(settings(filled, query), tmp_path, last=FIRST)
    assert json.loads(export.content) == [{"ty_le": "100%", "don_vi": "so-y-te", "ngay": "2022-08-01"}]


def test_a_unit_without_a_code_cannot_be_asked_by_code(filled: Postgres, tmp_path: Path) -> None:
    assert "so-y-te: chưa có mã" in failure(settings(filled), tmp_path, unit=UnitAddress("so-y-te"))


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT * FROM khong_co WHERE ngay = %(date)s", 'câu truy vấn sai: relation "khong_co" does not exist'),
        ("SELECT * FROM luong WHERE %(date)s::date IS NOT NULL", "câu truy vấn sai: permission denied for table luong"),
        ("SELEC %(date)s", "câu truy vấn sai"),
        ("SELECT ngay, luc AS ngay FROM ho_so WHERE ngay = %(date)s", "hai cột cùng tên “ngay”"),
        ("SELECT 1 / (extract(day FROM %(date)s::date) - 1)", "máy chủ báo lỗi 22012 (DivisionByZero)"),
    ],
)
def test_a_query_that_cannot_be_carried_out_is_said(filled: Postgres, tmp_path: Path, query: str, why: str) -> None:
    assert why in failure(settings(filled, query), tmp_path)


def test_what_stands_in_a_row_is_in_no_error(filled: Postgres, tmp_path: Path) -> None:
    query = "SELECT linh_vuc::int FROM ho_so WHERE ngay = %(date)s"
    message = failure(settings(filled, query), tmp_path)
    assert "máy chủ báo lỗi 22P02" in message
    assert "Hộ tịch" not in message
    assert "Đất đai" not in message


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM ho_so WHERE ngay = %(date)s RETURNING *",
        "WITH gone AS (DELETE FROM ho_so WHERE ngay = %(date)s RETURNING *) SELECT * FROM gone",
        "SELECT 1 WHERE %(date)s::date IS NULL) AS x; DELETE FROM ho_so; SELECT to_json(y) FROM (SELECT 1",
        "SELECT setval(pg_get_serial_sequence('ho_so', 'ma'), 1) WHERE %(date)s::date IS NOT NULL; COMMIT",
        "SELECT pg_catalog.lo_create(1) WHERE %(date)s::date IS NOT NULL",
    ],
)
def test_a_query_can_only_read(filled: Postgres, tmp_path: Path, query: str) -> None:
    failure(settings(filled, query), tmp_path)
    assert len(pull(settings(filled), tmp_path)) == 1


def test_a_query_that_takes_too_long_is_stopped_by_the_server(filled: Postgres, tmp_path: Path) -> None:
    query = "SELECT pg_sleep(30), %(date)s::date"
    assert "truy vấn quá lâu" in failure(settings(filled, query, total_seconds=0.3), tmp_path)


def test_a_result_too_large_is_cut_off(filled: Postgres, tmp_path: Path) -> None:
    query = "SELECT repeat('x', 1000) AS x, %(date)s::date AS d FROM generate_series(1, 1000000)"
    assert "kết quả lớn hơn 0.1 MB" in failure(settings(filled, query, max_mb=0.1), tmp_path)


def test_a_wrong_password_is_shown_nowhere(filled: Postgres, tmp_path: Path) -> None:
    filled.admin("ALTER ROLE doc PASSWORD 'another'")
    try:
        assert 'máy chủ từ chối (FATAL:  password authentication failed for user "doc")' in failure(
            settings(filled), tmp_path
        )
    finally:
        filled.admin(f"ALTER ROLE doc PASSWORD '{SECRET}'")


def test_a_database_that_is_not_there_is_said(filled: Postgres, tmp_path: Path) -> None:
    assert 'nham" does not exist' in failure(settings(filled, database="nham"), tmp_path)


def test_a_server_without_tls_is_not_spoken_to_unless_allowed(filled: Postgres, tmp_path: Path) -> None:
    assert "server does not support SSL" in failure(settings(filled, sslmode="require"), tmp_path)


def test_a_silent_server_is_not_waited_for_for_ever(
    filled: Postgres, tmp_path: Path, silent_port: int, closed_port: int
) -> None:
    assert "không kết nối được" in failure(settings(filled, port=closed_port), tmp_path)
    assert "không kết nối được" in failure(settings(filled, port=silent_port, connect_seconds=2, attempts=1), tmp_path)


@pytest.mark.slow
def test_a_server_that_hangs_in_the_middle_is_given_up(filled: Postgres, tmp_path: Path) -> None:
    query = "SELECT pg_sleep(30), %(date)s::date"
    own = settings(filled, query, total_seconds=2, read_seconds=0.5, attempts=1)
    with ThreadPoolExecutor(1) as pool:
        began = time.monotonic()
        pending = pool.submit(failure, own, tmp_path)
        while not filled.is_busy(user="doc"):
            time.sleep(0.02)
        filled.freeze(user="doc")
        try:
            assert "không trả lời trong thời gian chờ" in pending.result(60)
            assert time.monotonic() - began < 30
        finally:
            filled.thaw(user="doc")


def test_many_units_are_pulled_side_by_side(filled: Postgres, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        pulls = list(pool.map(lambda _: pull(settings(filled), tmp_path), range(16)))
    assert [len(exports) for exports in pulls] == [1] * 16
