"""Faults of disk and folders are reported with their place, whoever raised them; no other error is taken for one."""

import errno
import os
from pathlib import Path

import duckdb
import pytest

from warehouse.places.faults import fault_of, working_in

PLACE = Path("/srv/tyle/lake/catalog.sqlite")


def system(number: int, name: str | None = None) -> OSError:
    return OSError(number, os.strerror(number), name)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (system(errno.ENOSPC, "/srv/x"), "/srv/x: ổ đĩa đã đầy"),
        (system(errno.EDQUOT, "/srv/x"), "/srv/x: đã hết hạn mức"),
        (system(errno.EROFS, "/srv/x"), "/srv/x: ổ đĩa hoặc thư mục chỉ cho đọc"),
        (system(errno.EACCES, "/srv/x"), "/srv/x: không có quyền"),
        (system(errno.EFBIG), "/srv/tyle/lake/catalog.sqlite: tệp vượt giới hạn"),
        (duckdb.IOException('Cannot open file "/srv/a b.parquet": No space left on device'), "/srv/a b.parquet: ổ đĩa"),
        (duckdb.Error("Failed to commit: database or disk is full"), f"{PLACE}: ổ đĩa đã đầy"),
        (duckdb.Error("attempt to write a readonly database"), f"{PLACE}: ổ đĩa hoặc thư mục chỉ cho đọc"),
    ],
)
def test_a_fault_is_a_line_with_its_place(error: Exception, message: str) -> None:
    with pytest.raises(type(error)) as raised, working_in(PLACE):
        raise error
    line = fault_of(raised.value)
    assert line is not None
    assert line.startswith(message)
    assert "\n" not in line
    assert "chạy lại luôn an toàn" in line


@pytest.mark.parametrize(
    "error", [system(errno.ENOENT, "/srv/x"), duckdb.CatalogException("no such table"), ValueError()]
)
def test_any_other_error_stays_what_it_is(error: Exception) -> None:
    assert fault_of(error) is None
